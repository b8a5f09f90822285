"""A protocol from and to the text of its file, with every problem named by its line; knows no folder and no database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .protocol import Protocol
from .protocol_problems import Path, Problem, problems_with
from .protocol_shape import MOST_SAID, Fit, fit
from .protocol_writing import write_protocol
from .protocol_yaml import parse

LARGEST = 512 * 1024


@dataclass(frozen=True)
class FileProblem:
    """What is wrong where, and what to write instead."""

    file: str
    line: int
    path: Path
    sentence: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}: {self.sentence}"


@dataclass(frozen=True)
class Reading:
    """Either a protocol that can work, or the reasons why there is none. Never both, so that a broken file changes nothing."""

    protocol: Protocol | None
    problems: tuple[FileProblem, ...]


def read_protocol(text: str | bytes, *, name: str) -> Reading:
    """Read the file called `name`. It never raises: whatever is wrong with it comes back, all at once and in its order."""
    decoded = _decoded(text)
    if isinstance(decoded, tuple):
        line, sentence = decoded
        return Reading(None, (FileProblem(name, line, (), sentence),))
    parsed = parse(decoded)
    found = [FileProblem(name, problem.line, problem.path, problem.sentence) for problem in parsed.problems]
    if not parsed.complete:
        return _reading(None, found, name, more=0)
    fitted = fit(parsed.data)
    wrong = [(misfit.path, misfit.sentence) for misfit in fitted.misfits]
    wrong += [(problem.path, problem.sentence) for problem in _further(fitted)]
    found += [FileProblem(name, parsed.line_of(path), path, sentence) for path, sentence in wrong]
    return _reading(fitted.protocol, found, name, more=fitted.more)


def _decoded(text: str | bytes) -> str | tuple[int, str]:
    """The text, or the line and the sentence why it is none."""
    raw = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    if len(raw) > LARGEST:
        return 1, f"The file is larger than {LARGEST // 1024} kB. A protocol is a few dozen; is this the right file?"
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return raw.count(b"\n", 0, error.start) + 1, "The file is not text in UTF-8 from here on. Save it as UTF-8."


def _further(fitted: Fit) -> Iterator[Problem]:
    """What would stop the protocol from working. Nothing is said of a part that does not fit yet: it has been guessed."""
    if fitted.protocol is None:
        return
    guessed = {misfit.path[:length] for misfit in fitted.misfits for length in (1, 2)}
    for problem in problems_with(fitted.protocol):
        if problem.path[:2] not in guessed:
            yield problem


def _reading(protocol: Protocol | None, found: list[FileProblem], name: str, *, more: int) -> Reading:
    if not found:
        return Reading(protocol, ())
    # The same thing twice on one line is said once.
    once = {(problem.line, problem.sentence): problem for problem in reversed(found)}
    ordered = [once[place] for place in sorted(once)]
    more += len(ordered[MOST_SAID:])
    if more:
        last = ordered[:MOST_SAID][-1].line
        ordered[MOST_SAID:] = [FileProblem(name, last, (), f"There are {more:,} more problems. Put these right first.")]
    return Reading(None, tuple(ordered))


__all__ = ["FileProblem", "Reading", "read_protocol", "write_protocol"]
