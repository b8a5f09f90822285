"""Setting up, using and removing second factors, and a person's page of how they sign in; the ceremonies are allauth's."""

from __future__ import annotations

import json
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import get_next_redirect_url
from allauth.mfa import app_settings
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView, ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn.views import AddWebAuthnView, EditWebAuthnView, RemoveWebAuthnView
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from partnerships.models import User

from .limits import TooManyIsAPage, counted_out, too_many
from .passwords import may_have_password
from .proof import SECOND, has_second_factor, must_have_second_factor, second_factor_given
from .second_step_adapter import NOT_THE_LAST, is_the_last_needed, passkeys_work_here
from .sessions import rotate, signed_in_places

BACK = "second_step_back"


def _person(request: HttpRequest) -> User:
    user: Any = request.user
    person: User = user
    return person


def _as_json(options: Any) -> str:
    return json.dumps(options, cls=DjangoJSONEncoder)


# ---------------------------------------------------------------- a person's own page
@never_cache
@require_safe
def how_you_sign_in(request: HttpRequest) -> HttpResponse:
    user = _person(request)
    own = list(Authenticator.objects.filter(user=user).order_by("created_at"))
    codes = next((one for one in own if one.type == Authenticator.Type.RECOVERY_CODES), None)
    context = {
        "app": next((one for one in own if one.type == Authenticator.Type.TOTP), None),
        "passkeys": [one for one in own if one.type == Authenticator.Type.WEBAUTHN],
        "passkeys_work": passkeys_work_here(),
        "codes": codes is not None,
        "codes_left": app_settings.RECOVERY_CODE_COUNT - codes.data.get("used_mask", 0).bit_count() if codes else 0,
        "may_have_password": may_have_password(user),
        "has_password": user.has_usable_password(),
        "required": must_have_second_factor(user),
        "places": len(signed_in_places(request)),
    }
    return render(request, "mfa/index.html", context)


@never_cache
@require_safe
def required(request: HttpRequest) -> HttpResponse:
    """Where whoever's role needs a second factor, and has none, chooses one. Afterwards they are where they were going."""
    if wanted := get_next_redirect_url(request):
        request.session[BACK] = wanted
    if has_second_factor(_person(request)):
        return redirect(_onward(request) if second_factor_given(request) else "account_reauthenticate")
    return render(request, "mfa/required.html", {"passkeys_work": passkeys_work_here()})


def _onward(request: HttpRequest) -> str:
    return str(request.session.pop(BACK, None) or reverse("mfa_index"))


def _given(request: HttpRequest, authenticator: Authenticator) -> None:
    """Setting one up is using it: the code or the passkey was just given."""
    record_authentication(request, _person(request), SECOND, id=authenticator.pk, type=authenticator.type, reauthenticated=True)
    rotate(request)


def _newest(user: User, kind: str) -> Authenticator:
    return Authenticator.objects.filter(user=user, type=kind).latest("pk")


# ---------------------------------------------------------------- on signing in
class Enter(AuthenticateView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        user = self.stage.login.user
        kinds = set(Authenticator.objects.filter(user=user).values_list("type", flat=True))
        context["has_app"] = Authenticator.Type.TOTP in kinds
        context["has_passkey"] = Authenticator.Type.WEBAUTHN in kinds and passkeys_work_here()
        context["options"] = _as_json(context["js_data"]["request_options"])
        context["forms"] = [self.webauthn_form]
        return context

    def form_invalid(self, form: Any) -> HttpResponse:
        response: HttpResponse = too_many(self.request) if counted_out(form) else super().form_invalid(form)
        return response


# ---------------------------------------------------------------- an app
class AddApp(TooManyIsAPage, ActivateTOTPView):
    def get_success_url(self) -> str:
        return reverse("mfa_view_recovery_codes") if self.did_generate_recovery_codes else _onward(self.request)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        secret = context["form"].secret
        context["secret"] = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
        return context

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        _given(self.request, _newest(_person(self.request), Authenticator.Type.TOTP))
        return response


class RemoveApp(DeactivateTOTPView):
    def form_valid(self, form: Any) -> HttpResponse:
        """One at a time for a person: or two pages at once would each see the other's factor and take both away."""
        with transaction.atomic():
            User.objects.select_for_update().get(pk=self.authenticator.user_id)
            if is_the_last_needed(self.authenticator):
                form.add_error(None, NOT_THE_LAST)
                refused: HttpResponse = self.form_invalid(form)
                return refused
            removed: HttpResponse = super().form_valid(form)
            return removed


# ---------------------------------------------------------------- passkeys
class AddPasskey(TooManyIsAPage, AddWebAuthnView):
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not passkeys_work_here():
            raise Http404
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response

    def get_success_url(self) -> str:
        return reverse("mfa_view_recovery_codes") if self.did_generate_recovery_codes else _onward(self.request)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context["form"] = kwargs.get("form") or self.get_form()
        context["options"] = _as_json(context["js_data"]["creation_options"])
        return context

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        _given(self.request, _newest(_person(self.request), Authenticator.Type.WEBAUTHN))
        return response


class RenamePasskey(EditWebAuthnView):
    pass


class RemovePasskey(RemoveWebAuthnView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context["refusal"] = NOT_THE_LAST if is_the_last_needed(self.object) else ""
        return context

    def form_valid(self, form: Any) -> HttpResponse:
        with transaction.atomic():
            User.objects.select_for_update().get(pk=self.object.user_id)
            if is_the_last_needed(self.object):
                refused: HttpResponse = self.render_to_response(self.get_context_data(form=form), status=409)
                return refused
            removed: HttpResponse = super().form_valid(form)
            return removed


# ---------------------------------------------------------------- recovery codes
class RecoveryCodesOnce(ViewRecoveryCodesView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context["onward"] = _onward(self.request)
        return context


class NewRecoveryCodes(GenerateRecoveryCodesView):
    pass
