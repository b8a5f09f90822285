"""The whole raising form at once, from flat JSON: what the API takes, and what a draft is checked with before it is raised.

Fields (those that the protocol asks for; an agency is named by its key):
raising_agency, receiving_agency, part ("worker", "lead", "both" or "recorder"), worker_name, worker_email, telephone;
to ("stage:tier"), direct_reason; prior_conversation, prior_conversation_on, prior_conversation_words, lead_consulted,
lead_consulted_words, conversation_confirmed; concern, evidence, effect_on_child, agreed_so_far, reflection, outcome_wanted,
needed_by; child_reference, unborn, child_status; urgency, category, flags, mark_<flag>; family_engaged, sharing_basis;
and for each person <side>_<role>_name, _email, _telephone, _job_title (or _member, the id of a membership).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from partnerships.protocol import Protocol

from ..permissions import Viewer
from ..services import Particulars
from .raising import Filling, Part, RaisingForm, Setting
from .raising_concern import Child, Concern, Effect, Kind, Wanted
from .raising_people import People
from .raising_situation import Sharing, Talk, Where, Who

PARTS: tuple[type[Part], ...] = (Who, Where, Talk, Concern, Effect, Wanted, Child, Kind, Sharing, People)


def parts_of(setting: Setting) -> list[Part]:
    """The parts that this protocol asks for, in the order of the form."""
    return [part for kind in PARTS if (part := kind(setting)).wanted]


class RaiseForm(RaisingForm):
    """Valid, it holds everything that `services.raise_disagreement` needs: `particulars()`."""

    def __init__(self, data: Mapping[str, Any], *, viewer: Viewer, protocol: Protocol, **kwargs: Any) -> None:
        whole = {name: storable(value) for name, value in data.items()}
        setting = Setting(viewer, protocol, whole)
        super().__init__(whole, setting=setting, parts=parts_of(setting), **kwargs)

    def particulars(self) -> Particulars:
        filling = Filling(facts={"to": self.setting.opening.to})
        for part in self.parts:
            part.fill(self.cleaned_data, filling)
        return Particulars(people=tuple(filling.people), answers=filling.answers, extra=filling.extra, **filling.facts)


def storable(value: Any) -> Any:
    """JSON can hold half a character that no database can; it is shown as a question mark, as a browser would send it."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value
