"""Retiring an agency or a post, a holder who leaves, and open work whose holder has gone: here, because they know of
disagreements; the directory itself does not."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.proof import fresh_proof
from partnerships import selectors as partnership_selectors
from partnerships.administering import Did, note_administration
from partnerships.directory import writing
from partnerships.doing import PartnershipRefused
from partnerships.models import Agency, Post, PostHolder
from partnerships.permissions import why_not_keep
from partnerships.views import only

from ..forms.succession import SuccessionForm
from ..moves import Refused
from ..open_work import Charge, leavers, of_agency, of_people
from ..permissions import may_track
from ..services.succession import hand_over
from .acting import viewer_of

LARGEST = 2**31 - 1
FIRST_THE_OFFICE = "The partnership manager says first who takes over: they may read those disagreements, and you may not."


@dataclass(frozen=True)
class Going:
    """What goes, what of it is still worked on, and how it is let go."""

    title: str
    button: str
    done: str
    what: str
    agency: Agency
    what_happens: str
    charges: list[Charge]
    let_go: Callable[[], None]
    leaving: tuple[str, ...] = ()
    proposed: PostHolder | None = None
    agency_goes: bool = False


@only(why_not_keep)
@fresh_proof
@require_http_methods(["GET", "HEAD", "POST"])
def retire_agency(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    agency = Agency.objects.filter(key=key, active=True).first()
    if agency is None:
        raise Http404
    going = Going(
        title=f"Retire {agency.name}",
        button="Retire the agency",
        done=f"{agency.name} is retired.",
        what="retired",
        agency=agency,
        what_happens="It can be chosen on no form from now on and is not in the directory. Everything recorded keeps its name.",
        charges=of_agency(agency),
        let_go=lambda: writing.retire_agency(agency),
        agency_goes=True,
    )
    return _ask(request, slug, going)


@only(why_not_keep)
@fresh_proof
@require_http_methods(["GET", "HEAD", "POST"])
def retire_post(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    posts = Post.objects.filter(active=True).select_related("agency")
    post = posts.filter(pk=number).first() if number <= LARGEST else None
    if post is None:
        raise Http404
    holders = list(PostHolder.objects.filter(post=post, active=True))
    going = Going(
        title=f"Retire the post {post.title}",
        button="Retire the post",
        done=f"{post.title} is retired.",
        what="post_retired",
        agency=post.agency,
        what_happens=f"It leaves the ladder of {post.agency.name}, and nobody holds it any more.",
        charges=of_people(_gone_for_good(holders)),
        let_go=lambda: writing.retire_post(post),
        leaving=_addresses(holders),
    )
    return _ask(request, slug, going)


@only(why_not_keep)
@fresh_proof
@require_http_methods(["GET", "HEAD", "POST"])
def holder_leaves(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    holders = PostHolder.objects.filter(active=True, post__active=True).select_related("post__agency")
    holder = holders.filter(pk=number).first() if number <= LARGEST else None
    if holder is None:
        raise Http404
    others = [one for one in PostHolder.objects.filter(post=holder.post, active=True) if one.pk != holder.pk]
    going = Going(
        title=f"{holder.name} leaves the post {holder.post.title}",
        button="They have left",
        done=f"{holder.name} no longer holds the post {holder.post.title}.",
        what="holder_left",
        agency=holder.post.agency,
        what_happens="They are kept for the record only, and are proposed on no form.",
        charges=of_people(_gone_for_good([holder])),
        let_go=lambda: writing.end_holder(holder),
        leaving=_addresses([holder]),
        proposed=others[0] if len(others) == 1 else None,
    )
    return _ask(request, slug, going)


def _gone_for_good(holders: Iterable[PostHolder]) -> list[PostHolder]:
    """Who holds another post besides stays, and goes on with what they have."""
    leaving = list(holders)
    elsewhere = PostHolder.objects.filter(active=True, post__active=True, email__in=_addresses(leaving))
    posts = {holder.post_id for holder in leaving}
    staying = {other.email for other in elsewhere if other.post_id not in posts}
    return [holder for holder in leaving if holder.email not in staying]


def _addresses(holders: Iterable[PostHolder]) -> tuple[str, ...]:
    return tuple(holder.email.lower() for holder in holders if holder.email)


def _ask(request: HttpRequest, slug: str, going: Going) -> HttpResponse:
    """Ask, hand over and let go, in one transaction. Who may not read disagreements is told how many there are, and no
    more: the office goes first."""
    viewer = viewer_of(request)
    hidden = bool(going.charges) and not viewer.is_office
    agency_id = going.agency.pk if going.agency_goes else None
    form = SuccessionForm(
        request.POST if request.method == "POST" and not hidden else None,
        charges=() if hidden else going.charges,
        leaving=going.leaving,
        agency_id=agency_id,
        proposed=going.proposed,
    )
    status = 409 if hidden and request.method == "POST" else 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                with transaction.atomic():
                    moved = hand_over(form.named, viewer=viewer, reason=form.cleaned_data.get("reason", ""))
                    going.let_go()
                    note_administration(Did.AGENCY_CHANGED, by=request.user, agency=going.agency.key, what=going.what)
            except (Refused, PartnershipRefused) as refused:
                form.add_error(None, str(refused))
                status = 409
            else:
                handed = f" {moved} disagreement{'' if moved == 1 else 's'} handed over." if moved else ""
                messages.success(request, f"{going.done}{handed}")
                return _back(slug, going)
    context: dict[str, Any] = {
        "going": going,
        "form": form,
        "hidden": hidden,
        "first_the_office": FIRST_THE_OFFICE,
        "count": len({d.pk for charge in going.charges for d in charge.disagreements}),
    }
    return render(request, "escalation/succession.html", context, status=status)


def _back(slug: str, going: Going) -> HttpResponse:
    if going.agency_goes:
        return redirect("partnerships:agencies", slug)
    return redirect("partnerships:agency", slug, going.agency.key)


@require_safe
def gone(request: HttpRequest, slug: str) -> HttpResponse:
    """Open work whose holder has gone, for the office."""
    viewer = viewer_of(request)
    if not (verdict := may_track(viewer)):
        raise PermissionDenied(verdict.sentence)
    found = leavers(day=partnership_selectors.today())
    return render(request, "escalation/leavers.html", {"leavers": found})
