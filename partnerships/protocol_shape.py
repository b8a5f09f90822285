"""Plain data against the shape of a protocol: what does not fit, in sentences, and a guess at what was meant; knows no file."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from types import UnionType
from typing import Any, Literal, Union, cast, get_args, get_origin

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from .protocol import Part, Protocol, Rule
from .protocol_problems import Path, closest, meant
from .protocol_problems.names import WORDS
from .protocol_yaml import Data

MOST_SAID = 500
YES_AND_NO = {"yes": True, "on": True, "y": True, "1": True, "no": False, "off": False, "n": False, "0": False}
# A yes or no on which so much else hangs that a wrong guess would be answered by problems that there are not.
DECIDING = frozenset({"opens_here", "recorded", "directly_reachable", "may_see", "may_decide", "ends_with_stage"})
GROUND = "rests on nothing. Add clause: and the place in the document, or assumption: with the reason and the question."


@dataclass(frozen=True)
class Misfit:
    path: Path
    sentence: str


@dataclass(frozen=True)
class Fit:
    """`protocol` is the one that the data is, or, where there are misfits, the one that was clearly meant (if any).
    `more` counts the misfits beyond those that a person could still read."""

    protocol: Protocol | None
    misfits: tuple[Misfit, ...] = ()
    more: int = 0


@dataclass(frozen=True)
class _Error:
    """One thing that pydantic refused: its own name for it, where, and what else the part around it holds."""

    kind: str
    path: Path
    given: Any = None
    limits: dict[str, Any] = field(default_factory=dict)
    beside: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """The field, as the file names it."""
        return next((str(step) for step in reversed(self.path) if isinstance(step, str)), "")

    @property
    def model(self) -> type[Part]:
        return model_at(self.path)


def fit(data: Data) -> Fit:
    """Everything about the data that does not fit, at once; never raises."""
    if not isinstance(data, dict):
        given = "is empty" if data is None else "does not begin with the parts of a protocol"
        return Fit(None, (Misfit((), f"The file {given}. Begin with title:, source:, stages: and roles:."),))
    protocol, refused = _validated(data)
    if protocol is not None:
        return Fit(protocol)
    # A part with another fault is not asked for its ground by pydantic, so that is asked here.
    groundless = [_Error("ground", path) for path in _groundless(Protocol, data, ())]
    errors = [*(_error(error, data) for error in refused[:MOST_SAID]), *groundless[:MOST_SAID]]
    more = len(refused[MOST_SAID:]) + len(groundless[MOST_SAID:])
    renamed = {(e.path[:-1], better) for e in errors if e.kind == "extra_forbidden" and (better := _better_name(e))}
    told = [e for e in errors if not (e.kind == "missing" and (e.path[:-1], e.name) in renamed)]
    misfits = tuple(Misfit(_spot(error), _sentence(error, data)) for error in told)
    return Fit(None if more else _meant(data, told), misfits, more)


def _validated(data: dict[str, Data]) -> tuple[Protocol | None, list[ErrorDetails]]:
    # As JSON, because pydantic is then strict about types and still takes lists for tuples and words for enumerations.
    try:
        return Protocol.model_validate_json(json.dumps(data), strict=True), []
    except ValidationError as refusal:
        found = refusal.errors(include_url=False)
    # A list whose items are all refused is called too short as well, which it is not.
    return None, [e for e in found if e["type"] != "value_error" and not (e["type"] == "too_short" and e["input"])]


def _error(error: ErrorDetails, data: Any) -> _Error:
    path = tuple(error["loc"])
    for step in path[:-1]:
        data = data[step]
    beside = frozenset(data) if isinstance(data, dict) else frozenset()
    return _Error(error["type"], path, error["input"], error.get("ctx", {}), beside)


def _groundless(model: type[Part], data: Any, path: Path) -> Iterator[Path]:
    if not isinstance(data, dict):
        return
    if issubclass(model, Rule) and not (data.get("clause") or data.get("assumption")):
        yield path
    for name, value in data.items():
        inner = _part_in(model.model_fields[name].annotation) if name in model.model_fields else None
        if inner is None:
            continue
        if get_origin(model.model_fields[name].annotation) is not tuple:
            yield from _groundless(inner, value, (*path, name))
        elif isinstance(value, list):
            for number, item in enumerate(value):
                yield from _groundless(inner, item, (*path, name, number))


def _arguments(annotation: Any) -> tuple[Any, ...]:
    return get_args(annotation) if get_origin(annotation) in (tuple, Union, UnionType) else (annotation,)


def _part_in(annotation: Any) -> type[Part] | None:
    """The kind of part that a field holds, alone, in a list or optional."""
    return next((a for a in _arguments(annotation) if isinstance(a, type) and issubclass(a, Part)), None)


def _words_in(annotation: Any) -> list[str]:
    """The words that a field may hold; none where it is free."""
    words: list[str] = []
    for argument in _arguments(annotation):
        if isinstance(argument, type) and issubclass(argument, Enum):
            words += [member.value for member in argument]
        elif get_origin(argument) is Literal:
            words += [str(word) for word in get_args(argument)]
    return words


def model_at(path: Path) -> type[Part]:
    """The model of the part in which the last name of a path stands."""
    model: type[Part] = Protocol
    names = [step for step in path if isinstance(step, str)]
    for name in names[:-1]:
        model = _part_in(model.model_fields[name].annotation) or model
    return model


def _spot(error: _Error) -> Path:
    """What is missing has no line of its own: its part has."""
    return error.path[:-1] if error.kind == "missing" else error.path


def said(path: Path, data: Any) -> str:
    """How a person would call the part at a path: 'Stage "stage_2", tier 1'."""
    words: list[str] = []
    for number, step in enumerate(path):
        data = data[step]
        if isinstance(step, int):
            key = data.get("key") if isinstance(data, dict) else None
            kind = WORDS.get(str(path[number - 1]), "item")
            words.append(f'{kind} "{key}"' if isinstance(key, str) else f"{kind} {step + 1}")
        elif number == len(path) - 1 or isinstance(path[number + 1], str):
            words.append(step)
    text = ", ".join(words) or "the protocol"
    return text[:1].upper() + text[1:]


def _sentence(error: _Error, data: Data) -> str:
    if error.kind == "ground" or (error.kind == "model_type" and isinstance(error.path[-1], int)):
        around = error.path
    else:
        names = [number for number, step in enumerate(error.path) if isinstance(step, str)]
        around = error.path[: names[-1]]
    return f"{said(around, data)}{SENTENCES.get(error.kind, _other)(error)}"


def _shown(value: Any) -> str:
    if value is None:
        return "empty"
    if isinstance(value, (dict, list)):
        return "a list" if isinstance(value, list) else "a part with fields of its own"
    return f'"{str(value)[:60]}"' if isinstance(value, str) else json.dumps(value)


def _field(error: _Error) -> Any:
    found = error.model.model_fields.get(error.name)
    return found.annotation if found else None


def _names(error: _Error) -> list[str]:
    """The names that an unknown one may stand for: those not given yet, if one is like it, before all others."""
    absent = [name for name in error.model.model_fields if name not in error.beside]
    return absent if closest(error.name, absent) else list(error.model.model_fields)


def _better_name(error: _Error) -> str | None:
    return closest(error.name, _names(error))


def _extra(error: _Error) -> str:
    return f': "{error.name[:60]}" is not known here. {meant(error.name, _names(error))}'


def _missing(error: _Error) -> str:
    annotation, words = _field(error), _words_in(_field(error))
    if words:
        hint = f"{'a list of some of' if get_origin(annotation) is tuple else 'one of'}: {', '.join(words)}"
    elif annotation is bool:
        hint = "true or false"
    elif get_origin(annotation) is tuple:
        hint = "a list, each item after a dash" if _part_in(annotation) else "a list, for example [first, second]"
    else:
        hint = "a part with fields of its own" if _part_in(annotation) else "a text"
    return f" has no {error.name}. Add {error.name}: and {hint}."


def _word(error: _Error) -> str:
    words = _words_in(_field(error))
    better = closest(str(error.given), words)
    hint = f'Did you mean "{better}"? ' if better else ""
    return f": {_shown(error.given)} cannot stand under {error.name}. {hint}Write one of: {', '.join(words)}."


def _text(error: _Error) -> str:
    if error.given is None:
        return _empty(error)
    if isinstance(error.given, (int, bool)):
        return f': {error.name} is a text. Put it in quotes: "{json.dumps(error.given)}".'
    return f": {error.name} is a text, and this is {_shown(error.given)}. Write the text alone."


def _empty(error: _Error) -> str:
    return f": {error.name} is empty. Write something there, or take the line out."


def _key(error: _Error) -> str:
    better = _as_key(str(error.given))
    hint = f' For example "{better}".' if better else ""
    side = ' In front of a role, "raising." or "receiving." may stand.' if "raising" in str(error.limits.get("pattern")) else ""
    return (
        f": {_shown(error.given)} is not a key. A key begins with a small letter and holds up to 40 small letters, digits "
        f"and underscores.{side}{hint}"
    )


def _list(error: _Error) -> str:
    if error.given is None:
        return _empty(error)
    return f": {error.name} is a list, and this is {_shown(error.given)}. Write it in square brackets, or each item after a dash."


def _part(error: _Error) -> str:
    if error.given is None:
        return _empty(error)
    fields = ", ".join((_part_in(_field(error)) or error.model).model_fields)
    what = " is" if isinstance(error.path[-1], int) else f": {error.name} is"
    return f"{what} a part with fields of its own, and this is {_shown(error.given)}. Its fields are: {fields}."


def _date(error: _Error) -> str:
    return f": {_shown(error.given)} is not a date. Write year, month and day, like 2027-01-31."


def _other(error: _Error) -> str:  # pragma: no cover - only for refusals that a later pydantic may bring
    return f": {_shown(error.given)} cannot stand under {error.name}. Look at how another protocol writes it."


SENTENCES: dict[str, Callable[[_Error], str]] = {
    "extra_forbidden": _extra,
    "missing": _missing,
    "enum": _word,
    "literal_error": _word,
    "string_type": _text,
    "string_pattern_mismatch": _key,
    "string_too_short": _empty,
    "string_too_long": lambda e: f": {e.name} is longer than {e.limits['max_length']:,} characters. Shorten it.",
    "too_short": lambda e: f": {e.name} is empty. List at least {e.limits['min_length']}.",
    "bool_type": lambda e: f": {e.name} is {_shown(e.given)}. Write true or false.",
    "int_type": lambda e: f": {e.name} is {_shown(e.given)}. Write a whole number, in digits and without quotes.",
    "greater_than_equal": lambda e: f": {e.name} is {_shown(e.given)}. Write {e.limits['ge']:,} or more.",
    "less_than_equal": lambda e: f": {e.name} is {_shown(e.given)}. Write {e.limits['le']:,} or less.",
    "tuple_type": _list,
    "model_type": _part,
    "date_parsing": _date,
    "date_type": _date,
    "date_from_datetime_parsing": _date,
    "date_from_datetime_inexact": _date,
    "ground": lambda _: f" {GROUND}",
}


# What was meant. Where one slip has one obvious meaning the rest can be checked as well, so that a person with ten
# different slips is told of all ten at once and not of one after the other.


class _NoGuess(Exception):
    """Nothing can be guessed here without inventing something."""


def _meant(data: dict[str, Data], errors: list[_Error]) -> Protocol | None:
    guess = cast("dict[str, Any]", json.loads(json.dumps(data)))
    try:
        for error in errors:
            _mend(guess, error)
    except (_NoGuess, LookupError, TypeError):
        return None
    return _validated(guess)[0]


def _mend(guess: dict[str, Any], error: _Error) -> None:
    part: Any = guess
    for step in error.path[:-1]:
        part = part[step]
    last = error.path[-1]
    if error.kind == "ground":
        part[last]["assumption"] = "?"
    elif error.kind == "extra_forbidden":
        value, better = part.pop(last), _better_name(error)
        if better is not None:
            part.setdefault(better, value)
    elif error.kind == "missing":
        if _words_in(_field(error)) or get_origin(_field(error)) or not _is_text(error):
            raise _NoGuess
        part[last] = "?"
    else:
        part[last] = _instead(error)


def _is_text(error: _Error) -> bool:
    """A missing text can be put off; a missing key cannot, because other parts may speak of it."""
    return error.name != "key" and _field(error) is str


def _instead(error: _Error) -> Any:
    given, kind = error.given, error.kind
    if kind in ("enum", "literal_error"):
        return _some_word(error)
    if kind == "bool_type" and (given is None or str(given).lower() in YES_AND_NO or error.name not in DECIDING):
        return YES_AND_NO.get(str(given).lower(), False)
    if kind == "string_type" and isinstance(given, int):
        return json.dumps(given)
    if kind in ("string_type", "string_too_short") and not given and _is_text(error):
        return "?"
    if kind == "string_pattern_mismatch" and (key := _as_key(str(given))):
        return key
    if kind == "string_too_long":
        return given[: error.limits["max_length"]]
    if kind == "tuple_type" and (given is None or isinstance(given, (str, int))):
        return [] if given is None else [given]
    if kind in ("int_type", "greater_than_equal", "less_than_equal"):
        return error.limits.get("ge", error.limits.get("le", 1))
    if kind.startswith("date_"):
        return None
    raise _NoGuess


def _some_word(error: _Error) -> str:
    """The word meant, or just any where nothing outside the part itself depends on it."""
    words = _words_in(_field(error))
    if (better := closest(str(error.given), words)) is not None:
        return better
    if error.path[0] in ("stages", "roles", "requirements"):
        raise _NoGuess
    return words[0]


def _as_key(text: str) -> str:
    key = re.sub(r"[^a-z0-9_.]+", "_", text.strip().lower()).strip("_.")[:40]
    return key if re.fullmatch(r"((raising|receiving)\.)?[a-z][a-z0-9_]*", key) else ""
