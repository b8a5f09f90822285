"""What the pages of this app share: who may open them, how a row is found, and what is said when an act is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest

from escalation.forms.noticing import Noticing
from escalation.moves import Refused, Stale
from escalation.permissions import Viewer
from escalation.views.acting import viewer_of

from ..permissions import may_follow

LARGEST = 2**63 - 1
LOOK_AGAIN = "Somebody changed this while you were writing. Nothing you typed is lost: look at it again, and press once more."
M = TypeVar("M", bound=models.Model)


def office(request: HttpRequest) -> Viewer:
    viewer = viewer_of(request)
    if not (verdict := may_follow(viewer)):
        raise PermissionDenied(verdict.sentence)
    return viewer


def found_or_404(rows: models.QuerySet[M], number: int) -> M:
    found = rows.filter(pk=number).first() if number <= LARGEST else None
    if found is None:
        raise Http404
    return found


def numbers(values: list[str], *, most: int) -> list[int]:
    """The numbers among what an address or a form sends; anything else is left out."""
    return [int(v) for v in values[:most] if v.isascii() and v.isdigit() and len(v) < 19]


def sent(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def done(form: Any, act: Callable[[], object], *, fresh_version: Callable[[], int] = lambda: 0) -> int:
    """Do it; 0 if it is done, else the status with which the form is shown again, with the sentence in it. After somebody
    else's change the form takes the new version: whoever presses once more has seen it said."""
    try:
        act()
    except Stale:
        form.add_error(None, LOOK_AGAIN)
        form.data = form.data.copy()
        form.data["version"] = str(fresh_version())
        return 409
    except Refused as problem:
        form.add_error(None, str(problem))
        return 409
    return 0


def asks_first(form: forms.BaseForm, request: HttpRequest, found: Noticing) -> bool:
    """Whether what was noticed is still to be asked about: it is asked once, for exactly these texts."""
    return bool(found) and not found.meant(request.POST)
