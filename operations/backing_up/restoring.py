"""Putting a whole backup into an empty database of another server, and comparing every row and every chain with it."""

from __future__ import annotations

import os
import re
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import IO, Any

import psycopg2
from django.conf import settings

from escalation.files import store
from escalation.verification import FAULTY

from . import manifest as counting
from .manifest import File, Manifest
from .programs import NotPossible, connect, environment, find, plainly
from .sealed import Opened

ROLES_SQL = Path(settings.BASE_DIR) / "deploy" / "roles.sql"
CALLED = "The database to restore into"
Say = Callable[[str], None]

STATE = """
SELECT rolsuper, current_setting('server_version_num')::int / 10000, current_database(),
    EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname NOT LIKE 'pg\\_%%'
        AND n.nspname <> 'information_schema')
FROM pg_roles WHERE rolname = current_user
"""
NEWER_WRITES = re.compile(rb'unrecognized configuration parameter "transaction_timeout"')


class Refused(NotPossible):
    """It was not begun."""


def check(backup: Opened, *, say: Say) -> Manifest:
    """Read all of it; what is in it, in lines."""
    told = backup.manifest()
    say(f"Made {told.made_at} by version {told.product}, of PostgreSQL {told.postgresql}.")
    rows = sum(counted.rows for counted in told.tables.values())
    say(f"Tables: {len(told.tables)}, rows: {rows:,}, files: {len(told.files):,}.")
    for chain in told.chains:
        say(f"{chain.slug}: the chronology ends at {chain.seq}:{chain.hash}" if chain.seq else f"{chain.slug}: no chronology yet")
    for file in told.missing:
        say(f"Not in it: file {file.key} of partnership {file.partnership}, which was not there, or not as its row said.")
    say("Every part of it is as it was written.")
    return told


def older_or_newer(told: Manifest) -> list[tuple[str, str]]:
    """The migrations that this version has and the backup has not. Raises Refused where it is the other way round."""
    here, there = counting.migrations_here(), set(told.migrations)
    ours = {app for app, _ in here}
    if unknown := sorted(f"{app} {name}" for app, name in there - here if app in ours):
        raise Refused(
            f"The backup was made by a newer version of the product ({told.product}): this one does not know {unknown[0]}. "
            "Restore it with that version."
        )
    return sorted(here - there)


def restore(backup: Opened, *, into: str, files: Path, say: Say) -> bool:
    """Into an empty database, as a superuser of its server. True where everything is as in the backup. The backup is read
    twice: nothing of one that is damaged reaches the database."""
    told = check(backup, say=say)
    waiting = older_or_newer(told)
    if files.is_dir() and any(files.iterdir()):
        raise Refused(f"There is something in {files} already. Name an empty folder with --files, or move what is there away.")
    with closing(connect(into, called=CALLED)) as connection:
        program = _looked_at(connection, told)
        with connection.cursor() as cursor:
            cursor.execute(ROLES_SQL.read_text())
        connection.commit()
        _load(backup, program=program, into=into, files=files)
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        connection.autocommit = False
        right = compare(connection, told, say=say)
        right &= _files_right(told, folder=files, say=say)
    if waiting:
        say(
            f"The backup is of an older version: {len(waiting)} migrations are newer. Run manage.py migrate --database=owner now."
        )
    say("Everything is as in the backup." if right else "NOT everything is as in the backup: see the lines that say DIFFERENT.")
    return right


def _looked_at(connection: Any, told: Manifest) -> Path:
    ((superuser, major, name, full),) = counting.rows(connection, STATE)
    if not superuser:
        raise Refused("Only a superuser of that server can restore: functions belong to roles that nobody signs in as.")
    if full:
        raise Refused(f"The database {name} is not empty. Make a new one, or name another: nothing is written over.")
    if major < told.postgresql:
        raise Refused(
            f"The backup is of PostgreSQL {told.postgresql}, and that server is {major}, which is older. Restore into "
            f"{told.postgresql} or newer."
        )
    return find("pg_restore", at_least=told.pg_dump)[0]


def _load(backup: Opened, *, program: Path, into: str, files: Path) -> None:
    env = environment(into)
    argv = [str(program), "--no-password", f"--dbname={env['PGDATABASE']}"]
    with subprocess.Popen(argv, env=env, stdin=subprocess.PIPE, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL) as loading:
        assert loading.stdin is not None and loading.stderr is not None  # noqa: S101, PT018  (they were asked for)
        said: list[bytes] = []
        reader = threading.Thread(target=said.extend, args=(loading.stderr,), daemon=True)
        reader.start()
        try:
            with suppress(BrokenPipeError):  # it has ended already, and says why
                backup.read(dump=lambda piece: _all(loading.stdin, piece), file=lambda file, content: put(files, file, content))
                loading.stdin.close()
            loading.wait()
        except BaseException:
            loading.kill()
            raise
        finally:
            reader.join()
    errors = [line for line in said if line.startswith(b"pg_restore: error:")]
    # A newer pg_restore sets what an older server does not know. Nothing else is passed over.
    real = [line for line in errors if not NEWER_WRITES.search(line)]
    if real or (loading.returncode and not errors):
        raise NotPossible(f"pg_restore failed: {plainly(b''.join(real or said), hidden=env)}")


def _all(target: IO[bytes] | None, piece: bytes) -> None:
    if target is not None:
        target.write(piece)


def put(folder: Path, file: File, content: Iterator[bytes]) -> None:
    """Whole or not at all, for the eyes of whoever restores alone."""
    path = folder / str(file.partnership) / file.key
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = path.with_suffix(store.UNFINISHED)
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
        with os.fdopen(handle, "wb") as target:
            for chunk in content:
                target.write(chunk)
            target.flush()
            os.fsync(target.fileno())
        part.replace(path)
    except OSError as wrong:
        raise NotPossible(f"The files cannot be written to {folder}: {wrong.strerror}.") from wrong


def compare(connection: Any, told: Manifest, *, say: Say) -> bool:
    """Every row of every table, every sequence and every chain; a line each."""
    there, right = counting.every_table(connection), True
    for table in sorted(told.tables.keys() | there.keys()):
        was, now = told.tables.get(table), there.get(table)
        same = was == now
        right &= same
        rows = now.rows if now else 0
        say(f"{table}: {rows:,} rows, {'as in the backup' if same else f'DIFFERENT: {was.rows if was else 0:,} in the backup'}")
    given = counting.sequences(connection)
    for sequence, last in told.sequences.items():
        if given.get(sequence, -1) < last:
            right = False
            say(f"{sequence}: DIFFERENT: it would give numbers that were given already")
    for chain in told.chains:
        right &= _chain_right(connection, chain, say=say)
    return right


def _chain_right(connection: Any, chain: counting.Chain, *, say: Say) -> bool:
    if not chain.seq:
        return True
    try:
        faults = counting.rows(connection, FAULTY, {"partnership": chain.partnership})
    except psycopg2.Error as wrong:
        connection.rollback()
        say(f"{chain.slug}: DIFFERENT: its chain cannot be computed ({type(wrong).__name__})")
        return False
    ends = [each for each in counting.chains(connection) if each.partnership == chain.partnership]
    right = not faults and ends == [chain]
    found = "verified to its end" if right else "DIFFERENT"
    say(f"{chain.slug}: chain of {chain.seq:,} entries {found}, {chain.seq}:{chain.hash}")
    return right


def _files_right(told: Manifest, *, folder: Path, say: Say) -> bool:
    gone = [file for file in told.files if not (folder / str(file.partnership) / file.key).is_file()]
    say(f"Files: {len(told.files) - len(gone):,} of {len(told.files):,} are in {folder}, each as in the backup.")
    if told.missing:
        say(f"Files that were missing when the backup was made: {len(told.missing):,}.")
    return not gone
