"""The dry run: what would be made of each row, and every problem by row and column; writes nothing."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.crypto import salted_hmac

from partnerships import selectors
from partnerships.ladder import Position
from partnerships.models import Agency, ProtocolVersion

from ..models import TakenIn, TrackerUpload
from . import meaning as m
from .columns import BY_KEY, MANY
from .meaning import AGENCY, NOT_SAID, Meanings
from .values import ENDED, OPEN, WITHDRAWN, day, likely, plain, said

TOTALS = re.compile(r"(?i)^\s*(grand\s+)?(sub\s*-?\s*)?totals?\b")
# Before the key of an answer that is asked for again: it is offered first.
FORMER = "~"
LONGEST = {"own_reference": 60, "child_reference": 200}


@dataclass(frozen=True)
class Problem:
    """What must be put right, or is left out."""

    row: int
    column: str
    sentence: str
    # It goes by itself once the office has said what a word means.
    asked: bool = False


@dataclass(frozen=True)
class Question:
    """What a word of the file means. `guess`: what is offered first."""

    about: str
    text: str
    rows: int
    guess: str

    @property
    def key(self) -> str:
        return f"{self.about}|{plain(self.text)}"

    @property
    def name(self) -> str:
        """Of the field on the page."""
        return f"{self.about}-{hashlib.sha256(self.key.encode()).hexdigest()[:12]}"


@dataclass(frozen=True)
class Made:
    """One disagreement as it would be made."""

    row: int
    same: str
    old_reference: str
    raised_on: date
    ended_on: date | None
    raising: Agency
    receiving: Agency
    version: ProtocolVersion
    in_force: bool
    step: Position | None
    state: str
    how: str
    category: str
    urgency: str
    child_reference: str
    child_status: str
    outcome: str
    words: str


@dataclass
class Plan:
    made: list[Made] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    left_out: list[Problem] = field(default_factory=list)
    there: list[tuple[int, TakenIn]] = field(default_factory=list)
    questions: dict[str, Question] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """What was shown: where it is another when the button is pressed, something has changed meanwhile."""
        return hashlib.sha256(repr([(one.row, one.same, one.state, one.step) for one in self.made]).encode()).hexdigest()


def planned(upload: TrackerUpload) -> Plan:
    return _Planner(upload).made()


class _Wrong(Exception):
    """One cell cannot be read: the row is not made."""


class _Planner:
    def __init__(self, upload: TrackerUpload) -> None:
        self.upload, self.plan, self.meanings = upload, Plan(), Meanings()
        self.today = selectors.today()
        self.titles: list[str] = next((row for number, row in upload.rows if number == upload.head), [])
        self.lost = {(number, place) for number, place in upload.lost}
        self.places: dict[str, list[int]] = {}
        for place, key in sorted(upload.columns.items(), key=lambda pair: int(pair[0])):
            if key:
                self.places.setdefault(key, []).append(int(place))
        self.known = {one.same: one for one in TakenIn.objects.select_related("disagreement", "disagreement__partnership")}
        self.seen: dict[str, int] = {}

    def made(self) -> Plan:
        for number, cells in self.upload.rows:
            if number > self.upload.head:
                self._row(number, cells)
        return self.plan

    def _row(self, number: int, cells: Sequence[str]) -> None:
        first = next((cell for cell in cells if cell), "")
        given = {key: self._cell(cells, key) for key in self.places}
        if not any(given.get(key) for key in ("raised_on", "raising", "receiving")):
            what = "This is a line of totals." if TOTALS.match(first) else "It names no day and no agency."
            self.plan.left_out.append(Problem(number, "", what))
            return
        if TOTALS.match(first) and not (given["raising"] and given["receiving"]):
            self.plan.left_out.append(Problem(number, "", "This is a line of totals."))
            return
        same = self._same(given, cells)
        if same in self.known:
            self.plan.there.append((number, self.known[same]))
        elif same in self.seen:
            twice = f"This is the same as row {self.seen[same]}."
            self._wrong(number, self._called("own_reference") if given.get("own_reference") else "", twice)
        else:
            self.seen[same] = number
            before = len(self.plan.problems)
            one = self._one(number, cells, given, same)
            if one is not None and len(self.plan.problems) == before:
                self.plan.made.append(one)

    def _cell(self, cells: Sequence[str], key: str) -> str:
        place = self.places[key][0]
        return said(cells[place]) if place < len(cells) else ""

    def _same(self, given: Mapping[str, str], cells: Sequence[str]) -> str:
        """By its own reference, however it is written; else by the whole row. Keyed: a child's reference can be guessed."""
        own = given.get("own_reference", "")
        value = f"ref:{plain(own)}" if plain(own) else "row:" + "\x1f".join(cells)
        return salted_hmac("escalation.taking_in", value, algorithm="sha256").hexdigest()

    # ---------------------------------------------------------------- one row
    def _one(self, number: int, cells: Sequence[str], given: Mapping[str, str], same: str) -> Made | None:
        for place in (place for places in self.places.values() for place in places):
            if (number, place) in self.lost:
                self._wrong(
                    number, self._title(place), "The file holds a formula here, and not what it shows. Open it and save it again."
                )
        raised_on = self._day(number, given, "raised_on")
        ended_on = self._day(number, given, "ended_on")
        sides = [self._agency(number, given, side) for side in ("raising", "receiving")]
        if raised_on is None:
            return None
        version, in_force = self.meanings.version_on(raised_on)
        meant = {
            about: self._meant(number, about, given, version)
            for about in (m.STEP, m.CATEGORY, m.STATUS, m.URGENCY, m.STATE, m.HOW)
        }
        state = self._state(number, meant[m.STATE], meant[m.HOW], ended_on)
        self._in_order(number, raised_on, ended_on, sides)
        for key, most in LONGEST.items():
            if len(given.get(key, "")) > most:
                self._wrong(number, self._called(key), f"This is longer than {most} characters.")
        raising, receiving = sides
        if raising is None or receiving is None or state is None:
            return None
        step = m.position_of(meant[m.STEP]) if meant[m.STEP] else None
        return Made(
            number, same, given.get("own_reference", ""), raised_on, ended_on, raising, receiving, version, in_force, step, state,
            "" if meant[m.HOW] == "withdrawn" else meant[m.HOW] or "", meant[m.CATEGORY] or "", meant[m.URGENCY] or "",
            given.get("child_reference", ""), meant[m.STATUS] or "", self._words(cells, ("outcome",)),
            self._words(cells, ("outcome", "notes", "learning")),
        )  # fmt: skip

    def _wrong(self, number: int, column: str, sentence: str, *, asked: bool = False) -> None:
        self.plan.problems.append(Problem(number, column, sentence, asked))

    def _called(self, key: str) -> str:
        """As the file itself calls the column: there it is looked for, and put right."""
        return self._title(self.places[key][0]) if key in self.places else BY_KEY[key].name

    def _title(self, place: int) -> str:
        return (self.titles[place] if place < len(self.titles) else "") or f"Column {place + 1}"

    def _day(self, number: int, given: Mapping[str, str], key: str) -> date | None:
        text = given.get(key, "")
        name = self._called(key)
        if not text:
            if key == "raised_on" and not any((number, place) in self.lost for place in self.places.get(key, ())):
                self._wrong(number, name, "The day on which it was raised is missing.")
            return None
        found = day(text)
        if found is None:
            self._wrong(number, name, f"“{text[:40]}” is not a day that can be read. Write day, month and year: 27/3/2024.")
        elif found > self.today:
            self._wrong(number, name, f"{found:%-d %B %Y} is still to come.")
        elif found.year < 1990:
            self._wrong(number, name, f"{found:%-d %B %Y} is too long ago to be right.")
        else:
            return found
        return None

    def _agency(self, number: int, given: Mapping[str, str], side: str) -> Agency | None:
        name = self._called(side)
        if not given.get(side):
            self._wrong(number, name, "The agency is missing.")
            return None
        key = self._answer(number, AGENCY, given[side], self.meanings.known(AGENCY), name)
        return self.meanings.agencies.get(key or "")

    def _meant(self, number: int, about: str, given: Mapping[str, str], version: ProtocolVersion) -> str:
        text = given.get(about, "")
        if not text:
            return ""
        meaning = self.meanings.of(about, version)
        key = self._answer(number, about, text, meaning.known, self._called(about)) or ""
        if key and key not in meaning.names:
            there = f"The protocol of that day (version {version.number}) has nothing called so. Answer for “{text[:40]}” again."
            self._wrong(number, self._called(about), there)
            return ""
        return key

    def _answer(self, number: int, about: str, text: str, known: Mapping[str, str], column: str) -> str | None:
        """What a word means: by its name, or as the office answered; asked for where neither says it."""
        if plain(text) in known:
            return known[plain(text)]
        asked = f"{about}|{plain(text)}"
        answer = self.upload.choices.get(asked)
        if answer == NOT_SAID:
            if about == AGENCY:
                self._wrong(number, column, f"“{text[:40]}” is left out, as you said.")
            return ""
        if answer and answer in self.meanings.offered(about):
            return str(answer)
        before = self.plan.questions.get(asked)
        guess = (
            before.guess if before else self.upload.choices.get(f"{FORMER}{asked}") or likely(text, self.meanings.known(about))
        )
        self.plan.questions[asked] = Question(
            about, before.text if before else text[:80], (before.rows if before else 0) + 1, guess
        )
        self._wrong(number, column, f"Say above what “{text[:40]}” is.", asked=True)
        return None

    def _state(self, number: int, state: str, how: str, ended_on: date | None) -> str | None:
        """Open, ended or withdrawn. What one column says, another must not contradict."""
        found = WITHDRAWN if WITHDRAWN in (state, how) else state or (ENDED if ended_on or how else OPEN)
        name = self._called("ended_on")
        if found == OPEN and ended_on is not None:
            self._wrong(number, name, "It is open, but has a day on which it ended.")
        elif found != OPEN and ended_on is None:
            self._wrong(number, name, "It has ended, but the day on which it ended is missing.")
        else:
            return found
        return None

    def _in_order(self, number: int, raised_on: date, ended_on: date | None, sides: Collection[Agency | None]) -> None:
        if ended_on is not None and ended_on < raised_on:
            self._wrong(number, self._called("ended_on"), "It ended before it was raised.")
        raising, receiving = sides
        if raising is not None and raising == receiving:
            self._wrong(number, self._called("receiving"), "Both sides are the same agency.")

    def _words(self, cells: Sequence[str], keys: Sequence[str]) -> str:
        """Each under its heading, where there are several."""
        found = [
            (self._title(place), said(cells[place]))
            for key in keys if key in MANY
            for place in self.places.get(key, ())
            if place < len(cells) and said(cells[place])
        ]  # fmt: skip
        return (
            "\n\n".join(f"{title}: {text}" for title, text in found) if len(keys) > 1 else "\n\n".join(text for _, text in found)
        )
