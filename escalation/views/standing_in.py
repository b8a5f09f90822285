"""Who is away and who stands in for them, as the first page and the team's page say it to the people concerned."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from partnerships.models import PostHolder

from ..open_work import away_here, rests_on, work_resting_on
from ..permissions import Viewer

# Kept in each chronology where a deputy takes over in one press.
REASON = "I stand in as deputy while they are away."


@dataclass(frozen=True)
class StoodInFor:
    """Somebody away whose deputy this person is, and how much of their work waits."""

    holder: PostHolder
    count: int


def standing_in(viewer: Viewer, *, day: date) -> dict[str, Any]:
    """Nothing for guests: the directory is not theirs to read."""
    if viewer.is_guest:
        return {}
    mine, others = away_here(viewer.user, day=day)
    return {
        "stood_in_for": [StoodInFor(h, work_resting_on(h)) for h in others],
        "away": mine,
        "has_work": rests_on(viewer.user),
        "deputy_reason": REASON,
    }
