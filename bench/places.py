"""A partnership of the demonstration made again: its protocol, agencies, posts and people, as many sets of them as are wanted.

Knows the rows of `partnerships`; what they then raise with each other is growing.py's."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .schema import Table, escaped
from .sizes import Size
from .stories import AGENCIES, PEOPLE

STRIDE = 2_000_000  # of the numbers of one partnership's rows in any table
PARTNERSHIP, VERSIONS, MEMBERS = "partnerships_partnership", "partnerships_protocolversion", "partnerships_membership"
POSTS, HOLDERS = "partnerships_post", "partnerships_postholder"
ONCE = (VERSIONS, "partnerships_assumptionconfirmation", "partnerships_arrangements", "partnerships_closureday")
# In the order in which each may be referred to.
OF_A_PARTNERSHIP = (PEOPLE, AGENCIES, *ONCE, "partnerships_contact", MEMBERS, POSTS, HOLDERS)
Rows = dict[str, list[dict[str, str | None]]]


@dataclass(frozen=True)
class Pattern:
    """One partnership of the demonstration, as rows."""

    number: int
    known: dict[str, Table]
    rows: Rows
    categories: tuple[tuple[str, str], ...]

    @property
    def common(self) -> set[int]:
        """Who is there once however large it is: whoever belongs to no agency (the office, administrators, observers)."""
        members = self.rows[MEMBERS]
        return {int(m["user_id"] or 0) for m in members if m["agency_id"] is None}


def pattern(cur: Any, known: dict[str, Table], number: int) -> Pattern:
    own = f"partnership_id = {number}"
    rows = {name: known[name].rows(cur, own, order="id") for name in OF_A_PARTNERSHIP if name != PEOPLE}
    named = [("user_id", MEMBERS), ("user_id", "escalation_party"), ("actor_id", "escalation_chronologyentry")]
    named += [("published_by_id", VERSIONS), ("user_id", HOLDERS)]
    people = " UNION ".join(f"SELECT {column} FROM {table} WHERE {own}" for column, table in named)  # noqa: S608  (ours)
    rows[PEOPLE] = known[PEOPLE].rows(cur, f"id IN ({people})", order="id")
    rows[PARTNERSHIP] = known[PARTNERSHIP].rows(cur, f"id = {number}")
    definition = json.loads(next(str(v["definition"]) for v in rows[VERSIONS] if v["status"] == "published"))
    categories = tuple((c["key"], c.get("common", "other")) for c in definition.get("categories", ()))
    return Pattern(number, known, rows, categories or (("", ""),))


@dataclass
class Place:
    """One partnership that was made: what a copy of a story finds for every name in it, by team."""

    number: int
    prefix: str
    teams: list[dict[str, str]] = field(default_factory=list)


class Maker:
    """Makes one partnership after a pattern, and gives every row to `write`."""

    def __init__(self, made_after: Pattern, size: Size, *, write: Callable[[str, str], None]) -> None:
        self.after, self.size, self.write = made_after, size, write
        self.number = self.base = (size.number + 1) * STRIDE
        self.number += 1
        self.given: dict[str, int] = {}
        self.common = made_after.common

    def make(self) -> Place:
        row = self.after.rows[PARTNERSHIP][0]
        prefix = f"T{self.size.number}"
        own = {"id": str(self.number), "slug": f"bench-{self.size.number}", "reference_prefix": prefix}
        self._row(PARTNERSHIP, row | own | {"name": f"{row['name']} (made again, {self.size.number})"}, {})
        place = Place(self.number, prefix)
        once = {"partnerships_partnership": self.number}
        agencies = [self._agencies(number) for number in range(self.size.agency_sets)]
        common = {f"{PEOPLE}_{user}": new for user, new in self._people(0, among=self.common).items()}
        for team in range(self.size.teams):
            people = {f"{PEOPLE}_{user}": new for user, new in self._people(team, among=None).items()}
            refers = {**common, **people, **agencies[team % len(agencies)]}
            if team == 0:
                once |= self._once(refers)
            self._posts(refers, people, first=team < len(agencies))
            self._members(refers, team)
            place.teams.append(self._told(refers | once, team))
        return place

    def _next(self, table: str) -> int:
        self.given[table] = self.given.get(table, self.base) + 1
        return self.given[table]

    def _row(self, table: str, row: dict[str, str | None], refers: dict[str, int]) -> None:
        cells = []
        for column in self.after.known[table].columns:
            value = row[column.name]
            if value is not None and column.name == "partnership_id":
                value = str(self.number)
            elif value is not None and column.refers and column.name != "id":
                value = str(refers.get(f"{column.refers}_{value}", value))
            cells.append(escaped(value))
        self.write(table, "\t".join(cells) + "\n")

    def _people(self, team: int, *, among: set[int] | None) -> dict[int, int]:
        made = {}
        for row in self.after.rows[PEOPLE]:
            user = int(row["id"] or 0)
            if (user in self.common) is (among is None):
                continue
            made[user] = self._next(PEOPLE)
            changed = {
                "id": str(made[user]),
                "email": self._address(row, team),
                "name": self._name(row, team),
                "is_demo": "false",
            }
            self._row(PEOPLE, row | changed | {"rehearses_id": None}, {})
        return made

    def _address(self, row: dict[str, str | None], team: int) -> str:
        local, _, domain = str(row["email"]).partition("@")
        return f"{local}.{self.size.number}.{team}@{domain}"

    def _name(self, row: dict[str, str | None], team: int) -> str:
        return str(row["name"]) if team == 0 else f"{row['name']} {team}"

    def _agencies(self, number: int) -> dict[str, int]:
        made = {}
        for row in self.after.rows[AGENCIES]:
            new = self._next(AGENCIES)
            made[f"{AGENCIES}_{row['id']}"] = new
            more = {"key": f"{row['key']}_{number}", "name": f"{row['name']} {number}"} if number else {}
            self._row(AGENCIES, row | more | {"id": str(new)}, {})
        return made

    def _once(self, refers: dict[str, int]) -> dict[str, int]:
        made: dict[str, int] = {}
        for table in (*ONCE, "partnerships_contact"):
            for row in self.after.rows[table]:
                new = self._next(table)
                made[f"{table}_{row['id']}"] = new
                self._row(table, row | {"id": str(new)}, refers | made)
        return made

    def _posts(self, refers: dict[str, int], people: dict[str, int], *, first: bool) -> None:
        if not first:
            return
        posts = {}
        for row in self.after.rows[POSTS]:
            posts[f"{POSTS}_{row['id']}"] = new = self._next(POSTS)
            self._row(POSTS, row | {"id": str(new)}, refers)
        for row in self.after.rows[HOLDERS]:
            known = row["user_id"] is None or f"{PEOPLE}_{row['user_id']}" in people
            if known:
                self._row(HOLDERS, row | {"id": str(self._next(HOLDERS))}, refers | posts)

    def _members(self, refers: dict[str, int], team: int) -> None:
        for row in self.after.rows[MEMBERS]:
            if team == 0 or int(row["user_id"] or 0) not in self.common:
                self._row(MEMBERS, row | {"id": str(self._next(MEMBERS))}, refers)

    def _told(self, refers: dict[str, int], team: int) -> dict[str, str]:
        """What a copy of a story puts for each number, name and address of this team."""
        told = {name: str(number) for name, number in refers.items()} | {"pid": str(self.number)}
        for row in self.after.rows[PEOPLE]:
            mine = 0 if int(row["id"] or 0) in self.common else team
            told[f"name{row['id']}"], told[f"email{row['id']}"] = self._name(row, mine), self._address(row, mine)
        return told
