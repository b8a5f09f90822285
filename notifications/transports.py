"""How an e-mail leaves: one small interface, and the way through Django's mail settings; knows no row and no retry."""

from __future__ import annotations

import smtplib
from dataclasses import dataclass
from typing import Protocol

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

# What a mail server says of us, not of the reader: nobody's address is at fault, so it is tried again.
OUR_OWN_FAULT = (
    smtplib.SMTPAuthenticationError,
    smtplib.SMTPConnectError,
    smtplib.SMTPHeloError,
    smtplib.SMTPSenderRefused,
    smtplib.SMTPNotSupportedError,
)
REFUSED_FOR_GOOD = 500


class Retryable(Exception):
    """It may arrive another time. Its text says what happened, without an address and without a server's own words."""


class Permanent(Exception):
    """It will never arrive as it stands: the address, or the message, was refused."""


@dataclass(frozen=True)
class Outgoing:
    """An e-mail on its way. Its Message-ID is the same at every attempt, so that a second copy is recognised as one."""

    message_id: str
    to: str
    subject: str
    text: str


class Transport(Protocol):
    def send(self, message: Outgoing) -> None:
        """Hand over one e-mail. Raises Retryable or Permanent; returns when the other end has taken it."""


class DjangoTransport:
    """Through EMAIL_URL: SMTP in real use, files or memory elsewhere."""

    def send(self, message: Outgoing) -> None:
        email = EmailMessage(
            subject=message.subject,
            body=message.text,
            from_email=settings.DEFAULT_FROM_EMAIL,
            to=[message.to],
            headers={"Message-ID": message.message_id, "Auto-Submitted": "auto-generated"},
            connection=get_connection(fail_silently=False),
        )
        try:
            email.send()
        except OUR_OWN_FAULT as problem:
            raise Retryable(_said(problem)) from problem
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPResponseException) as problem:
            raise (Permanent if _code(problem) >= REFUSED_FOR_GOOD else Retryable)(_said(problem)) from problem
        except OSError as problem:
            raise Retryable(_said(problem)) from problem
        except ValueError as problem:
            raise Permanent(_said(problem)) from problem


def _code(problem: Exception) -> int:
    """The server's answer. One e-mail has one reader, so there is one refusal."""
    if isinstance(problem, smtplib.SMTPRecipientsRefused):
        return max((code for code, _ in problem.recipients.values()), default=0)
    return int(getattr(problem, "smtp_code", 0))


def _said(problem: Exception) -> str:
    code = _code(problem)
    return f"{type(problem).__name__} {code}" if code else type(problem).__name__
