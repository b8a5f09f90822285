"""A problem's sentence as an administrator reads it: names for keys, and the words of the form for those of the file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ..protocol import Part, Protocol
from ..protocol_phrases import ASKED_WORDS, EVENT_WORDS
from ..protocol_problems import Problem
from ..protocol_problems.names import WORDS
from ..protocol_terms import Asked, Event
from .forms_fields import Choosing
from .parts import models, said, shape_of
from .parts_choices import choices_of
from .places import LISTS
from .sections_remedies import REMEDIES

# 'Stage "stage_2"', 'role "lead"': what the file calls a part, and its key.
NAMED = re.compile(
    rf'\b({"|".join(sorted(set(WORDS.values()), key=len, reverse=True))}|panel) "([a-z][a-z0-9_]*)"', re.IGNORECASE
)
LIST_OF = {word: name for name, word in WORDS.items()} | {"panel": "side_processes"}
EVENTS = re.compile(
    r"\b(" + "|".join(sorted((event.value for event in Event if "_" in event.value), key=len, reverse=True)) + r")\b"
)
# What stands in quotation marks has been said in words already, or is somebody's own.
FIELD = re.compile(r"“[^”]*”|\b([a-z]+(?:_[a-z]+)+)(: true|: false)?\b|\b([a-z]+)(: true|: false)\b")
HAPPENS = re.compile(r": ([a-z_]+(?: or [a-z_]+)*) cannot happen")
MEANT = re.compile(r'Did you mean "([a-z][a-z0-9_]*)"')
UNDER = re.compile(r"\bunder (on|to|acts|by|stages|panel)\b")
# A mark of sections_remedies: <Part.field>, <one:Part.field=word>, <key:x>, <role:x>, <asked:x>.
TOKEN = re.compile(r"<(?:(?P<sort>one|key|role|asked):)?(?P<what>[\w.]+)(?:=(?P<word>\w+))?>")
MODELS = {model.__name__: model for model in models()}
# The product's word for a step; what somebody has named stands in quotation marks and keeps.
STEP = re.compile(r"“[^”]*”|\"[^\"]*\"|\b([Ss]tages?)\b")


def plainly(problem: Problem, protocol: Protocol, choosing: Choosing) -> str:
    """The sentence in the words of the pages. What is not recognised stays as it is."""
    labels = dict(_labels(problem, choosing))
    text = problem.sentence
    for written, meant in REMEDIES:
        text = re.sub(written, meant, text)
    text = TOKEN.sub(lambda found: _worded(found, protocol, choosing), text)
    text = NAMED.sub(lambda found: _named(found, protocol, choosing), text)
    text = MEANT.sub(lambda found: f"Did you mean “{_called(found[1], protocol, choosing)}”", text)
    text = HAPPENS.sub(lambda found: f": {_events(found[1], choosing)} cannot happen", text)
    text = UNDER.sub(lambda found: f"under “{labels.get(found[1], found[1])}”", text)
    text = FIELD.sub(lambda found: _field(found, labels), text)
    text = EVENTS.sub(lambda found: _events(found[1], choosing), text)
    return STEP.sub(lambda found: found[0] if found[1] is None else _step(found[1], choosing), text)


def plain_sentences(protocol: Protocol, problems: Iterable[Problem]) -> list[str]:
    """What is wrong with a draft, for the pages that list it away from its forms."""
    choosing = Choosing(protocol)
    return [plainly(problem, protocol, choosing) for problem in problems]


def _worded(found: re.Match[str], protocol: Protocol, choosing: Choosing) -> str:
    """One mark of a remedy, as the form says it; a mark that stands for nothing stays as it is."""
    sort, what, word = found["sort"], found["what"], found["word"]
    said_so: str | None = None
    if sort == "key":
        said_so = _called(what, protocol, choosing)
    elif sort == "role":
        offered = dict(choosing.named("recipients"))
        said_so = offered.get(what, _called(what.rpartition(".")[2], protocol, choosing))
    elif sort == "asked":
        said_so = ASKED_WORDS[Asked(what)] if what in set(Asked) else what
    elif (model := MODELS.get(what.partition(".")[0])) is not None:
        name = what.partition(".")[2]
        label = choosing.words(said(model, name).label).rstrip("?")
        said_so = _choice(model, name, word, choosing) if sort == "one" else label
    return found[0] if said_so is None else f"“{said_so}”"


def _choice(model: type[Part], name: str, word: str, choosing: Choosing) -> str:
    shape, words = shape_of(model.model_fields[name]), said(model, name)
    offered = dict(words.words) or dict(choices_of(shape.holds, step=choosing.step))
    return choosing.words(offered.get(word, word))


def _step(word: str, choosing: Choosing) -> str:
    own = choosing.words("{Steps}" if word[0].isupper() else "{steps}")
    return own if word.endswith("s") else own[:-1]


def _events(words: str, choosing: Choosing) -> str:
    """ "raised or stage_opened" as what happens then."""
    known = {event.value: f"“{phrase.format(step=choosing.step)}”" for event, phrase in EVENT_WORDS.items()}
    return " or ".join(known.get(word, word) for word in words.split(" or "))


def _called(key: str, protocol: Protocol, choosing: Choosing) -> str:
    """What is called by a key, whichever list it is of; the key itself where that is not plain."""
    parts = [part for name in LISTS for part in getattr(protocol, name) if getattr(part, "key", None) == key]
    return choosing.name_of(parts[0]) if len(parts) == 1 else key


def _named(found: re.Match[str], protocol: Protocol, choosing: Choosing) -> str:
    name = LIST_OF[found[1].lower()]
    part = next((part for part in getattr(protocol, name, ()) if getattr(part, "key", None) == found[2]), None)
    word = choosing.words(said(Protocol, name).one) if name in LISTS else found[1]
    word = word[:1].upper() + word[1:] if found[1][:1].isupper() else word
    called = getattr(part, "name", "") or (choosing.name_of(part) if part else found[2])
    return f"{word} “{called}”"


def _field(found: re.Match[str], labels: dict[str, str]) -> str:
    label = labels.get(found[1] or found[3] or "")
    if label is None:
        return found[0]
    ticked = {": true": " (ticked)", ": false": " (not ticked)"}.get(found[2] or found[4] or "", "")
    return f"“{label}”{ticked}"


def _labels(problem: Problem, choosing: Choosing) -> Iterator[tuple[str, str]]:
    """Field names and their labels: of every part, and last of the part that the problem is about, which counts."""
    around: list[type[Part]] = [*LISTS.values()]
    own = LISTS.get(str(problem.path[0])) if problem.path else None
    for model in [*around, *([own] if own else [])]:
        yield from _of(model, choosing)


def _of(model: type[Part], choosing: Choosing) -> Iterator[tuple[str, str]]:
    for name, field in model.model_fields.items():
        inner = shape_of(field).part
        if inner is not None and inner is not model:
            yield from _of(inner, choosing)
        yield name, choosing.words(said(model, name).label).rstrip("?")
