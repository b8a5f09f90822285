"""What is kept beside each disagreement: brought up to date by the worker or by whoever asks, never silently behind, and gone
with the record."""

from __future__ import annotations

import random
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from escalation.numbers import numbers
from escalation.services.merging import merge, part
from insight import counting, tasks
from insight.figure import Period
from insight.measures import figure
from insight.models import Counted, CountedStep, CountedTimescale, CountingCursor
from partnerships.working_days import Calendar, working_days_between
from partnerships.working_time import working_days_by
from records.destroying import destroy
from tests.records.stories import LONG_AGO, keeps, withdrawn
from tests.services.test_putting_two_together import raised_back
from tests.world import TUESDAY, World, days

AUTUMN = Period(date(2026, 9, 1), date(2026, 11, 30))


def says(world: World) -> str:
    with world.scope():
        return figure("over-time", AUTUMN, at=TUESDAY + days(9)).says


def test_a_page_counts_a_little_by_itself_and_says_what_it_has_not(barnsley: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two at a time stand for the four hundred; the worker does the rest, however often and wherever it runs."""
    for _ in range(3):
        barnsley.raised()
    monkeypatch.setattr(counting, "WHILE_SOMEBODY_WAITS", 2)
    assert says(barnsley) == (
        "2 disagreements were raised from September to November 2026, and none ended. 1 that changed lately is not counted yet."
    )
    assert counting.partnerships_to_count() == [barnsley.partnership.pk]
    tasks.count(barnsley.partnership.pk)
    assert counting.partnerships_to_count() == []
    assert says(barnsley) == "3 disagreements were raised from September to November 2026, and none ended."
    barnsley.raised()
    tasks.count(barnsley.partnership.pk)
    tasks.count(barnsley.partnership.pk)
    assert says(barnsley) == "4 disagreements were raised from September to November 2026, and none ended."
    _by_other_rules(barnsley, monkeypatch)


def _by_other_rules(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A change of what is counted counts everything anew, and until then says how much is not; a row that lies is found."""
    with world.scope():
        Counted.objects.update(reopened=7)
    out = StringIO()
    with pytest.raises(CommandError, match="4 of them are not as a recount says"):
        call_command("recount_figures", check=True, partnership="barnsley", stdout=out)
    assert out.getvalue().startswith("barnsley: 4 looked at, 4 not as a recount says.")
    monkeypatch.setattr(counting, "RECIPE", counting.RECIPE + 1)
    assert says(world).endswith("2 that changed lately are not counted yet.")
    call_command("recount_figures", stdout=out)
    call_command("recount_figures", check=True, stdout=out)
    assert out.getvalue().endswith("barnsley: 4 counted.\nbarnsley: 4 looked at, 0 not as a recount says.\n")
    with world.scope():
        assert CountingCursor.objects.get().recipe == counting.RECIPE


def test_what_is_destroyed_is_counted_no_more_and_the_figure_says_so(barnsley: World) -> None:
    gone, stays = withdrawn(barnsley), withdrawn(barnsley)
    counting.count(barnsley.partnership.pk)
    keeps(barnsley, years=1)
    with barnsley.scope(barnsley.office):
        destroy(gone.pk, viewer=barnsley.viewer(barnsley.office), reason="Its time is up.")
        assert list(Counted.objects.values_list("pk", flat=True)) == [stays.pk]
        beside = [model.objects.filter(counted_id=gone.pk).count() for model in (CountedStep, CountedTimescale)]
        assert beside == [0, 0]
        assert CountedStep.objects.exists()
        assert counting.catch_up() == 0  # its last entry, that it was destroyed
        counting.write([gone.pk])
        assert counting.differing([gone.pk, stays.pk]) == []
        year = Period(date(LONG_AGO.year, 1, 1), date(LONG_AGO.year, 12, 31))
        shown = figure("route", year)
        assert shown.n == 1
        assert shown.says.endswith(
            "1 more was raised in these quarters; its record has been destroyed since, so it is not in this."
        )


def test_two_that_were_put_together_count_once_and_twice_again_when_they_are_parted(barnsley: World) -> None:
    one, same = barnsley.raised(), barnsley.raised()
    assert says(barnsley).startswith("2 disagreements were raised")
    with barnsley.scope(barnsley.office):
        by = barnsley.viewer(barnsley.office)
        version = barnsley.fresh(same).version
        merge(same.pk, viewer=by, version=version, into=one.pk, reason="The same.", at=TUESDAY + days(1))
    assert says(barnsley) == "1 disagreement was raised from September to November 2026, and none ended."
    with barnsley.scope(barnsley.office):
        assert numbers(published=False).total == "1"
        part(same.pk, viewer=by, version=barnsley.fresh(same).version, reason="They are two.", at=TUESDAY + days(2))
    assert says(barnsley) == "2 disagreements were raised from September to November 2026, and none ended."
    with barnsley.scope():
        assert numbers(published=False).total == "2"
        assert [step.left_at for step in CountedStep.objects.filter(counted_id=same.pk)] == [TUESDAY + days(1), None]


def test_an_agency_whose_disagreement_goes_on_in_anothers_was_not_silent(barnsley: World) -> None:
    """Each raised it against the other: put together it is one, and both have challenged."""
    one, back = barnsley.raised(), raised_back(barnsley)
    with barnsley.scope(barnsley.office):
        by, version = barnsley.viewer(barnsley.office), barnsley.fresh(back).version
        merge(back.pk, viewer=by, version=version, into=one.pk, reason="The same.", at=TUESDAY + days(1))
        silent = {row.name for row in figure("silent-agencies", AUTUMN, at=TUESDAY + days(9)).rows}
        agencies = {agency.name for agency in barnsley.agencies.values()}
    assert agencies - silent == {barnsley.agencies[key].name for key in ("hospital", "social_care")}


def test_working_days_between_many_pairs_are_those_of_the_calendar() -> None:
    """Any two days, backwards too, with bank holidays and days off, on a weekend among them."""
    dice = random.Random(6)  # noqa: S311  (the same days every time)
    closed = {date(2026, 5, 4): "Early May", date(2026, 5, 6): "", date(2026, 5, 9): "A Saturday", date(2027, 2, 1): "Closed"}
    calendar = Calendar.of({}, closed, known_until=None)
    between = working_days_by(calendar)
    pairs = [(_day(dice), _day(dice)) for _ in range(300)]
    assert [between(*pair) for pair in pairs] == [working_days_between(*pair, calendar) for pair in pairs]


def _day(dice: random.Random) -> date:
    return date(2025, 12, 1) + timedelta(days=dice.randrange(600))
