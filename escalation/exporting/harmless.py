"""What keeps a file harmless to open: no cell of it is ever run as a formula; knows no disagreement."""

from __future__ import annotations

import re

# What a spreadsheet would read as a formula, and their full-width forms, which some turn into the plain ones.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_STARTS = frozenset(FORMULA_STARTS)  # each one character
BYTE_ORDER_MARK = "\ufeff"
# What XML cannot hold, and what a cell of Excel can.
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
LONGEST_CELL = 32_767


class Line:
    """A file for csv.writer that hands each line back instead of keeping it."""

    def write(self, text: str) -> str:
        return text


def harmless(text: str) -> str:
    """For CSV, which has no types: nothing that a person typed is ever run as a formula by what opens the file."""
    return f"'{text}" if text[:1] in _STARTS else text


def plain(text: str) -> str:
    """For the kinds of file that say of each cell that it is text: as it was typed, as far as their format can hold it."""
    return NOT_IN_XML.sub("", text)[:LONGEST_CELL]
