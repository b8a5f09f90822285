"""Whether what is asked for is what the program has already, and whether what it changes is what it read: entity tags.

A tag says the version of the disagreement, then a digest of everything else that its body is made of. It is worked out
before the body, so that a program that asks every minute costs little."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from django.http import HttpResponse
from django.utils.http import parse_etags
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response

from partnerships.scope import present
from partnerships.working_days import LONDON, Unit

from ..models import Disagreement
from ..permissions import Viewer

# Raised when what a body is made of changes, so that no program goes on with the old one.
SHAPE = 1


class PreconditionFailed(APIException):
    """If-Match named another version than there is."""

    status_code = 412
    said = ("Not what you read", "precondition")


def tag_of(viewer: Viewer, disagreement: Disagreement) -> str:
    """For one person's view of one disagreement, from `visible`. The words that count days change with the day, those that
    count hours with the minute."""
    parts = "|".join(str(part) for part in _parts(viewer, disagreement))
    return f'"{disagreement.version}-{hashlib.sha256(parts.encode()).hexdigest()[:20]}"'


def _parts(viewer: Viewer, disagreement: Disagreement) -> Iterator[Any]:
    yield from (SHAPE, disagreement.pk, disagreement.version, disagreement.changed_at.isoformat(), viewer.user.pk)
    yield from (viewer.is_office, viewer.user.email, disagreement.raising_agency, disagreement.receiving_agency)
    people: list[Any] = disagreement.people  # type: ignore[attr-defined]
    yield from ((party.pk, party.name, party.agency.name, party.left_at) for party in people)
    now = present()
    running: list[Any] = disagreement.running  # type: ignore[attr-defined]
    in_hours = any(clock.unit == Unit.CLOCK_HOURS for clock in running)
    yield now.astimezone(LONDON).strftime("%Y-%m-%d %H:%M" if in_hours else "%Y-%m-%d")
    yield from ((clock.pk, clock.due_at.isoformat(), clock.paused_at, now >= clock.due_at) for clock in running)


def tag_of_body(body: bytes) -> str:
    """For what is not one disagreement: it spares sending the body, not making it."""
    return f'W/"{hashlib.sha256(body).hexdigest()[:24]}"'


def has_it(request: Request, tag: str) -> bool:
    """Whether the program has this already (If-None-Match, compared as RFC 9110 13.1.2 says: weakly)."""
    sent = parse_etags(request.headers.get("If-None-Match", ""))
    return "*" in sent or tag.removeprefix("W/") in {each.removeprefix("W/") for each in sent}


def unchanged(tag: str) -> HttpResponse:
    answer = HttpResponse(status=304)
    del answer["Content-Type"]
    answer["ETag"] = tag
    return answer


def spare_the_body(request: Request, answer: Response) -> None:
    """Give a list, or whatever has no tag yet, one of its body; and no body where the program has it."""

    def tagged(rendered: Response) -> HttpResponse | None:
        tag = rendered["ETag"] if "ETag" in rendered else tag_of_body(rendered.content)
        rendered["ETag"] = tag
        if not has_it(request, tag):
            return None
        spared = unchanged(tag)
        for name in ("Deprecation", "Sunset", "Link", "Vary"):
            if name in rendered:
                spared[name] = rendered[name]
        return spared

    answer.add_post_render_callback(tagged)


def matches(request: Request, disagreement: Disagreement) -> bool | None:
    """Whether If-Match names the version that there is; None where it was not sent. Only the version counts: that a day has
    gone by since it was read, which the whole tag says too, is no reason to refuse what somebody does."""
    sent = [each for each in parse_etags(request.headers.get("If-Match", "")) if each != "*"]
    if not sent:
        return None
    return any(each.strip('"').partition("-")[0] == str(disagreement.version) for each in sent)
