"""Forms of an outcome that is made together: proposing it, agreeing to it, saying what is still disagreed, taking it back."""

from __future__ import annotations

from typing import Any

from django import forms

from partnerships.protocol_terms import Asked

from ..models import ProposedOutcome
from ..proposals import Shown, pending, proposals, shown
from ..requirements import questions_at
from ..services import Planned
from .base import ActingForm, words
from .planning import ANYTHING_LEFT, LEFT, NOTHING_LEFT, PlanFields
from .questions import AskingForm, field_name, question_answers


class ProposeForm(AskingForm):
    """The text, who does what by when, and what the protocol asks on agreeing: all that is fixed once the other side agrees.
    Whoever words it anew begins with what was proposed last."""

    asks_at = "agreeing"

    def build(self) -> None:
        d = self.disagreement
        self.fields["text"] = words(
            "What do you propose?",
            hint="Write it as it should stand: the other side agrees to exactly these words.",
            missing="Write down what you propose",
        )
        self.plan = PlanFields(self.protocol.asks_for(Asked.ACTION_PLAN, stage=d.stage) if d.stage else None)
        if not self.plan.must:
            self.plan.open_under_a_question(self, also=["outstanding"])
        self.plan.add_to(self)
        self.fields["outstanding"] = words("What is still outstanding, and how will it be pursued?", required=False, rows=3)
        if (former := self._former()) is not None:
            self._begin_with(former)

    def _former(self) -> ProposedOutcome | None:
        kept = ("", ProposedOutcome.Ended.NOT_AGREED)
        return next((each for each in reversed(proposals(self.disagreement)) if each.ended in kept), None)

    def _begin_with(self, former: ProposedOutcome) -> None:
        self.fields["text"].initial, self.fields["outstanding"].initial = former.text, former.outstanding
        if ANYTHING_LEFT in self.fields:
            self.fields[ANYTHING_LEFT].initial = LEFT if former.plan or former.outstanding else NOTHING_LEFT
        self.plan.begin_with(self, former.plan)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        self.planned: list[Planned] = []
        if self.plan.nothing_left(self):
            given["outstanding"] = ""
            return given
        self.planned = self.plan.read(self)
        named = self.planned or given.get("outstanding") or any(name in self.errors for name in self.plan.names)
        if given.get(ANYTHING_LEFT) == LEFT and not named:
            self.add_error("plan_1_what", "Say what is to be done, who does it and by when")
        return given

    def facts(self) -> dict[str, Any]:
        given = self.cleaned_data
        facts, asked = self.disagreement.facts, self.asks_at
        answers = question_answers(self.protocol, given, at=asked, facts=facts) if self.disagreement.stage else {}
        return {"text": given["text"], "outstanding": given["outstanding"], "plan": self.planned, "answers": answers}


class OfProposal(ActingForm):
    """About the proposal that is shown above the form: it carries along which one that is."""

    @property
    def waiting(self) -> ProposedOutcome | None:
        return pending(self.disagreement)

    @property
    def read(self) -> Shown | None:
        """What it says, for the page of the form."""
        waiting = self.waiting
        return shown(waiting, self.protocol) if waiting else None

    def build(self) -> None:
        waiting = self.waiting
        self.fields["proposal"] = forms.IntegerField(
            widget=forms.HiddenInput,
            initial=waiting.pk if waiting else None,
            label="The proposal that you read",
            error_messages={"required": "Say which proposal you have read", "invalid": "Say which proposal you have read"},
        )

    def reread(self) -> None:
        """Somebody changed it meanwhile: the page shows what it says now, so that is what the next press answers."""
        super().reread()
        self.data[self.add_prefix("proposal")] = str(self.waiting.pk if self.waiting else "")  # type: ignore[index]


class AgreeForm(OfProposal, AskingForm):
    """One press, where the protocol has come to ask nothing more than the proposal answers."""

    asks_at = "agreeing"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        answered = self.waiting.answers if self.waiting else {}
        for question in questions_at(self.protocol, at=self.asks_at, facts=self.disagreement.facts):
            if question.key in answered or not question.must:
                self.fields.pop(field_name(question), None)

    def facts(self) -> dict[str, Any]:
        given = self.cleaned_data
        facts = self.disagreement.facts
        answers = question_answers(self.protocol, given, at=self.asks_at, facts=facts) if self.disagreement.stage else {}
        return {"proposal": given["proposal"], "answers": answers}


class DeclineForm(OfProposal):
    def build(self) -> None:
        super().build()
        self.fields["reason"] = words(
            "What is still disagreed?",
            hint="Say what you agree with as well. The other side reads this, and can propose other words.",
            missing="Say what is still disagreed",
        )


class TakeBackForm(ActingForm):
    def build(self) -> None:
        self.fields["reason"] = words("Why is it taken back?", required=False, rows=3)
