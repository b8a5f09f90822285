"""The page for who tries too often: when to try again, and whom to telephone meanwhile."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import get_adapter
from allauth.core.internal.ratelimit import get_cache_key, parse_rates
from django.core.cache import cache
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from partnerships.languages import spoken

ANYHOW = timedelta(minutes=5)
COUNTED = frozenset({"too_many_login_attempts", "rate_limited"})


def too_many(request: HttpRequest) -> HttpResponse:
    """429. Used by the sign-in package (as `handler429` of config.urls) and by our own pages."""
    again = _free_at(request)
    minutes = max(1, math.ceil((again.timestamp() - time.time()) / 60))
    with spoken(request):
        response = render(request, "429.html", {"again": again, "minutes": minutes}, status=HTTPStatus.TOO_MANY_REQUESTS)
    response["Retry-After"] = str(minutes * 60)
    response["Cache-Control"] = "no-store"
    return response


def counted_out(form: BaseForm) -> bool:
    """Whether a form was refused for being sent too often, and for nothing else that can be put right on it."""
    return any(error.code in COUNTED for errors in form.errors.as_data().values() for error in errors)


class TooManyIsAPage:
    """For the sign-in package's forms, which would say so in a line above what was typed."""

    request: HttpRequest

    def form_invalid(self, form: Any) -> HttpResponse:
        if counted_out(form):
            return too_many(self.request)
        response: HttpResponse = super().form_invalid(form)  # type: ignore[misc]
        return response


def _free_at(request: HttpRequest) -> datetime:
    """When every limit that is used up has room again, to the minute above."""
    now = time.time()
    free = max(_used_up(request, now), default=now + ANYHOW.total_seconds())
    return datetime.fromtimestamp(math.ceil(free / 60) * 60, tz=UTC)


def _used_up(request: HttpRequest, now: float) -> Iterator[float]:
    for action, rates in app_settings.RATE_LIMITS.items():
        for rate in parse_rates(rates):
            for key in _keys(request) if rate.per == "key" else [None]:
                if rate.per == "user" and not request.user.is_authenticated:
                    continue
                name = get_cache_key(request, app="allauth.account", action=action, rate=rate, key=key)
                tried = [at for at in cache.get(name, []) if at > now - rate.duration]
                if len(tried) >= rate.amount:
                    yield min(tried) + rate.duration


def _keys(request: HttpRequest) -> list[str]:
    """By what the package counts one person's tries: the address that was typed, or who is half signed in."""
    typed = request.POST.get("email") or request.POST.get("login") or ""
    keys = [typed.lower(), get_adapter()._get_login_attempts_cache_key(request, email=typed)]
    stage = getattr(request, "_login_stage", None)
    person: Any = stage.login.user if stage is not None else request.user
    return [*keys, *([f"mfa-auth-user-{person.pk}", str(person.email)] if getattr(person, "pk", None) else [])]
