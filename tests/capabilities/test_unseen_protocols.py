"""Protocols of areas that nobody had in mind, entered as data alone: of each the rule that none of the others has."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from escalation.models import Party
from escalation.services import Person
from partnerships import services as partnership_services
from partnerships.ladder import Position
from partnerships.models import Partnership, ProtocolVersion
from partnerships.protocol import Protocol
from partnerships.protocol_file import read_protocol
from partnerships.protocol_terms import Side
from partnerships.protocol_writing import write_protocol
from partnerships.scope import partnership_scope
from tests.journeys.conftest import Telling
from tests.journeys.elsewhere import elsewhere, named
from tests.journeys.telling import Answer, Story, answers, buttons, marks, not_open, now_at
from tests.journeys.visitor import Visitor
from tests.world import World

from .raising import PROTOCOLS, read

pytestmark = pytest.mark.django_db

MOVE, UP, BACK = "Move up to the next stage", "Why does it move up?", "Open it again"
FILES = sorted(PROTOCOLS.rglob("*.yml"))


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_what_is_exported_is_imported_as_the_identical_version(path: Path) -> None:
    """Through the database and back, for every file of another area."""
    protocol = read_protocol(path.read_bytes(), name=path.name).protocol
    assert protocol is not None
    world = Partnership.objects.create(slug="elsewhere", name="Elsewhere", reference_prefix="ELS")
    with partnership_scope(world.pk):
        stored = ProtocolVersion.objects.get(pk=partnership_services.draft_protocol(protocol).pk)
        again = read_protocol(write_protocol(stored.protocol), name=path.name)
    assert (again.problems, again.protocol) == ((), protocol)
    assert write_protocol(protocol) == write_protocol(stored.protocol)


def page(story: Story, name: str) -> Visitor:
    return named(story, name).opens(f"/p/{story.world.slug}/d/{story.world.slug[:3].upper()}-0001/")


def moves_up(visitor: Visitor, *people: str, label: str = MOVE) -> Visitor:
    visitor.presses(label).fills(UP, "We do not agree.")
    for side, name in zip(("your side", "the receiving side"), people, strict=False):
        visitor.fills(f"Who takes it on for {side}?", name)
    return visitor.presses(label)


def acting(story: Story) -> set[tuple[str, str]]:
    with story.world.scope():
        return set(Party.objects.filter(left_at=None).values_list("side", "role"))


# ---------------------------------------------------------------- Sefton
@pytest.fixture
def sefton(db: None, telling: Telling) -> Story:
    story = telling(elsewhere("sefton", member="representative"), "Mon 14 Sep 2026 11:00")
    story.world.raised(at=story.now, decided_on=date(2026, 9, 11))
    return story


def test_sefton_asks_with_the_answer_whether_the_file_was_read(sefton: Story) -> None:
    visitor = page(sefton, "team.manager").presses("I have this").presses("I have this")
    assert visitor.refusals == ["Answer the question: Have you read the child's file?"]
    visitor.chooses("Yes").presses("I have this").sees("Have you read the child's file?")
    assert visitor.refusals == []


def test_sefton_lets_only_the_raising_side_take_it_up(sefton: Story) -> None:
    left_to = (
        "The protocol leaves this to: Team manager (the raising side), Lead for safeguarding (the raising side) or Board "
        "representative (the raising side), or for the partnership manager."
    )
    for name in ("team.manager", "midwife"):
        assert not_open(page(sefton, name))[MOVE] == left_to
    refused = named(sefton, "team.manager").opens("/p/sefton/d/SEF-0001/escalate/")
    assert (refused.status, left_to in refused.words) == (403, True)
    assert MOVE in buttons(page(sefton, "office"))
    assert MOVE in buttons(page(sefton, "hospital.lead"))


def test_seftons_two_sides_meet_in_roles_of_their_own_and_one_clock_follows_another(sefton: Story) -> None:
    assert sefton.clocks("SEF-0001") == {"speak": "Fri 18 Sep 2026 00:00"}
    visitor = moves_up(page(sefton, "hospital.lead"), "Hospital Lead", "Team Manager")
    assert now_at(visitor) == "Safeguarding leads and service managers"
    assert {("raising", "safeguarding_lead"), ("receiving", "service_manager")} <= acting(sefton)
    assert sefton.clocks("SEF-0001") == {"service_managers": "Thu 17 Sep 2026 00:00"}
    assert "manager" in sefton.post()  # the business manager's inbox
    # "Within a further 5 working days": once the first two have passed, from then.
    sefton.comes("Thu 17 Sep 2026 09:00")
    assert sefton.clocks("SEF-0001") == {
        "service_managers": "Thu 17 Sep 2026 00:00",
        "meeting": "Fri 25 Sep 2026 00:00",
    }


# ---------------------------------------------------------------- Croydon
@pytest.fixture
def croydon(db: None, telling: Telling) -> Story:
    people = {"chair": "executive", "nurse": "health_partner", "sergeant": "police_partner", "watcher": "scrutineer"}
    story = telling(elsewhere("croydon", manager="service_manager", director="director", **people), "Mon 14 Sep 2026 11:00")
    world = story.world
    stage = Position(stage="stage_4")
    given = world.answers("stage_4", question_basis="Child protection")
    found = world.raised(at=story.now, to=stage, answers=given, direct_reason="It cannot wait.", urgency="immediate")
    world.do("escalate", found, by=world.hospital_lead, to=Position(stage="stage_5"), reason="Not agreed.", at=story.now)
    return story


def test_croydons_partners_decide_together(croydon: Story) -> None:
    decide = "Record the executive group's decision"
    assert [page(croydon, name).status for name in ("nurse", "sergeant", "watcher")] == [200, 200, 200]
    assert not_open(page(croydon, "nurse"))[decide] == "Only the people who decide at this step may record the decision."
    visitor = page(croydon, "chair").presses(decide).fills("What is the decision?", "One visit a week.").chooses("Health partner")
    visitor.presses(decide)
    assert visitor.refusals == ["It stands once all have agreed to it. Tick who has; still missing: Police partner."]
    visitor.chooses("Police partner").presses(decide)
    assert marks(visitor)[0] == "Resolved"
    visitor.sees("Agreed by: Executive group, Health partner and Police partner")


def test_croydon_counts_all_stages_together(croydon: Story) -> None:
    assert croydon.clocks("CRO-0001") == {"whole": "Tue 13 Oct 2026 00:00"}
    croydon.post()
    croydon.comes("Tue 13 Oct 2026 09:00")
    assert {"chair", "unit"} <= {name.partition("@")[0] for name in croydon.post()}


def test_croydon_takes_up_with_its_executive_what_the_partnership_decided(croydon: Story) -> None:
    signposted = named(croydon, "midwife").opens("/p/croydon/start/").chooses("My concern is about how somebody behaved")
    signposted.presses("Continue").sees("Use that agency's own complaints policy")
    stages = named(croydon, "midwife").opens("/p/croydon/protocol/")
    stages.sees("The executive group takes this up itself", "It stands once these have agreed to it too")


def test_croydon_takes_only_an_immediate_risk_straight_up(croydon: Story) -> None:
    world = croydon.world
    usual = world.raised(at=croydon.now, answers=world.answers("stage_2", question_basis="Early help"), urgency="usual")
    visitor = named(croydon, "hospital.lead").opens(usual.get_absolute_url()).presses(MOVE)
    assert [visitor.asks(f"Stage {rung}") for rung in ("3: Between service managers", "4: Between directors")] == [True, False]
    changed = named(croydon, "midwife").opens(usual.get_absolute_url()).follows("Change the urgency or the child's status")
    changed.chooses("The child is at risk of harm now").fills("What has changed?", "Since today.").presses("Change the urgency")
    visitor = named(croydon, "hospital.lead").opens(usual.get_absolute_url()).presses(MOVE)
    assert visitor.asks("Stage 4: Between directors")


# ---------------------------------------------------------------- Lincolnshire
@pytest.fixture
def lincolnshire(db: None, telling: Telling) -> Story:
    story = telling(elsewhere("lincolnshire", officer="slo", chair="independent_chair", board="board"), "Mon 14 Sep 2026 11:00")
    world = story.world
    found = world.raised(at=story.now, urgency="routine")
    for to in ("step_2", "step_3"):
        found = world.do("escalate", found, by=world.hospital_lead, to=Position(stage=to), reason="Not agreed.", at=story.now)
    return story


def test_each_tier_of_lincolnshires_step_has_its_own_time(lincolnshire: Story) -> None:
    up, rest = "Move up to the next step", {"managers": "Tue 22 Sep 2026 00:00", "quiet": "Tue 29 Sep 2026 00:00"}
    assert lincolnshire.clocks("LIN-0001") == {"slo_plan": "Thu 17 Sep 2026 00:00", **rest}
    lincolnshire.post()
    moves_up(page(lincolnshire, "hospital.lead"), "Hospital Lead", "Team Manager", label=up)
    assert lincolnshire.clocks("LIN-0001") == {"assistant_directors": "Fri 18 Sep 2026 00:00", **rest}
    assert "office" not in {name.partition("@")[0] for name in lincolnshire.post()}
    moves_up(page(lincolnshire, "hospital.lead"), "Hospital Lead", "Team Manager", label=up)
    assert lincolnshire.clocks("LIN-0001") == {"directors": "Tue 22 Sep 2026 00:00", **rest}
    assert "office" in {name.partition("@")[0] for name in lincolnshire.post()}
    page(lincolnshire, "hospital.lead").follows("Take it a step back").fills("Why is it taken", "Once more.").presses("Take it")
    assert set(lincolnshire.clocks("LIN-0001")) == {"assistant_directors", *rest}


def test_somebody_is_told_where_nothing_happens_for_a_while_at_whatever_step(lincolnshire: Story) -> None:
    lincolnshire.comes("Mon 28 Sep 2026 09:00")
    progress = page(lincolnshire, "midwife").presses("Record progress")
    progress.fills("What has happened since the last update?", "They rang.").presses("Record progress")
    assert lincolnshire.clocks("LIN-0001")["quiet"] == "Tue 13 Oct 2026 00:00"  # counted anew from the last thing done
    lincolnshire.post()
    lincolnshire.comes("Tue 13 Oct 2026 09:00")
    assert "office" in {name.partition("@")[0] for name in lincolnshire.post()}


# ---------------------------------------------------------------- Sunderland, adults
def test_sunderland_counts_from_the_day_of_the_concern_and_gives_acts_to_one_side(db: None, telling: Telling) -> None:
    story = telling(elsewhere("sunderland_adults", member="board_member"), "Mon 14 Sep 2026 11:00")
    story.world.raised(at=story.now, decided_on=date(2026, 9, 10))
    assert story.clocks("SUN-0001") == {"discussed": "Wed 16 Sep 2026 00:00"}
    visitor = moves_up(page(story, "midwife"), "Hospital Lead", "Team Manager")
    assert {("raising", "operational_manager"), ("receiving", "agency_manager")} <= acting(story)
    assert not_open(visitor)["Record what was agreed"] == (
        "The protocol leaves this to: Manager of the other agency (the receiving side) or Board member (both sides)."
    )
    assert not_open(page(story, "office"))["Record what was agreed"] == not_open(visitor)["Record what was agreed"]
    # The other side may propose; only those to whom the protocol leaves the agreement fix it.
    page(story, "hospital.lead").presses("Propose an outcome").fills("What do you propose?", "A joint visit.").presses(
        "Propose an"
    )
    agreed = page(story, "team.manager").presses("We agree").sees("A joint visit.")
    assert marks(agreed.presses("We agree"))[0] == "Resolved"


# ---------------------------------------------------------------- Dissent from a conference, a second protocol
QUESTIONS = (
    Answer("The agency you disagree with", "Children's social care"),
    Answer("Yes", under="Has your line manager or safeguarding lead approved it?"),
    Answer("In one sentence", "A plan was not made."),
    Answer("What should be decided instead?", "A plan."),
    Answer("The child's reference", "H-2207"),
    Answer("Whether there is to be a plan"),
    Answer("Procedures were not followed"),
    Answer("Somebody in this list", under="Who is their chair's manager?"),
    Answer("Choose somebody", "Team Manager", under="Who is their chair's manager?"),
)


@pytest.fixture
def dissent(db: None, telling: Telling) -> Story:
    """The file is for a second protocol; here it is the only one, so that what it says can be seen alone."""
    plain = read("second/conference_appeal.yml").model_dump(mode="json")
    plain["signposts"] = [one for one in plain["signposts"] if not one["protocol"]]
    world = World("appeals", Protocol.model_validate(plain | {"key": "main"}))
    world.person("reviewer", "decision_maker", protocol_role="reviewing_manager")
    for person in (world.midwife, world.hospital_lead, world.team_manager, world.office):
        assert person
    return telling(world, "Tue 15 Sep 2026 10:30")


@pytest.mark.parametrize(("day", "late"), [(date(2026, 9, 12), False), (date(2026, 9, 11), True)])
def test_a_dissent_that_comes_late_says_why(dissent: Story, day: date, late: bool) -> None:
    """72 hours from the end of the day of the conference, the only thing known of it: from Friday to Monday."""
    asked = Answer("Why is it raised later than 72 hours after the conference?", "The minutes came late.")
    form = named(dissent, "midwife").opens("/p/appeals/start/").chooses("None of these").presses("Continue")
    check = answers(form, *QUESTIONS, Answer("When was the conference?", day), *([asked] if late else []))
    check.presses("Dissent from a conference")
    assert (asked.label in page(dissent, "midwife").words) is late


def result(story: Story, words: str = "No plan.") -> Visitor:
    decide = "Record the result of the review"
    return page(story, "reviewer").presses(decide).fills("What is the result?", words).presses(decide)


def raised_dissent(story: Story) -> None:
    world = story.world
    people = (
        Person(Side.RAISING, "dissenter", world.midwife.name, world.midwife.email),
        Person(Side.RAISING, "dissenting_lead", world.hospital_lead.name, world.hospital_lead.email),
        Person(Side.RECEIVING, "senior_manager", world.team_manager.name, world.team_manager.email),
    )
    given = world.answers("review", question_grounds="Procedures were not followed")
    world.raised(at=story.now, people=people, answers=given, decided_on=date(2026, 9, 14))


def test_a_result_is_looked_at_once_more(dissent: Story) -> None:
    raised_dissent(dissent)
    reviewer = result(dissent)
    assert reviewer.refusals == ["Answer the question: What came of the review?"]
    reviewer.chooses("The decision stands").presses("Record the result of the review").sees("The decision stands")
    assert not_open(page(dissent, "midwife"))[BACK].startswith("The protocol leaves this to: Line manager or safeguarding lead")
    lead = page(dissent, "hospital.lead").follows(BACK).fills("Why is it opened again?", "A report was not read.").presses(BACK)
    assert marks(lead)[0] == "Open"
    result(dissent, "A plan.").chooses("The plan is changed").presses("Record the result of the review")
    again = page(dissent, "hospital.lead")
    assert not_open(again)[BACK] == "The protocol lets this be done 1 time in all, and it has been."
    assert named(dissent, "office").opens("/p/appeals/d/APP-0001/reopen/").status == 403


def test_a_result_is_not_looked_at_again_once_the_time_for_it_has_passed(dissent: Story) -> None:
    raised_dissent(dissent)
    result(dissent).chooses("The decision stands").presses("Record the result of the review")
    assert dissent.clocks("APP-0001") == {"ask_again": "Wed 23 Sep 2026 00:00"}
    dissent.comes("Tue 22 Sep 2026 16:00")
    assert BACK in buttons(page(dissent, "hospital.lead"))
    dissent.comes("Wed 23 Sep 2026 09:00")
    late = "The protocol lets this be done within 5 working days, and that time has passed."
    assert not_open(page(dissent, "hospital.lead"))[BACK] == late
