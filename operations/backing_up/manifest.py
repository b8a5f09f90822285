"""What stands in a backup, in numbers: tables, digests, ends of chains, files; read in the very snapshot that is dumped.

A digest is of the rows as a set: their order is nobody's promise. It holds no word of a row."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any

from django.db.migrations.loader import MigrationLoader

FORMAT = 1
# Their rows stay behind: whoever was signed in then is not signed in after a restore, even if they were let out since.
WITHOUT_ROWS = ("django_session", "cache_entry")

TABLES = """
SELECT c.relname FROM pg_class c WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace ORDER BY 1
"""
# Half of SHA-256, summed: the same whatever the order, another one if a row is missing, doubled or changed.
DIGEST = """
SELECT count(*), coalesce(sum(('x' || left(h, 16))::bit(64)::bigint::numeric), 0),
    coalesce(sum(('x' || substr(h, 17, 16))::bit(64)::bigint::numeric), 0)
FROM (SELECT encode(sha256(convert_to(this_row::text, 'UTF8')), 'hex') AS h FROM public.{table} AS this_row {where}) hashed
"""
CHAINS = """
SELECT p.id, p.slug, coalesce(e.seq, 0), coalesce(encode(e.hash, 'hex'), '') FROM public.partnerships_partnership p
LEFT JOIN LATERAL (SELECT seq, hash FROM public.escalation_chronologyentry c WHERE c.partnership_id = p.id
    ORDER BY seq DESC LIMIT 1) e ON true ORDER BY p.slug
"""
# A refused file was never kept; one that was taken away may be gone by now, and no row asks for it.
FILES = """
SELECT partnership_id, key::text, size, sha256 FROM public.escalation_attachment WHERE state IN ('waiting', 'clean')
ORDER BY partnership_id, id
"""


@dataclass(frozen=True)
class Counted:
    rows: int
    digest: str


@dataclass(frozen=True)
class Chain:
    """The end of a partnership's chronology; `seq` is 0 where it has none yet."""

    partnership: int
    slug: str
    seq: int
    hash: str


@dataclass(frozen=True)
class File:
    """`size` in bytes."""

    partnership: int
    key: str
    size: int
    sha256: str

    @property
    def name(self) -> str:
        return f"files/{self.partnership}/{self.key}"


@dataclass
class Manifest:
    """`postgresql`: the server's major version; `sequences`: what each had given, at least;
    `dump`: pieces, size in bytes and SHA-256 of what pg_dump wrote."""

    made_at: str
    product: str
    postgresql: int
    pg_dump: int
    migrations: list[tuple[str, str]]
    sequences: dict[str, int] = field(default_factory=dict)
    tables: dict[str, Counted] = field(default_factory=dict)
    chains: list[Chain] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    missing: list[File] = field(default_factory=list)
    dump: dict[str, Any] = field(default_factory=dict)
    without_rows: tuple[str, ...] = WITHOUT_ROWS
    format: int = FORMAT

    def as_bytes(self) -> bytes:
        return json.dumps(asdict(self), indent=1).encode() + b"\n"

    @classmethod
    def parse(cls, text: bytes) -> Manifest:
        """Raises ValueError for what is not one, or is of a later format."""
        told = json.loads(text)
        if not isinstance(told, dict) or told.get("format") != FORMAT:
            raise ValueError("another format")
        try:
            return cls(
                **{name: told[name] for name in ("made_at", "product", "postgresql", "pg_dump", "dump", "sequences", "format")},
                migrations=[(app, name) for app, name in told["migrations"]],
                tables={name: Counted(**counted) for name, counted in told["tables"].items()},
                chains=[Chain(**chain) for chain in told["chains"]],
                files=[File(**file) for file in told["files"]],
                missing=[File(**file) for file in told["missing"]],
                without_rows=tuple(told["without_rows"]),
            )
        except (KeyError, TypeError) as wrong:
            raise ValueError("not a manifest") from wrong


def rows(connection: Any, sql: str, args: Any = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, args)
        return list(cursor.fetchall())


def tables(connection: Any) -> list[str]:
    return [name for (name,) in rows(connection, TABLES)]


def counted(connection: Any, table: str, *, partnership: int | None = None) -> Counted:
    """How many rows, and their digest; of one partnership's rows alone where one is named."""
    where = "" if partnership is None else f"WHERE partnership_id = {int(partnership)}"
    ((number, first, second),) = rows(connection, DIGEST.format(table=quoted(table), where=where))
    return Counted(number, f"{int(first) % 2**64:016x}{int(second) % 2**64:016x}")


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def every_table(connection: Any) -> dict[str, Counted]:
    return {name: Counted(0, "0" * 32) if name in WITHOUT_ROWS else counted(connection, name) for name in tables(connection)}


def sequences(connection: Any) -> dict[str, int]:
    """The last number that each has given."""
    sql = "SELECT sequencename, coalesce(last_value, 0) FROM pg_sequences WHERE schemaname = 'public' ORDER BY 1"
    return dict(rows(connection, sql))


def chains(connection: Any) -> list[Chain]:
    return [Chain(*row) for row in rows(connection, CHAINS)]


def files(connection: Any) -> list[File]:
    return [File(*row) for row in rows(connection, FILES)]


def migrations(connection: Any) -> list[tuple[str, str]]:
    return [(app, name) for app, name in rows(connection, "SELECT app, name FROM public.django_migrations ORDER BY 1, 2")]


def migrations_here() -> set[tuple[str, str]]:
    """Those that this version of the product knows, the ones that it has replaced among them."""
    loader = MigrationLoader(None)
    replaced = {name for migration in (loader.disk_migrations or {}).values() for name in migration.replaces}
    return set(loader.disk_migrations or {}) | replaced
