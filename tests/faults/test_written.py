"""What was counted after every fault stands in docs/reliability.md: written by this suite (WRITE_TABLES=1), or held equal."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from .fault import Figures, Line

HERE = Path(__file__).resolve().parent
PAGE = HERE.parent.parent / "docs" / "reliability.md"
COLUMNS = (
    "| Fault | What was done | Disagreements | Entries | Notices | Lost | There twice | Left over | E-mails that may come twice |"
)
ABOUT = """\
# What happens when something breaks

For whoever answers for an installation. This page is written by the tests themselves (`tests/faults/`), and every run
of the whole suite compares it with what it has just counted.

## How it is measured

Real processes are started: the web server, a worker with two processes, the one that sends the ticks (beat),
PostgreSQL, Redis (Valkey) and a mail server that does what it is told to do badly. They have a database of their own,
and a clock that the tests can step.

In each line a partnership of its own has two disagreements whose timescales have run out and nobody has looked. Two
more are raised through the web while the fault goes on. Whoever is not answered sends the form again under its key.
Then the fault is over, and nothing is done but to wait.

Afterwards the database is read by its superuser, and the mail server's box is opened. The product is not asked:

* every disagreement that the web said was raised is there, once, and no other;
* every entry of every chronology follows the one before it, with none missing, and its hash is right;
* every timescale that has run out is noted in the chronology, once;
* exactly those people were told of exactly those things as in the line "Nothing", where nothing went wrong;
* every e-mail that counts as sent has arrived, and no e-mail has arrived that no row accounts for;
* nobody is told the same of a disagreement in two e-mails;
* no clock is left unnoted, no entry untold, no e-mail unsent, and no task in the queue.

A test fails where any of this is not so. So "Lost", "There twice" and "Left over" are 0 in every line, or the line
is not here.

## What "at least once" means

An e-mail leaves, and then the database is told that it has left. A worker that is killed between the two cannot have
told it, and a mail server that hangs up without an answer may have taken the e-mail or not. In both cases it is sent
again: better twice than never. The second copy has the same Message-ID, the same words and the same address. Many
mail programs then show it once. No e-mail comes twice for any other reason.

What a fault leaves behind is taken up by the next tick (`TICK_SECONDS`, half a minute). An e-mail that a killed
worker had in hand waits ten minutes, until its claim has run out. One that a mail server did not take waits as
`docs/decisions/` 0034 says. The tests step the clock instead of waiting.

The clock is stepped for the web, the worker and beat, as on a host whose time was wrong. PostgreSQL and Redis keep
the machine's time.

## What was counted

"""
AFTER = """
"Those in hand": the e-mails that the worker had claimed when it was killed, or that the mail server took without saying so.
"""


def row(line: Line) -> str:
    twice = "none" if not line.at_most_twice else "those in hand"
    counted = f"{line.disagreements} | {line.entries} | {line.notices} | {line.lost} | {line.doubled} | {line.left} | {twice}"
    return f"| {line.name} | {line.done} | {counted} |"


def test_the_page_says_what_was_counted(figures: Figures, request: pytest.FixtureRequest) -> None:
    """Told part of the suite, it compares the lines of that part."""
    files = {Path(item.path).name for item in request.session.items}
    whole = files == {file.name for file in HERE.glob("test_*.py")} and not request.config.getoption("keyword")
    lines = [row(line) for line in figures.lines]
    table = "\n".join([COLUMNS, "|---" * (COLUMNS.count("|") - 1) + "|", *lines])
    print(f"\n{table}")
    if whole and os.environ.get("WRITE_TABLES") and not request.session.testsfailed:
        PAGE.write_text(ABOUT + table + "\n" + AFTER)
    written = PAGE.read_text().splitlines()
    names = {line.name for line in figures.lines}
    kept = [one for one in written if one.startswith("| ") and one.split(" | ")[0].removeprefix("| ") in names]
    assert kept == lines
    if whole:
        assert PAGE.read_text() == ABOUT + table + "\n" + AFTER
