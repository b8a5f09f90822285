"""The story that every fault is done to, and how it is judged; knows nothing of any fault."""

from __future__ import annotations

import time
import uuid
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from .oracle import DOUBLED, LEFT, LOST, Expected, Found, everything, left_to_do, told
from .rig import PATIENCE, Rig, until
from .web import Answer, Program

LONG_AGO = 2
LONGER_THAN_ANY_ATTEMPT = 10.0  # twice the EMAIL_TIMEOUT of these processes


@dataclass(frozen=True)
class Line:
    """A line of the table."""

    name: str
    done: str
    disagreements: int
    entries: int
    notices: int
    emails: int
    lost: int
    doubled: int
    left: int
    twice: int
    at_most_twice: int


@dataclass
class Figures:
    """What was counted after every fault; and what may be so in the whole database because of one of them."""

    expected: Expected = field(default_factory=Expected)
    lines: list[Line] = field(default_factory=list)


class Fault:
    """A partnership in use in which two disagreements were raised long ago, so that their timescales have passed, and into
    which two more are raised through the web while the fault goes on. Each is told of by e-mail."""

    def __init__(self, rig: Rig, figures: Figures, *, slug: str, held_against: Fault | None = None) -> None:
        self.rig, self.figures, self.held_against = rig, figures, held_against
        # The first letters of a partnership's name begin its references, and must be nobody else's.
        self.slug = f"{len(figures.expected.promised):03}-{slug}"
        made = rig.ask("found", slug=self.slug)
        self.number: int = made["number"]
        self.program = Program(rig.port, self.slug, made["token"], made["sent"])
        self.promised: set[str] = figures.expected.promised.setdefault(self.number, set())
        self.old: list[int] = []

    # ---------------------------------------------------------------- what happens

    def begins(self, *, of_which_poisoned: int = 0) -> None:
        """Two of which every timescale has passed meanwhile: the clockwork finds them, if it runs."""
        made = self.rig.ask("raised_long_ago", slug=self.slug, how_many=LONG_AGO, poisoned=of_which_poisoned)
        self.promised |= set(made["references"])
        self.old = made["numbers"]

    def is_not_answered(self, key: str) -> None:
        """Raised once, in vain: whoever did it does not know whether it was."""
        self.patience = 3.0
        assert self._answered(key) is None
        self.patience = Fault.patience

    def raises(self, how_many: int = 1) -> None:
        """Through the web, each sent again under its key until it is answered; what is answered is promised."""
        for _ in range(how_many):
            self.raise_once(str(uuid.uuid4()))

    def raise_once(self, key: str) -> str:
        answer = until(lambda: self._answered(key), f"{self.slug}: raising is answered with 2xx")
        reference: str = answer.json()["reference"]
        self.promised.add(reference)
        return reference

    def _answered(self, key: str) -> Answer | None:
        try:
            answer = self.program.raises(key, timeout=self.patience)
        except OSError:
            return None  # the web is away: their program tries again
        assert answer.status < 300 or answer.status in (409, 500, 502, 503), (answer.status, answer.body[:2000])
        return answer if answer.status < 300 else None

    # ---------------------------------------------------------------- how it is looked at

    def messages(self, state: str) -> set[str]:
        """The Message-IDs of this partnership's e-mails that stand so."""
        found = self.rig.sql(
            "SELECT message_id FROM notifications_message WHERE partnership_id = %(number)s AND state = %(state)s",
            number=self.number,
            state=state,
        )
        return {message_id for (message_id,) in found}

    def was_put_off(self) -> bool:
        """An e-mail was tried in vain, and waits for another time."""
        found = self.rig.sql(
            "SELECT count(*) FROM notifications_message"
            " WHERE partnership_id = %(number)s AND state = 'waiting' AND last_error <> '' AND next_attempt_at > %(now)s",
            number=self.number,
            now=self.rig.clock.now(),
        )
        return found != [(0,)]

    def set_aside(self) -> bool:
        found = self.rig.sql("SELECT id FROM notifications_setaside WHERE partnership_id = %(number)s", number=self.number)
        return len(found) > 0

    def kinds(self) -> Counter[str]:
        found = self.rig.sql("SELECT kind FROM escalation_chronologyentry WHERE partnership_id = %(number)s", number=self.number)
        return Counter(kind for (kind,) in found)

    def in_hand(self) -> set[str]:
        """The e-mails that a worker holds a claim to. There are some, or what is waited for has not come."""
        return set(until(lambda: self.messages("sending"), f"{self.slug}: a worker has claimed an e-mail"))

    def may_be_twice(self, message_ids: set[str]) -> None:
        """In hand when their worker died: these may arrive again, under the Message-ID that they had."""
        self.figures.expected.twice |= message_ids
        self.at_most_twice = len(message_ids)

    at_most_twice = 0
    patience = 30.0

    # ---------------------------------------------------------------- how it ends

    def ends(self, name: str, done: str, *, same: bool = True) -> Line:
        """Everything is whole again: wait until nothing is left to do, then judge."""
        self.drains()
        found = self._judged()
        assert not found.wrong, "\n".join(f"{one.kind}: {one.sentence}" for one in found.wrong[:20])
        faults = self.rig.ask("verified", slug=self.slug)["faults"]
        assert not faults, faults
        if self.held_against and same:
            here, there = (Counter(told(self.rig, number)) for number in (self.number, self.held_against.number))
            assert here == there, f"told here and not there: {here - there}; there and not here: {there - here}"
        assert found.twice <= self.at_most_twice, f"{found.twice} e-mails came twice"
        judged = [found.how_many(kind) for kind in (LOST, DOUBLED, LEFT)]
        counted = len(self.promised), found.entries, found.notices, found.emails
        line = Line(name, done, *counted, *judged, found.twice, self.at_most_twice)
        self.figures.lines.append(line)
        return line

    def _judged(self) -> Found:
        """Looked at again while something is wrong: the clocks of other partnerships go on, and one may run out between two
        ticks. What is lost, or there twice, stays so however often it is looked at."""
        ends = time.monotonic() + 20
        while (found := everything(self.rig, self.figures.expected, partnership=self.number)).wrong and time.monotonic() < ends:
            time.sleep(1)
        return found

    def drains(self) -> None:
        """Until no clock is unnoted, no entry untold and no e-mail unsent. What the product has put off until later is not
        waited for: the clock is stepped to that moment, as often as it takes. What a worker that lives has in hand is waited
        for: a claim must not run out under its hands. One of a dead worker's stays as it is."""
        among = list(self.figures.expected.promised)
        self.in_hand_since: tuple[Any, float] = (None, time.monotonic())

        def empty() -> bool:
            left = left_to_do(self.rig, among=among)
            self.stands = left.stands
            if left.in_hand != self.in_hand_since[0]:
                self.in_hand_since = left.in_hand, time.monotonic()
            abandoned = not left.in_hand or time.monotonic() - self.in_hand_since[1] > LONGER_THAN_ANY_ATTEMPT
            if left.put_off and left.put_off > self.rig.clock.now() and abandoned:
                self.rig.clock.to(left.put_off)
            return left.empty

        until(empty, self._how_it_stands, seconds=PATIENCE)
        until(lambda: self.rig.queued() == 0, lambda: f"{self.rig.queued()} tasks in the queue")

    def _how_it_stands(self) -> str:
        logs = "\n".join(f"--- {name}\n{self.rig.log(name)[-1500:]}" for name in self.rig.stack.processes)
        return f"{self.slug}: {self.stands}\n{logs}"
