"""What stays shut to somebody who was invited to one disagreement alone: everything of the partnership that is not named here.

Which disagreements they see is decided where everybody's are, in permissions.py; this must not know any."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from partnerships.program_problem import program_told

from .permissions import Viewer

# By the names of the addresses. What is new is shut until it is written here: it must show nothing but what is asked for
# through `permissions.visible_to`.
OPEN_TO_GUESTS = frozenset(
    {
        "escalation:dashboard",
        "escalation:disagreement",
        "escalation:act",
        "escalation:copy_for_file",
        "escalation:correct",
        "escalation:raised",
        "escalation:mine",
        "escalation:invited",
        "escalation:add_file",
        "escalation:file",
        "escalation:remove_file",
        "notifications:mailbox",
        "notifications:message",
        "partnerships:theme",
        "partnerships:protocol",
        "partnerships:protocol_version",
        "partnerships:words",
    }
)
SENTENCE = (
    "You were invited to one disagreement, and this page is about more than that. It is for those who work in the partnership."
)


class GuestMiddleware:
    """Inside the partnership's scope, before any view of it runs."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        memberships = getattr(request, "memberships", None)
        match = request.resolver_match
        if not memberships or match is None or not Viewer.of(request.user, memberships).is_guest:  # type: ignore[arg-type]
            return None
        if match.view_name in OPEN_TO_GUESTS:
            return None
        if getattr(request, "by_token", False):
            return program_told(403, "Not permitted", SENTENCE)
        raise PermissionDenied(SENTENCE)
