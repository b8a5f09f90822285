"""The one form in which a program is told that something cannot be: problem+json. Knows no reason of its own.

`type` is what a program goes by: an address below which the kind of problem is explained (the page "Problems"). It never
changes while version 1 lasts; the title and the sentences may."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import JsonResponse

PROBLEM = "application/problem+json"
EXPLAINED_AT = "/api/problems/"


@dataclass(frozen=True)
class Kind:
    """One kind of problem: with which status it is told, what it means, and what a program does about it."""

    key: str
    status: int
    meaning: str
    then: str

    @property
    def type(self) -> str:
        return f"{EXPLAINED_AT}#{self.key}"


KINDS: dict[str, Kind] = {
    kind.key: kind
    for kind in (
        Kind("not-taken", 400, "What was sent cannot be taken.", "Read errors, field by field, and send it again."),
        Kind("sign-in", 401, "There is no valid token of this partnership.", "Ask for a new token."),
        Kind("not-permitted", 403, "This person may not do this.", "Leave it to whom the sentence names."),
        Kind("not-for-this-token", 403, "This token was not made for this.", "Make a token that may be used for it."),
        Kind("in-the-clear", 403, "The token was sent without encryption.", "Make a new token, and use the https address."),
        Kind("not-there", 404, "There is nothing here, or nothing that this person may see.", "Do not ask again."),
        Kind("method", 405, "This address does not take this method.", "Use one that the header Allow names."),
        Kind("not-acceptable", 406, "Only JSON is given.", "Accept application/json."),
        Kind("not-possible", 409, "The protocol does not allow this now.", "Read what can be done, and choose again."),
        Kind("changed", 409, "Somebody changed it in the meantime.", "Read it again, look, and decide again."),
        Kind("still-running", 409, "The same was sent before and is not finished.", "Wait a second, and send it again."),
        Kind("precondition", 412, "It is not what If-Match says.", "Read it again, look, and decide again."),
        Kind("too-large", 413, "Too long.", "Send less."),
        Kind("not-json", 415, "This kind of body is not taken here.", "Send the kind that the description names."),
        Kind("key-used", 422, "The idempotency key stands for something else.", "Use a new key for each thing that is done."),
        Kind("too-many", 429, "Too many requests.", "Wait as long as the header Retry-After says."),
        Kind("broken", 500, "Something went wrong here.", "Send it again later, with the same idempotency key."),
        Kind("away", 503, "It cannot be given just now.", "Ask again later."),
    )
}
# Where it is told by status alone. Of two kinds of one status the first is the plain one.
_BY_STATUS = {kind.status: kind.key for kind in reversed(KINDS.values())}


def problem_of(
    *, status: int, title: str, detail: str, errors: Mapping[str, Sequence[str]] | None = None, kind: str = ""
) -> dict[str, Any]:
    """`detail` is the sentence that a page would show; `errors` sentences by field; `kind` one of KINDS, or what its status
    says."""
    known = KINDS.get(kind or _BY_STATUS.get(status, ""))
    told = {"title": title, "status": status, "detail": detail, "errors": dict(errors or {})}
    return {"type": known.type if known else "about:blank", **told}


def program_told(status: int, title: str, detail: str, *, kind: str = "") -> JsonResponse:
    """The answer, where no view of the API makes it: before one runs, or where one broke."""
    told = problem_of(status=status, title=title, detail=detail, kind=kind)
    return JsonResponse(told, status=status, content_type=PROBLEM)
