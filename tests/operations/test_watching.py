"""Whoever runs the product sees what is not well, on three doors and by e-mail, and nothing about anybody at any of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from mailing.outgoing import NotTaken, Wrong
from notifications.models import Message
from operations import alarming, findings, health, looking, metrics
from operations.beating import Beating
from operations.models import Alarm
from partnerships.models import BankHoliday, User
from tests.notifications.story import Remembered
from tests.world import World

pytestmark = pytest.mark.django_db
TASKS = ("beat", findings.SWEEP, "accounts.deliver_account_mail")
MARKER = "Kayleigh"
# Of the operators' page, however many partnerships there are.
QUERIES = 12


@pytest.fixture(autouse=True)
def heard_anew() -> Iterator[None]:
    health.forget()
    yield
    health.forget()


@pytest.fixture
def works(monkeypatch: Any) -> None:
    """Everything did its work a moment ago."""
    monkeypatch.setattr(looking, "broker_listens", lambda url: True)
    beats = Beating(every=0)
    for name in TASKS:
        beats.ended(name)


def stuck(world: World, *, wrong: str = "", state: str = "waiting", age: timedelta = timedelta(hours=2)) -> Message:
    then = timezone.now() - age
    with world.scope():
        return Message.objects.create(
            message_id=f"<{state}{wrong}@x.example>", to_name=MARKER, to_email=f"{MARKER.lower()}@care.example", subject=MARKER,
            text=MARKER, state=state, wrong=wrong, created_at=then, next_attempt_at=then if state == "waiting" else None,
        )  # fmt: skip


def ready(client: Client) -> tuple[int, str, dict[str, str]]:
    health.forget()
    answer = client.get("/readyz")
    told = answer.json()
    assert MARKER.lower() not in answer.content.decode().lower()
    return answer.status_code, told["status"], {name: part["status"] for name, part in told["parts"].items()}


def test_ready_says_each_part_and_only_what_breaks_pages_is_a_failure(
    barnsley: World, client: Client, works: None, monkeypatch: Any
) -> None:
    well = dict.fromkeys(("database", "migrations", "broker", "beat", "notices", "calendar"), "ok")
    assert ready(client) == (200, "ok", well)
    stuck(barnsley)
    monkeypatch.setattr(looking, "broker_listens", lambda url: False)
    assert ready(client) == (200, "degraded", {**well, "broker": "degraded", "notices": "degraded"})
    BankHoliday.objects.filter(day__gt=timezone.now().date()).delete()
    Beating(every=0)
    connection.cursor().execute("UPDATE operations_heartbeat SET ended_at = now() - interval '1 hour'")
    assert ready(client)[2] == {**dict.fromkeys(well, "degraded"), "database": "ok", "migrations": "ok"}
    monkeypatch.setattr(looking, "migrations_waiting", lambda: ["escalation.0099_later"])
    assert ready(client)[0::2] == (503, {"database": "ok", "migrations": "down"})
    health.forget()
    since = client.get("/readyz").json()["parts"]["migrations"]["since"]
    assert since is not None

    def away(*_: Any) -> Any:
        raise OperationalError

    monkeypatch.setattr(connection, "cursor", away)
    assert ready(client) == (503, "down", {"database": "down"})


def test_ready_may_be_asked_every_second(client: Client, works: None, django_assert_num_queries: Any) -> None:
    client.get("/readyz")
    with django_assert_num_queries(1):
        assert client.get("/readyz").status_code == 200


def test_what_waits_for_the_morning_waits_as_it_should(barnsley: World, works: None) -> None:
    message = stuck(barnsley, age=timedelta(hours=20))
    with barnsley.scope():
        Message.objects.filter(pk=message.pk).update(next_attempt_at=timezone.now() + timedelta(hours=2))
    assert looking.facts().waits == ()
    assert len(looking.facts(at=timezone.now() + timedelta(hours=3)).waits) == 1


# ---------------------------------------------------------------- figures
@pytest.fixture
def counted(settings: Any, tmp_path: Path) -> Any:
    settings.METRICS_TOKEN, settings.METRICS_DIR = "a token of forty characters, as it were.", str(tmp_path / "metrics")
    return settings


def test_figures_are_for_the_token_or_a_named_network_alone(client: Client, counted: Any) -> None:
    right = {"authorization": f"Bearer {counted.METRICS_TOKEN}"}
    assert client.get("/metrics", headers=right).status_code == 200
    assert [client.get("/metrics", headers=wrong).status_code for wrong in ({}, {"authorization": "Bearer no"})] == [404, 404]
    counted.METRICS_NETWORKS = ["127.0.0.0/8"]
    assert client.get("/metrics").status_code == 200
    # Behind a proxy everybody comes from the proxy's address.
    assert client.get("/metrics", headers={"x-forwarded-for": "203.0.113.9"}).status_code == 404
    counted.METRICS_NETWORKS, counted.METRICS_TOKEN = [], ""
    assert client.get("/metrics", headers=right).status_code == 404


def test_no_label_comes_from_data(
    barnsley: World, client: Client, counted: Any, signed_in: Callable[[User], Client], works: None
) -> None:
    raised = barnsley.raised()
    stuck(barnsley, wrong="busy")
    stuck(barnsley, state="gave_up")
    office = signed_in(barnsley.office)
    assert office.get(f"/p/barnsley/d/{raised.reference}/").status_code == 200
    for address in (f"/p/{MARKER}/", f"/{MARKER}", f"/p/barnsley/tracker/?q={MARKER}"):
        office.get(address)
    office.generic(MARKER.upper(), "/healthz")
    text = client.get("/metrics", headers={"authorization": f"Bearer {counted.METRICS_TOKEN}"}).content.decode()
    assert 'tracker_requests_total{method="GET",status="200",view="escalation:disagreement"} 1.0' in text
    assert f'tracker_waiting{{kind="busy",partnership="{barnsley.partnership.pk}",what="mail"}} 1.0' in text
    assert f'tracker_waiting{{kind="gave_up",partnership="{barnsley.partnership.pk}",what="not_arrived"}} 1.0' in text
    assert 'tracker_part_ok{part="notices"} 0.0' in text
    found: dict[str, set[str]] = {}
    for name, value in re.findall(r'(\w+)="([^"]*)"', text):
        found.setdefault(name, set()).add(value)
    data = {MARKER, "barnsley", str(raised.reference), barnsley.office.name, barnsley.office.email, barnsley.partnership.name}
    assert {value for values in found.values() for value in values if any(d.lower() in value.lower() for d in data)} == set()
    assert set(found) == {"view", "method", "status", "le", "part", "what", "kind", "partnership", "task", "folder"}
    assert found["method"] == {"GET", "other"}
    assert found["partnership"] == {"", str(barnsley.partnership.pk)}
    assert found["task"] == set(TASKS)
    assert all(value.replace("_", "").replace(":", "").replace("-", "").isalnum() for value in found["view"])


def test_nothing_is_counted_where_nobody_asks(client: Client, settings: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(metrics, "counters", lambda: pytest.fail("counted"))
    assert client.get("/healthz").status_code == 200


# ---------------------------------------------------------------- the operators' page
def test_the_operators_page_shows_ages_and_counts_and_nobody(
    barnsley: World, havering: World, signed_in: Callable[[User], Client], works: None, django_assert_num_queries: Any
) -> None:
    raised = barnsley.raised(child_reference=MARKER)
    stuck(barnsley, wrong="ours")
    stuck(barnsley, state="returned")
    Beating(every=0).failed("notifications.deliver", "ProgrammingError", about=barnsley.partnership.pk)
    operator = User.objects.create_user("olive@tracker.example", name="Olive", is_operator=True)
    client = signed_in(operator)
    assert client.get("/")["Location"] == "/operations/"
    with django_assert_num_queries(QUERIES):
        page = client.get("/operations/").content.decode()
    words = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    assert "E-mails waiting to be sent (our settings refused): 1, the oldest for 2 hours" in words
    assert "E-mails that did not arrive, and nobody has dealt with (came back): 1, the oldest for 2 hours" in words
    assert "notifications.deliver failed last time (ProgrammingError)" in words
    assert "What to do: docs/operations/watch.md#mail-settings" in words
    assert "In training: no e-mail about a disagreement leaves." in words
    people = list(User.objects.exclude(pk=operator.pk).values_list("name", flat=True))
    assert [name for name in (MARKER, str(raised.reference), *people) if name in words] == []
    assert signed_in(barnsley.office).get("/operations/").status_code == 404


# ---------------------------------------------------------------- alarms
def test_the_operators_are_told_once_once_a_day_and_when_it_is_over(barnsley: World, works: None, settings: Any) -> None:
    settings.OPERATORS_EMAIL = ["duty@tracker.example"]
    message, now = stuck(barnsley), timezone.now()
    subjects = []
    for minutes in (0, 1, 6, 7, 60, 6 + 24 * 60, 7 + 24 * 60):
        looked = now + timedelta(minutes=minutes)
        connection.cursor().execute("UPDATE operations_heartbeat SET ended_at = %s", [looked])
        alarming.look_once() if minutes == 0 else alarming.watch(at=looked)
        subjects.append([sent.subject for sent in mail.outbox])
        mail.outbox.clear()
    began, again = ["The escalation tracker is not well"], ["The escalation tracker is still not well"]
    assert subjects == [[], [], began, [], [], again, []]
    with barnsley.scope():
        Message.objects.filter(pk=message.pk).update(state="sent")
    alarming.watch(at=looked + timedelta(minutes=1))
    (over,) = mail.outbox
    assert (over.subject, over.to) == ("The escalation tracker is well again", ["duty@tracker.example"])
    assert "* notices" in over.body
    assert Alarm.objects.count() == 0


def test_what_is_over_within_minutes_wakes_nobody_and_what_could_not_be_told_is_told_later(
    barnsley: World, works: None, settings: Any, monkeypatch: Any
) -> None:
    settings.OPERATORS_EMAIL = ["duty@tracker.example"]
    now = timezone.now()
    message = stuck(barnsley)
    alarming.watch(at=now)
    with barnsley.scope():
        Message.objects.filter(pk=message.pk).update(state="sent")
    alarming.watch(at=now + timedelta(minutes=2))
    assert mail.outbox == []
    with barnsley.scope():
        Message.objects.filter(pk=message.pk).update(state="waiting")

    def refuses() -> Any:
        raise NotTaken("Nobody answered.", wrong=Wrong.AWAY)

    alarming.watch(at=now)
    with monkeypatch.context() as patch:
        patch.setattr(alarming, "_way", refuses)
        alarming.watch(at=now + timedelta(minutes=2, seconds=50) + alarming.LASTS)
    alarming.watch(at=now + timedelta(minutes=2, seconds=55) + alarming.LASTS)
    (told,) = mail.outbox
    assert "The oldest unsent notice has waited" in told.body
    assert MARKER not in told.body
    # An address that takes nothing keeps it from nobody, and has nobody told again every minute.
    settings.OPERATORS_EMAIL = ["gone@tracker.example", "duty@tracker.example"]
    way = Remembered(then=lambda one: refuses() if one.to.startswith("gone") else None)
    monkeypatch.setattr(alarming, "_way", lambda: way)
    for minutes in (0, 1, 2):
        alarming.watch(at=now + alarming.AGAIN + timedelta(minutes=10 + minutes))
    assert [one.to for one in way.sent] == ["duty@tracker.example"]


def test_the_timer_tells_that_the_database_is_away_and_is_back(
    settings: Any, tmp_path: Path, monkeypatch: Any, works: None, capsys: Any
) -> None:
    settings.OPERATORS_EMAIL, settings.STATE_DIR = ["duty@tracker.example"], tmp_path

    def away(**_: Any) -> Any:
        raise OperationalError

    with monkeypatch.context() as patch:
        patch.setattr(alarming.looking, "facts", away)
        for _ in range(3):
            call_command("watch", "--once")
    call_command("watch", "--once")
    call_command("watch", "--once")
    assert [sent.subject for sent in mail.outbox] == [
        "The escalation tracker is not well", "The escalation tracker is well again",
    ]  # fmt: skip
    assert "The database does not answer" in capsys.readouterr().out
