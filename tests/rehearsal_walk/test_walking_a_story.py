"""A draft walked through in the browser by the person who wrote it, from the first button to the last."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.core import mail
from time_machine import Traveller

from escalation.models import Disagreement
from notifications.models import Message
from partnerships.models import Partnership, User
from partnerships.services import draft_protocol
from tests.journeys.telling import Answer, answers, ball, chronology, marks
from tests.journeys.visitor import Visitor
from tests.pages.tables import rows
from tests.world import World

pytestmark = pytest.mark.django_db

TALKED = "Have you talked to your own safeguarding lead or manager?"
MANAGER = "Who is the direct line manager of the person the concern is about?"
OTHER, OWN = "Who is the person you disagree with?", "Who is your safeguarding lead or manager?"


def bar(page: Visitor) -> str:
    return page.page.first(cls="escalation-rehearsal").text


def being(page: Visitor, name: str) -> Visitor:
    """Be somebody else, by the bar."""
    page.follows("Be somebody else" if "Be somebody else" in page.links() else "Choose whom to be").presses(name)
    assert f"You are being {name}" in bar(page)
    return page


def test_a_draft_is_walked_from_raising_to_agreeing_and_deleted(barnsley: World, tuesday: Traveller, doors_shut: None) -> None:
    with barnsley.scope():
        draft_protocol(barnsley.protocol.model_copy(update={"title": "Our next protocol"}))
    page = Visitor(barnsley.administrator).opens("/p/barnsley/administration/").follows("Walk through the protocol")
    page.follows("Walk through Our next protocol (version 2)").presses("Walk it")
    slug = nobody_yet(page)
    reference = the_midwife_raises_it(page)
    time_goes_by(page, slug, reference)
    the_manager_acknowledges_and_agrees(page, reference)
    the_office_sees_it_in_the_tracker(page, reference)
    the_real_partnership_knows_nothing_of_it(barnsley, reference)
    it_is_deleted(page, slug)


def nobody_yet(page: Visitor) -> str:
    assert page.heading == "Whom do you want to be?"
    slug = page.address.split("/")[2]
    assert re.fullmatch(r"rehearsal-[0-9a-f]{16}", slug)
    assert "You are nobody here yet." in bar(page)
    assert "It is Tuesday 15 September 2026 at 10:30am here. Move it forward:" in bar(page)
    # Every other page of it leads to the choice first.
    for place in ("", "tracker/", "protocol/", "administration/", "mailbox/", "d/X-0001/"):
        assert page.opens(f"/p/{slug}/{place}").address == f"/p/{slug}/administration/rehearse/walk/be/"
    return slug


def the_midwife_raises_it(page: Visitor) -> str:
    page.presses("Keziah Jarrow")
    assert page.told == ["You are being Keziah Jarrow: Midwife: Practitioner, Moorside Hospital (invented)."]
    assert page.page.every(cls="escalation-header__person")[-1].text == "Signed in as Administrator"
    page.follows("Raise a disagreement")
    page.chooses("None of these: I disagree with another agency about a child").presses("Continue")
    answers(
        page,
        Answer("The agency you disagree with", "Children's social care (invented)"),
        Answer("I tried, and could not reach them"),
        Answer("When was that", date(2026, 9, 14)),
        Answer("What was said, or what did you try?", "Rang twice; no answer."),
        Answer("Yes", under=TALKED),
        Answer("In one sentence", "The birth plan does not address the risks."),
        Answer("What worries you", "Three risks on file."),
        Answer("What is the likely effect on the child?", "A birth without a safe plan."),
        Answer("What needs to be achieved to resolve this?", "A plan before the birth."),
        Answer("The child's reference", "H-2207"),
        Answer("Another professional's action or inaction"),
        Answer("Somebody in this list", under=OTHER),
        Answer("Choose somebody", "Asha Moss", under=OTHER),
        Answer("Somebody in this list", under=OWN),
        Answer("Choose somebody", "Lewis Knoll", under=OWN),
        Answer("Somebody in this list", under=MANAGER),
        Answer("Choose somebody", "Ben Thorne", under=MANAGER),
    )
    page.presses("Raise the disagreement")
    assert page.heading == "Disagreement raised"
    found = re.search(r"R[B-Z]{5}-0001", page.words)
    assert found is not None
    return found.group()


def time_goes_by(page: Visitor, slug: str, reference: str) -> None:
    # Who would have been told is there at once, to people at addresses that nobody has.
    page.follows("What was e-mailed here").sees("none has left the system")
    told = {line[1].rpartition("@")[2] for line in rows(page.page)}
    assert told
    assert all(domain.endswith(f"{slug}.example") for domain in told)
    before = len(rows(page.page))
    # The reminder comes before the last day, and then the five working days are over.
    page.presses("To the next thing that happens")
    (told_now,) = page.told
    assert told_now.startswith("It is Monday 21 September 2026 at 8am now. 2 timescales came near or passed on the way, and 2 ")
    assert page.heading == "Mailbox"
    page.presses("To the next thing that happens")
    assert page.told[0].startswith("It is Wednesday 23 September 2026 at midnight now. 2 timescales came near or passed")
    assert "It is Wednesday 23 September 2026 at midnight here. The clock was moved." in bar(page)
    assert len(rows(page.page)) > before + 2
    page.presses("By one working day")
    assert page.told[0].startswith("It is Thursday 24 September 2026 at midnight now.")
    page.opens(f"/p/{slug}/d/{reference}/")
    assert ball(page) != ""
    assert chronology(page)[0].startswith("Raised at Stage 1")


def the_manager_acknowledges_and_agrees(page: Visitor, reference: str) -> None:
    page = being(page, "Ben Thorne").follows(reference).presses("I have this")
    page.presses("Record what was agreed").fills("What was agreed?", "A plan by Monday.")
    page.chooses("Read out to both").presses("Record what was agreed")
    page.presses("Confirm the outcome in writing").presses("Confirm the outcome in writing").sees("A plan by Monday.")
    assert marks(page)[0] == "Resolved"
    # It happened in the rehearsal's time, in the order in which it was done.
    page.sees("Thursday 24 September 2026", "Ben Thorne")


def the_office_sees_it_in_the_tracker(page: Visitor, reference: str) -> None:
    being(page, "Wanda Vickers").follows("Tracker").sees(reference)


def the_real_partnership_knows_nothing_of_it(world: World, reference: str) -> None:
    Visitor(world.office).opens("/p/barnsley/tracker/").does_not_see(reference)
    Visitor(world.office).opens("/p/barnsley/").does_not_see(reference)
    assert mail.outbox == []
    with world.scope():
        assert (Disagreement.objects.count(), Message.objects.count()) == (0, 0)


def it_is_deleted(page: Visitor, slug: str) -> None:
    page.follows("Delete the rehearsal").sees("Barnsley Safeguarding Children Partnership is not touched.")
    page.presses("Delete the rehearsal")
    assert page.address == "/p/barnsley/administration/rehearse/walk/"
    assert page.told == ["The rehearsal was deleted, with everything in it."]
    page.sees("There is none now.")
    assert not Partnership.objects.filter(slug=slug).exists()
    assert not User.objects.filter(email__contains=slug).exists()
    assert page.opens(f"/p/{slug}/").status == 404
