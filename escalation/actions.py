"""The one table of everything that can be done to a disagreement: its words, its form, its service and when it is offered.

Buttons, addresses, the API, the manual and the parametrised tests all come from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from django_fsm import can_proceed

from partnerships.scope import present

from . import proposals, services
from .forms import correcting, keeping, passing_on, proposed, side_processes, steps, talking
from .forms.base import ActingForm
from .models import ChronologyEntry, Disagreement
from .moves import YES, Verdict, no
from .offering import (
    acknowledged,
    ahead,
    asked_if_satisfied,
    asks_in_writing,
    beside,
    decision_label,
    escalate_label,
    gates,
    has_authority,
    has_situation,
    panels_held,
    paused,
    proposal_waits,
    propose_label,
    raiser_told,
    theirs,
    ticking,
    withdraw_label,
    wrote_something,
)
from .permissions import Ties, may, used_up
from .states import State

Label = str | Callable[[Disagreement], str]
Offered = Callable[[Disagreement], bool]


@dataclass(frozen=True)
class Action:
    """`move` is the state machine's method that says whether it is possible now; `offered` hides what this protocol or
    this disagreement has no use for: the rest is shown, with the reason where it is not allowed now. `narrower` says which
    of the clocks are theirs. `at_entries`: its links stand beside what it is about (an entry, a proposal that waits)."""

    verb: str
    label: Label
    form: type[ActingForm]
    move: str
    service: Callable[..., ChronologyEntry]
    done: str
    main: bool = False
    offered: Offered = lambda _: True
    intro: str = ""
    narrower: Callable[[Disagreement, Ties], Verdict] = lambda _d, _t: YES
    at_entries: bool = False

    def text(self, disagreement: Disagreement) -> str:
        return gettext(self.label) if isinstance(self.label, str) else self.label(disagreement)

    def verdict(self, disagreement: Disagreement, tied: Ties) -> Verdict:
        """May this person do it, and can it be done now? The same words become the 403, the hint and the API's answer."""
        if not self.possible(disagreement):
            return no(services.why_not(disagreement, self.verb))
        own = may(self.verb, tied) and self.narrower(disagreement, tied)
        return own and used_up(disagreement, self.verb, at=present())

    def possible(self, disagreement: Disagreement) -> bool:
        return can_proceed(getattr(disagreement, self.move))

    def run(self, form: ActingForm, **doing: Any) -> ChronologyEntry:
        """Hand a valid form to the service. Raises Refused, NotPermitted or Stale."""
        return self.service(
            form.disagreement.pk, viewer=form.viewer, version=form.cleaned_data["version"], **form.facts(), **doing
        )


# The outcome made together: only its beginning is among the buttons, the answers stand beside the text that waits for them.
_TOGETHER: tuple[Action, ...] = (
    Action(
        "propose_outcome", propose_label, proposed.ProposeForm, "talk_over", services.propose_outcome,
        _("The other side is told, and asked for its answer."), main=True,
        offered=lambda d: d.standing == State.OPEN, narrower=proposals.may_propose,
        intro="Both sides see these words before they are fixed. The other side agrees, or says what is still disagreed.",
    ),
    Action(
        "agree_to_proposal", _("We agree"), proposed.AgreeForm, "record_agreement", services.agree_to_proposal,
        _("It is agreed, in the words that were proposed."), offered=proposal_waits, narrower=proposals.may_answer,
        at_entries=True, intro="If you agree, it is fixed in exactly these words.",
    ),
    Action(
        "decline_proposal", _("Not yet: say what is still disagreed"), proposed.DeclineForm, "talk_over",
        services.decline_proposal, _("The other side sees what is still disagreed."), offered=proposal_waits,
        narrower=proposals.may_answer, at_entries=True,
    ),
    Action(
        "withdraw_proposal", _("Take the proposal back"), proposed.TakeBackForm, "talk_over", services.withdraw_proposal,
        _("It is taken back."), offered=proposal_waits, narrower=proposals.may_take_back, at_entries=True,
    ),
)  # fmt: skip
_BESIDE: tuple[Action, ...] = (
    Action(
        "start_side_process", _("Ask for something beside the steps"), side_processes.StartSideProcessForm, "carry_on",
        services.start_side_process, _("It is started."),
        offered=lambda d: any(services.offered_at(p, d.stage) for p in d.protocol.side_processes),
    ),
    Action(
        "change_side_process", _("Change who takes part beside the steps"), side_processes.ChangeSideProcessForm, "note",
        services.change_side_process, _("The change is recorded."), offered=beside,
    ),
    Action(
        "end_side_process", _("Record what came of it"), side_processes.EndSideProcessForm, "note", services.end_side_process,
        _("It is recorded."), offered=beside,
    ),
)  # fmt: skip
_TABLE: tuple[Action, ...] = (
    Action(
        "acknowledge",
        _("I have this"),
        keeping.AcknowledgeForm,
        "carry_on",
        services.acknowledge,
        _("The other side can see that you have it. Now telephone them, or book a time to talk."),
        main=True,
        offered=lambda d: d.standing == State.OPEN and not acknowledged(d),
        intro="One press tells the other side that it has reached the right person. The clock goes on.",
    ),
    Action(
        "book_conversation",
        _("Book a conversation"),
        talking.BookConversationForm,
        "carry_on",
        services.book_conversation,
        _("Both sides can see when you will talk."),
        main=True,
        offered=lambda d: d.standing == State.OPEN,
        intro="Most disagreements are settled by talking. Say when, and who telephones whom.",
    ),
    Action(
        "record_conversation",
        _("Record a conversation"),
        keeping.ConversationForm,
        "carry_on",
        services.record_conversation,
        _("The conversation is recorded."),
        offered=lambda d: d.standing == State.OPEN,
        intro="For a conversation that has taken place, by telephone, face to face or by video.",
    ),
    *_TOGETHER,
    Action(
        "record_agreement",
        _("Record what was agreed"),
        steps.AgreementForm,
        "record_agreement",
        services.record_agreement,
        _("The agreement is recorded."),
        main=True,
        offered=lambda d: d.standing != State.AWAITING_CONFIRMATION,
    ),
    Action(
        "confirm_outcome",
        _("Confirm the outcome in writing"),
        steps.ConfirmForm,
        "confirm_outcome",
        services.confirm_outcome,
        _("The outcome is confirmed in writing."),
        main=True,
        offered=asks_in_writing,
    ),
    Action(
        "dispute_outcome",
        _("Say that it is not agreed"),
        steps.DisputeForm,
        "dispute_outcome",
        services.dispute_outcome,
        _("It is open again."),
        main=True,
        offered=lambda d: d.standing == State.AWAITING_CONFIRMATION,
    ),
    Action(
        "record_decision",
        decision_label,
        steps.DecisionForm,
        "record_decision",
        services.record_decision,
        _("It is recorded."),
        main=True,
        offered=lambda d: has_authority(d) or panels_held(d),
    ),
    Action(
        "escalate",
        escalate_label,
        steps.EscalateForm,
        "escalate_to",
        services.escalate,
        _("It has moved up."),
        main=True,
        intro="Do not wait if waiting is not safe for the child.",
    ),
    Action(
        "record_progress",
        _("Record progress"),
        keeping.ProgressForm,
        "carry_on",
        services.record_progress,
        _("The update is recorded."),
        main=True,
        offered=lambda d: not d.ended,
    ),
    Action(
        "tell_raiser",
        _("Record that the person who raised it was told"),
        keeping.TellRaiserForm,
        "note",
        services.tell_raiser,
        _("It is recorded that they were told."),
        main=True,
        offered=lambda d: d.standing in (State.RESOLVED, State.CLOSED) and not raiser_told(d),
    ),
    Action(
        "record_satisfaction",
        _("Say whether the outcome is satisfactory"),
        keeping.SatisfactionForm,
        "note",
        services.record_satisfaction,
        _("It is recorded."),
        main=True,
        offered=asked_if_satisfied,
    ),
    Action(
        "confirm_on_file",
        _("Record that it is on the child's file"),
        keeping.OnFileForm,
        "note",
        services.confirm_on_file,
        _("It is recorded as on file."),
        offered=lambda d: bool(d.stage) and not d.thematic,
    ),
    Action(
        "record_learning",
        _("Record learning"),
        keeping.LearningForm,
        "note",
        services.record_learning,
        _("The learning is recorded."),
        main=True,
        offered=lambda d: d.ended,
    ),
    Action(
        "close", _("Close"), steps.CloseForm, "close", services.close, _("It is closed."), main=True, offered=lambda d: d.ended
    ),
    Action(
        "reopen",
        _("Open it again"),
        steps.ReopenForm,
        "reopen",
        services.reopen,
        _("It is open again."),
        offered=lambda d: d.ended and bool(d.stage),
    ),
    Action("step_back", _("Take it a step back"), steps.StepBackForm, "step_back", services.step_back, _("It is back one step.")),
    Action("pass_on", _("Not ours: pass it on"), passing_on.PassOnForm, "carry_on", services.pass_on, _("It is passed on.")),
    Action(
        "change_party",
        _("Change who takes part"),
        keeping.ChangePartyForm,
        "carry_on",
        services.change_party,
        _("The change is recorded."),
    ),
    Action(
        "change_situation",
        _("Change the urgency or the child's status"),
        keeping.SituationForm,
        "carry_on",
        services.change_situation,
        _("The change is recorded."),
        offered=has_situation,
    ),
    Action(
        "vary_timescale",
        _("Change a date, with a reason"),
        keeping.VaryForm,
        "carry_on",
        services.vary_timescale,
        _("The date is changed."),
        offered=ticking,
        narrower=theirs(lambda clock: clock.paused_at is None),
        intro="A timescale may be exceeded when that is unavoidable and safe, and waiting is never required when it is not.",
    ),
    Action(
        "pause_clock",
        _("Pause a clock, with a reason"),
        keeping.PauseForm,
        "carry_on",
        services.pause_clock,
        _("The clock is paused."),
        offered=ahead,
        narrower=theirs(lambda clock: clock.paused_at is None and clock.passed_noted_at is None),
    ),
    Action(
        "resume_clock",
        _("Start a paused clock again"),
        keeping.ResumeForm,
        "carry_on",
        services.resume_clock,
        _("The clock runs again."),
        offered=paused,
        narrower=theirs(lambda clock: clock.paused_at is not None),
    ),
    Action(
        "flag",
        _("Mark it"),
        keeping.FlagForm,
        "carry_on",
        services.flag,
        _("It is marked."),
        offered=lambda d: any(f.key not in d.flags for f in d.protocol.flags),
    ),
    Action(
        "unflag",
        _("Take a mark away"),
        keeping.UnflagForm,
        "carry_on",
        services.unflag,
        _("The mark is gone."),
        offered=lambda d: bool(d.flags),
    ),
    Action(
        "record_gate",
        _("Record a check before the next step"),
        keeping.GateForm,
        "carry_on",
        services.record_gate,
        _("It is recorded."),
        offered=gates,
    ),
    *_BESIDE,
    Action(
        "add_action",
        _("Add an outstanding action"),
        keeping.AddActionForm,
        "note",
        services.add_action,
        _("The action is added."),
    ),
    Action(
        "finish_action",
        _("Record an action as done"),
        keeping.FinishActionForm,
        "note",
        services.finish_action,
        _("The action is done."),
        offered=lambda d: any(a.finished_at is None for a in d.actions.all()),
    ),
    Action("link", _("Link another disagreement"), keeping.LinkForm, "note", services.link, _("They are linked.")),
    Action(
        "correct",
        _("Correct what you wrote"),
        correcting.CorrectForm,
        "note",
        services.correct,
        _("The correction is recorded. What stood there before stays, folded."),
        narrower=wrote_something,
        at_entries=True,
        intro="Nothing is overwritten: the new words are an entry of their own, and the old ones stay to be read beside them.",
    ),
    Action("withdraw", withdraw_label, steps.WithdrawForm, "withdraw", services.withdraw, _("It is withdrawn.")),
)

ACTIONS: dict[str, Action] = {action.verb: action for action in _TABLE}


@dataclass(frozen=True)
class Button:
    """One action as a page shows it for one person: a link, or the reason why not."""

    verb: str
    text: str
    main: bool
    verdict: Verdict


def buttons(disagreement: Disagreement, tied: Ties, *, at_entries: bool = True) -> list[Button]:
    """Every action that this protocol and this moment offer, with its verdict for this person; to whoever has the last
    word here, giving it comes first."""
    offered = [a for a in ACTIONS.values() if a.offered(disagreement) and (at_entries or not a.at_entries)]
    if tied.decides_here:
        offered.sort(key=lambda action: action.verb != "record_decision")
    return [Button(a.verb, a.text(disagreement), a.main, a.verdict(disagreement, tied)) for a in offered]
