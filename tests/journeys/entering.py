"""An administrator at the editor's forms: fills a part by the labels on the page, answers what is asked, and saves it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from playwright.sync_api import Locator

from .at_the_browser import BIGGEST, DRAWING, SCREENS, Person

# Typed or chosen under a label; one tick; the only ticks of several; or a part inside, which is asked for and filled in.
Answer = str | bool | list[str] | Mapping[str, "Answer"]
Answers = Mapping[str, Answer]


@dataclass(frozen=True)
class Part:
    """One part to enter: in which section, by which button or in place of which one, and what is answered."""

    section: str
    one: str
    answers: Answers
    instead_of: str = ""


def enters(person: Person, part: Part) -> Person:
    """From wherever in the draft to the saved part, and back in its section."""
    comes_to(person, part)
    fills(form_of(person), part.answers)
    return saves(person)


def comes_to(person: Person, part: Part) -> Person:
    """By the section; the form is looked at, so that every form of the editor is."""
    if person.heading != part.section:
        person.follows("The draft").follows(part.section)
    if part.instead_of:
        person.follows(f"Change {part.instead_of}")
    else:
        person.presses(f"Add {part.one}")
    return person


def saves(person: Person) -> Person:
    person.arrives_by(form_of(person).get_by_role("button", name="Save", exact=True).last.click)
    return person.sees(": saved. The draft has")


def shows(person: Person, name: str, place: Locator, *, block: str = "center") -> Person:
    """Drawn for the manual as a person sees it who has come to that place of a long page."""
    if DRAWING:
        place.evaluate("(place, block) => place.scrollIntoView({block, behavior: 'instant'})", block)
        path = SCREENS / f"{name}-{person.size.name}.png"
        person.page.screenshot(path=path, animations="disabled", caret="hide")
        assert path.stat().st_size < BIGGEST, f"{path.name} is too big for the manual"
    return person


def form_of(person: Person) -> Locator:
    return person.page.locator("form[data-checked]")


def fills(where: Locator, answers: Answers) -> None:
    for label, answer in answers.items():
        if isinstance(answer, str):
            says(where, label, answer)
        elif isinstance(answer, bool):
            where.get_by_label(label, exact=True).first.set_checked(answer)
        elif isinstance(answer, list):
            ticks(where.get_by_role("group", name=label).first, answer)
        else:
            inside = where.get_by_role("group", name=label).first
            if (yes := inside.get_by_label("Yes", exact=True)).count():
                yes.first.check()
            fills(inside, answer)


def says(where: Locator, label: str, answer: str) -> None:
    """In a box, out of a list, or by one of several answers."""
    question = where.get_by_role("group", name=label)
    if question.count():
        question.first.get_by_label(answer, exact=True).first.check()
        return
    box = where.get_by_label(label, exact=True).first
    if box.evaluate("box => box.tagName") == "SELECT":
        box.select_option(label=answer)
    else:
        box.fill(answer)


def ticks(question: Locator, answers: list[str]) -> None:
    for box in question.get_by_role("checkbox", checked=True).all():
        box.uncheck()
    for answer in answers:
        question.get_by_label(answer, exact=True).check()
