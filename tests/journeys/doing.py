"""What the practitioner and the two managers do at a browser, in the words of the sample, the same in each story."""

from __future__ import annotations

import re
from datetime import date, timedelta

from django.utils import timezone

from .at_the_browser import Person
from .effort import words

HERE = "None of these: I disagree with another agency about a child"


def yesterday() -> date:
    return timezone.localdate() - timedelta(days=1)


def dated(person: Person, day: date) -> Person:
    for part in ("Day", "Month", "Year"):
        person.fills(part, str(getattr(day, part.lower())), exact=True)
    return person


def goes_on(person: Person, to: str) -> None:
    person.presses("Save and continue").sees(to)
    assert person.complaints == []


def raises_in_barnsley(midwife: Person) -> str:
    """From the start page to the reference. The two managers are proposed already: nobody else of their agencies has the part."""
    say = words()
    midwife.chooses(HERE).presses("Continue")
    midwife.selects("Children's social care", under="The agency you disagree with")
    goes_on(midwife, "Have you talked to your own safeguarding lead or manager?")
    midwife.chooses("Yes", under="Have you talked to your own safeguarding lead or manager?")
    midwife.chooses("I tried, and could not reach them")
    dated(midwife, yesterday())
    midwife.fills("What was said, or what did you try?", say["tried"])
    goes_on(midwife, "In one sentence")
    midwife.fills("In one sentence", say["summary"]).fills("What worries you, and what is it based on?", say["concern"])
    midwife.fills("What is the likely effect on the child?", say["effect"])
    midwife.fills("What needs to be achieved to resolve this?", say["wanted"])
    goes_on(midwife, "The child's reference")
    midwife.fills("The child's reference", "H-2207")
    midwife.chooses("Another professional's action or inaction affecting a child's or family member's safety")
    goes_on(midwife, "Who is the person you disagree with?")
    midwife.picks("Social Worker", under="Who is the person you disagree with?")
    goes_on(midwife, "Check your answers")
    midwife.looks().presses("Raise the disagreement").sees("Disagreement raised")
    return reference_on(midwife)


def raises_in_havering(midwife: Person) -> str:
    """The same, where the protocol asks other things."""
    say = words()
    midwife.chooses(HERE).presses("Continue")
    midwife.selects("Children's social care", under="The agency you disagree with")
    goes_on(midwife, "Have you talked to your supervisor or manager")
    goes_on(midwife, "In one sentence")
    midwife.fills("In one sentence", say["summary"])
    midwife.fills("What is the concern, and where does it come from?", say["concern"])
    goes_on(midwife, "The child's reference")
    midwife.fills("The child's reference", "H-2207").chooses("The need for action")
    midwife.chooses("None of these, or I do not know", under="Is the child any of these?")
    goes_on(midwife, "Who is the person you disagree with?")
    goes_on(midwife, "Check your answers")
    midwife.presses("Raise the disagreement").sees("Disagreement raised")
    return reference_on(midwife)


def reference_on(person: Person) -> str:
    found = re.search(r"[A-Z]{3}-\d{4}", person.page.locator("main").inner_text())
    assert found is not None
    return found[0]
