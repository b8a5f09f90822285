"""Who read what is noted wherever it is read, and shown to the partnership manager; what ended long ago wants fresh proof."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from accounts.network import network_address
from escalation.models import Disagreement, Reading
from partnerships.arrangements import Arrangements
from partnerships.models import User
from partnerships.services import issue_token
from tests.api.conftest import Program
from tests.journeys.visitor import Visitor
from tests.pages.tables import rows
from tests.world import PASSWORD, TUESDAY, World, days

pytestmark = pytest.mark.django_db
LOG = "/p/barnsley/administration/readers/"
REAL_SIGN_IN = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    with time_machine.travel(TUESDAY, tick=False) as travelling:
        yield travelling


def noted(world: World) -> list[tuple[str, str, str | None, dict[str, Any]]]:
    with world.scope():
        found = Reading.objects.select_related("by", "disagreement").order_by("pk")
        return [(row.by.name, row.what, row.disagreement.reference if row.disagreement else None, row.about) for row in found]


def test_whatever_shows_a_disagreement_or_a_list_of_them_leaves_a_line(barnsley: World, clock: Any) -> None:
    """Pages, forms, lists, searches, copies and programs; the names of filters, never what was typed in them."""
    disagreement = barnsley.raised()
    own = disagreement.get_absolute_url()
    lead = Visitor(barnsley.hospital_lead).opens(own)
    lead.opens(own).opens(f"{own}record_progress/")  # within five minutes: the same reading
    clock.shift(timedelta(minutes=5, seconds=1))
    lead.opens(own)
    Visitor(barnsley.stranger).opens(own)  # a 404 has shown nothing
    office = Visitor(barnsley.office)
    office.opens("/p/barnsley/tracker/").opens("/p/barnsley/tracker/?reference=H-2207&sort=newest")
    office.client.get("/p/barnsley/tracker/export.csv?state=any").getvalue()  # type: ignore[attr-defined]
    with barnsley.scope(barnsley.office):
        _, secret = issue_token(barnsley.office, name="a program")
    program = Program("barnsley", secret)
    for path in ("disagreements/", "disagreements/?category=thresholds&limit=3", f"disagreements/{disagreement.reference}/"):
        assert program.get(path).status_code == 200
    assert program.get(f"disagreements/{disagreement.reference}/chronology/").status_code == 200
    assert noted(barnsley) == [
        ("Hospital Lead", "disagreement", "BAR-0001", {}),
        ("Hospital Lead", "disagreement", "BAR-0001", {}),
        ("Office", "tracker", None, {}),
        ("Office", "search", None, {"filters": ["reference"]}),
        ("Office", "export", None, {"kind": "csv", "filters": ["state"], "count": 1}),
        ("Office", "tracker", None, {}),
        ("Office", "search", None, {"filters": ["category"]}),
        ("Office", "disagreement", "BAR-0001", {}),
    ]
    with barnsley.scope():
        assert list(Reading.objects.order_by("pk").values_list("by_program", "address")) == [
            *[(False, "127.0.0.1")] * 5,
            *[(True, "127.0.0.1")] * 3,
        ]


def test_nobody_reads_without_a_line(barnsley: World, monkeypatch: pytest.MonkeyPatch) -> None:
    disagreement = barnsley.raised()

    def broken(*_: Any, **__: Any) -> None:
        raise DatabaseError

    office = Visitor(barnsley.office).client
    office.raise_request_exception = False
    monkeypatch.setattr("escalation.reading.Reading.objects.create", broken)
    for address in (disagreement.get_absolute_url(), "/p/barnsley/tracker/", "/p/barnsley/tracker/export.csv", LOG):
        answer = office.get(address)
        assert answer.status_code == 500, address
        assert b"BAR-0001" not in b"".join(answer)


@pytest.mark.parametrize(
    ("proxies", "forwarded", "found"),
    [
        (0, "192.0.2.7", "198.51.100.1"),
        (0, None, "198.51.100.1"),
        (1, "192.0.2.7", "192.0.2.7"),
        (1, "203.0.113.66, 192.0.2.7", "192.0.2.7"),
        (2, "203.0.113.66, 192.0.2.7, 192.0.2.8", "192.0.2.7"),
        (1, None, "198.51.100.1"),
        (1, "nonsense", None),
    ],
)
def test_a_forwarded_address_counts_only_from_a_trusted_proxy(
    settings: Any, proxies: int, forwarded: str | None, found: str | None
) -> None:
    """What anybody may send along as a header is never believed; of a chain, the end that our own proxies wrote."""
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    assert network_address(RequestFactory().get("/", headers=headers, REMOTE_ADDR="198.51.100.1")) == found
    assert network_address(RequestFactory().get("/", REMOTE_ADDR="")) is None


def test_the_manager_sees_who_read_it_and_looking_is_noted_too(barnsley: World, clock: Any) -> None:
    disagreement, other = barnsley.raised(), barnsley.raised()
    Visitor(barnsley.hospital_lead).opens(disagreement.get_absolute_url())
    Visitor(barnsley.team_manager).opens(other.get_absolute_url())
    clock.shift(timedelta(minutes=1))
    office = Visitor(barnsley.office).opens(disagreement.get_absolute_url()).follows("Who has read this")
    assert office.url.endswith(f"{LOG}?reference=BAR-0001")
    assert rows(office.page) == [
        ["Tuesday 15 September 2026 at 10:31am", "Office office@barnsley.example", "A disagreement", "BAR-0001", "127.0.0.1"],
        [
            "Tuesday 15 September 2026 at 10:30am", "Hospital Lead hospital.lead@barnsley.example", "A disagreement", "BAR-0001",
            "127.0.0.1",
        ],
    ]  # fmt: skip
    office.follows("Show everything").fills("Who read", "Team Manager").presses("Show")
    assert [row[3] for row in rows(office.page)] == ["BAR-0002"]
    office.opens(f"{LOG}?what=readers&day=2026-09-15")
    assert [(row[2], row[3]) for row in rows(office.page)] == [
        ("The log of reading narrowed by: by", "–"),
        ("The log of reading", "–"),
        ("The log of reading narrowed by: reference", "BAR-0001"),
    ]  # fmt: skip
    assert office.opens(f"{LOG}?day=2026-09-14").heading == "Who has read what (0)"
    office.opens(f"{LOG}?by=999999&what=lost&day=yesterday&reference=%00")
    assert len(office.refusals) == 4
    copy = office.client.get(f"{LOG}export.csv?reference=bar-0001")
    told = list(csv.DictReader(io.StringIO(copy.content.decode("utf-8-sig"))))
    assert [(line["When"], line["Who"], line["What"], line["Reference"]) for line in told][-1] == (
        "2026-09-15 10:30:00", "Hospital Lead", "A disagreement", "BAR-0001",
    )  # fmt: skip
    assert noted(barnsley)[-1] == ("Office", "export", None, {"of": "readers", "filters": ["reference"], "count": len(told)})
    for person in (barnsley.midwife, barnsley.administrator, barnsley.hospital_lead):
        page = Visitor(person).opens(LOG)
        page.sees("Only the partnership manager sees who has read what.").does_not_see("BAR-0001")
        Visitor(person).opens(disagreement.get_absolute_url()).does_not_see("Who has read this")


def test_what_is_unusual_stands_at_the_top_with_a_link_to_it(barnsley: World) -> None:
    raised = [barnsley.raised() for _ in range(9)]
    with barnsley.scope():
        Reading.objects.bulk_create(
            Reading(by=barnsley.hospital_lead, at=TUESDAY, what="disagreement", disagreement=each) for each in raised * 7
        )
    office = Visitor(barnsley.office).opens(LOG)
    office.sees("Hospital Lead opened 9 different disagreements within one hour")
    assert len(rows(office.page)) == 50
    link = next(text for text in office.links() if text.startswith("Show these"))
    office.follows(link).does_not_see("Unusual in the last")
    assert office.heading == "Who has read what (63)"
    with CaptureQueriesContext(connection) as few:
        office.opens(LOG)
    for each in raised:
        Visitor(barnsley.team_manager).opens(each.get_absolute_url())
    with CaptureQueriesContext(connection) as many:
        office.opens(LOG)
    assert len(few) == len(many)


# ---------------------------------------------------------------- what ended long ago


def ended(world: World, *, days_ago: int) -> Disagreement:
    disagreement = world.raised(at=TUESDAY - days(days_ago + 1))
    return world.do("withdraw", disagreement, by=world.midwife, at=TUESDAY - days(days_ago), reason="Moved away.")


def signed_in_yesterday(user: User) -> Visitor:
    """As a browser is that signed in with a password, and has proved nothing since."""
    visitor = Visitor()
    visitor.client = Client()
    assert visitor.client.login(username=user.email, email=user.email, password=PASSWORD)
    return visitor


def test_what_ended_long_ago_asks_for_fresh_proof_first(barnsley: World) -> None:
    """90 days, or what the partnership has arranged; the page and every form of it; a copy of the tracker always."""
    old, recent = ended(barnsley, days_ago=91), ended(barnsley, days_ago=89)
    reader = signed_in_yesterday(barnsley.midwife)
    for address in ("", "link/", "correct/?entry=1"):
        asked = reader.client.get(f"{old.get_absolute_url()}{address}")
        assert (asked.status_code, asked["Location"].partition("?")[0]) == (302, "/accounts/prove/"), address
    assert reader.opens(recent.get_absolute_url()).heading.startswith("BAR-0002")
    with barnsley.scope():
        Arrangements.objects.create(older_after_days=30)
    assert reader.client.get(recent.get_absolute_url()).status_code == 302
    assert [about for _, what, about, _ in noted(barnsley) if what == "disagreement"] == ["BAR-0002"]
    assert Visitor(barnsley.midwife).opens(old.get_absolute_url()).status == 200
    with barnsley.scope(barnsley.midwife):
        _, secret = issue_token(barnsley.midwife, name="a program")
    assert Program("barnsley", secret).get("disagreements/BAR-0001/").status_code == 200
    assert reader.client.get(old.get_absolute_url(), headers={"Authorization": "Bearer x"}).status_code == 302
    stranger = signed_in_yesterday(barnsley.stranger)
    assert stranger.client.get(old.get_absolute_url()).status_code == 404


def test_a_form_sent_too_late_keeps_every_word_and_shows_nothing_else(barnsley: World) -> None:
    old = ended(barnsley, days_ago=91)
    address = f"{old.get_absolute_url()}record_learning/"
    typed = {"version": str(old.version), "words": "Talk sooner.\nAlways.", "needs": "none"}
    writer = signed_in_yesterday(barnsley.midwife)
    page = writer._arrive(writer.client.post(address, typed, follow=True), address)
    assert page.status == 403
    page.sees("What you typed is kept on this page").does_not_see("Moved away", "Larkfield")
    assert not barnsley.chronology(old).count("learning_recorded")
    boxes = [box.attributes for box in page.page.every(tag="input") if box.attributes.get("type") == "hidden"]
    hidden = {box["name"]: box["value"] for box in boxes}
    assert {name: value.replace("\r\n", "\n") for name, value in hidden.items() if name != "csrfmiddlewaretoken"} == typed
    assert Visitor(barnsley.midwife).client.post(address, hidden).status_code == 302
    assert barnsley.chronology(old)[-1] == "learning_recorded"
