"""One's dates as a calendar feed: whose they are, what stands in them, that programs can read them, and when it ends."""

from __future__ import annotations

import logging
import re
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from icalendar import Calendar

from accounts.members import writing
from accounts.members.reading import digest_of
from escalation.models import Deadline, Disagreement
from notifications import feeds, tasks, wishes
from notifications.feed_address import HidesFeeds
from notifications.models import CalendarFeed, Wish
from partnerships.administering import AdministrationEntry
from partnerships.models import Membership, User
from tests.journeys.visitor import Visitor

from ..world import TUESDAY, World, days

pytestmark = pytest.mark.django_db
PAGE = "/p/barnsley/you/"
MINE, ALL = "Those that are mine to act on", "Those, and the ones that I only watch"
LINES = re.compile(rb"[^\r\n]{1,75}\r\n")
STAGE_1 = "the safeguarding leads or managers of both sides talk and seek a resolution (guide)"


@pytest.fixture(autouse=True)
def a_tuesday(time_machine: Any) -> Any:
    cache.clear()
    time_machine.move_to(TUESDAY, tick=False)
    return time_machine


def address_of(world: World, person: User, *, watching: bool = False) -> str:
    with world.scope():
        _, secret = feeds.make(person, watching=watching)
    return f"/p/{world.slug}/calendar/{secret}.ics"


def shown_address(page: Visitor) -> str:
    return next(e for e in page.page.every(tag="textarea") if e.attributes.get("id") == "address").text


def events(address: str) -> dict[str, Any]:
    """By their summary, as a program reads them."""
    answer = Client().get(address)
    assert answer.status_code == 200, answer.content
    return {str(event["summary"]): event for event in Calendar.from_ical(answer.content).events}


def test_somebody_makes_the_address_reads_by_it_replaces_it_and_ends_it(barnsley: World) -> None:
    raised = barnsley.raised()
    lead = Visitor(barnsley.team_manager).opens(PAGE)
    lead.does_not_see("You have an address").chooses(MINE).presses("Make the address")
    address = shown_address(lead)
    assert lead.links()["open it in the calendar there"] == "webcal://" + address.partition("://")[2]
    path = "/" + address.split("/", 3)[3]
    lead.sees("Copy this address now: it is shown here once", "No calendar has read it yet.")
    assert len(re.findall(r"[\w-]{43}\.ics", path)) == 1
    assert list(events(path)) == [f"{raised.reference}: {STAGE_1}"]
    lead.opens(PAGE).sees("A calendar last read it on Tuesday 15 September 2026 at 10:30am.")
    lead.does_not_see(address).chooses(ALL).presses("Save which dates")
    assert set(events(path)) == {
        f"{raised.reference}: {STAGE_1}",
        f"{raised.reference} (to watch): a summary of progress goes to the Partnership (guide)",
    }
    lead.presses("Replace the address")
    newer = shown_address(lead)
    assert (Client().get(path).status_code, len(events("/" + newer.split("/", 3)[3]))) == (404, 2)
    lead.presses("End the address").sees("The address has ended.", "Make the address")
    assert Client().get("/" + newer.split("/", 3)[3]).status_code == 404
    with barnsley.scope():
        assert not CalendarFeed.objects.exists()
        assert {entry.data["calendar"] for entry in AdministrationEntry.objects.filter(about=barnsley.team_manager)} == {True}


def test_the_file_is_what_the_format_asks_and_tells_nothing_of_anybody(barnsley: World) -> None:
    raised = barnsley.raised()
    address = address_of(barnsley, barnsley.hospital_lead)
    with barnsley.scope():  # what a protocol says is somebody's words: it ends no line and begins no event
        nasty = "Talk; agree, or \\n not\r\nEND:VEVENT\r\nBEGIN:VALARM\nX:ä" + "é" * 60
        Deadline.objects.filter(time_limit="stage_1_resolution").update(purpose=nasty)
    answer = Client().get(address)
    whole = answer.content
    assert b"".join(LINES.findall(whole)) == whole
    for line in (b"METHOD:PUBLISH", b"VERSION:2.0", b"REFRESH-INTERVAL;VALUE=DURATION:PT1H", b"X-PUBLISHED-TTL:PT1H",
                 b"X-WR-CALNAME:Disagreements: Barnsley Safeguarding Children Partnership"):  # fmt: skip
        assert line + b"\r\n" in whole.replace(b"\r\n ", b"")
    read = Calendar.from_ical(whole)
    assert [part.name for part in read.subcomponents] == ["VTIMEZONE", "VEVENT", "VEVENT"]
    assert b"VALARM" not in b"".join(line for line in whole.split(b"\r\n") if line.startswith(b"BEGIN"))
    first, second = sorted(read.events, key=lambda event: "progress" not in event["summary"])
    assert str(second["summary"]).startswith(f"{raised.reference}: talk; agree, or \\n not")
    assert (first.decoded("dtstart"), first.decoded("dtend")) == (date(2026, 9, 22), date(2026, 9, 23))
    assert [str(first[name]) for name in ("transp", "status", "class")] == ["TRANSPARENT", "CONFIRMED", "PRIVATE"]
    assert str(first["description"]).startswith(
        "By the end of the 5th working day, and every 5 working days (guide). Counted from Tue 15 Sep 2026"
    )
    assert str(first["url"]).endswith(f"/p/barnsley/d/{raised.reference}/")
    said = whole.replace(b"\r\n ", b"").decode()
    assert not any(word in said for word in ("H-2207", "Words about", "Midwife", "Hospital", "Team Manager"))


def test_a_program_is_told_what_moved_what_stopped_and_that_nothing_changed(barnsley: World, a_tuesday: Any) -> None:
    raised = barnsley.raised()
    address = address_of(barnsley, barnsley.team_manager)
    before = Client().get(address)
    again = Client().get(address, headers={"If-None-Match": before["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", before["ETag"])
    (then,) = events(address).values()
    a_tuesday.move_to(TUESDAY + days(1), tick=False)
    assert Client().get(address, headers={"If-None-Match": before["ETag"]}).status_code == 304  # a day later, the same
    with barnsley.scope():
        limit = Deadline.objects.get(time_limit="stage_1_resolution")
    vary(barnsley, raised, limit, to=date(2026, 9, 25))
    (now,) = events(address).values()
    assert (now["uid"], now.decoded("dtstart")) == (then["uid"], date(2026, 9, 25))
    assert now["sequence"] > then["sequence"]
    assert now.decoded("last-modified") == now.decoded("dtstamp") == TUESDAY + days(1)
    barnsley.do("record_agreement", raised, by=barnsley.hospital_lead, text="A visit tomorrow")
    assert [str(event["uid"]) == str(then["uid"]) for event in events(address).values()] == [False]
    barnsley.do("withdraw", raised, by=barnsley.midwife, reason="Settled")
    assert events(address) == {}


def vary(world: World, raised: Disagreement, clock: Deadline, *, to: date) -> None:
    world.do(
        "vary_timescale", raised, by=world.hospital_lead, deadline=clock.pk, last_day=to, reason="The nurse is away", safe=True
    )


def test_a_conversation_that_is_booked_stands_at_its_time_in_london(barnsley: World) -> None:
    raised = barnsley.raised()
    address = address_of(barnsley, barnsley.hospital_lead)
    found = []
    for when in (datetime(2026, 9, 16, 13, 0, tzinfo=UTC), datetime(2026, 11, 3, 13, 0, tzinfo=UTC)):
        barnsley.do("book_conversation", raised, by=barnsley.team_manager, when=when, words="Ann telephones Bob")
        found.append(events(address)[f"{raised.reference}: conversation"])
    assert [event.decoded("dtstart").isoformat() for event in found] == ["2026-09-16T14:00:00+01:00", "2026-11-03T13:00:00+00:00"]
    assert [(event["dtstart"].params["TZID"], event["uid"]) for event in found] == [("Europe/London", found[0]["uid"])] * 2
    assert "Ann" not in Client().get(address).content.decode()
    # The zone's own rule gives the same hours, for a program that goes by the file alone.
    zone = Calendar.from_ical(Client().get(address).content).timezones[0].to_tz()
    assert [datetime(2026, month, 1, tzinfo=zone).utcoffset() for month in (7, 12)] == [timedelta(hours=1), timedelta(0)]


def test_nobody_reads_what_they_may_not_see(barnsley: World, havering: World) -> None:
    raised = barnsley.raised()
    assert events(address_of(barnsley, barnsley.stranger, watching=True)) == {}
    assert events(address_of(barnsley, barnsley.administrator, watching=True)) == {}
    watched = events(address_of(barnsley, barnsley.office, watching=True))
    assert {summary.partition(":")[0] for summary in watched} == {f"{raised.reference} (to watch)"}
    elsewhere = address_of(barnsley, barnsley.office).replace("/barnsley/", "/havering/")
    client = Client(headers={"X-Request-Id": "0" * 32})
    unknown = client.get("/p/barnsley/calendar/no-such.ics")
    nowhere = client.get("/p/no-such/calendar/no-such.ics")
    nonce = re.compile(rb'nonce="[^"]+"')
    bodies = [nonce.sub(b"", answer.content) for answer in (unknown, nowhere, client.get(elsewhere))]
    assert ([unknown.status_code, nowhere.status_code], bodies[1:]) == ([404, 404], bodies[:1] * 2)


def test_no_cookie_counts_there_and_none_is_set(barnsley: World, signed_in: Any) -> None:
    """Whoever opens it in a browser in which the office is signed in reads what the secret is of, and stays as they were."""
    barnsley.raised()
    office = signed_in(barnsley.office)
    answer = office.get(address_of(barnsley, barnsley.stranger))
    assert (answer.status_code, answer.cookies, b"VEVENT" in answer.content) == (200, {}, False)
    assert (answer["Cache-Control"], answer["Referrer-Policy"]) == ("private, no-cache", "no-referrer")
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert not office.get("/p/barnsley/calendar/no-such.ics").cookies
    assert office.post("/p/barnsley/calendar/no-such.ics").status_code in (403, 405)


def test_the_secret_is_in_no_line_of_the_log(barnsley: World) -> None:
    """Neither of a refusal, nor of a fault, nor of a web server that logs its requests in development."""
    written = StringIO()
    handler = logging.StreamHandler(written)
    ours = [h for h in logging.getLogger().handlers if any(isinstance(f, HidesFeeds) for f in h.filters)]
    assert ours
    handler.filters = ours[0].filters
    logging.getLogger().addHandler(handler)
    try:
        Client().get("/p/barnsley/calendar/wrong-secret.ics")
        logging.getLogger("django.server").info('"%s" %s', "GET /p/barnsley/calendar/wrong-secret.ics HTTP/1.1", 200)
        logging.getLogger("any").warning("%(path)s", {"path": "http://x.example/p/barnsley/calendar/wrong-secret.ics?a"})
    finally:
        logging.getLogger().removeHandler(handler)
    assert "wrong-secret" not in written.getvalue()
    assert written.getvalue().count("/p/barnsley/calendar/…") == 3


def test_an_address_is_made_with_fresh_proof_alone(barnsley: World, signed_in: Any) -> None:
    """Of a browser that was found open nobody takes the dates away; what was sent is kept on a page that proves it first."""
    lead = signed_in(barnsley.team_manager)
    session = lead.session
    session["account_authentication_methods"] = [{"method": "code", "at": 0}]
    session.save()
    answer = lead.post(f"{PAGE}calendar/", {"which": "mine"})
    assert (answer.status_code, "Prove that it is you, then send it again" in answer.content.decode()) == (403, True)
    assert (lead.get(PAGE).status_code, lead.post(f"{PAGE}calendar/", {}).status_code) == (200, 403)
    with barnsley.scope():
        assert not CalendarFeed.objects.exists()


def test_who_left_reads_nothing_and_coming_back_revives_nothing(barnsley: World) -> None:
    barnsley.raised()
    address = address_of(barnsley, barnsley.team_manager)
    with barnsley.scope():
        number = Membership.objects.get(user=barnsley.team_manager).pk
    for act in (writing.let_out, writing.let_in_again):
        with barnsley.scope():
            act(number, by=barnsley.office, roles=frozenset({"partnership_manager"}), shown=shown(number))
    assert Client().get(address).status_code == 404


def test_what_somebody_wished_for_goes_with_their_membership(barnsley: World) -> None:
    people = (barnsley.office, barnsley.stranger)
    with barnsley.scope():
        for person in people:
            wishes.choose(person, Wish.How.MORNINGS)
            feeds.make(person, watching=False)
        Membership.objects.filter(user=barnsley.stranger).update(active=False)
    tasks.remind(barnsley.partnership.pk)
    with barnsley.scope():
        left = [list(model.objects.values_list("user_id", flat=True)) for model in (Wish, CalendarFeed)]
    assert left == [[barnsley.office.pk]] * 2


def shown(number: int) -> str:
    return digest_of(Membership.objects.get(pk=number))


def test_an_address_that_nobody_reads_for_a_year_ends(barnsley: World, a_tuesday: Any) -> None:
    address = address_of(barnsley, barnsley.office)
    for day, status in ((364, 200), (364 + 364, 200), (364 + 364 + 365, 404)):
        a_tuesday.move_to(TUESDAY + days(day), tick=False)
        assert Client().get(address).status_code == status
    with barnsley.scope():
        assert not CalendarFeed.objects.exists()


def test_who_asks_too_often_is_told_to_wait_and_nobody_else(barnsley: World, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"calendar": "2/h/key", "calendar_unknown": "2/m/ip"}
    mine, other = (address_of(barnsley, person) for person in (barnsley.office, barnsley.stranger))
    assert [Client().get(mine).status_code for _ in range(3)] == [200, 200, 429]
    assert [Client().get("/p/barnsley/calendar/no.ics").status_code for _ in range(3)] == [404, 404, 429]
    assert (Client().get(other).status_code, Client().get(mine)["Retry-After"]) == (200, "3600")


def test_the_database_is_asked_as_often_for_three_as_for_one(barnsley: World, django_assert_num_queries: Any) -> None:
    address = address_of(barnsley, barnsley.team_manager, watching=True)
    for number in (1, 2):
        for _ in range(number):
            barnsley.raised()
        Client().get(address)
        with django_assert_num_queries(33):
            assert len(events(address)) == (2, 6)[number - 1]
