"""What each field of each part is called on the editor's pages, with a hint: total over the schema; knows no form.

{step} and {steps} in a label or hint stand for the partnership's own word for a step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Le, MaxLen, MinLen
from pydantic.fields import FieldInfo

from ..protocol import Part, Protocol, Rule
from .parts_asked import ASKED
from .parts_said import CLAUSE, SILENT, Said
from .parts_steps import STEPS
from .parts_words import WORDS

GROUND: dict[str, Said] = {
    "clause": Said("Clause in your document", CLAUSE),
    "assumption": Said("Assumed, because the document is silent", SILENT, long=True),
}
TABLES: tuple[Mapping[type[Part], Mapping[str, Said]], ...] = (STEPS, ASKED, WORDS)
# From which of its fields the key of a new part is made.
NAMING = ("name", "title", "purpose", "asks", "what", "on")


@dataclass(frozen=True)
class Shape:
    """What a field holds, read from the schema. `many`: a list of it. `filled`: a text that must not be empty. `words`:
    the words it may hold, where it is not free."""

    holds: type
    many: bool
    optional: bool
    required: bool
    filled: bool = False
    words: tuple[str, ...] = ()
    most: int | None = None
    least: int | None = None
    default: Any = None

    @property
    def part(self) -> type[Part] | None:
        return self.holds if issubclass(self.holds, Part) else None


def said(model: type[Part], name: str) -> Said:
    """How a field is spoken of; a KeyError means that the schema has a field nobody has given words to."""
    own = next(table[model] for table in TABLES if model in table)
    if name in GROUND and name not in own and issubclass(model, Rule):
        return GROUND[name]
    return own[name]


def fields_of(model: type[Part]) -> list[str]:
    """The fields in the order of the page: as the table has them, then what the rule rests on."""
    table = next(table[model] for table in TABLES if model in table)
    ground = [name for name in GROUND if name in model.model_fields and name not in table]
    return [*(name for name in table if name in model.model_fields), *ground]


def models() -> list[type[Part]]:
    """Every kind of part that a protocol is made of."""
    found: list[type[Part]] = [Protocol]
    for model in found:
        inner = [shape_of(field).part for field in model.model_fields.values()]
        found += [part for part in dict.fromkeys(inner) if part is not None and part not in found]
    return found


def shape_of(field: FieldInfo) -> Shape:
    annotation, metadata = field.annotation, list(field.metadata)
    optional = False
    if get_origin(annotation) in (Union, UnionType):
        optional = True
        annotation = next(inner for inner in get_args(annotation) if inner is not type(None))
    annotation, metadata = _stripped(annotation, metadata)
    many = get_origin(annotation) is tuple
    if many:
        # How many there must be is one thing, how long each may be another.
        annotation, metadata = _stripped(get_args(annotation)[0], [])
    literal = get_origin(annotation) is Literal
    words = tuple(str(word) for word in get_args(annotation)) if literal else ()
    holds = str if literal else annotation
    if isinstance(holds, type) and issubclass(holds, Enum):
        words = tuple(str(member.value) for member in holds)
    return Shape(
        holds=holds if isinstance(holds, type) else str,
        many=many,
        optional=optional,
        required=field.is_required(),
        filled=any(isinstance(note, MinLen) for note in metadata),
        words=words,
        most=next(
            (m.max_length if isinstance(m, MaxLen) else _number(m.le) for m in metadata if isinstance(m, MaxLen | Le)), None
        ),
        least=next((_number(m.ge) for m in metadata if isinstance(m, Ge)), None),
        default=None if field.is_required() else field.default,
    )


def _stripped(annotation: Any, metadata: list[Any]) -> tuple[Any, list[Any]]:
    """Without Annotated[...], and with what it said about length and size."""
    while hasattr(annotation, "__metadata__"):
        for note in annotation.__metadata__:
            metadata += note.metadata if isinstance(note, FieldInfo) else [note]
        annotation = annotation.__origin__
    return annotation, metadata


def _number(bound: Any) -> int:
    return int(bound)
