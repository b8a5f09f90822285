"""A person fills in a form: every kind of field is drawn as the Design System draws it, and every refusal is a sentence."""

from __future__ import annotations

from typing import Any

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.datastructures import MultiValueDict

from partnerships.form_dates import GovukDateField
from partnerships.form_fields import Checkboxes, Radios, Words, WordsField

from .markup import Element, fixture, outline, read

LABELLED = [
    ("input", "default"),
    ("input", "with hint text"),
    ("input", "with error message"),
    ("input", "with error and hint"),
    ("input", "with label as page heading"),
    ("textarea", "default"),
    ("textarea", "with hint"),
    ("textarea", "with error message"),
    ("textarea", "with hint and error message"),
    ("character-count", "default"),
    ("character-count", "with hint"),
    ("character-count", "with hint and error"),
    ("character-count", "with threshold"),
    ("select", "hint"),
    ("select", "error"),
    ("select", "with hint text and error message"),
    ("password-input", "default"),
    ("password-input", "with hint text"),
    ("password-input", "with error message"),
]
GROUPS = [
    ("radios", "default"),
    ("radios", "with hint"),
    ("radios", "with hints on items"),
    ("radios", "with fieldset and error message"),
    ("checkboxes", "default"),
    ("checkboxes", "with hint"),
    ("checkboxes", "with hints on items"),
    ("checkboxes", "with error message and hint"),
    ("date-input", "default"),
    ("date-input", "with values"),
    ("date-input", "with error message and hint"),
    ("date-input", "with error on month input"),
]


def widget_for(component: str, options: dict[str, Any]) -> forms.Widget:
    hints = {str(one["value"]): one["hint"]["text"] for one in options.get("items", []) if "hint" in one}
    made: dict[str, forms.Widget] = {
        "input": forms.TextInput(),
        "textarea": forms.Textarea(),
        "character-count": Words(threshold=options.get("threshold", 0)),
        "password-input": forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        "radios": Radios(hints=hints),
        "checkboxes": Checkboxes(hints=hints),
        "select": forms.Select(),
        "date-input": GovukDateField.widget(),
    }
    return made[component]


def form_like(component: str, options: dict[str, Any]) -> forms.Form:
    """A form of one field, filled from a fixture's options; the error is put in as the field's own clean() would."""
    label = options.get("label") or options["fieldset"]["legend"]
    about: dict[str, Any] = {"label": label["text"], "help_text": options.get("hint", {}).get("text", ""), "required": False}
    widget = widget_for(component, options)
    items = options.get("items", [])
    if component in ("radios", "checkboxes", "select"):
        question: forms.Field = forms.ChoiceField(choices=[(one["value"], one["text"]) for one in items], widget=widget, **about)
    elif component == "date-input":
        question = GovukDateField(**about)
    else:
        question = forms.CharField(widget=widget, max_length=options.get("maxlength"), **about)
    kind = type(
        "Questions",
        (forms.Form,),
        {"asked": question, "label_size": "", "page_heading": "asked" if label.get("isPageHeading") else None},
    )
    chosen = [str(one["value"]) for one in items if one.get("checked")]
    data = MultiValueDict({"asked": chosen, **{f"asked-{part}": [value] for part, value in options.get("values", {}).items()}})
    if "errorMessage" not in options:
        return kind(initial={"asked": options.get("values") or next(iter(chosen), None)})
    form = kind(data)
    parts = tuple(part for part in ("day", "month", "year") if options.get(part, {}).get("error"))
    form.add_error("asked", ValidationError(options["errorMessage"]["text"], params={"parts": parts} if parts else None))
    return form


@pytest.mark.parametrize(("component", "name"), LABELLED + GROUPS)
def test_a_field_is_drawn_as_the_kit_draws_it(component: str, name: str) -> None:
    options, html = fixture(component, name)
    assert outline(str(form_like(component, options))) == outline(html)


@pytest.mark.parametrize("component", ["radios", "checkboxes"])
def test_a_question_under_a_choice_opens_by_stylesheet_alone(component: str) -> None:
    """The kit's script would set aria-expanded on the choice, which ARIA does not allow; the rest is the kit's markup."""
    options, html = fixture(component, "with conditional items")
    values = [item["value"] for item in options["items"]]
    widget = {"radios": Radios, "checkboxes": Checkboxes}[component](reveals={value: [f"more_{value}"] for value in values})
    asked = forms.ChoiceField(
        label=options["fieldset"]["legend"]["text"],
        choices=[(one["value"], one["text"]) for one in options["items"]],
        widget=widget,
    )
    more = {f"more_{value}": forms.CharField(required=False) for value in values}
    drawn = read(str(type("Questions", (forms.Form,), {"asked": asked, "label_size": "", **more})()))
    kits = read(html)
    assert [box.every(tag="input")[0].attributes["name"] for box in boxes(drawn)] == [f"more_{value}" for value in values]
    assert [field.attributes["name"] for field in drawn.every(tag="input")].count("more_email") == 1
    assert outline(without_the_opened(drawn)) == outline(without_the_opened(kits))


def boxes(page: Element) -> list[Element]:
    return page.every(cls="govuk-radios__conditional") + page.every(cls="govuk-checkboxes__conditional")


def without_the_opened(page: Element) -> Element:
    for box in boxes(page):
        box.children, box.attributes = [], {"class": box.classes[0]}
    for field in page.every(tag="input"):
        field.attributes.pop("data-aria-controls", None)
    return page


class Raising(forms.Form):
    label_size = "m"
    mark_optional = True

    email = forms.EmailField(label="Your work e-mail address")
    reference = forms.CharField(label="NHS number", max_length=10)
    words = WordsField(label="What do you disagree about?", max_length=20)
    note = WordsField(label="Note", max_length=20, widget=Words(counted=False, rows=3), required=False)
    agency = forms.ChoiceField(label="The other agency", choices=[("", "Choose"), ("a", "Police")])
    spoke = forms.ChoiceField(label="Have you spoken?", choices=[("y", "Yes"), ("n", "No")], widget=forms.RadioSelect)
    about = forms.MultipleChoiceField(label="Subjects", choices=[("a", "Plan")], widget=forms.CheckboxSelectMultiple)
    sure = forms.BooleanField(label="My lead agrees", help_text="Your lead is told.")
    secret = forms.CharField(label="Password", widget=forms.PasswordInput)
    version = forms.IntegerField(widget=forms.HiddenInput)
    day = GovukDateField(label="By when?", called="The date")


def sentences(form: forms.Form) -> list[tuple[str, str]]:
    page = read(render_to_string("forms/error_summary.html", {"form": form}))
    lines = page.first(cls="govuk-error-summary__list").every(tag="li")
    return [(line.text, line.first(tag="a").attributes["href"] if line.every(tag="a") else "") for line in lines]


def test_an_empty_form_is_answered_with_a_sentence_for_each_question_that_lands_on_its_input() -> None:
    form = Raising({"email": ""})
    assert sentences(form) == [
        ("Enter version", ""),
        ("Enter your work e-mail address", "#id_email"),
        ("Enter NHS number", "#id_reference"),
        ("Answer the question: What do you disagree about?", "#id_words"),
        ("Select the other agency", "#id_agency"),
        ("Answer the question: Have you spoken?", "#id_spoke_0"),
        ("Select subjects", "#id_about_0"),
        ("Tick the box: My lead agrees", "#id_sure"),
        ("Enter your password", "#id_secret"),
        ("Enter the date", "#id_day-day"),
    ]
    ids = {element.attributes.get("id") for element in read(str(form)).every(tag="input") + read(str(form)).every(tag="select")}
    ids |= {element.attributes.get("id") for element in read(str(form)).every(tag="textarea")}
    assert {target[1:] for _, target in sentences(form) if target} <= ids


def test_what_is_too_long_or_broken_is_answered_in_words_and_kept_on_the_page() -> None:
    form = Raising(
        {"email": "asha", "reference": "12345678901", "words": "x" * 21, "note": "a\0b", "agency": "nobody", "spoke": "y",
         "sure": "on", "about": ["a"], "secret": "s", "version": "1", "day-day": "3", "day-month": "3"}
    )  # fmt: skip
    assert sentences(form) == [
        ("Enter an e-mail address in the right form, like name@organisation.example", "#id_email"),
        ("NHS number must be 10 characters or fewer. You have used 11", "#id_reference"),
        ("Your answer to “What do you disagree about?” must be 20 characters or fewer. You have used 21", "#id_words"),
        ("This text holds a hidden character that cannot be kept. Type it again, or paste it as plain text", "#id_note"),
        ("Choose one of the answers shown", "#id_agency"),
        ("The date must include a year", "#id_day-year"),
    ]
    page = read(str(form))
    assert page.first(tag="textarea").text == "x" * 21
    assert "maxlength" not in page.first(tag="textarea").attributes  # a browser would cut what was pasted, silently


def test_a_sentence_that_the_form_wrote_itself_is_left_alone() -> None:
    class Own(forms.Form):
        name = forms.CharField(error_messages={"required": "Say who you are"}, max_length=3)

        def clean(self) -> None:
            raise ValidationError(["The two agencies must differ", "Nothing was sent"])

    assert sentences(Own({"name": ""})) == [
        ("The two agencies must differ", ""),
        ("Nothing was sent", ""),
        ("Say who you are", "#id_name"),
    ]


def test_several_forms_on_a_page_share_one_summary_and_an_untouched_one_is_silent() -> None:
    first, second = Raising({}, prefix="a"), Raising(prefix="b")
    page = read(render_to_string("forms/error_summary.html", {"forms": [first, second]}))
    assert page.first(tag="a").attributes["href"] == "#id_a-email"
    assert render_to_string("forms/error_summary.html", {"form": second}).strip() == ""


def test_what_may_be_left_empty_says_so_where_the_form_asks_for_it() -> None:
    labels = [label.text for label in read(str(Raising())).every(tag="label") if "govuk-label--m" in label.classes]
    assert labels == [
        "Your work e-mail address",
        "NHS number",
        "What do you disagree about?",
        "Note (optional)",
        "The other agency",
        "Password",
    ]


def test_a_single_box_to_tick_has_its_hint_and_its_refusal_beside_it() -> None:
    page = read(str(Raising({})["sure"].as_field_group()))
    box = page.first(tag="input")
    described = [page_id.attributes["id"] for page_id in page.every(tag="p") + page.every(cls="govuk-hint")]
    assert (box.classes, sorted(box.attributes["aria-describedby"].split())) == (["govuk-checkboxes__input"], sorted(described))


def test_a_long_text_counts_a_line_end_once_as_the_page_does() -> None:
    assert WordsField(max_length=5).clean("ab\r\ncd") == "ab\ncd"


def test_a_plain_text_box_shows_no_count_when_the_form_wants_none() -> None:
    note = read(str(Raising()["note"].as_field_group()))
    assert (note.every(cls="govuk-character-count__message"), note.first(tag="textarea").attributes["rows"]) == ([], "3")


def test_an_ordinary_widget_of_several_inputs_still_gets_its_fieldset() -> None:
    class Span(forms.Form):
        at = forms.SplitDateTimeField(label="When")

    page = read(str(Span()))
    assert (page.first(tag="legend").text, len(page.every(tag="input"))) == ("When", 2)


def test_a_browser_fills_in_its_owner_only_where_the_field_asks_about_them() -> None:
    class Somebody(forms.Form):
        person_name = forms.CharField()
        email = forms.EmailField()
        telephone = forms.CharField(widget=forms.TextInput(attrs={"type": "tel"}))
        own_email = forms.EmailField(widget=forms.EmailInput(attrs={"autocomplete": "email"}))
        reference = forms.CharField()

    boxes = read(str(Somebody())).every(tag="input")
    assert [box.attributes.get("autocomplete", "") for box in boxes] == ["off", "off", "off", "email", ""]


def test_a_field_may_bring_its_own_template() -> None:
    class Own(forms.Form):
        name = forms.CharField(template_name="forms/checkbox.html")

    assert read(str(Own())).every(cls="govuk-checkboxes") != []
