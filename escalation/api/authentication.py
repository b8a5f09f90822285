"""Who speaks through the API: the person whose token the middleware has already read; knows no token itself."""

from __future__ import annotations

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from partnerships.models import User


class PartnershipTokenAuthentication(BaseAuthentication):
    """The middleware reads the Bearer token before it opens the partnership's scope, so here it only is handed on;
    who has none has been turned away there."""

    def authenticate(self, request: Request) -> tuple[User, None] | None:
        user = getattr(request._request, "user", None)
        return (user, None) if user is not None and user.is_authenticated else None


class PartnershipTokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the token is described to people who write programs."""

    target_class = PartnershipTokenAuthentication
    name = "partnershipToken"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "A token of one person in one partnership."}
