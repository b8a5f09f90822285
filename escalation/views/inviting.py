"""The ways in for somebody who is no member: the link in their e-mail, and the address to type where links are blocked.

Neither shows anything of a disagreement, nor that there is one. Both lead to a code that goes to an address written down
before: programs that open and submit what stands in e-mails achieve that its owner gets a code, and no more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.by_code import masked, send_code
from partnerships.models import Contact, Membership, Partnership, User
from partnerships.scope import partnership_scope, present
from partnerships.selectors import office_of

from ..forms.answering import AnswerForm, ReferenceForm
from ..models import Disagreement, Invitation
from ..permissions import Viewer
from ..selectors import find
from ..services.inviting import is_open, mark_used

NOT_OPEN = "Nothing with that reference is open to you here. Check it against the e-mail, or telephone whoever wrote to you."


@dataclass(frozen=True)
class Way:
    """What a link leads to, as plain values; `user` only where it may be gone."""

    email: str
    user: User | None
    to: str
    held: bool
    office: Contact | None
    number: int


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invited(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """By the link. One that is not known and one that is dead look alike; only who has a real one is told whom to ask."""
    way, ask = _way(slug, key)
    if way is None:
        return render(request, "escalation/invited/over.html", {"office": ask}, status=404)
    if way.held or way.user is None:
        return render(request, "escalation/invited/held.html", {"office": ask})
    if request.user.is_authenticated:
        if request.user.pk == way.user.pk:
            return _in(slug, way)
        return render(request, "escalation/invited/somebody_else.html", {"here": request.path})
    if request.method == "POST":
        return send_code(request, email=way.email, user=way.user, then=request.path, unseen=True)
    return render(request, "escalation/invited/code.html", {"masked": masked(way.email)})


def _way(slug: str, key: str) -> tuple[Way | None, Contact | None]:
    """The way that a link opens, if any, and whom to ask."""
    partnership = Partnership.objects.filter(slug=slug, rehearsal_of=None).first()
    number = _uuid(key)
    if partnership is None or number is None:
        return None, None
    with partnership_scope(partnership.pk):
        wanted = Invitation.objects.select_related("disagreement__protocol_version", "disagreement__partnership", "user")
        found = wanted.filter(key=number).first()
        if found is None:
            return None, None
        office = office_of(found.disagreement.protocol)
        active = found.user is None or found.user.is_active
        if not active or not is_open(found, at=present()):
            return None, office
        to, held = found.disagreement.get_absolute_url(), found.state == Invitation.State.HELD
        return Way(found.email, found.user, to, held, office, found.pk), office


def _uuid(key: str) -> UUID | None:
    try:
        return UUID(key)
    except ValueError:
        return None


def _in(slug: str, way: Way) -> HttpResponse:
    """Signed in as whom it was written to: straight on. Whether the page opens is asked there, as of everybody."""
    with partnership_scope(Partnership.objects.get(slug=slug).pk):
        mark_used(way.number)
    return redirect(way.to)


# ---------------------------------------------------------------- by hand
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest) -> HttpResponse:
    """By typing the reference and one's own address. The same happens whether or not there is such a reference, and whether
    or not anybody has that address; what is open to them is asked once they have proved whose address it is."""
    signed_in: Any = request.user if request.user.is_authenticated else None
    if signed_in is not None:
        return _as_themselves(request, signed_in)
    typed = request.POST if request.method == "POST" else None
    form = AnswerForm(typed, initial={"reference": request.GET.get("reference", "")[:20]})
    if not form.is_valid():
        return _page(request, form, status=422 if form.is_bound else 200)
    email = User.objects.normalise(form.cleaned_data["email"])
    then = f"{reverse('answer')}?{urlencode({'reference': form.cleaned_data['reference']})}"
    return send_code(request, email=email, user=User.objects.filter(email=email, is_active=True).first(), then=then)


def _as_themselves(request: HttpRequest, user: User) -> HttpResponse:
    given = request.POST if request.method == "POST" else request.GET
    form = ReferenceForm(given if "reference" in given else None)
    if not form.is_valid():
        return _page(request, form, status=422 if form.is_bound else 200)
    to = _open_to(user, form.cleaned_data["reference"])
    if to:
        return redirect(to)
    form.add_error("reference", NOT_OPEN)
    return _page(request, form, status=404)


def _open_to(user: User, reference: str) -> str:
    """The page of that reference, if it is theirs to see."""
    prefix = reference.rpartition("-")[0]
    partnership = Partnership.objects.filter(reference_prefix=prefix, rehearsal_of=None).first()
    if partnership is None:
        return ""
    with partnership_scope(partnership.pk, user_id=user.pk):
        held = Membership.objects.filter(user=user, active=True)
        found: Disagreement | None = find(Viewer.of(user, held), reference) if held else None
        return found.get_absolute_url() if found else ""


def _page(request: HttpRequest, form: AnswerForm | ReferenceForm, *, status: int) -> HttpResponse:
    return render(request, "escalation/invited/answer.html", {"form": form, "here": request.path}, status=status)
