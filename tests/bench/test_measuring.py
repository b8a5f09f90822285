"""The measurements can be taken: copies of what was raised hold together, bare views answer, and the table says what holds."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client

from bench import growing, places, schema, stories, table
from bench.floor import VIEWS
from bench.measuring import NEXT, Measured
from bench.pages import Page
from bench.sizes import Size, sizes
from partnerships.models import User
from tests.world import World

ROOT = Path(__file__).resolve().parents[2]
HASHED = "SELECT encode(chronology_hash(jsonb_populate_record(NULL::escalation_chronologyentry, %s::jsonb)), 'hex')"
COPIED = [*stories.COPIED.split(", "), "words_id", "words_digest", "recipe", "previous_hash", "hash"]


@pytest.mark.parametrize("disagreements", [1_000, 1_000_000])
def test_partnerships_are_as_large_as_they_are_in_a_country(disagreements: int) -> None:
    found = [size.disagreements for size in sizes(disagreements)]
    assert (len(found), sum(found), max(found)) == (150, disagreements, disagreements // 10)
    assert sorted(found, reverse=True)[75] < disagreements / 150  # most are small


@pytest.mark.django_db
def test_copies_are_chained_as_the_trigger_chains(barnsley: World) -> None:
    """Every hash is that which the database makes of the same row, and each follows the one before it."""
    barnsley.raised()
    written: dict[str, str] = {}

    def write(name: str, text: str) -> None:
        written[name] = written.get(name, "") + text

    with barnsley.scope(barnsley.office), connection.cursor() as cur:
        known = schema.tables(cur)
        (story,) = stories.stories(cur, known)
        after = places.pattern(cur, known, story.partnership)
        size = Size(number=1, disagreements=3)
        place = places.Maker(after, size, write=write).make()
        grower = growing.Grower(after, [story], size, place, write=write, seed=1)
        count = grower.grow()
        lines = [line.split("\t") for line in written[stories.ENTRIES].splitlines()]
        before = None
        for number, line in enumerate(lines, start=1):
            entry = {
                name: None if value == r"\N" else value.replace("\\\\", "\\") for name, value in zip(COPIED, line, strict=True)
            }
            assert (entry["seq"], entry["previous_hash"]) == (str(number), before)
            cur.execute(HASHED, [json.dumps(entry | {"data": json.loads(str(entry["data"]))})])
            before = entry["hash"]
            assert cur.fetchone() == (str(before).removeprefix("\\x"),)
    assert count == len(lines) == 3 * len(story.entries)
    assert {len(written[name].splitlines()) for name in (stories.DISAGREEMENT, "insight_tally") if name in written} == {3}


@pytest.mark.django_db
def test_every_page_has_a_bare_view_beside_it(
    barnsley: World, signed_in: Callable[[User], Client], settings: pytest.FixtureRequest
) -> None:
    raised = barnsley.raised()
    settings.ROOT_URLCONF = "bench.urls"  # type: ignore[attr-defined]
    (templates,) = settings.TEMPLATES  # type: ignore[attr-defined]
    settings.TEMPLATES = [templates | {"DIRS": [*templates["DIRS"], ROOT / "bench" / "templates"]}]  # type: ignore[attr-defined]
    office = signed_in(barnsley.office)
    asked = {
        "disagreement": f"reference={raised.reference}",
        "search": "q=visit",
        "figures": "since=2026-01-01&until=2027-01-01",
        "tracker": "beyond=1&state=open&order=newest",
    }
    for name in VIEWS:
        came = office.get(f"/p/barnsley/bench/{name}/?{asked.get(name, '')}")
        shown = b"".join(came.streaming_content) if came.streaming else came.content  # type: ignore[attr-defined]
        assert came.status_code == 200
        assert (raised.reference.encode() in shown) == (name in {"tracker", "disagreement", "api", "export"}), name


def test_the_table_says_what_holds_and_what_does_not() -> None:
    page = Page("Tracker", "office", "tracker/", "tracker/")
    sizes = (10, 1000)
    quick = {(10, "page"): [0.02, 0.02], (10, "bare"): [0.01], (1000, "page"): [0.02, 0.03, 0.02], (1000, "bare"): [0.01, 0.01]}
    slow = quick | {(1000, "page"): [0.04, 0.04, 0.04]}
    measured = (
        Measured(page, sizes, quick, queries={10: 8, 1000: 8}),
        Measured(page, sizes, slow),
        Measured(page, sizes, problem="It did not come."),
    )
    lines = [table.line(one) for one in measured]
    assert [line["holds"] for line in lines] == [True, False, False]
    assert [(at["times_bare"], at["times_smallest"], at["holds"]) for at in lines[1]["sizes"]] == [(2, 1, True), (4, 2, False)]
    told = table.text(lines, loaded={"10": {"disagreements": 10, "largest": 1}})
    assert "It did not come." in told
    assert "10 (1 in the largest partnership)" in told
    assert NEXT.search('<a class="govuk-link" href="?after=1" rel="next">')
