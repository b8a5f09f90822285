"""Two administrators at the same moment: of two drafts one gets the day, and one draft is published once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from partnerships import selectors, services
from partnerships.editor import drafting, publishing
from partnerships.models import ProtocolVersion, VersionStatus
from tests.promises.database import at_once
from tests.world import World


@pytest.mark.django_db(transaction=True)
def test_of_two_drafts_one_gets_the_day_and_numbers_are_given_once(transactional_db: None) -> None:
    world = World("barnsley")
    by = world.administrator
    with world.scope():
        day = selectors.today() + timedelta(days=3)

    def begins() -> int:
        with world.scope():
            found = drafting.definition("version:1")
            assert found is not None
            return drafting.draft_from(found, line="main").number

    assert sorted(map(str, at_once([begins] * 4))) == ["2", "3", "4", "5"]

    def publishes(number: int) -> str:
        with world.scope(by):
            draft = ProtocolVersion.objects.get(number=number)
            try:
                publishing.publish(draft, day=day, by=by, digest=draft.digest)
            except publishing.NotNow as refused:
                return refused.reasons[0].partition(" is in force")[2] or refused.reasons[0]
            return "published"

    done = sorted(map(str, at_once([lambda n=number: publishes(n) for number in (2, 3)])))  # type: ignore[misc]
    assert done == [" from that very day. Choose another day.", "published"]
    with world.scope():
        assert services.why_not_that_day("main", day)
        left = ProtocolVersion.objects.filter(status=VersionStatus.DRAFT).order_by("number").last()
        assert left is not None
    day += timedelta(days=1)
    done = sorted(map(str, at_once([lambda: publishes(left.number)] * 3)))
    assert done == [publishing.PUBLISHED, publishing.PUBLISHED, "published"]
