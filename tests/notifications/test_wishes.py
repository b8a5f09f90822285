"""One e-mail each working morning, for whoever wishes it: what waits for it, what never does, and that nothing is lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from escalation.models import Disagreement
from escalation.states import Kind
from notifications import letters, wishes
from notifications.audiences import Person, Told
from notifications.models import Message, Notice, Wish
from notifications.wishes import Bearing, may_wait, next_morning
from partnerships.models import Membership, User
from partnerships.protocol import Condition, NoticeRule
from partnerships.protocol_terms import Event
from partnerships.selectors import calendar
from partnerships.services import add_closure
from tests.journeys.visitor import Visitor

from ..promises.database import at_once
from ..world import TUESDAY, World, days
from .story import announce, go_live, messages, to

pytestmark = pytest.mark.django_db
WEDNESDAY_AT_EIGHT = datetime(2026, 9, 16, 7, 2, tzinfo=UTC)  # and the two minutes in which the morning is gathered
PAGE = "/p/barnsley/you/"
NEAR = TUESDAY + days(1)
FAR = Bearing(acts=False, keeps_a_clock=False, ends=[TUESDAY + days(5)])
RULE = NoticeRule(key="told", on=(Event.PROGRESS_RECORDED,), to=("lead",), clause="1")


def wishing(world: World, *people: User) -> World:
    with world.scope():
        for person in people:
            wishes.choose(person, Wish.How.MORNINGS, at=TUESDAY)
    return world


def told(**own: Any) -> Told:
    return Told(
        **({"person": Person("lead", "lead@x.example"), "role": "lead", "side": "", "template": "seen", "rules": ()} | own)
    )


def held(world: World) -> list[str]:
    with world.scope():
        waiting = Notice.objects.filter(message=None).order_by("pk")
        return [f"{notice.email.partition('@')[0]}: {notice.template}" for notice in waiting]


def told_morning_and_day(world: World) -> Disagreement:
    """Raised on Tuesday morning; acknowledged, and worked on."""
    raised = world.raised()
    world.do("acknowledge", raised, by=world.team_manager, at=TUESDAY)
    world.do("record_progress", raised, by=world.team_manager, at=TUESDAY, words="A visit is arranged.")
    announce(world, at=TUESDAY)
    return raised


def test_what_is_only_for_knowing_comes_in_one_e_mail_the_next_morning(barnsley: World) -> None:
    wishing(go_live(barnsley), barnsley.office, barnsley.midwife, barnsley.hospital_lead)
    raised = told_morning_and_day(barnsley)
    assert held(barnsley) == ["office: raised", "midwife: acknowledged", "midwife: progress_recorded"]
    # The acknowledgement of raising, and whatever is news of a clock of one's own, waited for nothing.
    assert [len(to(messages(barnsley), name)) for name in ("office", "midwife", "hospital.lead")] == [0, 1, 1]
    assert (announce(barnsley, at=WEDNESDAY_AT_EIGHT.replace(minute=1)), len(held(barnsley))) == (0, 3)
    for _ in range(2):
        announce(barnsley, at=WEDNESDAY_AT_EIGHT)
    (office,) = to(messages(barnsley), "office")
    midwife = to(messages(barnsley), "midwife")[1:]
    assert [(m.subject, m.state, m.next_attempt_at) for m in (office, *midwife)] == [
        (f"{raised.reference}: a colleague sees something differently", Message.State.WAITING, WEDNESDAY_AT_EIGHT),
        (f"{raised.reference}: progress recorded", Message.State.WAITING, WEDNESDAY_AT_EIGHT),
    ]
    assert held(barnsley) == []
    for sentence in (
        "Dear Midwife,\n\nThis is what happened that is for you to know. Nothing here asks anything of you.\n",
        "The receiving side has acknowledged it",
        "A summary of progress has been recorded.",
        "You chose one e-mail each working morning. To be told at once instead:\n",
        "/p/barnsley/you/\n",
    ):
        assert sentence in midwife[0].text
    assert midwife[0].text.count("Open it:\n") == 1


def test_twelve_pieces_of_news_are_one_letter_that_names_no_more_than_references(barnsley: World) -> None:
    """In training mode it is made as it would be, and kept inside."""
    wishing(barnsley, barnsley.office)
    found = [barnsley.raised() for _ in range(12)]
    announce(barnsley, at=TUESDAY)
    announce(barnsley, at=WEDNESDAY_AT_EIGHT)
    (office,) = to(messages(barnsley), "office")
    assert (office.subject, office.state) == (f"{found[0].reference} and 11 more: for you to know", Message.State.HELD)
    assert [office.text.count(f"\n{each.reference} – ") for each in found] == [1] * 12
    assert "\n\n\n" not in office.text
    assert not any(word in office.text for word in ("H-2207", "Words about", "Midwife", "Hospital"))


def test_a_date_by_the_end_of_the_next_working_day_waits_for_nothing(barnsley: World) -> None:
    """Five working days from Tuesday: to the end of Tuesday the 22nd. On Friday that is not the next one; on Monday it is."""
    wishing(barnsley, barnsley.midwife)
    raised = barnsley.raised()
    waiting = []
    for day in (3, 6):
        barnsley.do("record_progress", raised, by=barnsley.team_manager, at=TUESDAY + days(day), words="A visit.")
        announce(barnsley, at=TUESDAY + days(day))
        waiting.append(held(barnsley))
    assert waiting == [["midwife: progress_recorded"], []]


def test_what_is_named_nowhere_goes_at_once() -> None:
    """A new kind of entry too. What begins a turn or moves a date waits for nobody of either side."""
    waits = {
        side: {k for k in Kind if may_wait(told(template=k.value, side=side), k, bearing=FAR, near=NEAR)}
        for side in ("", "raising")
    }
    assert waits == {"": wishes.FOR_KNOWING | wishes.FOR_WHO_STANDS_BESIDE, "raising": wishes.FOR_KNOWING}
    assert not wishes.FOR_WHO_STANDS_BESIDE & wishes.FOR_KNOWING
    hands_on = {Kind.SIDE_PROCESS_STARTED, Kind.SIDE_PROCESS_ENDED, Kind.OUTCOME_PROPOSED, Kind.PROPOSAL_NOT_AGREED}
    assert not hands_on & (wishes.FOR_WHO_STANDS_BESIDE | wishes.FOR_KNOWING)
    assert not any(may_wait(told(template=own), k, bearing=FAR, near=NEAR) for k in Kind for own in ("joined", "acknowledgement"))


@pytest.mark.parametrize(
    ("who", "bearing"),
    [
        ({"rules": (RULE.model_copy(update={"asks": "Please answer."}),)}, FAR),
        ({"rules": (RULE.model_copy(update={"when": Condition(flags=("serious",))}),)}, FAR),
        ({"rules": (RULE, RULE.model_copy(update={"when": Condition(urgencies=("today",))}))}, FAR),
        ({}, replace(FAR, keeps_a_clock=True)),
        ({}, replace(FAR, pressing=True)),
        ({}, replace(FAR, ends=[TUESDAY + days(5), NEAR])),
        ({}, replace(FAR, ends=[TUESDAY - days(5)])),
    ],
    ids=["asked", "marked", "urgent", "their clock", "by the hour", "a date is near", "a date has passed"],
)
def test_what_asks_or_presses_goes_at_once(who: dict[str, Any], bearing: Bearing) -> None:
    assert may_wait(told(), Kind.SEEN, bearing=FAR, near=NEAR)
    assert not may_wait(told(**who), Kind.SEEN, bearing=bearing, near=NEAR)


def test_the_next_working_morning_is_the_partnerships_own(barnsley: World) -> None:
    with barnsley.scope():
        add_closure(day=date(2026, 9, 17), name="Office closed")
        found = {
            at: next_morning(datetime.fromisoformat(at), calendar())
            for at in (
                "2026-09-15T06:59:59Z", "2026-09-15T07:00:00Z", "2026-09-16T14:00:00Z", "2026-10-23T14:00:00Z",
                "2026-12-24T12:00:00Z",
            )
        }  # fmt: skip
    assert {at: moment.astimezone(UTC).strftime("%a %d %b %H:%M") for at, moment in found.items()} == {
        "2026-09-15T06:59:59Z": "Tue 15 Sep 07:00",
        "2026-09-15T07:00:00Z": "Wed 16 Sep 07:00",
        "2026-09-16T14:00:00Z": "Fri 18 Sep 07:00",  # the office is closed between
        "2026-10-23T14:00:00Z": "Mon 26 Oct 08:00",  # the clocks went back on Sunday
        "2026-12-24T12:00:00Z": "Tue 29 Dec 08:00",  # Christmas, a weekend and a substitute day
    }


def test_whoever_wishes_to_be_told_at_once_again_gets_what_was_held(barnsley: World, time_machine: Any) -> None:
    time_machine.move_to(TUESDAY)
    midwife = Visitor(barnsley.midwife).opens(PAGE)
    midwife.chooses("In one e-mail each working morning, at 8am").presses("Save")
    midwife.sees("Saved. What asks something of you still comes at once.")
    told_morning_and_day(barnsley)
    assert held(barnsley) == ["midwife: acknowledged", "midwife: progress_recorded"]
    midwife.opens(PAGE).chooses("At once").presses("Save")
    announce(barnsley, at=TUESDAY + timedelta(minutes=1))
    assert (held(barnsley), len(to(messages(barnsley), "midwife"))) == ([], 2)
    with barnsley.scope():
        assert wishes.wish_of(barnsley.midwife) == Wish.How.AT_ONCE


def test_whoever_left_before_the_morning_is_not_written_to_and_others_are(barnsley: World) -> None:
    wishing(barnsley, barnsley.office, barnsley.midwife)
    told_morning_and_day(barnsley)
    with barnsley.scope():
        Membership.objects.filter(user=barnsley.midwife).update(active=False)
    announce(barnsley, at=WEDNESDAY_AT_EIGHT)
    assert [len(to(messages(barnsley), name)) for name in ("office", "midwife")] == [1, 1]
    assert held(barnsley) == []


def test_a_worker_that_dies_loses_nothing_and_what_cannot_be_worded_holds_nobody_up(
    barnsley: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    wishing(barnsley, barnsley.office, barnsley.midwife)
    told_morning_and_day(barnsley)
    with monkeypatch.context() as patched:
        patched.setattr(letters, "text_of", lambda letter: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            announce(barnsley, at=WEDNESDAY_AT_EIGHT)
    assert len(held(barnsley)) == 3
    whole = letters.planned
    with monkeypatch.context() as patched:
        patched.setattr(
            letters, "planned", lambda entry, *more, **own: 1 / 0 if entry.kind == "raised" else whole(entry, *more, **own)
        )
        announce(barnsley, at=WEDNESDAY_AT_EIGHT)
    assert held(barnsley) == ["office: raised"]
    announce(barnsley, at=WEDNESDAY_AT_EIGHT + days(1))
    assert [len(to(messages(barnsley), name)) for name in ("office", "midwife")] == [1, 2]


@pytest.mark.django_db(transaction=True)
def test_four_workers_send_the_mornings_e_mail_once() -> None:
    world = World("barnsley")
    wishing(world, world.office, world.midwife)
    told_morning_and_day(world)
    at_once([lambda: announce(world, at=WEDNESDAY_AT_EIGHT)] * 4)
    assert [len(to(messages(world), name)) for name in ("office", "midwife")] == [1, 2]
