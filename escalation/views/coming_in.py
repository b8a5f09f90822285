"""Who waits to be let in, for the partnership office; and the end of somebody's access, for the office and their own side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.proof import fresh_proof
from partnerships.services import knows

from ..forms.coming_in import EndForm, LetInForm, RefuseForm
from ..lying_beside import is_known_to_lack
from ..models import ChronologyEntry, Disagreement, Invitation, Reading
from ..moves import NotPermitted, Refused
from ..permissions import Viewer, may_end_access, may_let_in, ties
from ..services.inviting import end_access, let_in, opened_by, refuse, side_of, waiting
from ..states import Kind
from .acting import get_for, viewer_of

LARGEST = 2**31 - 1
SHOWN = 50


@dataclass(frozen=True)
class Waits:
    """One address that waits, and who named it."""

    invitation: Invitation
    named_by: str
    known: bool


@require_safe
def coming_in(request: HttpRequest, slug: str) -> HttpResponse:
    """Every address that the office has yet to look at, longest first."""
    _for_the_office(request)
    held = list(waiting())
    return render(request, "escalation/coming_in.html", {"waiting": with_names(held)})


def with_names(held: list[Invitation]) -> list[Waits]:
    entries = ChronologyEntry.objects.filter(
        kind=Kind.INVITATION_HELD, data__invitation__in=[invitation.pk for invitation in held]
    ).select_related("actor")
    actors = {entry.data["invitation"]: str(entry.actor or "") for entry in entries}
    return [Waits(one, actors.get(one.pk, ""), one.agency is not None and knows(one.agency, one.email)) for one in held]


@fresh_proof
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Let one of them in, or not; the one form says which button was pressed."""
    viewer = _for_the_office(request)
    held = waiting().filter(pk=number).first() if number <= LARGEST else None
    if held is None:
        raise Http404
    refusing = request.POST.get("what") == "refuse"
    letting = LetInForm(request.POST if request.method == "POST" and not refusing else None, invitation=held)
    against = RefuseForm(request.POST if refusing else None)
    form: forms.Form = against if refusing else letting
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                return _decided(request, slug, held, viewer=viewer, form=form)
            except NotPermitted as refused:
                raise PermissionDenied(str(refused)) from refused
            except Refused as refused:
                form.add_error(None, str(refused))
                status = 409
    context = {"waits": with_names([held])[0], "forms": [letting, against], "letting": letting, "against": against}
    return render(request, "escalation/coming_in_decide.html", context, status=status)


def _decided(request: HttpRequest, slug: str, held: Invitation, *, viewer: Viewer, form: forms.Form) -> HttpResponse:
    who = held.name or held.email
    if isinstance(form, RefuseForm):
        refuse(held.pk, viewer=viewer, reason=form.cleaned_data["reason"])
        messages.success(request, f"{who} is not let in. Whoever raised {held.disagreement.reference} is told.")
    else:
        let_in(held.pk, viewer=viewer, own_domain=form.cleaned_data.get("own_domain", False))
        messages.success(request, f"{who} is let in to {held.disagreement.reference}, and is written to.")
    return redirect("escalation:coming_in", slug)


def _for_the_office(request: HttpRequest) -> Viewer:
    viewer = viewer_of(request)
    if not (verdict := may_let_in(viewer)):
        raise PermissionDenied(verdict.sentence)
    return viewer


# ---------------------------------------------------------------- taken out again
@fresh_proof
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, slug: str, reference: str, number: int) -> HttpResponse:
    """Ask first, with what they have opened; then end it, with a reason."""
    viewer, disagreement = get_for(request, reference)
    invitation = open_of(disagreement).filter(pk=number).first() if number <= LARGEST else None
    if invitation is None:
        raise Http404
    tied = ties(viewer, disagreement, disagreement.people)  # type: ignore[attr-defined]
    if not (verdict := may_end_access(tied, side_of(invitation))):
        raise PermissionDenied(verdict.sentence)
    form = EndForm(request.POST if request.method == "POST" else None)
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                end_access(invitation.pk, viewer=viewer, reason=form.cleaned_data["reason"])
            except Refused as refused:
                form.add_error(None, str(refused))
                status = 409
            else:
                messages.success(request, f"{invitation.name or invitation.email} cannot open this any more.")
                return redirect(disagreement.get_absolute_url())
    opened: list[Reading] = list(opened_by(invitation)[:SHOWN])
    context = {"form": form, "disagreement": disagreement, "invitation": invitation, "opened": opened}
    return render(request, "escalation/access_end.html", context, status=status)


def open_of(disagreement: Disagreement) -> Any:
    """Who was invited to it and waits, or may come in."""
    states = [Invitation.State.HELD, Invitation.State.ADMITTED]
    return disagreement.invitations.filter(state__in=states).select_related("agency", "user")


@dataclass(frozen=True)
class Invited:
    """Somebody who came in by invitation, on the disagreement's own page; `may_end`: whether this viewer ends it."""

    invitation: Invitation
    held: bool
    may_end: bool


def invited_to(disagreement: Disagreement, tied: Any) -> list[Invited]:
    """Who was invited to it and waits or may come in, as whoever works on it sees them."""
    if is_known_to_lack(disagreement, "invitations"):
        return []
    people = disagreement.people  # type: ignore[attr-defined]
    found = []
    for one in open_of(disagreement):
        sides = frozenset(party.side for party in people if party.email.lower() == one.email)
        found.append(Invited(one, one.state == Invitation.State.HELD, bool(may_end_access(tied, sides))))
    return found


def telephone_meanwhile(disagreement: Disagreement, invited: list[Invited] | None = None) -> list[str]:
    """Whom nobody writes to until the office has looked at their address, each as a sentence."""
    held = (
        [one.invitation for one in invited if one.held]
        if invited is not None
        else list(open_of(disagreement).filter(state="held"))
    )
    said = _(
        "%(who)s: their address is not one that %(agency)s is known to use. "
        "The partnership office looks at it first, and nothing is sent to it until then. Telephone them."
    )
    return [said % {"who": one.name or one.email, "agency": one.agency or _("their agency")} for one in held]
