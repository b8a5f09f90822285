"""The tasks that beat starts: ask who has work, then one task a partnership."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core import mail

from config.celery import app
from notifications import tasks
from notifications.models import Notice

from ..world import World
from .story import go_live, messages

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_once() -> Iterator[None]:
    """Tasks run where they are asked for; a real worker has tests of its own."""
    before = app.conf.task_always_eager, app.conf.task_eager_propagates
    app.conf.task_always_eager = app.conf.task_eager_propagates = True
    yield
    app.conf.task_always_eager, app.conf.task_eager_propagates = before


def test_beat_announces_and_delivers_in_every_partnership(barnsley: World, havering: World) -> None:
    for world in (go_live(barnsley), havering):
        world.raised()
    for _ in range(2):
        tasks.announce_everywhere.delay()
        tasks.deliver_everywhere.delay()
    assert {m.state for m in messages(barnsley)} == {"sent"}
    assert {m.state for m in messages(havering)} == {"held"}
    assert len(mail.outbox) == len(messages(barnsley)) == 4


def test_with_nothing_to_do_nothing_is_started(barnsley: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks.announce, "apply_async", lambda *_, **__: pytest.fail("nothing to announce"))
    monkeypatch.setattr(tasks.deliver, "apply_async", lambda *_, **__: pytest.fail("nothing to send"))
    tasks.announce_everywhere.delay()
    tasks.deliver_everywhere.delay()
    with barnsley.scope():
        assert not Notice.objects.exists()


def test_every_tick_runs_a_task_that_exists() -> None:
    from django.conf import settings  # noqa: PLC0415

    app.loader.import_default_modules()
    ours = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values() if not entry["task"].startswith("escalation.")}
    assert ours == {
        "notifications.announce_everywhere",
        "notifications.deliver_everywhere",
        "notifications.deliver_webhooks_everywhere",
        "notifications.remind_everywhere",
        "records.remind_everywhere",
        "insight.count_everywhere",
        "operations.watch",
        "learning.remind_everywhere",
        "accounts.deliver_account_mail",
        "accounts.forget_ended_sessions",
    }
    assert ours <= set(app.tasks)
