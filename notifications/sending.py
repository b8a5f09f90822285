"""Sends what waits: claims it, hands it to the way out, and says how it went; must not know how a way out works."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from mailing.outgoing import NotTaken, Transport, Wrong

from . import claims
from .announcing import partnerships_answering
from .claims import CLAIM_LASTS, Claim
from .patience import FEW, MOST_ATTEMPTS, MOST_DEATHS
from .returned import noting
from .ways import way_of

logger = logging.getLogger(__name__)

# What was taken is marked at least so often: not one by one, which would cost more than the sending, and not so late that a
# worker that is killed leaves much behind that is sent twice.
MARK_AFTER = 2.0
# A batch is not begun upon any more when its claims have grown so old.
STALE = CLAIM_LASTS / 2
DATABASE_COMES_BACK = (0.2, 1.0, 3.0)
NOBODYS_FAULT = frozenset({Wrong.AWAY, Wrong.BUSY, Wrong.OURS})


def partnerships_with_messages_to_send(at: datetime) -> list[int]:
    return partnerships_answering("SELECT partnerships_with_messages_to_send(%(at)s) ORDER BY 1", at)


def deliver(partnership_id: int, *, transport: Transport | None = None) -> int:
    """Send what waits, over one connection; returns how many were sent. Run it as often and on as many workers as you like.

    One e-mail's failure holds up no other. When several in a row fail through nobody's fault, the other end is away, or busy,
    or does not accept us: the rest waits without being tried (patience.py).
    """
    run = Run(partnership_id)
    noting.keep_back(partnership_id, at=timezone.now())
    with transport or way_of(partnership_id) as way:
        while batch := claims.claim(partnership_id, at=timezone.now()):
            if not run.send(batch, way):
                break
    return run.sent


@dataclass
class Run:
    """One worker's way through the outbox of one partnership."""

    partnership_id: int
    sent: int = 0
    in_a_row: int = 0
    taken: dict[int, str] = field(default_factory=dict)
    marked_at: float = 0.0

    def send(self, batch: Sequence[Claim], way: Transport) -> bool:
        """Whether to go on. Whatever ends it, what was taken is marked, and what was not begun upon is let go."""
        began, done = time.monotonic(), 0
        self.marked_at = began
        try:
            for done, claim in enumerate(batch, start=1):
                if max(timezone.now() - claim.at, timedelta(seconds=time.monotonic() - began)) > STALE:
                    done -= 1  # noqa: PLW2901
                    break
                problem = self._attempt(claim, way)
                if problem is not None and self._other_end_is_out(problem):
                    self._stop(batch[done:], problem)
                    return False
        finally:
            self._mark()
            claims.release(self.partnership_id, batch[done:], at=timezone.now())
        return True

    def _attempt(self, claim: Claim, way: Transport) -> NotTaken | None:
        """A message that has been claimed once too often (its workers died over it) is given up unsent: better that somebody
        telephones a person who has had the e-mail than that nobody does."""
        if claim.attempt > (MOST_ATTEMPTS if claim.wrong else MOST_DEATHS):
            self._failed(claim, NotTaken("never finished", wrong=Wrong.MESSAGE))
            return None
        try:
            taken = way.send(claim.outgoing)
        except NotTaken as problem:
            self._failed(claim, problem)
            return problem
        except Exception as problem:  # noqa: BLE001  the claim runs out and is taken again; the others go on
            logger.error("message %s of partnership %s: %s", claim.number, self.partnership_id, type(problem).__name__)
            return None
        self._took(claim, taken.number)
        return None

    def _took(self, claim: Claim, number: str) -> None:
        self.taken[claim.number] = number
        if not self.sent:
            self._mark()
            claims.bring_forward(self.partnership_id, at=timezone.now())
        self.sent, self.in_a_row = self.sent + 1, 0
        if time.monotonic() - self.marked_at >= MARK_AFTER:
            self._mark()

    def _mark(self) -> None:
        """It has left, so the database is given time to come back before that is forgotten."""
        taken, self.taken, self.marked_at = self.taken, {}, time.monotonic()
        for wait in DATABASE_COMES_BACK if taken else ():
            try:
                claims.mark_sent(self.partnership_id, taken)
            except (OperationalError, InterfaceError):
                connection.close()
                time.sleep(wait)
            else:
                return
        if taken:
            claims.mark_sent(self.partnership_id, taken)

    def _failed(self, claim: Claim, problem: NotTaken, *, for_good: bool = False) -> None:
        """One that cannot be written down must not keep the others from being sent: its claim runs out, and is taken again."""
        try:
            claims.mark_failed(self.partnership_id, claim, problem, for_good=for_good)
        except (OperationalError, InterfaceError):
            raise
        except Exception as wrong:  # noqa: BLE001  its text could quote the record
            logger.error("message %s of partnership %s: %s", claim.number, self.partnership_id, type(wrong).__name__)
            return
        logger.warning("message %s of partnership %s: %s, %s", claim.number, self.partnership_id, problem.wrong.value, problem)

    def _other_end_is_out(self, problem: NotTaken) -> bool:
        self.in_a_row = self.in_a_row + 1 if problem.wrong in NOBODYS_FAULT else 0
        return problem.after is not None or self.in_a_row >= FEW

    def _stop(self, rest: Sequence[Claim], problem: NotTaken) -> None:
        """The rest waits with those that were tried; and what has waited for as long as anything is waited for is given up,
        which is said on every disagreement that it was about."""
        at = timezone.now()
        claims.release(self.partnership_id, rest, at=at)
        claims.postpone_the_others(self.partnership_id, problem, at=at)
        while problem.after is None and (ended := claims.claim_at_their_end(self.partnership_id, problem.wrong, at=at)):
            for claim in ended:
                self._failed(claim, problem, for_good=True)
