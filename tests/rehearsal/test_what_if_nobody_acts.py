"""The page on which somebody sees what a protocol does of itself, before anybody works under it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client

from escalation.models import ChronologyEntry, Disagreement
from notifications.models import Message, Notice
from partnerships.protocol import Condition, ContactPart, Flag, RouteOut
from partnerships.services import draft_protocol
from tests.journeys.visitor import Visitor
from tests.world import TUESDAY, World, shipped_protocol

pytestmark = pytest.mark.django_db

ELSEWHERE = RouteOut(
    key="complaints",
    when=Condition(flags=("complaint",)),
    title="Use the complaints procedure",
    advice=("Ring them.",),
    clause="B 1",
)
BARNSLEY = "/p/barnsley/administration/rehearse/1/"


@pytest.fixture(autouse=True)
def _tuesday() -> Iterator[None]:
    with time_machine.travel(TUESDAY, tick=False):
        yield


def days_of(page: Visitor) -> list[str]:
    return [heading.text for heading in page.page.every(tag="h3", cls="moj-timeline__title")]


def events_of(page: Visitor) -> list[str]:
    return [heading.text for heading in page.page.every(tag="h4")]


def taken(client: Client, address: str) -> list[dict[str, str]]:
    response = client.get(address)
    assert response.status_code == 200, response.content
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"), newline="")))


def test_the_administrator_reads_the_first_month_of_barnsleys_protocol(barnsley: World) -> None:
    page = Visitor(barnsley.administrator).opens(BARNSLEY)
    assert page.heading == "What if nobody acts?"
    assert days_of(page)[:4] == [
        "Tuesday 15 September 2026, at 10:30am",
        "Monday 21 September 2026, at 8am",
        "Wednesday 23 September 2026, as the day begins",
        "Monday 28 September 2026, at 8am",
    ]
    page.sees(
        "Raised at Stage 1: Safeguarding leads or managers",
        "Counted from Tue 15 Sep 2026 (day 0). Day 1 is Wed 16 Sep and day 5 is Tue 22 Sep.",
        "Asked: Keep the reference. If it is still unsafe you can escalate at any time, straight to stage 3 if need be.",
        "Nothing is moved by that: it stays where it is, and can still be worked on.",
        "The same people are told, and asked the same, as on Wednesday 23 September 2026.",
        "The timeline is shown up to Friday 16 October 2026; it goes on after that.",
    )


def test_a_protocol_without_a_clock_says_plainly_that_nothing_would_happen(wiltshire: World) -> None:
    page = Visitor(wiltshire.administrator).opens("/p/wiltshire/administration/rehearse/1/")
    page.sees("Nothing would happen by itself. No timescale of this protocol runs from here")
    assert len(days_of(page)) == 1


def test_a_date_asked_for_starts_wiltshires_only_clock(wiltshire: World) -> None:
    page = Visitor(wiltshire.administrator).opens(
        "/p/wiltshire/administration/rehearse/1/?needed_by-day=25&needed_by-month=9&needed_by-year=2026"
    )
    page.sees("By the end of Friday 25 September 2026")
    assert "Nothing would happen by itself" not in page.words


def test_moved_up_each_time_it_climbs_to_the_top(barnsley: World) -> None:
    page = Visitor(barnsley.administrator).opens(f"{BARNSLEY}?then=move_up&days=92")
    moved = [event for event in events_of(page) if event.startswith("Somebody moves it up")]
    ladder = shipped_protocol("barnsley").ladder
    assert len(moved) == sum(stage.heights for stage in ladder) - 1
    page.sees("is the highest step of this protocol, so it cannot be moved up from there.")


def test_whoever_would_be_nobody_is_said(barnsley: World) -> None:
    page = Visitor(barnsley.administrator).opens(BARNSLEY)
    page.sees("Nobody: Partnership Manager would be told under B Stage One")
    barnsley.office  # noqa: B018  (from now on somebody has the role)
    page = Visitor(barnsley.administrator).opens(BARNSLEY)
    assert "Nobody: Partnership Manager" not in page.words


def test_a_draft_is_rehearsed_with_the_contacts_that_publishing_it_would_add(barnsley: World) -> None:
    office = ContactPart(
        key="office", role="partnership_manager", name="The office", email="manager@barnsley.example", clause="B Contacts"
    )
    with barnsley.scope():
        draft = draft_protocol(barnsley.protocol.model_copy(update={"contacts": (*barnsley.protocol.contacts, office)}))
    page = Visitor(barnsley.administrator).opens(f"/p/barnsley/administration/rehearse/{draft.number}/")
    page.sees("version 2, a draft", "Partnership Manager (1 listed today)")
    assert "Nobody:" not in page.words


def test_it_tells_nobody_and_raises_nothing(barnsley: World) -> None:
    Visitor(barnsley.administrator).opens(f"{BARNSLEY}?then=move_up")
    with barnsley.scope():
        counts = [model.objects.count() for model in (Disagreement, ChronologyEntry, Notice, Message)]
    assert counts == [0, 0, 0, 0]


def test_the_file_holds_the_same_timeline(barnsley: World) -> None:
    client = Visitor(barnsley.administrator).client
    lines = taken(client, f"{BARNSLEY}timeline.csv")
    assert lines[0] == {
        "Date": "2026-09-15",
        "Time": "10:30",
        "What happens": "Raised",
        "In words": "Raised at Stage 1: Safeguarding leads or managers.",
        **dict.fromkeys(
            (
                "Timescale that starts",
                "By when",
                "How it was counted",
                "Held by",
                "Told",
                "Side",
                "Who that is",
                "Asked",
                "Clause",
            ),
            "",
        ),
    }
    assert {line["Date"] for line in lines} == {
        "2026-09-15", "2026-09-21", "2026-09-23", "2026-09-28", "2026-09-30", "2026-10-05", "2026-10-07", "2026-10-12",
        "2026-10-14",
    }  # fmt: skip
    told = [(line["Told"], line["Side"]) for line in lines if line["Date"] == "2026-09-15" and line["Told"]]
    assert told == [
        ("Practitioner", "the raising side"),
        ("Safeguarding lead or manager", "the raising side"),
        ("Safeguarding lead or manager", "the receiving side"),
        ("Partnership inbox", ""),
        ("Nobody", ""),
    ]


def test_a_formula_in_the_protocol_is_not_run_by_the_spreadsheet(barnsley: World) -> None:
    formula = '=HYPERLINK("http://evil.example")'
    limits = tuple(limit.model_copy(update={"purpose": formula}) for limit in barnsley.protocol.time_limits)
    with barnsley.scope():
        draft = draft_protocol(barnsley.protocol.model_copy(update={"time_limits": limits}))
    lines = taken(Visitor(barnsley.administrator).client, f"/p/barnsley/administration/rehearse/{draft.number}/timeline.csv")
    started = {line["Timescale that starts"] for line in lines} - {""}
    assert started == {f"'{formula}"}


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("opening=stage_9:1", "Choose where it starts from the list"),
        ("raising=agency:police&receiving=agency:police", "Choose two different agencies"),
        ("at-day=31&at-month=2&at-year=2026&at-time=9am", "The date it is raised must be a real date"),
        ("days=100000", "Choose one of the answers shown"),
        ("opening=stage_2:1", "Choose where it starts from the list"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(barnsley: World, query: str, sentence: str) -> None:
    client = Visitor(barnsley.administrator).client
    response = client.get(f"{BARNSLEY}?{query}")
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert client.get(f"{BARNSLEY}timeline.csv?{query}").status_code == 302


def test_a_start_that_the_protocol_sends_elsewhere_is_refused_with_where_to(barnsley: World) -> None:
    protocol = barnsley.protocol.model_copy(
        update={
            "flags": (*barnsley.protocol.flags, Flag(key="complaint", name="A complaint", clause="B 1")),
            "routes_out": (ELSEWHERE,),
        }
    )
    with barnsley.scope():
        draft = draft_protocol(protocol)
    client = Visitor(barnsley.administrator).client
    response = client.get(f"/p/barnsley/administration/rehearse/{draft.number}/?flags=complaint")
    assert response.status_code == 422
    assert "This cannot be raised here. Use the complaints procedure." in response.content.decode()


def test_a_version_that_is_not_there_is_not_found(barnsley: World, havering: World) -> None:
    client = Visitor(barnsley.administrator).client
    assert client.get("/p/barnsley/administration/rehearse/7/").status_code == 404
    assert client.get("/p/havering/administration/rehearse/1/").status_code == 404


def test_the_start_names_every_version(barnsley: World) -> None:
    with barnsley.scope():
        draft_protocol(shipped_protocol("oldham"))
    page = Visitor(barnsley.administrator).opens("/p/barnsley/administration/rehearse/")
    page.sees("Drafts", "Published versions", "What if nobody acts?")


def test_a_draft_that_cannot_work_says_what_to_put_right_first(barnsley: World) -> None:
    rules = tuple(rule.model_copy(update={"to": ("somebody_unknown",)}) for rule in barnsley.protocol.notice_rules)
    with barnsley.scope():
        draft = draft_protocol(barnsley.protocol.model_copy(update={"notice_rules": rules}))
    for address in ("", "replay/"):
        page = Visitor(barnsley.administrator).opens(f"/p/barnsley/administration/rehearse/{draft.number}/{address}")
        page.sees("This draft cannot be rehearsed yet", "somebody_unknown")
    file = Visitor(barnsley.administrator).client.get(f"/p/barnsley/administration/rehearse/{draft.number}/timeline.csv")
    assert file.status_code == 302
