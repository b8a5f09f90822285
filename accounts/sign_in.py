"""Where signing in differs from allauth's own pages: nobody is kept waiting for a mistyped address, loses what they typed, or
has a password where no partnership of theirs wants one."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.stagekit import clear_login
from allauth.account.views import (
    ConfirmLoginCodeView,
    LoginView,
    PasswordChangeView,
    PasswordResetView,
    PasswordSetView,
    RequestLoginCodeView,
)
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.decorators import method_decorator

from .by_code import UNSEEN, masked
from .limits import TooManyIsAPage
from .passwords import anybody_may, may_have_password

ASKED_FOR = "asked_for"


class NotKeptWaiting:
    """allauth leads back to the code page for as long as a code is valid, whatever is asked for. That is right for who
    comes back with the code; who asks for another address, or sends the form again, starts anew."""

    def _redirect_to_pending_stage(self, request: HttpRequest, stage: Any) -> HttpResponse | None:
        if request.method == "POST" or "another" in request.GET:
            clear_login(request)
            return None
        resumed: HttpResponse | None = super()._redirect_to_pending_stage(request, stage)  # type: ignore[misc]
        return resumed


class SignIn(NotKeptWaiting, TooManyIsAPage, LoginView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return {**context, "passwords": anybody_may(), "asked_for": self.request.session.get(ASKED_FOR, "")}


class RequestCode(NotKeptWaiting, TooManyIsAPage, RequestLoginCodeView):
    def get_initial(self) -> dict[str, Any]:
        return {**super().get_initial(), "email": self.request.session.get(ASKED_FOR, "")}

    def form_valid(self, form: Any) -> HttpResponse:
        self.request.session.pop(ASKED_FOR, None)
        self.request.session.pop(UNSEEN, None)
        response: HttpResponse = super().form_valid(form)
        return response


@method_decorator(login_not_required, name="dispatch")
class ConfirmCode(TooManyIsAPage, ConfirmLoginCodeView):
    """When a code has run out, or was mistyped too often, a new one is asked for without typing the address again."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        stage = getattr(request, "_login_stage", None)
        email = stage.state.get("email") if stage is not None else None
        if email and not request.user.is_authenticated and response.status_code == 302 and not request.session.get(UNSEEN):
            request.session[ASKED_FOR] = email
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return {**context, "email": masked(context["email"])} if self.request.session.get(UNSEEN) else context


class _OnlyWithPasswords:
    """A page that is not there for whoever may have none."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user: Any = request.user
        if not (may_have_password(user) if user.is_authenticated else anybody_may()):
            raise Http404
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        return response


class SetPassword(_OnlyWithPasswords, PasswordSetView):
    pass


class ChangePassword(_OnlyWithPasswords, TooManyIsAPage, PasswordChangeView):
    pass


@method_decorator(login_not_required, name="dispatch")
class AskForNewPassword(_OnlyWithPasswords, PasswordResetView):
    pass
