"""One method for each operation of the API."""

# Written by `make docs` from docs/reference/openapi.yml; do not edit.
from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Unpack, cast

from . import types as t
from .transport import Transport


class Operations(Transport):
    """Every operation, by the name that the description gives it. `key`: an idempotency key of your own; without one a new
    one is made for each call. `if_match`: the ETag that you read, instead of the version."""

    def agencies(self) -> list[t.Agency]:
        """List the agencies. The agencies of the partnership, each with its own ladder of posts."""
        return cast("list[t.Agency]", self.get("agencies/"))

    def closures(self) -> list[t.Closure]:
        """List the days off. Days that do not count, a year back and a year ahead: with them a program counts working
        days as the tracker does."""
        return cast("list[t.Closure]", self.get("closures/"))

    def contacts(self) -> list[t.Contact]:
        """List the contacts. Addresses and telephone numbers of the directory, by name."""
        return cast("list[t.Contact]", self.get("contacts/"))

    def disagreements(self, **query: Unpack[t.DisagreementsQuery]) -> Iterator[t.Disagreement]:
        """List disagreements. Every disagreement that you may see, the newest first. To keep a copy up to date, ask with
        order=first_changed and changed_since, follow next to its end, and begin again a few minutes before the last
        change that you have."""
        return self.pages("disagreements/", dict(query))

    def raise_(
        self,
        *,
        more: Mapping[str, Any] | None = None,
        key: str | None = None,
        query: Mapping[str, str] | None = None,
        **fields: Unpack[t.RaiseRequest],
    ) -> t.Raised:
        """Raise a disagreement. The whole form at once. What it takes is read at raising/."""
        return cast("t.Raised", self.post("disagreements/", {**fields, **(more or {})}, key=key, query=query))

    def disagreement(self, reference: str) -> t.WholeDisagreement:
        """Read one. One disagreement with everything that its page shows. Reading it here is not noted as "seen": a
        program may read for nobody. Once a person has it, acknowledge it."""
        return cast("t.WholeDisagreement", self.get(f"disagreements/{reference}/"))

    def actions(self, reference: str) -> list[t.Offered]:
        """List what can be done. Every action that this protocol and this moment offer; what you may not do now, with
        the reason."""
        return cast("list[t.Offered]", self.get(f"disagreements/{reference}/actions/"))

    def acknowledge(
        self,
        reference: str,
        *,
        key: str | None = None,
        if_match: str | None = None,
        **fields: Unpack[t.AcknowledgeRequest],
    ) -> t.Done:
        """I have this. One press tells the other side that it has reached the right person. The clock goes on."""
        return cast("t.Done", self.post(f"disagreements/{reference}/actions/acknowledge/", dict(fields), key=key, if_match=if_match))

    def add_action(
        self,
        reference: str,
        *,
        key: str | None = None,
        if_match: str | None = None,
        **fields: Unpack[t.AddActionRequest],
    ) -> t.Done:
        """Add an outstanding action."""
        return cast("t.Done", self.post(f"disagreements/{reference}/actions/add_action/", dict(fields), key=key, if_match=if_match))

    def agree_to_proposal(
        self,
        reference: str,
        *,
        key: str | None = None,
        if_match: str | None = None,
        **fields: Unpack[t.AgreeToProposalRequest],
    ) -> t.Done:
        """We agree. If you agree, it is fixed in exactly these words."""
        return cast("t.Done", self.post(f"disagreements/{reference}/actions/agree_to_proposal/", dict(fields), key=key, if_match=if_match))

    def book_conversation(
        self,
        reference: str,
        *,
        key: str | None = None,
        if_match: str | None = None,
        **fields: Unpack[t.BookConversationRequest],
    ) -> t.Done:
        """Book a conversation. Most disagreements are settled by talking. Say when, and who telephones whom."""
        return cast("t.Done", self.post(f"disagreements/{reference}/actions/book_conversation/", dict(fields), key=key, if_match=if_match))

    def change_party(
        self,
        reference: str,
        *,
        key: str | None = None,
        if_match: str | None = None,
        **fields: Unpack[t.ChangePartyRequest],
    ) -> t.Done:
        """Change who takes part."""
        return cast("t.Done", self.post(f"disagreements/{reference}/actions/change_party/", dict(fields), key=key, if_match=if_match))

    def change_side_process(
        self,
        reference: str,
        *,
        key: str | None = None,
        if_match: str | None = None,
        **fields: Unpack[t.ChangeSideProcessRequest],
    ) -> t.Done:
        """Change who takes part beside the steps."""
        return cast("t.Done", self.post(f"disagreements/{reference}/actions/change_side_process/", dict(fields), key=key, if_match=if_match))

    def change_situation(
        self,
        reference: str,
        *,
        key: str | None = None,
        if_match: str | None = None,
        **fields: Unpack[t.ChangeSituationRequest],
    ) -> t.Done:
        """Change the urgency or the child's status."""
        return cast("t.Done", self.post(f"disagreements/{reference}/actions/change_situation/", dict(fields), key=key, if_match=if_match))

    def close(
        self,
        reference: str,
        *,
        key: str | None = None,
        if_match: str | None = None,
        **fields: Unpack[t.CloseRequest],
    ) -> t.Done:
        """Close."""
        return cast("t.Done", self.post(f"disagreements/{reference}/actions/close/", dict(fields), key=key, if_match=if_match))

    def confirm_on_file(
        self,
        reference: str,
        *,
        key: str | None = None,
        if_match: str | None = None,
        **fields: Unpack[t.ConfirmOnFileRequest],
    ) -> t.Done:
        """Record that it is on the child's file."""
        return cast("t.Done", self.post(f"disagreements/{reference}/actions/confirm_on_file/", dict(fields), key=key, if_match=if_match))

    def confirm_outcome(
        self,
        reference: str,
        *,
        key: str | None = None,
        if_match: str | None = None,
        **fields: Unpack[t.ConfirmOutcomeRequest],
    ) -> t.Done:
        """Confirm the outcome in writing."""
        return cast("t.Done", self.post(f"disagreements/{reference}/actions/confirm_outcome/", dict(fields), key=key, if_match=if_match))

    def correct(
        self,
        reference: str,
        *,
        key: str | None = None,
        if_match: str | None = None,
        **fields: Unpack[t.CorrectRequest],
    ) -> t.Done:
        """Correct what you wrote. Nothing is overwritten: the new words are an entry of their own, and the old ones stay
        to be read beside them."""
        return cast("t.Done", self.post(f"disagreements/{reference}/actions/correct/", dict(fields), key=key, if_match=if_match))

    def decline_proposal(
        self,
        reference: str,
        *,
        key: str | None = None,
        if_match: str | None = None,
        **fields: Unpack[t.DeclineProposalRequest],
    ) -> t.Done:
        """Not yet: say what is still disagreed."""
        return cast("t.Done", self.post(f"disagreements/{reference}/actions/decline_proposal/", dict(fields), key=key, if_match=if_match))

    def dispute_outcome(
        self,
        reference: str,
        *,
        key: str | None = None,
        if_match: str | None = None,
        **fields: Unpack[t.DisputeOutcomeRequest],
    ) -> t.Done:
        """Say that it is not agreed."""
        return cast("t.Done", self.post(f"disagreements/{reference}/actions/dispute_outcome/", dict(fields), key=key, if_match=if_match))

    def end_side_process(
        self,
        reference: str,
        *,
        key: str | None = None,
        if_match: str | None = None,
        **fields: Unpack[t.EndSideProcessRequest],
    ) -> t.Done:
        """Record what came of it."""
        return cast("t.Done", self.post(f"disagreements/{reference}/actions/end_side_process/", dict(fields), key=key, if_match=if_match))

    def escalate(
        self,
        reference: str,
        *,
        key: str | None = None,
        if_match: str | None = None,
        **fields: Unpack[t.EscalateRequest],
    ) -> t.Done:
        """Escalate. Do not wait if waiting is not safe for the child."""
        return cast("t.Done", self.post(f"disagreements/{reference}/actions/escalate/", dict(fields), key=key, if_match=if_match))

    def finish_action(
        self,
        reference: str,
        *,
        key: str | None = None,
        if_match: str | None = None,
        **fields: Unpack[t.FinishActionRequest],
    ) -> t.Done:
        """Record an action as done."""
        return cast("t.Done", self.post(f"disagreements/{reference}/actions/finish_action/", dict(fields), key=key, if_match=if_match))

    def flag(
        self,
        reference: str,
        *,
        key: str | None = None,
        if_match: str | None = None,
        **fields: Unpack[t.FlagRequest],
    ) -> t.Done:
        """Mark it."""
        return cast("t.Done", self.post(f"disagreements/{reference}/actions/flag/", dict(fields), key=key, if_match=if_match))

    def link(
        self,
        reference: str,
        *,
        key: str | None = None,
        if_match: str | None = None,
        **fields: Unpack[t.LinkRequest],
    ) -> t.Done:
        """Link another disagreement."""
        return cast("t.Done", self.post(f"disagreements/{reference}/actions/link/", dict(fields), key=key, if_match=if_match))

    def pass_on(
        self,
        reference: str,
        *,
        key: str | None = None,
        if_match: str | None = None,
        **fields: Unpack[t.PassOnRequest],
    ) -> t.Done:
        """Not ours: pass it on."""
        return cast("t.Done", self.post(f"disagreements/{reference}/actions/pass_on/", dict(fields), key=key, if_match=if_match))

    def pause_clock(
        self,
        reference: str,
        *,
        key: str | None = None,
        if_match: str | None = None,
        **fields: Unpack[t.PauseClockRequest],
    ) -> t.Done:
        """Pause a clock, with a reason."""
        return cast("t.Done", self.post(f"disagreements/{reference}/actions/pause_clock/", dict(fields), key=key, if_match=if_match))

    def propose_outcome(
        self,
        reference: str,
        *,
        key: str | None = None,
        if_match: str | None = None,
        **fields: Unpack[t.ProposeOutcomeRequest],
    ) -> t.Done:
        """Propose outcome. Both sides see these words before they are fixed. The other side agrees, or says what is
        still disagreed."""
        return cast("t.Done", self.post(f"disagreements/{reference}/actions/propose_outcome/", dict(fields), key=key, if_match=if_match))

    def record_agreement(
        self,
        reference: str,
        *,
        key: str | None = None,
        if_match: str | None = None,
        **fields: Unpack[t.RecordAgreementRequest],
    ) -> t.Done:
        """Record what was agreed."""
        return cast("t.Done", self.post(f"disagreements/{reference}/actions/record_agreement/", dict(fields), key=key, if_match=if_match))

    def record_conversation(
        self,
        reference: str,
        *,
        key: str | None = None,
        if_match: str | None = None,
        **fields: Unpack[t.RecordConversationRequest],
    ) -> t.Done:
        """Record a conversation. For a conversation that has taken place, by telephone, face to face or by video."""
        return cast("t.Done", self.post(f"disagreements/{reference}/actions/record_conversation/", dict(fields), key=key, if_match=if_match))

    def record_decision(
        self,
        reference: str,
        *,
        key: str | None = None,
        if_match: str | None = None,
        **fields: Unpack[t.RecordDecisionRequest],
    ) -> t.Done:
        """Record decision."""
        return cast("t.Done", self.post(f"disagreements/{reference}/actions/record_decision/", dict(fields), key=key, if_match=if_match))

    def record_gate(
        self,
        reference: str,
        *,
        key: str | None = None,
        if_match: str | None = None,
        **fields: Unpack[t.RecordGateRequest],
    ) -> t.Done:
        """Record a check before the next step."""
        return cast("t.Done", self.post(f"disagreements/{reference}/actions/record_gate/", dict(fields), key=key, if_match=if_match))

    def record_learning(
        self,
        reference: str,
        *,
        key: str | None = None,
        if_match: str | None = None,
        **fields: Unpack[t.RecordLearningRequest],
    ) -> t.Done:
        """Record learning."""
        return cast("t.Done", self.post(f"disagreements/{reference}/actions/record_learning/", dict(fields), key=key, if_match=if_match))

    def record_progress(
        self,
        reference: str,
        *,
        key: str | None = None,
        if_match: str | None = None,
        **fields: Unpack[t.RecordProgressRequest],
    ) -> t.Done:
        """Record progress."""
        return cast("t.Done", self.post(f"disagreements/{reference}/actions/record_progress/", dict(fields), key=key, if_match=if_match))

    def record_satisfaction(
        self,
        reference: str,
        *,
        key: str | None = None,
        if_match: str | None = None,
        **fields: Unpack[t.RecordSatisfactionRequest],
    ) -> t.Done:
        """Say whether the outcome is satisfactory."""
        return cast("t.Done", self.post(f"disagreements/{reference}/actions/record_satisfaction/", dict(fields), key=key, if_match=if_match))

    def reopen(
        self,
        reference: str,
        *,
        key: str | None = None,
        if_match: str | None = None,
        **fields: Unpack[t.ReopenRequest],
    ) -> t.Done:
        """Open it again."""
        return cast("t.Done", self.post(f"disagreements/{reference}/actions/reopen/", dict(fields), key=key, if_match=if_match))

    def resume_clock(
        self,
        reference: str,
        *,
        key: str | None = None,
        if_match: str | None = None,
        **fields: Unpack[t.ResumeClockRequest],
    ) -> t.Done:
        """Start a paused clock again."""
        return cast("t.Done", self.post(f"disagreements/{reference}/actions/resume_clock/", dict(fields), key=key, if_match=if_match))

    def start_side_process(
        self,
        reference: str,
        *,
        key: str | None = None,
        if_match: str | None = None,
        **fields: Unpack[t.StartSideProcessRequest],
    ) -> t.Done:
        """Ask for something beside the steps."""
        return cast("t.Done", self.post(f"disagreements/{reference}/actions/start_side_process/", dict(fields), key=key, if_match=if_match))

    def step_back(
        self,
        reference: str,
        *,
        key: str | None = None,
        if_match: str | None = None,
        **fields: Unpack[t.StepBackRequest],
    ) -> t.Done:
        """Take it a step back."""
        return cast("t.Done", self.post(f"disagreements/{reference}/actions/step_back/", dict(fields), key=key, if_match=if_match))

    def tell_raiser(
        self,
        reference: str,
        *,
        key: str | None = None,
        if_match: str | None = None,
        **fields: Unpack[t.TellRaiserRequest],
    ) -> t.Done:
        """Record that the person who raised it was told."""
        return cast("t.Done", self.post(f"disagreements/{reference}/actions/tell_raiser/", dict(fields), key=key, if_match=if_match))

    def unflag(
        self,
        reference: str,
        *,
        key: str | None = None,
        if_match: str | None = None,
        **fields: Unpack[t.UnflagRequest],
    ) -> t.Done:
        """Take a mark away."""
        return cast("t.Done", self.post(f"disagreements/{reference}/actions/unflag/", dict(fields), key=key, if_match=if_match))

    def vary_timescale(
        self,
        reference: str,
        *,
        key: str | None = None,
        if_match: str | None = None,
        **fields: Unpack[t.VaryTimescaleRequest],
    ) -> t.Done:
        """Change a date, with a reason. A timescale may be exceeded when that is unavoidable and safe, and waiting is
        never required when it is not."""
        return cast("t.Done", self.post(f"disagreements/{reference}/actions/vary_timescale/", dict(fields), key=key, if_match=if_match))

    def withdraw(
        self,
        reference: str,
        *,
        key: str | None = None,
        if_match: str | None = None,
        **fields: Unpack[t.WithdrawRequest],
    ) -> t.Done:
        """Withdraw."""
        return cast("t.Done", self.post(f"disagreements/{reference}/actions/withdraw/", dict(fields), key=key, if_match=if_match))

    def withdraw_proposal(
        self,
        reference: str,
        *,
        key: str | None = None,
        if_match: str | None = None,
        **fields: Unpack[t.WithdrawProposalRequest],
    ) -> t.Done:
        """Take the proposal back."""
        return cast("t.Done", self.post(f"disagreements/{reference}/actions/withdraw_proposal/", dict(fields), key=key, if_match=if_match))

    def chronology(self, reference: str) -> list[t.Entry]:
        """Read its chronology. Everything that happened to it, in order."""
        return cast("list[t.Entry]", self.get(f"disagreements/{reference}/chronology/"))

    def deadlines(self, reference: str) -> list[t.Deadline]:
        """Read its timescales. Its running clocks, the soonest first, each with its words and how its date was counted."""
        return cast("list[t.Deadline]", self.get(f"disagreements/{reference}/deadlines/"))

    def files(self, reference: str) -> list[t.File]:
        """List its files. The files that lie with a disagreement. What was taken away stands in the chronology alone."""
        return cast("list[t.File]", self.get(f"disagreements/{reference}/files/"))

    def drafts(self) -> list[t.Draft]:
        """List your drafts. Drafts that you may write in. A program begins one with what it knows, and its person
        completes it on the page: what they read there before they raise it is theirs to check."""
        return cast("list[t.Draft]", self.get("drafts/"))

    def begin_draft(
        self,
        *,
        more: Mapping[str, Any] | None = None,
        key: str | None = None,
        query: Mapping[str, str] | None = None,
        **fields: Unpack[t.DraftRequest],
    ) -> t.Draft:
        """Begin a draft. With as much of the form as is known: nothing is required. What it takes is read at raising/."""
        return cast("t.Draft", self.post("drafts/", {**fields, **(more or {})}, key=key, query=query))

    def discard_draft(self, key: str) -> None:
        """Discard a draft. Nothing is kept of a draft that is discarded. Only whoever began it does that."""
        self.post(f"drafts/{key}/discard/", {})

    def members(self, **query: Unpack[t.MembersQuery]) -> Iterator[t.Member]:
        """List who has access. Everybody with access: for those who look after the partnership, as the page of people
        is."""
        return self.pages("members/", dict(query))

    def protocol(self) -> t.ProtocolVersion:
        """Read the protocol. The protocol in force today."""
        return cast("t.ProtocolVersion", self.get("protocol/"))

    def raise_form(self, **query: Unpack[t.RaiseFormQuery]) -> t.RaisingForm:
        """What raising takes. What raising a disagreement takes here. Some of it depends on what is known: send that, to
        be asked the rest."""
        return cast("t.RaisingForm", self.get("raising/", dict(query)))
