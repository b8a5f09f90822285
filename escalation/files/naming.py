"""What a file is called once it lies here: the last part of what was sent, without anything that misleads. Knows no Django."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 120
# What a path is made of, and what one system or another does not take in a name.
SEPARATORS = re.compile(r"[/\\]")
NOT_TAKEN = re.compile(r'[<>:"|?*]')


def clean_name(given: str) -> str:
    """The name without folders, control characters, and marks that turn the reading direction round or cannot be seen
    (with which "exe.fdp" reads as a PDF's name), no longer than a list can show, and with its ending kept."""
    last = SEPARATORS.split(unicodedata.normalize("NFC", given))[-1]
    # C: control, format (bidi, zero width), private and unassigned; Zl, Zp: line ends of other alphabets.
    seen = "".join(" " if unicodedata.category(c) in ("Zl", "Zp", "Cc") else c for c in last)
    seen = "".join(c for c in seen if not unicodedata.category(c).startswith("C"))
    plain = " ".join(NOT_TAKEN.sub("_", seen).split()).strip(". ")
    stem, dot, ending = plain.rpartition(".")
    if not dot:
        return plain[:LONGEST] or "File"
    return f"{stem.strip('. ')[: LONGEST - len(ending[:10]) - 1] or 'File'}.{ending[:10]}"


def ending_of(name: str) -> str:
    """What stands after the last full stop, in small letters; nothing where there is none."""
    return name.rpartition(".")[2].lower() if "." in name else ""
