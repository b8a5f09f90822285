"""Forms of what runs beside the ladder: asked for, others sitting on it, and what came of it."""

from __future__ import annotations

from typing import Any

from django import forms

from partnerships.form_dates import GovukDateField
from partnerships.form_fields import Checkboxes, Radios
from partnerships.models import Agency
from partnerships.protocol import MembershipRule, SideProcess
from partnerships.protocol_sentences import membership_words
from partnerships.protocol_terms import ProcessKind

from ..models import SideProcessRecord
from ..services import Planned, Seat, has_role, may_end, membership_warning, offered_at
from .base import ActingForm, words

SEATS = 5
PLANNED = 3
GOES_ON = "Go on although the membership is not as the protocol says"
PLANS = frozenset({ProcessKind.MEETING})


class SeatFields:
    """The fields that name who sits on it, and the tick and the reason where that is not as the protocol says."""

    def __init__(self, form: ActingForm, *, most: int = SEATS, question: str = "Who takes part?") -> None:
        self.form, self.most = form, most
        self.agencies = {str(a.pk): a for a in Agency.objects.filter(active=True)}
        choices = [("", "No agency"), *[(pk, a.name) for pk, a in self.agencies.items()]]
        for number in range(1, most + 1):
            who = "First person" if number == 1 else f"Person {number}"
            label = f"{question} {who}" if number == 1 else who
            form.fields[f"seat_{number}_name"] = forms.CharField(label=label, required=False, max_length=150)
            form.fields[f"seat_{number}_agency"] = forms.ChoiceField(label=f"{who}: agency", required=False, choices=choices)
            form.fields[f"seat_{number}_email"] = forms.EmailField(
                label=f"{who}: work e-mail address",
                required=False,
                help_text="With it they can read this disagreement while they take part." if number == 1 else "",
                error_messages={"invalid": "Enter an e-mail address like name@agency.example"},
            )

    def ask_to_go_on(self, rules: list[MembershipRule]) -> None:
        if any(membership_words(rule) for rule in rules):
            self.form.fields["goes_on"] = forms.BooleanField(label=GOES_ON, required=False)
            self.form.fields["although"] = words(
                "If you go on, why?", required=False, rows=3, hint="It stands on the record, beside what is lacking."
            )

    def read(self) -> list[Seat]:
        given = self.form.cleaned_data
        for number in range(1, self.most + 1):
            if not given.get(f"seat_{number}_name") and (given.get(f"seat_{number}_email") or given.get(f"seat_{number}_agency")):
                self.form.add_error(f"seat_{number}_name", "Enter their name")
        return [
            Seat(
                name=given[f"seat_{number}_name"],
                agency=self.agencies.get(given.get(f"seat_{number}_agency") or ""),
                email=given.get(f"seat_{number}_email") or "",
            )
            for number in range(1, self.most + 1)
            if given.get(f"seat_{number}_name")
        ]

    def settle(self, warning: str) -> None:
        """What the rule lacks is a warning: the person changes the membership, or ticks that they go on and says why."""
        given = self.form.cleaned_data
        if not warning or "goes_on" not in self.form.fields:
            return
        if not given.get("goes_on"):
            self.form.add_error("goes_on", f"{warning} Change who takes part, or tick that you go on, and say why")
        elif not given.get("although"):
            self.form.add_error("although", "Say why you go on although the membership is not as the protocol says")

    @property
    def although(self) -> str:
        given = self.form.cleaned_data
        return (given.get("although") or "") if given.get("goes_on") else ""


class StartSideProcessForm(ActingForm):
    def build(self) -> None:
        self.offered = {p.key: p for p in self.protocol.side_processes if offered_at(p, self.disagreement.stage)}
        self.fields["process"] = forms.ChoiceField(
            label="What is asked for?",
            choices=[(p.key, p.name) for p in self.offered.values()],
            widget=Radios(hints={p.key: _hint(p) for p in self.offered.values()}),
            initial=next(iter(self.offered)) if len(self.offered) == 1 else None,
            error_messages={"required": "Choose what is asked for"},
        )
        self.fields["reason"] = words("Why?", rows=3, missing="Say why it is asked for")
        self.seats = SeatFields(self)
        self.seats.ask_to_go_on([p.members for p in self.offered.values()])

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        self.named = self.seats.read()
        process = self.offered.get(given.get("process") or "")
        # Whoever may not start it is told that, and not first asked to mend what they may not start.
        if process is not None and has_role(self.disagreement, process.started_by, self.viewer):
            self.seats.settle(membership_warning(self.disagreement, process.members, self.named))
        return self.cleaned_data

    def facts(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {
            "process": given["process"], "reason": given["reason"], "seats": self.named, "although": self.seats.although,
        }  # fmt: skip


def _hint(process: SideProcess) -> str:
    who = membership_words(process.members)
    return " ".join(part for part in (process.asks, f"Who takes part: {who}." if who else "") if part)


class RunningForm(ActingForm):
    """Which of those that run, when more than one does."""

    question = "Which has ended?"
    missing = "Choose which has ended"

    def build(self) -> None:
        running = self.disagreement.side_processes.filter(ended_at=None)
        self.running: dict[str, SideProcessRecord] = {str(record.pk): record for record in running}
        choices = [(pk, self.process_of(record).name) for pk, record in self.running.items()]
        self.fields["record"] = forms.TypedChoiceField(
            label=self.question,
            coerce=int,
            choices=choices,
            widget=Radios,
            initial=choices[0][0] if len(choices) == 1 else None,
            error_messages={"required": self.missing},
        )
        self.build_more()

    def build_more(self) -> None:
        """The fields beside the choice."""

    def process_of(self, record: SideProcessRecord) -> SideProcess:
        return self.protocol.side_process(record.process)

    def chosen(self) -> SideProcessRecord | None:
        return self.running.get(str(self.cleaned_data.get("record") or ""))


class ChangeSideProcessForm(RunningForm):
    question, missing = "Of which does who takes part change?", "Choose of which"

    def build_more(self) -> None:
        sitting = [
            (f"{pk}:{number}", f"{member['name']} ({self.process_of(record).name})")
            for pk, record in self.running.items()
            for number, member in enumerate(record.members)
        ]
        if sitting:
            self.fields["leaving"] = forms.MultipleChoiceField(
                label="Who leaves?", required=False, choices=sitting, widget=Checkboxes
            )
        self.fields["reason"] = words("Why?", rows=3, missing="Say why this changes")
        self.seats = SeatFields(self, most=PLANNED, question="Who joins?")
        self.seats.ask_to_go_on([self.process_of(record).members for record in self.running.values()])

    def clean(self) -> dict[str, Any]:
        super().clean()
        self.joining = self.seats.read()
        record, self.leaving = self.chosen(), list[str]()
        if record is None:
            return self.cleaned_data
        for value in self.cleaned_data.get("leaving") or ():
            pk, _, number = value.partition(":")
            if pk != str(record.pk):
                self.add_error("leaving", f"Choose only people who take part in {self.process_of(record).name}")
            else:
                self.leaving.append(record.members[int(number)]["name"])
        if not (self.joining or self.leaving or self.errors):
            self.add_error("seat_1_name", "Say who joins, or tick who leaves")
        if has_role(self.disagreement, may_end(self.process_of(record)), self.viewer):
            self.seats.settle(self._lacking(record))
        return self.cleaned_data

    def _lacking(self, record: SideProcessRecord) -> str:
        agencies = self.seats.agencies
        stay = [
            Seat(member["name"], agencies.get(str(member["agency"])))
            for member in record.members
            if member["name"] not in self.leaving
        ]
        return membership_warning(self.disagreement, self.process_of(record).members, [*stay, *self.joining])

    def facts(self) -> dict[str, Any]:
        return {
            "record": self.cleaned_data["record"], "reason": self.cleaned_data["reason"], "seats": self.joining,
            "leaving": self.leaving, "although": self.seats.although,
        }  # fmt: skip


class EndSideProcessForm(RunningForm):
    """What came of it. Each process asks its own choice and its own questions, which open where it is chosen."""

    def build_more(self) -> None:
        reveals: dict[str, list[str]] = {}
        for pk, record in self.running.items():
            reveals[pk] = self._ask(self.process_of(record))
        if len(self.running) > 1:
            self.fields["record"].widget = Radios(reveals=reveals, choices=self.fields["record"].choices)  # type: ignore[attr-defined]
        self.fields["outcome"] = words("What came of it?", missing="Write down what came of it")

    def _ask(self, process: SideProcess) -> list[str]:
        names = []
        if process.choices:
            names.append(f"{process.key}_choice")
            self.fields[names[-1]] = forms.ChoiceField(
                label=f"{process.name}: how did it end?",
                required=False,
                choices=[(choice, choice) for choice in process.choices],
                widget=Radios(hints=_after(process)),
                error_messages={"invalid_choice": "Choose one of the answers"},
            )
        for number, question in enumerate(process.questions, start=1):
            names.append(f"{process.key}_answer_{number}")
            self.fields[names[-1]] = words(question, required=False, rows=3)
        if process.kind in PLANS:
            names += self._ask_for_plan(process)
        return names

    def _ask_for_plan(self, process: SideProcess) -> list[str]:
        names = []
        for number in range(1, PLANNED + 1):
            what, owner, due = (f"{process.key}_{part}_{number}" for part in ("what", "owner", "due"))
            label = "What is to be done?" if number == 1 else f"What is to be done? ({number})"
            self.fields[what] = forms.CharField(label=label, required=False, max_length=300)
            self.fields[owner] = forms.CharField(label="Who does it?", required=False, max_length=150)
            self.fields[due] = GovukDateField(label="By when?", called="The date", not_past=True, required=False)
            names += [what, owner, due]
        return names

    def clean(self) -> dict[str, Any]:
        super().clean()
        self.choice, self.answers, self.plan = "", list[str](), list[Planned]()
        record = self.chosen()
        if record is None:
            return self.cleaned_data
        process, given = self.process_of(record), self.cleaned_data
        if process.choices:
            self.choice = given.get(f"{process.key}_choice") or ""
            if not self.choice and f"{process.key}_choice" not in self.errors:
                self.add_error(f"{process.key}_choice", "Choose how it ended")
        for number, _ in enumerate(process.questions, start=1):
            self.answers.append(given.get(f"{process.key}_answer_{number}") or "")
            if not self.answers[-1] and f"{process.key}_answer_{number}" not in self.errors:
                self.add_error(f"{process.key}_answer_{number}", "Answer this question")
        if process.kind in PLANS:
            self._read_plan(process)
        return self.cleaned_data

    def _read_plan(self, process: SideProcess) -> None:
        for number in range(1, PLANNED + 1):
            parts = {part: self.cleaned_data.get(f"{process.key}_{part}_{number}") for part in ("what", "owner", "due")}
            if not any(parts.values()):
                continue
            missing = {"what": "Say what is to be done", "owner": "Say who does it", "due": "Say by when"}
            for part, sentence in missing.items():
                if not parts[part] and f"{process.key}_{part}_{number}" not in self.errors:
                    self.add_error(f"{process.key}_{part}_{number}", sentence)
            if all(parts.values()):
                self.plan.append(Planned(**parts))  # type: ignore[arg-type]

    def facts(self) -> dict[str, Any]:
        return {
            "record": self.cleaned_data["record"], "outcome": self.cleaned_data["outcome"], "choice": self.choice,
            "answers": self.answers, "plan": self.plan,
        }  # fmt: skip


def _after(process: SideProcess) -> dict[str, str]:
    """The first choice is what was asked for; after any other the last resort is left."""
    return dict.fromkeys(process.choices[1:], process.last_resort) if process.last_resort else {}
