"""A protocol as the text of its file, which reads back as the same protocol; knows no folder and no database."""

from __future__ import annotations

from enum import Enum
from typing import Any

import yaml

from .protocol import Part, Protocol

WIDTH = 118
# Text on one line up to here; longer text is folded over several.
ON_ONE_LINE = 88
# What a file begins with; every list of rules follows as a section of its own.
HEAD = ("key", "title", "step_word", "raise_button", "source")
# Named first and last in every part, so that two files can be read and compared side by side.
FIRST = ("key", "what", "at", "document", "title", "number", "name")
LAST = ("clause", "assumption")


class _Folded(str):
    """A long text without line breaks of its own."""

    __slots__ = ()


class _Lines(str):
    """A text with line breaks that mean something."""

    __slots__ = ()


class _Inline(list[Any]):
    """A list of a few short words."""


class _Dumper(yaml.SafeDumper):
    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Items of a list stand further in than its name."""
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        """Nothing is ever written as a reference to something else."""
        return True


_Dumper.add_representer(_Folded, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style=">"))
_Dumper.add_representer(_Lines, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|"))
_Dumper.add_representer(_Inline, lambda dumper, items: dumper.represent_sequence("tag:yaml.org,2002:seq", items, flow_style=True))


def write_protocol(protocol: Protocol) -> str:
    """The file of a protocol: the same text for the same protocol, nothing written that goes without saying."""
    plain = _plain(protocol)
    head: dict[str, Any] = {name: plain.pop(name) for name in HEAD if name in plain}
    sections = [head, *({name: value} for name, value in plain.items())]
    return "\n".join(_written(section) for section in sections)


def _written(section: dict[str, Any]) -> str:
    return yaml.dump(section, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=WIDTH, default_flow_style=False)


def _plain(part: Part) -> dict[str, Any]:
    fields = type(part).model_fields
    order = sorted(fields, key=lambda name: (_place(name), list(fields).index(name)))
    return {name: _value(getattr(part, name)) for name in order if _says_something(part, name)}


def _place(name: str) -> int:
    if name in FIRST:
        return FIRST.index(name) - len(FIRST)
    return LAST.index(name) + 1 if name in LAST else 0


def _says_something(part: Part, name: str) -> bool:
    field = type(part).model_fields[name]
    return field.is_required() or getattr(part, name) != field.default


def _value(value: Any) -> Any:
    if isinstance(value, Part):
        return _plain(value)
    if isinstance(value, tuple):
        items = [_value(item) for item in value]
        short = all(isinstance(item, (str, int)) for item in items) and len(str(items)) < ON_ONE_LINE
        return _Inline(items) if short else items
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, str):
        return _text(value)
    return value


def _text(text: str) -> str:
    if "\n" in text:
        return _Lines(text)
    return _Folded(text) if len(text) > ON_ONE_LINE else text
