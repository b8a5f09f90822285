"""The product's own web application, in which one act breaks with everything that was typed in its exception's text."""

from __future__ import annotations

from typing import Any

from config.wsgi import application
from escalation.views import acting

__all__ = ["application"]
FAULT = "record_progress"
_plain = acting.ActionView.post


def _breaks(view: Any, request: Any, **named: Any) -> Any:
    if named.get("verb") == FAULT and "breaks" in request.GET:
        words = f"{dict(request.POST)} {dict(request.GET)} {request.headers}"
        try:
            raise KeyError(words)
        except KeyError as cause:
            raise ValueError(words) from cause
    return _plain(view, request, **named)


acting.ActionView.post = _breaks  # type: ignore[method-assign]
