"""Several clocks in one stage, in every unit, chosen by urgency, and what follows from silence (practice.md 1.2, P 01 to
P 04), under protocols written as data alone."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine

from escalation import services
from escalation.models import Disagreement
from partnerships.services import add_closure
from tests.capabilities.written import address, ball, entries, page_of, protocol
from tests.journeys.conftest import Telling
from tests.journeys.telling import dates
from tests.journeys.visitor import Visitor
from tests.protocols_as_data.small import GONE
from tests.services.acts import after
from tests.world import TUESDAY, World, days

pytestmark = pytest.mark.django_db


def limit(key: str, **own: Any) -> dict[str, Any]:
    usual = {
        "label": "within 2 working days", "purpose": "The other side answers", "starts_on": ["stage_opened"],
        "stops_on": ["acknowledged", "agreement_recorded"], "stages": ["stage_1"], "amount": 2, "held_by": "receiving",
        "holder": "receiving.lead", "clause": "D 2",
    }  # fmt: skip
    return {"key": key, **(usual | own)}


def area(*limits: dict[str, Any], **changes: Any) -> World:
    """The small protocol with these time limits and no other."""
    return World("area", protocol({"time_limits": list(limits), "notice_rules.1": GONE, **changes}))


def shown(world: World, found: Disagreement, *, at: datetime, by: str = "midwife") -> Visitor:
    with time_machine.travel(at, tick=False):
        return page_of(world, by, found)


def test_p_01_several_timers_in_one_stage_with_different_starts_sides_and_strengths(db: None) -> None:
    world = area(
        limit("answer", remind_before=[1], strength="must"),
        limit("reply", purpose="The raising side replies", starts_on=["acknowledged"], stops_on=["conversation_held"], amount=3,
              held_by="raising", holder="raising.lead", strength="expectation", label="within 3 working days"),
        limit("settle", purpose="Both settle it", stops_on=["agreement_recorded"], amount=10, held_by="both", holder="lead",
              label="within 10 working days"),
    )  # fmt: skip
    found = world.raised()
    assert world.running(found) == {"answer": after("2026-09-17"), "settle": after("2026-09-29")}
    page = shown(world, found, at=TUESDAY)
    assert ball(page) == "Waiting for Team Manager (Children's social care, the other side) to act next: the other side answers."
    page.sees("By the end of Thursday 17 September, 2 working days left (must)")
    found = world.do("acknowledge", found, by=world.team_manager, at=TUESDAY + days(1))
    assert world.running(found) == {"reply": after("2026-09-21"), "settle": after("2026-09-29")}
    page = shown(world, found, at=TUESDAY + days(1))
    assert ball(page) == "Waiting for Hospital Lead (Hospital, your side) to act next: the raising side replies."
    assert dates(page) == {
        "The raising side replies": "Mon 21 September 2026: 3 working days left",
        "Both settle it": "Tue 29 September 2026: 9 working days left",
    }
    talk = {"when": TUESDAY + days(1), "how": "video", "words": "We talked."}
    found = world.do("record_conversation", found, by=world.midwife, at=TUESDAY + days(2), **talk)
    assert set(world.running(found)) == {"settle"}


@pytest.mark.parametrize(
    ("label", "unit", "amount", "raised_at", "due"),
    [
        ("within 72 hours", "clock_hours", 72, "2026-09-18T15:00:00+01:00", datetime.fromisoformat("2026-09-21T15:00:00+01:00")),
        ("the same working day", "same_working_day", 0, "2026-09-18T15:00:00+01:00", after("2026-09-18")),
        ("immediately", "same_working_day", 0, "2026-09-19T10:00:00+01:00", after("2026-09-21")),
        ("one working week", "working_days", 5, "2026-09-18T15:00:00+01:00", after("2026-09-25")),
        ("within 28 days", "calendar_days", 28, "2026-09-18T15:00:00+01:00", after("2026-10-16")),
        ("within 5 working days", "calendar_days", 7, "2026-09-18T15:00:00+01:00", after("2026-09-25")),
    ],
)  # fmt: skip
def test_p_02_every_unit_under_a_label_that_may_contradict_it(
    db: None, label: str, unit: str, amount: int, raised_at: str, due: datetime
) -> None:
    """The label is the document's own words; the count goes by the unit."""
    world = area(limit("answer", label=label, unit=unit, amount=amount, remind_before=[]))
    at = datetime.fromisoformat(raised_at)
    found = world.raised(at=at)
    assert world.running(found) == {"answer": due}
    assert f"{label[:1].upper()}{label[1:]} (guide)." in shown(world, found, at=at).words


def test_p_02_a_count_from_the_day_of_the_decision_disagreed_with(db: None) -> None:
    asked = [{"what": "decided_on", "asks": "When was it decided?", "must": False, "clause": "D 2"}]
    world = area(limit("dissent", amount=5, counts_from="decided_on", starts_on=["raised"]), requirements=asked)
    found = world.raised(decided_on=date(2026, 9, 10))
    assert world.running(found) == {"dissent": after("2026-09-17")}
    assert world.running(world.raised(decided_on=None)) == {"dissent": after("2026-09-22")}


def test_p_03_an_urgency_band_chooses_the_timer(db: None) -> None:
    urgent = limit("urgent", urgency="urgent", unit="clock_hours", amount=24, label="within 24 hours")
    health = limit("health", when={"sectors": ["health"], "urgencies": ["urgent"]}, amount=1, label="within 1 working day")
    usual = limit("usual", when={"urgencies": ["usual"]}, amount=5, label="within 5 working days")
    bands = [{"key": key, "name": key.capitalize(), "clause": "D 1"} for key in ("urgent", "usual")]
    world = area(urgent, health, usual, urgency_bands=bands)
    assert set(world.running(world.raised(urgency="usual"))) == {"usual"}
    assert set(world.running(world.raised(urgency="urgent"))) == {"urgent", "health"}
    other = world.raised(
        urgency="urgent", raising_agency=world.agencies["school"], receiving_agency=world.agencies["police"], people=()
    )
    assert set(world.running(other)) == {"urgent"}
    # The risk grows: the clock of the new band begins with the change, and the old one stops.
    grown = world.raised(urgency="usual")
    with time_machine.travel(TUESDAY + days(1), tick=False):
        page = page_of(world, "midwife", grown).follows("Change the urgency or the child's status").chooses("Urgent")
        page.fills("What has changed?", "The visit was missed.").presses("Change the urgency")
    assert entries(page)[-1] == "Changed: urgency is now Urgent"
    assert world.running(grown) == {"urgent": TUESDAY + days(2), "health": after("2026-09-17")}


SILENT: dict[str, Any] = {"clause": "D 2", "asks": "Telephone them first."}
NO_ANSWER = [
    {"key": "not_agreed", "name": "The two sides do not agree", "clause": "D 2"},
    {"key": "no_answer", "name": "There is no answer", "no_answer": True, "clause": "D 2"},
]  # fmt: skip


def silent(means: str, **more: Any) -> tuple[World, Disagreement]:
    """Raised on a Tuesday, and nobody has answered by the Friday; the passing is noted."""
    world = area(limit("answer", unanswered={"means": means, **SILENT}), **more)
    found = world.raised()
    return world, found


def test_p_04_silence_is_said_and_moving_up_offered_but_nothing_moves_by_itself(db: None) -> None:
    world, found = silent("move_up", grounds=NO_ANSWER)
    before = shown(world, found, at=TUESDAY + days(1))
    before.does_not_see("There was no answer", "without an answer")
    friday = TUESDAY + days(3)
    world.sweep(at=friday)
    page = shown(world, found, at=friday, by="hospital_lead")
    said = (
        "There was no answer within 2 working days. The protocol says that it is then moved up to the next stage. "
        "Telephone them first."
    )
    assert ball(page) == f"Nobody has answered. You are asked to say what happens now. {said}"
    assert dates(page) == {
        "The other side answers": "Thu 17 September 2026: 1 working day beyond 2 working days (guide), without an answer"
    }
    assert (world.fresh(found).state, world.fresh(found).stage) == ("open", "stage_1")
    with time_machine.travel(friday, tick=False):
        page.presses("Move up to the next stage").sees(said)
        page.fills("Why does it move up?", "Nobody rings back.").presses("Move up to the next stage")
    assert entries(page)[-1] == "Escalated to Stage 2: Senior managers (Next tier), because: There is no answer"


def test_p_04_an_answer_ends_the_silence(db: None) -> None:
    world, found = silent("move_up", grounds=NO_ANSWER)
    world.sweep(at=TUESDAY + days(3))
    world.do("acknowledge", found, by=world.team_manager, at=TUESDAY + days(4))
    shown(world, found, at=TUESDAY + days(4)).does_not_see("There was no answer")


def test_p_04_silence_puts_it_on_the_offices_list_and_tells_the_office(db: None, telling: Telling) -> None:
    world = area(limit("answer", unanswered={"means": "tell_office", **SILENT}), **{"roles.5.key": "partnership_manager"})
    story = telling(world, "Tue 15 Sep 2026 10:30")
    assert world.office
    world.raised(at=story.now)
    story.post()
    Visitor(world.office).opens("/p/area/").does_not_see("There was no answer")
    story.comes("Fri 18 Sep 2026 10:30")
    assert story.post()["office"] == ["ARE-0001: a timescale has passed"]
    page = Visitor(world.office).opens("/p/area/")
    page.sees("There was no answer within 2 working days. The protocol says that the partnership office is then told")
    mine = page.words.partition("Past its date")[2]
    assert "ARE-0001" in mine.partition("Waiting for others")[0]


def test_p_04_silence_may_end_it_by_the_raising_sides_own_act(db: None) -> None:
    world, found = silent("may_close")
    friday = TUESDAY + days(3)
    with time_machine.travel(TUESDAY, tick=False):
        page_of(world, "midwife", found).does_not_see("Close it: nobody answered").follows("Withdraw it")
    world.sweep(at=friday)
    assert world.fresh(found).state == "open"
    with time_machine.travel(friday, tick=False):
        page = page_of(world, "midwife", found).sees("The protocol says that the raising side may then close it.")
        page.follows("Close it: nobody answered").fills("Why is it withdrawn?", "Nobody answered, and it is settled otherwise.")
        page.presses("Close it: nobody answered")
    assert entries(page)[-1] == "Withdrawn: no answer within 2 working days"
    assert world.fresh(found).state == "withdrawn"


def test_a_clock_that_stood_still_is_counted_again_and_its_holder_told(telling: Telling, db: None) -> None:
    """A closure inside what is left of a resumed clock moves it; whoever holds the clock hears of it (no rule says so)."""
    world = area(limit("answer", amount=5, label="within 5 working days"))
    story = telling(world, "Tue 15 Sep 2026 10:30")
    found = world.raised(at=story.now)
    with world.scope():
        clock = found.deadlines.get()
    found = world.do("pause_clock", found, by=world.office, at=TUESDAY, deadline=clock.pk, reason="Court.")
    found = world.do("resume_clock", found, by=world.office, at=TUESDAY + days(7), deadline=clock.pk, reason="Court is over.")
    assert world.running(found) == {"answer": after("2026-09-29")}
    story.comes("Tue 22 Sep 2026 12:00")
    story.post()
    with world.scope():
        add_closure(day=date(2026, 9, 28), name="Training day")
        assert services.recount_clocks() == 1
    assert world.running(found) == {"answer": after("2026-09-30")}
    assert story.post() == {"team.manager": ["ARE-0001: a date was counted again"]}
    page = Visitor(world.midwife).opens(address(found))
    page.sees("It stood still from Tue 15 September 2026 to Tue 22 September 2026.")


def test_a_date_asked_for_that_has_gone_by_counts_for_no_later_stage(db: None) -> None:
    shorter = {"whichever_is_shorter": True, "stages": ["stage_1", "stage_2"]}
    asked = [{"what": "needed_by", "must": False, "clause": "D 2"}]
    world = area(limit("answer", **shorter), requirements=asked)
    found = world.raised(needed_by=date(2026, 9, 16))
    assert world.running(found) == {"answer": after("2026-09-16")}
    with time_machine.travel(TUESDAY + days(3), tick=False):
        page = page_of(world, "hospital_lead", found).presses("Move up to the next stage")
        page.fills("Why does it move up?", "Not agreed.").presses("Move up to the next stage")
        assert world.running(found) == {"answer": after("2026-09-22")}
        page = page_of(world, "hospital_lead", found).presses("Record what was agreed").fills("What was agreed?", "A visit.")
        page.chooses("Read out to both")
        page.presses("Record what was agreed")
    with time_machine.travel(TUESDAY + timedelta(days=8), tick=False):
        page = page_of(world, "midwife", found).follows("Open it again").fills("Why is it opened again?", "It was not done.")
        page.sees("The date given before was 16 September 2026.")
        page.fills("Is there a date by which it must be settled for the child now?", date(2026, 9, 24)).presses("Open it again")
    assert world.fresh(found).needed_by == date(2026, 9, 24)
