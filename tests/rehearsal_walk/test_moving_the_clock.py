"""Moving a rehearsal's clock is the same as time passing: each thing at its instant, in order, once, and nothing leaves."""

from __future__ import annotations

import smtplib
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command
from django.utils import timezone
from time_machine import Traveller

from escalation import services
from escalation.models import ChronologyEntry, Deadline
from escalation.tasks import note_timescales as note_task
from notifications import services as notification_services
from notifications.models import Message
from notifications.tasks import announce as announce_task
from partnerships.models import Partnership
from partnerships.scope import present
from partnerships.selectors import present_in
from partnerships.working_days import LONDON
from rehearsal import walking_clock
from rehearsal.walking_clock import CannotMove
from tests.journeys.telling import tick
from tests.world import TUESDAY, World, days

from .conftest import Rehearsed, raised_in

pytestmark = pytest.mark.django_db


def move(rehearsed: Rehearsed, to: datetime) -> walking_clock.Moved:
    with rehearsed.scope():
        return walking_clock.move(to=to)


def what_happened(rehearsed: Rehearsed) -> list[tuple[Any, ...]]:
    """Everything in the record and the mailbox, without numbers and references that differ from one rehearsal to another."""
    with rehearsed.scope():
        entries = ChronologyEntry.objects.order_by("seq").values_list("kind", "at", "stage", "data__time_limit")
        letters = Message.objects.order_by("created_at", "to_name", "pk").values_list("created_at", "to_name", "state")
        clocks = Deadline.objects.order_by("pk").values_list("time_limit", "due_at", "passed_noted_at", "near_at")
        return [list(entries), list(letters), list(clocks)]  # type: ignore[list-item]


def test_everything_happens_at_its_own_instant_and_in_order(rehearsed: Rehearsed) -> None:
    raised_in(rehearsed)
    moved = move(rehearsed, TUESDAY + days(30))
    with rehearsed.scope():
        entries = list(ChronologyEntry.objects.order_by("seq"))
        assert [entry.at for entry in entries] == sorted(entry.at for entry in entries)
        for entry in entries[1:]:
            clock = Deadline.objects.get(pk=entry.data["deadline"])
            if entry.kind == "timescale_passed":
                assert (entry.at, clock.passed_noted_at) == (clock.due_at, clock.due_at)
        assert [e.kind for e in entries[:5]] == ["raised", *["timescale_near"] * 2, *["timescale_passed"] * 2]
        assert present() == TUESDAY + days(30) == moved.at
        assert {message.created_at for message in Message.objects.all()} <= {entry.at for entry in entries}
    assert moved.noted == len(entries) - 1
    call_command("verify_chronology")


@pytest.mark.parametrize(
    "hours", [[1, 140, 1, 40, 200], [24] * 30, [143, 1, 24, 15], [142, 2, 500], [7, 7, 7, 160, 3], [300, 300]]
)
def test_in_one_stride_or_in_many_steps_it_is_the_same(walked: tuple[Rehearsed, Rehearsed], hours: list[int]) -> None:
    one, many = walked
    move(one, TUESDAY + timedelta(hours=sum(hours)))
    for number in range(len(hours)):
        move(many, TUESDAY + timedelta(hours=sum(hours[: number + 1])))
    assert what_happened(one) == what_happened(many)
    assert len(what_happened(one)[0]) > 3


@pytest.fixture
def walked(rehearsed: Rehearsed) -> tuple[Rehearsed, Rehearsed]:
    other = Rehearsed(rehearsed.world)
    for each in (rehearsed, other):
        raised_in(each)
    return rehearsed, other


def test_it_is_the_same_as_if_the_worker_had_ticked_at_each_instant(
    walked: tuple[Rehearsed, Rehearsed], tuesday: Traveller
) -> None:
    """One rehearsal's clock is moved; the other waits for real, and its worker does its round when something falls due."""
    moved, waited = walked
    until = TUESDAY + days(25)
    move(moved, until)
    announce_task(waited.partnership.pk)
    while True:
        with waited.scope():
            following = walking_clock.next_instant(present())
        if following is None or following > until:
            break
        tuesday.move_to(following, tick=False)
        note_task(waited.partnership.pk)
        announce_task(waited.partnership.pk)
    tuesday.move_to(TUESDAY, tick=False)
    assert what_happened(moved) == what_happened(waited)


def test_the_worker_knows_what_time_it_is_there(rehearsed: Rehearsed, tuesday: Traveller, clockwork: None) -> None:
    """Real time goes on in a rehearsal whose clock was moved, and its timescales pass in its own time."""
    raised_in(rehearsed)
    move(rehearsed, TUESDAY + days(7) - timedelta(hours=1))  # Tuesday, an hour earlier than it was raised
    assert services.partnerships_with_timescales_due(timezone.now()) == []
    tuesday.shift(timedelta(hours=16))  # past midnight there, and a Wednesday morning here
    assert services.partnerships_with_timescales_due(timezone.now()) == [rehearsed.partnership.pk]
    tick()
    assert services.partnerships_with_timescales_due(timezone.now()) == []
    with rehearsed.scope():
        passed = ChronologyEntry.objects.filter(kind="timescale_passed")
        assert {entry.at for entry in passed} == {timezone.now() + timedelta(days=7, hours=-1)}
        assert {message.state for message in Message.objects.all()} == {"held"}
    call_command("verify_chronology")


def test_a_real_partnerships_clock_is_not_moved_with_it(rehearsed: Rehearsed, clockwork: None) -> None:
    real = rehearsed.world.raised()
    raised_in(rehearsed)
    move(rehearsed, TUESDAY + days(60))
    tick()
    assert rehearsed.world.chronology(real) == ["raised"]
    assert present_in(rehearsed.world.partnership.pk) == TUESDAY
    with rehearsed.world.scope():
        assert walking_clock.next_instant(TUESDAY) is not None
        with pytest.raises(Partnership.DoesNotExist):
            walking_clock.move(to=TUESDAY + days(1))


def test_it_goes_forward_only_and_not_too_far(rehearsed: Rehearsed) -> None:
    for to, sentence in (
        (TUESDAY, "The clock only goes forward."),
        (TUESDAY - days(1), "The clock only goes forward."),
        (TUESDAY + days(367), "by a year at most"),
    ):
        with pytest.raises(CannotMove, match=sentence):
            move(rehearsed, to)
    assert rehearsed.now() == TUESDAY


def test_where_so_much_happens_the_clock_stops_and_says_so(rehearsed: Rehearsed, monkeypatch: pytest.MonkeyPatch) -> None:
    raised_in(rehearsed)
    monkeypatch.setattr(walking_clock, "MOST_INSTANTS", 1)
    moved = move(rehearsed, TUESDAY + days(30))
    assert (moved.stopped_early, moved.at) == (True, datetime(2026, 9, 21, 8, tzinfo=LONDON))
    assert rehearsed.now() == moved.at


def test_days_off_are_those_of_the_real_partnership(barnsley: World, tuesday: Traveller) -> None:
    from partnerships.services import add_closure  # noqa: PLC0415  (the only one that needs it)

    with barnsley.scope():
        add_closure(day=date(2026, 9, 16), name="Moving house")
    rehearsed = Rehearsed(barnsley)
    page = rehearsed.being(rehearsed.keeper(), rehearsed.member("practitioner", "health"))
    page.presses("By one working day")
    assert page.told == ["It is Thursday 17 September 2026 at 10:30am now. Nothing happened by itself."]


# ---------------------------------------------------------------- the page
def test_to_a_day_that_is_typed(rehearsed: Rehearsed) -> None:
    raised_in(rehearsed)
    page = rehearsed.being(rehearsed.keeper(), rehearsed.member("practitioner", "health"))
    page.follows("To another day").sees("The next thing happens by itself on Monday 21 September 2026 at 8am.")
    page.fills("Which day shall it be?", date(2026, 9, 14)).presses("Move to that day")
    assert (page.status, page.refusals) == (422, ["The day must be today or in the future"])
    page.fills("Which day shall it be?", date(2026, 9, 15)).presses("Move to that day")  # 9am is over
    assert page.refusals == ["The clock only goes forward. Choose a later time than it is there now."]
    page.fills("Which day shall it be?", date(2026, 9, 29)).presses("Move to that day")
    assert page.told[0].startswith("It is Tuesday 29 September 2026 at 9am now. ")
    # From then on a day before is in the past there, however far it is from today.
    page.fills("Which day shall it be?", date(2026, 9, 28)).presses("Move to that day")
    assert page.refusals == ["The day must be today or in the future"]


def test_with_nothing_to_wait_for_it_says_so(rehearsed: Rehearsed) -> None:
    page = rehearsed.being(rehearsed.keeper(), rehearsed.member("practitioner", "health"))
    page.presses("To the next thing that happens")
    assert page.status == 409
    page.sees("Nothing would happen by itself: no timescale is running here.")


@pytest.mark.parametrize("back", ["https://elsewhere.example/", "//elsewhere.example/", "/p/barnsley/", "/accounts/logout/", ""])
def test_it_leads_back_into_the_rehearsal_and_nowhere_else(rehearsed: Rehearsed, back: str) -> None:
    page = rehearsed.keeper().opens(rehearsed.backstage("be"))
    answer = page.client.post(rehearsed.backstage("clock"), {"how": "working_day", "back": back})
    assert (answer.status_code, answer["Location"]) == (302, rehearsed.backstage("clock"))


def test_what_is_typed_there_is_compared_with_the_time_there(rehearsed: Rehearsed) -> None:
    """A conversation yesterday, in a rehearsal that is a week ahead, was not in the future."""
    move(rehearsed, TUESDAY + days(7))
    page = rehearsed.being(rehearsed.keeper(), rehearsed.member("practitioner", "health"))
    page.follows("Raise a disagreement")
    page.chooses("None of these: I disagree with another agency about a child").presses("Continue")
    page.fills("The agency you disagree with", "Children's social care (invented)").presses("Save and continue")
    page.chooses("I tried, and could not reach them")
    page.fills("When was that", date(2026, 9, 21)).fills("What was said, or what did you try?", "Rang twice.")
    page.chooses("Yes", under="Have you talked to your own safeguarding lead or manager?").presses("Save and continue")
    assert page.refusals == []


# ---------------------------------------------------------------- nothing leaves
class NoMail(smtplib.SMTP):
    """A mail server that must never be asked."""

    asked = 0

    def __init__(self, *_: Any, **__: Any) -> None:
        type(self).asked += 1
        raise OSError("nobody is there")


def test_no_mail_leaves_whatever_the_workers_do(
    rehearsed: Rehearsed, clockwork: None, settings: Any, monkeypatch: pytest.MonkeyPatch, doors_shut: None
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.DEPLOYMENT = "production"
    monkeypatch.setattr(smtplib, "SMTP", NoMail)
    Partnership.objects.filter(pk=rehearsed.world.partnership.pk).update(live_since=TUESDAY)
    raised_in(rehearsed)
    for at in (3, 9, 40):
        move(rehearsed, TUESDAY + days(at))
        tick()
    with rehearsed.scope():
        # Not even where somebody marks one to be sent.
        Message.objects.update(state="waiting", next_attempt_at=datetime(2020, 1, 1, tzinfo=UTC))
        assert Message.objects.count() > 8
    tick()
    assert notification_services.deliver(rehearsed.partnership.pk) == 0
    with rehearsed.scope():
        assert set(Message.objects.values_list("state", flat=True)) == {"held"}
        assert {address.rpartition(".")[2] for address in Message.objects.values_list("to_email", flat=True)} == {"example"}
        assert set(Message.objects.values_list("attempts", flat=True)) == {0}
    # The partnership itself is live: its office is told that the protocol's review was due.
    with rehearsed.world.scope():
        tried = sum(Message.objects.values_list("attempts", flat=True))
    assert (NoMail.asked, mail.outbox) == (tried, [])


def test_sweeps_and_commands_tolerate_it(rehearsed: Rehearsed, clockwork: None, doors_shut: None, settings: Any) -> None:
    raised_in(rehearsed)
    move(rehearsed, TUESDAY + days(9))
    before = what_happened(rehearsed)
    for command in ("load_holidays", "load_demo", "verify_chronology"):
        call_command(command)
    tick()
    assert what_happened(rehearsed) == before
