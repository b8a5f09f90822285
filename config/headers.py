"""Headers that every answer carries beside Django's own and the content security policy; knows no page."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

# Nothing here uses any of it; a script that got in could not either. Passkeys are ours alone.
REFUSED = ("accelerometer", "autoplay", "camera", "display-capture", "geolocation", "gyroscope", "magnetometer", "microphone",
           "midi", "payment", "usb")  # fmt: skip
OWN = ("publickey-credentials-create", "publickey-credentials-get")
SIGNING_OUT = "/accounts/logout/"
POLICY = ", ".join([*(f"{name}=()" for name in REFUSED), *(f"{name}=(self)" for name in OWN)])


class HeadersMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.setdefault("Permissions-Policy", POLICY)
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if request.method == "POST" and request.path_info == SIGNING_OUT:
            # Shared computers: what the browser kept of the pages goes with the session.
            response.setdefault("Clear-Site-Data", '"cache", "storage"')
        return response
