"""What a mail server's answer means: try again, or never."""

from __future__ import annotations

import re
import smtplib
import socketserver
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, ClassVar

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


class MailServer(socketserver.StreamRequestHandler):
    """A mail server on a real socket, which takes mail for everybody but these."""

    refuses: ClassVar[dict[str, str]] = {"full": "452 mailbox full", "gone": "550 no such person"}
    taken: ClassVar[list[str]] = []

    def handle(self) -> None:
        self.say("220 here")
        for line in self.rfile:
            order = line.decode().strip()
            if order.upper() == "DATA":
                self.say("354 go on")
                self.taken.append("".join(iter(lambda: self.rfile.readline().decode(), ".\r\n")))
            reader = re.match(r"RCPT TO:<(\w+)", order, re.IGNORECASE)
            self.say(self.refuses.get(reader[1], "250 yes") if reader else "221 bye" if order.upper() == "QUIT" else "250 yes")

    def say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


@pytest.fixture
def mail_server(settings: Any) -> Iterator[type[MailServer]]:
    MailServer.taken.clear()
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), MailServer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.server_address[1]
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        yield MailServer
        server.shutdown()


def test_over_a_real_socket_a_full_mailbox_waits_and_a_missing_one_does_not(mail_server: type[MailServer]) -> None:
    DjangoTransport().send(LETTER)
    for name, raised in (("full", Retryable), ("gone", Permanent)):
        with pytest.raises(raised, match="SMTPRecipientsRefused"):
            DjangoTransport().send(replace(LETTER, to=f"{name}@barnsley.example"))
    (taken,) = mail_server.taken
    assert "Message-ID: <1.2@tracker.example>\r\n" in taken
    assert taken.endswith("Dear Midwife,\r\n")


def test_a_mail_server_that_is_not_there_is_tried_again(mail_server: type[MailServer], settings: Any) -> None:
    with socketserver.TCPServer(("127.0.0.1", 0), MailServer) as closed:
        settings.EMAIL_PORT = closed.server_address[1]
    with pytest.raises(Retryable, match="ConnectionRefusedError"):
        DjangoTransport().send(LETTER)


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
