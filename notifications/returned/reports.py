"""What a report says of one e-mail of ours: which one, what kept it from arriving, and how sure that is; knows no row."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from .models import Why

# What GOV.UK Notify says in the end, where it did not arrive. Its temporary failure is the end of three days of trying.
OF_NOTIFY = {
    "permanent-failure": Why.ADDRESS,
    "temporary-failure": Why.MAILBOX,
    "technical-failure": Why.TECHNICAL,
}


@dataclass(frozen=True)
class Report:
    """That an e-mail did not arrive. `names`: the Message-IDs that it may be about; `number`: what the sending service calls
    that e-mail; `of_address`: the report speaks of that very address, and not of one to which it was passed on."""

    names: tuple[str, ...]
    why: Why
    key: str
    number: str = ""
    address: str | None = None

    def of_address(self, email: str) -> bool:
        return self.address is None or self.address.lower() == email.lower()


def key_of(parts: Iterable[str]) -> str:
    """By which the same report is known again."""
    return hashlib.sha256("\n".join(parts).encode(errors="replace")).hexdigest()


def why_by_status(status: str) -> Why:
    """The kind of a failure by its enhanced status code (RFC 3463): class, subject, detail."""
    kind, _, rest = status.partition(".")
    subject, _, detail = rest.partition(".")
    if subject == "2" and detail == "2":
        return Why.MAILBOX
    if kind == "4":  # what was tried for days and given up
        return Why.MAILBOX
    if subject == "1" or (subject, detail) == ("2", "1"):
        return Why.ADDRESS
    if subject == "7":
        return Why.REFUSED
    return Why.TECHNICAL
