"""The words somebody typed to search for, kept out of every address and log: they may name a child. Knows no disagreement.

They stay with the session of whoever typed them, under a key. The address carries the key: it can be gone back to, paged and
combined with filters, and says nothing to anybody else."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, MutableMapping
from typing import Any

from .matching import LONGEST

IN_SESSION = "searched_for"
MOST_KEPT = 20


def kept(session: MutableMapping[str, Any], *, slug: str, words: str) -> str:
    """Keep what was typed, and return the key for the address; the same words have the same key while they are kept."""
    clean = " ".join(words.replace("\x00", " ").split())[:LONGEST]
    if not clean:
        return ""
    known: list[list[str]] = list(session.get(IN_SESSION, []))
    already = next((entry for entry in known if entry[1:] == [slug, clean]), None)
    entry = already or [secrets.token_urlsafe(6), slug, clean]
    session[IN_SESSION] = [*(each for each in known if each != entry), entry][-MOST_KEPT:]
    return entry[0]


def words_of(session: Mapping[str, Any], *, slug: str, key: str) -> str | None:
    """What was typed in this partnership under the key; None where it is no longer known, or was never this person's."""
    known: list[list[str]] = session.get(IN_SESSION, [])
    return next((words for own, where, words in known if (own, where) == (key, slug)), None)
