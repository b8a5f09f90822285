"""What a mail server's answer means: try again, or never."""

from __future__ import annotations

import smtplib
from collections.abc import Sequence
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from notifications.transports import DjangoTransport, Outgoing, Permanent, Retryable

LETTER = Outgoing(
    message_id="<1.2@tracker.example>", to="midwife@barnsley.example", subject="BAR-0001: it is closed", text="Dear Midwife,\n"
)


class Answering(BaseEmailBackend):
    """A mail server that answers with a problem."""

    problem: Exception

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        raise self.problem


@pytest.fixture
def answer(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    def answering(problem: Exception) -> None:
        monkeypatch.setattr(Answering, "problem", problem, raising=False)
        settings.EMAIL_BACKEND = f"{__name__}.Answering"

    return answering


def test_it_leaves_under_its_own_identity_marked_as_made_by_a_machine(settings: Any) -> None:
    settings.DEFAULT_FROM_EMAIL = "Escalation tracker <tracker@tracker.example>"
    DjangoTransport().send(LETTER)
    (sent,) = mail.outbox
    headers = sent.message()
    assert (headers["Message-ID"], headers["Auto-Submitted"]) == ("<1.2@tracker.example>", "auto-generated")
    assert (headers["From"], headers["To"]) == ("Escalation tracker <tracker@tracker.example>", "midwife@barnsley.example")
    assert (headers["Subject"], sent.body) == (LETTER.subject, LETTER.text)


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        (smtplib.SMTPRecipientsRefused({LETTER.to: (450, b"midwife is busy")}), "SMTPRecipientsRefused 450"),
        (smtplib.SMTPDataError(451, b"try later"), "SMTPDataError 451"),
        (smtplib.SMTPSenderRefused(550, b"not you", "tracker"), "SMTPSenderRefused 550"),
        (smtplib.SMTPAuthenticationError(535, b"wrong password"), "SMTPAuthenticationError 535"),
        (smtplib.SMTPConnectError(421, b"closed"), "SMTPConnectError 421"),
        (smtplib.SMTPServerDisconnected("gone"), "SMTPServerDisconnected"),
        (TimeoutError("slow"), "TimeoutError"),
        (ConnectionRefusedError(), "ConnectionRefusedError"),
    ],
)
def test_it_is_tried_again(answer: Any, problem: Exception, said: str) -> None:
    answer(problem)
    with pytest.raises(Retryable) as caught:
        DjangoTransport().send(LETTER)
    assert str(caught.value) == said


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        (smtplib.SMTPRecipientsRefused({LETTER.to: (550, b"no midwife here")}), "SMTPRecipientsRefused 550"),
        (smtplib.SMTPDataError(554, b"refused"), "SMTPDataError 554"),
        (ValueError("midwife@nowhere is no address"), "ValueError"),
    ],
)
def test_it_is_given_up(answer: Any, problem: Exception, said: str) -> None:
    answer(problem)
    with pytest.raises(Permanent) as caught:
        DjangoTransport().send(LETTER)
    assert str(caught.value) == said


def test_a_subject_with_a_line_break_never_leaves() -> None:
    broken = Outgoing(message_id=LETTER.message_id, to=LETTER.to, subject="a\nBcc: b@c.example", text="")
    with pytest.raises(Permanent):
        DjangoTransport().send(broken)
    assert mail.outbox == []
