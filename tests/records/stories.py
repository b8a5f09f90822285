"""Disagreements that ended long ago, in a partnership that keeps records for a year: what the tests of this folder begin with."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from escalation.models import Disagreement
from partnerships.arrangements import Arrangements
from tests.world import World

# A Tuesday more than a year before every day on which these tests can run.
LONG_AGO = datetime(2024, 4, 16, 9, 30, tzinfo=UTC)


def keeps(world: World, *, years: int | None = 1, **own: Any) -> Arrangements:
    with world.scope():
        Arrangements.objects.all().delete()
        return Arrangements.objects.create(keep_years=years, **own)


def withdrawn(world: World, *, at: datetime = LONG_AGO, **own: Any) -> Disagreement:
    """Raised, told about, and withdrawn two days later."""
    raised = world.raised(at=at, **own)
    world.do("record_progress", raised, by=world.office, at=at + timedelta(hours=3), words="The family was told")
    return world.do("withdraw", raised, by=world.office, at=at + timedelta(days=2), reason="Settled by talking")
