"""The rows of a list inside a form: how many there are, and one more, one fewer, or two exchanged; knows no field.

A row's fields are named after its place ("tiers-0-name"), and "tiers-rows" says how many there are. A button that adds or
moves a row submits the form as it stands; what was typed is put in its new place and shown again, and nothing is saved."""

from __future__ import annotations

import re

from django.http import QueryDict

MOST_ROWS = 60
ACTS = ("add", "out", "up", "down")


def rows_in(data: QueryDict, name: str) -> int:
    """How many rows were shown. What no page of ours sends is none."""
    typed = str(data.get(f"{name}-rows", ""))
    return min(int(typed), MOST_ROWS) if re.fullmatch(r"[0-9]{1,3}", typed) else 0


def rearranged(data: QueryDict, asked: str) -> QueryDict:
    """The same answers after a press on a row's button: "tiers:add", "tiers:2:up"."""
    name, _, rest = asked.partition(":")
    act = rest.rpartition(":")[2]
    index = rest.rpartition(":")[0]
    changed = data.copy()
    rows = [_row(data, name, number) for number in range(rows_in(data, name))]
    at = int(index) if re.fullmatch(r"[0-9]{1,3}", index) else -1
    if act == "add" and len(rows) < MOST_ROWS:
        rows.append({})
    elif act == "out" and 0 <= at < len(rows):
        del rows[at]
    elif act == "up" and 0 < at < len(rows):
        rows[at - 1], rows[at] = rows[at], rows[at - 1]
    elif act == "down" and 0 <= at < len(rows) - 1:
        rows[at + 1], rows[at] = rows[at], rows[at + 1]
    for key in [key for key in changed if re.match(rf"{re.escape(name)}-[0-9]+-", key)]:
        del changed[key]
    for number, row in enumerate(rows):
        for key, values in row.items():
            changed.setlist(f"{name}-{number}-{key}", values)
    changed[f"{name}-rows"] = str(len(rows))
    return changed


def _row(data: QueryDict, name: str, number: int) -> dict[str, list[str]]:
    start = f"{name}-{number}-"
    return {key.removeprefix(start): data.getlist(key) for key in data if key.startswith(start)}
