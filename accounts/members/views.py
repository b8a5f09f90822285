"""The pages on which people are let into a partnership, changed and let out; decides nothing itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from partnerships import rehearsing
from partnerships.doing import PartnershipRefused
from partnerships.models import MemberRole, Membership, User
from partnerships.permissions import roles_of
from partnerships.views import memberships_of, only

from ..proof import fresh_proof
from . import writing
from .forms import ChangeForm, LetInForm, PeopleFilters
from .permissions import Access, why_not_give, why_not_let_in, why_not_reset, why_not_without
from .reading import digest_of, member, members, others_of, protocol_roles
from .writing import ChangedMeanwhile

PER_PAGE = 25
HEAD = [{"text": "Name"}, {"text": "May do"}, {"text": "Agency"}, {"text": "Job title"}]


@only(why_not_let_in)
@never_cache
@require_safe
def people(request: HttpRequest, slug: str) -> HttpResponse:
    """Everybody with access, or whose access has ended: one line for each role that somebody has."""
    form = PeopleFilters(request.GET)
    chosen = form.chosen()
    page = Paginator(members(**chosen), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "count": page.paginator.count,
        "head": HEAD,
        "rows": [_row(known, slug) for known in page],
        "ended": chosen["ended"],
        "narrowed": any(chosen.values()),
    }
    return render(request, "accounts/members/people.html", context)


def _row(known: Membership, slug: str) -> list[dict[str, Any]]:
    return [
        {
            "text": known.user.name or known.user.email,
            "href": reverse("members:person", args=[slug, known.pk]),
            "header": True,
            "hint": known.user.email,
        },
        {"text": known.get_role_display()},
        {"text": str(known.agency) if known.agency else "None"},
        {"text": known.job_title or "Not given"},
    ]


@only(why_not_let_in)
@fresh_proof
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def let_in(request: HttpRequest, slug: str) -> HttpResponse:
    form = LetInForm(request.POST if request.method == "POST" else None)
    refused = ""
    if form.is_valid():
        given = form.cleaned_data
        try:
            who: dict[str, Any] = {"email": given["email"], "name": given["name"]}
            made = writing.let_in(**_doing(request), **who, access=form.access(), **form.details())
        except PartnershipRefused as problem:
            refused = str(problem)
            form.add_error(None, refused)
        else:
            messages.success(request, f"{made.user} is let in. An e-mail says where and how to sign in.")
            return redirect("members:people", slug)
    context = {"form": form, "rehearsal_only": _rehearsal_only()}
    return render(request, "accounts/members/let_in.html", context, status=_status(form, refused))


@only(why_not_let_in)
@fresh_proof
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def person(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One role of one person: what it is, and changing it. Whoever may not change it is told why."""
    known = _known(number)
    roles = roles_of(memberships_of(request))
    form = ChangeForm(request.POST if request.method == "POST" else None, member=known)
    refused = ""
    if form.is_valid():
        given = {"shown": form.cleaned_data["shown"], "access": form.access(), **form.details()}
        try:
            changed = writing.change(known.pk, **_doing(request), **given)
        except PartnershipRefused as problem:
            refused = str(problem)
            form = _begun_again(request, known) if isinstance(problem, ChangedMeanwhile) else form
            form.add_error(None, refused)
        else:
            messages.success(request, f"{changed.user}: changed.")
            return redirect("members:person", slug, changed.pk)
    context = _about(request, _known(number)) | {
        "form": form,
        "why_not": why_not_give(roles, access=Access.of(known), own=known.user_id == request.user.pk),
    }
    return render(request, "accounts/members/person.html", context, status=_status(form, refused))


def _begun_again(request: HttpRequest, known: Membership) -> ChangeForm:
    """What was typed stays; what is there now is what the next press is held against."""
    typed = request.POST.copy()
    typed["shown"] = digest_of(_known(known.pk))
    form = ChangeForm(typed, member=known)
    form.is_valid()
    return form


def _about(request: HttpRequest, known: Membership) -> dict[str, Any]:
    protocol = protocol_roles()
    rows = [
        ("E-mail address", known.user.email),
        ("May do", known.get_role_display()),
        ("Agency", str(known.agency) if known.agency else "None"),
        ("Role under the protocol", protocol.get(known.protocol_role, known.protocol_role) or "None"),
        ("Job title", known.job_title),
        ("Telephone number", known.telephone),
    ]
    office = MemberRole.PARTNERSHIP_MANAGER in roles_of(memberships_of(request))
    return {
        "member": known,
        "rows": [{"key": key, "value": value} for key, value in rows],
        "others": others_of(known),
        "rehearsal_only": _rehearsal_only(),
        "office": office,
        "shown": digest_of(known),
    }


@only(why_not_let_in)
@fresh_proof
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def let_out(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Ask first: what ends, and what of theirs is still open."""
    return _press(request, slug, number, writing.let_out, template="accounts/members/let_out.html", said="has no access any more")


@only(why_not_let_in)
@fresh_proof
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def let_in_again(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    return _press(
        request, slug, number, writing.let_in_again, template="accounts/members/let_in_again.html", said="is let in again"
    )


@only(why_not_let_in)
@fresh_proof
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def reset(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Somebody has lost their device, and has telephoned."""
    said = "is signed out everywhere, and sets up a second step anew when it is needed"
    return _press(request, slug, number, writing.reset_second_factors, template="accounts/members/reset.html", said=said)


def _press(
    request: HttpRequest, slug: str, number: int, do: Callable[..., Membership], *, template: str, said: str
) -> HttpResponse:
    known, refused = _known(number), ""
    if request.method == "POST":
        try:
            done = do(known.pk, **_doing(request), shown=request.POST.get("shown", ""))
        except PartnershipRefused as problem:
            refused = str(problem)
        else:
            messages.success(request, f"{done.user} {said}.")
            return redirect("members:person", slug, done.pk)
    roles = roles_of(memberships_of(request))
    own = known.user_id == request.user.pk
    why_not = why_not_give(roles, access=Access.of(known), own=own)
    last = why_not_without(known) if known.active else ""
    context = _about(request, known) | {
        "refused": refused,
        "why_not": why_not or last,
        "why_not_reset": why_not_reset(roles, held=writing.all_of(known), own=own),
    }
    return render(request, template, context, status=409 if refused else 200)


def _doing(request: HttpRequest) -> dict[str, Any]:
    """Who does it, and what they are here."""
    by: User = request.user  # type: ignore[assignment]
    return {"by": by, "roles": roles_of(memberships_of(request))}


def _known(number: int) -> Membership:
    found = member(number)
    if found is None:
        raise Http404
    return found


def _rehearsal_only() -> str:
    return writing.REHEARSAL if rehearsing.in_a_rehearsal() else ""


def _status(form: Any, refused: str) -> int:
    if refused:
        return 409
    return 422 if form.is_bound and not form.is_valid() else 200
