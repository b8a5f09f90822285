"""Keepers of a directory are asked to check it again: one e-mail with everything that is due, and not a flood."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.core import mail

from config.celery import app
from notifications import tasks
from notifications.models import Message
from notifications.reminding import remind
from notifications.services import deliver
from partnerships.directory import writing
from partnerships.models import Contact, Partnership, PostHolder
from tests.world import TUESDAY, World, days

from .story import go_live

pytestmark = pytest.mark.django_db


def due(world: World, day: date) -> PostHolder:
    """One contact and one holder of a post to be checked by that day."""
    world.administrator  # noqa: B018
    with world.scope():
        Contact.objects.filter(key="lado").update(review_by=day)
        post = writing.keep_post(None, agency=world.agencies["school"], kind="manager", title="Head of year")
        return writing.keep_holder(None, post=post, name="Ada Year", telephone="1", review_by=day)


def sent(world: World) -> list[tuple[str, str]]:
    with world.scope():
        return [(m.to_email, m.subject) for m in Message.objects.order_by("pk")]


def test_one_e_mail_lists_everything_that_is_due(barnsley: World) -> None:
    due(go_live(barnsley), date(2026, 9, 29))
    assert remind(barnsley.partnership.pk, at=TUESDAY) == 1
    assert sent(barnsley) == [("administrator@barnsley.example", "2 details of the directory to check again")]
    deliver(barnsley.partnership.pk)
    text = mail.outbox[0].body
    assert "* Ada Year, Head of year, Larkfield School: by Tuesday 29 September 2026" in text
    assert "* Local Authority Designated Officer (LADO): by Tuesday 29 September 2026" in text
    assert "/p/barnsley/administration/checking/" in text


@pytest.mark.parametrize(
    "at", [TUESDAY - timedelta(hours=4), TUESDAY + timedelta(hours=12), TUESDAY + days(4), TUESDAY - days(15)]
)
def test_it_comes_by_day_on_a_working_day_and_not_before_it_is_due(barnsley: World, at: object) -> None:
    due(barnsley, date(2026, 9, 20))
    assert remind(barnsley.partnership.pk, at=at) == 0  # type: ignore[arg-type]


def test_it_is_asked_once_again_after_four_weeks_and_something_new_after_one(barnsley: World) -> None:
    holder = due(barnsley, date(2026, 9, 20))
    asked = [after for after in range(42) if remind(barnsley.partnership.pk, at=TUESDAY + days(after))]
    assert asked == [0, 28]
    with barnsley.scope():
        writing.keep_holder(holder, post=holder.post, name="Ada Year", telephone="1", review_by=date(2026, 11, 1))
    assert [n for n in range(28, 42) if remind(barnsley.partnership.pk, at=TUESDAY + days(n))] == [35]


def test_what_has_been_checked_is_not_asked_for(barnsley: World) -> None:
    holder = due(barnsley, date(2026, 9, 20))
    with barnsley.scope():
        writing.keep_holder(holder, post=holder.post, name="Ada Year", telephone="1", review_by=date(2027, 9, 1))
        Contact.objects.filter(key="lado").update(active=False)
    assert remind(barnsley.partnership.pk, at=TUESDAY) == 0


def test_in_training_it_stays_inside_and_without_an_administrator_the_office_gets_it(barnsley: World) -> None:
    office = barnsley.office
    due(barnsley, date(2026, 9, 20))
    with barnsley.scope():
        barnsley.administrator.memberships.update(active=False)
    assert remind(barnsley.partnership.pk, at=TUESDAY) == 1
    with barnsley.scope():
        message = Message.objects.get()
    assert (message.to_email, message.state) == (office.email, "held")


@pytest.fixture
def at_once() -> Iterator[None]:
    before = app.conf.task_always_eager, app.conf.task_eager_propagates
    app.conf.task_always_eager = app.conf.task_eager_propagates = True
    yield
    app.conf.task_always_eager, app.conf.task_eager_propagates = before


def test_beat_asks_in_every_partnership_that_is_no_rehearsal(
    barnsley: World, at_once: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    monkeypatch.setattr("notifications.reminding.remind", asked.append)
    Partnership.objects.create(slug="tried", name="Tried", reference_prefix="TRY", rehearsal_of=barnsley.partnership)
    tasks.remind_everywhere.delay()
    assert asked == [barnsley.partnership.pk]
