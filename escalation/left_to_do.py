"""What the protocol still asks for once there is an outcome: who is to be told, asked and reminded; writes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from partnerships.models import Agency
from partnerships.protocol_terms import Asked, Side

from .models import Action, Check, Disagreement
from .permissions import Ties, may
from .requirements import RAISER, asked_on_closing, asked_to_be_satisfied, not_yet_satisfied
from .states import State


@dataclass(frozen=True)
class Left:
    """One thing that is left. `task`: what is asked of this viewer, behind "to", if it is theirs; `words`: the same said of
    whoever else; `verb`: the act that records it."""

    verb: str
    words: str
    task: str = ""


@dataclass(frozen=True)
class OnFile:
    """One agency, and since when it has said that it has this on the child's file."""

    agency: Agency
    check: Check | None


def on_files(disagreement: Disagreement, checks: Sequence[Check]) -> list[OnFile]:
    """Which of the agencies has it on the child's file (H 3.1, O 4.1.2); nothing where there is no child."""
    if disagreement.thematic or not disagreement.stage:
        return []
    agencies = [agency for agency in (disagreement.raising_agency, disagreement.receiving_agency) if agency]
    said = {check.agency_id: check for check in reversed(checks) if check.what == Asked.ON_FILE}
    return [OnFile(agency, said.get(agency.pk)) for agency in agencies]


def left_to_do(disagreement: Disagreement, tied: Ties, *, checks: Sequence[Check], actions: Sequence[Action]) -> list[Left]:
    """In the order in which it is best done. Nothing before there is an outcome, and nothing once it is closed."""
    if disagreement.standing != State.RESOLVED or not disagreement.stage:
        return []
    since = disagreement.ended_at
    own = [check for check in checks if since is None or check.at >= since]
    asked = {r.what for r in asked_on_closing(disagreement.protocol, stage=disagreement.stage, thematic=disagreement.thematic)}
    return [
        *_told(disagreement, tied, asked, own),
        *_satisfied(disagreement, tied, own),
        *(_filed(disagreement, tied, checks) if Asked.ON_FILE in asked else ()),
        *_outstanding(actions, tied),
        *_learned(tied, asked, own),
    ]


def _told(disagreement: Disagreement, tied: Ties, asked: set[Asked], checks: Sequence[Check]) -> list[Left]:
    if Asked.RAISER_TOLD not in asked or any(check.what == Asked.RAISER_TOLD for check in checks):
        return []
    who = str(disagreement.raised_by)
    if tied.is_raiser:
        return [Left("tell_raiser", _("You are to be told the outcome in person. If nobody has told you yet, ask."))]
    task = _("tell %(who)s, who raised it, what came of it") % {"who": who} if may("tell_raiser", tied) else ""
    return [Left("tell_raiser", _("%(who)s, who raised it, is to be told what came of it.") % {"who": who}, task)]


def _satisfied(disagreement: Disagreement, tied: Ties, checks: Sequence[Check]) -> list[Left]:
    protocol = disagreement.protocol
    answers = {check.what: check.answer for check in checks}
    found = []
    for whose in not_yet_satisfied(protocol, answers=answers) if asked_to_be_satisfied(protocol) else ():
        theirs = tied.is_raiser if whose == RAISER else whose in tied.sides
        task = _("say whether the outcome satisfies you") if theirs else ""
        found.append(Left("record_satisfaction", _asked_whether(whose), task))
    return found


def _asked_whether(whose: str) -> str:
    said = {
        RAISER: _("The person who raised it is asked whether the outcome is satisfactory."),
        Side.RAISING: _("The raising side is asked whether the outcome is satisfactory."),
        Side.RECEIVING: _("The receiving side is asked whether the outcome is satisfactory."),
    }
    return said[whose]


def _filed(disagreement: Disagreement, tied: Ties, checks: Sequence[Check]) -> list[Left]:
    found = []
    for side, file in zip((Side.RAISING, Side.RECEIVING), on_files(disagreement, checks), strict=False):
        if file.check is None:
            theirs = side in tied.sides
            task = _("put it on the child’s file at %(agency)s, and to say so here") % {"agency": file.agency} if theirs else ""
            found.append(
                Left("confirm_on_file", _("%(agency)s has yet to put it on the child’s file.") % {"agency": file.agency}, task)
            )
    return found


def _outstanding(actions: Sequence[Action], tied: Ties) -> list[Left]:
    waiting = [action for action in actions if action.finished_at is None]
    if not waiting:
        return []
    number = len(waiting)
    words = ngettext("One action is still to be done.", "%(number)s actions are still to be done.", number) % {"number": number}
    return [Left("finish_action", words, _("see that what was agreed is done") if tied.manages and tied.is_party else "")]


def _learned(tied: Ties, asked: set[Asked], checks: Sequence[Check]) -> list[Left]:
    if Asked.LEARNING not in asked or any(check.what == Asked.LEARNING for check in checks):
        return []
    task = _("write down what should be learned from it") if tied.manages or tied.viewer.is_office else ""
    return [Left("record_learning", _("What should be learned from it is to be written down."), task)]
