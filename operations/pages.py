"""The page of those who run the product: how each part is and what waits where. No content, no reference, nobody's name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from partnerships.models import Partnership

from . import findings, looking, measuring
from .findings import Part, Status
from .models import Heartbeat
from .release import release
from .waiting import KINDS, WORDS, Waits

# What each part is called on the page.
NAMES = {
    "database": "Database", "migrations": "Migrations", "broker": "Broker", "beat": "Beat", "workers": "Workers",
    "sweep": "Sweep of timescales", "notices": "Notices", "account_mail": "Sign-in codes", "mail_settings": "Mail settings",
    "timescales": "Passed timescales", "tasks": "Tasks", "files": "Files", "calendar": "Calendar", "disk": "Disk",
    "backup": "Backup",
}  # fmt: skip
KIND_WORDS = {
    "new": "not tried yet", "away": "nobody answered", "busy": "told to come back later", "ours": "our settings refused",
    "address": "address refused", "message": "e-mail refused", "gave_up": "could not be sent", "returned": "came back",
    "failing": "failing", "switched_off": "switched off",
}  # fmt: skip


@dataclass(frozen=True)
class OfPartnership:
    """What there is to see of one partnership: `failing`, the tasks about it that failed last time, by kind."""

    name: str
    live_since: datetime | None
    waits: list[dict[str, Any]]
    failing: list[Heartbeat]
    swept: datetime | None


@never_cache
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """For operators alone; whoever is none finds nothing here. Their second factor is asked for on every page
    (accounts/proof.py)."""
    if not request.user.is_authenticated or not request.user.is_operator:
        raise Http404
    facts = looking.facts()
    found = [_migrations(), *findings.parts(facts)]
    context = {
        "parts": sorted(({"name": NAMES[part.name], "part": part} for part in found), key=_wrong_first),
        "wrong": sum(part.status is not Status.OK for part in found),
        "partnerships": _partnerships(facts),
        "figures": _figures(facts),
        "at": facts.at,
    }
    return render(request, "operations/home.html", context)


def _wrong_first(row: dict[str, Any]) -> bool:
    return bool(row["part"].status is Status.OK)


def _migrations() -> Part:
    behind = looking.migrations_waiting()
    said = f"Migrations wait to be run: {len(behind)}." if behind else "No migration waits."
    return Part("migrations", Status.DOWN if behind else Status.OK, None, said)


def _partnerships(facts: findings.Facts) -> list[OfPartnership]:
    waits: dict[int, list[Waits]] = {}
    for row in facts.waits:
        waits.setdefault(row.partnership, []).append(row)
    beats: dict[int, list[Heartbeat]] = {}
    for beat in Heartbeat.objects.filter(about__isnull=False).order_by("name"):
        beats.setdefault(beat.about or 0, []).append(beat)
    return [
        OfPartnership(
            name=partnership.name,
            live_since=partnership.live_since,
            waits=[_said(row, facts.at) for row in waits.get(partnership.pk, [])],
            failing=[beat for beat in beats.get(partnership.pk, []) if beat.failing],
            swept=next(
                (beat.ended_at for beat in beats.get(partnership.pk, []) if beat.name == "escalation.note_timescales"), None
            ),
        )
        for partnership in Partnership.objects.filter(rehearsal_of=None).order_by("name")
    ]


def _said(row: Waits, at: datetime) -> dict[str, Any]:
    kind = KIND_WORDS[row.kind] if row.what in KINDS else ""
    age = findings.ago(at - row.since) if row.since else ""
    words = WORDS[row.what]
    return {"words": f"{words[0].upper()}{words[1:]}{f' ({kind})' if kind else ''}", "number": row.number, "age": age}


def _figures(facts: findings.Facts) -> list[tuple[str, str]]:
    database = {name: value for name, (_, value) in measuring.of_the_database().items()}
    oldest = timedelta(seconds=database["database_oldest_transaction_seconds"])
    verified = facts.beats.get("verification", findings.Beats())
    return [
        ("Release", release()),
        ("Deployment", settings.DEPLOYMENT),
        ("Size of the database", _size(database["database_bytes"])),
        ("Connections", f"{database['database_connections']:.0f} of {database['database_connections_max']:.0f}"),
        ("Oldest transaction", findings.ago(oldest)),
        *((f"Room for {name}", f"{_size(free)} of {_size(whole)}") for name, free, whole in facts.disk),
        ("Chronologies last verified", _when(verified, facts.at)),
        ("Last backup", _when(facts.beats.get("backup", findings.Beats()), facts.at)),
    ]


def _when(beats: findings.Beats, at: datetime) -> str:
    said = f"{findings.ago(at - beats.ended)} ago" if beats.ended else "never"
    return f"{said}; the last try failed ({beats.problem})" if beats.failing else said


def _size(number: float) -> str:
    for unit in ("bytes", "KB", "MB", "GB"):
        if number < 1024 or unit == "GB":
            return f"{number:.0f} {unit}" if unit != "GB" else f"{number:.1f} GB"
        number /= 1024
    return ""
