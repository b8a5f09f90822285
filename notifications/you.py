"""The page "Your e-mails and calendar": how somebody wishes to be told, and the address of their dates; decides neither.

An address goes on giving dates long after its maker has gone home: making one needs fresh proof of who makes it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.proof import fresh_proof
from partnerships.form_fields import Radios
from partnerships.models import User
from partnerships.scope import present
from partnerships.views import partnership_of

from . import feeds, wishes
from .models import Wish

MINE, ALL = "mine", "all"
CHOOSE = {
    "required": gettext_lazy("Choose one of the two"),
    "invalid_choice": gettext_lazy("Choose one of the answers shown"),
}


class WishForm(forms.Form):
    how = forms.ChoiceField(
        label=gettext_lazy("When do you want what is only for you to know?"),
        choices=[(how.value, gettext_lazy(how.label)) for how in Wish.How],
        widget=Radios,
        error_messages=CHOOSE,
    )


class FeedForm(forms.Form):
    which = forms.ChoiceField(
        label=gettext_lazy("Which dates do you want in your calendar?"),
        choices=[
            (MINE, gettext_lazy("Those that are mine to act on")),
            (ALL, gettext_lazy("Those, and the ones that I only watch")),
        ],
        widget=Radios,
        error_messages=CHOOSE,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def you(request: HttpRequest, slug: str) -> HttpResponse:
    form = WishForm(request.POST if request.method == "POST" else None, initial={"how": wishes.wish_of(_own(request))})
    if form.is_valid():
        wishes.choose(_own(request), Wish.How(form.cleaned_data["how"]))
        messages.success(request, _("Saved. What asks something of you still comes at once."))
        return redirect("notifications:you", slug)
    return _page(request, wish=form)


@require_POST
@fresh_proof
@never_cache
def make_feed(request: HttpRequest, slug: str) -> HttpResponse:
    """The secret is on the answer to the very press that made it, and nowhere again: so there is no redirect."""
    form = FeedForm(request.POST)
    if not form.is_valid() or partnership_of(request).rehearsal_of_id is not None:
        return _page(request, which=form)
    _, secret = feeds.make(_own(request), watching=form.cleaned_data["which"] == ALL)
    home = settings.BASE_URL.rstrip("/")
    address = home + reverse("notifications:feed", args=[slug, secret])
    return _page(request, address=address)


@require_POST
def watch(request: HttpRequest, slug: str) -> HttpResponse:
    form = FeedForm(request.POST)
    if not form.is_valid():
        return _page(request, which=form)
    feeds.watch(_own(request), watching=form.cleaned_data["which"] == ALL)
    messages.success(request, _("Saved. Your calendar shows it when it next looks."))
    return redirect("notifications:you", slug)


@require_POST
def end_feed(request: HttpRequest, slug: str) -> HttpResponse:
    if feeds.end(_own(request)):
        messages.success(request, _("The address has ended. Take the calendar out of your program as well."))
    return redirect("notifications:you", slug)


def _page(
    request: HttpRequest, *, wish: forms.Form | None = None, which: forms.Form | None = None, address: str = ""
) -> HttpResponse:
    person = _own(request)
    feed = feeds.feed_of(person, at=present())
    waiting, comes = wishes.waiting_for(person)
    forms_here = [
        wish or WishForm(initial={"how": wishes.wish_of(person)}),
        which or FeedForm(initial={"which": ALL if feed and feed.watching else MINE}),
    ]
    context = {
        "forms": forms_here,
        "wish_form": forms_here[0],
        "feed_form": forms_here[1],
        "feed": feed,
        "address": address,
        "by_program": "webcal://" + address.partition("://")[2] if address else "",
        "waiting": waiting,
        "comes": comes,
        "quiet": wishes.quiet_hours(),
        "rehearsal": partnership_of(request).rehearsal_of_id is not None,
    }
    return render(request, "notifications/you.html", context, status=422 if any(form.errors for form in forms_here) else 200)


def _own(request: HttpRequest) -> User:
    user: Any = request.user
    person: User = user
    return person
