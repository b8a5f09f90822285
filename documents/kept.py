"""A document as a value that can be kept as JSON and made again, and the digest that says nobody changed it. Pure."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from hashlib import sha256
from typing import Any

from .document import Bullets, Document, Heading, Paragraph, Part, Picture, Table
from .wording import settled

KINDS: dict[str, type[Part]] = {kind.__name__.lower(): kind for kind in (Heading, Paragraph, Bullets, Table, Picture)}


class Changed(ValueError):
    """What was kept is not what was issued."""


def as_value(document: Document) -> dict[str, Any]:
    """As a database may keep it: in plain text, as it is written down in every format."""
    document = settled(document)
    return asdict(document) | {
        "made_on": document.made_on.isoformat(),
        "parts": [{"kind": type(part).__name__.lower(), **_listed(asdict(part))} for part in document.parts],
    }


def digest_of(value: dict[str, Any]) -> str:
    """Of exactly these words and numbers, however a database puts the names in order."""
    return sha256(json.dumps(value, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def from_value(value: dict[str, Any], *, digest: str = "") -> Document:
    """The document again. Raises Changed where a digest is given that is not its own."""
    if digest and digest_of(value) != digest:
        raise Changed("This is not what was issued: what is kept of it was changed.")
    parts = tuple(_part(dict(part)) for part in value["parts"])
    return Document(**(value | {"made_on": date.fromisoformat(value["made_on"]), "parts": parts}))


def _part(value: dict[str, Any]) -> Part:
    kind = KINDS[value.pop("kind")]
    return kind(**{name: _frozen(held) for name, held in value.items()})


def _listed(value: dict[str, Any]) -> dict[str, Any]:
    """With lists for tuples, as JSON gives them back: kept or not yet kept, it has the same digest."""
    listed: dict[str, Any] = json.loads(json.dumps(value))
    return listed


def _frozen(held: Any) -> Any:
    return tuple(_frozen(one) for one in held) if isinstance(held, list) else held
