"""A person says when: what they may type, what is asked back, and which box is marked."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django import forms
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from partnerships.form_dates import DateParts, GovukDateField, GovukDateTimeField, read_time, typed_parts

from .markup import read

# 11:30 in London, which is an hour ahead of UTC in September.
NOW = datetime(2026, 9, 15, 10, 30, tzinfo=UTC)


class Spoke(forms.Form):
    at = GovukDateTimeField(label="When did you speak?", called="When you spoke", not_future=True)


class Until(forms.Form):
    day = GovukDateField(label="By when?", called="The date", not_past=True)


def typed(name: str, *parts: str) -> dict[str, str]:
    return {f"{name}-{part}": text for part, text in zip(("day", "month", "year", "time"), parts, strict=False)}


def refusals(form: forms.Form) -> list[tuple[str, str]]:
    return [(error.sentence, error.target) for field in form.visible_fields() for error in field.error_sentences]  # type: ignore[attr-defined]


def marked(form: forms.Form) -> list[str]:
    return [box.attributes["name"] for box in read(str(form)).every(tag="input") if "govuk-input--error" in box.classes]


@pytest.mark.parametrize(
    ("text", "hour", "minute"),
    [
        ("9", 9, 0), ("9.30", 9, 30), ("9:30", 9, 30), ("930", 9, 30), ("0930", 9, 30), ("14:05", 14, 5), ("1405", 14, 5),
        ("2pm", 14, 0), ("2 pm", 14, 0), ("2.15 p.m.", 14, 15), ("2:15 PM", 14, 15), ("12", 12, 0), ("12am", 0, 0),
        ("12pm", 12, 0),
        ("noon", 12, 0), ("Midday", 12, 0), ("midnight", 0, 0), ("00:10", 0, 10), ("02:30", 2, 30), ("7", 7, 0), ("9a", 9, 0),
    ],
)  # fmt: skip
def test_a_time_may_be_typed_as_people_write_it(text: str, hour: int, minute: int) -> None:
    found = read_time(text)
    assert (found.hour, found.minute) == (hour, minute)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Enter the time, like 9:30am or 14:05"),
        ("2", "Say whether 2 is am or pm"),
        ("6.45", "Say whether 6.45 is am or pm"),
        ("25:00", "The time must be like 9:30am or 14:05"),
        ("14pm", "The time must be like 9:30am or 14:05"),
        ("0am", "The time must be like 9:30am or 14:05"),
        ("9:75", "The time must be like 9:30am or 14:05"),
        ("9m", "The time must be like 9:30am or 14:05"),
        ("9.", "The time must be like 9:30am or 14:05"),
        ("after lunch", "The time must be like 9:30am or 14:05"),
        ("٩", "The time must be like 9:30am or 14:05"),
    ],
)
def test_a_time_that_could_be_misread_is_asked_back(text: str, sentence: str) -> None:
    with pytest.raises(ValidationError) as refused:
        read_time(text)
    assert refused.value.messages == [sentence]


@given(st.text(max_size=8))
def test_no_text_breaks_the_reading_of_a_time(text: str) -> None:
    class Asked(forms.Form):
        at = GovukDateTimeField()

    form = Asked(typed("at", "15", "9", "2026", text))
    assert form.is_valid() or len(form.errors["at"]) == 1


@pytest.mark.parametrize(
    ("parts", "found"),
    [
        (("27", "3", "2027"), date(2027, 3, 27)),
        ((" 27 ", "03", "2027"), date(2027, 3, 27)),
        (("1", "Nov", "2026"), date(2026, 11, 1)),
        (("29", "february", "2028"), date(2028, 2, 29)),
    ],
)
@time_machine.travel(NOW, tick=False)
def test_a_day_may_be_typed_with_a_month_in_numbers_or_words(parts: tuple[str, ...], found: date) -> None:
    form = Until(typed("day", *parts))
    assert (form.errors, form.cleaned_data) == ({}, {"day": found})


@pytest.mark.parametrize(
    ("parts", "sentence", "boxes"),
    [
        (("", "", ""), "Enter the date", ["day", "month", "year"]),
        (("27", "", "2027"), "The date must include a month", ["month"]),
        (("", "", "2027"), "The date must include a day and a month", ["day", "month"]),
        (("27", "3", "27"), "The date must have a year of 4 numbers, like 2026", ["year"]),
        (("31", "2", "2027"), "The date must be a real date", ["day"]),
        (("27", "13", "2027"), "The date must be a real date", ["month"]),
        (("27", "0", "2027"), "The date must be a real date", ["month"]),
        (("1", "1", "0000"), "The date must be a real date", ["year"]),
        (("soon", "x", "2027"), "The date must be a real date", ["day", "month"]),
        (("14", "9", "2026"), "The date must be today or in the future", ["day", "month", "year"]),
        (("1", "1", "9999"), "The date must be within the next 10 years", ["year"]),
    ],
)
@time_machine.travel(NOW, tick=False)
def test_a_day_is_refused_in_words_and_the_wrong_boxes_are_marked(
    parts: tuple[str, ...], sentence: str, boxes: list[str]
) -> None:
    form = Until(typed("day", *parts))
    assert refusals(form) == [(sentence, f"id_day-{boxes[0]}")]
    assert marked(form) == [f"day-{box}" for box in boxes]


@time_machine.travel(NOW, tick=False)
def test_today_is_neither_past_nor_future_for_a_day() -> None:
    class Today(forms.Form):
        past = GovukDateField(not_future=True)
        future = GovukDateField(not_past=True)

    today = {**typed("past", "15", "9", "2026"), **typed("future", "15", "9", "2026")}
    assert Today(today).errors == {}
    assert refusals(Today({**today, "past-day": "16"})) == [("The date must be today or in the past", "id_past-day")]


@time_machine.travel(NOW, tick=False)
def test_an_instant_is_london_time_whatever_the_season() -> None:
    summer, winter = Spoke(typed("at", "15", "9", "2026", "11.30")), Spoke(typed("at", "15", "1", "2026", "9"))
    assert (summer.errors, winter.errors) == ({}, {})
    assert summer.cleaned_data["at"] == NOW
    assert winter.cleaned_data["at"] == datetime(2026, 1, 15, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("parts", "found", "boxes"),
    [
        (("15", "9", "2026", "11:31am"), [("When you spoke must be in the past", "id_at-time")], ["time"]),
        (("16", "9", "2026", "9"), [("When you spoke must be in the past", "id_at-day")], ["day", "month", "year"]),
        (("15", "9", "2026", ""), [("Enter the time, like 9:30am or 14:05", "id_at-time")], ["time"]),
        (
            ("15", "", "2026", "x"),
            [("When you spoke must include a month", "id_at-month"), ("The time must be like 9:30am or 14:05", "id_at-time")],
            ["month", "time"],
        ),
        (
            ("29", "3", "2026", "1.30am"),
            [("The clocks went forward that night: this time did not exist", "id_at-time")],
            ["time"],
        ),
        (("", "", "", ""), [("Enter when you spoke", "id_at-day")], ["day", "month", "year", "time"]),
    ],
)
@time_machine.travel(NOW, tick=False)
def test_an_instant_is_refused_in_words(parts: tuple[str, ...], found: list[tuple[str, str]], boxes: list[str]) -> None:
    form = Spoke(typed("at", *parts))
    assert refusals(form) == found
    assert marked(form) == [f"at-{box}" for box in boxes]
    assert [box.attributes.get("value", "") for box in read(str(form)).every(tag="input")] == list(parts)  # nothing is lost


def test_an_appointment_lies_ahead_and_the_hour_that_happens_twice_means_the_first() -> None:
    class Meeting(forms.Form):
        at = GovukDateTimeField(called="The meeting", not_past=True)

    with time_machine.travel(NOW, tick=False):
        assert refusals(Meeting(typed("at", "14", "9", "2026", "9"))) == [("The meeting must be in the future", "id_at-day")]
        twice = Meeting(typed("at", "25", "10", "2026", "01:30"))
        assert twice.errors == {}
        assert twice.cleaned_data["at"] == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "boxes"),
    [
        (None, ["", "", "", ""]),
        (date(2026, 3, 7), ["7", "3", "2026", ""]),
        (datetime(2026, 9, 15, 10, 30, tzinfo=UTC), ["15", "9", "2026", "11:30"]),
        (datetime(2026, 9, 15, 10, 30), ["15", "9", "2026", "10:30"]),  # noqa: DTZ001  (a form may be handed one)
        ("2026-09-15", ["15", "9", "2026", ""]),
        ("2026-09-15T10:30:00+00:00", ["15", "9", "2026", "11:30"]),
        ("last week", ["last week", "", "", ""]),
        ({"day": "3", "month": "Nov"}, ["3", "Nov", "", ""]),
        (7, ["", "", "", ""]),
    ],
)
def test_a_value_of_any_kind_is_shown_in_its_boxes(value: Any, boxes: list[str]) -> None:
    shown = read(DateParts(with_time=True).render("at", value, {"id": "id_at"})).every(tag="input")
    assert [box.attributes.get("value", "") for box in shown] == boxes


@time_machine.travel(NOW, tick=False)
def test_one_iso_value_under_the_fields_own_name_is_taken_as_the_boxes_are() -> None:
    assert Spoke({"at": "2026-09-15T10:30:00Z"}).is_valid()
    assert Until({"day": "2026-09-15"}).is_valid()
    assert refusals(Until({"day": "tomorrow"})) == [("The date must include a month and a year", "id_day-month")]


def test_an_iso_instant_outside_every_london_day_is_no_date() -> None:
    for text in ("0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59-12:00"):
        assert typed_parts(text) == {"day": text, "month": "", "year": "", "time": ""}


@time_machine.travel(NOW, tick=False)
def test_a_form_knows_whether_a_day_was_changed() -> None:
    before = {"day": date(2026, 9, 20)}
    assert Until(typed("day", "20", "9", "2026"), initial=before).changed_data == []
    assert Until(typed("day", "21", "9", "2026"), initial=before).changed_data == ["day"]
    assert Until(typed("day", "x", "9", "2026"), initial=before).changed_data == ["day"]
    assert Until({}, initial=before).changed_data == ["day"]


def test_a_widget_without_an_id_has_no_label_to_point_at() -> None:
    assert (DateParts().id_for_label(""), typed_parts("")) == ("", {"day": "", "month": "", "year": "", "time": ""})
