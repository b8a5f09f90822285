"""Forms of the verbs that move a disagreement."""

from __future__ import annotations

from typing import Any

from django import forms

from partnerships.form_fields import Checkboxes, Radios
from partnerships.ladder import Move, Position, moves_from, rung_words
from partnerships.protocol_terms import Side

from ..models import Outcome
from ..services import Person
from .base import ActingForm, PersonFields, words


def rung_value(position: Position) -> str:
    return f"{position.stage}:{position.tier}"


class RungField(forms.ChoiceField):
    """A rung. One that the protocol does not allow is a refused move, not a slip of the pen: the API answers it so."""

    def validate(self, value: Any) -> None:
        if value and not self.valid_value(value):
            raise forms.ValidationError(self.error_messages["invalid_choice"], code="refused")
        super().validate(value)


class EscalateForm(ActingForm):
    """Where to, why, what the protocol wants recorded first, and who takes it on for each side."""

    def build(self) -> None:
        d = self.disagreement  # what was only logged as settled stands on no rung, and its form may be sent all the same
        moves = moves_from(d.protocol, d.position, d.facts) if d.stage else ()
        self.moves: dict[str, Move] = {rung_value(m.to): m for m in moves}
        choices = [(value, rung_words(self.protocol, m.to)) for value, m in self.moves.items()]
        hints = {value: "Directly, because it is not safe to wait" for value, m in self.moves.items() if m.direct}
        usual = [value for value, m in self.moves.items() if not m.direct]
        self.fields["to"] = RungField(
            label="Where does it go?",
            choices=choices,
            widget=Radios(hints=hints),
            initial=(usual or list(self.moves) or [""])[0],
            error_messages={
                "required": "Choose where it goes",
                "invalid_choice": "The protocol does not allow that step from here. "
                f"The steps allowed now are: {'; '.join(rung for _, rung in choices)}.",
            },
        )
        self.fields["reason"] = words(
            "Why does it move up?",
            hint="What was tried, what is still not agreed, and what it means for the child. "
            "If it goes up directly, why it cannot wait.",
            missing="Say why it moves up",
        )
        gates = {gate.key: gate for move in self.moves.values() for gate in move.gates}
        recorded = set(self.disagreement.checks.filter(what__startswith="gate:").values_list("what", flat=True))
        open_gates = [(key, gate.asks) for key, gate in gates.items() if f"gate:{key}" not in recorded]
        if open_gates:
            self.fields["gates"] = forms.MultipleChoiceField(
                label="Before this step", required=False, choices=open_gates, widget=Checkboxes,
                help_text="Tick what has been done. The step opens when all of it has.",
            )  # fmt: skip
        self.people: dict[Side, PersonFields] = {}
        for side in (Side.RAISING, Side.RECEIVING) if self._needs_people() else ():
            whose = "your side" if self._mine(side) else f"the {side} side"
            named = PersonFields(side.value, agency=self.agency_of(side), legend=f"Who takes it on for {whose}?")
            named.add_to(self)
            self.people[side] = named

    def _mine(self, side: Side) -> bool:
        return any(p.is_of(self.viewer.user) for p in self.people_of(side))

    def _needs_people(self) -> bool:
        return any(self._two_sided(move) for move in self.moves.values())

    def _two_sided(self, move: Move) -> str | None:
        roles = self.protocol.stage(move.to.stage).acting(move.to.tier)
        return next((key for key in roles if self.protocol.role(key).side == Side.BOTH), None)

    def clean(self) -> dict[str, Any]:
        super().clean()
        move = self.moves.get(self.cleaned_data.get("to") or "")
        self.named: list[Person] = []
        if move is None:
            return self.cleaned_data
        missing = [g for g in move.gates if "gates" in self.fields and g.key not in self._ticked()]
        if missing:
            self.add_error(
                "gates", f"Before {rung_words(self.protocol, move.to)} opens, this must be done and ticked: {missing[0].asks}"
            )
        if role := self._two_sided(move):
            for side, fields in self.people.items():
                if person := fields.read(self, side=side, role=role):
                    self.named.append(person)
        return self.cleaned_data

    def _ticked(self) -> set[str]:
        done = self.disagreement.checks.filter(what__startswith="gate:").values_list("what", flat=True)
        return {what.removeprefix("gate:") for what in done} | set(self.cleaned_data.get("gates") or ())

    def facts(self) -> dict[str, Any]:
        return {
            "to": self.moves[self.cleaned_data["to"]].to,
            "reason": self.cleaned_data["reason"],
            "gates": self.cleaned_data.get("gates") or (),
            "people": self.named,
        }


class ReasonForm(ActingForm):
    """A verb that wants nothing but its reason."""

    asks = "Why?"
    hint = ""

    def build(self) -> None:
        self.fields["reason"] = words(self.asks, hint=self.hint, missing="Say why")


class StepBackForm(ReasonForm):
    asks = "Why is it taken a step back?"
    hint = "For example, because both sides want to try once more at the level below."


class DisputeForm(ReasonForm):
    asks = "What is not agreed after all?"
    hint = "Say it so that the other side can answer. It opens again where it stood."


class ReopenForm(ReasonForm):
    asks = "Why is it opened again?"
    hint = "What was agreed and has not happened, or what has changed for the child."


class AgreementForm(ActingForm):
    def build(self) -> None:
        self.fields["text"] = words(
            "What was agreed?", hint="Both sides see this text. Who does what, by when.", missing="Write down what was agreed"
        )
        self.fields["outstanding"] = words("What is still outstanding, and how will it be pursued?", required=False, rows=3)


class ConfirmForm(ActingForm):
    """The receiving manager's letter in place: the agreed text, to be sent as it is or worded better (B Stage One)."""

    def build(self) -> None:
        outcome = self.disagreement.outcomes.filter(disputed_at=None, how=Outcome.How.AGREED).order_by("-recorded_at").first()
        self.fields["text"] = words(
            "What was agreed, in writing to your counterpart",
            hint="Change it only to say the same thing better. If you do not agree, go back and choose that instead.",
            missing="Write down what was agreed",
        )
        self.fields["outstanding"] = words("How anything outstanding will be pursued", required=False, rows=3)
        if outcome is not None:
            self.fields["text"].initial, self.fields["outstanding"].initial = outcome.text, outcome.outstanding


class DecisionForm(ActingForm):
    def build(self) -> None:
        authority = self.protocol.stage(self.disagreement.stage).authority if self.disagreement.stage else None
        word = authority.outcome_word if authority else "decision"
        self.fields["text"] = words(
            f"What is the {word}?", hint="Everybody involved is told and sees this text.", missing=f"Write down the {word}"
        )
        self.fields["outstanding"] = words("What must still be done, by whom and by when?", required=False, rows=3)


class CloseForm(ActingForm):
    def build(self) -> None:
        self.fields["note"] = words("Anything to add on closing", required=False, rows=3)


class WithdrawForm(ActingForm):
    def build(self) -> None:
        self.fields["reason"] = words("Why is it withdrawn?", missing="Say why it is withdrawn")
        self.fields["referred_to"] = forms.CharField(
            label="If it belongs elsewhere, where was it referred to?", required=False, max_length=200
        )
