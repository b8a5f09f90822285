"""Forms of the verbs that move a disagreement."""

from __future__ import annotations

from typing import Any

from django import forms

from partnerships.conditions import SIDES
from partnerships.form_dates import GovukDateField
from partnerships.form_fields import Checkboxes, Radios
from partnerships.ladder import Move, Position, moves_from, rung_words
from partnerships.protocol_phrases import STANCE_WORDS
from partnerships.protocol_terms import Asked, Side
from partnerships.scope import present

from ..models import Outcome
from ..proposals import Shown
from ..requirements import WHOSE_WORDS, grounds_at
from ..services import Person, Planned, unsatisfied
from ..turns import silences
from . import proposing
from .base import ActingForm, PersonFields, words
from .planning import PlanFields
from .questions import AskingForm


def rung_value(position: Position) -> str:
    return f"{position.stage}:{position.tier}"


class RungField(forms.ChoiceField):
    """A rung. One that the protocol does not allow is a refused move, not a slip of the pen: the API answers it so."""

    def validate(self, value: Any) -> None:
        if value and not self.valid_value(value):
            raise forms.ValidationError(self.error_messages["invalid_choice"], code="refused")
        super().validate(value)


class EscalateForm(AskingForm):
    """Where to, on what ground, why, what the protocol wants recorded first, and who takes it on for each side. Where
    nobody answered in time, and the protocol makes that a ground, it is chosen already."""

    asks_at = "moving_up"

    def build(self) -> None:
        d = self.disagreement  # what was only logged as settled stands on no rung, and its form may be sent all the same
        moves = moves_from(d.protocol, d.position, d.facts) if d.stage else ()
        self.moves: dict[str, Move] = {rung_value(m.to): m for m in moves}
        choices = [(value, rung_words(self.protocol, m.to)) for value, m in self.moves.items()]
        hints = {value: self._hint(m) for value, m in self.moves.items()}
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
        self._ask_for_the_ground()
        self.fields["reason"] = words(
            "Why does it move up?",
            hint="What was tried, what is still not agreed, and what it means for the child. "
            "If it goes up directly, why it cannot wait.",
            missing="Say why it moves up",
        )
        self._ask_for_the_gates()
        self._ask_for_people(dict(choices))
        if proposing.SAME_PEOPLE in self.data:
            proposing.keep_people_field(self)

    def _ask_for_people(self, rungs: dict[str, str]) -> None:
        self.people: dict[Side, PersonFields] = {}
        self.proposals: dict[Side, proposing.Proposal] = {}
        for side in SIDES:
            if not any(self._role_of(side, move) for move in self.moves.values()):
                continue
            whose = "your side" if self._mine(side) else f"the {side} side"
            named = PersonFields(side.value, agency=self.agency_of(side), legend=f"Who takes it on for {whose}?")
            named.add_to(self)
            self.people[side] = named
            self.proposals[side] = self._proposal(side, named, rungs)
            self.proposals[side].add_to(self)

    def _ask_for_the_gates(self) -> None:
        gates = {gate.key: gate for move in self.moves.values() for gate in move.gates}
        recorded = set(self.disagreement.checks.filter(what__startswith="gate:").values_list("what", flat=True))
        open_gates = [(key, gate.asks) for key, gate in gates.items() if f"gate:{key}" not in recorded]
        if open_gates:
            self.fields["gates"] = forms.MultipleChoiceField(
                label="Before this step", required=False, choices=open_gates, widget=Checkboxes,
                help_text="Tick what has been done. The step opens when all of it has.",
            )  # fmt: skip

    def _proposal(self, side: Side, named: PersonFields, rungs: dict[str, str]) -> proposing.Proposal:
        agency = self.agency_of(side)
        acting = {value: (move.to, role) for value, move in self.moves.items() if (role := self._role_of(side, move))}
        seats = {v: proposing.at_rung(self.protocol, agency, to, self.protocol.role(role)) for v, (to, role) in acting.items()}
        return proposing.Proposal(named, seats, rungs, usual=self.fields["to"].initial)

    def _hint(self, move: Move) -> str:
        """How far the partnership is drawn in there (the protocol's stance), and why one would go straight to it."""
        stance = STANCE_WORDS[self.protocol.stage(move.to.stage).stance]
        return f"Directly, because it is not safe to wait. {stance}" if move.direct else stance

    def _ask_for_the_ground(self) -> None:
        grounds = grounds_at(self.protocol, stage=self.disagreement.stage)
        if not grounds:
            return
        silent = [s.sentence for s in silences(self.disagreement, at=present()) if s.rule.means == "move_up"]
        unanswered = next((ground.key for ground in grounds if ground.no_answer), None) if silent else None
        self.fields["ground"] = forms.ChoiceField(
            label="On what ground does it move up?",
            choices=[(ground.key, ground.name) for ground in grounds],
            widget=Radios,
            initial=unanswered,
            help_text=" ".join(dict.fromkeys(silent)),
            error_messages={"required": "Choose the ground", "invalid_choice": "Choose one of the protocol's grounds"},
        )

    def _mine(self, side: Side) -> bool:
        return any(p.is_of(self.viewer.user) for p in self.people_of(side))

    def _role_of(self, side: Side, move: Move) -> str | None:
        """In which role a side's person takes it on there; the two sides' may differ (a safeguarding lead, a service manager)."""
        roles = self.protocol.stage(move.to.stage).acting(move.to.tier)
        return next((key for key in roles if self.protocol.role(key).side in (Side.BOTH, side)), None)

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
        for side, fields in self.people.items():
            role = self._role_of(side, move)
            if role and (person := fields.read(self, side=side, role=role)):
                self.named.append(person)
                self._look_again(side, person)
        return self.cleaned_data

    def _look_again(self, side: Side, person: Person) -> None:
        """Who was filled in was meant for the usual step: for another one somebody looks again, once."""
        wrong = self.proposals[side].meant_for_another_rung(self.cleaned_data["to"], person)
        if wrong and not self.cleaned_data.get(proposing.SAME_PEOPLE):
            fields = self.people[side]
            proposing.keep_people_field(self)
            self.add_error(f"{fields.prefix}_{'member' if fields.members else 'name'}", wrong)

    def _ticked(self) -> set[str]:
        done = self.disagreement.checks.filter(what__startswith="gate:").values_list("what", flat=True)
        return {what.removeprefix("gate:") for what in done} | set(self.cleaned_data.get("gates") or ())

    def facts(self) -> dict[str, Any]:
        return {
            "to": self.moves[self.cleaned_data["to"]].to,
            "reason": self.cleaned_data["reason"],
            "gates": self.cleaned_data.get("gates") or (),
            "people": self.named,
            "ground": self.cleaned_data.get("ground") or "",
            "answered": self.answered(),
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


class ReopenForm(ReasonForm, AskingForm):
    asks_at = "reopening"
    asks = "Why is it opened again?"
    hint = "What was agreed and has not happened, or what has changed for the child."

    def build(self) -> None:
        super().build()
        asked = self.protocol.asks_for(Asked.NEEDED_BY, stage=self.disagreement.stage)
        former = self.disagreement.needed_by
        if asked or former:
            gone_by = f"The date given before was {former.day} {former:%B %Y}. " if former else ""
            self.fields["needed_by"] = GovukDateField(
                label="Is there a date by which it must be settled for the child now?",
                called="The date it is needed by",
                required=False,
                not_past=True,
                help_text=f"{gone_by}For example, 27 3 2027",
            )


class PlannedForm(ActingForm):
    """An outcome; where the protocol wants a plan of it, with at least one action, its owner and date."""

    plan: PlanFields | None = None

    def build_plan(self) -> None:
        asked = self.protocol.asks_for(Asked.ACTION_PLAN, stage=self.disagreement.stage)
        if asked is not None and self.disagreement.stage:
            self.plan = PlanFields(asked)
            self.plan.add_to(self)

    def clean(self) -> dict[str, Any]:
        super().clean()
        self.planned: list[Planned] = self.plan.read(self) if self.plan else []
        return self.cleaned_data

    def facts(self) -> dict[str, Any]:
        given = {name: value for name, value in super().facts().items() if not name.startswith("plan_")}
        return given | {"plan": self.planned}


class AgreementForm(PlannedForm, AskingForm):
    asks_at = "agreeing"

    def build(self) -> None:
        self.fields["text"] = words(
            "What was agreed?", hint="Both sides see this text. Who does what, by when.", missing="Write down what was agreed"
        )
        self.build_plan()
        self.fields["outstanding"] = words("What is still outstanding, and how will it be pursued?", required=False, rows=3)
        self.fields["seen"] = forms.ChoiceField(
            label="How have both sides agreed to these words?",
            choices=[
                ("read_out", "Read out to both"),
                ("in_writing", "In writing"),
            ],
            widget=Radios,
            help_text="If the other side has not seen them yet, propose them instead.",
            error_messages={
                "required": "Say how both sides have agreed to these words",
                "invalid_choice": "Choose one of the answers shown",
            },
        )


class ConfirmForm(ActingForm):
    """The receiving manager's letter in place: the agreed text, to be sent as it is or worded better (B Stage One). To
    words that one side proposed and the other agreed to, nothing is changed any more: they are read, and confirmed."""

    read: Shown | None = None

    def build(self) -> None:
        outcome = self.disagreement.outcomes.filter(disputed_at=None, how=Outcome.How.AGREED).order_by("-recorded_at").first()
        if outcome is not None and outcome.proposal_id is not None:
            self.read = Shown(outcome.text, outcome.outstanding)
            return
        self.fields["text"] = words(
            "What was agreed, in writing to your counterpart",
            hint="Change it only to say the same thing better. If you do not agree, go back and choose that instead.",
            missing="Write down what was agreed",
        )
        self.fields["outstanding"] = words("How anything outstanding will be pursued", required=False, rows=3)
        if outcome is not None:
            self.fields["text"].initial, self.fields["outstanding"].initial = outcome.text, outcome.outstanding


class DecisionForm(PlannedForm, AskingForm):
    """The word of whoever decides here; where a panel was held whose word may stand, whose of the two it is (H 2.10)."""

    asks_at = "deciding"

    def build(self) -> None:
        held = self.disagreement.panels_held if self.disagreement.stage else []
        if held:
            authority = self.protocol.stage(self.disagreement.stage).authority
            direct = authority is not None and authority.by is not None and authority.kind != "mediates"
            choices = [("directly", f"{self.protocol.role(authority.by or '').name}, directly")] if authority and direct else []
            choices += [(str(r.pk), f"{self.protocol.side_process(r.process).name}, ended {r.ended_at:%-d %B}") for r in held]
            self.fields["whose"] = forms.ChoiceField(
                label="Whose decision is it?",
                choices=choices,
                widget=Radios,
                initial=choices[0][0] if len(choices) == 1 else None,
                error_messages={"required": "Choose whose decision it is"},
            )
        self.build_words()

    def facts(self) -> dict[str, Any]:
        given = super().facts()
        whose = given.pop("whose", "directly")
        return given | ({"panel": int(whose)} if whose != "directly" else {})

    def build_words(self) -> None:
        authority = self.protocol.stage(self.disagreement.stage).authority if self.disagreement.stage else None
        word = authority.outcome_word if authority else "decision"
        if authority and authority.jointly_with:
            self.fields["agreed_by"] = forms.MultipleChoiceField(
                label="Who has agreed to it?",
                required=False,
                choices=[(key, self.protocol.role(key).name) for key in authority.jointly_with],
                widget=Checkboxes,
                help_text="Tick each of them. It stands once all have agreed.",
            )
        self.fields["text"] = words(
            f"What is the {word}?", hint="Everybody involved is told and sees this text.", missing=f"Write down the {word}"
        )
        self.build_plan()
        self.fields["outstanding"] = words("What must still be done, by whom and by when?", required=False, rows=3)


class CloseForm(AskingForm):
    """Where somebody on whose word it may be closed is not satisfied, the office alone closes it, and says why."""

    asks_at = "closing"

    def build(self) -> None:
        waiting = unsatisfied(self.disagreement) if self.disagreement.stage else ()
        if waiting and self.viewer.is_office:
            named = " and ".join(WHOSE_WORDS[whose] for whose in waiting)
            self.fields["note"] = words(
                "Why is it closed all the same?",
                hint=f"It has not been recorded that {named} found the outcome satisfactory.",
                rows=3,
                missing="Say why it is closed although that is not recorded",
            )
        else:
            self.fields["note"] = words("Anything to add on closing", required=False, rows=3)


class WithdrawForm(AskingForm):
    asks_at = "withdrawing"

    def build(self) -> None:
        silent = [s for s in silences(self.disagreement, at=present()) if s.rule.means == "may_close"]
        if silent:
            choices = [(s.limit.key, f"Nobody answered {s.limit.label}") for s in silent]
            self.fields["unanswered"] = forms.ChoiceField(
                label="What is the reason?",
                choices=[*choices, ("", "Another reason, given below")],
                required=False,
                initial=silent[0].limit.key,
                widget=Radios,
                help_text=" ".join(s.sentence for s in silent),
            )
        self.fields["reason"] = words("Why is it withdrawn?", missing="Say why it is withdrawn")
        self.fields["referred_to"] = forms.CharField(
            label="If it belongs elsewhere, where was it referred to?", required=False, max_length=200
        )
