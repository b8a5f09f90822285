"""For how long an e-mail is tried, by what kind of thing went wrong: waits and limits alone; reads and writes nothing."""

from __future__ import annotations

import secrets
from datetime import timedelta

from mailing.outgoing import Wrong


def _minutes(*numbers: int) -> tuple[timedelta, ...]:
    return tuple(timedelta(minutes=number) for number in numbers)


# How long to wait after the first time in a row that it went wrong in this way, the second and so on. After the last it is
# given up, and somebody is told to telephone instead: a mail server that is away is waited for through a night, one that asks
# us to come back for more than a day, and our own settings for as long as it may take somebody to be there and mend them.
WAITS: dict[Wrong, tuple[timedelta, ...]] = {
    Wrong.AWAY: _minutes(1, 5, 15, 30, *[60] * 12),
    Wrong.BUSY: _minutes(1, 5, 15, 30, 60, 120, 240, 240, 480, 480),
    Wrong.OURS: _minutes(5, 15, 60, 60, *[240] * 28),
    Wrong.ADDRESS: (),
    Wrong.MESSAGE: (),
}
JITTER = 0.1
# So many failures in a row that are no single e-mail's, and it is the other end: the others are not tried one by one.
FEW = 3
# A message over which workers die, and one that is refused now in this way and now in that, end as well.
MOST_DEATHS, MOST_ATTEMPTS = 7, 60


def next_wait(wrong: Wrong, *, tries: int, after: float | None = None) -> timedelta | None:
    """How long to wait when this has now happened `tries` times in a row; None: no longer. Never less than the other end
    asks for. A little by chance, so that not everybody comes back in the same moment."""
    waits = WAITS[wrong]
    if tries > len(waits):
        return None
    return max(jittered(waits[tries - 1]), timedelta(seconds=after or 0))


def jittered(wait: timedelta) -> timedelta:
    return wait * secrets.SystemRandom().uniform(1 - JITTER, 1 + JITTER)
