"""What somebody typed outlives their session and their connection; knows no form and keeps nothing itself.

A form that comes in after the session has ended is given back on a page, to be sent again once its author has signed in. And
a browser may keep what is being typed (static/keep.js): it is given a key for that, which is made again from the person and
the form's address whenever they are signed in, so that at rest a device holds nothing that anybody could read."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

PROOF = "csrfmiddlewaretoken"
# What is typed on a partnership's page to be kept sealed and never shown again, not even to its author.
NEVER_SHOWN = frozenset({"notify_key"})
SALT, LONGEST_ADDRESS = "accounts.typed.keep", 300
# A partnership's pages, where nobody types a password or a code; not those of its programs.
GIVEN_BACK = re.compile(r"^/p/[^/]+/(?!api/)")


def typed_in(request: HttpRequest) -> list[tuple[str, str]]:
    """Every field that was posted, but the one that proves where the form was made, and a key: that is typed once more."""
    left = NEVER_SHOWN | {PROOF}
    return [(name, value) for name, values in request.POST.lists() for value in values if name not in left]


class SignInMiddleware(LoginRequiredMiddleware):
    """Whoever looks is led to sign in and back. Whoever sends a form is given every word of it on a page: led away, they
    would have lost it. It goes through nobody's session or database, and only below `GIVEN_BACK`, where no
    password and no code is ever typed. A form of another site's is not theirs: on a page of ours, one press would send it
    in their name."""

    def handle_no_permission(  # type: ignore[override]  # any answer will do
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseBase:
        if request.method != "POST" or not GIVEN_BACK.match(request.path_info) or not from_ours(request):
            return super().handle_no_permission(request, view_func)
        sign_in = reverse(settings.LOGIN_URL) + "?" + urlencode({REDIRECT_FIELD_NAME: reverse("account_proved")})
        return given_back(request, sign_in=sign_in)


def given_back(request: HttpRequest, *, sign_in: str = "") -> HttpResponse:
    """The words on a page that does nothing but send them again. `sign_in`: where to do so first."""
    context = {"typed": typed_in(request), "sign_in": sign_in, "files": bool(request.FILES)}
    response = render(request, "accounts/signed_out.html", context, status=403)
    response["Cache-Control"] = "no-store"
    return response


def from_ours(request: HttpRequest) -> bool:
    """Whether the form that was sent stood on a page of ours, as the browser itself says: every browser does, with a form."""
    return request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"


def may_be_given_back(request: HttpRequest) -> bool:
    """A form whose proof of where it was made is of another sign-in: it comes from a page of ours, as the browser itself
    says, or it could be anybody's words that somebody is made to send."""
    match = request.resolver_match
    wanted = match is not None and getattr(match.func, "login_required", True) and GIVEN_BACK.match(request.path_info)
    return bool(wanted) and request.user.is_authenticated and from_ours(request)


@never_cache
@require_safe
def keep_key(request: HttpRequest) -> HttpResponse:
    """For the person who is signed in and one form: the key (AES, 256 bits), and the name under which the browser keeps it,
    which tells nothing of whose or which it is."""
    about = f"{request.user.pk}:{request.GET.get('at', '')[:LONGEST_ADDRESS]}"
    key, name = (salted_hmac(f"{SALT}.{use}", about, algorithm="sha256").digest() for use in ("key", "name"))
    return JsonResponse({"key": base64.b64encode(key).decode(), "name": name.hex()[:24]})
