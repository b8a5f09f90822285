"""Parts of the raising form: what is agreed on and what is not, what is wanted, the child, and its kind; must not know any
page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from partnerships.arrangements import arrangements
from partnerships.form_dates import GovukDateField
from partnerships.form_fields import Checkboxes, Radios, Words, WordsField
from partnerships.protocol import Requirement
from partnerships.protocol_questions import USUAL
from partnerships.protocol_terms import Asked
from partnerships.written import Written, joined, say, written

from ..requirements import QUESTION_PREFIX
from .base import words
from .questions import question_answers, question_fields
from .raising import FURTHEST_AHEAD_DAYS, NONE, Answer, Filling, Part, RaisingForm, Setting, inside, optional, today

SHORT = 300
SAME_CHILD = _("So that both sides mean the same child.")
# A decision before that is a year mistyped: nobody disagrees with it for so long.
LONGEST_AGO_DAYS = 3653


def asked_words(asked: Requirement, *, rows: int = 5) -> forms.Field:
    """The box for what a requirement asks in words, in the protocol's own words where it has some."""
    question = question_words_of(asked)
    return words(
        question if asked.must else optional(question),
        required=asked.must,
        hint=written(asked.hint),
        rows=rows,
        missing=say(gettext("Answer the question: %(label)s"), label=question)
        if question.endswith("?")
        else say(gettext("Enter %(what)s"), what=inside(question)),
    )


def question_words_of(asked: Requirement) -> str:
    """In the protocol's own words, where it has some; else in the page's language."""
    return written(asked.asks) or gettext(USUAL[asked.what])


class WordsAsked(Part):
    """A part whose fields are questions answered in words: the protocol's own, and `offered` to everybody, as a short box
    that may stay empty, where the protocol does not ask for them itself."""

    asked: tuple[Asked, ...] = ()
    offered: tuple[Asked, ...] = ()

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        self.found = {what.value: r for what in self.asked if (r := setting.asks(what)) is not None}
        self.wanted = bool(self.found or self.offered)

    def fields(self) -> dict[str, forms.Field]:
        offered = {what.value: words(optional(gettext(USUAL[what])), required=False, rows=2) for what in self.offered}
        return {**offered, **{name: asked_words(r, rows=3) for name, r in self.found.items()}}

    def fill(self, given: Mapping[str, Any], filling: Filling) -> None:
        names = dict.fromkeys([*(what.value for what in self.offered), *self.found])
        filling.answers |= {name: given[name] for name in names if given.get(name)}


class Agreed(WordsAsked):
    """What both agree on comes first: it keeps a challenge mutual (practice.md section 7, after number 25)."""

    key = "agreed"
    title = _("What we agree on")
    asked = offered = (Asked.AGREED_SO_FAR,)


class Concern(WordsAsked):
    key = "concern"
    title = _("What we do not agree on")
    guidance = ("evidence",)
    asked = (Asked.EVIDENCE, Asked.EFFECT_ON_CHILD, Asked.REFLECTION)

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        self.wanted = True
        self.decided = setting.asks(Asked.DECIDED_ON)

    def fields(self) -> dict[str, forms.Field]:
        sentence = WordsField(
            label=gettext("In one sentence: what do you disagree about?"),
            max_length=SHORT,
            widget=Words(rows=2, threshold=75),
            help_text=gettext("The other side reads this first. No names."),
            error_messages={"required": gettext("Say in one sentence what you disagree about")},
        )
        return {"concern": sentence, **self._decided(), **super().fields()}

    def _decided(self) -> dict[str, forms.Field]:
        """The day of the decision disagreed with: a timescale may count from it (practice.md section 1.1)."""
        if self.decided is None:
            return {}
        label = question_words_of(self.decided)
        return {
            "decided_on": GovukDateField(
                label=label if self.decided.must else optional(label),
                called=gettext("The date of the decision"),
                required=self.decided.must,
                not_future=True,
                help_text=joined(written(self.decided.hint), gettext("For example, 27 3 2026")),
            )
        }

    def clean(self, form: RaisingForm) -> None:
        day = form.given("decided_on")
        if day is not None and day < today() - timedelta(days=LONGEST_AGO_DAYS):
            form.refuse("decided_on", gettext("The date of the decision must be within the last ten years"))

    def fill(self, given: Mapping[str, Any], filling: Filling) -> None:
        filling.answers["concern"] = given["concern"]
        filling.facts["decided_on"] = given.get("decided_on")
        super().fill(given, filling)


class Wanted(WordsAsked):
    key = "wanted"
    title = _("What we want to happen")
    asked = offered = (Asked.OUTCOME_WANTED,)


class ByWhen(Part):
    """A date only where the child needs one, and the protocol has a use for it: it shortens the clock (H 1.4)."""

    key = "by_when"
    title = _("By when")
    pressing = True

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        self.date = setting.asks(Asked.NEEDED_BY)
        self.wanted = self.date is not None
        if self.date and not any(opening.direct for opening in setting.openings.values()):
            self.guidance = ("urgency",)

    def fields(self) -> dict[str, forms.Field]:
        if self.date is None:
            return {}
        label = question_words_of(self.date)
        return {
            "needed_by": GovukDateField(
                label=label if self.date.must else optional(label),
                called=gettext("The date it is needed by"),
                required=self.date.must,
                not_past=True,
                help_text=joined(written(self.date.hint), gettext("For example, 27 3 2027")),
            )
        }

    def clean(self, form: RaisingForm) -> None:
        day = form.given("needed_by")
        if day is not None and day > today() + timedelta(days=FURTHEST_AHEAD_DAYS):
            form.refuse("needed_by", gettext("The date it is needed by must be within the next two years"))

    def fill(self, given: Mapping[str, Any], filling: Filling) -> None:
        filling.facts["needed_by"] = given.get("needed_by")


class Child(Part):
    """A local reference, never a name: the other side finds the child by it in its own system (practice.md 4.6)."""

    key = "child"
    title = _("Which child?")

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        self.wanted = not setting.thematic

    def fields(self) -> dict[str, forms.Field]:
        here = arrangements()
        found: dict[str, forms.Field] = {
            "child_reference": forms.CharField(
                label=optional(written(here.child_reference_label) or gettext("The child's reference in your own system")),
                required=False,
                max_length=200,
                help_text=joined(
                    written(here.child_reference_hint) or gettext(SAME_CHILD),
                    gettext("Not a name, a date of birth or an NHS number."),
                    gettext("Of several children, one reference each, with commas between."),
                ),
                error_messages={"max_length": gettext("The reference must be 200 characters or fewer")},
            ),
            "unborn": forms.BooleanField(label=gettext("The child is not born yet"), required=False),
        }
        if statuses := self.protocol.child_statuses:
            found["child_status"] = forms.ChoiceField(
                label=gettext("Is the child any of these?"),
                choices=[*((s.key, Written(s.name)) for s in statuses), (NONE, gettext("None of these, or I do not know"))],
                widget=Radios,
                help_text=gettext("It decides who else must be told."),
                error_messages={"required": gettext("Say whether the child is any of these")},
            )
        return found

    def fill(self, given: Mapping[str, Any], filling: Filling) -> None:
        status = given.get("child_status") or ""
        filling.facts["child_reference"] = given["child_reference"]
        filling.facts["child_status"] = "" if status == NONE else status
        if given["unborn"]:
            filling.extra["unborn"] = True


class Kind(Part):
    key = "kind"
    title = _("What kind of disagreement is it?")
    pressing = True

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        protocol = setting.protocol
        self.guidance = ("urgency",) if protocol.urgency_bands else ()
        self.wanted = any((protocol.categories, protocol.urgency_bands, protocol.flags))

    def fields(self) -> dict[str, forms.Field]:
        found: dict[str, forms.Field] = {}
        protocol = self.protocol
        if protocol.urgency_bands:
            found["urgency"] = forms.ChoiceField(
                label=gettext("How urgent is it?") if self.setting.thematic else gettext("How urgent is it for the child?"),
                choices=[*((u.key, Written(u.name)) for u in protocol.urgency_bands), (NONE, gettext("None of these"))],
                widget=Radios(hints={u.key: written(u.advice) for u in protocol.urgency_bands}),
                error_messages={"required": gettext("Say how urgent it is")},
            )
        if protocol.categories:
            found["category"] = forms.ChoiceField(
                label=gettext("What is it mainly about?"),
                choices=[(c.key, Written(c.name)) for c in protocol.categories],
                widget=Radios,
                error_messages={"required": gettext("Choose what it is mainly about")},
            )
        if protocol.flags:
            found["flags"] = forms.MultipleChoiceField(
                label=optional(gettext("Is any of these true?")),
                required=False,
                choices=[(f.key, Written(f.name)) for f in protocol.flags],
                widget=Checkboxes(reveals={f.key: (f"mark_{f.key}",) for f in protocol.flags}),
            )
            asks = {f.key: written(f.asks) or gettext("Say why") for f in protocol.flags}
            found |= {f"mark_{key}": words(asked, required=False, rows=2) for key, asked in asks.items()}
        return found

    def clean(self, form: RaisingForm) -> None:
        for key in form.given("flags") or ():
            if not form.given(f"mark_{key}"):
                flag = next(f for f in self.protocol.flags if f.key == key)
                asks = say(gettext("Answer the question: %(label)s"), label=Written(flag.asks))
                why = say(gettext("Say why: %(what)s"), what=Written(flag.name))
                form.refuse(f"mark_{key}", asks if flag.asks else why)

    def fill(self, given: Mapping[str, Any], filling: Filling) -> None:
        urgency = given.get("urgency") or ""
        filling.facts["category"] = given.get("category") or ""
        filling.facts["urgency"] = "" if urgency == NONE else urgency
        filling.facts["flags"] = tuple(given.get("flags") or ())
        filling.answers |= {f"mark_{key}": given[f"mark_{key}"] for key in filling.facts["flags"]}

    def shown(self, form: RaisingForm) -> list[Answer]:
        ticked = form["flags"].value() or [] if "flags" in form.fields else []
        hidden = {f"mark_{f.key}" for f in self.protocol.flags if f.key not in ticked}
        return [one for one in super().shown(form) if one.name not in hidden]


class More(Part):
    """What this protocol asks besides, as far as it belongs to a disagreement like this one."""

    key = "more"
    title = _("Further questions")

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        self._questions = question_fields(setting.protocol, at="raising", facts=setting.facts)
        self.wanted = bool(self._questions)

    def fields(self) -> dict[str, forms.Field]:
        for field in self._questions.values():
            if not field.required:
                field.label = optional(str(field.label))
        return self._questions

    def fill(self, given: Mapping[str, Any], filling: Filling) -> None:
        found = question_answers(self.protocol, given, at="raising", facts=self.setting.facts)
        filling.answers |= {f"{QUESTION_PREFIX}{key}": answer for key, answer in found.items()}
