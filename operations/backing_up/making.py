"""Making a backup: one snapshot, dumped, counted and sealed, read again, and only then given its name."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
from collections.abc import Generator, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyrage
from django.conf import settings
from django.utils import timezone

from ..release import release
from . import manifest as counting
from .manifest import WITHOUT_ROWS, File, Manifest
from .programs import NotPossible, connect, environment, find, plainly
from .sealed import MANIFEST, PIECE, Opened, member, padding, recipients, seal, whole

NAME = re.compile(r"tracker-\d{8}T\d{6}Z\.tar\.age")
UNFINISHED = ".part"
ONE_AT_A_TIME = 7210
CALLED = "DATABASE_BACKUP_URL"
MAY_IT = """
SELECT r.rolsuper OR r.rolbypassrls,
    EXISTS (SELECT FROM pg_class c WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
        AND has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')),
    current_setting('server_version_num')::int / 10000, to_regclass('public.django_migrations') IS NOT NULL
FROM pg_roles r WHERE r.rolname = current_user
"""


@dataclass(frozen=True)
class Made:
    """`removed`: older backups that went, because enough newer ones are there."""

    path: Path
    size: int
    manifest: Manifest
    removed: list[str]


def make(folder: Path, *, keep: int) -> Made:
    """A backup in this folder. Raises NotPossible, and then nothing of it is left there."""
    to = recipients(settings.BACKUP_RECIPIENTS)
    if not settings.DATABASE_BACKUP_URL:
        raise NotPossible(f"{CALLED} is not set: the backup has a login of its own (deploy/roles.sql).")
    if not folder.is_dir():
        raise NotPossible(f"There is no folder {folder}.")
    # One more key, of this minute alone: what was written can be opened and read again, and nobody has it afterwards.
    once = pyrage.x25519.Identity.generate()
    at = timezone.now()
    name = f"tracker-{at:%Y%m%dT%H%M%SZ}.tar.age"
    path, part = folder / name, folder / f".{name}{UNFINISHED}"
    try:
        digest, size = _written(part, to=[*to, once.to_public()], at=at)
        manifest = Opened(part, [once]).manifest()
        if _digest_of(part) != digest:
            raise NotPossible("What stands on the disk is not what was written there. The disk may be failing.")
        os.link(part, path)  # unlike a rename it refuses to take another's place
        (folder / f"{name}.sha256").write_text(f"{digest}  {name}\n")
    except OSError as wrong:
        raise NotPossible(f"The backup cannot be written: {wrong.strerror or type(wrong).__name__}.") from wrong
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    _make_durable(folder)
    return Made(path, size, manifest, _forget(folder, keep=keep, at=at))


def _written(part: Path, *, to: list[Any], at: datetime) -> tuple[str, int]:
    with closing(connect(settings.DATABASE_BACKUP_URL, called=CALLED)) as connection:
        connection.set_session(isolation_level="REPEATABLE READ", readonly=True)
        major = _looked_at(connection)
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(handle, "wb") as target:
            done = seal(_everything(connection, major=major, at=at), target, to=to)
            target.flush()
            os.fsync(target.fileno())
        return done


def _looked_at(connection: Any) -> int:
    """The server's major version; raises NotPossible where this login is not the one for it."""
    ((reads, writes, major, migrated),) = counting.rows(connection, MAY_IT)
    if not reads:
        raise NotPossible(f"The login of {CALLED} sees no row, because row security holds it too: it must be esc_backup.")
    if writes:
        raise NotPossible(f"The login of {CALLED} may change rows. The one for backups only reads: esc_backup.")
    if not migrated:
        raise NotPossible("There is nothing to back up: the database has no tables of the product.")
    if not counting.rows(connection, f"SELECT pg_try_advisory_lock({ONE_AT_A_TIME})")[0][0]:
        raise NotPossible("Another backup of this database is being made.")
    return int(major)


def _everything(connection: Any, *, major: int, at: datetime) -> Iterator[bytes]:
    """The dump, the files, the manifest: all of one snapshot. A file that a row of it speaks of is still there, because
    files are destroyed only a day after nothing speaks of them."""
    program, program_major = find("pg_dump", at_least=major)
    ((snapshot,),) = counting.rows(connection, "SELECT pg_export_snapshot()")
    told = Manifest(
        made_at=at.isoformat(timespec="seconds"), product=release(), postgresql=major, pg_dump=program_major,
        migrations=counting.migrations(connection), sequences=counting.sequences(connection),
    )  # fmt: skip
    yield from _dump(program, snapshot, told)
    told.tables = counting.every_table(connection)
    told.chains = counting.chains(connection)
    for file in counting.files(connection):
        (told.files if (yield from _file(file)) else told.missing).append(file)
    yield from whole(MANIFEST, told.as_bytes())


def _dump(program: Path, snapshot: str, told: Manifest) -> Iterator[bytes]:
    env = environment(settings.DATABASE_BACKUP_URL)
    argv = [str(program), "--format=custom", "--no-password", f"--snapshot={snapshot}"]
    argv += [f"--exclude-table-data=public.{table}" for table in WITHOUT_ROWS]
    digest, size, pieces = hashlib.sha256(), 0, 0
    with subprocess.Popen(argv, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as dump:
        try:
            assert dump.stdout is not None  # noqa: S101  (it was asked for)
            while piece := dump.stdout.read(PIECE):
                digest.update(piece)
                size, pieces = size + len(piece), pieces + 1
                yield from whole(f"database/{pieces:06}", piece)
            said = dump.stderr.read() if dump.stderr else b""
        except BaseException:
            dump.kill()
            raise
    if dump.returncode:
        raise NotPossible(f"pg_dump failed: {plainly(said, hidden=env)}")
    told.dump = {"pieces": pieces, "size": size, "sha256": digest.hexdigest()}


def _file(file: File) -> Generator[bytes, None, bool]:
    """Its bytes, or none where it is not there as its row says: then the backup is made without it, and says so."""
    path = Path(settings.MEDIA_ROOT) / str(file.partnership) / file.key
    try:
        content = path.read_bytes()  # 25 MB at most
    except OSError:
        return False
    if len(content) != file.size or hashlib.sha256(content).hexdigest() != file.sha256:
        return False
    yield member(file.name, file.size)
    yield content
    yield padding(file.size)
    return True


def _digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _make_durable(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _forget(folder: Path, *, keep: int, at: datetime) -> list[str]:
    """Only what this command made, and only once a newer one is whole. What a killed run left goes after a day."""
    every = sorted(path.name for path in folder.iterdir() if NAME.fullmatch(path.name))
    old = every[:-keep] if keep else []
    for name in old:
        (folder / name).unlink(missing_ok=True)
        (folder / f"{name}.sha256").unlink(missing_ok=True)
    before = (at - timedelta(days=1)).timestamp()
    for path in folder.glob(f".tracker-*{UNFINISHED}"):
        if path.stat().st_mtime < before:
            path.unlink(missing_ok=True)
    return old
