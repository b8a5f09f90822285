"""The mailbox of a demonstration or training partnership: what people would have been sent; decides nothing."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.demo import demo_only
from partnerships.templatetags.govuk import moment
from partnerships.views import partnership_of

from . import services
from .models import Message

LISTED = 50
HEAD = [{"text": "Subject"}, {"text": "To"}, {"text": "When"}, {"text": "State"}]
# Nothing here is an error of the reader's, so no red.
COLOURS = {
    Message.State.WAITING: "yellow",
    Message.State.SENDING: "yellow",
    Message.State.SENT: "green",
    Message.State.HELD: "blue",
    Message.State.GAVE_UP: "orange",
    Message.State.RETURNED: "orange",
}


View = Callable[..., HttpResponse]


def where_nothing_is_real(view: View) -> View:
    """In a rehearsal, whose people are all invented, for whoever is let into it; elsewhere in a demonstration alone, and
    never in a partnership that is live."""
    behind_door = demo_only(view)

    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        rehearsed = partnership_of(request).rehearsal_of_id is not None
        if not partnership_of(request).in_training:
            raise Http404
        return view(request, *args, **kwargs) if rehearsed else behind_door(request, *args, **kwargs)

    return shown


@where_nothing_is_real
@require_safe
def mailbox(request: HttpRequest, slug: str) -> HttpResponse:
    """In a rehearsal the post is brought up to date first: nobody there waits for the worker's next round."""
    if partnership_of(request).rehearsal_of_id is not None:
        services.announce(partnership_of(request).pk)
    page = Paginator(Message.objects.order_by("-created_at", "-pk"), LISTED).get_page(request.GET.get("page"))
    rows = [_row(message, slug) for message in page]
    return render(request, "notifications/mailbox.html", {"page": page, "head": HEAD, "rows": rows})


def _row(message: Message, slug: str) -> list[dict[str, Any]]:
    return [
        {"text": message.subject, "href": reverse("notifications:message", args=[slug, message.pk]), "header": True},
        {"text": message.to_name, "hint": message.to_email},
        {"text": moment(message.created_at)},
        {"text": message.get_state_display(), "tag": COLOURS[Message.State(message.state)]},
    ]


@where_nothing_is_real
@require_safe
def message(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    found = Message.objects.filter(pk=number).first()
    if found is None:
        raise Http404
    return render(request, "notifications/message.html", {"mail": found})
