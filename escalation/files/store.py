"""Where the bytes of a file stand: a private folder that no address leads to, under a name of ours; knows no row.

One folder a partnership. A file is written beside, made durable, and then appears whole or not at all; none is ever
written over."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import IO
from uuid import UUID

from django.conf import settings

CHUNK = 64 * 1024
UNFINISHED = ".part"


class StoreAway(Exception):
    """The folder cannot be written or read: a full disk, a mount that is gone."""


class Changed(Exception):
    """Somebody changed it on the disk."""


@dataclass(frozen=True)
class Stored:
    size: int
    sha256: str


def path_of(partnership_id: int, key: UUID) -> Path:
    return Path(settings.MEDIA_ROOT) / str(int(partnership_id)) / str(key)


def put(source: IO[bytes], *, partnership_id: int, key: UUID) -> Stored:
    """Keep what is in `source`, read from its beginning. Raises StoreAway, and then nothing is left."""
    path = path_of(partnership_id, key)
    unfinished = path.with_suffix(UNFINISHED)
    digest, size = hashlib.sha256(), 0
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
            with os.fdopen(handle, "wb") as target:
                source.seek(0)
                while chunk := source.read(CHUNK):
                    digest.update(chunk)
                    size += len(chunk)
                    target.write(chunk)
                target.flush()
                os.fsync(target.fileno())
            os.link(unfinished, path)  # unlike a rename it refuses to take another's place
        finally:
            unfinished.unlink(missing_ok=True)
        _make_durable(path.parent)
    except OSError as problem:
        raise StoreAway(type(problem).__name__) from problem
    return Stored(size, digest.hexdigest())


def _make_durable(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def opened(partnership_id: int, key: UUID) -> BufferedReader:
    """To read. Raises StoreAway where it is not there."""
    try:
        return os.fdopen(os.open(path_of(partnership_id, key), os.O_RDONLY | os.O_NOFOLLOW), "rb")
    except OSError as problem:
        raise StoreAway(type(problem).__name__) from problem


def read(partnership_id: int, key: UUID, *, sha256: str) -> bytes:
    """All of it, which is no more than 25 MB: what was compared with its digest is what is handed out. Raises StoreAway
    where it is not there, and Changed where it is no longer what was put there."""
    with opened(partnership_id, key) as file:
        found = file.read()
    if hashlib.sha256(found).hexdigest() != sha256:
        raise Changed
    return found


def destroy(partnership_id: int, key: UUID) -> None:
    path_of(partnership_id, key).unlink(missing_ok=True)


def destroy_folder(partnership_id: int) -> None:
    """Everything of a partnership that is removed."""
    shutil.rmtree(Path(settings.MEDIA_ROOT) / str(int(partnership_id)), ignore_errors=True)


def folders() -> list[int]:
    """The partnerships of which something lies here."""
    root = Path(settings.MEDIA_ROOT)
    return sorted(int(found.name) for found in root.iterdir() if found.name.isdigit()) if root.is_dir() else []


def older_than(partnership_id: int, moment: float) -> Iterator[tuple[Path, UUID | None]]:
    """What was written before a moment (seconds since 1970) and the key that it stands under; None where it is unfinished."""
    for path in sorted((Path(settings.MEDIA_ROOT) / str(int(partnership_id))).iterdir()):
        with contextlib.suppress(FileNotFoundError):
            if path.stat().st_mtime < moment:
                yield path, _key(path)


def _key(path: Path) -> UUID | None:
    try:
        return UUID(path.name)
    except ValueError:
        return None
