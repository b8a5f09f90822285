"""Pages for what broke: what to do, the number to quote, and every word that was typed, to be sent again. Asks the database
nothing, since it may be what is away; knows no form and no cause.

Words go back only to whom they came from: the browser that sent them says that they stood on a page of ours (typed.py). That
is so whether or not it is known who is signed in, which cannot be asked while the database is away; nothing is kept, and
nothing is in a log."""

from __future__ import annotations

import sys

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template import loader

from accounts.typed import GIVEN_BACK, from_ours, typed_in

AGAIN_IN = 60  # seconds: a server that was restarted is back by then
TOO_MUCH = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


def database_away(problem: BaseException | None) -> bool:
    """Whether it, or what it came of, is the database's not answering, or answering that it cannot just now."""
    seen: set[int] = set()
    while problem is not None and id(problem) not in seen:
        if isinstance(problem, OperationalError | InterfaceError):
            return True
        seen.add(id(problem))
        problem = problem.__cause__ or problem.__context__
    return False


def status_of_what_broke() -> int:
    """For Django's handler of what nobody caught, which is called while the exception is there to be looked at."""
    return 503 if database_away(sys.exc_info()[1]) else 500


def page(request: HttpRequest, status: int) -> HttpResponse:
    """400, 413, 500 or 503, in the chosen language. Of what cannot be read, or is too much, nothing can be given back."""
    context = {"number": getattr(request, "request_id", "")}
    if status >= 500:
        context |= _typed(request)
    response = HttpResponse(loader.render_to_string(f"{status}.html", context), status=status)
    response["Cache-Control"] = "no-store"
    if status == 503:
        response["Retry-After"] = str(AGAIN_IN)
    return response


def keep(request: HttpRequest) -> None:
    """For the page of somebody who may not, or whose form is not there any more: their words, to be copied."""
    request.typed = _typed(request).get("typed", [])  # type: ignore[attr-defined]


def _typed(request: HttpRequest) -> dict[str, object]:
    if request.method != "POST" or not GIVEN_BACK.match(request.path_info) or not from_ours(request):
        return {}
    try:
        typed = typed_in(request)
    except Exception:  # noqa: BLE001  (it broke while the form was being read: there is nothing to give back)
        return {}
    return {
        "typed": typed,
        "files": bool(request.FILES),
        "action": request.get_full_path(),
        "csrf_token": get_token(request),
    }
