"""The report on a year: what is typed is kept as it is, figures stand beside those of last year, and issued it is fixed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO

import pytest
import time_machine
from pypdf import PdfReader

from insight.counting import count
from insight.measures import Theme
from meetings.models import Issued
from meetings.slots import SLOTS
from tests.journeys.visitor import Visitor
from tests.pages.tables import rows
from tests.world import World

pytestmark = pytest.mark.django_db
HUB = "/p/wiltshire/meetings/"


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Coordinates]:
    with time_machine.travel(datetime(2026, 3, 31, 9, tzinfo=UTC), tick=False) as moved:
        yield moved


def test_words_are_kept_as_typed_beside_figures_of_both_years(wiltshire: World, clock: time_machine.Coordinates) -> None:
    for year, month in ((2024, 6), (2024, 9), (2025, 6)):
        wiltshire.raised(at=datetime(year, month, 11, 9, tzinfo=UTC))
    count(wiltshire.partnership.pk)
    office = Visitor(wiltshire.office).opens(HUB).follows("Begin a report").sees("The protocol has the report go to: Executive.")
    assert office.presses("Begin").refusals == ["Choose a year"]
    report = office.chooses("April 2025 to March 2026").presses("Begin")
    assert report.heading == "Professional disagreements in April 2025 to March 2026"
    report.sees("Why are there more or fewer than last year?", "It can be issued when the year is over")
    address, typed = report.address, "Fewer were raised.\n\n<b>Health</b> stopped logging; $1 of #every 2."
    report.fills("What the figures mean", typed).presses("Save what I wrote")
    assert report.told == ["What you wrote is saved."]

    # Somebody else, who opened it before, is told and loses nothing; neither does the one who was first.
    late = Visitor(wiltshire.office).opens(address)
    report.client.post(address, {"version": "2", "meaning": typed, "summary": "In short.", "hides_small": "on"})
    late.fills("The year ahead", "Train schools.").presses("Save what I wrote")
    assert (late.status, late.refusals[0][:45]) == (409, "Somebody else saved this report while you wer")
    late.sees("Train schools.").does_not_see("In short.")
    late.client.post(
        address, {"version": "3", "meaning": typed, "summary": "In short.", "ahead": "Train schools.", "hides_small": "on"}
    )

    # Figures move; words do not. The year before stands beside, and small numbers are left out until somebody says otherwise.
    wiltshire.raised(at=datetime(2026, 3, 30, 9, tzinfo=UTC))
    count(wiltshire.partnership.pk)
    hidden = report.opens(address).sees("In short.", "Train schools.", "<b>Health</b> stopped logging").words
    report.typed["hides_small"] = []
    report.presses("Save what I wrote")
    assert "too few to be shown" in hidden
    report.does_not_see("too few to be shown").sees("2 raised", "Agencies that raised none")
    now, then = (over_time(report, year) for year in ("", ": April 2024 to March 2025"))
    assert {month: row[0] for month, row in now.items() if row[0] != "0"} == {"June 2025": "1", "March 2026": "1", "All": "2"}
    assert {month: row[0] for month, row in then.items() if row[0] != "0"} == {
        "June 2024": "1", "September 2024": "1", "All": "2",
    }  # fmt: skip
    _is_taken_as_a_draft(report, address)

    # Issued when the year is over; then it stays.
    report.client.post(f"{address}issue/")
    with wiltshire.scope():
        assert not Issued.objects.exists()  # the year is not over yet
    clock.move_to(datetime(2026, 4, 7, 9, tzinfo=UTC))
    Visitor(wiltshire.office).opens(address).presses("Issue the report as it was saved").sees("$1 of #every 2.", "In short.")


def over_time(report: Visitor, year: str) -> dict[str, list[str]]:
    return {row[0]: row[1:] for row in tables(report)[f"Raised and ended over time{year}"]}


def _is_taken_as_a_draft(report: Visitor, address: str) -> None:
    draft = report.client.get(f"{address}draft.pdf")
    text = " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(draft.content)).pages).split())
    for words in ("Draft, not issued. Report to: Executive", "$1 of #every 2.", "these are small numbers".capitalize(), "Tier 1"):
        assert words in text, words


def tables(page: Visitor) -> dict[str, list[list[str]]]:
    return {table.first(tag="caption").text: rows(table) for table in page.page.every(tag="table")}


def test_every_theme_of_insight_has_its_place_in_the_report() -> None:
    assert sorted(theme for slot in SLOTS for theme in slot.themes) == sorted(Theme)
