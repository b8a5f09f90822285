"""The security pages are true: every threat names a test that is there, every line of the checklist what meets it or why not."""

from __future__ import annotations

import ast
import re
from collections import Counter
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
PAGES = ROOT / "docs" / "security"
TEST = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")
SETTING = re.compile(r"`([A-Z][A-Z0-9_]{3,})`")
FILE = re.compile(r"`((?!tests/)[\w.-]+/[\w./-]+|pyproject\.toml|SECURITY\.md)`")
# What a line of the checklist may say of itself, before its reason or its proof.
VERDICTS = ("Met", "Partly", "Not met", "Not ours", "Does not apply")
LINE = re.compile(r"^\| (V?\d+(?:\.\d+)+) \| (\d) \| ([^|]+) \| ([A-Z][a-z ]+): ([^|]+) \|$")
THREAT = re.compile(r"^\| (T\d+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$")


def lines_of(page: str, form: re.Pattern[str]) -> list[tuple[str, ...]]:
    return [found.groups() for line in (PAGES / page).read_text().splitlines() if (found := form.match(line))]


def functions_in(path: Path) -> set[str]:
    return {node.name for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef | ast.ClassDef)}


def wrong_references(text: str) -> list[str]:
    """What the words name that is not there."""
    wrong = []
    for name, function in TEST.findall(text):
        path = ROOT / name
        if not path.exists() or (function and function not in functions_in(path)):
            wrong.append(f"{name}::{function}")
    wrong += [name for name in SETTING.findall(text) if not hasattr(settings, name) and not _in_the_environment(name)]
    return wrong + [name for name in FILE.findall(text) if not (ROOT / name).exists()]


def _in_the_environment(name: str) -> bool:
    """A name that the settings read, though they call it otherwise."""
    return f'"{name}"' in (ROOT / "config" / "settings.py").read_text() or name.endswith("_FILE")


@pytest.mark.parametrize("page", ["threats.md", "asvs.md"])
def test_what_is_named_is_there(page: str) -> None:
    assert wrong_references((PAGES / page).read_text()) == []


def test_every_threat_has_a_test_of_its_own() -> None:
    threats = lines_of("threats.md", THREAT)
    numbered = [number for number, *_ in threats]
    assert numbered == [f"T{n}" for n in range(1, len(threats) + 1)]
    assert len(threats) >= 40
    assert [number for number, _, _, shown in threats if not any(function for _, function in TEST.findall(shown))] == []


def test_every_line_of_a_table_of_threats_is_read() -> None:
    """Or one written otherwise would be counted as shown."""
    rows = [line for line in (PAGES / "threats.md").read_text().splitlines() if line.startswith("| T")]
    assert len(rows) == len(lines_of("threats.md", THREAT))


def test_every_line_of_the_checklist_says_what_meets_it_or_why_not() -> None:
    lines = lines_of("asvs.md", LINE)
    rows = [line for line in (PAGES / "asvs.md").read_text().splitlines() if re.match(r"^\| V?\d", line)]
    assert len(rows) == len(lines)
    assert Counter(level for _, level, *_ in lines) == {"1": 70, "2": 183}  # as many as the standard has
    assert len({number for number, *_ in lines}) == len(lines)
    assert {verdict for _, _, _, verdict, _ in lines} <= set(VERDICTS)
    assert [number for number, _, _, verdict, why in lines if verdict in ("Met", "Partly") and not names_something(why)] == []
    assert [number for number, *_, why in lines if len(why.split()) < 3 and not names_something(why)] == []


def names_something(why: str) -> bool:
    return bool(TEST.search(why) or SETTING.search(why) or FILE.search(why))
