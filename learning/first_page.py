"""What a person's first page says of this app: a protocol's review that is near or past, and a return that is asked of them.

Worked out only where a page shows it: everybody's other pages ask nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from partnerships import selectors
from partnerships.models import Agency, MemberRole

from . import returns, review
from .models import ReturnPeriod
from .permissions import ANSWERS_FOR_AGENCY

TOLD_OF_REVIEWS = frozenset({MemberRole.PARTNERSHIP_MANAGER, MemberRole.PROTOCOL_ADMINISTRATOR})


@dataclass(frozen=True)
class Asked:
    reviews: tuple[str, ...] = ()
    returns: tuple[tuple[ReturnPeriod, Agency], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.reviews or self.returns)


def asked(request: HttpRequest) -> dict[str, Any]:
    """A context processor."""
    if getattr(request, "partnership", None) is None:
        return {}
    return {"learning_asks": SimpleLazyObject(lambda: _asked(request))}


def _asked(request: HttpRequest) -> Asked:
    held = list(request.memberships)  # type: ignore[attr-defined]
    day = selectors.today()
    told = any(member.role in TOLD_OF_REVIEWS for member in held)
    reviews = tuple(one.sentence(day) for one in review.near_or_passed(day)) if told else ()
    own = {member.agency_id for member in held if member.role in ANSWERS_FOR_AGENCY and member.agency_id}
    return Asked(reviews, tuple(returns.wanted_of(own, day=day)))
