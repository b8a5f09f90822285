"""A request as the middleware hands it to a template, for rendering parts of pages without a server."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.fallback import FallbackStorage
from django.http import HttpRequest
from django.test import RequestFactory


def request(address: str = "/") -> HttpRequest:
    made = RequestFactory().get(address)
    made.csp_nonce = "n0nce"  # type: ignore[attr-defined]
    made.user = AnonymousUser()
    made.session = {}  # type: ignore[assignment]
    made._messages = FallbackStorage(made)  # type: ignore[attr-defined]
    return made
