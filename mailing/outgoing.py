"""How an e-mail leaves, as values and one small interface: what is handed over, and what can go wrong; knows no row, no retry
and no app of ours."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from types import TracebackType
from typing import Protocol, Self


class Wrong(Enum):
    """What kind of thing went wrong, from which it follows whether and when it is tried again."""

    AWAY = "away"  # nobody answers there, or the connection broke: again, for a night
    BUSY = "busy"  # come back later (greylisting, a limit on how much may be sent): again, soon, and slower
    OURS = "ours"  # our own settings or credentials: again, and the operator is told
    ADDRESS = "address"  # the address was refused for good
    MESSAGE = "message"  # this e-mail was refused for good, whoever reads it


class NotTaken(Exception):
    """Nobody took the e-mail. The text says what happened, without an address and without a server's own words.

    `after` seconds: how long the other end asks us to wait, where it says so."""

    def __init__(self, said: str, *, wrong: Wrong, after: float | None = None) -> None:
        super().__init__(said)
        self.wrong, self.after = wrong, after

    @property
    def for_good(self) -> bool:
        return self.wrong in (Wrong.ADDRESS, Wrong.MESSAGE)


@dataclass(frozen=True)
class Outgoing:
    """An e-mail on its way. Its Message-ID is the same at every attempt, so that a second copy is recognised as one."""

    message_id: str
    to: str
    subject: str
    text: str
    sender: str = ""
    reply_to: str = ""


@dataclass(frozen=True)
class Taken:
    """The other end has it. `number` is what it calls the e-mail, where it calls it something (GOV.UK Notify does)."""

    number: str = ""


class Transport(Protocol):
    """A way out. Used as a context, so that what can be kept open between e-mails (one SMTP connection) is."""

    def __enter__(self) -> Self: ...

    def __exit__(self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None) -> None: ...

    def send(self, message: Outgoing) -> Taken:
        """Hand over one e-mail; returns when the other end has taken it. Raises NotTaken, and nothing else."""
