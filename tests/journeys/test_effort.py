"""What the manual says of the effort is what was measured, it keeps the promises made, and the manual's other pages agree."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

import pytest
import yaml

from .at_the_browser import PHONE
from .counting import Counted
from .effort import MOST_TO_ANSWER, MOST_TO_RAISE, PAGE, Effort, committed, page, seconds, words

ROOT = Path(__file__).resolve().parents[2]
STORIES = ROOT / "escalation" / "demo" / "stories"
ASKS = """<p>Outside</p><main><h1>Two words</h1><p>Advice that nobody has to read</p><form action="/told" method="post">
    <div class="govuk-form-group"><label for="why">Why is that?</label><span class="govuk-visually-hidden">Unseen</span>
    <textarea id="why"></textarea></div>
    <div class="govuk-form-group"><label for="who">Who?</label><select id="who"><option>Choose</option><option>Police</option>
    </select></div><div class="govuk-form-group"><label for="not">Never asked</label><input id="not"></div>
    <button>Go on</button></form></main>"""
TELLS = """<main><h1>Read it</h1><p>Three short words</p><p>It rains.</p><details><summary>More</summary>Folded away</details>
    <a href="/">On we go</a><p>Below it</p></main>"""


def test_the_manual_s_page_is_as_it_was_measured() -> None:
    assert PAGE.read_text() == page(committed())


@pytest.mark.browser
def test_counting_counts_what_it_says(new_context: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that asks and one that tells: by hand, the same."""
    monkeypatch.setattr("tests.journeys.counting.held", lambda task, effort: vars(effort))
    context = new_context(viewport=PHONE.viewport)
    context.route(
        "**/*", lambda route: route.fulfill(content_type="text/html", body=TELLS if "told" in route.request.url else ASKS)
    )
    person = Counted(context.new_page(), PHONE, "https://counted.example")
    with person.measured("a letter and two pages"):
        person.reads("Open it.\nThank you very much.").opens("/")
        person.fills("Why is that?", "It rains.").selects("Police", under="Who?").presses("Go on").follows("On we go")
    # Pressed: the letter's link, the box, the list and its choice, two buttons. Read: the letter (6), two questions (5, with
    # the list's "Choose"), the heading (2); then down to the link (9): not what was typed before, nor what is folded or below.
    assert person.effort == Effort(pages=3, presses=6, fields=2, typed=2, read=22, shown=17 + 13 + 17)


def test_raising_takes_under_five_minutes_and_answering_under_two() -> None:
    took = {task: seconds(Effort(**counts)) for task, counts in committed().items()}
    raising = {task: time for task, time in took.items() if task.startswith("raise, ")}
    answering = {task: time for task, time in took.items() if task.startswith("answer from the e-mail")}
    assert (len(raising), len(answering)) == (2, 2)
    assert max(raising.values()) < MOST_TO_RAISE
    assert max(answering.values()) < MOST_TO_ANSWER
    assert took["log what was settled by talking"] <= 60


def test_the_sample_is_longer_than_what_the_demonstration_s_people_write() -> None:
    """Under the same protocol, for the same questions and more."""
    stories = [yaml.safe_load((STORIES / f"{name}.yml").read_text()) for name in ("barnsley", "barnsley_ended")]
    raised = [len(" ".join(answers.values()).split()) for answers in given(stories) if "effect_on_child" in answers]
    sample = sum(len(words()[one].split()) for one in ("tried", "summary", "concern", "effect", "wanted"))
    assert (len(raised) > 10, median(raised), sample) == (True, 67, 87)


def given(told: Any) -> Iterator[dict[str, str]]:
    """Every set of answers in a story, however deep."""
    if isinstance(told, dict):
        yield from [told["answers"]] if isinstance(told.get("answers"), dict) else []
    for inside in told.values() if isinstance(told, dict) else told if isinstance(told, list) else ():
        yield from given(inside)


RAISE, ANSWER = "docs/how-to/raise-a-disagreement.md", "docs/how-to/answer-and-resolve.md"
START = "templates/escalation/start/start.html"
LONGEST, FROM_THE_E_MAIL = "raise, Barnsley’s protocol", "answer from the e-mail, with no account: "


@pytest.mark.parametrize(
    ("where", "says", "task"),
    [
        (RAISE, r"takes about (\w+) minutes", LONGEST),
        (START, r"takes about (\w+) minutes", LONGEST),
        (ANSWER, r"takes about (\w+) minute,", f"{FROM_THE_E_MAIL}acknowledge"),
        (ANSWER, r"proposing an outcome about (\w+) minutes", f"{FROM_THE_E_MAIL}propose an outcome"),
    ],
)
def test_what_else_is_said_of_it_agrees(where: str, says: str, task: str) -> None:
    found = re.search(says, " ".join((ROOT / where).read_text().split()))
    assert found is not None
    minutes = {"one": 1, "two": 2, "five": 5}.get(found[1]) or int(found[1])
    assert abs(minutes * 60 - seconds(Effort(**committed()[task]))) <= 30
