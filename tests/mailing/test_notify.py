"""What GOV.UK Notify's answers mean, against the faithful little server that stands in for it (notify_fake.py)."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
import requests
import time_machine
from notifications_python_client.errors import HTTPError

from mailing.installation import installations_way
from mailing.notify import NotifyTransport, Service, refused
from mailing.outgoing import NotTaken, Outgoing, Taken, Wrong
from tests.notifications import notify_fake
from tests.notifications.notify_fake import Notify

from .test_smtp import LETTER

UNKNOWN = "6ce466d0-fd6a-11e5-82f5-e0accb9d11a6"


@pytest.fixture
def notify() -> Iterator[Notify]:
    with notify_fake.running() as found:
        yield found


def service(notify: Notify, **own: Any) -> Service:
    return Service(**({"key": notify.key, "template": notify.template, "url": notify.url, "timeout": 3} | own))


def wrong_of(of: Service, message: Outgoing = LETTER) -> tuple[Wrong, str, float | None]:
    with NotifyTransport(of) as way, pytest.raises(NotTaken) as caught:
        way.send(message)
    return caught.value.wrong, str(caught.value), caught.value.after


def test_it_is_taken_under_our_message_id_and_what_became_of_it_can_be_asked(notify: Notify, settings: Any) -> None:
    settings.NOTIFY_API_KEY, settings.NOTIFY_TEMPLATE_ID, settings.NOTIFY_URL = notify.key, notify.template, notify.url
    with installations_way() as way:
        taken = way.send(LETTER)
        (sent,) = notify.sent
        assert isinstance(way, NotifyTransport)
        assert (taken, way.became_of(taken.number)) == (Taken(number=sent.id), "created")
    assert (sent.reference, sent.email_address) == (LETTER.message_id, LETTER.to)
    assert (sent.subject, sent.body) == (LETTER.subject, LETTER.text)
    assert notify.key not in repr(service(notify))


def test_each_refusal_is_of_the_kind_that_it_is(notify: Notify, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    team_only = notify.service()
    team_only.team_only = True
    found = {
        "address": wrong_of(service(notify), replace(LETTER, to="nobody")),
        "too long": wrong_of(service(notify), replace(LETTER, text="x" * 2_000_001)),
        "template": wrong_of(service(notify, template=UNKNOWN)),
        "reply to": wrong_of(service(notify, reply_to=UNKNOWN)),
        "blanks": wrong_of(service(notify, template=notify.template_of("((subject))", "((message)) ((more))"))),
        "team": wrong_of(service(notify, key=team_only.key)),
        "key": wrong_of(service(notify, key=notify.key[:-4] + "0000")),
        "no key": wrong_of(service(notify, key="")),
    }
    assert found == {
        "address": (Wrong.ADDRESS, "Notify 400 ValidationError", None),
        "too long": (Wrong.MESSAGE, "Notify 400 BadRequestError", None),
        "template": (Wrong.OURS, "Notify 400 BadRequestError", None),
        "reply to": (Wrong.OURS, "Notify 400 BadRequestError", None),
        "blanks": (Wrong.OURS, "Notify 400 BadRequestError", None),
        "team": (Wrong.OURS, "Notify 400 BadRequestError", None),
        "key": (Wrong.OURS, "Notify 403 AuthError", None),
        "no key": (Wrong.OURS, "no key or template of GOV.UK Notify", None),
    }
    assert notify.sent == []
    assert "barnsley.example" not in caplog.text
    assert "recipient" not in caplog.text


def test_its_limits_are_waited_for_and_when_it_is_away_it_is_away(notify: Notify) -> None:
    found = {}
    for kind in ("RateLimitError", "TooManyRequestsError", "Exception", "ServiceUnavailable"):
        notify.fails = (kind, 1)
        with time_machine.travel(datetime(2026, 9, 15, 22, 0, tzinfo=UTC), tick=False):
            found[kind] = wrong_of(service(notify))
    assert found["Exception"] == (Wrong.AWAY, "Notify 500 Exception", None)
    assert found["ServiceUnavailable"] == (Wrong.AWAY, "Notify 503 ServiceUnavailable", None)
    assert found["RateLimitError"] == (Wrong.BUSY, "Notify 429 RateLimitError", 60.0)
    assert found["TooManyRequestsError"] == (Wrong.BUSY, "Notify 429 TooManyRequestsError", 2 * 3600 + 60.0)
    assert wrong_of(service(notify, url="http://127.0.0.1:1")) == (Wrong.AWAY, "Notify: no answer", None)


def test_what_stands_between_us_and_it_is_no_refusal_of_an_e_mail() -> None:
    """A gateway that answers with a page of its own, and a certificate that does not hold."""
    page: Any = SimpleNamespace(status_code=502, headers={}, json=lambda: ["no errors here"])
    certificate = HTTPError(None)
    certificate.__cause__ = requests.exceptions.SSLError()
    assert [(refused(each).wrong, str(refused(each))) for each in (HTTPError(page), certificate)] == [
        (Wrong.AWAY, "Notify 502"),
        (Wrong.OURS, "Notify: no answer"),
    ]
