"""The page where a member makes and ends their own tokens for programs; shows nobody's but theirs.

A token goes on reading long after its maker has gone home: making one needs fresh proof of who makes it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from partnerships import selectors, services
from partnerships.administering import Did, note_administration
from partnerships.form_fields import Checkboxes, Radios
from partnerships.models import ApiToken, User
from partnerships.token_scopes import HINTS, TokenScope

from .proof import fresh_proof

LIVES = {"30": "30 days", "90": "90 days", "365": "One year"}


class TokenForm(forms.Form):
    name = forms.CharField(
        label="Which program is it for?",
        max_length=100,
        help_text="So that you know later which one to end. For example: Police records system.",
        error_messages={"required": "Say which program it is for"},
    )
    scopes = forms.MultipleChoiceField(
        label="What may it be used for?",
        choices=TokenScope.choices,
        initial=[TokenScope.READ],
        help_text="Choose what the program needs and no more. It never sees or does more than you may.",
        widget=Checkboxes(hints=HINTS),
        error_messages={
            "required": "Choose what it may be used for",
            "invalid_choice": "Choose from the answers shown",
            "invalid_list": "Choose from the answers shown",
        },
    )
    days = forms.TypedChoiceField(
        label="How long does it last?",
        choices=list(LIVES.items()),
        coerce=int,
        initial="90",
        widget=Radios(inline=True),
        error_messages={"required": "Choose how long it lasts", "invalid_choice": "Choose one of the answers shown"},
    )


def _own(request: HttpRequest) -> User:
    user: Any = request.user
    person: User = user
    return person


@fresh_proof
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def tokens(request: HttpRequest, slug: str) -> HttpResponse:
    """A new token's secret is on the answer to the very press that made it, and nowhere again: so there is no redirect."""
    form = TokenForm(request.POST if request.method == "POST" else None)
    made = secret = None
    if form.is_valid():
        try:
            name, scopes, days = (form.cleaned_data[field] for field in ("name", "scopes", "days"))
            made, secret = services.issue_token(_own(request), name=name, lives=timedelta(days=days), scopes=scopes)
            _noted(request, made)
            form = TokenForm()
        except services.PartnershipRefused as refused:
            form.add_error(None, str(refused))
    return _page(request, form, made, secret)


@fresh_proof
@never_cache
@require_POST
def replace_token(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """A new secret for the same program. As with one that is made, it is on the answer to this press alone."""
    form = TokenForm()
    try:
        replaced = services.replace_token(_own(request), number)
    except services.PartnershipRefused as refused:
        form = TokenForm({})
        form.errors.clear()
        form.add_error(None, str(refused))
        return _page(request, form)
    if replaced is None:
        raise Http404
    made, secret = replaced
    _noted(request, made)
    return _page(request, form, made, secret, replaces=True)


def _noted(request: HttpRequest, made: ApiToken) -> None:
    note_administration(Did.TOKEN_MADE, by=request.user, about=request.user, token=made.pk, scopes=made.scopes)


def _page(
    request: HttpRequest, form: TokenForm, made: ApiToken | None = None, secret: str | None = None, *, replaces: bool = False
) -> HttpResponse:
    context = {
        "form": form,
        "made": made,
        "secret": secret,
        "replaces": replaces,
        "tokens": selectors.live_tokens(_own(request)),
    }
    return render(request, "accounts/tokens.html", context, status=422 if form.errors else 200)


@require_POST
def end_token(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Somebody else's token is not there."""
    ended = services.end_token(_own(request), number)
    if ended is None:
        raise Http404
    messages.success(request, f"{ended.name}: ended. Programs that use it are turned away from now on.")
    return redirect("tokens:tokens", slug)
