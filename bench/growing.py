"""Copies of the stories in one partnership, in the order in which they were raised, and the chain over all their entries.

Knows nothing of the product: a row comes from its pattern, and a hash is made as stories.py says that it is."""

from __future__ import annotations

import hashlib
import heapq
import random
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta

from .places import STRIDE, Pattern, Place
from .schema import escaped
from .sizes import Size
from .stories import DISAGREEMENT, ENTRIES, LONDON, WORDS, Story

WEEKS = 260  # five years back
JITTER = 3000  # seconds: no two of one pattern are of one moment
Write = Callable[[str, str], None]
Plan = tuple[datetime, int, Story, timedelta, timedelta]


class Chain:
    """The entries of one partnership, numbered and chained in the order of their moments."""

    def __init__(self, place: Place, base: int, *, write: Write) -> None:
        self.place, self.base, self.write = place, base, write
        self.waiting: list[tuple[str, int, str, str, str, str]] = []
        self.put = self.seq = 0
        self.before = b""

    def add(self, at: str, copied: str, hashed: str, words: str, digest: str) -> None:
        self.put += 1
        heapq.heappush(self.waiting, (at, self.put, copied, hashed, words, digest))

    def flush(self, until: str | None) -> None:
        while self.waiting and (until is None or self.waiting[0][0] < until):
            _, _, copied, hashed, words, digest = heapq.heappop(self.waiting)
            self.seq += 1
            told = f'"{digest}"' if digest else "null"
            after = hashlib.sha256(self.before + f"[1, {self.seq}, {hashed}, {told}]".encode()).digest()
            chained = rf"\\x{self.before.hex()}" if self.before else r"\N"
            vouched = rf"{words}" + "\t" + rf"\\x{digest}" if digest else "\\N\t\\N"
            self.write(ENTRIES, f"{self.base + self.seq}\t{self.seq}\t{copied}\t{vouched}\t1\t{chained}\t\\\\x{after.hex()}\n")
            self.before = after


class Grower:
    def __init__(self, made_after: Pattern, told: Sequence[Story], size: Size, place: Place, *, write: Write, seed: int) -> None:
        self.after, self.size, self.place, self.write = made_after, size, place, write
        self.live = [story for story in told if story.live]
        self.ended = [story for story in told if not story.live]
        self.likely = [len(story.entries) ** 0.25 for story in self.ended]
        self.rng = random.Random(f"{seed} {size.number}")  # noqa: S311  (the same rows every time)
        self.base = (size.number + 1) * STRIDE
        self.given: dict[str, int] = {}
        self.chain = Chain(place, self.base, write=write)
        self.midnights: dict[date, timedelta] = {}

    def grow(self) -> int:
        """How many entries there are in the end."""
        for number, (raised, _, story, weeks, jitter) in enumerate(self._plan(), start=1):
            self.chain.flush(self._utc(raised))
            self._copy(number, story, weeks, jitter)
        self.chain.flush(None)
        return self.chain.seq

    def _plan(self) -> list[Plan]:
        plan = list(self._planned())
        plan.sort(key=lambda one: one[:2])
        return plan

    def _planned(self) -> Iterator[Plan]:
        for index in range(self.size.disagreements):
            living = index < self.size.live
            # The longer told a little the likelier, so that there are about eight entries to each.
            story = self.rng.choice(self.live) if living else self.rng.choices(self.ended, self.likely)[0]
            weeks = timedelta(weeks=-self.rng.choice((0, 0, 1, 2)) if living else -self.rng.randrange(1, WEEKS))
            jitter = timedelta(seconds=self.rng.randrange(JITTER))
            yield story.raised + weeks + jitter, index, story, weeks, jitter

    def _copy(self, number: int, story: Story, weeks: timedelta, jitter: timedelta) -> None:
        rng = self.rng
        words = dict(rng.choice(self.place.teams))
        words["did"] = str(self.base + number)
        words["reference"] = f"{self.place.prefix}-{number:04d}"
        words["key"] = f"{rng.getrandbits(128):032x}"
        words["child_reference"] = f"C{rng.randrange(max(20, self.size.disagreements * 4 // 5))}"
        words["child"] = hashlib.sha256(f"{self.size.number} {words['child_reference']}".encode()).hexdigest()
        words["category"], words["common_category"] = rng.choice(self.after.categories)
        for name, count in story.counts.items():
            given = self.given.get(name, self.base)
            self.given[name] = given + count
            words |= {f"n_{name}_{index}": str(given + 1 + index) for index in range(count)}
        for index, at in enumerate(story.instants):
            moved = self._utc(at + weeks + (jitter if at.hour or at.minute or at.second else timedelta()))
            words[f"t{index}"], words[f"ht{index}"] = moved + "+00:00", moved
        for index, day in enumerate(story.days):
            words[f"d{index}"] = (day + weeks).isoformat()
        for name, pattern in story.patterns:
            self.write(name, pattern % words)
        self._entries(number, story, words)

    def _entries(self, number: int, story: Story, words: dict[str, str]) -> None:
        rng, first = self.rng, True
        for entry in story.entries:
            key = digest = ""
            if entry.words is not None:
                text = f"{entry.words} Note {number}." if first and entry.words else entry.words
                first = False
                salt, key = rng.randbytes(32), f"{rng.getrandbits(128):032x}"
                digest = hashlib.sha256(salt + text.encode()).hexdigest()
                self.write(WORDS, f"{key}\t\\\\x{salt.hex()}\t{escaped(text)}\t{words['pid']}\n")
            self.chain.add(words[f"h{entry.at}"], entry.copied % words, entry.hashed % words, key, digest)

    def _utc(self, local: datetime) -> str:
        day = local.date()
        ahead = self.midnights.get(day)
        if ahead is None:
            ahead = self.midnights[day] = datetime.combine(day, time.min, tzinfo=LONDON).utcoffset() or timedelta()
        return (local - ahead).isoformat(timespec="microseconds")


def tables_grown(told: Sequence[Story]) -> set[str]:
    return {DISAGREEMENT, ENTRIES, WORDS, *(name for story in told for name, _ in story.patterns)}
