"""Putting one partnership's rows back from a restored backup into the running installation, and no other row.

The tables' owner does it, in one transaction. Row security is forced on the owner too, and the scope is that partnership's: a
row of another one is out of reach. What is put back is compared with the backup, and its chain verified, before it counts."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, connections, transaction

from escalation.files import store
from escalation.verification import FAULTY
from records.exported_tables import LEFT_OUT, TABLES

from . import manifest as counting
from .copying import Table, lay_beside, outside, tables_in_order
from .people import put_people_back
from .programs import NotPossible, connect
from .restoring import put

OWNER = "owner"
CALLED = "The database with the backup"
Say = Callable[[str], None]
AS_IN_THE_BACKUP = "SET LOCAL datestyle = 'ISO, YMD'; SET LOCAL timezone = 'UTC'; SET LOCAL extra_float_digits = 1;"
AS_IN_THE_BACKUP += " SET LOCAL bytea_output = 'hex'; SET LOCAL intervalstyle = 'postgres'; SET LOCAL lock_timeout = '30s'"


class NewerData(NotPossible):
    """Something would be lost: the counts are in its text."""


@dataclass
class PutBack:
    """The certificate. `lost`: by table, rows that are not in the backup, and rows that were otherwise; `held`: what waited
    to be sent when the backup was made, and is not sent again; and ways in that were ended since, and stay ended."""

    partnership: str
    only_tried: bool
    rows: dict[str, int] = field(default_factory=dict)
    lost: dict[str, dict[str, int]] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)
    held: dict[str, int] = field(default_factory=dict)
    files: dict[str, int] = field(default_factory=dict)
    end_of_chain: str = ""
    end_before: str = ""

    def as_document(self) -> dict[str, Any]:
        return asdict(self)


@dataclass
class _Work:
    """`source` holds the backup, `target` is a cursor of the owner's in the running installation."""

    source: Any
    target: Any
    partnership: int
    tables: list[Table]

    def ask(self, sql: str, args: Any = None) -> list[tuple[Any, ...]]:
        self.target.execute(sql, args)
        return list(self.target.fetchall())


def put_back(slug: str, *, source: str, files: Path, discard_newer: bool, only_try: bool) -> PutBack:
    """Raises NotPossible (NewerData where something would be lost), and then nothing has happened."""
    if OWNER not in connections.databases:
        raise NotPossible("This needs the login of the tables’ owner: DATABASE_OWNER_URL is not set.")
    with closing(connect(source, called=CALLED)) as reading:
        reading.set_session(isolation_level="REPEATABLE READ", readonly=True)
        partnership = _looked_at(reading, slug)
        done = PutBack(partnership=slug, only_tried=only_try)
        try:
            with transaction.atomic(using=OWNER), connections[OWNER].cursor() as cursor:
                cursor.execute(AS_IN_THE_BACKUP)
                work = _Work(reading, cursor, partnership, tables_in_order(reading))
                _prepare(work, slug)
                _beside(work, done, discard_newer=discard_newer)
                _replace(work, done)
                _verify(work, done)
                _hold(work, done)
                if not only_try:
                    done.files = _files(work, folder=files)
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                transaction.set_rollback(only_try, using=OWNER)
        except DatabaseError as problem:
            said = (str(problem).strip().splitlines() or ["no reason given"])[0]
            raise NotPossible(f"The database refused, and nothing was changed: {said}") from problem
    return done


def _looked_at(reading: Any, slug: str) -> int:
    ((all_seen,),) = counting.rows(reading, "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
    if not all_seen:
        raise NotPossible("The login of the database with the backup sees no rows: use its superuser.")
    there, here = set(counting.migrations(reading)), set(_migrations_here())
    if here - there:
        raise NotPossible("The backup is older than the running installation: run manage.py migrate on the restored one first.")
    if there - here:
        raise NotPossible("The backup is newer than the running installation: upgrade that first.")
    found = counting.rows(
        reading, "SELECT id, rehearsal_of_id IS NULL FROM public.partnerships_partnership WHERE slug = %s", [slug]
    )
    if not found:
        raise NotPossible(f"There is no partnership {slug!r} in the backup.")
    ((number, real),) = found
    if not real:
        raise NotPossible("That is a rehearsal: it is begun anew, not put back.")
    return int(number)


def _migrations_here() -> list[tuple[str, str]]:
    with connections[OWNER].cursor() as cursor:
        cursor.execute("SELECT app, name FROM django_migrations")
        return [(app, name) for app, name in cursor.fetchall()]


def _prepare(work: _Work, slug: str) -> None:
    """The partnership's own row, which stays as it is where it is there; and nobody adds to its chain meanwhile."""
    found = work.ask("SELECT id, slug FROM partnerships_partnership WHERE id = %s OR slug = %s", [work.partnership, slug])
    if found and found != [(work.partnership, slug)]:
        raise NotPossible(f"Another partnership has the number or the address of {slug!r} now. It cannot be put back here.")
    if not found:
        columns = ", ".join(counting.quoted(name) for (name,) in work.ask(COLUMNS, ["partnerships_partnership"]))
        table = Table("partnerships_partnership", tuple(columns.replace('"', "").split(", ")), "put_back_itself", ())
        lay_beside(work.source, work.target, table, where="id = %s", args=[work.partnership])
        work.target.execute(f"INSERT INTO partnerships_partnership ({columns}) SELECT {columns} FROM put_back_itself")  # noqa: S608
    for name in ("app.partnership_id", "app.removing", "app.restoring"):
        work.target.execute("SELECT set_config(%s, %s, true)", [name, str(work.partnership)])
    work.target.execute("SELECT id FROM partnerships_partnership WHERE id = %s FOR UPDATE", [work.partnership])
    work.target.execute("SELECT pg_advisory_xact_lock(7201, %s)", [work.partnership])


COLUMNS = """
SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
ORDER BY attnum
"""


def _beside(work: _Work, done: PutBack, *, discard_newer: bool) -> None:
    """The backup's rows beside those that are there, and what of these is not in the backup, or not so."""
    made_anew = {apps.get_model(label)._meta.db_table for label in LEFT_OUT}
    for table in work.tables:
        lay_beside(work.source, work.target, table, where="partnership_id = %s", args=[work.partnership])
        work.target.execute(f"ANALYZE {table.beside}")
        if table.name in made_anew:
            continue
        added = f"SELECT count(*) FROM {table.name} t WHERE NOT EXISTS (SELECT FROM {table.beside} b WHERE b.id = t.id)"  # noqa: S608
        changed = f"""SELECT count(*) FROM {table.name} t JOIN {table.beside} b ON b.id = t.id
            WHERE ({table.of("t")}) IS DISTINCT FROM ({table.of("b")})"""  # noqa: S608
        ((more,),), ((other,),) = work.ask(added), work.ask(changed)
        if more or other:
            done.lost[table.name] = {"not in the backup": more, "otherwise in the backup": other}
    if done.lost and not discard_newer:
        about = {apps.get_model(label)._meta.db_table: words for label, words in TABLES.items()}
        lines = [
            f"  {about.get(name, name)}: {', '.join(f'{n} {how}' for how, n in of.items() if n)}"
            for name, of in done.lost.items()
        ]
        raise NewerData(
            "There is data here that is not so in the backup, and would be lost. Nothing was changed. With --discard-newer it "
            "goes:\n" + "\n".join(lines)
        )


SENT_SINCE = """
CREATE TEMP TABLE put_back_held_{table} ON COMMIT DROP AS SELECT b.id FROM {beside} b
WHERE b.state IN ('waiting', 'sending') AND NOT EXISTS (SELECT FROM {table} t WHERE t.id = b.id AND t.state = 'waiting')
"""
GATHERED_SINCE = """
CREATE TEMP TABLE put_back_gathered ON COMMIT DROP AS SELECT b.id FROM {beside} b WHERE b.message_id IS NULL
AND b.held_until IS NOT NULL AND NOT EXISTS (SELECT FROM notifications_notice t WHERE t.id = b.id AND t.message_id IS NULL)
"""
# Who was put out since stays out: how it is known that a way in has ended, and what then stays as it is now.
ACCESS = {
    "partnerships_membership": ("NOT active", ("active",)),
    "partnerships_apitoken": ("revoked_at IS NOT NULL", ("revoked_at",)),
    "escalation_invitation": ("state IN ('refused', 'removed')", ("state", "decided_at", "decided_by_id")),
}
OUTBOXES = ("notifications_message", "notifications_webhookdelivery")


def _replace(work: _Work, done: PutBack) -> None:
    """What is there goes, and what was comes: what was sent meanwhile is noted before."""
    beside = {table.name: table.beside for table in work.tables}
    for outbox in OUTBOXES:
        work.target.execute(SENT_SINCE.format(table=outbox, beside=beside[outbox]))
    work.target.execute(GATHERED_SINCE.format(beside=beside["notifications_notice"]))
    for name, (ended, _) in ACCESS.items():
        work.target.execute(f"CREATE TEMP TABLE put_back_ended_{name} ON COMMIT DROP AS SELECT * FROM {name} WHERE {ended}")  # noqa: S608
    work.target.execute("CREATE TEMP TABLE put_back_told ON COMMIT DROP AS SELECT seq FROM notifications_announcecursor")
    found = work.ask(END)
    done.end_before = f"{found[0][0]}:{found[0][1]}" if found else ""
    work.target.execute("SELECT remove_rows_of(%s)", [work.partnership])
    done.people = put_people_back(work.source, work.target, work.tables)
    for table in work.tables:
        order = "seq" if "seq" in table.columns and "hash" in table.columns else "id"
        sql = f"INSERT INTO {table.name} ({table.listed}) SELECT {table.listed} FROM {table.beside} ORDER BY {order}"  # noqa: S608
        work.target.execute(sql)
        done.rows[table.name] = work.target.rowcount
    for table, column in outside(work.source, to="partnerships_partnership"):
        lay_beside(work.source, work.target, table, where=f"{counting.quoted(column)} = %s", args=[work.partnership])
        work.target.execute(
            f"INSERT INTO {table.name} ({table.listed}) SELECT {table.listed} FROM {table.beside} b"  # noqa: S608
            f" WHERE NOT EXISTS (SELECT FROM {table.name} t WHERE t.id = b.id)"
        )
        done.rows[table.name] = work.target.rowcount
    for sequence, last in counting.sequences(work.source).items():
        work.target.execute(
            "SELECT setval(%s::regclass, %s) WHERE (SELECT coalesce(last_value, 0) FROM pg_sequences"
            " WHERE schemaname = 'public' AND sequencename = %s) < %s",
            [f"public.{sequence}", max(last, 1), sequence, last],
        )


END = "SELECT seq, encode(hash, 'hex') FROM escalation_chronologyentry ORDER BY seq DESC LIMIT 1"


def _verify(work: _Work, done: PutBack) -> None:
    """Every row as in the backup, and the chain to its end; or all of it is taken back."""
    work.target.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
    for table in work.tables:
        was = counting.counted(work.source, table.name, partnership=work.partnership)
        now = counting.counted(connections[OWNER], table.name, partnership=work.partnership)
        if was != now:
            raise NotPossible(f"{table.name} did not come back as it was. Nothing was changed.")
    if faults := work.ask(FAULTY, {"partnership": work.partnership}):
        raise NotPossible(f"The chronology in the backup does not verify (entry {faults[0][0]}). Nothing was changed.")
    ends = {chain.partnership: f"{chain.seq}:{chain.hash}" for chain in counting.chains(work.source)}
    found = work.ask(END)
    done.end_of_chain = f"{found[0][0]}:{found[0][1]}" if found else "0:"
    if done.end_of_chain != ends[work.partnership]:
        raise NotPossible("The chronology did not come back to its end. Nothing was changed.")


def _hold(work: _Work, done: PutBack) -> None:
    """Nobody is written to again: what waited then and does not wait now was sent, or nobody knows. What was announced since
    is not announced again. And nobody comes in again who was put out since the backup."""
    for table, (_, columns) in ACCESS.items():
        now, was = ", ".join(f"e.{name}" for name in columns), ", ".join(f"t.{name}" for name in columns)
        work.target.execute(
            f"UPDATE {table} t SET ({', '.join(columns)}) = ROW({now}) FROM put_back_ended_{table} e"  # noqa: S608
            f" WHERE e.id = t.id AND ROW({now}) IS DISTINCT FROM ROW({was})"
        )
        done.held[table] = work.target.rowcount
    for table in OUTBOXES:
        work.target.execute(
            f"UPDATE {table} SET state = 'held', next_attempt_at = NULL WHERE id IN (SELECT id FROM put_back_held_{table})"  # noqa: S608
        )
        done.held[table] = work.target.rowcount
    work.target.execute(
        "UPDATE notifications_notice SET held_for_id = NULL, held_until = NULL WHERE id IN (SELECT id FROM put_back_gathered)"
    )
    done.held["notifications_notice"] = work.target.rowcount
    work.target.execute(
        "UPDATE notifications_announcecursor c SET seq = greatest(c.seq, least(t.seq, (SELECT coalesce(max(seq), 0)"
        " FROM escalation_chronologyentry))) FROM put_back_told t"
    )


def _files(work: _Work, *, folder: Path) -> dict[str, int]:
    """Those that rows speak of, where they are not there already. Before the rows count: a file without a row is swept away
    a day later, a row without its file stays so."""
    counts = {"there already": 0, "put back": 0, "missing": 0}
    for file in counting.files(connections[OWNER]):
        relative = Path(str(file.partnership)) / file.key
        if _is(Path(settings.MEDIA_ROOT) / relative, file.sha256):
            counts["there already"] += 1
        elif _is(folder / relative, file.sha256):
            with (folder / relative).open("rb") as content:
                put(Path(settings.MEDIA_ROOT), file, iter(lambda: content.read(store.CHUNK), b""))
            counts["put back"] += 1
        else:
            counts["missing"] += 1
    return counts


def _is(path: Path, sha256: str) -> bool:
    try:
        with path.open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest() == sha256
    except OSError:
        return False
