"""How single sign-on differs from the package's own way: its rows are ours, its requests are guarded, its tokens are checked,
and whoever comes back is one of ours or nobody."""

from __future__ import annotations

import logging
from functools import cached_property
from typing import Any
from urllib.parse import quote_plus

from allauth.account.internal.stagekit import clear_login
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal.httpkit import add_query_params
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers.base.constants import AuthError
from allauth.socialaccount.providers.oauth2.client import OAuth2Client
from allauth.socialaccount.providers.oauth2.utils import generate_code_challenge
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ..models import SignOn
from ..outgoing import GuardedSession, guarded_session
from .issuer import Issuer, SignOnFailed, ask, discover
from .people import NotLetIn, recognise
from .reading import callback_of, running, secret_of
from .tokens import claims_of, shows_second_factor

logger = logging.getLogger(__name__)
SCOPE = ["openid", "email"]
DID_NOT_WORK = "That did not work. Try once more, or sign in with a code."


class Client(OAuth2Client):
    def get_redirect_url(self, authorization_url: str, scope: list[str], extra_params: dict[str, str]) -> str:
        """The provider's address may have a question mark in it already."""
        own = {"client_id": self.consumer_key, "redirect_uri": self.callback_url, "scope": " ".join(scope)}
        asked = {**own, "response_type": "code", "state": self.state, **extra_params}
        return str(add_query_params(authorization_url, asked))


class Door(OpenIDConnectOAuth2Adapter):
    """One sign-in by one sign-on. `state` is what was noted in the session when the person went."""

    client_class = Client

    def __init__(self, request: HttpRequest, provider_id: str) -> None:
        super().__init__(request, provider_id)
        self.state: dict[str, Any] = {}
        self.login: SocialLogin | None = None
        self.second_factor = False

    @cached_property
    def sign_on(self) -> SignOn:
        return running().get(key=self.provider_id)

    @cached_property
    def issuer(self) -> Issuer:
        return discover(self.sign_on.issuer)

    @property
    def access_token_url(self) -> str:
        return self.issuer.token_at

    @property
    def authorize_url(self) -> str:
        return self.issuer.authorize_at

    @property
    def basic_auth(self) -> bool:
        return self.issuer.takes_basic

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        return callback_of(self.provider_id)

    def get_access_token_data(
        self, request: HttpRequest, app: SocialApp, client: OAuth2Client, pkce_code_verifier: str | None = None
    ) -> dict[str, Any]:
        """The code, once, for the tokens; with the secret, and with what only this browser's session knew."""
        if request.GET.get("iss", self.issuer.name) != self.issuer.name:  # RFC 9207
            raise SignOnFailed("Somebody else than the provider sent the answer.")
        secret = secret_of(self.sign_on)
        if not secret:
            raise SignOnFailed(f"There is no secret under the name {self.sign_on.secret_name}.")
        sent = {
            "grant_type": "authorization_code",
            "code": request.GET.get("code", ""),
            "redirect_uri": callback_of(self.provider_id),
            "code_verifier": pkce_code_verifier or "",
        }
        if self.issuer.takes_basic:  # encoded first, says RFC 6749, section 2.3.1
            return ask(self.issuer.token_at, data=sent, auth=(quote_plus(app.client_id), quote_plus(secret)))
        return ask(self.issuer.token_at, data={**sent, "client_id": app.client_id, "client_secret": secret})

    def parse_token(self, data: dict[str, Any]) -> None:
        """No token of another system is kept, not even for the length of the request."""
        return

    def complete_login(self, request: HttpRequest, app: SocialApp, token: None, **kwargs: Any) -> SocialLogin:
        answer = kwargs["response"]
        nonce = str(self.state.get("nonce") or "")
        claims = claims_of(answer.get("id_token"), issuer=self.issuer, client_id=app.client_id, nonce=nonce)
        if not claims.get("email") and self.issuer.userinfo_at and isinstance(answer.get("access_token"), str):
            claims.update(self._asked_by_name(claims["sub"], answer["access_token"]))
        self.second_factor = shows_second_factor(claims)
        self.login = self.get_provider().sociallogin_from_response(request, {"sub": claims["sub"]})
        self.login.vouched_for, self.login.let_in = (self.sign_on, claims), False
        return self.login

    def _asked_by_name(self, subject: str, access_token: str) -> dict[str, Any]:
        """Some providers put the address only here. It counts if it is about the same person as the token."""
        said = ask(self.issuer.userinfo_at, headers={"Authorization": f"Bearer {access_token}"})
        if said.get("sub") != subject:
            raise SignOnFailed("The provider spoke of two different people.")
        return {name: said.get(name) for name in ("email", "email_verified")}


class Provider(OpenIDConnectProvider):
    oauth2_adapter_class = Door

    def get_pkce_params(self) -> dict[str, Any]:
        found: dict[str, Any] = generate_code_challenge()
        found["code_challenge"] = found["code_challenge"].decode()
        return found

    def get_scope(self) -> list[str]:
        return list(SCOPE)

    def get_callback_url(self) -> str:
        return callback_of(self.app.provider_id)

    def extract_uid(self, data: dict[str, Any]) -> str:
        return str(data["sub"])

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, Any]:
        return {}

    def extract_common_fields(self, data: dict[str, Any]) -> dict[str, Any]:
        return {}

    def extract_email_addresses(self, data: dict[str, Any]) -> list[Any]:
        return []


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    def list_apps(self, request: HttpRequest, provider: str | None = None, client_id: str | None = None) -> list[SocialApp]:
        rows = running().filter(key=provider) if provider else running()
        return [
            SocialApp(provider=Provider.id, provider_id=row.key, name=row.name[:40], client_id=row.client_id, settings={})
            for row in rows
        ]

    def get_provider(self, request: HttpRequest, provider: str, client_id: str | None = None) -> Provider:
        return Provider(request, app=self.get_app(request, provider))

    def get_requests_session(self) -> GuardedSession:
        return guarded_session()

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        sign_on, claims = sociallogin.vouched_for
        try:
            sociallogin.user = recognise(sign_on, claims)
            sociallogin.let_in = True
        except NotLetIn as refused:
            logger.warning("single sign-on %s: %s", sign_on.key, refused.title)
            raise ImmediateHttpResponse(refusal(request, sign_on, refused.title, refused.sentence)) from None
        clear_login(request)  # a code that was waiting to be typed is not needed any more

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: Any = None, exception: Any = None, extra_context: Any = None
    ) -> None:
        """Whatever went wrong: why, into the log; to the person, what to do."""
        sign_on = running().get(key=provider.app.provider_id)
        if error == AuthError.CANCELLED or request.GET.get("error") == Door.login_cancelled_error:
            page = refusal(request, sign_on, f"You did not sign in with {sign_on.name}", DID_NOT_WORK, status=200)
        else:
            why = exception.sentence if isinstance(exception, SignOnFailed) else "no such sign-in was begun in this browser"
            logger.warning("single sign-on %s: %s", sign_on.key, why)
            page = refusal(request, sign_on, f"{sign_on.name} could not sign you in", DID_NOT_WORK)
        raise ImmediateHttpResponse(page)


def refusal(request: HttpRequest, sign_on: SignOn, title: str, sentence: str, *, status: int = 403) -> HttpResponse:
    context = {"sign_on": sign_on, "title": title, "sentence": sentence}
    return render(request, "accounts/single_sign_on/refused.html", context, status=status)
