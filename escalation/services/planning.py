"""An outcome as a plan: actions with their owners and dates, kept beside it and in its words; knows no verb."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from partnerships.protocol_terms import Asked

from ..models import Action, Disagreement
from ..moves import Refused


@dataclass(frozen=True)
class Planned:
    """One action of the plan: what is to be done, who does it, and by when."""

    what: str
    owner: str
    due: date


def checked(disagreement: Disagreement, plan: Sequence[Planned]) -> None:
    """Refuses a plan with a hole in it, and none where the protocol insists on one."""
    asked = disagreement.protocol.asks_for(Asked.ACTION_PLAN, stage=disagreement.stage)
    if asked is not None and asked.must and not plan:
        raise Refused(f"Say who does what by when: at least one action. {asked.asks}".strip())
    if any(not action.what.strip() or not action.owner.strip() for action in plan):
        raise Refused("Say of each action what is to be done, and who does it.")


def keep_plan(disagreement: Disagreement, plan: Sequence[Planned]) -> dict[str, Any]:
    """Keep the actions, as outstanding ones. Returns what the entry keeps of it: ids alone."""
    checked(disagreement, plan)
    kept = [
        Action.objects.create(disagreement=disagreement, what=one.what.strip(), owner=one.owner.strip(), due=one.due)
        for one in plan
    ]
    return {"actions": [action.pk for action in kept]} if kept else {}


def plan_words(plan: Sequence[Planned]) -> str:
    """The plan as the entry's words show it."""
    lines = [f"{one.what.strip()} ({one.owner.strip()}, by {one.due.day} {one.due:%B %Y})" for one in plan]
    return "\n".join(["Who does what by when", *lines]) if lines else ""


def joined(*texts: str) -> str:
    """Several texts as the words of one entry, each a paragraph of its own; empty ones leave nothing."""
    return "\n\n".join(text.strip() for text in texts if text.strip())
