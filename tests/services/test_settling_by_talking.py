"""What two people settled by talking, logged in a minute: no names, no clocks, and the end of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from escalation import services
from escalation.models import ChronologyEntry, Disagreement, Outcome, Party
from escalation.moves import NotPermitted, Refused
from partnerships.models import User
from tests.world import TUESDAY, World

from .acts import CLOSED, last, refusal, words_of

pytestmark = pytest.mark.django_db


def log(world: World, *, by: User | None = None, **own: Any) -> ChronologyEntry:
    user = by or world.midwife
    facts = {
        "raising_agency": world.agencies["hospital"],
        "receiving_agency": world.agencies["police"],
        "category": world.protocol.categories[0].key,
        "text": "Who rings whom at night.",
        "at": TUESDAY,
    }
    with world.scope(user):
        return services.log_settled(viewer=world.viewer(user), **(facts | own))


def test_it_is_logged_as_closed_in_every_partnership(
    barnsley: World, havering: World, wiltshire: World, oldham: World, enfield: World
) -> None:
    for world in (barnsley, havering, wiltshire, oldham, enfield):
        entry = log(world)
        with world.scope():
            found = Disagreement.objects.get(pk=entry.disagreement_id)
            outcome = Outcome.objects.get(disagreement=found)
            assert not Party.objects.exists()
        assert (found.state, found.stage, found.reference) == ("closed", "", f"{world.partnership.reference_prefix}-0001")
        assert (found.raised_at, found.ended_at, found.version, found.raised_by) == (TUESDAY, TUESDAY, 1, world.midwife)
        assert found.common_category == world.protocol.categories[0].common
        assert (outcome.how, outcome.text, outcome.confirmed_at) == ("settled", "Who rings whom at night.", TUESDAY)
        assert (entry.kind, entry.stage) == ("settled_logged", "")
        assert entry.data == {"events": ["settled_logged"], "protocol": world.version.digest}
        assert words_of(world, entry) == "Who rings whom at night."
        assert world.running(found) == {}


def test_the_same_words_within_ten_minutes_are_one_log(barnsley: World) -> None:
    first = log(barnsley)
    again = log(barnsley, at=TUESDAY + timedelta(minutes=9))
    other = log(barnsley, at=TUESDAY + timedelta(minutes=9), text="Who rings whom by day.")
    later = log(barnsley, at=TUESDAY + timedelta(minutes=11))
    assert [entry.pk == first.pk for entry in (again, other, later)] == [True, False, False]
    with barnsley.scope():
        assert list(Disagreement.objects.order_by("pk").values_list("reference", flat=True)) == [
            "BAR-0001", "BAR-0002", "BAR-0003",
        ]  # fmt: skip


def test_a_category_may_be_left_out(barnsley: World) -> None:
    entry = log(barnsley, category="")
    with barnsley.scope():
        assert Disagreement.objects.get(pk=entry.disagreement_id).common_category == ""


@pytest.mark.parametrize(
    ("own", "said"),
    [
        ({"text": " \n"}, "Write down what was settled."),
        ({"category": "weather"}, "Choose the category from the list."),
        ({"at": TUESDAY.replace(year=2023)}, "No protocol is in force in this partnership yet, so nothing can be raised."),
    ],
)
def test_what_is_missing_or_unknown_is_refused(barnsley: World, own: dict[str, Any], said: str) -> None:
    with pytest.raises(Refused) as refused:
        log(barnsley, **own)
    assert str(refused.value) == said
    with barnsley.scope():
        assert not Disagreement.objects.exists()


def test_two_agencies_that_do_not_differ(barnsley: World) -> None:
    with pytest.raises(Refused) as refused:
        log(barnsley, receiving_agency=barnsley.agencies["hospital"])
    assert str(refused.value) == "The two agencies must differ: this is for disagreements between agencies."


def test_those_who_only_look_after_the_product_log_nothing(barnsley: World) -> None:
    with pytest.raises(NotPermitted) as refused:
        log(barnsley, by=barnsley.administrator)
    assert str(refused.value) == "Your role here does not raise disagreements."


def test_it_is_not_reopened_closed_or_worked_on(barnsley: World) -> None:
    entry = log(barnsley)
    with barnsley.scope():
        found = Disagreement.objects.get(pk=entry.disagreement_id)
    office = barnsley.office
    assert refusal(barnsley, "reopen", found, by=office, reason="Not settled") == (
        "This was only logged as settled. Raise a new disagreement instead."
    )
    assert refusal(barnsley, "close", found, by=office) == "This disagreement is closed, so it cannot be closed now."
    assert refusal(barnsley, "record_progress", found, by=office, words="More") == CLOSED
    assert refusal(barnsley, "withdraw", found, by=office, reason="Wrong") == (
        "This disagreement is closed, so it cannot be withdrawn now."
    )


def test_learning_from_it_may_be_recorded(barnsley: World) -> None:
    entry = log(barnsley)
    with barnsley.scope():
        found = Disagreement.objects.get(pk=entry.disagreement_id)
    barnsley.do("record_learning", found, by=barnsley.midwife, words="A list of numbers helps.", needs="briefing")
    assert last(barnsley, found).data == {"answer": "briefing", "events": ["learning_recorded"]}
