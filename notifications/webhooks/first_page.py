"""What the first page of those who look after the partnership says of systems that are not told, and where to put it right."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from partnerships.permissions import roles_of, why_not_keep

from .models import WebhookDelivery, WebhookEndpoint


def asked(request: HttpRequest) -> dict[str, Any]:
    """A context processor. Worked out only where a page shows it: everybody's other pages ask nothing."""
    if getattr(request, "partnership", None) is None:
        return {}
    return {"systems_not_told": SimpleLazyObject(lambda: _not_told(request))}


def _not_told(request: HttpRequest) -> list[WebhookEndpoint]:
    if why_not_keep(roles_of(request.memberships)):  # type: ignore[attr-defined]
        return []
    given_up = WebhookDelivery.objects.filter(endpoint=OuterRef("pk"), state=WebhookDelivery.State.GAVE_UP, seq__isnull=False)
    wrong = ~Q(switched_off_at=None) | Q(Exists(given_up))
    return list(WebhookEndpoint.objects.filter(wrong, ended_at=None).order_by("name", "pk"))
