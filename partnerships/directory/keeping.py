"""The administrators' pages of the directory: agencies, posts, holders, contacts, and what wants checking again."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Prefetch
from django.db.models.functions import Lower
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from .. import selectors
from ..administering import Did, note_administration
from ..doing import PartnershipRefused
from ..forms import AgencyForm, ContactForm
from ..models import Agency, Contact, Post, PostHolder
from ..permissions import roles_of, why_not_keep, why_not_know_domains
from ..views import memberships_of, only
from . import writing
from .forms import HolderForm, PostForm
from .reading import directory, to_check

LARGEST = 2**31 - 1
# What the log says of an agency that was changed. Its domains say who comes in without being asked about.
AGENCY_FACTS = ("name", "sector", "email_domains", "active")
Made = Agency | Post | PostHolder | Contact


@only(why_not_keep)
@require_safe
def agencies(request: HttpRequest, slug: str) -> HttpResponse:
    posts = Prefetch("posts", queryset=Post.objects.filter(active=True).select_related("filled_by"))
    found = Agency.objects.order_by("-active", Lower("name")).prefetch_related(posts)
    return render(request, "partnerships/agencies.html", {"agencies": found})


def _agency(key: str) -> Agency:
    found = Agency.objects.filter(key=key).first()
    if found is None:
        raise Http404
    return found


def _post(number: int) -> Post:
    posts = Post.objects.select_related("agency", "filled_by")
    found = posts.filter(pk=number, active=True).first() if number <= LARGEST else None
    if found is None:
        raise Http404
    return found


def _holder(number: int) -> PostHolder:
    holders = PostHolder.objects.filter(active=True, post__active=True).select_related("post__agency")
    found = holders.filter(pk=number).first() if number <= LARGEST else None
    if found is None:
        raise Http404
    return found


@only(why_not_keep)
@require_safe
def agency(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """One agency: its ladder of posts, who holds them, who deputises, who is away, and what to check again by when."""
    found = _agency(key)
    holders = Prefetch("holders", queryset=PostHolder.objects.filter(active=True))
    posts = Post.objects.filter(agency=found, active=True).select_related("filled_by").prefetch_related(holders)
    context = {
        "agency": found,
        "posts": posts,
        "contacts": Contact.objects.filter(agency=found, active=True),
        "seats": {seat.post.pk: seat for seat in directory().ladder(found)},
        "filling": Post.objects.filter(filled_by=found, active=True).select_related("agency"),
        "today": selectors.today(),
    }
    return render(request, "partnerships/directory/agency.html", context)


@only(why_not_keep)
@require_http_methods(["GET", "HEAD", "POST"])
def keep_agency(request: HttpRequest, slug: str, key: str | None = None) -> HttpResponse:
    """Add an agency, or change one."""
    found = _agency(key) if key is not None else None
    refusal = why_not_know_domains(roles_of(memberships_of(request)))
    form = AgencyForm(request.POST if request.method == "POST" else None, agency=found, may_know=not refusal)
    if form.is_valid():
        before = {name: getattr(found, name) for name in AGENCY_FACTS} if found else {}
        kept = _tried(form, "name", lambda: writing.keep_agency(found, **form.facts()))
        if isinstance(kept, Agency):
            changed = [name for name in AGENCY_FACTS if before and getattr(kept, name) != before[name]]
            _noted(request, kept, "changed" if found else "added", fields=changed)
            messages.success(request, f"{kept.name}: {'changed' if found else 'added'}.")
            return redirect("partnerships:agency", slug, kept.key)
    context = {"form": form, "agency": found, "refusal": refusal}
    return render(request, "partnerships/agency.html", context, status=_status(form))


@only(why_not_keep)
@require_http_methods(["GET", "HEAD", "POST"])
def add_post(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    return _keep_post(request, slug, agency=_agency(key), post=None)


@only(why_not_keep)
@require_http_methods(["GET", "HEAD", "POST"])
def post(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    found = _post(number)
    return _keep_post(request, slug, agency=found.agency, post=found)


def _keep_post(request: HttpRequest, slug: str, *, agency: Agency, post: Post | None) -> HttpResponse:
    form = PostForm(request.POST if request.method == "POST" else None, agency=agency, post=post)
    if form.is_valid():
        kept = _tried(form, "title", lambda: writing.keep_post(post, agency=agency, **form.facts()))
        if isinstance(kept, Post):
            _noted(request, agency, "post_changed" if post else "post_added")
            messages.success(request, f"{kept.title}: {'changed' if post else 'added'}.")
            return redirect("partnerships:agency", slug, agency.key)
    context = {"form": form, "agency": agency, "post": post}
    return render(request, "partnerships/directory/post.html", context, status=_status(form))


@only(why_not_keep)
@require_http_methods(["GET", "HEAD", "POST"])
def add_holder(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    return _keep_holder(request, slug, post=_post(number), holder=None)


@only(why_not_keep)
@require_http_methods(["GET", "HEAD", "POST"])
def holder(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    found = _holder(number)
    return _keep_holder(request, slug, post=found.post, holder=found)


def _keep_holder(request: HttpRequest, slug: str, *, post: Post, holder: PostHolder | None) -> HttpResponse:
    form = HolderForm(request.POST if request.method == "POST" else None, holder=holder)
    if form.is_valid():
        kept = _tried(form, "name", lambda: writing.keep_holder(holder, post=post, **form.facts()))
        if isinstance(kept, PostHolder):
            _noted(request, post.agency, "holder_changed" if holder else "holder_added")
            messages.success(request, f"{kept.name}, {post.title}: {'changed' if holder else 'added'}.")
            return redirect("partnerships:agency", slug, post.agency.key)
    context = {"form": form, "post": post, "agency": post.agency, "holder": holder}
    return render(request, "partnerships/directory/holder.html", context, status=_status(form))


@only(why_not_keep)
@require_safe
def contacts(request: HttpRequest, slug: str) -> HttpResponse:
    version = selectors.version_in_force()
    context = {
        "contacts": Contact.objects.order_by("-active", Lower("name")).select_related("agency"),
        "roles": {role.key: role.name for role in version.protocol.roles} if version else {},
        "today": selectors.today(),
    }
    return render(request, "partnerships/contacts.html", context)


@only(why_not_keep)
@require_http_methods(["GET", "HEAD", "POST"])
def keep_contact(request: HttpRequest, slug: str, key: str | None = None) -> HttpResponse:
    """Add a contact, or change one."""
    contact = None
    if key is not None and (contact := Contact.objects.filter(key=key).select_related("agency").first()) is None:
        raise Http404
    version = selectors.version_in_force()
    typed = request.POST if request.method == "POST" else None
    form = ContactForm(typed, protocol=version.protocol if version else None, contact=contact)
    if form.is_valid():
        kept = writing.keep_contact(contact, **form.facts())
        what = "changed" if contact else "added"
        note_administration(Did.CONTACT_CHANGED, by=request.user, contact=kept.key, what=what)
        messages.success(request, f"{kept.name}: {'changed' if contact else 'added'}.")
        return redirect("partnerships:contacts", slug)
    return render(request, "partnerships/contact.html", {"form": form, "contact": contact}, status=_status(form))


@only(why_not_keep)
@require_safe
def checking(request: HttpRequest, slug: str) -> HttpResponse:
    """Everything whose date to be checked again has come or comes soon, the oldest first."""
    today = selectors.today()
    contacts, holders = to_check(today + writing.SOON)
    context = {"contacts": contacts, "holders": holders, "count": len(contacts) + len(holders), "today": today}
    return render(request, "partnerships/directory/checking.html", context)


def _noted(request: HttpRequest, agency: Agency, what: str, **data: Any) -> None:
    note_administration(Did.AGENCY_CHANGED, by=request.user, agency=agency.key, what=what, **data)


def _tried(form: Any, field: str, do: Any) -> Made | None:
    """What was kept, or nothing and the refusal at a field of the form."""
    try:
        kept: Made = do()
    except PartnershipRefused as refused:
        form.add_error(field, str(refused))
        return None
    return kept


def _status(form: Any) -> int:
    return 422 if form.is_bound and not form.is_valid() else 200
