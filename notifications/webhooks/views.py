"""The pages of a partnership's endpoints for webhooks: which there are, what each was told, a new one, an end.

A secret is on the answer to the very press that made it, and nowhere again: so there is no redirect, and nothing is kept."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.proof import fresh_proof
from partnerships.arrangements import arrangements
from partnerships.doing import PartnershipRefused
from partnerships.models import User
from partnerships.permissions import roles_of, why_not_keep
from partnerships.views import LARGEST, memberships_of, only, partnership_of

from . import keeping, sending
from .forms import AgainForm, EndpointForm
from .kinds import TEST, in_plain_words
from .models import WebhookDelivery, WebhookEndpoint
from .permissions import why_not_tell
from .telling import kept_inside

LISTED = 50
State = WebhookDelivery.State
COLOURS = {
    State.WAITING: "yellow", State.SENDING: "yellow", State.TAKEN: "green", State.HELD: "blue", State.GAVE_UP: "orange",
}  # fmt: skip


def _running(request: HttpRequest, number: int) -> WebhookEndpoint:
    """Another partnership's is not there, nor one that was ended; and a rehearsal tells nobody."""
    _nowhere_rehearsed(request)
    found = WebhookEndpoint.objects.filter(pk=min(number, LARGEST), ended_at=None).select_related("agency", "made_by").first()
    if found is None:
        raise Http404
    return found


def _own(request: HttpRequest, number: int) -> WebhookEndpoint:
    """One that this person may change."""
    found = _running(request, number)
    if refusal := why_not_tell(_roles(request), agency=found.agency):
        raise PermissionDenied(refusal)
    return found


def _nowhere_rehearsed(request: HttpRequest) -> None:
    if partnership_of(request).rehearsal_of_id is not None:
        raise Http404


def _roles(request: HttpRequest) -> frozenset[str]:
    return roles_of(memberships_of(request))


def _who(request: HttpRequest) -> User:
    user: Any = request.user
    person: User = user
    return person


@only(why_not_keep)
@never_cache
@require_safe
def endpoints(request: HttpRequest, slug: str) -> HttpResponse:
    _nowhere_rehearsed(request)
    found = keeping.running()
    lost = keeping.not_delivered()
    context = {"endpoints": [(one, lost.get(one.pk, 0), _not_told(one)) for one in found]}
    return render(request, "notifications/webhooks/list.html", context)


def _not_told(endpoint: WebhookEndpoint) -> bool:
    """An agency's, where the partnership has meanwhile said that agencies do not see."""
    return endpoint.agency_id is not None and not arrangements().agency_sees


@fresh_proof
@only(why_not_keep)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, slug: str) -> HttpResponse:
    _nowhere_rehearsed(request)
    form = EndpointForm(request.POST if request.method == "POST" else None, roles=_roles(request))
    if form.is_valid():
        typed = form.cleaned_data
        try:
            made, secret = keeping.make(name=typed["name"], url=typed["url"], agency=typed["of"], by=_who(request))
            return _page(request, made, secret=secret)
        except PartnershipRefused as refused:
            form.add_error(None, str(refused))
    return render(request, "notifications/webhooks/add.html", {"form": form}, status=422 if form.errors else 200)


@only(why_not_keep)
@never_cache
@require_safe
def endpoint(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    return _page(request, _running(request, number))


def _page(
    request: HttpRequest,
    found: WebhookEndpoint,
    *,
    secret: str = "",
    tried: WebhookDelivery | None = None,
    form: AgainForm | None = None,
) -> HttpResponse:
    rows = WebhookDelivery.objects.filter(endpoint=found).order_by("-pk")
    page = Paginator(rows, LISTED).get_page(request.GET.get("page"))
    context = {
        "endpoint": found,
        "secret": secret,
        "both_sign": found.former_until is not None and found.former_until > timezone.now(),
        "tried": tried,
        "form": form or AgainForm(),
        "page": page,
        "deliveries": [(row, in_plain_words(row.event), COLOURS[State(row.state)], row.event == TEST) for row in page],
        "changes": not why_not_tell(_roles(request), agency=found.agency),
        "not_told": _not_told(found),
        "inside": kept_inside(partnership_of(request)),
    }
    status = 422 if form is not None and form.errors else 200
    return render(request, "notifications/webhooks/one.html", context, status=status)


@fresh_proof
@only(why_not_keep)
@never_cache
@require_POST
def new_secret(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    found = _own(request, number)
    return _page(request, found, secret=keeping.new_secret(found, by=_who(request)))


@only(why_not_keep)
@never_cache
@require_POST
def test(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Nothing changes, so there is nothing to come back from: the answer is the page itself."""
    found = _running(request, number)
    return _page(request, found, tried=sending.test(found, partnership_of(request)))


@only(why_not_keep)
@never_cache
@require_POST
def again(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One delivery, or everything since a moment."""
    found, one = _own(request, number), request.POST.get("delivery", "")
    form = AgainForm(request.POST)
    which: dict[str, Any] | None = {"number": _number(one)} if one else None
    if which is not None:
        form.errors.clear()
    elif not form.is_valid():
        return _page(request, found, form=form)
    try:
        count = keeping.send_again(found, **(which or {"since": form.cleaned_data["since"]}))
    except PartnershipRefused as refused:
        form.add_error(None, str(refused))
        return _page(request, found, form=form)
    if one and not count:
        raise Http404
    said = (
        f"{count} thing{' is' if count == 1 else 's are'} sent again, within a minute."
        if count
        else "Nothing has happened since then, so nothing is sent again."
    )
    messages.success(request, said)
    return redirect("webhooks:one", slug, number)


def _number(typed: str) -> int:
    return min(int(typed), LARGEST) if typed.isascii() and typed.isdigit() and len(typed) < 12 else 0


@fresh_proof
@only(why_not_keep)
@never_cache
@require_POST
def switch_on(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    found = _own(request, number)
    keeping.switch_on(found, by=_who(request))
    messages.success(request, f"{found.name}: told again from now on. To send what it missed, say below since when.")
    return redirect("webhooks:one", slug, number)


@fresh_proof
@only(why_not_keep)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    found = _running(request, number)
    if request.method != "POST":
        return render(request, "notifications/webhooks/end.html", {"endpoint": found})
    keeping.end(found, by=_who(request))
    messages.success(request, f"{found.name}: ended. It is told nothing from now on.")
    return redirect("webhooks:list", slug)
