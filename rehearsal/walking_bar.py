"""What the bar on every page of a rehearsal says: whom one is being there, and what time it is; decides nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest

from partnerships.models import Membership, Partnership, User
from partnerships.scope import present


@dataclass(frozen=True)
class Bar:
    real: Partnership
    being: str
    part: str
    at: datetime
    moved: bool
    back: str


def bar(request: HttpRequest) -> dict[str, Any]:
    """For every page's frame. Nothing outside a rehearsal."""
    really: User | None = getattr(request, "rehearsed_by", None)
    partnership: Partnership | None = getattr(request, "partnership", None)
    if really is None or partnership is None or partnership.rehearsal_of is None:
        return {}
    memberships: list[Membership] = request.memberships  # type: ignore[attr-defined]
    return {
        "signed_in_as": really,
        "rehearsal_bar": Bar(
            real=partnership.rehearsal_of,
            being=memberships[0].user.name if memberships else "",
            part=part_of(memberships[0]) if memberships else "",
            at=present(),
            moved=partnership.clock_ahead > timedelta(0),
            # After the clock has moved, the same page is read again; a page that was posted to is not asked for anew.
            back=request.get_full_path() if request.method == "GET" else "",
        ),
    }


def part_of(member: Membership) -> str:
    """ "Midwife: Practitioner, Moorside Hospital"."""
    return ", ".join(words for words in (member.job_title, member.agency.name if member.agency else "") if words)
