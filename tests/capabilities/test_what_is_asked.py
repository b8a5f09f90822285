"""What people are asked, advised and sent away with (protocols.md section 6, rows 12, 14, 18, 38 to 42, 45 to 52)."""

from __future__ import annotations

from datetime import date

import pytest

from tests.journeys.conftest import Telling
from tests.journeys.telling import each
from tests.journeys.visitor import Visitor
from tests.world import World

pytestmark = pytest.mark.django_db

NONE = "None of these"


@pytest.fixture
def world(request: pytest.FixtureRequest) -> World:
    found: World = request.getfixturevalue(request.param)
    return found


def raised(world: World, **own: object) -> str:
    return f"/p/{world.slug}/d/{world.raised(**own).reference}/"


def at_the_talk(world: World) -> Visitor:
    page = Visitor(world.midwife).opens(f"/p/{world.slug}/start/").chooses(NONE).presses("Continue")
    page.fills("The agency you disagree with", "Children's social care").presses("Save and continue")
    return page.presses("Save and continue") if page.asks("Step 1: ") or "Where" in page.heading else page


def test_row_12_the_own_safeguarding_lead_is_consulted_first(barnsley: World) -> None:
    page = at_the_talk(barnsley).chooses("Not yet", under="Have you talked to your own safeguarding lead or manager?")
    page.chooses("Yes, by telephone").fills("When was that", date(2026, 8, 25)).fills("What was said", "We did not agree.")
    page.presses("Save and continue")
    assert page.refusals == ["Talk to them first, then come back: your draft is kept. In danger, telephone 999"]


def test_row_14_the_first_contact_is_by_telephone_or_face_to_face(oldham: World) -> None:
    page = at_the_talk(oldham)
    assert [page.asks(mode) for mode in ("Yes, by telephone", "Yes, face to face", "By e-mail")] == [True, True, False]


def test_row_18_the_line_manager_of_the_person_concerned_must_be_named(barnsley: World) -> None:
    assert barnsley.team_manager  # somebody to choose, and yet the person may be somebody else
    page = at_the_talk(barnsley).chooses("Yes", under="Have you talked to your own safeguarding lead or manager?")
    page.chooses("I tried, and could not reach them").fills("When was that", date(2026, 8, 25))
    page.fills("What was said, or what did you try?", "Rang on four days.").presses("Save and continue")
    page.fills("In one sentence", "The plan.").fills("What worries you", "Three risks.").presses("Save and continue")
    page.fills("What is the likely effect on the child?", "A birth without a plan.").presses("Save and continue")
    page.fills("What needs to be achieved to resolve this?", "A plan.").presses("Save and continue")
    page.fills("The child's reference", "H-2207").chooses("The child is not born yet").presses("Save and continue")
    page.chooses("Another professional's action or inaction").presses("Save and continue")
    manager = "Who is the direct line manager of the person the concern is about?"
    page.chooses("Somebody else", under=manager).presses("Save and continue")
    assert f"Enter a name: {manager}" in page.refusals


EXCLUDED = [
    ("row_38", "havering", "wrongdoing, or dangers at work", "histleblowing"),
    ("row_38", "wiltshire", "I disagree with my own manager", "histleblowing"),
    ("row_39", "enfield", "It is about somebody's behaviour or conduct", "Local Authority Designated Officer (LADO)"),
    ("row_40", "oldham", "A parent, carer or child wants to complain", "statutory complaints process"),
]


@pytest.mark.parametrize(
    ("world", "answer", "way"), [case[1:] for case in EXCLUDED], ids=[f"{c[0]}-{c[1]}" for c in EXCLUDED], indirect=["world"]
)
def test_row_38_row_39_row_40_what_is_not_a_disagreement_is_shown_its_own_way(world: World, answer: str, way: str) -> None:
    page = Visitor(world.midwife).opens(f"/p/{world.slug}/start/").chooses(answer).presses("Continue")
    page.sees("This is not the way. Here is the way:", way)


def test_row_41_the_basis_for_sharing_is_recorded_and_stops_nobody(oldham: World) -> None:
    page = Visitor(oldham.team_manager).opens(
        raised(oldham, answers=oldham.answers("practitioner", sharing_basis="To keep safe."))
    )
    page.sees("On what basis is it shared?", "To keep safe.")


@pytest.mark.parametrize(
    ("world", "number"), [("barnsley", 9), ("havering", 4), ("oldham", 4), ("enfield", 5)], indirect=["world"]
)
def test_row_42_each_area_has_its_own_categories(world: World, number: int) -> None:
    names = [category.name for category in world.protocol.categories]
    page = Visitor(world.office).opens(f"/p/{world.slug}/tracker/")
    offered = {label.text for label in page.page.every(tag="label")}
    assert (len(names), set(names) - offered) == (number, set())


def test_row_45_row_49_themes_go_to_a_sub_group_and_learning_to_policy_or_training(barnsley: World, telling: Telling) -> None:
    story = telling(barnsley, "Wed 26 Aug 2026 09:30")
    page = story.visitor(barnsley.administrator).opens("/p/barnsley/administration/contacts/")
    page.follows("Policy and Workforce Development (PWD) subgroup").fills("E-mail address", "pwd@barnsley.example").presses(
        "Save"
    )
    assert barnsley.office
    address = raised(barnsley, at=story.now)
    story.post()
    page = story.visitor(barnsley.hospital_lead).opens(address).presses("Record what was agreed")
    page.fills("What was agreed?", "A plan by Monday.").chooses("Read out to both").presses("Record what was agreed")
    confirm = "Confirm the outcome in writing"
    story.visitor(barnsley.team_manager).opens(address).presses(confirm).presses(confirm)
    story.post()
    page = story.visitor(barnsley.hospital_lead).opens(address).presses("Record learning")
    page.fills("What should be learned?", "Who answers when a worker is away.").chooses("Training").presses("Record learning")
    assert story.post() == each("BAR-0001: learning recorded", "office", "pwd")
    page.sees("Who answers when a worker is away.")


@pytest.mark.parametrize("world", ["barnsley", "wiltshire"], indirect=True)
def test_row_46_row_48_silent_agencies_and_the_annual_report_are_the_protocols_to_ask_for(world: World) -> None:
    page = Visitor(world.midwife).opens(f"/p/{world.slug}/protocol/")
    reporting = world.protocol.reporting
    assert len(reporting) >= 1
    page.sees(*[rule.sub_group for rule in reporting if rule.sub_group], *[r.annual_to for r in reporting if r.annual_to])


def test_row_50_a_junior_raiser_can_ask_for_support(havering: World, telling: Telling) -> None:
    story = telling(havering, "Mon 14 Sep 2026 11:00")
    assert havering.hospital_lead
    raised(havering, at=story.now, flags=("support_wanted",))
    assert "hospital.lead" in story.post()
    assert "Your worker would like support in raising this. Please speak to them." in story.letter("hospital.lead")


@pytest.mark.parametrize("world", ["barnsley", "wiltshire", "oldham", "enfield"], indirect=True)
def test_row_51_advice_on_conduct_stands_at_the_step_where_it_is_needed(world: World) -> None:
    page = Visitor(world.team_manager).opens(raised(world))
    here = {"", world.protocol.ladder[0].key}
    advice = [one for one in world.protocol.guidance if one.at in ("open", "answering")]
    shown = [one.text for one in advice if here & set(one.stages or ("",))]
    assert len(shown) >= 1
    page.sees(*[" ".join(text.split()) for text in shown])


@pytest.mark.parametrize("world", ["barnsley", "havering", "wiltshire"], indirect=True)
def test_row_52_the_version_and_the_review_date_of_the_policy_are_shown(world: World) -> None:
    source = world.protocol.source
    page = Visitor(world.midwife).opens(f"/p/{world.slug}/protocol/").sees(source.version, "In this tracker Version 1")
    due = f"{source.review_due:%A} {source.review_due.day} {source.review_due:%B %Y}" if source.review_due else None
    page.sees(f"Review due {due or 'The document gives no date.'}")
    Visitor(world.midwife).opens(raised(world)).sees(f"Raised under: {world.protocol.title} (version 1).")
