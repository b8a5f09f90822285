"""Typed text that looks like a child's number or a name with a date of birth: asked about once, kept, and never refused."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.apps import apps
from hypothesis import given
from hypothesis import settings as at_most
from hypothesis import strategies as st

from escalation.actions import ACTIONS
from escalation.forms.raising import RaisingForm, Setting
from escalation.forms.raising_flat import RaiseForm
from escalation.forms.raising_sharing import Sharing
from escalation.gentle import BIRTH, NAME, NAME_AND_BIRTH, NHS_NUMBER, in_reference, in_words, is_nhs_number
from escalation.models import ChronologyWords
from partnerships.arrangements import Arrangements
from tests.journeys.visitor import Visitor
from tests.pages.writing import begin, draft_of, step_address
from tests.world import World

TODAY = date(2026, 9, 15)
NUMBER = "943 476 5919"


def completed(nine: int) -> str | None:
    """The NHS number of nine digits, counted as the data dictionary has it; some nine digits have none."""
    total = sum(int(digit) * (10 - place) for place, digit in enumerate(str(nine)))
    check = (11 - total % 11) % 11
    return None if check == 10 else f"{nine}{check}"


given_out = st.one_of(st.integers(400_000_000, 499_999_999), st.integers(600_000_000, 799_999_999))


@at_most(max_examples=30)
@given(given_out, st.sampled_from(["", " ", "-"]), st.integers(0, 9), st.integers(1, 9))
def test_a_number_with_the_right_check_digit_is_known_and_with_any_one_digit_wrong_it_is_not(
    nine: int, between: str, place: int, off: int
) -> None:
    if (number := completed(nine)) is None:
        assert not any(is_nhs_number(f"{nine}{last}") for last in range(10))
        return
    written = between.join((number[:3], number[3:6], number[6:]))
    assert in_words(f"Her number is {written}, please look.", today=TODAY) == NHS_NUMBER
    wrong = number[:place] + str((int(number[place]) + off) % 10) + number[place + 1 :]
    assert not is_nhs_number(wrong)


@at_most(max_examples=30)
@given(
    st.integers(0, 9_999_999_999),
    st.sampled_from(["0", "+44", "+44 ", "(0)"]),
    st.sampled_from([(5, 5), (4, 6), (3, 7), (10, 0)]),
)
def test_no_telephone_number_is_taken_for_one(ten: int, before: str, groups: tuple[int, int]) -> None:
    digits = f"{ten:010}"
    written = before + " ".join(part for part in (digits[: groups[0]], digits[groups[0] :]) if part)
    assert in_words(f"Telephone {written} before noon.", today=TODAY) == ""


@pytest.mark.parametrize(
    "text",
    [
        "Jack Smith, born 12/03/2015, was not seen.",
        "We are worried about Amelia Jane O’Connor (d.o.b. 3.11.19).",
        "DOB: 2015-03-12. The child is Jack Smith.",
        "Jack Smith (12 March 2015) lives there.",
        "SMITH, Jack, date of birth 12th March 2015",
        "Jack Smith 12/3/15",
    ],
)
def test_a_full_name_with_a_date_of_birth_is_noticed(text: str) -> None:
    assert in_words(text, today=TODAY) == NAME_AND_BIRTH


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Dr Jane Smith and Ade Okafor talked on 14 September 2026.",
        "The strategy meeting of 12/03/2015 was never written up.",
        "Jane Smith, 14/09/2026",
        "Signed: Jane Smith, Team Manager, 1 September 2026",
        "The baby was born on 12/03/2026.",
        "Children's Social Care closed it; child born 12/03/2015, reference H-2207.",
        "Our reference is BAR-0001, yours 2026/4471, case 9434765918.",
        "Order number 94347659190 and 12-943-476-5919-1.",
        "Ring 01226 770001 or +44 7700 900123.",
        "Stage Two, Monday 14 September 2015.",
        "The plan has 5 actions, 3 of 10 done by 31/12/2026 at 14:30.",
    ],
)
def test_what_a_record_is_full_of_is_no_reason_to_ask(text: str) -> None:
    assert in_words(text, today=TODAY) == ""


@pytest.mark.parametrize(
    ("reference", "like"),
    [("Amy Jane Carter", NAME), (NUMBER, NHS_NUMBER), ("AC 3/11/2019", BIRTH), ("H-2207", ""), ("Moorside 2207", ""), ("", "")],
)
def test_a_reference_holds_nothing_else_so_a_name_alone_is_enough(reference: str, like: str) -> None:
    assert in_reference(reference) == like


@at_most(max_examples=30)
@given(st.text(max_size=200), st.dates())
def test_any_text_at_all_is_answered(text: str, today: date) -> None:
    assert in_words(text, today=today) in ("", NHS_NUMBER, NAME_AND_BIRTH)
    assert in_reference(text) in ("", NHS_NUMBER, BIRTH, NAME)


def is_recorded(text: str, *, world: World) -> bool:
    with world.scope():
        return ChronologyWords.objects.filter(text__contains=text).exists()


@pytest.mark.django_db
def test_words_are_asked_about_once_kept_and_then_taken(barnsley: World, caplog: Any) -> None:
    disagreement = barnsley.raised()
    manager = Visitor(barnsley.team_manager).opens(f"/p/barnsley/d/{disagreement.reference}/record_progress/")
    manager.fills("What has happened since the last update?", f"Jack Smith, born 12/03/2015, was seen. {NUMBER}")
    manager.presses("Record progress")
    assert manager.status == 200
    manager.sees("seems to hold an NHS number. Leave it out, and use the child’s local reference.", "Nothing is lost.")
    assert not is_recorded(NUMBER, world=barnsley)
    manager.presses("Record progress")
    assert manager.told == ["The update is recorded."]
    assert is_recorded(NUMBER, world=barnsley)
    assert NUMBER not in caplog.text


@pytest.mark.django_db
def test_other_words_are_asked_about_anew_and_a_log_of_what_was_settled_is_asked_too(barnsley: World) -> None:
    page = Visitor(barnsley.midwife).opens("/p/barnsley/settled/")
    page.fills("Your agency", "Moorside Hospital").fills("The agency you disagreed with", "Larkfield School")
    page.fills("What was it mainly about?", "Levels of need and intervention (thresholds)")
    page.fills("What was settled?", f"We talked about {NUMBER}.").presses("Log it")
    page.sees("seems to hold an NHS number")
    page.fills("What was settled?", f"We talked about {NUMBER} again.").presses("Log it")
    page.sees("seems to hold an NHS number")
    page.fills("What was settled?", "We talked.").presses("Log it")
    assert page.told == ["Logged as BAR-0001. Thank you: what is settled early is worth knowing."]


@pytest.mark.django_db
def test_the_partnership_says_which_reference_it_wants(barnsley: World, signed_in: Any) -> None:
    with barnsley.scope():
        Arrangements.objects.create(child_reference_label="Family number", child_reference_hint="Eight letters.")
    practitioner = signed_in(barnsley.midwife)
    begin(practitioner, barnsley)
    child = step_address(barnsley, draft_of(barnsley, barnsley.midwife), "child")
    shown = practitioner.get(child).content.decode()
    assert "Family number (optional)" in shown
    assert "Eight letters. Not a name, a date of birth or an NHS number." in shown
    raised = barnsley.raised(child_reference="FAM-7")
    assert "Family number FAM-7" in Visitor(barnsley.midwife).opens(raised.get_absolute_url()).words


def test_no_table_has_a_place_for_a_childs_name() -> None:
    """The child is one reference, whether it is born yet, and its status; everything else about it is in words. Where it is
    counted there is a digest of that reference, and the key of that status."""
    of_the_child = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if re.search(r"child|young|forename|surname|first_name|last_name|birth|dob|nhs|gender|ethnic|postcode", field.name)
    }
    assert of_the_child == {
        "escalation.Disagreement.child_reference",
        "escalation.Disagreement.child_status",
        "insight.Counted.child",
        "insight.Counted.child_status",
        "partnerships.Arrangements.child_reference_label",
        "partnerships.Arrangements.child_reference_hint",
    }


@pytest.mark.django_db
def test_no_form_has_a_field_for_a_childs_name(oldham: World) -> None:
    """Every form of raising and acting, as one protocol has it; the statuses of another are a list to choose from."""
    with oldham.scope():
        viewer = oldham.viewer(oldham.office)
        asked = {**RaiseForm({}, viewer=viewer, protocol=oldham.protocol).fields}
        disagreement = oldham.raised()
        for action in ACTIONS.values():
            asked |= action.form(disagreement=oldham.fresh(disagreement), viewer=viewer).fields
    child = {name for name in asked if re.search(r"child|birth|dob|nhs|surname|forename", name)}
    assert child == {"child_reference"}
    people = {name.rpartition("_")[0] for name in asked if name.endswith("_name")}
    assert not [name for name in people if "child" in name or "family" in name]


@pytest.mark.django_db
@pytest.mark.parametrize("engaged", ["agree", "disagree", "unsafe", "not_yet"])
def test_whether_the_family_agrees_is_recorded_and_stops_nothing(oldham: World, engaged: str) -> None:
    """Sharing to keep a child safe does not rest on consent (UK GDPR articles 6(1)(e) and 9(2)(g); practice.md 4.2)."""
    with oldham.scope():
        setting = Setting(oldham.viewer(oldham.midwife), oldham.protocol, {})
        form = RaisingForm(
            {"family_engaged": engaged, "sharing_basis": "Public task."}, setting=setting, parts=[Sharing(setting)]
        )
        assert form.is_valid(), form.errors
