"""Is the process alive, and can it work? For load balancers and people on call; says nothing about anybody's data."""

from __future__ import annotations

import socket
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"status": "ok"})


@login_not_required
@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """503 without the database or with migrations to run. A missing broker is only "degraded": pages work without it,
    and what should be told is told when it is back."""
    try:
        executor = MigrationExecutor(connection)
        waiting = bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    except DatabaseError:
        return JsonResponse({"status": "down", "database": "unreachable"}, status=503)
    if waiting:
        return JsonResponse({"status": "down", "database": "migrations are waiting"}, status=503)
    broker = "ok" if broker_listens(settings.REDIS_URL) else "unreachable"
    return JsonResponse({"status": "ok" if broker == "ok" else "degraded", "database": "ok", "broker": broker})


def broker_listens(url: str) -> bool:
    """Whether something listens at the broker's address. No more than that: the web process never speaks to it."""
    address = urlsplit(url)
    try:
        with socket.create_connection((address.hostname or "", address.port or 6379), timeout=1):
            return True
    except OSError:
        return False
