"""The five protocols that come with the product, read from their files."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from partnerships.protocol import Protocol, Rule
from partnerships.protocol_file import read_protocol

FOLDER = Path(__file__).resolve().parents[2] / "partnerships" / "protocols"
SLUGS = ("barnsley", "enfield", "havering", "oldham", "wiltshire")
# How a clause of each document begins.
LETTERS = {"barnsley": "B", "enfield": "E", "havering": "H", "oldham": "O", "wiltshire": "W"}


def text_of(slug: str) -> str:
    return (FOLDER / f"{slug}.yml").read_text(encoding="utf-8")


@cache
def shipped(slug: str) -> Protocol:
    reading = read_protocol((FOLDER / f"{slug}.yml").read_bytes(), name=f"{slug}.yml")
    assert reading.problems == ()
    assert reading.protocol is not None
    return reading.protocol


def rule_at(protocol: Protocol, where: str) -> Rule:
    """The rule called "list/key", or a part of one ("stages/stage_3/authority")."""
    name, key, *inside = where.split("/")
    found = next(part for part in getattr(protocol, name) if key in (getattr(part, "key", None), getattr(part, "what", None)))
    for step in inside:
        found = getattr(found, step)
    return found
