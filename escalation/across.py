"""What concerns two partnerships, as each of them reads it: with whom one is shared, what another holds; writes nothing.

The record is one partnership's. The other has a marker without content, so that its own count is whole."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from partnerships.models import Partnership, User
from partnerships.scope import current_partnership_id, partnership_scope, person_scope
from partnerships.selectors import memberships_of

from .lying_beside import is_known_to_lack
from .models import Disagreement, ElsewhereMarker
from .permissions import Viewer
from .selectors import find
from .states import STATE_WORDS, State


def neighbours(partnership: Partnership) -> QuerySet[Partnership]:
    """Whose people may be brought in and which then counts it too: the other real partnerships, by name. What is invented
    in training is counted by no partnership that is live, and the other way round."""
    others = Partnership.objects.filter(rehearsal_of=None).exclude(pk=partnership.pk).order_by("name")
    if partnership.rehearsal_of_id is not None:
        return others.none()
    return others.filter(live_since__isnull=partnership.in_training)


def shared_with(disagreement: Disagreement) -> list[Partnership]:
    """The other partnerships that count it too, by name."""
    if is_known_to_lack(disagreement, "shared_across"):
        return []
    return [row.other for row in disagreement.shared_across.select_related("other").order_by("other__name")]


@dataclass(frozen=True)
class HeldElsewhere:
    """One that another partnership holds, as this one's tracker shows it. A link only for who may open it there."""

    marker: ElsewhereMarker
    href: str

    @property
    def owner(self) -> str:
        return f"Held by {self.marker.owner}"

    @property
    def state(self) -> str:
        return STATE_WORDS[State(self.marker.state)]


def held_elsewhere() -> QuerySet[ElsewhereMarker]:
    """What other partnerships hold and this one counts too, the newest first."""
    return ElsewhereMarker.objects.select_related("owner").order_by("-raised_on", "owner__name", "reference")


def as_seen_by(user: User, markers: Iterable[ElsewhereMarker]) -> list[HeldElsewhere]:
    """Each with the way to it, for somebody who was brought in there too. Whether they may open it is decided in the
    owner's own scope, as it would be if they went there."""
    found = list(markers)
    if not found:
        return []
    owners = {marker.owner_id for marker in found}
    here = current_partnership_id()
    with person_scope(user.pk):
        own = [m for m in memberships_of(user.pk) if m.partnership_id in owners and m.partnership_id != here]
    hrefs: dict[tuple[int, str], str] = {}
    for owner_id in {member.partnership_id for member in own}:
        with partnership_scope(owner_id, user_id=user.pk):
            viewer = Viewer.of(user, [member for member in own if member.partnership_id == owner_id])
            for marker in found:
                if marker.owner_id == owner_id and (disagreement := find(viewer, marker.reference)) is not None:
                    hrefs[owner_id, marker.reference] = disagreement.get_absolute_url()
    return [HeldElsewhere(marker, hrefs.get((marker.owner_id, marker.reference), "")) for marker in found]
