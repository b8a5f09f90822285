"""Reading through the API: the same disagreements to the same people as the pages, in a fixed number of queries."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test.utils import CaptureQueriesContext

from escalation.models import ChronologyWords
from partnerships.ladder import Position
from tests.world import TUESDAY, World, days

pytestmark = pytest.mark.django_db


def references(answer) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [each["reference"] for each in answer.json()["results"]]


def test_the_list_holds_what_this_person_may_see(barnsley: World, program) -> None:
    barnsley.raised()
    barnsley.raised(at=TUESDAY + days(1))
    assert references(program(barnsley, barnsley.office).get("disagreements/")) == ["BAR-0002", "BAR-0001"]
    assert references(program(barnsley, barnsley.team_manager).get("disagreements/")) == ["BAR-0002", "BAR-0001"]
    assert references(program(barnsley, barnsley.stranger).get("disagreements/")) == []


def test_a_draft_is_not_in_the_list(barnsley: World, program) -> None:
    from escalation import services  # noqa: PLC0415

    with barnsley.scope(barnsley.midwife):
        services.start_draft(barnsley.viewer(barnsley.midwife))
    assert references(program(barnsley, barnsley.midwife).get("disagreements/")) == []


def test_one_row_says_where_it_is_and_who_acts_by_when(barnsley: World, program, time_machine) -> None:
    time_machine.move_to(TUESDAY + timedelta(hours=1))
    disagreement = barnsley.raised()
    row = program(barnsley, barnsley.office).get("disagreements/").json()["results"][0]
    clock = row.pop("next_deadline")
    assert row == {
        "reference": "BAR-0001",
        "page": "http://127.0.0.1:8000/p/barnsley/d/BAR-0001/",
        "version": 1,
        "state": "open",
        "state_words": "Open",
        "rung": {"stage": "stage_1", "tier": 1, "kind": "manager", "words": "Stage 1: Safeguarding leads or managers"},
        "protocol": "main",
        "raised_as": "own",
        "thematic": False,
        "raising_agency": {"key": "hospital", "name": "Moorside Hospital"},
        "also_raising": [],
        "receiving_agency": {"key": "social_care", "name": "Children's social care"},
        "category": disagreement.category,
        "urgency": "",
        "flags": [],
        "opened_directly": False,
        "who_acts": row["who_acts"],
        "raised_at": "2026-09-15T10:30:00+01:00",
        "changed_at": row["changed_at"],
        "ended_at": None,
    }
    assert row["who_acts"].startswith("Hospital Lead (Moorside Hospital)")
    assert (clock["last_day"], clock["words"], clock["strength"]) == ("2026-09-22", "5 working days left", "guide")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"state": "open"}, ["BAR-0002"]),
        ({"state": ["open", "awaiting_confirmation"]}, ["BAR-0002", "BAR-0001"]),
        ({"stage": "stage_1"}, ["BAR-0001"]),
        ({"stage_kind": "partnership"}, ["BAR-0002"]),
        ({"stage_kind": ["partnership", "manager"]}, ["BAR-0002", "BAR-0001"]),
        ({"raising": "hospital"}, ["BAR-0002", "BAR-0001"]),
        ({"raising": "social_care"}, []),
        ({"receiving": "social_care", "stage": "stage_3"}, ["BAR-0002"]),
        ({"category": "no_such_thing"}, []),
        ({"changed_since": "2026-09-16T00:00:00+01:00"}, ["BAR-0002"]),
        ({"changed_since": "2026-09-18"}, []),
        ({"raised_from": "2026-09-16"}, ["BAR-0002"]),
        ({"raised_to": "2026-09-15", "version": "main.1", "protocol": "main"}, ["BAR-0001"]),
        ({"ended_from": "2026-09-15"}, []),
        ({"timescale": "within", "turn": "decider"}, ["BAR-0002"]),
        ({"concern": "serious_or_stuck"}, ["BAR-0002"]),
        ({"mark": "any", "urgency": "x", "child": "x"}, []),
        ({"changed_since": "2026-09-18T00:00:00-18:09"}, []),
        ({"limit": 1}, ["BAR-0002"]),
        ({"limit": 1, "offset": 1}, ["BAR-0001"]),
        ({"offset": 1000}, []),
    ],
)
def test_the_list_is_filtered_and_paged(barnsley: World, program, time_machine, query, found) -> None:
    time_machine.move_to(TUESDAY)
    agreed = barnsley.raised()
    barnsley.do("record_agreement", agreed, by=barnsley.team_manager, text="Settled.")
    time_machine.move_to(TUESDAY + days(1))
    urgent = barnsley.raised(at=TUESDAY + days(1))
    barnsley.do("escalate", urgent, by=barnsley.midwife, to=Position(stage="stage_3"), reason="It cannot wait.")
    assert references(program(barnsley, barnsley.office).get("disagreements/", **query)) == found


@pytest.mark.parametrize(
    ("query", "errors"),
    [
        ({"stat": "open"}, ["stat"]),
        ({"state": "draft"}, ["state"]),
        ({"stage": ""}, ["stage"]),
        ({"changed_since": ""}, ["changed_since"]),
        ({"stage_kind": "x"}, ["stage_kind"]),
        ({"changed_since": "yesterday"}, ["changed_since"]),
        ({"version": "1"}, ["version"]),
        ({"version": "main.99999999"}, ["version"]),
        ({"timescale": "soon"}, ["timescale"]),
        ({"raised_from": "Monday"}, ["raised_from"]),
        ({"raised_to": "9999-12-31"}, ["raised_to"]),
        ({"changed_since": "0001-01-01T00:00:00+14:00"}, ["changed_since"]),
        ({"limit": "0"}, ["limit"]),
        ({"limit": "201"}, ["limit"]),
        ({"limit": "²"}, ["limit"]),
        ({"offset": "-1"}, ["offset"]),
        ({"stage": "a\x00b"}, ["stage"]),
    ],
)
def test_a_filter_that_cannot_be_applied_is_refused_rather_than_ignored(barnsley: World, program, query, errors) -> None:
    answer = program(barnsley, barnsley.office).get("disagreements/", **query)
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert list(answer.json()["errors"]) == errors


def test_one_disagreement_holds_what_its_page_shows(barnsley: World, program) -> None:
    disagreement = barnsley.raised()
    barnsley.do("record_agreement", disagreement, by=barnsley.team_manager, text="Settled.", outstanding="A letter.")
    shown = program(barnsley, barnsley.hospital_lead).get("disagreements/BAR-0001/").json()
    assert shown["child_reference"] == "H-2207"
    assert {"asked": "The concern", "answer": "Words about the concern."} in shown["written"]
    assert [(each["how"], each["text"], each["outstanding"]) for each in shown["outcomes"]] == [
        ("agreed", "Settled.", "A letter.")
    ]
    assert [(each["side"], each["name"], each["agency"]) for each in shown["parties"]] == [
        ("raising", "Midwife", "hospital"),
        ("raising", "Hospital Lead", "hospital"),
        ("receiving", "Team Manager", "social_care"),
    ]
    assert shown["protocol_version"] == 1


def test_an_address_is_shown_to_its_owner_and_to_the_office_alone(barnsley: World, program) -> None:
    barnsley.raised()

    def addresses(user) -> list[str | None]:
        return [each["email"] for each in program(barnsley, user).get("disagreements/BAR-0001/").json()["parties"]]

    everyone = ["midwife@barnsley.example", "hospital.lead@barnsley.example", "team.manager@barnsley.example"]
    assert addresses(barnsley.office) == everyone
    assert addresses(barnsley.midwife) == ["midwife@barnsley.example", None, None]


def test_no_answer_to_a_party_holds_anybody_elses_address(barnsley: World, program) -> None:
    barnsley.raised()
    manager = program(barnsley, barnsley.team_manager)
    for path in ("", "chronology/", "deadlines/", "actions/", "actions/escalate/", "actions/change_party/"):
        told = manager.get(f"disagreements/BAR-0001/{path}").content.decode()
        assert "@barnsley.example" not in told.replace("team.manager@barnsley.example", "")


def test_reading_is_not_noted_as_seen(barnsley: World, program) -> None:
    disagreement = barnsley.raised()
    assert program(barnsley, barnsley.team_manager).get("disagreements/BAR-0001/").json()["first_opened_at"] is None
    assert barnsley.chronology(disagreement) == ["raised"]


def test_the_chronology_tells_what_happened_in_order(barnsley: World, program) -> None:
    disagreement = barnsley.raised()
    barnsley.do("record_progress", disagreement, by=barnsley.team_manager, words="We spoke at noon.")
    barnsley.sweep(at=TUESDAY + days(10))
    told = program(barnsley, barnsley.midwife).get("disagreements/BAR-0001/chronology/").json()
    assert [(each["number"], each["kind"], each["by"]) for each in told] == [
        (1, "raised", "Midwife"),
        (2, "progress_recorded", "Team Manager"),
        (3, "timescale_passed", None),
    ]
    assert (told[1]["words"], told[1]["words_destroyed"]) == ("We spoke at noon.", False)
    assert (told[0]["state"], told[0]["stage"], told[0]["tier"]) == ("open", "stage_1", 1)


def test_words_that_were_destroyed_are_said_to_be(barnsley: World, program, monkeypatch) -> None:
    barnsley.raised()
    monkeypatch.setattr(ChronologyWords.objects, "filter", lambda **_: ChronologyWords.objects.none())
    told = program(barnsley, barnsley.midwife).get("disagreements/BAR-0001/chronology/").json()
    assert (told[0]["words"], told[0]["words_destroyed"]) == (None, True)


def test_a_deadline_explains_itself(barnsley: World, program, time_machine) -> None:
    time_machine.move_to(TUESDAY + timedelta(hours=1))
    barnsley.raised()
    clock = program(barnsley, barnsley.midwife).get("disagreements/BAR-0001/deadlines/").json()[0]
    assert clock["due_at"] == "2026-09-23T00:00:00+01:00"
    assert clock["last_day"] == "2026-09-22"
    assert clock["words"] == "5 working days left"
    assert "Day 1 is Wed 16 Sep and day 5 is Tue 22 Sep." in clock["explanation"]
    assert (clock["passed"], clock["varied"], clock["paused_at"]) == (False, False, None)


def test_the_protocol_in_force_is_told_whole(barnsley: World, program) -> None:
    told = program(barnsley, barnsley.stranger).get("protocol/").json()
    assert (told["number"], told["effective_from"]) == (1, "2024-01-01")
    assert told["protocol"] == barnsley.protocol.model_dump(mode="json")


def test_before_any_protocol_is_in_force_there_is_none(barnsley: World, program, time_machine) -> None:
    time_machine.move_to("2023-12-31 12:00")
    assert program(barnsley, barnsley.stranger).get("protocol/").status_code == 404


def test_agencies_come_with_their_own_ladders(barnsley: World, program) -> None:
    told = program(barnsley, barnsley.stranger).get("agencies/").json()
    names = [each["name"] for each in told]
    assert names == sorted(names, key=str.lower)
    hospital = next(each for each in told if each["key"] == "hospital")
    assert hospital == {"key": "hospital", "name": "Moorside Hospital", "sector": "health", "active": True, "posts": []}


QUERIES = {
    "disagreements/": 14,
    "disagreements/BAR-0001/": 16,
    "disagreements/BAR-0001/chronology/": 14,
    "disagreements/BAR-0001/deadlines/": 13,
    "disagreements/BAR-0001/actions/": 17,
    "protocol/": 9,
    "agencies/": 10,
}


@pytest.mark.parametrize("path", QUERIES)
@pytest.mark.parametrize("rows", [1, 3])
def test_every_list_asks_the_database_as_often_for_three_as_for_one(barnsley: World, program, path: str, rows: int) -> None:
    from django.db import connection  # noqa: PLC0415

    for _ in range(rows):
        disagreement = barnsley.raised()
    for _ in range(rows - 1):
        barnsley.do("record_progress", disagreement, by=barnsley.team_manager, words="We spoke.")
        barnsley.do("add_action", disagreement, by=barnsley.office, what="Ring", owner="A. Lead", due=TUESDAY.date())
    office = program(barnsley, barnsley.office)
    office.get(path)
    with CaptureQueriesContext(connection) as asked:
        assert office.get(path).status_code == 200
    queries = [q["sql"] for q in asked if not q["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    assert len(queries) == QUERIES[path], "\n".join(sql[:70] for sql in queries)
