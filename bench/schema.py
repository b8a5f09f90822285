"""The tables as the catalogue tells them: their columns, what each refers to, and every row as text that COPY takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

# An instant is read as London's wall clock, so that it can be moved by whole weeks and midnight stays midnight.
READ = {"timestamp with time zone": "to_char({0} AT TIME ZONE 'Europe/London', 'YYYY-MM-DD\"T\"HH24:MI:SS.US')"}
COLUMNS = """
    SELECT c.table_name, c.column_name, c.data_type FROM information_schema.columns c
    JOIN pg_class t ON t.oid = ('public.' || quote_ident(c.table_name))::regclass AND t.relkind = 'r'
    WHERE c.table_schema = 'public' AND c.is_generated = 'NEVER' ORDER BY c.table_name, c.ordinal_position
"""
# A key that carries the partnership names it first: what is referred to is said by its last column.
REFERENCES = """
    SELECT k.conrelid::regclass::text, a.attname, k.confrelid::regclass::text FROM pg_constraint k
    JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[array_length(k.conkey, 1)]
    WHERE k.contype = 'f' ORDER BY array_length(k.conkey, 1)
"""


@dataclass(frozen=True)
class Column:
    name: str
    kind: str
    refers: str = ""


@dataclass(frozen=True)
class Table:
    name: str
    columns: tuple[Column, ...]

    def has(self, name: str) -> bool:
        return any(column.name == name for column in self.columns)

    def rows(self, cur: Any, condition: str, order: str = "1") -> list[dict[str, str | None]]:
        wanted = ", ".join(READ.get(c.kind, "{0}::text").format(f'"{c.name}"') for c in self.columns)
        cur.execute(f"SELECT {wanted} FROM {self.name} WHERE {condition} ORDER BY {order}")  # noqa: S608  (names from the catalogue)
        return [dict(zip((c.name for c in self.columns), row, strict=True)) for row in cur.fetchall()]

    @property
    def copy(self) -> str:
        named = ", ".join(f'"{column.name}"' for column in self.columns)
        return f"COPY {self.name} ({named}) FROM STDIN"


def tables(cur: Any) -> dict[str, Table]:
    cur.execute(REFERENCES)
    refers = {(table, column): to for table, column, to in cur.fetchall()}
    cur.execute(COLUMNS)
    found: dict[str, list[Column]] = {}
    for table, column, kind in cur.fetchall():
        found.setdefault(table, []).append(Column(column, kind, refers.get((table, column), "")))
    return {name: Table(name, tuple(columns)) for name, columns in found.items()}


def escaped(value: str | None) -> str:
    """As COPY's text format has it."""
    if value is None:
        return r"\N"
    return value.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
