"""The whole raising form at once, from flat JSON: what the API takes, and what a draft is checked with before it is raised.

Fields (those that the protocol asks for; an agency is named by its key):
raised_as ("own", "third_party" or "group"), about ("child" or "theme"); for a group with_<n>_agency, _name and _email;
raising_agency, receiving_agency, part ("worker", "lead", "both" or "recorder"), part_as, worker_name, worker_email,
telephone; to ("stage:tier"), direct_reason; prior_conversation, prior_conversation_on, prior_conversation_words,
lead_consulted, lead_consulted_words, conversation_confirmed; family_engaged, sharing_basis; agreed_so_far, concern,
decided_on, evidence, effect_on_child, reflection, outcome_wanted, needed_by; child_reference, unborn, child_status;
urgency, category, flags, mark_<flag>; question_<key>; and for each person <side>_<role>_name, _email, _telephone,
_job_title (or _member, the id of a membership), and _as where somebody stands in for the role. Whatever the protocol asks,
agreed_so_far and outcome_wanted are taken.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext

from partnerships.protocol import Protocol, RouteOut
from partnerships.routing import where_instead
from partnerships.written import Written, joined

from ..permissions import Viewer
from ..services import Particulars
from .raising import ANSWERED_BY, Filling, Part, RaisingForm, Setting
from .raising_concern import Agreed, ByWhen, Child, Concern, Kind, More, Wanted
from .raising_people import People
from .raising_sharing import Sharing
from .raising_situation import Talk, Where, Who
from .raising_whom import ForWhom, Together

PARTS: tuple[type[Part], ...] = (
    ForWhom, Who, Where, Together, Talk, Sharing, Agreed, Concern, Wanted, ByWhen, Child, Kind, More, People,
)  # fmt: skip


def parts_of(setting: Setting) -> list[Part]:
    """The parts that this protocol asks for, in the order of the form."""
    return [part for kind in PARTS if (part := kind(setting)).wanted]


class RaiseForm(RaisingForm):
    """Valid, it holds everything that `services.raise_disagreement` needs: `particulars()`."""

    def __init__(
        self, data: Mapping[str, Any], *, viewer: Viewer, protocol: Protocol, proposing: bool = True, **kwargs: Any
    ) -> None:
        whole = {name: storable(value) for name, value in data.items()}
        setting = Setting(viewer, protocol, whole, proposing)
        super().__init__(whole, setting=setting, parts=parts_of(setting), **kwargs)

    def clean(self) -> dict[str, Any]:
        """What belongs elsewhere is refused at the question that decides it (St Helens: the child's status)."""
        given = super().clean()
        for route in self.setting.routes:
            if route.stops:
                why = joined(gettext("This cannot be raised here."), Written(where_instead(route)))
                self.refuse(self.decided_by(route), why)
        return given

    def decided_by(self, route: RouteOut) -> str | None:
        """The question whose answer makes a route the way to go, the most particular first."""
        asked = {condition: name for name, condition in ANSWERED_BY.items()}
        asked |= {"raised_as": "raised_as", "stages": "to", "formal": "to", "direct": "to", "sectors": "receiving_agency"}
        found = (name for condition, name in asked.items() if getattr(route.when, condition) not in ((), None))
        return next((name for name in found if name in self.fields), None)

    def particulars(self) -> Particulars:
        filling = Filling(facts={"to": self.setting.opening.to})
        for part in self.parts:
            part.fill(self.cleaned_data, filling)
        return Particulars(people=tuple(filling.people), answers=filling.answers, extra=filling.extra, **filling.facts)


def storable(value: Any) -> Any:
    """JSON can hold half a character that no database can; it is shown as a question mark, as a browser would send it."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value
