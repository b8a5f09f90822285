"""The steps as each area has them (protocols.md section 6, rows 1 to 4, 10, 19, 25): how many, what they are called, which
are formal, the rungs inside one, and the way past some of them."""

from __future__ import annotations

from datetime import date

import pytest

from partnerships.ladder import Position
from tests.journeys.barnsley_people import matron, service_manager, the_people_of_barnsley
from tests.journeys.conftest import Telling
from tests.journeys.telling import Story, now_at
from tests.journeys.visitor import Visitor
from tests.pages.markup import Element
from tests.world import World

pytestmark = pytest.mark.django_db

LADDERS = {
    "barnsley": [
        "0 Professional to professional", "1 Safeguarding leads or managers", "2 Next tiers of management",
        "3 Safeguarding Partners",
    ],
    "havering": [
        "1 Discuss with the other worker", "2 Line managers", "3 Senior managers", "4 Resolution by the HSCP Chair",
    ],
    "wiltshire": ["1 Practitioner to practitioner", "2 Manager to manager", "3 Leader to leader"],
    "oldham": [
        "1 Practitioner to practitioner", "2 Manager to manager", "3 Heads of Service",
        "4 Delegates of the statutory partners",
    ],
    "enfield": [
        "1 Practitioner to practitioner", "2 First-line managers", "3 Senior managers", "4 Partnership executive",
    ],
}  # fmt: skip
WORDS = {"barnsley": "stage", "havering": "stage", "wiltshire": "tier", "oldham": "step", "enfield": "stage"}


@pytest.fixture
def world(request: pytest.FixtureRequest) -> World:
    found: World = request.getfixturevalue(request.param)
    return found


def rungs(page: Visitor) -> list[tuple[str, bool]]:
    """Each rung of the picture: its number and name, and whether it is formal."""
    return [(_name(rung), "Formal" in _said(rung)) for rung in page.page.every(cls="escalation-ladder__rung")]


def _said(rung: Element) -> list[str]:
    return [words.text for words in rung.every(cls="escalation-ladder__formal")]


def _name(rung: Element) -> str:
    name = rung.first(cls="escalation-ladder__name").text
    for state in (" Now here", " Not reached", " Done"):
        name = name.removesuffix(state)
    return f"{rung.first(cls='escalation-ladder__mark').text} {name}"


def test_row_01_an_informal_stage_before_the_formal_ones(barnsley: World, havering: World) -> None:
    # Barnsley talks first and logs nothing of it; Havering's informal stage is its Stage One, and is kept here.
    page = Visitor(barnsley.midwife).opens("/p/barnsley/start/").sees("Most differences are settled by talking.")
    assert rungs(page)[0] == ("0 Professional to professional", False)
    assert now_at(Visitor(barnsley.midwife).opens(_raised(barnsley))) == "Safeguarding leads or managers"
    assert now_at(Visitor(havering.midwife).opens(_raised(havering))) == "Discuss with the other worker"


def _raised(world: World, **own: object) -> str:
    disagreement = world.raised(**own)
    return f"/p/{world.slug}/d/{disagreement.reference}/"


@pytest.mark.parametrize("world", list(LADDERS), indirect=True)
def test_row_02_the_number_and_the_names_of_the_stages(world: World) -> None:
    page = Visitor(world.midwife).opens(f"/p/{world.slug}/start/")
    assert [name for name, _ in rungs(page)] == LADDERS[world.slug]
    page.sees(f"In this partnership each step up is called a {WORDS[world.slug]}.")
    assert f"Move up to the next {WORDS[world.slug]}" in Visitor(world.midwife).opens(_raised(world)).words


@pytest.mark.parametrize(
    ("world", "formal"),
    [("barnsley", ["1", "2", "3"]), ("havering", ["2", "3", "4"]), ("wiltshire", [])],
    indirect=["world"],
)
def test_row_03_which_stages_count_as_formal(world: World, formal: list[str]) -> None:
    page = Visitor(world.midwife).opens(_raised(world))
    assert [name.partition(" ")[0] for name, counts in rungs(page) if counts] == formal


def test_row_04_several_management_rungs_inside_one_stage(barnsley: World, telling: Telling) -> None:
    story = telling(the_people_of_barnsley(barnsley), "Wed 26 Aug 2026 09:30")
    address = _raised(barnsley, at=story.now, to=Position(stage="stage_1"))
    page = story.visitor(barnsley.hospital_lead).opens(address)
    page = _up(page, "Stage 2: Next tiers of management (Next tier of management)", "Matron", "Service Manager")
    assert now_at(page) == "Next tiers of management"
    before = story.clocks("BAR-0001")["stage_2_resolution"]
    story.comes("Fri 28 Aug 2026 09:30")
    page = story.visitor(matron(barnsley)).opens(address)
    page = _up(page, "Stage 2: Next tiers of management (Head of Service", "Head Of Safeguarding", "Head Of Social Work")
    # A rung higher, on the same stage and in the same count of five working days.
    assert story.standing("BAR-0001") == ("open", "stage_2", 2)
    assert story.clocks("BAR-0001")["stage_2_resolution"] == before


def _up(page: Visitor, to: str, ours: str, theirs: str) -> Visitor:
    page.presses("Move up to the next stage").chooses(to).fills("Why does it move up?", "Not agreed.")
    page.fills("Who takes it on for your side?", ours).fills("Who takes it on for the receiving side?", theirs)
    return page.presses("Move up to the next stage")


def test_row_10_a_stage_is_skipped_when_it_is_not_safe_to_wait(barnsley: World) -> None:
    address = _raised(barnsley)
    button = "Move up to the next stage"
    page = Visitor(barnsley.hospital_lead).opens(address).presses(button)
    page.chooses("Stage 3: Safeguarding Partners").fills("Why does it move up?", "").presses(button)
    assert page.refusals != []
    page.chooses("Stage 3: Safeguarding Partners").fills("Why does it move up?", "The birth is tomorrow.").presses(button)
    assert now_at(page) == "Safeguarding Partners"
    page.sees("The birth is tomorrow.")


def test_row_19_the_partnership_office_is_told_of_each_stage(barnsley: World, telling: Telling) -> None:
    story = telling(the_people_of_barnsley(barnsley), "Wed 26 Aug 2026 09:30")
    address = _raised(barnsley, at=story.now)
    assert "office" in story.post()
    _up(story.visitor(barnsley.hospital_lead).opens(address), "Stage 2: Next tiers of management", "Matron", "Service Manager")
    assert story.post()["office"] == ["BAR-0001: it has moved up a step"]
    page = story.visitor(service_manager(barnsley)).opens(address).presses("Move up to the next stage")
    page.chooses("Stage 3: Safeguarding Partners").fills("Why does it move up?", "Not agreed.").presses(
        "Move up to the next stage"
    )
    assert story.post()["office"] == ["BAR-0001: it has moved up a step"]


def test_row_25_outstanding_issues_are_carried_forward(barnsley: World, telling: Telling) -> None:
    story: Story = telling(the_people_of_barnsley(barnsley), "Wed 26 Aug 2026 09:30")
    address = _raised(barnsley, at=story.now)
    page = story.visitor(barnsley.hospital_lead).opens(address).presses("Record what was agreed")
    page.fills("What was agreed?", "A plan by Monday.")
    page.chooses("Read out to both").fills("What is still outstanding", "Who rings the ward.")
    page.presses("Record what was agreed")
    story.post()
    page = story.visitor(barnsley.team_manager).opens(address).presses("Confirm the outcome in writing")
    page.sees("Who rings the ward.").fills("How anything outstanding will be pursued", "I ring each Tuesday.")
    page.presses("Confirm the outcome in writing").sees("Still outstanding I ring each Tuesday.")
    act = "Add an outstanding action"
    page.follows(act).fills("What is to be done?", "Ring the ward each Tuesday").fills("Who does it?", "Team Manager")
    page.fills("By when?", date(2026, 9, 8)).presses(act)
    page.sees("Ring the ward each Tuesday", "Team Manager", "8 September 2026")
