"""The rules of a protocol one by one, each with its path, and which of them are assumed; knows no row."""

from __future__ import annotations

from collections.abc import Iterator

from .protocol import Part, Protocol, Rule


def rules(part: Part, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Rule]]:
    """Every rule inside a part with the path to it, in the document's order."""
    if isinstance(part, Rule):
        yield path, part
    for name in type(part).model_fields:
        value = getattr(part, name)
        if isinstance(value, Part):
            yield from rules(value, (*path, name))
        elif isinstance(value, tuple):
            for number, item in enumerate(value):
                if isinstance(item, Part):
                    yield from rules(item, (*path, name, number))


def path_words(path: tuple[str | int, ...]) -> str:
    return ".".join(str(step) for step in path)


def assumptions(protocol: Protocol) -> tuple[tuple[str, Rule], ...]:
    """What the document does not give: (path, rule) of each; going live needs every one confirmed by a named person."""
    return tuple((path_words(path), rule) for path, rule in rules(protocol) if rule.assumption)
