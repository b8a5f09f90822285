"""What one cell of an old tracker says: a day, an agency, a step, how it stood; pure, and never a guess that nobody saw."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from partnerships.sheets import read_day

NOTHING = frozenset({"", "n/a", "na", "n a", "none", "nil", "-", "–", "?", "not known", "unknown", "tbc", "not applicable", "."})
# As a spreadsheet counts days where a cell lost its format: 1 is 1 January 1900, and 29 February 1900 was invented.
SERIAL_FROM, SERIALS = date(1899, 12, 30), range(20_000, 60_000)
NUMBERS = {"one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6"}
OPEN, ENDED, WITHDRAWN = "open", "closed", "withdrawn"
STATES = {
    **dict.fromkeys(("open", "live", "ongoing", "on going", "current", "active", "in progress", "pending"), OPEN),
    **dict.fromkeys(("closed", "resolved", "complete", "completed", "ended", "finished", "concluded", "done"), ENDED),
    **dict.fromkeys(("withdrawn", "nfa", "no further action"), WITHDRAWN),
}
HOWS = {
    **dict.fromkeys(("agreed", "agreement", "agreement reached", "resolved by agreement", "resolved"), "agreed"),
    **dict.fromkeys(("decided", "decision", "decision made", "decided by the partnership", "final decision"), "decided"),
    **dict.fromkeys(("settled", "settled informally", "informal", "resolved informally", "by talking"), "settled"),
    **dict.fromkeys(("withdrawn", "escalation withdrawn"), "withdrawn"),
}


def said(cell: str) -> str:
    """Nothing, where somebody wrote that there is nothing."""
    return "" if cell.strip().casefold() in NOTHING else cell.strip()


def plain(text: str) -> str:
    """By which two spellings are the same: without capitals, signs and “the”, numbers as figures."""
    words = re.findall(r"[^\W_]+", text.casefold().replace("&", " and ").replace("’", "").replace("'", ""))
    return " ".join(NUMBERS.get(word, word) for word in words if word != "the")


def day(text: str) -> date | None:
    """Day, month, year, as it is written here; or the number that a spreadsheet keeps for a day."""
    text = re.sub(r"(?i)\b(\d{1,2})(st|nd|rd|th)\b", r"\1", text.strip())
    text = re.sub(r"(?i)^(mon|tue|wed|thu|fri|sat|sun)[a-z]*,?\s+", "", text)
    text = re.sub(r"[T ]\d{1,2}:\d{2}(:\d{2})?$", "", text)
    if re.fullmatch(r"\d{5}(\.\d+)?", text) and int(float(text)) in SERIALS:
        return SERIAL_FROM + timedelta(days=int(float(text)))
    if short := re.fullmatch(r"(\d{1,2})[\s\-/.]+([A-Za-z]{3,9})[\s\-/.,]+(\d{2})", text):
        text = f"{short[1]} {short[2]} 20{short[3]}"
    return read_day(text.replace(",", " ").replace("  ", " ").replace("Sept ", "Sep "))


def one_of(text: str, known: Mapping[str, str]) -> str:
    """The key of the one called so; nothing where none is, or several are. `known`: by plain name."""
    return known.get(plain(text), "")


def likely(text: str, known: Mapping[str, str]) -> str:
    """What somebody probably meant: only ever offered, never taken."""
    wanted = plain(text)
    close = difflib.get_close_matches(wanted, known, n=1, cutoff=0.6)
    if close:
        return known[close[0]]
    initials = {"".join(word[0] for word in name.split()): key for name, key in known.items() if len(name.split()) > 1}
    within = [key for name, key in known.items() if wanted and (f" {wanted} " in f" {name} " or f" {name} " in f" {wanted} ")]
    return initials.get(wanted, within[0] if len(set(within)) == 1 else "")


def named(names: Iterable[tuple[str, str]]) -> dict[str, str]:
    """By plain name; a name that two have is nobody's."""
    found: dict[str, str] = {}
    twice = set()
    for name, key in names:
        wanted = plain(name)
        if wanted in found and found[wanted] != key:
            twice.add(wanted)
        found[wanted] = key
    return {name: key for name, key in found.items() if name and name not in twice}
