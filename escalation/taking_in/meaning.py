"""What the words of an old tracker are called here: agencies, and the steps, categories and the like of each version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from partnerships import selectors
from partnerships.ladder import Position, openings, rung_words
from partnerships.models import Agency, ProtocolVersion
from partnerships.protocol import MAIN, Protocol

from .values import ENDED, HOWS, OPEN, STATES, WITHDRAWN, named, plain

# Of these the office is asked where a word is not known; `AGENCY` is asked for both sides alike.
AGENCY, STEP, CATEGORY, STATUS, URGENCY, STATE, HOW = "agency", "step", "category", "child_status", "urgency", "state", "how"
NOT_SAID = "-"
STATE_NAMES = {OPEN: "Open", ENDED: "Ended", WITHDRAWN: "Withdrawn"}
HOW_NAMES = {"agreed": "The two sides agreed", "decided": "It was decided for them", "settled": "Settled by talking",
             "withdrawn": "Withdrawn"}  # fmt: skip


@dataclass(frozen=True)
class Meaning:
    """Of one kind of word: what each is called here, by key, and by which names it is known."""

    names: Mapping[str, str]
    known: Mapping[str, str]


class Meanings:
    """Read once for a file."""

    def __init__(self) -> None:
        self.versions = sorted(
            (version for version in selectors.published_versions() if version.line == MAIN and version.effective_from),
            key=lambda version: (version.effective_from, version.number),
        )
        self.agencies = {str(agency.pk): agency for agency in Agency.objects.all()}
        self._of_versions = {version.pk: _of(version.protocol) for version in self.versions}
        agencies = {key: agency.name for key, agency in self.agencies.items()}
        self._shared = {
            AGENCY: Meaning(agencies, named((name, key) for key, name in agencies.items())),
            STATE: Meaning(STATE_NAMES, {plain(word): key for word, key in STATES.items()}),
            HOW: Meaning(HOW_NAMES, {plain(word): key for word, key in HOWS.items()}),
        }

    def version_on(self, day: date) -> tuple[ProtocolVersion, bool]:
        """The one in force on that day; before there was any, the first. And whether it was in force."""
        then = [version for version in self.versions if version.effective_from and version.effective_from <= day]
        return (then[-1], True) if then else (self.versions[0], False)

    def of(self, about: str, version: ProtocolVersion) -> Meaning:
        return self._shared[about] if about in self._shared else self._of_versions[version.pk][about]

    def offered(self, about: str) -> dict[str, str]:
        """What can be chosen: of every version, the newest one's names first."""
        if about in self._shared:
            return dict(self._shared[about].names)
        found: dict[str, str] = {}
        for version in reversed(self.versions):
            for key, name in self._of_versions[version.pk][about].names.items():
                found.setdefault(key, name)
        return found

    def known(self, about: str) -> dict[str, str]:
        if about in self._shared:
            return dict(self._shared[about].known)
        found: dict[str, str] = {}
        for version in self.versions:
            found |= self._of_versions[version.pk][about].known
        return found


def position_of(key: str) -> Position:
    stage, _, tier = key.partition(":")
    return Position(stage=stage, tier=int(tier))


def lowest(protocol: Protocol) -> Position:
    return openings(protocol)[0].to


def _of(protocol: Protocol) -> dict[str, Meaning]:
    rungs = [Position(stage=s.key, tier=tier) for s in protocol.ladder for tier in range(1, s.heights + 1)]
    steps = {f"{rung.stage}:{rung.tier}": rung_words(protocol, rung) for rung in rungs}
    called = [(name, key) for key, name in steps.items()]
    for stage in protocol.ladder:
        first = f"{stage.key}:1"
        called.append((stage.name, first))
        if stage.number:
            called += [(f"{word} {stage.number}", first) for word in (protocol.step_word, "stage", "step", "level", "")]
    simple = {
        CATEGORY: {category.key: category.name for category in protocol.categories},
        STATUS: {status.key: status.name for status in protocol.child_statuses},
        URGENCY: {band.key: band.name for band in protocol.urgency_bands},
    }
    found = {about: Meaning(names, named((name, key) for key, name in names.items())) for about, names in simple.items()}
    return {STEP: Meaning(steps, named(called)), **found}
