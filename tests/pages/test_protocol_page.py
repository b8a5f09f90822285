"""Reading the local protocol: every rule in plain words with its clause, what was assumed, the ladder, older versions."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.template.loader import render_to_string

from partnerships import selectors, services
from partnerships.models import Contact, ProtocolVersion
from partnerships.protocol import NoticeRule, Protocol, Rule
from partnerships.protocol_page import Reader, questions
from partnerships.protocol_rules import assumptions
from tests.journeys.visitor import Visitor
from tests.pages.markup import Element
from tests.world import World, shipped_protocol

FIVE = ["barnsley", "enfield", "havering", "oldham", "wiltshire"]
PAGE = "/p/barnsley/protocol/"


def lines(page: Visitor) -> list[str]:
    """Every rule as it is read; a link inside a sentence leaves no gap before what follows it."""
    return [item.text.replace(" ;", ";") for item in page.page.every(cls="escalation-rule")]


def section(page: Visitor, key: str) -> Element:
    return next(s for s in page.page.every(tag="section") if s.attributes.get("aria-labelledby") == key)


@pytest.mark.django_db
@pytest.mark.parametrize("slug", FIVE)
def test_every_member_reads_every_rule_with_its_clause(slug: str) -> None:
    world = World(slug)
    page = Visitor(world.midwife).opens(f"/p/{slug}/protocol/")
    assert (page.status, page.heading) == (200, world.protocol.title)
    reader = Reader(world.protocol, {})
    expected = []
    for found in reader.sections():
        for group in found.shown:
            for line in group.lines:
                note = f"Assumed, not confirmed by the partnership. {line.assumption}" if line.assumption else ""
                expected.append(" ".join(" ".join((line.words, *line.more, line.clause, note)).split()))
    assert lines(page) == expected
    assert [rung.text for rung in page.page.first(cls="escalation-ladder").every(cls="govuk-link")] == [
        *(stage.name for stage in world.protocol.stages),
        *(process.name for process in world.protocol.side_processes),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("slug", FIVE)
def test_the_contents_lead_to_every_section_and_no_id_stands_twice(slug: str) -> None:
    page = Visitor(World(slug).midwife).opens(f"/p/{slug}/protocol/")
    ids = [e.attributes["id"] for e in _every(page.page) if "id" in e.attributes]
    assert len(ids) == len(set(ids))
    links = {a.attributes["href"][1:] for a in page.page.every(tag="a") if a.attributes.get("href", "").startswith("#")}
    assert links <= set(ids)
    contents = next(nav for nav in page.page.every(tag="nav") if nav.attributes.get("aria-labelledby") == "contents")
    headings = [
        h.attributes["id"]
        for h in page.page.first(tag="main").every(tag="h2")
        if h.attributes.get("id") not in ("contents", None)
    ]
    assert [a.attributes["href"][1:] for a in contents.every(tag="a")] == headings


def _every(element: Element) -> list[Element]:
    return [element, *(e for child in element.children if isinstance(child, Element) for e in _every(child))]


@pytest.mark.django_db
def test_where_it_comes_from_and_when_it_is_reviewed(barnsley: World) -> None:
    page = Visitor(barnsley.midwife).opens(PAGE)
    page.sees("Protocol, version 1, in force", "V5 (January 2025)", "October 2015", "31 January 2027", "Monday 1 January 2024")


@pytest.mark.django_db
def test_a_review_date_gone_by_and_a_missing_one_are_said(havering: World, db: None) -> None:
    Visitor(havering.midwife).opens("/p/havering/protocol/").sees("The document gives no date.")
    old = shipped_protocol("barnsley")
    source = old.source.model_copy(update={"review_due": date(2020, 1, 31), "issued": "", "version": "", "note": ""})
    world = World("barnsley", old.model_copy(update={"source": source}))
    page = Visitor(world.midwife).opens(PAGE)
    page.sees("That day has passed: ask the partnership whether this is still its policy.").does_not_see("First issued")


@pytest.mark.django_db
def test_what_was_assumed_is_said_with_its_question_until_somebody_confirms_it(barnsley: World) -> None:
    asked = questions(barnsley.protocol, {})
    page = Visitor(barnsley.midwife).opens(PAGE)
    page.sees(f"{len(asked)} questions about what the document does not give are not answered yet.")
    page.does_not_see("Answer them")
    with barnsley.scope():
        for question in asked[:-1]:
            for path in question.paths:
                services.confirm_assumption(barnsley.version, path=path, by=barnsley.administrator, role="Business manager")
    page.opens(PAGE).sees("1 question about what the document does not give is not answered yet.")
    confirmed = section(page, "assumptions").every(tag="li")[1].text
    assert re.fullmatch(
        r"Timescale: Within 5 working days.* Confirmed by Administrator \(Business manager\) on \w+ \d+ \w+ \d{4}", confirmed
    )
    assert sum("Assumed, not confirmed" in line for line in lines(page)) == 1
    with barnsley.scope():
        for path in asked[-1].paths:
            services.confirm_assumption(barnsley.version, path=path, by=barnsley.administrator, role="Business manager")
    page.opens(PAGE).does_not_see("not answered yet", "not confirmed").sees(f"{len(asked)} questions")


@pytest.mark.django_db
def test_keepers_are_led_to_what_they_may_change(barnsley: World) -> None:
    for keeper in (barnsley.administrator, barnsley.office):
        page = Visitor(keeper).opens(PAGE)
        assert page.links()["Answer them"] == "/p/barnsley/administration/assumptions/"
        assert page.links()["Change contacts"] == "/p/barnsley/administration/contacts/"


@pytest.mark.django_db
def test_a_protocol_without_assumptions_says_so() -> None:
    own = shipped_protocol("barnsley")
    sure = own.model_validate(_sure(own.model_dump()))
    assert assumptions(sure) == ()
    page = Visitor(World("barnsley", sure).midwife).opens(PAGE)
    page.sees("Nothing. Every rule comes from the document.").does_not_see("assumed and not confirmed")


def _sure(data: object) -> object:
    if isinstance(data, dict):
        known = {name: _sure(value) for name, value in data.items()}
        return known | ({"assumption": "", "clause": known["clause"] or "B 1"} if "assumption" in known else {})
    return [_sure(item) for item in data] if isinstance(data, (list, tuple)) else data


@pytest.mark.django_db
def test_contacts_are_shown_as_they_are_reached_today(barnsley: World) -> None:
    with barnsley.scope():
        Contact.objects.filter(key="lado").update(
            telephone="01226 772 341",
            email="lado@barnsley.example",
            agency=barnsley.agencies["social_care"],
            note="Office hours.",
        )
        Contact.objects.filter(key="online_form").update(active=False)
    page = Visitor(barnsley.midwife).opens(PAGE)
    rows = {
        row.first(tag="dt").text: row.first(tag="dd").text
        for row in section(page, "contacts").every(cls="govuk-summary-list__row")
    }
    assert rows["Local Authority Designated Officer (LADO), Children's social care"] == (
        "01226 772 341 lado@barnsley.example Office hours."
    )
    assert rows["Chair of the child protection conference"] == "Nothing is known yet."
    assert "Present online form" not in rows


@pytest.mark.django_db
def test_older_and_later_versions_can_be_read_and_say_what_they_are(barnsley: World) -> None:
    with barnsley.scope():
        for number, title, first_day in ((2, "Now", date(2025, 1, 1)), (3, "Then", date(2999, 1, 1))):
            version = services.draft_protocol(barnsley.protocol.model_copy(update={"title": title}))
            assert version.number == number
            services.publish_protocol(version, effective_from=first_day, by=barnsley.administrator)
        services.draft_protocol(barnsley.protocol)
    page = Visitor(barnsley.midwife).opens(PAGE)
    assert page.heading == "Now"
    assert [item.text for item in section(page, "versions").every(tag="li")] == [
        "Version 3 , from Tuesday 1 January 2999",
        "Version 2, from Wednesday 1 January 2025 (in force) (this page)",
        "Version 1 , from Monday 1 January 2024",
    ]
    page.sees("published by Administrator")
    page.follows("Version 1").sees(
        "Protocol, version 1, no longer in force", "Disagreements that were raised under this version keep it."
    )
    assert page.title.startswith("Protocol, version 1 –")
    page.opens(f"{PAGE}3/").sees("in force from Tuesday 1 January 2999", "This version is not in force yet.")
    assert page.follows("Read the version in force").heading == "Now"
    for unknown in ("4/", "99/", f"{10**30}/", "0/"):
        assert page.opens(PAGE + unknown).status == 404


@pytest.mark.django_db
def test_before_anything_is_in_force_that_is_said(barnsley: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selectors, "version_in_force", lambda *_: None)
    Visitor(barnsley.midwife).opens(PAGE).sees("No protocol is in force yet, so nothing can be raised.")
    Visitor(barnsley.midwife).opens(f"{PAGE}1/").sees("no longer in force").does_not_see("Read the version in force")


@pytest.mark.django_db
def test_other_partnerships_protocols_are_not_there(barnsley: World, havering: World) -> None:
    assert Visitor(havering.midwife).opens(PAGE).status == 404
    with barnsley.scope():
        assert ProtocolVersion.objects.count() == 1


# ---------------------------------------------------------------- the note for other pages


@pytest.mark.django_db
def test_a_page_says_how_many_assumed_rules_it_uses(barnsley: World) -> None:
    own: Protocol = barnsley.protocol
    with barnsley.scope():
        limits = selectors.assumed_here(barnsley.version, parts=("time_limits",))
        assert [path for path, _ in limits] == [p for p, _ in assumptions(own) if p.startswith("time_limits")]
        at_stage_2 = selectors.assumed_here(barnsley.version, parts=("time_limits", "notice_rules", "stages"), stage="stage_2")
        spoken = [rule for _, rule in at_stage_2]
        assert all("stage_2" in (_stages(rule) or ("stage_2",)) for rule in spoken)
        assert spoken
        note = render_to_string("partnerships/_assumptions_note.html", {"assumed": limits, "partnership": barnsley.partnership})
    assert f"This page uses {len(limits)} assumed rules that the partnership has not confirmed yet." in note
    assert 'href="/p/barnsley/protocol/#assumptions"' in note
    older = render_to_string(
        "partnerships/_assumptions_note.html",
        {"assumed": limits[:1], "partnership": barnsley.partnership, "version": barnsley.version},
    )
    assert "This page uses 1 assumed rule that" in older
    assert 'href="/p/barnsley/protocol/1/#assumptions"' in older
    assert render_to_string("partnerships/_assumptions_note.html", {"assumed": []}).strip() == ""


def _stages(rule: Rule) -> tuple[str, ...]:
    return rule.when.stages if isinstance(rule, NoticeRule) else getattr(rule, "stages", ())


@pytest.mark.django_db
def test_a_stage_that_is_itself_assumed_speaks_of_itself_alone(oldham: World) -> None:
    with oldham.scope():
        assumed = [selectors.assumed_here(oldham.version, parts=("stages",), stage=stage.key) for stage in oldham.protocol.stages]
    for number, found in enumerate(assumed):
        assert all(path.startswith(f"stages.{number}") for path, _ in found)
