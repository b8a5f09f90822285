"""Which kinds of file are taken, told by what is in them; nothing is unpacked, and nothing is kept. Knows no Django.

The list is short on purpose: what an agency sends about a child is a letter, a plan, a table or a picture of one."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO

import puremagic

from .naming import ending_of

HEAD, TAIL = 8192, 2048
MOST_PARTS = 5000
LARGEST_UNPACKED = 500 * 1024 * 1024
LARGEST_LIST = 1024 * 1024
# What may stand behind the record that ends an archive, with the record.
LONGEST_COMMENT = 65535 + 22
# What makes a document run something, or carries another file inside, by the names of its parts.
MACROS = ("vbaproject", "vbadata", "macrosheets/", "basic/", "scripts/", "activex")
CARRIES = ("oleobject",)
PNG, PNG_END = b"\x89PNG\r\n\x1a\n", b"\x00\x00\x00\x00IEND\xaeB`\x82"
ODT = b"application/vnd.oasis.opendocument.text"
OFFICE = "application/vnd.openxmlformats-officedocument."
# Of control characters a text has these alone.
IN_TEXT = frozenset(b"\t\n\r\f")
MARKUP = ("<", "{\\rtf", "#!", "%!")


class FileRefused(Exception):
    """A file that is not taken. Its text is a plain sentence."""


@dataclass(frozen=True)
class FileKind:
    name: str
    endings: tuple[str, ...]
    content_type: str
    look: Callable[[IO[bytes]], bool]


def kind_of(file: IO[bytes], *, name: str) -> FileKind:
    """The kind that both its ending and its content say it is. Raises FileRefused."""
    ending = ending_of(name)
    kind = next((kind for kind in KINDS if ending in kind.endings), None)
    if kind is None:
        raise FileRefused(f"Only these kinds of file are taken: {IN_WORDS}.")
    if not kind.look(file) or not _also_says(file, kind):
        raise FileRefused(f"The file is called .{ending}, but what is in it is not of the kind {kind.name}. Save it anew as one.")
    return kind


def _start(file: IO[bytes], length: int = HEAD) -> bytes:
    file.seek(0)
    return file.read(length)


def _end(file: IO[bytes], length: int = TAIL) -> bytes:
    file.seek(0, 2)
    file.seek(max(0, file.tell() - length))
    return file.read()


def _also_says(file: IO[bytes], kind: FileKind) -> bool:
    """A second opinion, of a library that knows the beginnings of many kinds; of text there is none to know."""
    if kind.content_type.startswith("text/"):
        return True
    try:
        found = puremagic.magic_string(_start(file))
    except (puremagic.PureError, ValueError):
        return False
    return any(one.extension.lstrip(".") in (*kind.endings, "zip") or one.mime_type == kind.content_type for one in found)


def _two_in_one(file: IO[bytes]) -> bool:
    """An archive at the end of something else: one file to whoever looks at its beginning, another to whoever unpacks it."""
    file.seek(0)
    return zipfile.is_zipfile(file)


def _pdf(file: IO[bytes]) -> bool:
    return _start(file, 8).startswith((b"%PDF-1.", b"%PDF-2.")) and b"%%EOF" in _end(file) and not _two_in_one(file)


def _png(file: IO[bytes]) -> bool:
    return _start(file, 8) == PNG and _end(file, len(PNG_END)) == PNG_END and not _two_in_one(file)


def _jpeg(file: IO[bytes]) -> bool:
    return _start(file, 3) == b"\xff\xd8\xff" and not _two_in_one(file)


def _text(file: IO[bytes]) -> bool:
    """Words alone: nothing that a browser or a machine would run."""
    file.seek(0)
    data = file.read()
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            text = data.decode("utf-16")
        except UnicodeDecodeError:
            return False
        data = text.encode("utf-8", errors="replace")
    if any(byte < 32 and byte not in IN_TEXT for byte in set(data)) or 127 in data:
        return False
    return not data.decode("utf-8-sig", errors="replace").lstrip().lower().startswith(MARKUP)


def _word(file: IO[bytes]) -> bool:
    return _office(file, f"{OFFICE}wordprocessingml.document.main+xml")


def _excel(file: IO[bytes]) -> bool:
    return _office(file, f"{OFFICE}spreadsheetml.sheet.main+xml")


def _office(file: IO[bytes], main: str) -> bool:
    with _parts(file) as archive:
        listed = _read(archive, "[Content_Types].xml").lower()
    if b"macroenabled" in listed:
        raise FileRefused(RUNS)
    return main.encode().lower() in listed


def _odt(file: IO[bytes]) -> bool:
    with _parts(file) as archive:
        return _read(archive, "mimetype") == ODT


TOO_MUCH = "The document unpacks to far more than a document needs. Save it as a PDF."
RUNS = "The document holds a macro: it would run something on whoever opens it. Save it without, or as a PDF."
INSIDE = "The document carries another file inside. Take it out, or save it as a PDF."
SPOILT = "The document cannot be read. It may be damaged or have a password: save it anew without one, or as a PDF."


def _parts(file: IO[bytes]) -> zipfile.ZipFile:
    """The document as an archive whose list of parts alone was read. What is in them stays packed."""
    if _start(file, 4) != b"PK\x03\x04":
        raise FileRefused(SPOILT)
    if _length_of_list(file) > LARGEST_LIST:
        raise FileRefused(TOO_MUCH)
    file.seek(0)
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, EOFError, OSError, ValueError, NotImplementedError) as problem:
        raise FileRefused(SPOILT) from problem
    parts = archive.infolist()
    names = [part.filename.lower().replace("\\", "/") for part in parts]
    if any(part.flag_bits & 1 for part in parts) or not parts or min(part.header_offset for part in parts) != 0:
        raise FileRefused(SPOILT)
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
        raise FileRefused(TOO_MUCH)
    if len(set(names)) < len(names) or any(".." in name.split("/") or name.startswith("/") for name in names):
        raise FileRefused(SPOILT)
    if any(macro in name for name in names for macro in MACROS):
        raise FileRefused(RUNS)
    if any(carried in name for name in names for carried in CARRIES):
        raise FileRefused(INSIDE)
    return archive


def _length_of_list(file: IO[bytes]) -> int:
    """How long the list of parts says that it is (the twelfth byte of the record that ends an archive, and three more): a
    list of half a million parts is megabytes, and is not read to find that out."""
    end = _end(file, LONGEST_COMMENT)
    place = end.rfind(b"PK\x05\x06")
    return int.from_bytes(end[place + 12 : place + 16], "little") if place >= 0 else 0


def _read(archive: zipfile.ZipFile, name: str) -> bytes:
    """The one part that says which kind of document it is, and of that no more than such a part has."""
    try:
        with archive.open(name) as part:
            return part.read(LARGEST_LIST)
    except (KeyError, zipfile.BadZipFile, EOFError, OSError, ValueError, NotImplementedError, RuntimeError) as problem:
        raise FileRefused(SPOILT) from problem


KINDS = (
    FileKind("PDF", ("pdf",), "application/pdf", _pdf),
    FileKind("Word", ("docx",), f"{OFFICE}wordprocessingml.document", _word),
    FileKind("Excel", ("xlsx",), f"{OFFICE}spreadsheetml.sheet", _excel),
    FileKind("OpenDocument text", ("odt",), ODT.decode(), _odt),
    FileKind("JPEG", ("jpg", "jpeg"), "image/jpeg", _jpeg),
    FileKind("PNG", ("png",), "image/png", _png),
    FileKind("plain text", ("txt",), "text/plain; charset=utf-8", _text),
)
IN_WORDS = "PDF, Word (.docx), Excel (.xlsx), OpenDocument text (.odt), JPEG, PNG and plain text (.txt)"
ACCEPTED = ",".join(f".{ending}" for kind in KINDS for ending in kind.endings)
CONTENT_TYPES = frozenset(kind.content_type for kind in KINDS)
