"""Forms of the verbs that move nothing: answering, progress, dates, marks, people, checks, actions and learning."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from partnerships.conditions import SIDES
from partnerships.form_dates import GovukDateField, GovukDateTimeField
from partnerships.form_fields import Radios
from partnerships.protocol_terms import Asked, Side

from ..clocks import end_of
from ..models import Deadline, Disagreement, Learning, Link
from ..permissions import may_change_clock, ties
from ..requirements import RAISER, WHOSE_WORDS, asked_to_be_satisfied
from ..selectors import find
from ..services import Person, may_answer_for
from .base import ActingForm, PersonFields, words
from .questions import AskingForm

CONVERSED = (("telephone", "By telephone"), ("face_to_face", "Face to face"), ("video", "By video"))


class AcknowledgeForm(AskingForm):
    asks_at = "answering"

    def build(self) -> None:
        self.fields["words"] = words(
            "Anything to say to the other side",
            required=False,
            rows=3,
            hint="For example: I have this; I will telephone you today.",
        )


class ConversationForm(ActingForm):
    """What was said, and not only that it was: a clock may wait for it (O 3.2.3)."""

    def build(self) -> None:
        self.fields["when"] = GovukDateTimeField(
            label="When did you talk?", called="The time of the conversation", not_future=True
        )
        self.fields["how"] = forms.ChoiceField(
            label="How did you talk?",
            choices=CONVERSED,
            widget=Radios,
            error_messages={"required": "Say how you talked", "invalid_choice": "Choose one of the answers shown"},
        )
        self.fields["who"] = forms.CharField(
            label="Who took part?", max_length=300, error_messages={"required": "Say who took part"}
        )
        self.fields["words"] = words(
            "What came of it?", hint="What is agreed, what is not, and what happens next.", missing="Write what came of it"
        )

    def facts(self) -> dict[str, Any]:
        given = self.cleaned_data
        said = f"{dict(CONVERSED)[given['how']]}: {given['who'].strip()}\n\n{given['words']}"
        return {"when": given["when"], "how": given["how"], "words": said}


class SituationForm(ActingForm):
    """The urgency and the child's status, as they are now known."""

    def build(self) -> None:
        d = self.disagreement
        if bands := self.protocol.urgency_bands:
            self.fields["urgency"] = forms.ChoiceField(
                label="How urgent is it now?",
                choices=[*((band.key, band.name) for band in bands), ("", "None of these")],
                required=False,
                widget=Radios(hints={band.key: band.advice for band in bands}),
                initial=d.urgency,
                help_text="Dates that depend on it are counted anew from now.",
            )
        if statuses := self.protocol.child_statuses:
            self.fields["child_status"] = forms.ChoiceField(
                label="Is the child any of these now?",
                choices=[*((status.key, status.name) for status in statuses), ("", "None of these")],
                required=False,
                widget=Radios,
                initial=d.child_status,
            )
        self.fields["reason"] = words("What has changed?", rows=3, missing="Say what has changed")


class ProgressForm(ActingForm):
    def build(self) -> None:
        self.fields["words"] = words(
            "What has happened since the last update?",
            hint="What was said, what is agreed, what is not, and what happens next.",
            missing="Write what has happened",
        )


class ChooseClockForm(ActingForm):
    """Which clock, of those that this person's side holds, when more than one runs."""

    paused = False

    def build(self) -> None:
        running = Deadline.objects.filter(disagreement=self.disagreement, stopped_at=None, paused_at__isnull=not self.paused)
        tied = ties(self.viewer, self.disagreement, self.disagreement.parties.all())
        theirs = [clock for clock in running if may_change_clock(tied, clock.held_by)]
        choices = [(str(clock.pk), f"{clock.purpose} ({clock.label})") for clock in theirs]
        self.fields["deadline"] = forms.TypedChoiceField(
            label="Which date?",
            choices=choices,
            coerce=int,
            widget=Radios,
            initial=choices[0][0] if choices else None,
            error_messages={"required": "Choose which date", "invalid_choice": "Choose one of the dates that are running"},
        )
        self.build_more()

    def build_more(self) -> None:
        self.fields["reason"] = words("Why?", rows=3, missing="Say why")


class VaryForm(ChooseClockForm):
    def build_more(self) -> None:
        self.fields["last_day"] = GovukDateField(label="What is the new last day?", called="The new last day", not_past=True)
        self.fields["reason"] = words("Why does the date change?", rows=3, missing="Say why the date changes")
        self.fields["safe"] = forms.BooleanField(
            label="I judge that it is safe for the child to wait until then", required=False, help_text="Needed for a later date."
        )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        clock = Deadline.objects.filter(pk=given.get("deadline") or 0, disagreement=self.disagreement).first()
        new: date | None = given.get("last_day")
        if clock is not None and new is not None and end_of(new) > clock.due_at and not given.get("safe"):
            self.add_error("safe", "A later date needs your word that it is safe for the child to wait")
        return self.cleaned_data


class PauseForm(ChooseClockForm):
    pass


class ResumeForm(ChooseClockForm):
    paused = True


class FlagForm(ActingForm):
    def build(self) -> None:
        offered = [f for f in self.protocol.flags if f.key not in self.disagreement.flags]
        self.fields["flag"] = forms.ChoiceField(
            label="How should it be marked?",
            choices=[(f.key, f.name) for f in offered],
            widget=Radios(hints={f.key: f.asks for f in offered}),
            error_messages={"required": "Choose a mark"},
        )
        self.fields["reason"] = words("Why?", rows=3, missing="Say why")


class UnflagForm(ActingForm):
    def build(self) -> None:
        marked = [f for f in self.protocol.flags if f.key in self.disagreement.flags]
        self.fields["flag"] = forms.ChoiceField(
            label="Which mark no longer applies?",
            choices=[(f.key, f.name) for f in marked],
            widget=Radios,
            error_messages={"required": "Choose a mark"},
        )
        self.fields["reason"] = words("Why?", rows=3, missing="Say why")


class GateForm(ActingForm):
    def build(self) -> None:
        gates = [gate for stage in self.protocol.stages for gate in stage.gates]
        self.fields["gate"] = forms.ChoiceField(
            label="What has been done?",
            choices=[(g.key, g.asks) for g in gates],
            widget=Radios,
            error_messages={"required": "Choose what has been done"},
        )
        self.fields["words"] = words("When, by whom, and with what result?", rows=3, missing="Say when and by whom")


class TellRaiserForm(ActingForm):
    def build(self) -> None:
        self.fields["words"] = words("How and when were they told?", rows=2, missing="Say how and when they were told")
        asked = self.protocol.asks_for(Asked.RAISER_SATISFIED, stage=self.disagreement.stage)
        if asked or RAISER in asked_to_be_satisfied(self.protocol):
            choices = [("yes", "Yes"), ("partly", "Partly"), ("no", "No"), ("not_asked", "They could not be asked")]
            self.fields["satisfied"] = forms.ChoiceField(
                label="Are they satisfied that it is resolved?",
                choices=choices,
                widget=Radios,
                error_messages={"required": "Choose an answer"},
            )


class SatisfactionForm(ActingForm):
    """On whose word the protocol lets it be closed: whether the outcome satisfies them, and if not, what is missing."""

    def build(self) -> None:
        d = self.disagreement
        tied = ties(self.viewer, d, d.parties.all())
        asked = [whose for whose in asked_to_be_satisfied(self.protocol) if may_answer_for(whose, tied)]
        self.fields["whose"] = forms.ChoiceField(
            label="For whom do you say it?",
            choices=[(whose, WHOSE_WORDS[whose].capitalize()) for whose in asked],
            initial=asked[0] if asked else None,
            widget=Radios,
            error_messages={"required": "Say for whom", "invalid_choice": "Choose somebody for whom you can say it"},
        )
        self.fields["satisfied"] = forms.ChoiceField(
            label="Are they satisfied with the outcome?",
            choices=[("yes", "Yes"), ("no", "No")],
            widget=Radios(inline=True),
            error_messages={"required": "Say yes or no"},
        )
        self.fields["words"] = words("Anything to add; if not satisfied, what is missing", required=False, rows=3)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("satisfied") == "no" and not given.get("words"):
            self.add_error("words", "Say what is still missing, so that somebody can put it right")
        return self.cleaned_data


class OnFileForm(ActingForm):
    def build(self) -> None:
        agencies = [a for a in (self.disagreement.raising_agency, self.disagreement.receiving_agency) if a]
        self.agencies = {str(a.pk): a for a in agencies}
        sides = ties(self.viewer, self.disagreement, self.disagreement.parties.all()).sides
        own = {
            Side.RAISING.value: self.disagreement.raising_agency_id,
            Side.RECEIVING.value: self.disagreement.receiving_agency_id,
        }
        self.fields["agency"] = forms.TypedChoiceField(
            label="Which agency has put it on the child's file?",
            choices=[(str(a.pk), a.name) for a in agencies],
            initial=own[next(iter(sides))] if len(sides) == 1 else None,
            coerce=self.agencies.__getitem__,
            widget=Radios,
            error_messages={"required": "Choose an agency", "invalid_choice": "Choose one of the two agencies"},
        )


class LearningForm(ActingForm):
    def build(self) -> None:
        asked = self.protocol.asks_for(Asked.LEARNING, stage=self.disagreement.stage)
        self.fields["words"] = words(
            (asked and asked.asks) or "What should be learned from this?",
            hint=(asked and asked.hint) or "Name nobody. If there is nothing to learn, say so.",
            missing="Say what should be learned, or that there is nothing",
        )
        choices = list(Learning._meta.get_field("needs").choices or ())
        self.fields["needs"] = forms.ChoiceField(
            label="What does it need?",
            choices=choices,
            widget=Radios,
            initial="none",
            error_messages={"required": "Choose what it needs"},
        )
        if self.protocol.asks_for(Asked.SUPERVISION, stage=self.disagreement.stage):
            self.fields["supervision"] = words("What supervision and guidance did those involved have?", required=False, rows=3)


class AddActionForm(ActingForm):
    def build(self) -> None:
        self.fields["what"] = forms.CharField(
            label="What is to be done?", max_length=300, error_messages={"required": "Say what is to be done"}
        )
        self.fields["owner"] = forms.CharField(
            label="Who does it?", max_length=150, error_messages={"required": "Say who does it"}
        )
        self.fields["due"] = GovukDateField(label="By when?", called="The date", not_past=True)


class FinishActionForm(ActingForm):
    def build(self) -> None:
        outstanding = self.disagreement.actions.filter(finished_at=None)
        self.fields["action"] = forms.TypedChoiceField(
            label="Which action is done?",
            choices=[(str(a.pk), f"{a.what} ({a.owner})") for a in outstanding],
            coerce=int,
            widget=Radios,
            error_messages={"required": "Choose an action", "invalid_choice": "Choose one of the outstanding actions"},
        )
        self.fields["words"] = words("Anything to add", required=False, rows=2)


class LinkForm(ActingForm):
    def build(self) -> None:
        self.fields["other"] = forms.CharField(
            label="Its reference",
            max_length=20,
            help_text="For example BAR-0012",
            error_messages={"required": "Enter a reference"},
        )
        choices = [choice for choice in Link._meta.get_field("how").choices or () if choice[0] != "merged"]
        self.fields["how"] = forms.ChoiceField(
            label="How do they belong together?", choices=choices, widget=Radios, error_messages={"required": "Choose how"}
        )

    def clean_other(self) -> Disagreement:
        other = find(self.viewer, self.cleaned_data["other"].strip().upper())
        if other is None:
            raise forms.ValidationError("There is no disagreement with that reference that you can see")
        if other.pk == self.disagreement.pk:
            raise forms.ValidationError("Enter the reference of another disagreement")
        return other


class ChangePartyForm(ActingForm):
    def build(self) -> None:
        sides = [(Side.RAISING.value, "Raising side"), (Side.RECEIVING.value, "Receiving side")]
        roles = [r for r in self.protocol.roles if r.side in (Side.BOTH, *SIDES)]
        people = [*self.people_of(Side.RAISING), *self.people_of(Side.RECEIVING)]
        self.fields["side"] = forms.ChoiceField(
            label="Which side?", choices=sides, widget=Radios, error_messages={"required": "Choose a side"}
        )
        self.fields["role"] = forms.ChoiceField(
            label="In which role?", choices=[(r.key, r.name) for r in roles], error_messages={"required": "Choose a role"}
        )
        self.fields["leaving"] = forms.TypedChoiceField(
            label="In whose place?",
            required=False,
            coerce=int,
            empty_value=None,
            choices=[("", "Nobody: they join"), *[(str(p.pk), f"{p.name}, {p.agency}") for p in people]],
        )
        self.person = PersonFields("person", agency=None, legend="Who takes part from now on", required=True)
        self.person.add_to(self)
        self.fields["reason"] = words("Why?", rows=3, missing="Say why the person changes")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        self.named: Person | None = None
        if given.get("side") and given.get("role"):
            role = self.protocol.role(given["role"])
            if role.side not in (Side.BOTH, given["side"]):
                self.add_error("role", f"{role.name} acts for the other side. Choose another role, or the other side")
            self.named = self.person.read(self, side=Side(given["side"]), role=given["role"])
        return self.cleaned_data

    def facts(self) -> dict[str, Any]:
        return {"person": self.named, "leaving": self.cleaned_data["leaving"], "reason": self.cleaned_data["reason"]}
