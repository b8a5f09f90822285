"""One file that only the holder of a key opens: a tar in the age format, written and read as a stream; knows no database.

In it: what pg_dump wrote, in pieces (its length is not known before its end), the files, and the manifest as the last one, so
that a backup that was cut off has none."""

from __future__ import annotations

import hashlib
import io
import os
import tarfile
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import pyrage

from .manifest import File, Manifest
from .programs import NotPossible

PIECE = 4 * 1024 * 1024  # of the dump; with one more on the way, this is what a backup of any size takes of memory
MANIFEST = "manifest.json"
CUT_OFF = "The backup is damaged, or its end is missing: what is in it cannot be trusted. Use another one."


class Damaged(NotPossible):
    """It is not as it was made."""


def recipients(texts: Sequence[str]) -> list[Any]:
    found = []
    for text in texts:
        try:
            found.append(pyrage.x25519.Recipient.from_str(text.strip()))
        except pyrage.RecipientError as wrong:
            raise NotPossible(
                f"{text.strip()[:12]}… in BACKUP_RECIPIENTS is no public key of age: one begins with age1. "
                "manage.py backup_key makes a pair."
            ) from wrong
    if not found:
        raise NotPossible(
            "BACKUP_RECIPIENTS names no public key: nobody could open the backup. manage.py backup_key makes a pair."
        )
    return found


def identities(path: Path) -> list[Any]:
    """The private keys of a file as age-keygen writes it."""
    try:
        lines = [line.strip() for line in path.read_text().splitlines()]
    except (OSError, UnicodeDecodeError) as wrong:
        raise NotPossible(f"The key file {path} cannot be read.") from wrong
    keys = [line for line in lines if line and not line.startswith("#")]
    try:
        found = [pyrage.x25519.Identity.from_str(key) for key in keys]
    except pyrage.IdentityError as wrong:
        raise NotPossible(f"{path} holds something that is no private key: one begins with AGE-SECRET-KEY-1.") from wrong
    if not found:
        raise NotPossible(f"{path} holds no private key: one begins with AGE-SECRET-KEY-1.")
    return found


# ---------------------------------------------------------------- writing


def member(name: str, size: int) -> bytes:
    """The header of one thing in the tar."""
    head = tarfile.TarInfo(name)
    head.size, head.mode = size, 0o600
    return head.tobuf(format=tarfile.PAX_FORMAT)


def padding(size: int) -> bytes:
    return b"\0" * (-size % tarfile.BLOCKSIZE)


def whole(name: str, content: bytes) -> Iterator[bytes]:
    yield member(name, len(content))
    yield content
    yield padding(len(content))


class Pulled(io.RawIOBase):
    """An iterator to read from. What went wrong in it is kept: the writer that pulls knows it as a text alone."""

    def __init__(self, source: Iterable[bytes]) -> None:
        self.source, self.left = iter(source), b""
        self.wrong: BaseException | None = None

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        while not self.left:
            try:
                self.left = next(self.source)
            except StopIteration:
                return b""
            except BaseException as wrong:
                self.wrong = wrong
                raise
        given, self.left = self.left[:size], self.left[size:]
        return given


class Digesting:
    """Writes on, and keeps the digest of what went by."""

    def __init__(self, target: IO[bytes]) -> None:
        self.target, self.sha256, self.size = target, hashlib.sha256(), 0

    def write(self, data: bytes) -> int:
        self.sha256.update(data)
        self.size += len(data)
        return self.target.write(data)

    def flush(self) -> None:
        self.target.flush()


def seal(members: Iterable[bytes], target: IO[bytes], *, to: Sequence[Any]) -> tuple[str, int]:
    """Write the tar; returns the SHA-256 and the size of the sealed file. What `members` raises is raised."""

    def all_of_it() -> Iterator[bytes]:
        yield from members
        yield b"\0" * (2 * tarfile.BLOCKSIZE)

    source, out = Pulled(all_of_it()), Digesting(target)
    try:
        pyrage.encrypt_io(source, out, list(to))
    except pyrage.EncryptError as wrong:
        if source.wrong:
            raise source.wrong from wrong
        raise NotPossible(f"The backup cannot be written: {wrong}") from wrong
    return out.sha256.hexdigest(), out.size


# ---------------------------------------------------------------- reading

TakesFile = Callable[[File, Iterator[bytes]], None]


@dataclass(frozen=True)
class Opened:
    """A sealed file and who may open it. It is read from its beginning each time."""

    path: Path
    keys: Sequence[Any]

    def manifest(self) -> Manifest:
        """Read all of it, compare everything with the manifest at its end. Raises Damaged."""
        return self.read(dump=lambda piece: None, file=_nothing)

    def read(self, *, dump: Callable[[bytes], None], file: TakesFile) -> Manifest:
        """Each piece of the dump and each file, in order. What was handed out is only to be believed once this returns."""
        seen: dict[str, tuple[int, str]] = {}
        digest, size, pieces, manifest = hashlib.sha256(), 0, 0, None
        for name, content in self._members():
            if manifest is not None:
                raise Damaged(CUT_OFF)
            if name.startswith("database/"):
                for chunk in content:
                    digest.update(chunk)
                    size += len(chunk)
                    dump(chunk)
                pieces += 1
            elif name == MANIFEST:
                manifest = _parsed(b"".join(content))
            else:
                seen[name] = _taken(name, content, file)
        if manifest is None:
            raise Damaged(CUT_OFF)
        if manifest.dump != {"pieces": pieces, "size": size, "sha256": digest.hexdigest()}:
            raise Damaged(CUT_OFF)
        if seen != {each.name: (each.size, each.sha256) for each in manifest.files}:
            raise Damaged("The files in the backup are not those that its manifest names: it is damaged. Use another one.")
        return manifest

    def _members(self) -> Iterator[tuple[str, Iterator[bytes]]]:
        taken, given = os.pipe()
        problem: list[Exception] = []
        thread = threading.Thread(target=self._decrypt, args=(given, problem), daemon=True)
        thread.start()
        broken: Exception | None = None
        try:
            with os.fdopen(taken, "rb") as source:
                try:
                    with tarfile.open(fileobj=source, mode="r|") as tar:
                        for found in tar:
                            yield found.name, _chunks(tar.extractfile(found))
                    while source.read(PIECE):  # to the end, where age says whether it is the end
                        pass
                except (tarfile.TarError, EOFError) as wrong:
                    broken = wrong
        finally:
            thread.join()
        if problem:
            raise self._said(problem[0]) from problem[0]
        if broken:
            raise Damaged(CUT_OFF) from broken

    def _decrypt(self, given: int, problem: list[Exception]) -> None:
        try:
            with os.fdopen(given, "wb") as out, self.path.open("rb") as source:
                pyrage.decrypt_io(source, out, list(self.keys))
        except (pyrage.DecryptError, OSError) as wrong:
            problem.append(wrong)

    def _said(self, wrong: Exception) -> NotPossible:
        if isinstance(wrong, FileNotFoundError | PermissionError | IsADirectoryError):
            return NotPossible(f"{self.path} cannot be read: {wrong.strerror}.")
        if "matching keys" in str(wrong):
            return NotPossible("The key does not open this backup: it was sealed to others. Use the private key of a recipient.")
        if isinstance(wrong, pyrage.DecryptError):
            return Damaged("This is no backup, or its beginning is damaged: it does not begin as a file sealed by age does.")
        return Damaged(CUT_OFF)


def _parsed(text: bytes) -> Manifest:
    try:
        return Manifest.parse(text)
    except ValueError as wrong:
        raise NotPossible("The backup was made by a version of the product that this one does not know. Use that one.") from wrong


def _chunks(source: IO[bytes] | None) -> Iterator[bytes]:
    try:
        while source is not None and (chunk := source.read(256 * 1024)):
            yield chunk
    except tarfile.TarError as wrong:
        raise Damaged(CUT_OFF) from wrong


def _taken(name: str, content: Iterator[bytes], take: TakesFile) -> tuple[int, str]:
    folder, _, rest = name.partition("/")
    partnership, _, key = rest.partition("/")
    if folder != "files" or not partnership.isdigit() or not set(key) <= set("0123456789abcdef-") or len(key) != 36:
        raise Damaged(CUT_OFF)
    digest, size = hashlib.sha256(), 0

    def through() -> Iterator[bytes]:
        nonlocal size
        for chunk in content:
            digest.update(chunk)
            size += len(chunk)
            yield chunk

    passed = through()
    take(File(int(partnership), key, 0, ""), passed)
    for _ in passed:
        pass
    return size, digest.hexdigest()


def _nothing(file: File, content: Iterator[bytes]) -> None:
    """Only its digest is wanted."""
