"""What the values that figures count by are called here: in the words of the partnership's own protocols, or the common ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from partnerships import selectors as partnership_selectors
from partnerships.models import Agency
from partnerships.protocol import Protocol
from partnerships.protocol_phrases import COMMON_WORDS, KIND_NAMES
from partnerships.protocol_sentences import capital
from partnerships.protocol_terms import CommonCategory, StageKind

from .making import NOT_SAID, Named

NO_STEP = "Settled by talking, without a step"


def kinds() -> list[Named]:
    return [Named(kind.value, capital(KIND_NAMES[kind]), kind.value) for kind in StageKind]


def common() -> list[Named]:
    return [Named(each.value, capital(COMMON_WORDS[each]), each.value) for each in CommonCategory]


def stages() -> list[Named]:
    return _of_protocols(lambda p: [(s.key, f"{capital(p.step_word)} {s.number}: {s.name}" if s.number else s.name)
                                    for s in p.ladder])  # fmt: skip


def categories() -> list[Named]:
    return _of_protocols(lambda p: [(c.key, c.name) for c in p.categories])


def child_statuses() -> list[Named]:
    return _of_protocols(lambda p: [(s.key, s.name) for s in p.child_statuses])


def time_limits() -> dict[tuple[str, str], tuple[str, str]]:
    """By protocol and key: what the timescale is for, with its length."""
    named = _of_protocols(lambda p: [(t.key, f"{capital(t.purpose.rstrip('.'))}: {t.label}") for t in p.time_limits])
    return {one.stored: (one.name, one.value) for one in named}


def _of_protocols(part: Callable[[Protocol], Iterable[tuple[str, str]]]) -> list[Named]:
    """Of each of the partnership's protocols what is in force, then what older versions had and it has no more. Where there
    is more than one protocol, each value says of which it is."""
    versions = partnership_selectors.published_versions()
    in_force = partnership_selectors.versions_in_force()
    lines = list(dict.fromkeys([*(v.line for v in in_force), *(v.line for v in versions)]))
    found: dict[tuple[str, str], str] = {}
    for line in lines:
        own = [v for v in in_force if v.line == line] + [v for v in versions if v.line == line]
        for version in own:
            for key, name in part(version.protocol):
                found.setdefault((line, key), f"{name} ({version.protocol.title})" if len(lines) > 1 else name)
    return [Named(stored, name, f"{stored[0]}:{stored[1]}") for stored, name in found.items()]


def agencies(ids: Iterable[int | None]) -> dict[int, str]:
    """By name: the order in which agencies are always listed."""
    return dict(Agency.objects.filter(pk__in=[i for i in ids if i]).values_list("pk", "name"))


def agency(names: dict[int, str], which: Any) -> str:
    return names.get(which, NOT_SAID)
