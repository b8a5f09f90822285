"""The one page that asks a person to prove again that it is them, by whichever ways they have, and then leads them back."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import get_next_redirect_url
from allauth.core import ratelimit
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal.auth import begin_authentication
from django import forms
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from partnerships.models import User

from .limits import counted_out, too_many
from .passwords import may_have_password
from .proof import PRESSED, has_second_factor, may_press
from .second_step_adapter import passkeys_work_here
from .second_step_forms import ProveByPasskeyForm, ProveForm
from .sessions import rotate

CODE_LIVES, TRIES = 10 * 60, 3
SENT = "proof_code"


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Code from the e-mail"),
        max_length=40,
        help_text=_("Letters, as they stand in the e-mail."),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "class": "govuk-input--width-10"}),
    )


class PasswordForm(forms.Form):
    password = forms.CharField(
        label=_("Your password"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )


@dataclass(frozen=True)
class Ways:
    """What a person can prove it by. Whoever has a second factor proves by that, or by a recovery code."""

    app: bool
    recovery: bool
    passkey: bool
    code: bool
    password: bool
    press: bool

    @classmethod
    def of(cls, user: User) -> Ways:
        types = set(Authenticator.objects.filter(user_id=user.pk).values_list("type", flat=True))
        second = has_second_factor(user)
        return cls(
            app=Authenticator.Type.TOTP in types,  # the same box takes a recovery code
            recovery=second and Authenticator.Type.RECOVERY_CODES in types,
            passkey=Authenticator.Type.WEBAUTHN in types and passkeys_work_here(),
            code=not second,
            password=not second and user.has_usable_password() and may_have_password(user),
            press=may_press(user) and not second,
        )


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def prove(request: HttpRequest) -> HttpResponse:
    user: User = request.user  # type: ignore[assignment]
    ways, way = Ways.of(user), request.POST.get("way", "")
    tried = ratelimit.consume(request, action="reauthenticate", user=user) if way and way != "send" else True
    if not tried:
        return too_many(request)
    if way == "send" and ways.code:
        return _send(request, user)
    form = _form(request, user, ways, way)
    if form is not None and form.is_valid():
        return _proved(request, user, form)
    if form is not None and counted_out(form):
        return too_many(request)
    if way == "press" and ways.press:
        return _write_down(request, user, PRESSED)
    return _show(request, user, ways, form)


def _form(request: HttpRequest, user: User, ways: Ways, way: str) -> forms.Form | None:
    """What was sent, in a way that this person has; a way that they have not is as if nothing was sent."""
    if way == "app" and (ways.app or ways.recovery):
        return ProveForm(user=user, data=request.POST)
    if way == "passkey" and ways.passkey:
        return ProveByPasskeyForm(user=user, data=request.POST)
    if way == "code" and ways.code:
        return _checked_code(request, CodeForm(request.POST))
    if way == "password" and ways.password:
        return _checked_password(user, PasswordForm(request.POST))
    return None


def _proved(request: HttpRequest, user: User, form: forms.Form) -> HttpResponse:
    if isinstance(form, (ProveForm, ProveByPasskeyForm)):
        form.save()
        return _back(request)
    return _write_down(request, user, "code" if isinstance(form, CodeForm) else "password")


def _write_down(request: HttpRequest, user: User, method: str) -> HttpResponse:
    record_authentication(request, user, method, reauthenticated=True)
    return _back(request)


def _back(request: HttpRequest) -> HttpResponse:
    request.session.pop(SENT, None)
    rotate(request)
    return redirect(get_next_redirect_url(request) or "mfa_index")


# ---------------------------------------------------------------- a code to their own address
def _digest(user: User, code: str) -> str:
    return salted_hmac("accounts.proving", f"{user.pk}:{normalize_user_code(code)}", algorithm="sha256").hexdigest()


def _send(request: HttpRequest, user: User) -> HttpResponse:
    """Every new code makes the one before void."""
    if not ratelimit.consume(request, action="request_login_code", key=user.email):
        return too_many(request)
    adapter = get_adapter()
    code = adapter.generate_login_code()
    adapter.send_mail("account/email/proof_code", user.email, {"code": code})
    request.session[SENT] = {"digest": _digest(user, code), "at": time.time(), "tries": 0}
    return _show(request, user, Ways.of(user), None)


def _waiting(request: HttpRequest) -> dict[str, Any] | None:
    sent: dict[str, Any] | None = request.session.get(SENT)
    return sent if sent and time.time() - sent["at"] <= CODE_LIVES and sent["tries"] < TRIES else None


def _checked_code(request: HttpRequest, form: CodeForm) -> CodeForm:
    """Three tries, each counted before it is looked at."""
    sent = _waiting(request)
    if not form.is_valid():
        return form
    if sent is None:
        form.add_error("code", gettext("That code no longer works. Ask for a new one"))
        return form
    request.session[SENT] = {**sent, "tries": sent["tries"] + 1}
    user: User = request.user  # type: ignore[assignment]
    if not constant_time_compare(sent["digest"], _digest(user, form.cleaned_data["code"])):
        form.add_error("code", gettext("That is not the code in the newest e-mail. Check it and try again"))
    return form


def _checked_password(user: User, form: PasswordForm) -> PasswordForm:
    if form.is_valid() and not user.check_password(form.cleaned_data["password"]):
        form.add_error("password", gettext("That is not your password"))
    return form


# ---------------------------------------------------------------- the page
def _show(request: HttpRequest, user: User, ways: Ways, form: forms.Form | None) -> HttpResponse:
    context = {
        "ways": ways,
        "form": form,
        "app_form": form if isinstance(form, ProveForm) else ProveForm(user=user),
        "code_form": form if isinstance(form, CodeForm) else CodeForm(),
        "password_form": form if isinstance(form, PasswordForm) else PasswordForm(),
        "sent": _waiting(request) is not None,
        "next": get_next_redirect_url(request) or "",
    }
    if ways.passkey:
        context["options"] = json.dumps(begin_authentication(user), cls=DjangoJSONEncoder)
    return render(request, "account/reauthenticate.html", context, status=422 if form is not None and form.errors else 200)


@never_cache
@require_safe
def proved(request: HttpRequest) -> HttpResponse:
    """Where whoever proved it in a second tab is told to go back to the first."""
    return render(request, "accounts/proved.html")
