"""Invented disagreements as they are written down in files, and what their relative dates mean; writes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict

from partnerships.ladder import Position
from partnerships.protocol_terms import RaisedAs
from partnerships.working_days import LONDON, Calendar, add_working_days, is_working_day

HERE = Path(__file__).parent / "stories"


class Step(BaseModel):
    """One verb: when, by whom, and the facts it needs under their own names."""

    model_config = ConfigDict(frozen=True, extra="allow")

    at: str
    by: str
    do: str

    @property
    def facts(self) -> dict[str, Any]:
        return dict(self.model_extra or {})


class Story(BaseModel):
    """One disagreement from raising on; or a draft, or a log of what was settled by talking."""

    model_config = ConfigDict(frozen=True, extra="forbid", coerce_numbers_to_str=True)

    about: str
    by: str
    at: str = ""
    key: str = ""
    between: tuple[str, str] | None = None
    stage: str = ""
    people: tuple[str, ...] = ()
    category: str = ""
    urgency: str = ""
    child: str = ""
    child_status: str = ""
    flags: tuple[str, ...] = ()
    needed_by: str = ""
    raised_as: RaisedAs = RaisedAs.OWN
    thematic: bool = False
    answers: dict[str, str] = {}
    text: str = ""
    draft: bool = False
    settled: bool = False
    then: tuple[Step, ...] = ()


def read_stories(slug: str) -> list[Story]:
    """The partnership's stories in the order of the files and of their lines."""
    files = sorted(HERE.glob(f"{slug}*.yml"))
    return [Story.model_validate(entry) for file in files for entry in yaml.safe_load(file.read_text())]


class Almanac:
    """What "-7 10:20", "+3" and "40 minutes ago" mean on the day that the stories are told."""

    def __init__(self, now: datetime, calendar: Calendar) -> None:
        self.now = now
        self.calendar = calendar
        self.today = now.astimezone(LONDON).date()

    def moment(self, words: str) -> datetime:
        if words.endswith(" ago"):
            amount, unit, _ = words.split()
            return self.now - timedelta(**{unit: int(amount)})
        days, clock = words.split()
        return datetime.combine(self.day(days), time.fromisoformat(clock), tzinfo=LONDON)

    def day(self, words: str | int) -> date:
        """So many working days from today; +0 is today itself."""
        number = int(words)
        return add_working_days(self.today, number, self.calendar) if number > 0 else self._back(-number)

    def _back(self, number: int) -> date:
        day = self.today
        while number:
            day -= timedelta(days=1)
            number -= is_working_day(day, self.calendar)
        return day


def position(words: str) -> Position:
    """A stage, or a tier inside it: "stage_2.2"."""
    stage, _, tier = words.partition(".")
    return Position(stage=stage, tier=int(tier or 1))


def in_order(stories: list[Story], almanac: Almanac) -> Iterator[tuple[datetime, Story, Step | None]]:
    """Everything that happens in these stories, each raising (None) and each step, in the order of time."""
    told = [(almanac.moment(story.at), story, None) for story in stories if story.at]
    steps = [(almanac.moment(step.at), story, step) for story in stories for step in story.then]
    yield from sorted([*told, *steps], key=lambda event: event[0])
