"""The office's pages of the partnership's single sign-ons: which there are, one of them, add, change, try, end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from partnerships.doing import PartnershipRefused
from partnerships.models import Agency, User
from partnerships.permissions import roles_of, why_not_keep
from partnerships.views import memberships_of, only, partnership_of

from ..models import SignOn
from ..proof import fresh_proof
from . import keeping
from .forms import SignOnForm
from .permissions import why_not_choose
from .reading import SECRET, callback_of

LARGEST = 2**31 - 1


def _own(request: HttpRequest, key: str) -> SignOn:
    """Nobody signs in to a rehearsal, and another partnership's sign-on is not there."""
    _nowhere_rehearsed(request)
    found = keeping.own().filter(key=key).first()
    if found is None:
        raise Http404
    return found


def _running(request: HttpRequest, key: str) -> SignOn:
    found = _own(request, key)
    if not found.active:
        raise Http404
    return found


def _nowhere_rehearsed(request: HttpRequest) -> None:
    if partnership_of(request).rehearsal_of_id is not None:
        raise Http404


def _chooses(request: HttpRequest) -> bool:
    return not why_not_choose(roles_of(memberships_of(request)))


def _who(request: HttpRequest) -> User:
    user: Any = request.user
    person: User = user
    return person


@only(why_not_keep)
@never_cache
@require_safe
def sign_ons(request: HttpRequest, slug: str) -> HttpResponse:
    _nowhere_rehearsed(request)
    context = {"sign_ons": keeping.own(), "chooses": _chooses(request)}
    return render(request, "accounts/single_sign_on/list.html", context)


@only(why_not_keep)
@never_cache
@require_safe
def sign_on(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    return _page(request, _own(request, key))


def _page(request: HttpRequest, found: SignOn, *, findings: list[keeping.Finding] | None = None) -> HttpResponse:
    agency = Agency.objects.filter(key=found.agency).first() if found.agency else None
    context = {
        "sign_on": found,
        "agency": agency,
        "callback": callback_of(found.key),
        "secret": f"{SECRET}{found.secret_name.upper()}",
        "people": keeping.known_by(found),
        "findings": findings,
        "chooses": _chooses(request),
    }
    return render(request, "accounts/single_sign_on/one.html", context)


@fresh_proof
@only(why_not_choose)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, slug: str) -> HttpResponse:
    _nowhere_rehearsed(request)
    form = SignOnForm(request.POST if request.method == "POST" else None)
    made = _tried(form, lambda: keeping.add(**form.cleaned_data, who=_who(request)))
    if made is None:
        return _form(request, form)
    messages.success(request, f"{made.name}: added. Register it at the provider now, with what stands here.")
    return redirect("sign_on:one", slug, made.key)


@fresh_proof
@only(why_not_choose)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    found = _running(request, key)
    form = SignOnForm(request.POST if request.method == "POST" else None, sign_on=found)
    if _tried(form, lambda: keeping.change(found, **form.cleaned_data, who=_who(request))) is None:
        return _form(request, form, found)
    messages.success(request, f"{found.name}: changed.")
    return redirect("sign_on:one", slug, key)


@fresh_proof
@only(why_not_keep)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    found = _running(request, key)
    if request.method != "POST":
        return render(request, "accounts/single_sign_on/end.html", {"sign_on": found})
    keeping.end(found, who=_who(request))
    messages.success(request, f"{found.name}: ended. Nobody signs in by it from now on.")
    return redirect("sign_on:list", slug)


@only(why_not_keep)
@never_cache
@require_POST
def try_it(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Nothing changes, so there is nothing to come back from: the answer is the page itself."""
    found = _running(request, key)
    return _page(request, found, findings=keeping.tried(found))


@fresh_proof
@only(why_not_choose)
@never_cache
@require_POST
def forget(request: HttpRequest, slug: str, key: str, number: int) -> HttpResponse:
    found = _running(request, key)
    person = keeping.forget(found, number, who=_who(request)) if number <= LARGEST else None
    if person is None:
        raise Http404
    messages.success(request, f"{person.name}: the next sign-in by {found.name} is taken as the first.")
    return redirect("sign_on:one", slug, key)


def _tried(form: SignOnForm, do: Callable[[], SignOn]) -> SignOn | None:
    """What was kept; or nothing, and the refusal in the form."""
    if not form.is_valid():
        return None
    try:
        return do()
    except PartnershipRefused as refused:
        form.add_error("domains", str(refused))
        return None


def _form(request: HttpRequest, form: SignOnForm, found: SignOn | None = None) -> HttpResponse:
    context = {"form": form, "sign_on": found}
    return render(request, "accounts/single_sign_on/form.html", context, status=422 if form.errors else 200)
