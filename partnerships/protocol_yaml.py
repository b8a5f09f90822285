"""A YAML text as plain data with the line of every part; takes the plain half of YAML only and knows no protocol.

Left out on purpose: anchors and aliases (with which a small file can grow without end), tags (which name types of a
program) and the words that YAML 1.1 takes for true and false ("on" is the name of one of our fields).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

from .protocol_problems import Path
from .protocol_problems.people import unprintable

Scalar = str | int | bool | None
Data = Scalar | list["Data"] | dict[str, "Data"]

DEEPEST = 12
MOST_NODES = 20_000
MOST_LISTED = 20
NAMED_VALUES: dict[str, bool | None] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
WHOLE_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,14})")
# What the parser says, and what a person can do about it.
ADVICE = {
    "mapping values are not allowed": 'A colon too many, or wrong indentation. Put text that holds ": " in quotes.',
    "'\\t'": "There is a tab here. Indent with spaces.",
    "cannot start any token": "A value cannot begin with this character. Put the text in quotes.",
    "expected ',' or": (
        "A list in brackets is not closed, a comma is missing between two of its items, or a text with a question mark, a comma "
        "or a colon stands in it without quotes."
    ),
    "end of stream": "A quotation mark or bracket is opened and never closed.",
    "could not find expected ':'": 'A name without a colon. Write "name: value".',
    "expected <block end>": (
        "The indentation does not fit the lines above. Begin each item of a list, and each name of a part, in the same column."
    ),
    "expected the node content": "A value is expected here. Write one, or take out what stands before it.",
    "escape": "After a backslash in double quotes only certain letters may follow. Use single quotes, or write it twice.",
    "sequence entries are not allowed": 'A list cannot begin here. Begin it on a line of its own, each item with "- ".',
}
# Of these the beginning is what a person must find, not the place where it was noticed.
LEFT_OPEN = ("expected ',' or", "could not find expected ':'", "end of stream")


@dataclass(frozen=True)
class YamlProblem:
    line: int
    path: Path
    sentence: str


@dataclass
class Parsed:
    """`data` is None where the text could not be read to its end."""

    data: Data = None
    complete: bool = False
    lines: dict[Path, int] = field(default_factory=lambda: {(): 1})
    problems: list[YamlProblem] = field(default_factory=list)

    def line_of(self, path: Path) -> int:
        """The line of a path, or of the nearest part around it that has one."""
        return next(self.lines[path[:n]] for n in range(len(path), -1, -1) if path[:n] in self.lines)

    def report(self, line: int, path: Path, sentence: str) -> None:
        self.problems.append(YamlProblem(line, path, sentence))


@dataclass
class _Open:
    """A list or part that has begun and not ended. `name` is the name whose value comes next."""

    holds: list[Data] | dict[str, Data]
    path: Path
    name: str | None = None
    keep: bool = True
    is_name: bool = False


class _Stop(Exception):
    """Nothing sensible can be read from here on."""


def parse(text: str) -> Parsed:
    """Read a text. It never raises: whatever is wrong is in `problems`, with its line."""
    parsed = Parsed()
    if _strange_characters(text, parsed):
        return parsed
    reader = _Reader(parsed)
    try:
        for event in _events(text):
            reader.take(event)
        parsed.complete = True
    except _Stop:
        pass
    except yaml.MarkedYAMLError as error:
        told = f"{error.context or ''} {error.problem or ''}"
        mark = error.context_mark if any(words in told for words in LEFT_OPEN) else error.problem_mark
        parsed.report(mark.line + 1 if mark else reader.line, (), _advice(told))
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        # The parser itself stumbles over some escapes and numbers; the last line it reached is near enough.
        parsed.report(reader.line, (), _advice(str(error)))
    return parsed


def _strange_characters(text: str, parsed: Parsed) -> bool:
    for number, line in enumerate(text.split("\n"), start=1):
        found = unprintable(line.rstrip("\r"))
        if found and len(parsed.problems) < MOST_LISTED:
            parsed.report(number, (), f"This line holds a character that cannot be shown ({found}). Take it out.")
    return bool(parsed.problems)


def _events(text: str) -> Iterator[yaml.Event]:
    return yaml.parse(text, Loader=yaml.SafeLoader)


def _advice(said: str) -> str:
    known = (advice for words, advice in ADVICE.items() if words in said)
    return next(
        known, "This cannot be read as YAML. Look at the indentation, the quotation marks and the colons here and just above."
    )


class _Reader:
    """Builds the data from the parser's events, one by one and without calling itself, so that depth costs nothing."""

    def __init__(self, parsed: Parsed) -> None:
        self.parsed = parsed
        self.open: list[_Open] = []
        self.nodes = 0
        self.documents = 0
        self.line = 1

    def take(self, event: yaml.Event) -> None:
        self.line = event.start_mark.line + 1 if event.start_mark else self.line
        if isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                self.parsed.report(self.line, (), 'A file holds one protocol. Take out the line "---" and what follows it.')
                raise _Stop
        elif isinstance(event, yaml.CollectionEndEvent):
            self._end(self.open.pop())
        elif isinstance(event, yaml.NodeEvent):
            self._node(event)

    def _node(self, event: yaml.NodeEvent) -> None:
        self.nodes += 1
        if self.nodes > MOST_NODES:
            self.parsed.report(self.line, (), f"No protocol has more than {MOST_NODES:,} parts. Is this the right file?")
            raise _Stop
        path = self._path()
        if self.open and self.open[-1].name is None and isinstance(self.open[-1].holds, dict):
            self._name(event)
            return
        self.parsed.lines.setdefault(path, self.line)
        self._refuse_cleverness(event, path)
        if isinstance(event, yaml.ScalarEvent):
            self._put(self._scalar(event, path))
        elif isinstance(event, yaml.AliasEvent):
            self._put(None)
        else:
            self._begin([] if isinstance(event, yaml.SequenceStartEvent) else {}, path)

    def _path(self) -> Path:
        if not self.open:
            return ()
        around = self.open[-1]
        return (*around.path, len(around.holds) if isinstance(around.holds, list) else around.name or "")

    def _name(self, event: yaml.NodeEvent) -> None:
        """The name of a field. The line of the name, not of its value, is what a person looks for."""
        part = self.open[-1]
        self._refuse_cleverness(event, part.path)
        if not isinstance(event, yaml.ScalarEvent):
            self.parsed.report(self.line, part.path, 'The name of a field is expected here. Write "name: value".')
            part.name, part.keep = "", False
            if isinstance(event, yaml.CollectionStartEvent):
                self._begin([] if isinstance(event, yaml.SequenceStartEvent) else {}, part.path, is_name=True)
            return
        name = self._clean(event.value, part.path)
        part.name, part.keep = name, name not in part.holds
        first = self.parsed.lines.setdefault((*part.path, name), self.line)
        if not part.keep:
            self.parsed.report(
                self.line,
                (*part.path, name),
                f'"{name[:60]}" is given twice, first on line {first}. Join the two, or take one out.',
            )

    def _begin(self, holds: list[Data] | dict[str, Data], path: Path, *, is_name: bool = False) -> None:
        if len(self.open) >= DEEPEST:
            self.parsed.report(
                self.line, path, f"Parts stand inside each other more than {DEEPEST} deep. Take some brackets out."
            )
            raise _Stop
        self.open.append(_Open(holds, path, is_name=is_name))

    def _end(self, ended: _Open) -> None:
        if not ended.is_name:
            self._put(ended.holds)

    def _put(self, value: Data) -> None:
        if not self.open:
            self.parsed.data = value
            return
        around = self.open[-1]
        if isinstance(around.holds, list):
            around.holds.append(value)
        else:
            if around.keep:
                around.holds[around.name or ""] = value
            around.name, around.keep = None, True

    def _scalar(self, event: yaml.ScalarEvent, path: Path) -> Scalar:
        value = self._clean(event.value, path)
        if event.style is not None or not event.implicit[0]:
            return value
        if value in NAMED_VALUES:
            return NAMED_VALUES[value]
        return int(value) if WHOLE_NUMBER.fullmatch(value) else value

    def _clean(self, text: str, path: Path) -> str:
        """Escapes can write what the file itself may not hold."""
        if (found := unprintable(text)) is None:
            return text
        self.parsed.report(self.line, path, f"This text holds a character that cannot be shown ({found}). Take it out.")
        return "".join(letter for letter in text if unprintable(letter) is None)

    def _refuse_cleverness(self, event: yaml.NodeEvent, path: Path) -> None:
        anchor = (event.anchor or "")[:40]
        if isinstance(event, yaml.AliasEvent):
            self.parsed.report(self.line, path, f'"*{anchor}" repeats another part. Write that part out again instead.')
        elif anchor:
            self.parsed.report(self.line, path, f'"&{anchor}" names a part for repeating. Take it out.')
        if getattr(event, "tag", None):
            self.parsed.report(
                self.line, path, "This value says of which type it is (with !). Take that out and write the value alone."
            )
