"""The demonstration's disagreements as patterns: every row of one, with a place for each number, name and date of a copy.

Knows how a chronology entry is hashed (escalation/migrations/0002_walls.py), so that a copy's chain is made as the trigger
makes it, and nothing of how many copies there are."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from .schema import Column, Table, escaped

LONDON = ZoneInfo("Europe/London")
DISAGREEMENT, ENTRIES, WORDS = "escalation_disagreement", "escalation_chronologyentry", "escalation_chronologywords"
# What no copy has: the ways in and files of a person, what another disagreement or partnership has part in, and letters.
LEFT_OUT = ("escalation_invitation", "escalation_attachment", "escalation_link", "escalation_sharedacross", "escalation_reading")
LEFT_OUT_KINDS = ("invitation", "access_", "linked", "shared_", "file_", "corrected", "destroyed")
BESIDE = ("notifications_", "records_")
# What insight keeps beside a disagreement, under the disagreement's own number.
COUNTED, OF_COUNTED = "insight_counted", "counted_id"
# Under which name an entry's data names a row of which table (escalation/services says what it holds).
NAMED_IN_DATA = {
    "action": "escalation_action",
    "deadline": "escalation_deadline",
    "replaces": "escalation_deadline",
    "record": "escalation_sideprocessrecord",
    "proposal": "escalation_proposedoutcome",
    "party": "escalation_party",
    "left": "escalation_party",
    "agency": "partnerships_agency",
    "proposer": "partnerships_user",
}
AN_INSTANT = re.compile(r'"(\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?[+-]\d\d:\d\d)"')
A_DAY = re.compile(r'"(\d{4}-\d\d-\d\d)"')
A_NUMBER = re.compile(rf'"({"|".join(NAMED_IN_DATA)})": (\d+)')
PEOPLE, AGENCIES = "partnerships_user", "partnerships_agency"
CATEGORIES = ("category", "common_category")


@dataclass
class Entry:
    """One entry: when, what COPY is given of it before and after its digests, what the hash is made of, and its words."""

    at: str
    copied: str
    hashed: str
    words: str | None


@dataclass
class Story:
    partnership: int
    disagreement: int
    live: bool
    settled: bool
    raised: datetime
    last: datetime
    entries: list[Entry] = field(default_factory=list)
    patterns: list[tuple[str, str]] = field(default_factory=list)  # of each table, all its rows
    counts: dict[str, int] = field(default_factory=dict)
    instants: list[datetime] = field(default_factory=list)
    days: list[date] = field(default_factory=list)


class Reader:
    """Reads one disagreement of the demonstration into a Story."""

    def __init__(self, cur: Any, known: dict[str, Table], row: dict[str, str | None]) -> None:
        self.cur, self.known, self.row = cur, known, row
        self.number = int(row["id"] or 0)
        self.local: dict[str, dict[int, int]] = {}
        self.instants: dict[datetime, int] = {}
        self.days: dict[date, int] = {}
        self.emails: dict[str, int] = {}

    def read(self) -> Story | None:
        """None, where something is in it that no copy can have."""
        own = f"disagreement_id = {self.number}"
        children = [t for t in self.known.values() if t.has("disagreement_id") and not t.name.startswith(BESIDE)]
        rows = {table.name: table.rows(self.cur, own) for table in children}
        for table in (t for t in self.known.values() if t.has(OF_COUNTED)):
            rows[table.name] = table.rows(self.cur, f"{OF_COUNTED} = {self.number}")
        kinds = {str(entry["kind"]) for entry in rows[ENTRIES]}
        if any(rows.get(name) for name in LEFT_OUT) or any(kind.startswith(LEFT_OUT_KINDS) for kind in kinds):
            return None
        entries = sorted(rows.pop(ENTRIES), key=lambda entry: int(entry["seq"] or 0))
        if not entries:
            return None
        for name, found in rows.items():
            if self.known[name].has("id") and name != COUNTED:
                self.local[name] = {int(row["id"] or 0): index for index, row in enumerate(found)}
        self._know_people()
        state, moments = str(self.row["state"]), [datetime.fromisoformat(str(entry["at"])) for entry in entries]
        story = Story(
            partnership=int(self.row["partnership_id"] or 0),
            disagreement=self.number,
            live=state not in ("closed", "withdrawn"),
            settled=not self.row["stage"],
            raised=moments[0],
            last=moments[-1],
        )
        story.patterns.append((DISAGREEMENT, self._line(self.known[DISAGREEMENT], self.row)))
        for name, found in rows.items():
            if found:
                story.patterns.append((name, "".join(self._line(self.known[name], row) for row in found)))
                story.counts[name] = len(found)
        story.entries = [self._entry(entry) for entry in entries]
        story.instants, story.days = list(self.instants), list(self.days)
        return story

    def _know_people(self) -> None:
        self.cur.execute("SELECT email, id FROM partnerships_user")
        self.emails = dict(self.cur.fetchall())

    def _instant(self, value: str) -> str:
        at = datetime.fromisoformat(value)
        return f"t{self.instants.setdefault(at, len(self.instants))}"

    def _day(self, value: str) -> str:
        return f"%(d{self.days.setdefault(date.fromisoformat(value), len(self.days))})s"

    def _line(self, table: Table, row: dict[str, str | None]) -> str:
        person = int(row["user_id"] or 0) if table.name == "escalation_party" else 0
        return "\t".join(self._cell(table, column, row[column.name], person) for column in table.columns) + "\n"

    def _cell(self, table: Table, column: Column, value: str | None, person: int) -> str:
        if value is None:
            return r"\N"
        if (told := self._told(table.name, column.name, value, person)) is not None:
            return told
        if column.name == "id" and column.kind == "bigint":
            return "%(did)s" if table.name in (DISAGREEMENT, COUNTED) else self._own(table.name, int(value))
        if column.kind == "ARRAY":
            return self._array(value)
        if column.refers:
            return self._referred(column.refers, int(value))
        if column.kind == "timestamp with time zone":
            return f"%({self._instant(value)})s"
        if column.kind == "date":
            return self._day(value)
        if column.kind == "uuid":
            return "%(key)s"
        if column.name == "paused" and column.kind == "jsonb":
            return re.sub(r"\d+", lambda m: self._own("escalation_deadline", int(m[0])), value)
        return self._json(value) if column.kind == "jsonb" else escaped(value).replace("%", "%%")

    def _told(self, table: str, column: str, value: str, person: int) -> str | None:
        """What each copy has of its own by name: its reference, its child, its category, whoever takes part."""
        if table == DISAGREEMENT and column in ("reference", "key", "child_reference"):
            return f"%({column})s" if value else ""
        if person and column in ("name", "email"):
            return f"%({column}{person})s"
        if value and column in CATEGORIES and value == self.row[column]:
            return f"%({column})s"
        if table == COUNTED and column in ("common", "child") and value:
            return "%(common_category)s" if column == "common" else "%(child)s"
        return None

    def _own(self, table: str, number: int) -> str:
        return f"%(n_{table}_{self.local[table][number]})s"

    def _referred(self, table: str, number: int) -> str:
        if table in (DISAGREEMENT, COUNTED):
            return "%(did)s"
        if table in self.local:
            return self._own(table, number)
        if table == "partnerships_partnership":
            return "%(pid)s"
        return f"%({table}_{number})s"

    def _array(self, value: str) -> str:
        """Of days, or of agencies by their number."""
        if "-" in value:
            return re.sub(r"\d{4}-\d\d-\d\d", lambda m: self._day(m[0]), value)
        return re.sub(r"\d+", lambda m: self._referred(AGENCIES, int(m[0])), value)

    def _json(self, text: str) -> str:
        """Numbers and dates of a document, as of the row that it stands in."""
        text = escaped(text).replace("%", "%%")
        if self.row["category"]:
            text = text.replace(f'"category": "{self.row["category"]}"', '"category": "%(category)s"')
        text = A_NUMBER.sub(lambda m: f'"{m[1]}": {self._referred(NAMED_IN_DATA[m[1]], int(m[2]))}', text)
        text = A_DAY.sub(lambda m: f'"{self._day(m[1])}"', text)
        return AN_INSTANT.sub(lambda m: f'"%({self._of_the_world(m[1])})s"', text)

    def _of_the_world(self, value: str) -> str:
        london = datetime.fromisoformat(value).astimezone(LONDON).replace(tzinfo=None)
        return self._instant(london.isoformat())

    def _entry(self, row: dict[str, str | None]) -> Entry:
        """`copied` is everything but id, seq and the digests, in the order of COPIED; `hashed` the same as the trigger's
        jsonb text has it, from the partnership's number on, without the digest of the words."""
        at = self._instant(str(row["at"]))
        data = self._json(str(row["data"]))
        if "\\" in data:
            raise ValueError(f"An entry of {self.row['reference']} holds what must be written otherwise.")
        actor, behalf = (f"%({PEOPLE}_{row[who]})s" if row[who] else None for who in ("actor_id", "on_behalf_of_id"))
        plain = [json.dumps(row["state"]), json.dumps(row["stage"]), str(row["tier"]), data]
        hashed = ["%(pid)s", "%(did)s", json.dumps(row["kind"]), f'"%(h{at})s"', actor or "null", behalf or "null", *plain]
        copied = [str(row["kind"]), f"%({at})s", str(row["state"]), escaped(row["stage"]), str(row["tier"]), data]
        copied += [actor or r"\N", behalf or r"\N", "%(pid)s", "%(did)s"]
        return Entry(at, "\t".join(copied), ", ".join(hashed), self._words(row["words_id"]))

    def _words(self, number: str | None) -> str | None:
        if number is None:
            return None
        self.cur.execute("SELECT text FROM escalation_chronologywords WHERE id = %s", [number])
        return str(self.cur.fetchone()[0])


COPIED = "id, seq, kind, at, state, stage, tier, data, actor_id, on_behalf_of_id, partnership_id, disagreement_id"
COPY_ENTRIES = f"COPY {ENTRIES} ({COPIED}, words_id, words_digest, recipe, previous_hash, hash) FROM STDIN"
COPY_WORDS = f"COPY {WORDS} (id, salt, text, partnership_id) FROM STDIN"


def stories(cur: Any, known: dict[str, Table]) -> list[Story]:
    """Of every partnership of the demonstration, what was raised there and can be copied."""
    rows = known[DISAGREEMENT].rows(cur, "state <> 'draft'", order="id")
    found: Iterable[Story | None] = (Reader(cur, known, row).read() for row in rows)
    return [story for story in found if story is not None]
