"""Every action's form as it is at its fullest, to describe it without any partnership; must not reach any row."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from django import forms

from partnerships.models import Agency, Partnership, ProtocolVersion, User
from partnerships.protocol import Protocol
from partnerships.scope import partnership_scope

from ..actions import ACTIONS
from ..forms.base import ActingForm
from ..models import Disagreement
from ..permissions import Viewer

# No partnership has this id: in its scope every query is answered, with nothing.
NOWHERE = 0
# Keys of the specimen protocol begin with this: a choice among them is each partnership's own.
OWN = "specimen"
GROUND = {"clause": "a specimen"}
ROLES = [{"key": f"{OWN}_lead", "name": "Lead", "side": "both", "capacity": "lead"} | GROUND]
STAGE = {"kind": "manager", "formal": True, "acts": [f"{OWN}_lead"], "stance": "informed"} | GROUND
GATE = {"key": f"{OWN}_gate", "asks": "Has it been done?"} | GROUND
STAGES = [
    {"key": f"{OWN}_one", "number": "1", "name": "One", "opens_here": True} | STAGE,
    {"key": f"{OWN}_two", "number": "2", "name": "Two", "gates": [GATE]} | STAGE,
]
FLAGS = [{"key": f"{OWN}_{name}", "name": name} | GROUND for name in ("raised", "other")]
PROCESS = {"key": f"{OWN}_panel", "kind": "panel", "name": "Panel", "started_by": [f"{OWN}_lead"]} | GROUND
ASKED = [{"what": what} | GROUND for what in ("raiser_satisfied", "supervision", "learning", "written_confirmation")]


@cache
def specimen_protocol() -> Protocol:
    """Asks for everything that makes a form of an action longer."""
    return Protocol.model_validate(
        {
            "title": "A specimen",
            "source": {"document": "None"},
            "stages": STAGES,
            "roles": ROLES,
            "flags": FLAGS,
            "side_processes": [PROCESS],
            "requirements": ASKED,
        }
    )


@cache
def specimen_fields(verb: str) -> Mapping[str, forms.Field]:
    """The fields that an action's form can have. Choices that are a partnership's own begin with OWN, or are missing."""
    with partnership_scope(NOWHERE):
        form: ActingForm = ACTIONS[verb].form(disagreement=_specimen(), viewer=Viewer.of(User(pk=0), ()))
    fields = dict(form.fields)
    for name in form.fields:
        prefix = name.removesuffix("_email")
        if prefix != name and f"{prefix}_name" in fields:
            fields.setdefault(f"{prefix}_member", forms.ChoiceField(label="Chosen from the agency's own members", required=False))
    return fields


def _specimen() -> Disagreement:
    partnership = Partnership(pk=NOWHERE, slug=OWN, name="A specimen", reference_prefix="SPE")
    version = ProtocolVersion(pk=0, partnership=partnership, digest=OWN, definition=specimen_protocol().model_dump(mode="json"))
    sides = {
        f"{side}_agency": Agency(pk=pk, partnership=partnership, key=side, name=side)
        for pk, side in enumerate(("raising", "receiving"), start=1)
    }
    return Disagreement(
        pk=0, partnership=partnership, protocol_version=version, stage=f"{OWN}_one", flags=[f"{OWN}_raised"],
        raised_by_id=0, **sides,
    )  # fmt: skip
