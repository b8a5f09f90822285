"""A page is put together: every recurring part is the kit's markup, and our own parts can be heard as well as seen."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.core.paginator import Paginator
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from partnerships.templatetags import govuk

from .markup import Element, fixture, outline, read
from .requests import request


def drawn(component: str, context: dict[str, Any], *, address: str = "/") -> Element:
    return read(render_to_string(f"components/{component}.html", context, request=request(address)))


def plain(item: dict[str, Any]) -> dict[str, Any]:
    return {"text": item["text"], "href": item.get("href"), "current": item.get("current"), "active": item.get("active")}


def summary_rows(options: dict[str, Any]) -> list[dict[str, Any]]:
    rows = [{"key": row["key"]["text"], "value": row["value"].get("text")} for row in options["rows"]]
    for row, given in zip(rows, options["rows"], strict=True):
        if html := given["value"].get("html"):
            row["paragraphs"] = [mark_safe(part.split(">", 1)[1]) for part in html.split("</p>") if part.strip()]  # noqa: S308  (the kit's own)
    return rows


def table_context(options: dict[str, Any]) -> dict[str, Any]:
    def cell(one: dict[str, Any]) -> dict[str, Any]:
        return {"text": one["text"], "numeric": one.get("format") == "numeric"}

    rows = [[{**cell(one), "header": number == 0} for number, one in enumerate(row)] for row in options["rows"]]
    return {"caption": options["caption"], "head": [cell(one) for one in options["head"]], "rows": rows}


def tasks(options: dict[str, Any]) -> list[dict[str, Any]]:
    found = []
    for item in options["items"]:
        tag = item["status"].get("tag", {})
        found.append(
            {
                "text": item["title"]["text"],
                "href": item.get("href"),
                "hint": item.get("hint", {}).get("text"),
                "status": tag.get("text") or item["status"]["text"],
                "colour": tag.get("classes", "").removeprefix("govuk-tag--"),
            }
        )
    return found


CASES: list[tuple[str, str, str, Any]] = [
    ("back-link", "default", "back_link", lambda o: {"href": "#"}),
    ("breadcrumbs", "default", "breadcrumbs", lambda o: {"crumbs": o["items"]}),
    ("details", "default", "details", lambda o: {"summary": o["summaryText"], "text": o["text"]}),
    ("inset-text", "default", "inset", lambda o: o),
    ("notification-banner", "default", "notification_banner", lambda o: o),
    ("notification-banner", "with type as success", "notification_banner", lambda o: {"text": o["text"], "success": "success"}),
    ("panel", "default", "panel", lambda o: {"title": o["titleHtml"], "label": "Your reference number", "reference": "HDJ2123F"}),
    (
        "service-navigation",
        "with navigation with a current item",
        "service_navigation",
        lambda o: {"navigation": list(map(plain, o["navigation"]))},
    ),
    (
        "service-navigation",
        "with service name and navigation",
        "service_navigation",
        lambda o: {
            "service_name": o["serviceName"],
            "service_href": o["serviceUrl"],
            "navigation": list(map(plain, o["navigation"])),
        },
    ),
    ("summary-list", "default", "summary_list", lambda o: {"rows": summary_rows(o)}),
    (
        "summary-list",
        "as a summary card with a text header",
        "summary_list",
        lambda o: {"rows": summary_rows(o), "title": o["card"]["title"]["text"]},
    ),
    ("tag", "default", "tag", lambda o: o),
    ("tag", "grey", "tag", lambda o: {"text": o["text"], "colour": "grey"}),
    ("tag", "red", "tag", lambda o: {"text": o["text"], "colour": "red"}),
    ("task-list", "default", "task_list", lambda o: {"tasks": tasks(o)}),
    ("task-list", "with hint text and additional states", "task_list", lambda o: {"tasks": tasks(o)}),
    ("warning-text", "default", "warning_text", lambda o: o),
]


@pytest.mark.parametrize(("component", "name", "template", "context"), CASES)
def test_a_component_is_the_kits_markup(component: str, name: str, template: str, context: Any) -> None:
    options, html = fixture(component, name)
    assert outline(drawn(template, context(options))) == outline(html)


@pytest.mark.parametrize(
    ("name", "pages", "number"), [("default", 3, 2), ("first page", 3, 1), ("last page", 3, 3), ("with many pages", 40, 10)]
)
def test_pages_of_a_list_are_offered_as_the_kit_does_and_keep_the_filters(name: str, pages: int, number: int) -> None:
    page = Paginator(range(pages), 1).page(number)
    found = drawn("pagination", {"page": page}, address="/?stage=2&page=9")
    assert outline(found) == outline(fixture("pagination", name)[1])
    assert [link.attributes["href"] for link in found.every(tag="a") if link.text == "1"] == ["?stage=2&page=1"]


def test_one_page_alone_needs_no_links() -> None:
    assert drawn("pagination", {"page": Paginator([1], 5).page(1)}).children == []


def test_a_table_is_the_kits_and_each_cell_also_carries_its_columns_name_for_a_telephone() -> None:
    options, html = fixture("table", "with head and caption")
    found = drawn("table", table_context(options))
    labels = found.every(cls="escalation-table__label")
    assert [label.text for label in labels] == [column["text"] for column in options["head"]] * len(options["rows"])
    assert {label.attributes["aria-hidden"] for label in labels} == {"true"}
    for cell in found.every(tag="td") + found.every(tag="th"):
        cell.children = [child for child in cell.children if child not in labels]
    for part in (part for tag in ("table", "thead", "tbody", "tr", "th", "td") for part in found.every(tag=tag)):
        del part.attributes["role"]  # said again, because a stylesheet that makes cards of rows would take it away
    assert outline(found) == outline(html)


def test_a_tables_cells_may_be_links_tags_and_second_lines_and_its_heads_may_sort() -> None:
    head = [{"text": "Reference", "href": "?sort=-reference", "sort": "ascending"}, {"text": "State"}]
    row = [
        {"text": "BAR-26-0007", "href": "/d/7", "header": True, "hint": "Raised by the hospital"},
        {"text": "Open", "tag": "blue"},
        {"text": "spare"},
    ]
    found = drawn("table", {"head": head, "rows": [row]})
    assert found.first(tag="th").attributes["aria-sort"] == "ascending"
    assert [link.attributes["href"] for link in found.every(tag="a")] == ["?sort=-reference", "/d/7"]
    assert found.first(cls="govuk-tag--blue").text == "Open"
    assert found.first(cls="escalation-table__hint").text == "Raised by the hospital"


@pytest.mark.parametrize(
    ("empty", "sentence"), [("Nothing waits for you.", "Nothing waits for you."), (None, "Nothing to show.")]
)
def test_an_empty_table_is_a_sentence(empty: str | None, sentence: str) -> None:
    assert drawn("table", {"head": [], "rows": [], "empty": empty}).text == sentence


def test_an_answer_that_can_be_changed_says_to_a_screen_reader_what_is_changed() -> None:
    rows = [{"key": "Your name", "value": "Asha", "href": "#", "change": "your name"}, {"key": "Child", "value": ""}]
    found = drawn("summary_list", {"rows": rows})
    assert found.first(tag="a").text == "Change your name"
    assert [row.classes[1:] for row in found.every(cls="govuk-summary-list__row")] == [
        [],
        ["govuk-summary-list__row--no-actions"],
    ]
    assert [value.text for value in found.every(cls="govuk-summary-list__value")] == ["Asha", "Not given"]
    kits = read(fixture("summary-list", "with actions")[1]).every(cls="govuk-summary-list__row")[1]
    own = drawn(
        "summary_list", {"rows": [{"key": "Date of birth", "value": "13/08/1980", "href": "#", "change": "date of birth"}]}
    )
    assert outline(own.first(cls="govuk-summary-list__row")) == outline(kits)


def test_the_ladder_says_in_words_what_it_shows() -> None:
    rungs = [
        {"number": "1", "name": "Practitioners", "state": "past", "formal": False, "timescale": "Same working day"},
        {
            "number": "2",
            "name": "Managers",
            "state": "present",
            "formal": True,
            "detail": "Named midwife and team manager",
            "href": "/p/x/",
        },
        {"number": "", "name": "Mediation", "state": "side"},
        {"number": "3", "name": "Senior managers", "state": "future", "note": "Assumption: no timescale in the document"},
    ]
    found = drawn("ladder", {"rungs": rungs})
    items = found.first(tag="ol").every(tag="li")
    assert [item.first(cls="escalation-ladder__body").text for item in items] == [
        "Practitioners Done Timescale: Same working day Informal",
        "Managers Now here Named midwife and team manager Formal",
        "Mediation Beside the ladder",
        "Senior managers Not reached Assumption: no timescale in the document",
    ]
    assert [item.attributes.get("aria-current") for item in items] == [None, "step", None, None]
    assert {mark.attributes["aria-hidden"] for mark in found.every(cls="escalation-ladder__mark")} == {"true"}


def test_the_protocols_ladder_alone_has_no_place_marked() -> None:
    found = drawn("ladder", {"rungs": [{"number": "1", "name": "Practitioners"}], "label": "Barnsley's stages"})
    assert (found.first(tag="ol").attributes["aria-label"], found.first(tag="li").text) == (
        "Barnsley's stages",
        "1 Practitioners",
    )


def test_who_must_act_is_one_sentence_with_the_date_and_its_reason() -> None:
    ball = {
        "sentence": "Jo Marsh has to answer.",
        "by": "By the end of Tuesday 30 December 2025 (guide)",
        "left": "2 working days left",
        "why": ["Day 1: Mon 22 Dec", "25 and 26 Dec are bank holidays"],
        "telephone": "01226 772423",
        "telephone_name": "Jo Marsh",
    }
    found = drawn("ball", {"ball": ball})
    assert [item.text for item in found.every(tag="li")] == ball["why"]
    assert found.first(tag="a").attributes["href"] == "tel:+441226772423"
    assert (
        drawn("ball", {"ball": {"sentence": "Nobody has to act: this is closed."}}).text
        == "Who must act now Nobody has to act: this is closed."
    )


def test_the_chronology_is_a_list_with_times_that_machines_read() -> None:
    items = [
        {
            "title": "Escalated to stage 2",
            "by": "Asha Verma",
            "at": datetime(2026, 7, 3, 13, 30, tzinfo=UTC),
            "description": "No answer.",
        },
        {
            "title": "Timescale passed",
            "at": datetime(2026, 7, 2, 23, 0, tzinfo=UTC),
            "lines": ["Jo Marsh was told"],
            "hint": "Entry 2",
            "href": "/m/2",
            "link": "The e-mail",
        },
    ]
    found = drawn("timeline", {"items": items, "level": 2})
    assert [(time.attributes["datetime"], time.text) for time in found.every(tag="time")] == [
        ("2026-07-03T14:30+01:00", "Friday 3 July 2026 at 2:30pm"),
        ("2026-07-03T00:00+01:00", "Friday 3 July 2026 at midnight"),
    ]
    assert [title.text for title in found.every(tag="h2")] == ["Escalated to stage 2", "Timescale passed"]


def test_an_action_that_is_not_open_can_be_reached_and_says_why() -> None:
    found = drawn(
        "button_disabled_reason", {"id": "decide", "text": "Record a decision", "reason": "Stage 2 has no deciding authority."}
    )
    button = found.first(tag="button")
    reason = found.first(cls="govuk-hint")
    assert (button.attributes["type"], button.attributes["aria-disabled"], "disabled" in button.attributes) == (
        "button",
        "true",
        False,
    )
    assert button.attributes["aria-describedby"] == reason.attributes["id"]


def test_words_about_a_passage_may_name_the_clause_and_details_may_be_a_list() -> None:
    assert drawn("inset", {"text": "Talk first.", "source": "Barnsley, 4.2"}).first(cls="govuk-hint").text == "Barnsley, 4.2"
    details = drawn("details", {"summary": "Why", "lines": ["One", "Two"], "open": True})
    assert ([line.text for line in details.every(tag="li")], "open" in details.first(tag="details").attributes) == (
        ["One", "Two"],
        True,
    )
    assert drawn("panel", {"title": "Withdrawn"}).text == "Withdrawn"
    banner = drawn(
        "notification_banner",
        {
            "heading": "Somebody changed this",
            "text": "See below.",
            "href": "/d/7",
            "link": "Read it",
            "number": 2,
            "title": "Please check",
        },
    )
    assert banner.text == "Please check Somebody changed this See below. Read it"
    assert (
        drawn("notification_banner", {"text": "Draft saved.", "href": "/d", "link": "Go on"}).first(tag="a").attributes["href"]
        == "/d"
    )
    crumbs = drawn("breadcrumbs", {"crumbs": [{"text": "Home", "href": "/"}, {"text": "Tracker"}]})
    assert [item.text for item in crumbs.every(tag="li")] == ["Home", "Tracker"]
    assert drawn("service_navigation", {"service_name": "Tracker"}).every(tag="nav") == []


@time_machine.travel(datetime(2026, 3, 3, 9, 0, tzinfo=UTC), tick=False)
def test_days_and_times_are_written_as_people_say_them() -> None:
    afternoon, midnight, noon = (datetime(2026, 7, 3, hour, tzinfo=UTC) for hour in (13, 23, 11))
    assert [govuk.moment(afternoon), govuk.clock(midnight), govuk.clock(noon)] == [
        "Friday 3 July 2026 at 2pm",
        "midnight",
        "midday",
    ]
    assert [govuk.short_day(date(2026, 12, 30)), govuk.short_day(date(2025, 12, 30))] == [
        "Wed 30 December",
        "Tue 30 December 2025",
    ]
    assert [govuk.day(None), govuk.short_day(None), govuk.clock(None), govuk.moment(None), govuk.machine_time(None)] == [""] * 5
    assert govuk.machine_time(date(2026, 3, 3)) == "2026-03-03"


@pytest.mark.parametrize(
    ("number", "link"),
    [
        ("01226 772423", "tel:+441226772423"),
        ("999", "tel:999"),
        ("0300 456 0108 ext 2", "tel:+443004560108"),
        ("+44 1226 772423", "tel:441226772423"),
    ],
)
def test_a_telephone_number_can_be_pressed(number: str, link: str) -> None:
    assert govuk.telephone_link(number) == link
