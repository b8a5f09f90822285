"""What is well and what is not, as values: each part with its state, since when, a sentence, and where to read what to do.

Judges facts that it is given; asks neither database nor broker, and reads no clock. Thresholds have their one home here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from .waiting import Waits, oldest

PAGE = "docs/operations/watch.md"


class Status(StrEnum):
    OK = "ok"
    DEGRADED = "degraded"  # pages work, and something else does not
    DOWN = "down"  # pages fail


@dataclass(frozen=True)
class Part:
    """`since`: since when it is so, where that is known. `see`: the heading in docs/operations/watch.md."""

    name: str
    status: Status
    since: datetime | None
    sentence: str

    @property
    def see(self) -> str:
        return f"{PAGE}#{self.name.replace('_', '-')}"


@dataclass(frozen=True)
class Beats:
    """One heartbeat, as far as it is judged."""

    ended: datetime | None = None
    failed: datetime | None = None
    problem: str = ""

    @property
    def failing(self) -> bool:
        return self.failed is not None and (self.ended is None or self.failed > self.ended)


@dataclass(frozen=True)
class Facts:
    """What is known of the installation at one moment. `beats` by name, of no partnership in particular; `of_partnerships`:
    how many tasks about single partnerships failed last. `disk`: folder, free bytes, bytes in all."""

    at: datetime
    broker: bool
    beats: Mapping[str, Beats]
    waits: tuple[Waits, ...] = ()
    account_mail_since: datetime | None = None
    calendar_ends: date | None = None
    disk: tuple[tuple[str, int, int], ...] = ()
    of_partnerships: int = 0
    backups_wanted: bool = False
    tick: timedelta = timedelta(seconds=30)
    workers: datetime | None = None
    extra: Mapping[str, object] = field(default_factory=dict)


BEAT_SILENT = timedelta(minutes=3)
WORKERS_SILENT = timedelta(minutes=3)
SWEEP_LATE = timedelta(minutes=10)
UNTOLD = timedelta(minutes=15)
ACCOUNT_MAIL_LATE = timedelta(minutes=5)
FILES_WAIT = timedelta(hours=1)
# The longest timescales that anybody wrote are months; a year ahead leaves time to load the next one.
CALENDAR_LEFT = timedelta(days=365)
BACKUP_AGE = timedelta(hours=26)
DISK_FREE, DISK_SHARE = 1024**3, 0.05
SWEEP = "escalation.note_timescales_everywhere"


def parts(facts: Facts) -> list[Part]:
    """All but the database and its migrations, without which there are no facts."""
    return [
        _broker(facts), _beat(facts), _workers(facts), _sweep(facts), _notices(facts), _account_mail(facts),
        _mail_settings(facts), _not_noted(facts), _tasks(facts), _files(facts), _calendar(facts), _disk(facts), _backup(facts),
    ]  # fmt: skip


# What a load balancer and whoever is on call hear at /readyz; the rest is for operators.
READY = ("broker", "beat", "notices", "calendar")


def worst(found: Iterable[Part]) -> Status:
    order = (Status.OK, Status.DEGRADED, Status.DOWN)
    return max((part.status for part in found), key=order.index, default=Status.OK)


def ago(delta: timedelta) -> str:
    """ "5 minutes": the largest whole unit."""
    seconds = max(0, int(delta.total_seconds()))
    for size, name in ((86_400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= 2 * size or (seconds >= size and size == 60):
            number = seconds // size
            return f"{number} {name}{'' if number == 1 else 's'}"
    return f"{seconds} second{'' if seconds == 1 else 's'}"


def _said(name: str, good: bool, since: datetime | None, well: str, ill: str) -> Part:
    return Part(name, Status.OK if good else Status.DEGRADED, since, well if good else ill)


def _late(facts: Facts, since: datetime | None, limit: timedelta) -> bool:
    return since is not None and facts.at - since > limit


def _broker(facts: Facts) -> Part:
    beat = facts.beats.get("beat", Beats())
    return _said(
        "broker", facts.broker, None if facts.broker else beat.ended, "Something listens at the broker's address.",
        "Nobody listens at the broker's address: pages work, and nothing is noted or sent until it is back.",
    )  # fmt: skip


def _life(facts: Facts, name: str, last: datetime | None, limit: timedelta, what: str) -> Part:
    if last is None:
        return Part(name, Status.DEGRADED, None, f"{what} has never been done here, as far as this database knows.")
    good = abs(facts.at - last) <= limit  # what was done in what is still to come was done by a clock that is wrong
    return _said(
        name, good, last, f"{what} was last done {ago(facts.at - last)} ago.",
        f"{what} was last done {ago(facts.at - last)} ago. Longer than {ago(limit)} is too long.",
    )  # fmt: skip


def _beat(facts: Facts) -> Part:
    return _life(facts, "beat", facts.beats.get("beat", Beats()).ended, BEAT_SILENT, "Handing tasks to the workers")


def _workers(facts: Facts) -> Part:
    return _life(facts, "workers", facts.workers, WORKERS_SILENT, "A worker's task")


def _sweep(facts: Facts) -> Part:
    limit = max(SWEEP_LATE, 3 * facts.tick)
    return _life(facts, "sweep", facts.beats.get(SWEEP, Beats()).ended, limit, "Looking for passed timescales")


def _notices(facts: Facts) -> Part:
    since = oldest(facts.waits, "announce", "mail")
    return _said(
        "notices", not _late(facts, since, UNTOLD), since,
        "Nothing that should be told waits for long." if since else "Everything that should be told has been sent.",
        f"The oldest unsent notice has waited {ago(facts.at - since) if since else ''}.",
    )  # fmt: skip


def _account_mail(facts: Facts) -> Part:
    since = facts.account_mail_since
    return _said(
        "account_mail", not _late(facts, since, ACCOUNT_MAIL_LATE), since, "Sign-in codes leave within minutes.",
        f"A sign-in code has waited {ago(facts.at - since) if since else ''}: people cannot sign in.",
    )  # fmt: skip


def _mail_settings(facts: Facts) -> Part:
    ours = [row for row in facts.waits if row.what == "mail" and row.kind == "ours"]
    number = sum(row.number for row in ours)
    return _said(
        "mail_settings", not ours, oldest(ours, "mail"), "No mail server refuses our own settings.",
        f"E-mails wait because a mail server, or GOV.UK Notify, does not accept our settings: {number}.",
    )  # fmt: skip


def _not_noted(facts: Facts) -> Part:
    since = oldest(facts.waits, "timescales")
    number = sum(row.number for row in facts.waits if row.what == "timescales")
    return _said(
        "timescales", not _late(facts, since, UNTOLD), since, "No passed timescale waits for long to be noted.",
        f"Passed timescales that nobody has noted: {number}; the oldest passed {ago(facts.at - since) if since else ''} ago.",
    )  # fmt: skip


def _tasks(facts: Facts) -> Part:
    failing = {name: beat for name, beat in facts.beats.items() if beat.failing and name not in ("backup", "verification")}
    since = min((beat.failed for beat in failing.values() if beat.failed), default=None)
    named = ", ".join(f"{name} ({beat.problem})" for name, beat in sorted(failing.items()))
    said = [f"Tasks that failed last time: {named}."] if failing else []
    if facts.of_partnerships:
        said.append(f"Tasks about single partnerships that failed last time: {facts.of_partnerships}.")
    return _said("tasks", not said, since, "No task failed the last time that it ran.", " ".join(said))


def _files(facts: Facts) -> Part:
    since = oldest(facts.waits, "files")
    return _said(
        "files", not _late(facts, since, FILES_WAIT), since, "No file waits long for the virus scanner.",
        f"A file has waited {ago(facts.at - since) if since else ''} for the virus scanner, and cannot be opened meanwhile.",
    )  # fmt: skip


def _calendar(facts: Facts) -> Part:
    ends = facts.calendar_ends
    if ends is None:
        return Part("calendar", Status.DEGRADED, None, "No bank holiday is loaded: every timescale is counted wrongly.")
    good = ends - facts.at.date() >= CALENDAR_LEFT
    return _said(
        "calendar", good, None, f"Bank holidays are loaded until {ends:%-d %B %Y}.",
        f"Bank holidays are loaded until {ends:%-d %B %Y} only: beyond, timescales are counted as if there were none.",
    )  # fmt: skip


def _disk(facts: Facts) -> Part:
    full = [(folder, free) for folder, free, whole in facts.disk if free < DISK_FREE or free < whole * DISK_SHARE]
    named = ", ".join(f"{folder} ({free // 1024**2} MB left)" for folder, free in full)
    return _said("disk", not full, None, "There is room where files and mail are kept.", f"Nearly no room is left: {named}.")


def _backup(facts: Facts) -> Part:
    last = facts.beats.get("backup", Beats())
    if last.ended is None:
        return _said(
            "backup", not facts.backups_wanted, None, "No backup was ever made: this installation is no real one.",
            "No backup was ever made.",
        )  # fmt: skip
    said = f"The last backup ended {ago(facts.at - last.ended)} ago."
    good = not _late(facts, last.ended, BACKUP_AGE) and not last.failing
    return _said("backup", good, last.ended, said, f"{said} {'The one after it failed.' if last.failing else 'It is too old.'}")
