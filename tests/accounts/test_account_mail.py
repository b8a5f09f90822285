"""The outbox of sign-in codes: sent within seconds, tried again, destroyed when it is of no more use."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.db import connection
from django.utils import timezone

from accounts import services, tasks
from accounts.models import AccountMail

from ..notifications.test_announcing import at_once

HOUR = timedelta(hours=1)


def queue(number: int = 1, *, lives: timedelta = HOUR) -> AccountMail:
    return services.queue_account_mail(
        to=f"p{number}@barnsley.example", subject="Your code", text="ABC-123", expires_at=timezone.now() + lives
    )


@pytest.mark.django_db
def test_it_is_sent_once_under_its_own_identity() -> None:
    queued = queue()
    tasks.deliver_account_mail.apply()
    assert services.deliver_account_mail() == 0
    (sent,) = mail.outbox
    assert (sent.to, sent.subject, sent.body) == (["p1@barnsley.example"], "Your code", "ABC-123")
    assert sent.extra_headers == {"Message-ID": queued.message_id, "Auto-Submitted": "auto-generated"}


@pytest.mark.django_db
def test_a_subject_too_long_for_its_place_is_cut() -> None:
    mail_row = services.queue_account_mail(to="p@barnsley.example", subject="x" * 300, text="", expires_at=timezone.now())
    assert len(mail_row.subject) == 200


@pytest.mark.django_db
def test_what_has_expired_is_destroyed_and_never_sent() -> None:
    queue(1, lives=-HOUR)
    queue(2)
    services.deliver_account_mail()
    assert [sent.to for sent in mail.outbox] == [["p2@barnsley.example"]]
    services.deliver_account_mail(at=timezone.now() + HOUR)
    assert not AccountMail.objects.exists()


@pytest.mark.django_db
def test_what_cannot_be_sent_is_tried_again_after_longer_and_longer_and_keeps_nobody_waiting(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    stuck, sound = queue(1), queue(2)
    whole = EmailMessage.send

    def send(message: EmailMessage, fail_silently: bool = False) -> int:
        if message.to == [stuck.to]:
            raise ConnectionRefusedError
        return whole(message, fail_silently)

    monkeypatch.setattr(EmailMessage, "send", send)
    tried, attempts = [], 0
    for second in range(300):
        services.deliver_account_mail(at=stuck.created_at + timedelta(seconds=second))
        now = AccountMail.objects.get(pk=stuck.pk).attempts
        if now != attempts:
            tried, attempts = [*tried, second], now
    assert tried == [0, 2, 6, 14, 30, 62, 122, 182, 242]
    assert AccountMail.objects.get(pk=sound.pk).sent_at is not None
    assert "p1@" not in caplog.text
    monkeypatch.undo()
    assert services.deliver_account_mail(at=stuck.created_at + timedelta(minutes=10)) == 1


@pytest.mark.django_db
def test_what_is_refused_for_good_is_not_tried_again_and_where_nobody_answers_not_all_are_tried(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    refused, *others = [queue(number) for number in range(6)]
    tried: list[str] = []

    def send(message: EmailMessage, fail_silently: bool = False) -> int:
        tried.append(message.to[0])
        raise ValueError("p0@nowhere is no address") if message.to == [refused.to] else TimeoutError("its own words")

    monkeypatch.setattr(EmailMessage, "send", send)
    assert services.deliver_account_mail() == 0
    assert tried == [refused.to, *(mail.to for mail in others[:3])]
    assert set(AccountMail.objects.values_list("wrong", "claimed_at")) == {("message", None), ("away", None), ("", None)}
    assert not any(word in caplog.text for word in ("p0@", "its own words"))
    monkeypatch.undo()
    assert services.deliver_account_mail(at=timezone.now() + timedelta(minutes=1)) == len(others)


@pytest.mark.django_db
def test_a_worker_that_dies_over_one_is_stood_in_for_after_two_minutes() -> None:
    left = queue()
    AccountMail.objects.filter(pk=left.pk).update(claimed_at=timezone.now(), attempts=1)
    at = timezone.now()
    assert [services.deliver_account_mail(at=at + timedelta(seconds=after)) for after in (60, 121)] == [0, 1]
    assert [sent.extra_headers["Message-ID"] for sent in mail.outbox] == [left.message_id]


@pytest.mark.django_db(transaction=True)
def test_four_workers_send_each_once() -> None:
    for number in range(10):
        queue(number)
    at_once(services.deliver_account_mail, workers=4)
    assert sorted(sent.to[0] for sent in mail.outbox) == [f"p{number}@barnsley.example" for number in range(10)]
    connection.close()


@pytest.mark.django_db(transaction=True)
def test_one_that_another_worker_is_sending_is_left_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    queue()
    inner: list[Any] = []
    whole = EmailMessage.send

    def send(message: EmailMessage, fail_silently: bool = False) -> int:
        if not inner:
            inner.append(True)
            at_once(lambda: inner.append(services.deliver_account_mail()), workers=1)
        return whole(message, fail_silently)

    monkeypatch.setattr(EmailMessage, "send", send)
    assert services.deliver_account_mail() == 1
    assert inner == [True, 0]
    assert len(mail.outbox) == 1
