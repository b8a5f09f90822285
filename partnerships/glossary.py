"""What the field's words mean, from glossary.yml, and where they stand in a text; knows no page and no person."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from pathlib import Path

import yaml

from .protocol import Protocol, Role, SideProcess
from .protocol_sentences import said

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Term:
    """`key` is its place on the page of words. `everyday`: too common to be marked wherever it stands."""

    key: str
    name: str
    means: str
    source: str
    also: tuple[str, ...] = ()
    everyday: bool = False

    @property
    def spellings(self) -> tuple[str, ...]:
        return (self.name, *self.also)


@dataclass(frozen=True)
class Letter:
    letter: str
    terms: tuple[Term, ...]


@dataclass(frozen=True)
class Piece:
    """A run of a text: ordinary words, or the first place where a term stands."""

    words: str
    term: Term | None = None


@lru_cache
def terms() -> tuple[Term, ...]:
    """All of them, in the alphabet's order."""
    held = yaml.safe_load((HERE / "glossary.yml").read_text(encoding="utf-8"))
    found = (
        Term(
            key=key_of(entry["term"]),
            name=entry["term"],
            means=entry["means"],
            source=entry["source"],
            also=tuple(entry.get("also", ())),
            everyday=entry.get("everyday", False),
        )
        for entry in held
    )
    return tuple(sorted(found, key=lambda term: term.name.lower()))


def key_of(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def by_letter(found: Iterable[Term]) -> list[Letter]:
    return [Letter(letter, tuple(group)) for letter, group in groupby(found, key=lambda term: term.name[0].upper())]


@lru_cache
def named(spelling: str) -> Term | None:
    """The term with this name or other spelling."""
    return next((term for term in terms() if spelling.lower() in (one.lower() for one in term.spellings)), None)


def own_terms(protocol: Protocol) -> list[Term]:
    """What a protocol defines itself: its roles, and what runs beside its ladder, in the sentences of its own page. What is
    asked there, and what follows, is read in the protocol."""
    short = {"asks": "", "questions": (), "choices": (), "last_resort": ""}
    beside = [process.model_copy(update=short) for process in protocol.side_processes]
    named_rules: list[Role | SideProcess] = [*protocol.roles, *beside]
    found = []
    for rule in named_rules:
        told = said(rule, protocol)
        means = " ".join(told.more) or told.words
        found.append(Term(key=f"own-{rule.key}", name=rule.name, means=means, source=rule.clause or "Assumed"))
    return sorted(found, key=lambda term: term.name.lower())


def pieces(text: str, *, fresh: Callable[[Term], bool], own: Mapping[str, Term] | None = None) -> list[Piece]:
    """The text in runs: a term is set apart where it stands first, if it is `fresh` (not explained on this page before).
    `own`: what a protocol means by one of the field's words, by its name in small letters; there its meaning stands first.

    The runs together are the text, letter by letter: whoever draws them escapes each."""
    found: list[Piece] = []
    done = 0
    seen: set[str] = set()
    for match in _marked().finditer(text):
        term = (own or {}).get(match[0].lower()) or named(match[0])
        if term is None or term.key in seen or not fresh(term):
            continue
        seen.add(term.key)
        found += [Piece(text[done : match.start()]), Piece(match[0], term)]
        done = match.end()
    return [piece for piece in (*found, Piece(text[done:])) if piece.words]


@lru_cache
def _marked() -> re.Pattern[str]:
    """Every spelling that is marked in running text, the longest first. Capitals count in an abbreviation: "lac" is none."""
    spellings = sorted((one for term in terms() if not term.everyday for one in term.spellings), key=len, reverse=True)
    return re.compile(rf"(?<![\w@./-])(?:{'|'.join(map(_pattern, spellings))})(?![\w@-])")


def _pattern(spelling: str) -> str:
    if any(letter.isupper() for letter in spelling[1:]):
        return re.escape(spelling)
    return f"(?i:{re.escape(spelling)})"
