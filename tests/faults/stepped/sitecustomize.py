"""Gives a process a clock that is stepped from outside, as a machine's clock is: read by Python before anything else.

The file that FAULTS_CLOCK names holds by how many seconds the clock differs from the machine's. Every process that has this
folder on its path follows it within a tenth of a second, while it runs; the product knows nothing of it."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import time_machine

REAL = time.time


def told(file: Path) -> float:
    return float(file.read_text())


class Clock(threading.Thread):
    def __init__(self, file: Path) -> None:
        super().__init__(name="stepped clock", daemon=True)
        self.file, self.ahead = file, told(file)
        self.traveller = time_machine.travel(REAL() + self.ahead, tick=True).start()
        time.time()  # it begins to tick when it is first asked
        self.pause = threading.Event()

    def run(self) -> None:
        while not self.pause.wait(0.1):  # counted by the monotonic clock, which is never stepped
            self.follow()

    def follow(self) -> None:
        if (ahead := told(self.file)) != self.ahead:
            self.traveller.shift(ahead - self.ahead)  # one assignment: no thread ever sees the machine's own time
            self.ahead = ahead


def again(clock: Clock) -> Clock:
    """A thread does not live on in a forked child; its clock has gone on, and only has to be followed again."""
    follower = Clock.__new__(Clock)
    threading.Thread.__init__(follower, name="stepped clock", daemon=True)
    follower.file, follower.ahead, follower.traveller = clock.file, clock.ahead, clock.traveller
    follower.pause = threading.Event()
    follower.start()
    return follower


if "FAULTS_CLOCK" in os.environ:
    _clock = Clock(Path(os.environ["FAULTS_CLOCK"]))
    _clock.start()
    os.register_at_fork(after_in_child=lambda: again(_clock))
