"""One's own open work given to somebody else in one step, and a deputy who takes over from somebody who is away."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.proof import fresh_proof
from partnerships import selectors as partnership_selectors

from ..forms.succession import SuccessionForm, TakeOverForm
from ..moves import NotPermitted, Refused
from ..open_work import of_holder, of_oneself, stands_in_for
from ..services import Person
from ..services.succession import pass_own, take_over
from .acting import viewer_of
from .standing_in import REASON


@fresh_proof
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: HttpRequest, slug: str) -> HttpResponse:
    """What rests on whoever asks, and who takes each of it over."""
    viewer = viewer_of(request)
    charges = of_oneself(viewer.user)
    posted = request.POST if request.method == "POST" and charges else None
    form = SuccessionForm(posted, charges=charges, leaving=(viewer.user.email,))
    context = {"form": form, "charges": charges, "title": "Hand over your open work", "button": "Hand it over", "from": "you"}

    def act() -> int:
        return pass_own(form.named, viewer=viewer, reason=form.cleaned_data["reason"])

    return _ask(request, slug, form, context, act)


@fresh_proof
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def deputise(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """What rests on somebody who is away, for the deputy whom the directory names."""
    viewer = viewer_of(request)
    holder = next((one for one in stands_in_for(viewer.user, day=partnership_selectors.today()) if one.pk == number), None)
    if holder is None:
        raise Http404
    charges = of_holder(holder)
    form = TakeOverForm(request.POST if request.method == "POST" and charges else None, initial={"reason": REASON})
    title = f"Take over from {holder.name}"
    context = {"form": form, "charges": charges, "title": title, "button": "Take it over", "from": holder.name, "holder": holder}

    def act() -> int:
        me = viewer.user
        telephone = next((own.telephone for own in request.memberships if own.telephone), "")  # type: ignore[attr-defined]
        named = [
            (c, Person(side=c.side, role=c.role, name=me.name, email=me.email, telephone=telephone, agency=holder.post.agency))
            for c in charges
        ]
        return take_over(named, holder=holder, viewer=viewer, reason=form.cleaned_data["reason"])

    return _ask(request, slug, form, context, act)


def _ask(request: HttpRequest, slug: str, form: Any, context: dict[str, Any], act: Callable[[], int]) -> HttpResponse:
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                moved = act()
            except NotPermitted as refused:
                raise PermissionDenied(str(refused)) from refused
            except Refused as refused:
                form.add_error(None, str(refused))
                status = 409
            else:
                messages.success(request, f"{moved} disagreement{'' if moved == 1 else 's'} handed over.")
                return redirect("escalation:dashboard", slug)
    return render(request, "escalation/hand_over.html", context, status=status)
