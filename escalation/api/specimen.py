"""Every form as it is at its fullest and at its barest, to describe it without any partnership; must not reach any row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django import forms

from partnerships.models import Agency, MemberRole, Membership, Partnership, ProtocolVersion, User
from partnerships.protocol import Protocol
from partnerships.protocol_terms import Asked, RaisedAs, Side
from partnerships.scope import NOWHERE, nowhere

from ..actions import ACTIONS
from ..forms.base import ActingForm
from ..forms.raising_flat import RaiseForm
from ..models import Disagreement, Party
from ..permissions import Viewer

# Keys of the specimen protocol begin with this: what is called so is each partnership's own.
OWN = "specimen"
RAISE = "raise"
GROUND = {"clause": "a specimen"}
LEAD, FLAG = f"{OWN}_lead", f"{OWN}_flag"
GATE = {"key": f"{OWN}_gate", "asks": "Has it been done?"} | GROUND
STAGE = {"kind": "manager", "formal": True, "acts": [LEAD], "stance": "informed"} | GROUND
BARE: dict[str, Any] = {
    "title": "A specimen",
    "source": {"document": "None"},
    "stages": [{"key": f"{OWN}_one", "name": "One", "number": "1", "opens_here": True} | STAGE],
    "roles": [{"key": LEAD, "name": "Lead", "side": "both", "capacity": "lead"} | GROUND],
}


def _named(*keys: str, **more: Any) -> list[dict[str, Any]]:
    return [{"key": f"{OWN}_{key}", "name": key} | GROUND | more for key in keys]


FULL: dict[str, Any] = BARE | {
    "stages": [
        *BARE["stages"],
        {"key": f"{OWN}_two", "name": "Two", "number": "2", "directly_reachable": True, "gates": [GATE]} | STAGE,
    ],
    "flags": _named("flag", "other"),
    "side_processes": _named("panel", kind="panel", started_by=[LEAD]),
    "requirements": [{"what": what} | GROUND for what in Asked],
    "categories": _named("category", common="other"),
    "urgency_bands": _named("band"),
    "child_statuses": _named("status"),
    "roles": [BARE["roles"][0] | {"substitutes": [f"{OWN} substitute"]}],
    "questions": [{"key": f"{OWN}_question", "asks": "What else?"} | GROUND],
    "raisers": [{"kind": kind, "asks": f"Raised as {kind}"} | GROUND for kind in (RaisedAs.THIRD_PARTY, RaisedAs.GROUP)],
    "thematic": {"asks": "A theme"} | GROUND,
}
# What is asked of a conversation differs with whether it is confirmed in writing.
TALKED = FULL | {"requirements": [each for each in FULL["requirements"] if each["what"] is not Asked.CONVERSATION_CONFIRMED]}
OF_A_SIDE, BESIDE = [Membership(role=MemberRole.LEAD)], [Membership(role=MemberRole.PARTNERSHIP_MANAGER)]


@dataclass(frozen=True)
class Specimen:
    """The fields that a form can have. `always` are those that every protocol asks for, and that must be answered."""

    fields: Mapping[str, forms.Field]
    always: frozenset[str]


@cache
def specimen(name: str) -> Specimen:
    """Of an action, by its verb, or of RAISE."""
    forms_of_it = [
        _fields(name, "full", FULL, OF_A_SIDE),
        _fields(name, "talked", TALKED, BESIDE),
        _fields(name, "bare", BARE, OF_A_SIDE),
    ]
    if name == RAISE:
        # What is asked differs with for whom it is raised.
        forms_of_it += [_fields(name, "full", FULL, OF_A_SIDE, raised_as=kind.value) for kind in RaisedAs]
    fields: dict[str, forms.Field] = {}
    for found in forms_of_it:
        for key, field in found.items():
            _add_choices(fields.setdefault(key, field), field)
    always = frozenset(key for key in fields if all(key in found and found[key].required for found in forms_of_it))
    return Specimen(fields | {f"{each}_member": MEMBER for each in _people(fields)}, always)


def acting(form: type[ActingForm]) -> ActingForm:
    """A form about one disagreement that is in no table of actions, at its fullest. Needs `nowhere`."""
    protocol = Protocol.model_validate(FULL)
    version = ProtocolVersion(pk=0, partnership_id=NOWHERE, digest=OWN, definition=protocol.model_dump(mode="json"))
    return form(disagreement=_disagreement(version), viewer=Viewer.of(User(pk=0), BESIDE))


def _add_choices(known: forms.Field, other: forms.Field) -> None:
    if isinstance(known, forms.ChoiceField) and isinstance(other, forms.ChoiceField):
        known.choices = list(dict([*known.choices, *other.choices]).items())  # type: ignore[misc]


MEMBER = forms.ChoiceField(label="Chosen from the agency's own members", required=False)


def _people(fields: Mapping[str, forms.Field]) -> list[str]:
    """Who is named in the form: by name and address, or chosen among members where there are any (here are none)."""
    named = [name.removesuffix("_email") for name in fields if name.endswith("_email")]
    return [name for name in named if name.startswith(("raising", "receiving"))]


def _fields(name: str, size: str, definition: dict[str, Any], held: list[Membership], **known: str) -> dict[str, forms.Field]:
    protocol = Protocol.model_validate(definition)
    version = ProtocolVersion(pk=0, partnership_id=NOWHERE, digest=f"{OWN} {size}", definition=protocol.model_dump(mode="json"))
    viewer = Viewer.of(User(pk=0), held)
    with nowhere():
        if name == RAISE:
            return dict(RaiseForm({"to": f"{OWN}_one:1", **known}, viewer=viewer, protocol=protocol).fields)
        form: ActingForm = ACTIONS[name].form(disagreement=_disagreement(version), viewer=viewer)
        return dict(form.fields)


def _disagreement(version: ProtocolVersion) -> Disagreement:
    partnership = Partnership(pk=NOWHERE, slug=OWN, name="A specimen", reference_prefix="SPE")
    ours, theirs = (Agency(pk=pk, partnership=partnership, key=key, name=key) for pk, key in ((1, "ours"), (2, "theirs")))
    found = Disagreement(
        pk=0, partnership=partnership, protocol_version=version, stage=f"{OWN}_one", flags=[FLAG], raised_by_id=0,
        raising_agency=ours, receiving_agency=theirs,
    )  # fmt: skip
    # Who telephones whom is asked where both sides have somebody.
    sides = ((Side.RAISING, ours), (Side.RECEIVING, theirs))
    found.people = [  # type: ignore[attr-defined]
        Party(side=side, role=LEAD, agency=agency, name=f"{OWN} {side}", email=f"{side}@{OWN}.example") for side, agency in sides
    ]
    return found
