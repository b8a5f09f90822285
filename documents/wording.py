"""Text as a document may carry it: whatever was typed, without what a file cannot hold or what deceives a reader. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import replace

from .document import Bullets, Document, Heading, Part, Picture, Table

# Joiners, without which some scripts are misspelt; every other mark that nobody sees (bidirectional ones too) goes.
JOINERS = "\u200c\u200d"
UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn"}
# What the faces that come with the PDF writer can show; measured, and kept narrower than they are.
SHOWN_IN_PDF = (
    (0x20, 0x4FF), (0x5D0, 0x5EA), (0x621, 0x63A), (0x640, 0x652), (0x1E00, 0x1FFF), (0x2010, 0x2040), (0x2044, 0x2052),
    (0x2054, 0x20BF), (0x2100, 0x211E), (0x2126, 0x214F), (0x2190, 0x22FF), (0x25A0, 0x25FF),
)  # fmt: skip


def plain(text: str) -> str:
    """`text` with line breaks and spaces, and no other control, format, private or unassigned character."""
    kept = []
    for character in text.replace("\r\n", "\n").replace("\r", "\n"):
        if character == "\n" or character in JOINERS or unicodedata.category(character) not in UNSEEN:
            kept.append(character)
        elif character == "\t":
            kept.append(" ")
    return "".join(kept)


def for_pdf(text: str) -> str:
    """What the PDF's faces cannot show is named in square brackets, so that nothing is lost and no box stands for it."""
    return "".join(c if c == "\n" or _shown(c) else _named(c) for c in unicodedata.normalize("NFC", plain(text)))


def breakable(text: str, *, longest: int) -> str:
    """A place where a line may end, inside words that are too long for their column (U+200B, which takes no room)."""
    return "\n".join(" ".join(_broken(word, longest) for word in line.split(" ")) for line in text.split("\n"))


def settled(document: Document) -> Document:
    """The document in plain text, with headings that skip no level: each format then only writes it down."""
    return replace(
        document,
        title=plain(document.title) or "Document",
        subtitle=plain(document.subtitle),
        author=plain(document.author),
        parts=settled_parts(document.parts),
    )


def settled_parts(given: Iterable[Part]) -> tuple[Part, ...]:
    parts: list[Part] = []
    level = 1
    for part in given:
        if isinstance(part, Heading):
            level = max(2, min(part.level, level + 1, 4))
            parts.append(Heading(plain(part.text) or "–", level))
        else:
            parts.append(_plain_part(part))
    return tuple(parts)


def _plain_part(part: Part) -> Part:
    if isinstance(part, Bullets):
        return Bullets(tuple(plain(item) for item in part.items))
    if isinstance(part, Table):
        width = len(part.head)
        rows = (tuple(plain(cell) for cell in row) + ("",) * width for row in part.rows)
        return Table(plain(part.caption), tuple(plain(cell) for cell in part.head), tuple(row[:width] for row in rows))
    if isinstance(part, Picture):
        return Picture(plain(part.svg), plain(part.alt) or plain(part.caption) or "Drawing", plain(part.caption))
    return replace(part, text=plain(part.text))


def _shown(character: str) -> bool:
    point = ord(character)
    return any(first <= point <= last for first, last in SHOWN_IN_PDF) and character not in JOINERS


def _named(character: str) -> str:
    if character in JOINERS or unicodedata.category(character).startswith("M"):
        return ""
    return f"[{unicodedata.name(character, 'a character that cannot be printed').lower()}]"


def _broken(word: str, longest: int) -> str:
    if len(word) <= longest:
        return word
    return "\u200b".join(word[at : at + longest] for at in range(0, len(word), longest))
