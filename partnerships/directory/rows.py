"""The rows of a directory's spreadsheet: what each kind of row says, checked by itself; knows no row of the database."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from ..forms import DOMAIN, POST_LABELS, PUBLIC_DOMAINS
from ..models import Agency
from ..protocol_terms import StageKind
from ..sheets import read_day
from .sheets import Line

COLUMNS = (
    "row", "agency", "sector", "e-mail domains", "post", "kind of step", "filled by", "name", "deputy", "e-mail",
    "telephone", "address", "role", "note", "away from", "away until", "check by",
)  # fmt: skip
# What each kind of row may hold, what it must hold, and how long a cell may be.
MAY: dict[str, frozenset[str]] = {
    "agency": frozenset({"agency", "sector", "e-mail domains"}),
    "post": frozenset({"agency", "post", "kind of step", "filled by"}),
    "holder": frozenset({"agency", "post", "name", "deputy", "e-mail", "telephone", "away from", "away until", "check by"}),
    "contact": frozenset({"agency", "name", "e-mail", "telephone", "address", "role", "note", "check by"}),
}
MUST = {"agency": ("agency",), "post": ("agency", "post"), "holder": ("agency", "post", "name"), "contact": ("name",)}
LONGEST = {
    "agency": {"agency": 200}, "post": {"post": 120}, "holder": {"name": 150, "telephone": 40},
    "contact": {"name": 200, "telephone": 60, "address": 300, "note": 300},
}  # fmt: skip
LOST_ZERO = re.compile(r"[1-9][0-9]{9}")
DAYS = ("away from", "away until", "check by")
SECTORS = {words.casefold(): key for key, words in Agency._meta.get_field("sector").flatchoices} | {
    key.casefold(): key for key, _ in Agency._meta.get_field("sector").flatchoices
}
KINDS = {kind.value: kind for kind in StageKind} | {label.casefold(): kind for kind, label in POST_LABELS.items()}
YES_NO = {"yes": True, "no": False, "y": True, "n": False}


@dataclass(frozen=True)
class Wrong:
    """What is wrong with one row, as a sentence."""

    number: int
    sentence: str


@dataclass(frozen=True)
class Row:
    """One row that is right by itself. A cell that is empty is not there: it leaves what is known as it is."""

    number: int
    kind: str
    cells: dict[str, str]
    days: dict[str, date]

    def get(self, column: str) -> str:
        return self.cells.get(column, "")

    @property
    def key(self) -> tuple[str, ...]:
        """What two rows of the file may not share: they would be about the same thing."""
        who = "e-mail" if self.get("e-mail") else "name"
        by = {"agency": ("agency",), "post": ("agency", "post"), "holder": ("agency", "post", who), "contact": ("name",)}
        return (self.kind, *(self.get(column).casefold() for column in by[self.kind]))


def read_rows(lines: Iterable[Line]) -> tuple[list[Row], list[Wrong]]:
    """Every row, or everything that is wrong with them: not only the first."""
    rows: list[Row] = []
    wrong: list[Wrong] = []
    first: dict[tuple[str, ...], int] = {}
    for line in lines:
        kind = line.cells.get("row", "").casefold()
        if kind not in MAY:
            said = f"“{line.cells.get('row', '')[:40]}” is no kind of row" if kind else "it does not say what kind of row it is"
            wrong.append(Wrong(line.number, f"In the first column, {said}. Write agency, post, holder or contact."))
            continue
        cells = {column: cell for column, cell in line.cells.items() if cell and column != "row"}
        sentences = list(_wrong(kind, cells))
        row = Row(line.number, kind, cells, {column: day for column in DAYS if (day := read_day(cells.get(column, "")))})
        sentences += _wrong_days(row)
        if not sentences and row.key in first:
            sentences.append(f"This is in row {first[row.key]} already.")
        first.setdefault(row.key, line.number)
        wrong += [Wrong(line.number, sentence) for sentence in sentences]
        rows.append(row)
    return rows, wrong


def _wrong(kind: str, cells: dict[str, str]) -> Iterable[str]:
    for column in MUST[kind]:
        if column not in cells:
            yield f"The cell “{column}” is empty, and a row for {_a(kind)} needs it."
    for column in cells:
        if column not in MAY[kind]:
            yield f"“{column}” does not belong into a row for {_a(kind)}. Empty it, or put it into the row that it is about."
    for column, most in LONGEST[kind].items():
        if len(cells.get(column, "")) > most:
            yield f"“{column}” must be {most} characters or fewer."
    yield from _wrong_words(cells)


def _wrong_words(cells: dict[str, str]) -> Iterable[str]:
    if cells.get("sector", "").casefold() not in {*SECTORS, ""}:
        yield f"“{cells['sector'][:40]}” is no sector. Write one of: {', '.join(sorted(set(SECTORS.values())))}."
    if cells.get("kind of step", "").casefold() not in {*KINDS, ""}:
        yield f"“{cells['kind of step'][:40]}” is no kind of step. Write practitioner, manager, senior or partnership."
    if cells.get("deputy", "").casefold() not in {*YES_NO, ""}:
        yield "“deputy” must be yes or no."
    if "e-mail" in cells and not _is_address(cells["e-mail"]):
        yield "“e-mail” must be an address like name@organisation.example."
    if LOST_ZERO.fullmatch(cells.get("telephone", "")):
        yield "“telephone” has lost its first 0, as Excel does with numbers. Write it with a space, or format the cell as text."
    for domain in domains_of(cells.get("e-mail domains", "")):
        if not DOMAIN.match(domain) or domain in PUBLIC_DOMAINS:
            yield f"“{domain[:60]}” cannot be an agency’s own e-mail domain. Write what stands after its own @."


def _wrong_days(row: Row) -> list[str]:
    found = [f"“{column}” must be a date like 27/3/2026." for column in DAYS if row.get(column) and column not in row.days]
    first, last = row.days.get("away from"), row.days.get("away until")
    if last and not row.get("away from"):
        found.append("“away until” needs “away from” as well.")
    if first and last and last < first:
        found.append("“away until” must not be before “away from”.")
    return found


def domains_of(text: str) -> list[str]:
    return list(dict.fromkeys(word.lower().lstrip("@") for word in text.replace(",", " ").replace(";", " ").split()))


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return len(text) <= 254


def _a(kind: str) -> str:
    return f"{'an' if kind == 'agency' else 'a'} {kind}"
