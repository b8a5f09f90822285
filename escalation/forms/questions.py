"""The protocol's own questions as fields of any form, and their answers in words; knows no single form and no page.

A question of the protocol belongs to one moment (`Question.at`). Its `stages` and `when` are held against the facts of
that moment: where the disagreement stands as it is asked (on raising: where it will start), not where it goes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from partnerships.conditions import Facts
from partnerships.form_dates import GovukDateField
from partnerships.form_fields import Radios
from partnerships.protocol import Protocol, Question
from partnerships.written import Written, joined, say, written

from ..requirements import QUESTION_PREFIX, question_words, questions_at
from .base import ActingForm, words

LINE_LENGTH = 200
# As the record has them; a page says them in its own language.
YES_NO = (("yes", _("Yes")), ("no", _("No")))


def field_name(question: Question) -> str:
    return f"{QUESTION_PREFIX}{question.key}"


def question_fields(protocol: Protocol, *, at: str, facts: Facts, stage: str = "") -> dict[str, forms.Field]:
    """One field for each, by its name on the form."""
    return {field_name(question): _field(question) for question in questions_at(protocol, at=at, facts=facts, stage=stage)}


def _field(question: Question) -> forms.Field:
    missing = say(gettext("Answer the question: %(label)s"), label=Written(question.asks))
    asked: dict[str, Any] = {
        "label": Written(question.asks),
        "required": question.must,
        "help_text": written(question.hint),
    }
    refusals = {"required": missing, "invalid_choice": gettext("Choose one of the answers shown")}
    if question.answer == "yes_no":
        choices = [(value, gettext(answer)) for value, answer in YES_NO]
        return forms.ChoiceField(choices=choices, widget=Radios(inline=True), error_messages=refusals, **asked)
    if question.answer == "choice":
        choices = [(choice, Written(choice)) for choice in question.choices]
        return forms.ChoiceField(choices=choices, widget=Radios, error_messages=refusals, **asked)
    if question.answer == "date":
        example = joined(written(question.hint), gettext("For example, 27 3 2026"))
        return GovukDateField(called=gettext("The date"), error_messages=refusals, **(asked | {"help_text": example}))
    if question.answer == "line":
        too_long = gettext("Use %(limit)s characters or fewer") % {"limit": LINE_LENGTH}
        return forms.CharField(max_length=LINE_LENGTH, error_messages=refusals | {"max_length": too_long}, **asked)
    return words(Written(question.asks), required=question.must, hint=written(question.hint), rows=3, missing=missing)


def question_answers(protocol: Protocol, given: Mapping[str, Any], *, at: str, facts: Facts, stage: str = "") -> dict[str, str]:
    """What was answered, in words, by the question's key; what was left empty is not there."""
    found = {q.key: in_words(q, given.get(field_name(q))) for q in questions_at(protocol, at=at, facts=facts, stage=stage)}
    return {key: answer for key, answer in found.items() if answer}


class AskingForm(ActingForm):
    """A form on which the protocol asks questions of its own (`asks_at`): they stand last, and their answers go to the
    service as `answered`, in words under their headings."""

    asks_at = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.disagreement.stage:
            self.fields |= question_fields(self.protocol, at=self.asks_at, facts=self.disagreement.facts)

    def answered(self) -> str:
        if not self.disagreement.stage:
            return ""
        facts = self.disagreement.facts
        return question_words(self.protocol, question_answers(self.protocol, self.cleaned_data, at=self.asks_at, facts=facts))

    def facts(self) -> dict[str, Any]:
        given = super().facts()
        return {name: value for name, value in given.items() if not name.startswith(QUESTION_PREFIX)} | {
            "answered": self.answered()
        }


def in_words(question: Question, value: Any) -> str:
    if isinstance(value, date):
        return f"{value.day} {value:%B %Y}"
    text = str(value or "").strip()
    return dict(YES_NO).get(text, text) if question.answer == "yes_no" else text
