"""What every page's frame needs: the partnership and the places this person may go."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest


def navigation(request: HttpRequest) -> dict[str, Any]:
    return {"partnership": getattr(request, "partnership", None), "navigation": []}
