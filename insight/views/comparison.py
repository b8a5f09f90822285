"""Comparison with other partnerships by kind of step: what both agreed to show, and agreeing, renewing and taking it back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.proof import fresh_proof
from escalation.views.acting import viewer_of
from partnerships import selectors as partnership_selectors
from partnerships.scope import present

from .. import comparing
from ..forms import AgreeForm
from ..permissions import may_look_behind


def _office(request: HttpRequest) -> Any:
    viewer = viewer_of(request)
    if not (verdict := may_look_behind(viewer)):
        raise PermissionDenied(verdict.sentence)
    return viewer


@never_cache
@require_safe
def comparison(request: HttpRequest, slug: str) -> HttpResponse:
    _office(request)
    partnership = request.partnership  # type: ignore[attr-defined]
    today = partnership_selectors.today()
    found = comparing.compared(partnership, today=today)
    tables = [
        (
            table.words,
            [{"text": "Highest kind of step reached"}, *({"text": name, "numeric": True} for name in table.partnerships)],
            [
                [{"text": name, "header": True}, *({"text": shown, "nought": False} for shown in numbers)]
                for name, numbers in table.rows
            ],
        )
        for table in found.tables
    ]
    may_be_asked = bool(comparing.may_be_asked(partnership))
    context = {"found": found, "tables": tables, "may_be_asked": may_be_asked, "until": comparing.until(today)}
    return render(request, "insight/comparison.html", context)


@never_cache
@fresh_proof
@require_http_methods(["GET", "HEAD", "POST"])
def agree(request: HttpRequest, slug: str) -> HttpResponse:
    """It lets numbers out of the partnership, so it wants fresh proof of who asks."""
    viewer = _office(request)
    others = comparing.may_be_asked(request.partnership)  # type: ignore[attr-defined]
    asked = {"other": request.GET.get("with", "")}
    form = AgreeForm(request.POST if request.method == "POST" else None, others=others, initial=asked)
    if form.is_bound and form.is_valid():
        other = form.others[form.cleaned_data["other"]]
        with transaction.atomic():
            comparing.agree(other, by=viewer.user, at=present())
        messages.success(
            request, f"You have agreed to show your numbers to {other}. Each sees the other’s once both have agreed."
        )
        return redirect("insight:comparison", slug)
    context = {"form": form, "any": bool(others)}
    return render(request, "insight/agree.html", context, status=422 if form.is_bound else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    viewer = _office(request)
    agreement = comparing.own().filter(pk=number).first()
    if agreement is None:
        raise Http404
    if request.method != "POST":
        back = reverse("insight:comparison", args=[slug])
        return render(request, "insight/end_agreement.html", {"agreement": agreement, "back": back})
    with transaction.atomic():
        comparing.end(agreement, by=viewer.user, at=present())
    messages.success(request, f"{agreement.other} does not see your numbers any more, nor you theirs.")
    return redirect("insight:comparison", slug)


@never_cache
@require_POST
def renew(request: HttpRequest, slug: str) -> HttpResponse:
    _office(request)
    if comparing.own().exists():
        with transaction.atomic():
            comparing.write_counts(partnership_selectors.today())
        messages.success(request, "Your numbers were written down anew.")
    return redirect("insight:comparison", slug)
