"""One side proposes an outcome, the other agrees word for word or says what is still disagreed: on the pages of both."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine

from escalation.models import Action, Outcome, ProposedOutcome
from tests.journeys.visitor import Visitor
from tests.world import TUESDAY, World, days

pytestmark = pytest.mark.django_db

PAGE = "/p/barnsley/d/BAR-0001/"
TEXT = "A joint visit each Friday, written down by both agencies."
REPLY = "Friday is too late. A visit each week is right."


def opened(world: World, user: str, page: str = PAGE) -> Visitor:
    return Visitor(getattr(world, user)).opens(page)


def test_both_sides_see_one_text_before_it_is_fixed(barnsley: World) -> None:
    """Proposed on one side; not yet, and why, on the other; other words; agreed word for word; then it is the outcome."""
    barnsley.raised()
    with time_machine.travel(TUESDAY + days(1), tick=False):
        page = opened(barnsley, "team_manager").presses("Propose an outcome")
        assert page.presses("Propose an outcome").refusals == ["Write down what you propose"]
        page.fills("What do you propose?", TEXT).chooses("Yes: who does what, by when")
        assert page.presses("Propose an outcome").refusals == ["Say what is to be done, who does it and by when"]
        page.fills("Action 1: what is to be done?", "Ring the GP").fills("Action 1: who does it?", "Team manager")
        page.fills("Action 1: by when?", date(2026, 9, 18)).presses("Propose an outcome")
        assert page.told == ["The other side is told, and asked for its answer."]
        page.sees(TEXT, "Ring the GP", "18 September 2026", "Waiting for the answer of the other side.")
        assert {"Change it", "Take it back"} <= set(page.links())
        assert "We agree" not in page.links()

        opened(barnsley, "office").sees(TEXT, "Waiting for the answer of the raising side.").does_not_see("We agree")
        other = opened(barnsley, "hospital_lead").sees("Team Manager (Children's social care) proposed this", TEXT, "Ring the GP")
        other.presses("Not yet: say what is still disagreed").sees(TEXT, "18 September 2026")
        assert other.presses("Not yet: say what is still disagreed").refusals == ["Say what is still disagreed"]
        other.fills("What is still disagreed?", REPLY).presses("Not yet: say what is still disagreed")
        other.sees("Proposed outcome: not agreed yet", REPLY, TEXT)
    with time_machine.travel(TUESDAY + days(2), tick=False):
        page, other = opened(barnsley, "team_manager"), opened(barnsley, "hospital_lead")
        for each in (page, other):  # one act, once: beside the proposal and not among the buttons as well
            assert [a.text for a in each.page.every(tag="a") if a.attributes.get("href", "").endswith("/propose_outcome/")] == [
                "Propose other words"
            ]
        page.sees(REPLY, "Hospital Lead (Moorside Hospital) said").presses("Propose other words")
        assert TEXT in page.words  # whoever words it anew begins with what stood there
        page.fills("What do you propose?", TEXT.replace("Friday", "week")).presses("Propose an outcome")
        other.opens(PAGE).sees("A joint visit each week").presses("We agree").sees(
            "A joint visit each week", "Ring the GP", "exactly these words"
        )
        other.presses("We agree")
        assert other.told == ["It is agreed, in the words that were proposed."]
        other.sees(
            "Agreed by both sides, not yet confirmed in writing",
            "Proposed by Team Manager on Thursday 17 September 2026",
            "Agreed by Hospital Lead on Thursday 17 September 2026",
            "Agreement recorded: both sides agree, in the words that the receiving side proposed",
            "Due tomorrow",
        ).does_not_see("Proposed outcome: nothing is fixed yet")
    is_kept_word_for_word(barnsley)
    is_confirmed_and_done(barnsley)


def is_confirmed_and_done(barnsley: World) -> None:
    with time_machine.travel(TUESDAY + days(6), tick=False):
        # The protocol asks the receiving manager for the same in writing (B Stage One): these words, and no others.
        page = opened(barnsley, "team_manager").sees("3 days past").presses("Confirm the outcome in writing")
        assert not page.sees("A joint visit each week").asks("What was agreed")
        page.presses("Confirm the outcome in writing").sees("Resolved", "Confirmed in writing on Monday 21 September")
        page.presses("Done : Ring the GP").sees("Done on Monday 21 September 2026").does_not_see("3 days past")


def is_kept_word_for_word(barnsley: World) -> None:
    with barnsley.scope():
        (outcome,) = Outcome.objects.select_related("proposal")
        first, second = ProposedOutcome.objects.order_by("pk")
        assert (outcome.text, outcome.proposal) == (TEXT.replace("Friday", "week"), second)
        assert (first.ended, first.reply, second.ended) == ("not_agreed", REPLY, "agreed")
        (action,) = Action.objects.all()
        assert (action.what, action.owner, action.due) == ("Ring the GP", "Team manager", date(2026, 9, 18))
