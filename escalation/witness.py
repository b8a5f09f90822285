"""How the end of a chain is written down for somebody else to keep: one line a partnership; writes no file and no e-mail.

A line holds a moment, the partnership's address, a number and a hash: nothing about anybody."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from partnerships.models import Partnership
from partnerships.scope import partnership_scope
from partnerships.working_days import LONDON

from .verification import Head, Published, head

LINE = re.compile(r"^(?P<at>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ) (?P<slug>[-a-zA-Z0-9_]+) (?P<seq>\d+) (?P<hash>[0-9a-f]{64})$")
FORM = "%Y-%m-%dT%H:%M:%SZ"


def lines(*, at: datetime) -> list[str]:
    """One for each partnership that has an entry. A rehearsal has no record that anybody relies on."""
    found = []
    for partnership in Partnership.objects.filter(rehearsal_of=None).order_by("slug"):
        with partnership_scope(partnership.pk):
            end = head()
        if end is not None:
            found.append(f"{at.astimezone(UTC):{FORM}} {partnership.slug} {end.seq} {end.hash}")
    return found


@dataclass(frozen=True)
class Kept:
    """What was read of a kept file: the ends by partnership, in the order of the days, and the lines that are not ours."""

    ends: dict[str, list[Published]]
    unreadable: tuple[int, ...]


def read(text: Iterable[str]) -> Kept:
    """Empty lines, and those that begin with "#" (the words of an e-mail), are passed over."""
    ends: dict[str, list[Published]] = {}
    odd = []
    for number, line in _telling(text):
        found = LINE.match(line)
        if found is None:
            odd.append(number)
            continue
        day = datetime.strptime(found["at"], FORM).replace(tzinfo=UTC).astimezone(LONDON).date()
        ends.setdefault(found["slug"], []).append(Published(day, Head(int(found["seq"]), found["hash"])))
    for each in ends.values():
        each.sort(key=lambda one: one.day)
    return Kept(ends, tuple(odd))


def _telling(text: Iterable[str]) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text, start=1):
        if line.strip() and not line.lstrip().startswith("#"):
            yield number, line.strip()
