"""The parts of a year's report that somebody writes, each with the question that it answers and the figures below it. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Slot:
    """`asks`: what to write about. `themes`: the themes of insight whose figures stand below what was written."""

    key: str
    title: str
    asks: str
    themes: tuple[str, ...] = ()


SLOTS: tuple[Slot, ...] = (
    Slot(
        "summary",
        "The year in short",
        "What should somebody know who reads only this? Say what you are proud of and what worries you.",
    ),
    Slot(
        "meaning",
        "What the figures mean",
        "Why are there more or fewer than last year? Say what changed: in the work, in who logs what, or in who knows the "
        "protocol. A fall can be good news or silence.",
        ("how-many",),
    ),
    Slot(
        "between",
        "Between whom",
        "Which agencies challenge one another, and which never do? What do they say themselves?",
        ("who",),
    ),
    Slot(
        "about",
        "What they were about",
        "Which themes come back? What is behind them?",
        ("about",),
    ),
    Slot(
        "timely",
        "How long they took",
        "What helped to settle them early? What held the others up?",
        ("how-long", "timescales"),
    ),
    Slot(
        "changed",
        "What changed because of it",
        "Which policy, training or practice is different now, and how do you know that it helped children?",
        ("afterwards",),
    ),
    Slot(
        "voice",
        "The voice of practitioners",
        "What do those who raised or answered a disagreement say of it? Were they heard, and told what came of it? Name nobody.",
    ),
    Slot(
        "ahead",
        "The year ahead",
        "What will the partnership do, by when, and who answers for it?",
    ),
)
BY_KEY = {slot.key: slot for slot in SLOTS}
LONGEST = 10_000
