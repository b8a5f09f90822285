"""What is held as committed files: how many queries each page takes, the manual's page about it, and how pages are read out.

WRITE_TABLES=1 writes them anew; without it they are compared."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import yaml

from .walking import Page

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
QUERIES, READ_OUT = HERE / "queries.yml", HERE / "read_out"
MANUAL, SCREENS = ROOT / "docs" / "reference" / "pages.md", ROOT / "docs" / "screens"
WRITING = os.environ.get("WRITE_TABLES") == "1"
# No page may ask more of the database than this, whatever its line says.
MOST = 66  # the overview of a period asks a question or two for each of a dozen figures


def held(path: Path, now: str) -> str:
    """What is committed; on request what is now is written first."""
    if WRITING:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(now)
    return path.read_text() if path.exists() else ""


def counted(pages: Iterable[Page]) -> dict[str, int]:
    return {page.name: page.queries for page in sorted(pages, key=lambda page: page.name)}


def queries_text(pages: Iterable[Page]) -> str:
    return "# Written by WRITE_TABLES=1; read the difference before you commit it.\n" + yaml.safe_dump(
        counted(pages), allow_unicode=True, width=200
    )


def manual(pages: Iterable[Page], routes: dict[str, str]) -> str:
    """One line for each page: where it is, and how many queries it takes for whom."""
    found: dict[tuple[str, str], list[Page]] = {}
    for page in sorted(pages, key=lambda page: page.name):
        found.setdefault((page.what, page.how), []).append(page)
    lines = [
        "<!-- Written by WRITE_TABLES=1 python3 dev.py pytest tests/everywhere; do not edit. -->\n",
        "# Every page\n",
        (
            f"{sum(map(len, found.values()))} pages were made for this list, each for one person, in a partnership at work "
            f"for two weeks. The numbers are queries to the database. The most that any page may take is {MOST}.\n"
        ),
        "| page | when | address | queries, by who looks |",
        "|---|---|---|---|",
    ]
    for (what, how), seen in found.items():
        name = what if what in routes else ":".join(what.split(":")[:2])
        numbers: dict[int, list[str]] = {}
        for page in seen:
            numbers.setdefault(page.queries, []).append(page.who if page.status in (200, 422) else f"{page.who} ({page.status})")
        told = "; ".join(f"{number}: {', '.join(who)}" for number, who in sorted(numbers.items()))
        lines.append(f"| `{what}` | {how} | `/{routes.get(name, '')}` | {told} |")
    return "\n".join(lines) + "\n"
