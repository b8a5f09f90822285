"""What a task costs a person, how long that takes by the manual's rule of thumb, and the manual's page about it.

The tests measure it anew each time and compare; WRITE_EFFORT=1 writes both files anew (with -n 0)."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

import yaml

HERE = Path(__file__).resolve().parent
MEASURED, PAGE = HERE / "effort.json", HERE.parents[1] / "docs" / "reference" / "effort.md"
WRITING = os.environ.get("WRITE_EFFORT") == "1"
# Seconds for a word typed and for a press, and words a minute of a form that is skimmed and of a text that is read whole. Where
# they come from stands on the page below.
A_WORD_TYPED, A_PRESS, SKIMMED, READ = 2.0, 1.3, 450, 240


@dataclass
class Effort:
    """Counts of one task. `shown` is every word under the heading of every page, `read` what the task cannot be done without."""

    pages: int = 0
    presses: int = 0
    fields: int = 0
    typed: int = 0
    shown: int = 0
    read: int = 0

    def adds(self, **numbers: int) -> None:
        for name, number in numbers.items():
            setattr(self, name, getattr(self, name) + number)


def seconds(effort: Effort) -> int:
    return round(hands(effort) + effort.read * 60 / SKIMMED)


def hands(effort: Effort) -> float:
    return effort.typed * A_WORD_TYPED + effort.presses * A_PRESS


def to_the_last_word(effort: Effort) -> int:
    """For somebody who reads everything there is, on every page, each time."""
    return round(hands(effort) + effort.shown * 60 / READ)


# Whoever changes a page changes these: the tests measure them anew.
MOST_TO_RAISE, MOST_TO_ANSWER = 300, 120


def page(table: dict[str, dict[str, int]]) -> str:
    lines = ["| task | pages | presses | fields | typed | to read | seconds | shown | to the last word |", "|---|" + "---:|" * 8]
    for task, counts in table.items():
        e = Effort(**counts)
        numbers = (e.pages, e.presses, e.fields, e.typed, e.read, f"**{seconds(e)}**", e.shown, to_the_last_word(e))
        lines.append(f"| {task} | " + " | ".join(map(str, numbers)) + " |")
    claims = (
        f"\nThe tests hold that raising takes less than {MOST_TO_RAISE} seconds, and answering from the e-mail less than "
        f"{MOST_TO_ANSWER}.\n"
    )
    told = (HERE / "effort_page.md").read_text().format(typed=A_WORD_TYPED, press=A_PRESS, skimmed=SKIMMED, read=READ)
    return told + "\n".join(lines) + "\n" + claims


def committed() -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = json.loads(MEASURED.read_text()) if MEASURED.exists() else {}
    return found


def words() -> dict[str, str]:
    """What is typed while it is counted."""
    found: dict[str, str] = yaml.safe_load((HERE / "sample_words.yml").read_text())
    return found


def held(task: str, effort: Effort) -> dict[str, int]:
    """What is committed of this task; on request what is now is written first."""
    table = committed()
    if WRITING:
        table[task] = asdict(effort)
        table = dict(sorted(table.items()))
        MEASURED.write_text(json.dumps(table, indent=2, ensure_ascii=False) + "\n")
        PAGE.write_text(page(table))
    return table.get(task, {})
