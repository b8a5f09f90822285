"""In which order the acts of a disagreement stand on its page: the most fitting first, the rest under plain headings.

What may be done, and why not, the table of actions says; here is only where each stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from .actions import ACTIONS, Button
from .bookings import Booked
from .left_to_do import Left
from .models import Disagreement
from .permissions import Ties
from .states import State


class Group(StrEnum):
    """The plain headings, in the order of the page."""

    TALK = gettext_noop("Talk")
    AGREE = gettext_noop("Agree")
    MOVE_UP = gettext_noop("Move it up or down")
    CHANGE = gettext_noop("Change who, when and how")
    RECORD = gettext_noop("Record")
    END = gettext_noop("End it or open it again")


GROUPS: dict[str, Group] = {
    "acknowledge": Group.TALK,
    "book_conversation": Group.TALK,
    "record_conversation": Group.TALK,
    "pass_on": Group.TALK,
    "propose_outcome": Group.AGREE,
    "agree_to_proposal": Group.AGREE,
    "decline_proposal": Group.AGREE,
    "withdraw_proposal": Group.AGREE,
    "record_agreement": Group.AGREE,
    "confirm_outcome": Group.AGREE,
    "dispute_outcome": Group.AGREE,
    "record_decision": Group.AGREE,
    "escalate": Group.MOVE_UP,
    "step_back": Group.MOVE_UP,
    "record_gate": Group.MOVE_UP,
    "start_side_process": Group.MOVE_UP,
    "change_side_process": Group.MOVE_UP,
    "end_side_process": Group.MOVE_UP,
    "change_party": Group.CHANGE,
    "change_situation": Group.CHANGE,
    "vary_timescale": Group.CHANGE,
    "pause_clock": Group.CHANGE,
    "resume_clock": Group.CHANGE,
    "flag": Group.CHANGE,
    "unflag": Group.CHANGE,
    "link": Group.CHANGE,
    "record_progress": Group.RECORD,
    "tell_raiser": Group.RECORD,
    "record_satisfaction": Group.RECORD,
    "confirm_on_file": Group.RECORD,
    "record_learning": Group.RECORD,
    "add_action": Group.RECORD,
    "finish_action": Group.RECORD,
    "close": Group.END,
    "reopen": Group.END,
    "withdraw": Group.END,
}
# So many stand as buttons beside who has the ball; a telephone shows them without a fold.
FIRST = 4


@dataclass(frozen=True)
class Grouped:
    """One heading with what is open to this person and what is not."""

    title: str
    open: tuple[Button, ...]
    not_now: tuple[Button, ...]


def fitting(
    disagreement: Disagreement, tied: Ties, offered: Iterable[Button], *, booking: Booked | None, left: Sequence[Left]
) -> tuple[Button, ...]:
    """The few that fit now for this person, the most fitting first."""
    order = _order(disagreement, tied, booking, left)
    open_now = {button.verb: button for button in offered if button.verdict}
    return tuple(open_now[verb] for verb in dict.fromkeys(order) if verb in open_now)[:FIRST]


def _order(disagreement: Disagreement, tied: Ties, booking: Booked | None, left: Sequence[Left]) -> list[str]:
    """By state. Verbs that are not offered now, or not to this person, fall out later."""
    state = disagreement.standing
    if state == State.OPEN:
        first = ["record_decision"] if tied.decides_here else []
        if disagreement.waiting_for:
            first.append("end_side_process")
        talk = ["acknowledge", "record_conversation"] if booking and booking.passed else ["acknowledge"]
        answer = ["agree_to_proposal", "decline_proposal"]
        # Beside words that wait for an answer, to write down others is not the next thing: it stands with the rest.
        agree = (
            ["record_decision"] if disagreement.proposed_by_side else ["propose_outcome", "record_agreement", "record_decision"]
        )
        book = [] if booking else ["book_conversation"]
        return [*first, *answer, *talk, *book, *agree, "escalate", "book_conversation", "record_progress"]
    if state == State.AWAITING_CONFIRMATION:
        return ["confirm_outcome", "dispute_outcome", "record_progress", "escalate"]
    if state == State.RESOLVED:
        mine = [one.verb for one in left if one.task]
        ready = [] if left else ["close"]
        usual = ["tell_raiser", "record_satisfaction", "confirm_on_file", "finish_action", "record_learning", "close"]
        return list(dict.fromkeys([*mine, *ready, *usual]))
    return ["tell_raiser", "record_learning"] if state == State.CLOSED else ["record_learning"]


def grouped(offered: Iterable[Button], *, shown: Iterable[Button] = ()) -> list[Grouped]:
    """The rest, under their headings; a heading with nothing under it is left out."""
    above = {button.verb for button in shown}
    rest = [button for button in offered if button.verb not in above]
    found = []
    for group in Group:
        own = [button for button in rest if GROUPS.get(button.verb, Group.RECORD) == group]
        if own:
            found.append(Grouped(_(group.value), tuple(b for b in own if b.verdict), tuple(b for b in own if not b.verdict)))
    return found


# ---------------------------------------------------------------- what happens next
Next = str | Callable[[Disagreement], str]


def _after_agreeing(disagreement: Disagreement) -> str:
    written = "written_confirmation" in {r.what for r in disagreement.protocol.requirements}
    return (
        "Both sides see these words. The receiving side’s manager is then asked to confirm them in writing."
        if written
        else "Both sides see these words, and it is resolved. Then the person who raised it is told."
    )


def _after_moving_up(disagreement: Disagreement) -> str:
    return f"Whoever takes it on at the next {disagreement.protocol.step_word} is told, and its own date begins."


BOTH_SEE = "Both sides can read it here at once."
# By verb, what happens once it is done, in one sentence; where the action's own introduction says it already, nothing.
NEXT: dict[str, Next] = {
    "acknowledge": "The other side sees it at once. Then telephone them, or book a time to talk.",
    "book_conversation": "Both sides see it at the top of the page until then. To change or cancel it, book again.",
    "record_conversation": BOTH_SEE,
    "agree_to_proposal": _after_agreeing,
    "withdraw_proposal": "The other side is told that it need not answer any more.",
    "record_agreement": _after_agreeing,
    "confirm_outcome": "It is then resolved, and the person who raised it is to be told.",
    "dispute_outcome": "It is then open again, and both sides go on talking.",
    "record_decision": "It is then resolved, and both sides are told.",
    "escalate": _after_moving_up,
    "record_progress": BOTH_SEE,
    "close": "It is then over. It can be opened again if it turns out not to be settled.",
    "reopen": "It then stands where it stood before, and both sides are told.",
    "withdraw": "It then ends without an outcome, and both sides are told.",
    "pass_on": "Whoever takes it is told, and sees the whole of it. You go on seeing that you took part.",
    "change_party": "Whoever joins is told, and sees the whole of it.",
    "tell_raiser": BOTH_SEE,
    "record_satisfaction": BOTH_SEE,
    "confirm_on_file": "The page shows which agency has it on file, and since when.",
    "add_action": "It stands on the page until somebody records that it is done.",
}


def what_next(verb: str, disagreement: Disagreement) -> str:
    said = NEXT.get(verb, "")
    return said if isinstance(said, str) else said(disagreement)


def known_verbs() -> frozenset[str]:
    """Those that stand among the buttons: all but the ones whose links stand beside the entries they are about."""
    return frozenset(verb for verb, action in ACTIONS.items() if not action.at_entries)
