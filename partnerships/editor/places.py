"""Where a part stands in a protocol's document, and what can be done to the document there; pure, knows no form.

The document is the plain one that is stored (ProtocolVersion.definition). Nothing here changes the one it is given."""

from __future__ import annotations

import copy
import hashlib
import json
import re
from dataclasses import dataclass
from typing import Any

from ..protocol import Part, Protocol
from ..protocol_problems import Path
from ..protocol_problems.names import references
from .parts import NAMING, shape_of

Definition = dict[str, Any]
# Not a list of the protocol: its own few fields, edited as one part.
ABOUT = "about"
LISTS: dict[str, type[Part]] = {
    name: shape.part for name, field in Protocol.model_fields.items() if (shape := shape_of(field)).part and shape.many
}
SINGLE: dict[str, type[Part]] = {
    name: shape.part for name, field in Protocol.model_fields.items() if (shape := shape_of(field)).part and shape.optional
}
ABOUT_FIELDS = tuple(name for name in Protocol.model_fields if name not in {**LISTS, **SINGLE})
# The kinds of key that protocol_problems knows, and the lists they are keys of.
KINDS = {
    "stage": "stages", "recorded stage": "stages", "role": "roles", "side process": "side_processes",
    "time limit": "time_limits", "flag": "flags", "child status": "child_statuses", "category": "categories",
    "urgency band": "urgency_bands", "contact": "contacts", "ground": "grounds", "agency": "agencies",
}  # fmt: skip


@dataclass(frozen=True)
class Place:
    """One part: of a list by its index, or one that there is only once (index 0)."""

    name: str
    index: int

    @property
    def model(self) -> type[Part]:
        return Protocol if self.name == ABOUT else {**LISTS, **SINGLE}[self.name]

    @property
    def path(self) -> Path:
        if self.name == ABOUT:
            return ()
        return (self.name, self.index) if self.name in LISTS else (self.name,)

    def within(self, path: Path) -> Path | None:
        """The rest of a problem's path, if the problem is of this part."""
        if self.name == ABOUT:
            return path if path and path[0] in ABOUT_FIELDS else None
        return path[len(self.path) :] if path[: len(self.path)] == self.path else None


def is_known(name: str) -> bool:
    return name == ABOUT or name in LISTS or name in SINGLE


def count(definition: Definition, name: str) -> int:
    if name in LISTS:
        return len(definition.get(name) or [])
    return 1 if name == ABOUT or definition.get(name) else 0


def part_at(definition: Definition, place: Place) -> Definition:
    if place.name == ABOUT:
        return {name: definition.get(name) for name in ABOUT_FIELDS}
    found: Definition = definition[place.name][place.index] if place.name in LISTS else definition[place.name]
    return found


def with_part(definition: Definition, place: Place, part: Definition) -> Definition:
    """The document with that part there; at the end of its list, the list grows."""
    changed = copy.deepcopy(definition)
    if place.name == ABOUT:
        return changed | part
    if place.name in SINGLE:
        return changed | {place.name: part}
    changed[place.name][place.index : place.index + 1] = [part]
    return changed


def without_part(definition: Definition, place: Place) -> Definition:
    changed = copy.deepcopy(definition)
    if place.name in SINGLE:
        return changed | {place.name: None}
    del changed[place.name][place.index]
    return changed


def moved(definition: Definition, place: Place, by: int) -> Definition:
    """One place further up or down in its list; at the end of the list nothing happens."""
    changed = copy.deepcopy(definition)
    parts = changed[place.name]
    to = place.index + by
    if 0 <= to < len(parts):
        parts[place.index], parts[to] = parts[to], parts[place.index]
    return changed


def copied(definition: Definition, place: Place) -> Definition:
    """The same part once more, after it, with a key of its own and a name that says so."""
    changed = copy.deepcopy(definition)
    part = copy.deepcopy(part_at(definition, place))
    for name in ("name", "title", "purpose"):
        if isinstance(part.get(name), str):
            part[name] = f"{part[name][:190]} (copy)"
            break
    if "number" in part:
        part["number"] = ""
    if "key" in part:
        part["key"] = free_key(part, keys_of(definition, place.name))
    taken = {gate["key"] for stage in definition["stages"] for gate in stage["gates"]}
    for gate in part.get("gates", ()):
        gate["key"] = free_key(gate, taken)
        taken.add(gate["key"])
    changed[place.name].insert(place.index + 1, part)
    return changed


def keys_of(definition: Definition, name: str) -> set[str]:
    return {part["key"] for part in definition.get(name) or [] if isinstance(part, dict) and "key" in part}


def free_key(part: Definition, taken: set[str], *, otherwise: str = "part") -> str:
    """A short name made of what the part is called, with a number where it is taken."""
    said = next((part[name] for name in NAMING if part.get(name)), "")
    words = said[0] if isinstance(said, list) else said
    stem = re.sub(r"[^a-z0-9]+", "_", str(words).lower()).strip("_")[:34].strip("_")
    stem = stem if re.match("[a-z]", stem) else f"{otherwise}_{stem}".strip("_")[:34].strip("_")
    return next(key for key in (stem, *(f"{stem}_{n}" for n in range(2, len(taken) + 3))) if key not in taken)


def digest_of_part(part: Definition) -> str:
    return hashlib.sha256(json.dumps(part, sort_keys=True).encode()).hexdigest()[:20]


def same_part(definition: Definition, name: str, *, was: str, key: str) -> int | None:
    """Where the part that somebody saw stands now, after another has changed the draft: as it was, or by its key."""
    parts = definition.get(name) if name in LISTS else [part_at(definition, Place(name, 0))]
    known = [digest_of_part(part) if part else "" for part in parts or []]
    if was in known:
        return known.index(was)
    keys = [part.get("key") if part else None for part in parts or []] if name in LISTS else [key]
    return keys.index(key) if key and key in keys else None


def renamed(definition: Definition, protocol: Protocol, name: str, old: str, new: str) -> Definition:
    """Every reference to the old key of a part of that list speaks of the new one. `protocol` is the definition's own."""
    changed = copy.deepcopy(definition)
    for found in references(protocol):
        if KINDS[found.kind] == name and found.key == old:
            around: Any = changed
            for step in found.path[:-1]:
                around = around[step]
            side, dot, _ = str(around[found.path[-1]]).rpartition(".")
            around[found.path[-1]] = f"{side}{dot}{new}"
    return changed


def referring(protocol: Protocol, name: str, key: str) -> list[Path]:
    """The paths of all that speak of a part, without what stands in the part itself."""
    found = [reference.path for reference in references(protocol) if KINDS[reference.kind] == name and reference.key == key]
    own = next((index for index, part in enumerate(getattr(protocol, name)) if getattr(part, "key", None) == key), None)
    return [path for path in found if path[:2] != (name, own)]


def readable(protocol: Protocol) -> Protocol:
    """The same without references to what is not there, so that an unfinished draft can be drawn and said in sentences."""
    plain = protocol.model_dump(mode="json")
    known = {name: keys_of(plain, name) for name in set(KINDS.values())}
    lost = [found.path for found in references(protocol) if found.key not in known[KINDS[found.kind]]]
    if not lost:
        return protocol
    for path in sorted(lost, key=str, reverse=True):
        around: Any = plain
        for step in path[:-1]:
            around = around[step]
        around[path[-1]] = None
    return Protocol.model_validate(_without_nothing(plain))


def _without_nothing(plain: Any) -> Any:
    if isinstance(plain, dict):
        return {name: _without_nothing(value) for name, value in plain.items()}
    return [_without_nothing(item) for item in plain if item is not None] if isinstance(plain, list) else plain
