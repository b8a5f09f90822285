"""What typed text looks like that is better left out: an NHS number, somebody's full name with a date of birth. Pure.

It is asked about once and never refused (data minimisation, UK GDPR article 5(1)(c)): a reference may look like anything,
and now and then a number is needed. Names alone are no reason to ask: records name professionals all the time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

NHS_NUMBER = "an NHS number"
NAME_AND_BIRTH = "a full name with a date of birth"
BIRTH = "a date of birth"
NAME = "a name"

# As they are written: together, or in groups of three, three and four. Never a part of something longer.
_TEN_DIGITS = re.compile(r"(?<![\w+-])(?<!\(0\))\d{3}([ \u00a0-]?)\d{3}\1\d{4}(?![\w-])")
# Those that are given out in England, Wales and Northern Ireland, and 9 for trying; a telephone number begins with 0.
_GIVEN_OUT = "34679"
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()  # noqa: SIM905  (a list of words reads better as words)
_DAY = (
    r"(?:(?P<d>\d{1,2})(?:st|nd|rd|th)?(?P<sep>[./ -])(?:of )?(?P<m>\d{1,2}|[A-Za-z]{3,9})[./, -]{1,2}(?P<y>\d{4}|\d{2})"
    r"|(?P<iso>\d{4}-\d{2}-\d{2}))(?!\d)"
)
_ANY_DAY = re.compile(rf"(?<!\d){_DAY}")
_BORN = re.compile(
    rf"\b(?:d\.? ?o\.? ?b\b\.?|date of birth|birth ?date|born(?: on)?)[\s:=(,-]*(?:is |was )?(?:the )?{_DAY}", re.I
)
_NAME = re.compile(r"\b[A-Z][A-Za-z'’-]+(?:,? +[A-Z][A-Za-z'’-]+)+")
# Capitals of what is no person: bodies, posts, steps, days and months, the words of the label itself.
_NO_NAMES = frozenset(
    "agency april assessment august birth board care chair child children conference council court date december designated"  # noqa: SIM905
    " director family february friday front further head health hospital january july june lead leader manager march may monday"
    " named november nurse october officer partners partnership plan police practitioner primary protection protocol safeguarding"
    " saturday school section senior september service services social stage step sunday team the this thursday tier trust"
    " tuesday visitor wednesday worker working dob born on of level house ward unit we she he they".split()
)
# How far a name may stand from a date that is called a date of birth, and from one that is not.
_NEAR = 80
_AT_ONCE = re.compile(r"[\s,;:()–-]{0,4}")
_OLDEST_CHILD_YEARS = 26
_NEWS_DAYS = 180


def in_words(text: str, *, today: date) -> str:
    """What a text seems to hold, in words, or nothing."""
    if any(is_nhs_number(found.group()) for found in _TEN_DIGITS.finditer(text)):
        return NHS_NUMBER
    return NAME_AND_BIRTH if _name_with_birth(text, today=today) else ""


def in_reference(reference: str) -> str:
    """What a child's reference looks like that should not be there, in words, or nothing: it holds nothing else, so
    that a name or a date alone is enough."""
    if (found := _TEN_DIGITS.fullmatch(reference.strip())) and is_nhs_number(found.group()):
        return NHS_NUMBER
    if _ANY_DAY.search(reference):
        return BIRTH
    if len(re.findall(r"\b[A-Z][a-z'’-]+\b", reference)) > 1 and not any(letter.isdigit() for letter in reference):
        return NAME
    return ""


def is_nhs_number(written: str) -> bool:
    """Ten digits of which the last is right: the check digit is 11 less the weighted sum of the others, modulo 11."""
    digits = [int(letter) for letter in written if letter.isdigit() and letter.isascii()]
    if len(digits) != 10 or str(digits[0]) not in _GIVEN_OUT:
        return False
    check = 11 - sum(digit * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False)) % 11
    return check != 10 and check % 11 == digits[9]


def _name_with_birth(text: str, *, today: date) -> bool:
    names = list(names_in(text))
    if any(_apart(name, born.span()) <= _NEAR for born in _BORN.finditer(text) for name in names):
        return True
    return any(
        _AT_ONCE.fullmatch(text, end, found.start()) is not None and _of_a_child(found, today=today)
        for found in _ANY_DAY.finditer(text)
        for _, end in names
    )


def names_in(text: str) -> Iterator[tuple[int, int]]:
    """Where two or more words with capitals stand side by side, as far as they are no body and no post."""
    for found in _NAME.finditer(text):
        parts = [part.strip(",'’-").lower() for part in found.group().split()]
        own = [part for part in parts if part.removesuffix("'s").removesuffix("’s") not in _NO_NAMES]
        if len(own) > 1 and len(own) >= len(parts) - 1:
            yield found.span()


def _apart(one: tuple[int, int], other: tuple[int, int]) -> int:
    return max(other[0] - one[1], one[0] - other[1], 0)


def _of_a_child(found: re.Match[str], *, today: date) -> bool:
    """Not the day of a letter or a meeting: long enough ago, and not so long that a child is grown up."""
    day = _read(found)
    return day is not None and _NEWS_DAYS < (today - day).days < _OLDEST_CHILD_YEARS * 366


def _read(found: re.Match[str]) -> date | None:
    try:
        if found["iso"]:
            return date.fromisoformat(found["iso"])
        month = found["m"]
        number = int(month) if month.isdigit() else _MONTHS.index(month[:3].lower()) + 1
        year = int(found["y"])
        return date(year + 2000 if year < 100 else year, number, int(found["d"]))
    except ValueError:
        return None
