"""What is wrong with a draft stands beside the part and the field that it is about, as sentences in the words of the form."""

from __future__ import annotations

from typing import Any

import pytest

from partnerships.editor.forms import GROUNDLESS, NO_KEY
from tests.journeys.visitor import Visitor, standing_in
from tests.world import World

from .drafts import Drafted

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(havering: World) -> Drafted:
    """Its manager of stage 3 has been taken out, a clock never starts, and nobody is told of danger."""
    drafted = Drafted(havering)

    def break_it(plain: dict[str, Any]) -> None:
        plain["roles"] = [role for role in plain["roles"] if role["key"] != "senior_manager"]
        plain["time_limits"][0]["starts_on"] = ["closed"]
        plain["signposts"] = [signpost for signpost in plain["signposts"] if not signpost["danger"]]

    drafted.revised(break_it)
    return drafted


def faults(page: Visitor) -> list[str]:
    return [item.text for item in page.page.every(cls="escalation-problem")]


GONE = "there is no role “senior_manager”. Did you mean “Manager of a further tier”?"


def test_the_check_lists_all_of_them_each_leading_to_its_field(draft: Drafted) -> None:
    page = draft.opens().presses("Check the whole draft (16 problems)")
    assert page.heading == "16 problems to put right"
    assert len(faults(page)) == 16
    first = f"Stage “Senior managers”: {GONE}"
    assert faults(page)[0] == first
    assert page.links()[first] == f"{draft.address('stages', 2)}#of-acts"
    page.follows(first)
    assert draft.problems_beside("acts") == [first]


def test_the_overview_counts_them_by_section(draft: Drafted) -> None:
    page = draft.opens()
    found = {i.first(tag="a").text: i.every(cls="govuk-tag") for i in page.page.every(cls="govuk-task-list__item")}
    assert {title: said for title, tags in found.items() if (said := [tag.text for tag in tags])} == {
        "The people": ["1 assumed"], "The stages": ["2 problems"], "Clocks": ["1 problem"],
        "Who is told": ["12 problems", "12 assumed"], "Sending elsewhere": ["1 problem", "2 assumed"],
        "Contacts": ["3 assumed"],
    }  # fmt: skip


def test_the_section_says_them_at_the_part_and_at_the_list(draft: Drafted) -> None:
    page = draft.opens("steps")
    cards = page.page.every(cls="govuk-summary-card")
    assert [len(card.every(cls="escalation-problem")) for card in cards] == [0, 0, 2, 0]
    (said,) = faults(draft.opens("elsewhere"))
    assert said == (
        "Nobody is told what to do when a child is in danger now. "
        "Add a signpost with “It is about danger now” (ticked), before all others."
    )


def test_the_form_says_them_at_the_field_in_the_words_of_the_form(draft: Drafted) -> None:
    draft.opens("time_limits", 0)
    name = "The workers who disagree talk and try to resolve it"
    (said,) = draft.problems_beside("starts_on")
    assert said == (
        f"Clock “{name} (within one working week, or sooner if the child needs it)” never starts: “it is closed” cannot happen "
        "where it counts. Tick something else under “What starts it”, or other stages."
    )
    assert draft.problems_beside("stops_on") == []
    draft.opens("stages", 2)
    assert len(draft.problems_beside("tiers-0-acts")) == 1


def test_a_choice_that_is_not_there_any_more_is_shown_ticked_and_can_be_taken_away(draft: Drafted) -> None:
    page = draft.opens("stages", 2)
    assert page.asks("“senior_manager” (not in this draft)")
    page.typed["acts"] = ["further_manager"]
    page.typed["tiers-0-acts"] = []
    page.presses("Save")
    assert draft.protocol.stages[2].acts == ("further_manager",)
    assert page.told == ["Stage 3: Senior managers: saved. The draft has 14 problems left."]


def test_checking_without_saving_shows_them_and_saves_nothing(draft: Drafted) -> None:
    digest = draft.version.digest
    page = draft.opens("time_limits", 0)
    page.typed["starts_on"] = ["stage_opened"]
    page.fills("How many?", "3").fills("Remind how long before?", "5").presses("Check without saving")
    assert page.status == 200
    assert draft.problems_beside("starts_on") == []
    assert len(draft.problems_beside("remind_before")) == 1
    assert page.typed == {}
    assert 'value="3"' in page.client.post(page.address, page_data(page)).content.decode()
    assert draft.version.digest == digest


def page_data(page: Visitor) -> dict[str, list[str]]:
    form = next(form for form in page.page.every(tag="form") if "data-checked" in form.attributes)
    return standing_in(form) | {"check": ["yes"]}


def test_the_check_on_leaving_a_field_answers_with_the_same_sentences(draft: Drafted) -> None:
    page = draft.opens("stages", 2)
    answer = page.client.post(page.address, page_data(page), headers={"Accept": "application/json"})
    assert answer.json()["problems"]["acts"] == [f"Stage “Senior managers”: {GONE}"]
    answer = page.client.post(page.address, page_data(page) | {"name": [""]}, headers={"Accept": "application/json"})
    assert answer.json()["problems"] == {"name": ["Answer the question: What is this stage called?"]}
    assert draft.version.digest == page_data(page)["digest"][0]


def test_a_part_of_the_wrong_shape_is_refused_at_the_field_with_everything_kept(draft: Drafted) -> None:
    digest = draft.version.digest
    page = draft.opens("time_limits", 0)
    page.typed |= {"amount": ["five"], "purpose": [""], "clause": [""], "assumption": [""], "label": ["x" * 201], "key": ["9 no"]}
    page.typed["remind_before"] = ["1, soon"]
    page.presses("Save")
    assert page.status == 422
    assert page.refusals == [
        "Answer the question: What is to be done in this time?",
        "How long, in the words of your document must be 200 characters or fewer. You have used 201",
        "“How many?” is answered with a whole number, in digits",
        "“soon” is not a whole number from 1 to 60",
        NO_KEY,
        GROUNDLESS,
    ]
    form = page_data(page)
    assert (form["amount"], form["remind_before"], form["key"], form["label"]) == (["five"], ["1, soon"], ["9 no"], ["x" * 201])
    assert draft.version.digest == digest


def test_a_part_inside_that_was_not_asked_for_refuses_nothing(draft: Drafted) -> None:
    page = draft.opens("stages", 0)
    page.typed["authority-button"] = ["x" * 5000]
    page.presses("Save")
    assert page.status == 200
    page = draft.opens("stages", 0).chooses("Yes", under="Can somebody end a disagreement here")
    page.presses("Save")
    assert page.refusals == ["Answer the question: How does it end?", GROUNDLESS]
