"""A sub-group's pack: made in one press, issued and frozen, what was decided last time in the next one; what waits for it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from io import BytesIO

import docx
import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from escalation.models import Reading
from escalation.services.merging import merge
from meetings.models import Decision, Issued, Meeting
from tests.journeys.visitor import Visitor
from tests.pages.tables import rows
from tests.world import TUESDAY, World, days

pytestmark = pytest.mark.django_db
HUB = "/p/wiltshire/meetings/"
CHILD, CONCERN = "Zebedee Quill", "The bruise on Monday"


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Coordinates]:
    with time_machine.travel(TUESDAY + days(21), tick=False) as moved:
        yield moved


def tables(page: Visitor) -> dict[str, list[list[str]]]:
    return {table.first(tag="caption").text: rows(table) for table in page.page.every(tag="table")}


def a_pack(office: Visitor) -> Visitor:
    return office.opens(HUB).follows("Pack for QA&P Sub Group").presses("Make the pack")


def test_the_pack_for_wiltshires_standing_item_says_what_waits_and_names_nobody(wiltshire: World) -> None:
    chair = wiltshire.person("qap.chair", "adviser", protocol_role="qap_chair")
    plain = wiltshire.raised(at=TUESDAY, answers=wiltshire.answers("tier_2", concern=CONCERN), child_reference=CHILD)
    grave = wiltshire.raised(at=TUESDAY + days(2), flags=("serious",))
    same = wiltshire.raised(at=TUESDAY + days(1))  # and put together with it: told, counted and listed as one
    with wiltshire.scope(wiltshire.office):
        by, version = wiltshire.viewer(wiltshire.office), wiltshire.fresh(same).version
        merge(same.pk, viewer=by, version=version, into=plain.pk, reason="The same.", at=TUESDAY + days(1))
    wiltshire.do("record_learning", plain, by=wiltshire.office, words="Ask sooner.", supervision="Monthly.", at=TUESDAY)
    wiltshire.do("add_action", plain, by=wiltshire.office, at=TUESDAY, what=CHILD, owner="Ann", due=date(2026, 9, 30))
    office = Visitor(wiltshire.office).opens(HUB).sees(
        "The protocol says: every meeting (standing item on case disagreement)", "The protocol has it go to: Executive.",
        "1 for a decision, 1 sent as learning", "Nothing is issued yet.",
    )  # fmt: skip
    page = a_pack(office).sees("It covers 1 July to 6 October 2026", "2 were raised in this time.")
    assert page.heading == "Professional disagreements: QA&P Sub Group"
    found = tables(page)
    assert [row[0] for row in found["Raised in this time, the earliest first"]] == [plain.reference, grave.reference]
    assert found["Raised in this time, the earliest first"][0][1:4] == [
        "15 Sep 2026",
        "Moorside Hospital",
        "Children's social care",
    ]
    assert [row[:2] for row in found["Open, and marked"]] == [[grave.reference, "Potentially very serious"]]
    (asked,) = found["Waiting for a decision"]
    assert asked[:3] == [
        grave.reference, "Log with the Chair of the QA&P Sub Group (potentially serious concern)",
        "Chair of the QA&P Sub Group",
    ]  # fmt: skip
    assert found["Outstanding actions, the earliest first"] == [[plain.reference, "30 Sep 2026", "Past its day"]]
    assert found["Sent here and not taken up yet"][0][0] == plain.reference
    people = (wiltshire.midwife, wiltshire.hospital_lead, wiltshire.team_manager)
    page.does_not_see(CHILD, CONCERN, "Ann", "Ask sooner.", *(person.name for person in people))

    # The chair decides on the disagreement itself; the office sees it in the pack, and only then is it no longer asked for.
    waits = Visitor(chair).opens(f"{HUB}waiting/").sees(grave.reference).does_not_see(plain.reference)
    ends = waits.follows(f"Record what was decided, and why on {grave.reference}").chooses("Deep dive: yes")
    ends.fills("What came of it?", "Logged.").fills("Do the issues need", "Three families.").presses("Record what came of it")
    Visitor(chair).opens(f"{HUB}waiting/").sees("Nothing waits for a decision.", "Deep dive: yes")
    found = tables(page.opens(page.address))
    assert "Waiting for a decision" not in found
    assert found["Decided in this time"][0][2:] == ["Deep dive: yes", "6 Oct 2026"]
    assert Visitor(wiltshire.midwife).opens(f"{HUB}waiting/").status == 403


def test_an_issued_pack_stays_as_it_was_and_the_next_says_what_was_decided(
    wiltshire: World, clock: time_machine.Coordinates
) -> None:
    first = wiltshire.raised(at=TUESDAY)
    office = Visitor(wiltshire.office)
    page = a_pack(office).presses("Issue the pack").sees("Its words and numbers stay as they were", "Nobody yet.")
    issued = page.address
    later = wiltshire.raised(at=TUESDAY + days(20))  # as if it had come in before, and had not been counted
    page.opens(issued).sees(first.reference or "").does_not_see(later.reference or "")
    for kind in ("pdf", "docx", "html"):
        answer = office.client.get(f"{issued}file.{kind}")
        text = {
            "pdf": lambda body: "".join(one.extract_text() for one in PdfReader(BytesIO(body)).pages),
            "docx": lambda body: " ".join(cell.text for t in docx.Document(BytesIO(body)).tables for cell in t._cells),
            "html": lambda body: body.decode(),
        }[kind](answer.content)
        assert (first.reference in text, later.reference in text) == (True, False), kind
        assert answer["Content-Disposition"].endswith(f'2026-10-06.{kind}"')
    page.opens(issued).sees("Who took it (3)", "Office, ")
    assert office.client.get(f"{issued}file.exe").status_code == 404
    with wiltshire.scope():
        assert [one.about["format"] for one in Reading.objects.filter(what="export").order_by("pk")] == ["pdf", "docx", "html"]
        (meeting,) = Meeting.objects.all()

    _is_taken_after_fresh_proof(wiltshire, f"{issued}file.pdf", f"{meeting.get_absolute_url()}draft.pdf")
    page = office.opens(meeting.get_absolute_url()).follows("Write down a decision").presses("Write it down")
    assert page.refusals == ["Choose what it is about", "Say what was decided"]
    page.chooses("Themes").fills("What did the meeting decide?", "Ask schools").fills("Who sees to it?", "Training lead")
    page.presses("Write it down").sees("Ask schools").follows("Say that it is done").fills("What came of it?", "Two joined.")
    page.presses("Save").sees("Two joined.")
    clock.move_to(TUESDAY + days(90))
    newest = a_pack(Visitor(wiltshire.office)).sees("It covers 7 October to 14 December 2026", "None was raised.")
    assert tables(newest)["Decided on 6 October 2026"] == [
        ["Ask schools", "Themes", "Training lead", "–", "Done on 6 October 2026. Two joined."]
    ]
    # Somebody changes what is kept: it is no longer what was issued.
    with wiltshire.scope():
        kept = Issued.objects.get()
        assert kept.digest
        assert Decision.objects.count() == 1
    again = a_pack(Visitor(wiltshire.office))
    assert again.refusals == ["This group has a meeting on that day already."]


def _is_taken_after_fresh_proof(world: World, *files: str) -> None:
    """A file leaves the house: whoever takes one has proved lately who they are."""
    alone = Visitor(world.office).client
    session = alone.session
    session["account_authentication_methods"] = [{"method": "code", "at": 0.0}, {"method": "mfa", "type": "totp", "at": 0.0}]
    session.save()
    for file in files:
        assert alone.get(file)["Location"].startswith("/accounts/prove/")


def test_a_protocol_that_names_no_sub_group_has_a_pack_for_the_office_and_drafts_say_so(havering: World) -> None:
    hub = "/p/havering/meetings/"
    page = Visitor(havering.office).opens(hub).sees("The protocol names no sub-group.").follows("Make a pack")
    page.chooses("Another group").presses("Make the pack")
    assert page.refusals == ["Enter the name of the group"]
    page.chooses("The partnership office").presses("Make the pack").sees("None was raised.", "None is open.")
    draft = page.client.get(f"{page.address}draft.pdf")
    assert "Draft, not issued." in PdfReader(BytesIO(draft.content)).pages[0].extract_text()
    page.follows("Change the days or the notes").fills("What do you want to say", "We are <b>few</b>.").presses("Save")
    page.sees("We are <b>few</b>.")
    for number in range(3):
        havering.raised(at=TUESDAY + days(number))
    with CaptureQueriesContext(
        connection,
    ) as asked:
        page.opens(page.address)
    few = len(asked)
    for number in range(3):
        havering.raised(at=TUESDAY + days(number))
    with CaptureQueriesContext(connection) as asked:
        page.opens(page.address)
    assert len(asked) <= few  # however many there are
