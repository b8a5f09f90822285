"""Is the process alive, and can it work? For load balancers and people on call; says nothing about anybody's data.

May be asked every second: the database is asked one small question each time, and the rest every few seconds at most."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import Error, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from . import findings, looking
from .findings import Part, Status
from .waiting import Lately

EVERY = 5.0
AWAY = "The database does not answer: pages fail."
BEHIND = "Migrations of this release wait to be run: manage.py migrate --database=owner."


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"status": "ok"})


@login_not_required
@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """503 for what makes pages fail: the database, and migrations that this release needs. Anything else is "degraded":
    pages work without it, and what should be told is told when it is back."""
    found = known()
    status = findings.worst(found)
    told = {"status": str(status), "parts": {part.name: _told(part) for part in found}}
    return JsonResponse(told, status=503 if status is Status.DOWN else 200)


def known() -> list[Part]:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        if behind := _behind():
            return [*_vital(), Part("migrations", Status.DOWN, _since("migrations", behind), BEHIND)]
        others = [part for part in _others() if part.name in findings.READY]
    except Error:
        return [Part("database", Status.DOWN, _since("database", True), AWAY)]
    return [*_vital(), Part("migrations", Status.OK, _since("migrations", False), "No migration waits."), *others]


def _vital() -> list[Part]:
    return [Part("database", Status.OK, _since("database", False), "The database answers.")]


_waiting = Lately(lambda: (bool(looking.migrations_waiting()),), seconds=EVERY)
_others = Lately(lambda: findings.parts(looking.facts()), seconds=EVERY)


def _behind() -> bool:
    return _waiting()[0]


_changed: dict[str, tuple[bool, datetime]] = {}


def _since(name: str, wrong: bool) -> datetime:
    """Since when this process has found it so."""
    was = _changed.get(name)
    if was is None or was[0] != wrong:
        was = _changed[name] = wrong, timezone.now()
    return was[1]


def forget() -> None:
    """What this process heard a moment ago."""
    _waiting.forget()
    _others.forget()
    _changed.clear()


def _told(part: Part) -> dict[str, Any]:
    return {"status": str(part.status), "since": part.since and part.since.isoformat(), "sentence": part.sentence}
