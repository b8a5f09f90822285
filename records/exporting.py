"""Everything of the partnership in scope as one ZIP of open formats, made piece by piece; which tables, it is told.

Nothing is held in memory but a batch of rows. Every table is read once, for its two files: JSON Lines go straight into the
ZIP, CSV lines wait in a temporary file until it is their turn."""

from __future__ import annotations

import csv
import hashlib
import json
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from itertools import islice
from typing import IO, Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models.expressions import RawSQL
from django.template.loader import render_to_string

from escalation.exporting import harmless
from escalation.files import store
from escalation.models import Attachment, ChronologyEntry, Disagreement
from escalation.states import State
from partnerships.models import Partnership, ProtocolVersion, User
from partnerships.protocol_writing import write_protocol
from partnerships.scope import partnership_scope, present

from .disclosing import style
from .exported_tables import LEFT_OUT, NOT_HERE, SECRETS, Table, tables

CHUNK = 500
PIECE = 64 * 1024
# What recipe 1 of the chain hashes after the hash before it, as the database writes it (escalation/migrations/0002).
HASHED = """jsonb_build_array(recipe, seq, partnership_id, disagreement_id, kind,
    to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), actor_id, on_behalf_of_id, state, stage, tier, data,
    encode(words_digest, 'hex'))::text"""
PERSON = ("id", "name", "email")


class Sink:
    """A file for ZipFile that hands on what was written to it instead of keeping it. It cannot be gone back in."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._pieces.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """There is nothing to flush."""

    def close(self) -> None:
        """Nor to close."""

    def take(self) -> bytes:
        taken, self._pieces = b"".join(self._pieces), []
        return taken


@dataclass
class Written:
    """One file of the ZIP, for the list of them."""

    name: str
    rows: int | None = None
    digest: Any = field(default_factory=hashlib.sha256)

    def listed(self) -> dict[str, Any]:
        rows = {} if self.rows is None else {"rows": self.rows}
        return {"file": self.name, **rows, "sha256": self.digest.hexdigest()}


def exported(partnership: Partnership) -> Iterator[bytes]:
    """The ZIP in pieces, of one moment: in a transaction and a scope of its own, opened and closed here whether or not the
    reader stays to the end. Within another transaction (a test's) it sees what that one sees."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        with partnership_scope(partnership.pk, ahead=partnership.clock_ahead):
            yield from _Export(partnership).pieces()


class _Export:
    def __init__(self, partnership: Partnership) -> None:
        self.partnership, self.at = partnership, present()
        self.sink = Sink()
        self.zip = zipfile.ZipFile(self.sink, "w", zipfile.ZIP_DEFLATED)
        self.files: list[Written] = []
        self.people: set[int] = set()
        self.missing: list[str] = []
        self.altered: list[str] = []

    def pieces(self) -> Iterator[bytes]:
        every = list(tables())
        with self.zip:
            for table in every:
                yield from self._rows(table.name, [c.name for c in table.columns], _rows_of(table), people=table.people)
            people = User.objects.filter(pk__in=self.people).order_by("pk").values_list(*PERSON)
            yield from self._rows("people", PERSON, people.iterator(chunk_size=CHUNK))
            yield from self._rows("chronology_chain", ("seq", "previous_hash", "hashed", "hash"), _chain())
            yield from self._protocols()
            yield from self._attachments()
            yield from self._text("README.html", self._readme(every))
            yield from self._text("manifest.json", json.dumps(self._manifest(), ensure_ascii=False, indent=2))
        yield self.sink.take()

    def _rows(
        self, name: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]], *, people: Sequence[int] = ()
    ) -> Iterator[bytes]:
        with tempfile.TemporaryFile("w+", newline="", encoding="utf-8") as aside:
            sheet = csv.writer(aside)
            sheet.writerow(columns)
            with self._file(f"tables/{name}.jsonl") as (written, target):
                written.rows = 0
                for batch in batched(rows):
                    self.people |= {row[place] for row in batch for place in people if row[place] is not None}
                    written.rows += len(batch)
                    lines = [json.dumps(dict(zip(columns, map(plain, row), strict=True)), ensure_ascii=False) for row in batch]
                    _put(target, written, "".join(f"{line}\n" for line in lines).encode())
                    sheet.writerows([cell(value) for value in row] for row in batch)
                    yield self.sink.take()
            aside.seek(0)
            with self._file(f"tables/{name}.csv") as (beside, target):
                beside.rows = written.rows
                while piece := aside.read(PIECE):
                    _put(target, beside, piece.encode())
                    yield self.sink.take()

    @contextmanager
    def _file(self, name: str) -> Iterator[tuple[Written, IO[bytes]]]:
        written = Written(name)
        self.files.append(written)
        entry = zipfile.ZipInfo(name, self.at.astimezone(UTC).timetuple()[:6])
        entry.compress_type = zipfile.ZIP_DEFLATED
        with self.zip.open(entry, "w", force_zip64=True) as target:
            yield written, target

    def _text(self, name: str, text: str) -> Iterator[bytes]:
        with self._file(name) as (written, target):
            _put(target, written, text.encode())
        yield self.sink.take()

    def _protocols(self) -> Iterator[bytes]:
        for version in ProtocolVersion.objects.order_by("line", "number").iterator(chunk_size=1):
            yield from self._text(f"protocol/{version.line}-{version.number}.yml", write_protocol(version.protocol))

    def _attachments(self) -> Iterator[bytes]:
        """Those that may be opened. One that is not where it should be, or not as it was kept, is named in the list."""
        for file in Attachment.objects.filter(state=Attachment.State.CLEAN).iterator(chunk_size=CHUNK):
            try:
                source = store.opened(self.partnership.pk, file.key)
            except store.StoreAway:
                self.missing.append(str(file.key))
                continue
            with source, self._file(f"files/{file.key}") as (written, target):
                while piece := source.read(PIECE):
                    _put(target, written, piece)
                    yield self.sink.take()
            if written.digest.hexdigest() != file.sha256:
                self.altered.append(str(file.key))

    def _manifest(self) -> dict[str, Any]:
        return {
            "partnership": {"slug": self.partnership.slug, "name": self.partnership.name, "id": self.partnership.pk},
            "exported_at": self.at.astimezone(UTC).isoformat(),
            "files": [file.listed() for file in self.files],
            "files_missing": self.missing,
            "files_not_as_they_were_kept": self.altered,
        }

    def _readme(self, every: Iterable[Table]) -> str:
        rows = {file.name: file.rows for file in self.files}
        context = {
            "partnership": self.partnership,
            "at": self.at,
            "tables": [(table, rows[f"tables/{table.name}.jsonl"]) for table in every],
            "left_out": LEFT_OUT,
            "secrets": {name.replace(".", "_", 1).lower(): why for name, why in SECRETS.items()},
            "not_here": NOT_HERE,
            "style": style(),
        }
        return render_to_string("records/export_readme.html", context)


def batched(rows: Iterable[tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    left = iter(rows)
    while batch := list(islice(left, CHUNK)):
        yield batch


def _put(target: IO[bytes], written: Written, data: bytes) -> None:
    target.write(data)
    written.digest.update(data)


def _rows_of(table: Table) -> Iterator[tuple[Any, ...]]:
    found = table.model._default_manager.order_by("pk")
    if table.model is Disagreement:
        found = found.exclude(state=State.DRAFT)
    return iter(found.values_list(*(column.name for column in table.columns)).iterator(chunk_size=CHUNK))


def _chain() -> Iterator[tuple[Any, ...]]:
    entries = ChronologyEntry.objects.order_by("seq").annotate(hashed=RawSQL(HASHED, []))  # noqa: S611  (no value in it)
    return iter(entries.values_list("seq", "previous_hash", "hashed", "hash").iterator(chunk_size=CHUNK))


def plain(value: Any) -> Any:
    """As JSON has it."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    return str(value) if isinstance(value, UUID) else value


def cell(value: Any) -> str:
    """As a spreadsheet has it; nothing that somebody typed is ever run as a formula."""
    shown = plain(value)
    if shown is None:
        return ""
    return harmless(shown) if isinstance(shown, str) else json.dumps(shown, ensure_ascii=False)


def save(partnership: Partnership, target: IO[bytes]) -> None:
    """The whole of it into a file."""
    for piece in exported(partnership):
        target.write(piece)
