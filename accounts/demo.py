"""The lock on the demonstration's doors; a system check refuses to open them outside demo and training deployments."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse

View = Callable[..., HttpResponse]


def demo_only(view: View) -> View:
    """404, as for a page that does not exist, unless this is a demonstration."""

    @wraps(view)
    def behind_door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not settings.DEMO_DOORS:
            raise Http404
        return view(request, *args, **kwargs)

    return behind_door
