"""In a real Chromium: an administrator with the document in one hand enters a protocol from nothing, mends what the pages say,
rehearses, confirms and publishes it; then a disagreement is raised and answered under it, in the same running server.

SCREENS=1 draws the pages for docs/how-to/enter-your-protocol.md."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from .ashdale import (
    AGENCIES,
    ASKED,
    AUTHORITY,
    CLAUSE,
    CLOCK,
    CONTACTS,
    ELSEWHERE,
    ENDS,
    LEADS,
    PEOPLE,
    SECOND,
    SILENCE,
    SILENT,
    SLUG,
    STEP,
    TALKING,
    THIRD,
    TITLE,
    TOLD,
    founded,
    let_in,
)
from .at_the_browser import DESKTOP, Person
from .entering import comes_to, enters, fills, form_of, saves, shows

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

People = Callable[..., Person]
DRAFT = f"/p/{SLUG}/administration/protocol/1"
NO_EFFECT = f"Level “{TALKING}” is not recorded, so “A disagreement can start here” has no effect there."
NOWHERE = "A disagreement can start nowhere. Tick “A disagreement can start here” on the lowest recorded level."
NO_END = "Level “Executive Group” is the last one, and nobody could end a disagreement there. Answer “"
NAMED = {
    "Who is the person you disagree with?": "Sol Reed",
    "Who is their safeguarding lead?": "Tess Bright",
    "Who is your safeguarding lead?": "Leo Marsh",
}
UNREACHED = "Role “Learning group” is sent notices, but nobody can receive them. Add a contact for that role."


@pytest.fixture
def people(live_server: Any, new_context: Callable[..., Any], transactional_db: None) -> People:
    """Somebody at a browser of their own, in a partnership that has no protocol at all."""
    founded()

    def somebody(name: str, *, java_script_enabled: bool = True) -> Person:
        context = new_context(viewport=DESKTOP.viewport, java_script_enabled=java_script_enabled, reduced_motion="reduce")
        return Person(context.new_page(), DESKTOP, live_server.url).signs_in_as(name)

    return somebody


def test_from_nothing_to_an_answered_disagreement(people: People) -> None:
    ada = people("Ada Winter")
    begins(ada)
    shows(ada, "enter-draft", ada.page.locator("#sections"), block="start").looks()
    names_the_people(ada)
    builds_the_levels(ada)
    enters_the_rules(ada)
    enters_agencies_and_contacts(ada)
    rehearses(ada)
    walks(ada)
    confirms(ada)
    publishes(ada)
    let_in()
    reference = raises(people("Mia Holt"))
    answers(people("Tess Bright"), reference)


def begins(ada: Person, *, look: Callable[..., Any] = Person.looks) -> Person:
    """From the administration page, which says that this comes first, to a draft that can be filled in."""
    look(ada.goes_to("Administration").sees("No protocol is in force, so nothing can be raised yet. Begin here"))
    look(ada.follows("Protocols and their versions").sees("There is no protocol yet"))
    ada.presses("Begin a draft").presses("Begin the draft").sees("Choose how the draft begins")
    ada.opens(f"/p/{SLUG}/administration/protocol/new/").chooses("From nothing")
    ada.fills("What is the protocol called?", TITLE).fills("What is one step of it called?", STEP)
    look(ada, "enter-begin")
    ada.presses("Begin the draft")
    return ada.sees("No problems: as it stands, this protocol can work.", "The levels", "2 2 assumed")


def names_the_people(ada: Person) -> None:
    ada.follows("The people").looks()
    for number, part in enumerate(PEOPLE):
        comes_to(ada, part)
        if number in (0, 2):
            ada.looks()
        fills(form_of(ada), part.answers)
        saves(ada)
    ada.sees("Roles (4)", "The first manager or safeguarding lead on each side. Acts for both sides.")


def builds_the_levels(ada: Person) -> None:
    """Three problems come up on the way, each beside what it is about, and each goes when it is put right."""
    ada.follows("Next section: The levels").follows(f"Change Level 1: {TALKING}")
    form = form_of(ada)
    fills(form, {CLAUSE: "3.1", SILENT: "", ENDS: "No", "It is recorded in the tracker": False})
    ada.page.get_by_label("Its number").focus()
    beside = ada.page.locator("[data-problems=opens_here]")
    expect(beside).to_contain_text(NO_EFFECT)
    shows(ada, "enter-level", beside).looks()
    fills(form, {"A disagreement can start here": False})
    ada.page.get_by_label("Its number").focus()
    expect(beside).to_have_text("")
    saves(ada).sees(NOWHERE)
    enters(ada, SECOND)
    assert NOWHERE not in ada.page.locator("main").inner_text()
    enters(ada, THIRD).sees(NO_END)
    shows(ada, "enter-levels", ada.page.get_by_role("link", name=NO_END)).looks()
    ada.arrives_by(ada.page.get_by_role("link", name=NO_END).click)
    ada.sees(NO_END)
    fills(form_of(ada), AUTHORITY)
    saves(ada).sees("The draft has no problems.")


def enters_the_rules(ada: Person) -> None:
    seen = set()
    for part in (*ASKED, CLOCK, *TOLD, *ELSEWHERE):
        comes_to(ada, part)
        if part.one not in seen and not part.instead_of:
            ada.looks()
        seen.add(part.one)
        fills(form_of(ada), part.answers)
        if part is CLOCK:
            shows(ada, "enter-clock", ada.page.get_by_role("group", name="Whose time is it?"))
        saves(ada)


def enters_agencies_and_contacts(ada: Person) -> None:
    ada.follows("The draft").follows("Agencies and posts")
    for name, sector, post in AGENCIES:
        ada.presses("Add an agency").presses("Add a post")
        fills(form_of(ada), {"Name of the agency": name, "Sector": sector, CLAUSE: "page 8"})
        fills(form_of(ada), {"At which kind of level?": "Their managers or safeguarding leads", "The post": post})
        ada.looks()
        saves(ada)
    ada.sees("Posts: manager step: Named Nurse.").follows("Check the whole draft")
    assert ada.heading == "1 problem to put right"
    ada.sees(UNREACHED).looks("enter-check")
    ada.follows("The draft").follows("Contacts")
    for part in CONTACTS:
        enters(ada, part)
    ada.looks().follows("Check the whole draft").sees("Every step can be reached").looks()
    assert ada.heading == "No problems"


def rehearses(ada: Person) -> None:
    """The timeline shows that nobody would hear of a timescale that has passed; the draft is mended, and shown again."""
    ada.follows("The draft").follows("See what would happen if nobody acted")
    begins_on(ada, date(2027, 1, 11))
    ada.sees("By the end of Monday 18 January 2027", "Tuesday 19 January 2027, as the day begins", "Nobody is told.")
    ada.follows("Change the draft").follows("Who is told")
    enters(ada, SILENCE).looks()
    ada.follows("The draft").follows("See what would happen if nobody acted")
    begins_on(ada, date(2027, 1, 11))
    ada.sees("Asked: Talk today, or move it up to the Executive Group.")
    shows(ada, "enter-nobody-acts", ada.page.locator("#timeline"), block="start").looks()
    assert "Nobody is told." not in ada.page.locator("main").inner_text()
    dated(ada, date(2027, 1, 14), under="A date asked for")
    ada.presses("Show what would happen").sees("Thursday 14 January 2027").looks()


def begins_on(ada: Person, day: date) -> None:
    dated(ada, day, under="When it is raised")
    ada.fills("Time", "9am")
    ada.presses("Show what would happen")


def confirms(ada: Person) -> None:
    ada.sees("Who is told", "4 1 assumed").follows("Confirm what is assumed")
    ada.sees("1 question left, on which 1 assumed rule rests. 0 answered.", "Is it the safeguarding leads?")
    ada.page.get_by_label("This is right for the partnership").check()
    ada.fills("Your role in the partnership", "Business manager").looks("enter-confirm").presses("Confirm what is ticked")
    today = timezone.localdate()
    ada.sees(f"Confirmed by Ada Winter (Business manager) on {today:%A} {today.day} {today:%B} {today.year}").looks()


def publishes(ada: Person) -> None:
    """From today, without any restart; from then on the draft is nobody's to change."""
    ada.follows("Publish it from a day on").sees("No version of this protocol is in force.")
    dated(ada, timezone.localdate())
    ada.looks("enter-publish").presses("Publish").sees("Version 1 is published, and in force from", "In force")
    ada.looks("enter-published")
    ada.opens(f"{DRAFT}/").sees("A published protocol never changes")
    ada.goes_to("Protocol").sees(TITLE, "It is decided by: Executive Group.").looks()


def raises(mia: Person) -> str:
    """A practitioner, under what was published a moment ago."""
    mia.opens(f"/p/{SLUG}/start/").sees("Then ring the front door.").looks()
    mia.chooses("None of these: I disagree with another agency about a child").presses("Continue")
    mia.page.get_by_label("The agency you disagree with").select_option(label="Ashdale Children’s Services")
    mia.presses("Save and continue").chooses("Yes, by telephone")
    dated(mia, timezone.localdate() - timedelta(days=1))
    mia.fills("What was said, or what did you try?", "We see it differently.").presses("Save and continue")
    mia.fills("In one sentence", "The birth plan leaves out a risk.")
    mia.fills("What is the likely effect on the child?", "A birth without a safe plan.").presses("Save and continue")
    mia.fills("The child's reference", "H-2207")
    mia.chooses("Levels of need").presses("Save and continue")
    for question, name in NAMED.items():
        mia.picks(name, under=question)
    mia.looks().presses("Save and continue").sees("E-mailed at once", "Executive Group").presses("Raise the disagreement")
    mia.sees("It is at Level 2: Safeguarding leads.", "By the end of", "The safeguarding leads talk.").looks("enter-raised")
    found = re.search(r"ASH-\d{4}", mia.page.locator("main").inner_text())
    assert found is not None
    return found[0]


def walks(ada: Person) -> None:
    """As one of its own people, and away again in one step."""
    ada.follows("Change the draft").follows("Walk through it").presses("Walk it").sees("Safeguarding lead").looks("enter-walk")
    ada.follows("Delete the rehearsal").presses("Delete the rehearsal").sees("The rehearsal was deleted")
    ada.opens(f"{DRAFT}/")


def dated(person: Person, day: date, *, under: str = "") -> None:
    where = person.page.get_by_role("group", name=under).first if under else person.page
    for part in ("day", "month", "year"):
        where.get_by_label(part.capitalize(), exact=True).fill(str(getattr(day, part)))


def answers(tess: Person, reference: str) -> None:
    """The receiving manager, at the same running server."""
    tess.sees("Yours to act on (1)").follows(reference)
    tess.sees(f"Raised under: {TITLE} (version 1).", "A birth without a safe plan.").looks()
    tess.presses("I have this; I will telephone today").sees("The other side can see that you have it.")
    tess.presses("Record what was agreed").fills("What was agreed?", "A plan by Monday, with both agencies.")
    tess.chooses("Read out to both")
    tess.presses("Record what was agreed").sees("The agreement is recorded.", "A plan by Monday, with both agencies.").looks()


def test_one_part_and_the_check_without_a_script(people: People) -> None:
    ada = people("Ada Winter", java_script_enabled=False)
    begins(ada, look=lambda *_: None)
    ada.follows("The levels").follows("Change Level 1: Talking to each other")
    fills(form_of(ada), {"It is recorded in the tracker": False})
    ada.presses("Check without saving")
    beside = ada.page.locator("[data-problems=opens_here]")
    expect(beside).to_contain_text(NO_EFFECT)
    fills(form_of(ada), {"A disagreement can start here": False, ENDS: "No"})
    ada.presses("Check without saving")
    expect(beside).to_have_text("")
    saves(ada).sees(NOWHERE)
    enters(ada, replace(SECOND, answers={**SECOND.answers, "Who acts here?": ["Practitioner"]}))
    ada.follows("Check the whole draft").sees(f"Level “{LEADS}” is the last one, and nobody could end a disagreement there.")
    assert ada.heading == "1 problem to put right"
    assert ada.complaints == []
