"""Who has the last word, and in whose words (protocols.md section 6, row 28); how far the partnership is drawn in (P 10)."""

from __future__ import annotations

import pytest

from escalation.models import Disagreement
from partnerships.ladder import Position
from tests.capabilities.written import address, ball, entries, page_of
from tests.journeys.conftest import Telling
from tests.journeys.visitor import Visitor
from tests.services.acts import up_to
from tests.world import World

pytestmark = pytest.mark.django_db

TOP = {"barnsley": "stage_3", "havering": "stage_4", "wiltshire": "tier_3", "enfield": "stage_4"}
ROLE = {"barnsley": "safeguarding_partner", "havering": "chair", "enfield": "senior_safeguarding_lead"}


def at_the_top(world: World) -> Disagreement:
    stage = world.protocol.ladder[-1]
    return up_to(world, stage.key, stage.heights)


@pytest.mark.parametrize(
    ("slug", "button", "word", "sentence"),
    [
        (
            "barnsley", "Record the Safeguarding Partners' conclusion", "conclusion",
            "Waiting for the Safeguarding Partner to give the conclusion.",
        ),
        (
            "havering", "Record the resolution by the Chair or the Panel", "resolution",
            "directly or by the Resolution Panel, to give the resolution.",
        ),
        ("enfield", "Record the direction given", "direction", "High Risk Management Panel (HRMP), to give the direction."),
    ],
)  # fmt: skip
def test_row_28_final_authority_kind(db: None, slug: str, button: str, word: str, sentence: str) -> None:
    """Partners conclude, the Chair resolves directly or by panel, a panel directs: the page and the record say it so."""
    world = World(slug)
    found = at_the_top(world)
    page = Visitor(world.decider(world.protocol.ladder[-1].authority.by)).opens(address(found))  # type: ignore[union-attr, arg-type]
    assert ball(page) == f"You are asked to give the {word}."
    assert ball(page_of(world, "team_manager", found)).endswith(sentence)
    page.presses(button).fills(f"What is the {word}?", "The plan is made within the week.").presses(button)
    assert f"{word.capitalize()} recorded" in entries(page)
    page.sees(word.capitalize(), "The plan is made within the week.")
    assert world.fresh(found).state == "resolved"


def test_row_28_final_authority_nobody_mediation_only(wiltshire: World) -> None:
    """No decision button anywhere, for nobody; the sentence says that nobody decides it (W 3.1c)."""
    found = at_the_top(wiltshire)
    for person in ("office", "hospital_lead", "team_manager", "midwife"):
        page = page_of(wiltshire, person, found)
        assert ball(page).endswith("Nobody decides it for them: mediation can help them to a way forward.")
        page.does_not_see("Record what mediation arrived at", "Record the decision")
    office = Visitor(wiltshire.office).opens(address(found, "record_decision"))
    assert (office.status, wiltshire.fresh(found).state) == (403, "open")


def test_row_28_the_word_stands_in_the_letters(db: None, telling: Telling) -> None:
    world = World("enfield")
    story = telling(world, "Tue 15 Sep 2026 10:30")
    found = at_the_top(world)
    story.post()
    world.do("record_decision", found, by=world.office, text="The plan is made within the week.")
    story.post()
    assert "The direction at Stage 4: Partnership executive has been recorded." in story.letter("hospital.lead")


def test_p_10_the_partnerships_stance_is_said_at_each_stage_and_on_moving_up(barnsley: World) -> None:
    found = barnsley.raised()
    page = page_of(barnsley, "hospital_lead", found).sees("The partnership is told, and leaves it to the agencies.")
    page.presses("Move up to the next stage")
    page.sees("The partnership is told and may support.", "It is for the partnership to settle.")
    page.fills("Why does it move up?", "Not agreed.").presses("Move up to the next stage")
    page.sees("The partnership is told and may support.").does_not_see("The partnership is told, and leaves it to the agencies.")


def test_p_10_the_stance_stands_in_the_letter(db: None, telling: Telling) -> None:
    story = telling(World("barnsley"), "Tue 15 Sep 2026 10:30")
    found = story.world.raised()
    story.post()
    story.world.do(
        "escalate", found, by=story.world.office, to=Position(stage="stage_2"), reason="Not agreed.",
        people=story.world.acting_people(Position(stage="stage_2")),
    )  # fmt: skip
    story.post()
    assert "The partnership is told and may support." in story.letter("hospital.lead")
