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

    def add_closure(self, *, key: str | None = None, **fields: Unpack[t.ClosureRequest]) -> t.Moved:
        """Add a day off. By those who look after the partnership. Running timescales are counted again."""
        return cast("t.Moved", self.post("closures/", dict(fields), key=key))

    def remove_closure(self, day: str, *, key: str | None = None) -> t.Moved:
        """Take a day off away. The day counts as a working day again."""
        return cast("t.Moved", self.post(f"closures/{day}/remove/", {}, key=key))

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

    def access(self, reference: str) -> list[t.Invited]:
        """List who was let in. Who was let in to read this one: those alone whose access you may end."""
        return cast("list[t.Invited]", self.get(f"disagreements/{reference}/access/"))

    def end_access(
        self,
        reference: str,
        number: str,
        *,
        key: str | None = None,
        **fields: Unpack[t.EndAccessRequest],
    ) -> t.Done:
        """End somebody's access. A wrong recipient, taken out at once: their link is dead and their place is empty."""
        return cast("t.Done", self.post(f"disagreements/{reference}/access/{number}/end/", dict(fields), key=key))

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

    def chase(self, reference: str, *, key: str | None = None) -> t.Done:
        """Remind them. One considered reminder to whoever's turn it is. Whoever was reminded is left in peace for three
        working days; who was left out, and why, stands in the warnings."""
        return cast("t.Done", self.post(f"disagreements/{reference}/chase/", {}, key=key))

    def chronology(self, reference: str) -> list[t.Entry]:
        """Read its chronology. Everything that happened to it, in order."""
        return cast("list[t.Entry]", self.get(f"disagreements/{reference}/chronology/"))

    def deadlines(self, reference: str) -> list[t.Deadline]:
        """Read its timescales. Its running clocks, the soonest first, each with its words and how its date was counted."""
        return cast("list[t.Deadline]", self.get(f"disagreements/{reference}/deadlines/"))

    def files(self, reference: str) -> list[t.File]:
        """List its files. The files that lie with a disagreement. What was taken away stands in the chronology alone."""
        return cast("list[t.File]", self.get(f"disagreements/{reference}/files/"))

    def follow(self, reference: str, *, key: str | None = None, **fields: Unpack[t.FollowRequest]) -> t.Done:
        """Say who follows it. Who in the office follows it: the person of a member, or "nobody"."""
        return cast("t.Done", self.post(f"disagreements/{reference}/follow/", dict(fields), key=key))

    def for_whom(self, reference: str) -> list[t.Recordable]:
        """List for whom can be recorded. Everybody who takes part, each with what can be recorded for them now: from a
        telephone call, an e-mail or a talk."""
        return cast("list[t.Recordable]", self.get(f"disagreements/{reference}/for-somebody/"))

    def record_for_form(self, reference: str, party: str, verb: str) -> t.RecordingForm:
        """What is asked to record it. What somebody said or wrote, recorded by the office for them and marked so. They
        are told."""
        return cast("t.RecordingForm", self.get(f"disagreements/{reference}/for-somebody/{party}/{verb}/"))

    def record_for(
        self,
        reference: str,
        party: str,
        verb: str,
        *,
        more: Mapping[str, Any] | None = None,
        key: str | None = None,
        if_match: str | None = None,
        **fields: Unpack[t.ForSomebodyRequest],
    ) -> t.Done:
        """Record it for somebody. What somebody said or wrote, recorded by the office for them and marked so. They are
        told."""
        return cast("t.Done", self.post(f"disagreements/{reference}/for-somebody/{party}/{verb}/", {**fields, **(more or {})}, key=key, if_match=if_match))

    def merge(
        self,
        reference: str,
        *,
        key: str | None = None,
        if_match: str | None = None,
        **fields: Unpack[t.MergeRequest],
    ) -> t.Done:
        """Put two together. It ends, and leads to the one that goes on. Everybody of both reads both from then on."""
        return cast("t.Done", self.post(f"disagreements/{reference}/merge/", dict(fields), key=key, if_match=if_match))

    def part(
        self,
        reference: str,
        *,
        key: str | None = None,
        if_match: str | None = None,
        **fields: Unpack[t.PartRequest],
    ) -> t.Done:
        """Part two again. They were two after all: this one is open again where it stood."""
        return cast("t.Done", self.post(f"disagreements/{reference}/part/", dict(fields), key=key, if_match=if_match))

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

    def behind(self, **query: Unpack[t.BehindQuery]) -> Iterator[t.Disagreement]:
        """List what stands behind a number. The disagreements behind one number, by its key and for the period of its
        figure."""
        return self.pages("insight/behind/", dict(query))

    def figure(self, measure: str, **query: Unpack[t.FigureQuery]) -> t.Figure:
        """Read a figure as it is. A figure as it is, with the keys of what stands behind each number: for the
        partnership office. Small counts can point at one child or one person."""
        return cast("t.Figure", self.get(f"insight/figures/{measure}/", dict(query)))

    def measures(self) -> list[t.Measure]:
        """List the measures. Everything that is counted, in the order of the pages."""
        return cast("list[t.Measure]", self.get("insight/measures/"))

    def published_figure(self, measure: str, **query: Unpack[t.PublishedFigureQuery]) -> t.Figure:
        """Read a published figure. A figure as it may be published, for a dashboard that has no right to read
        disagreements: of one financial year that is over, with small counts hidden and nothing behind them. Any other
        period could be taken from one of these."""
        return cast("t.Figure", self.get(f"insight/published/{measure}/", dict(query)))

    def silence(self) -> t.Silence:
        """List silent agencies. Agencies that raised none in so many months, by name: a question to each of them."""
        return cast("t.Silence", self.get("insight/silence/"))

    def learning_action(self, number: str) -> t.ActionDone:
        """Read an action. One action, for whoever does it and for the office."""
        return cast("t.ActionDone", self.get(f"learning/actions/{number}/"))

    def say_how_learning_stands(
        self,
        number: str,
        *,
        key: str | None = None,
        **fields: Unpack[t.LearningProgressRequest],
    ) -> t.ActionDone:
        """Say how an action stands. One action, for whoever does it and for the office."""
        return cast("t.ActionDone", self.post(f"learning/actions/{number}/", dict(fields), key=key))

    def change_learning_action(
        self,
        number: str,
        *,
        key: str | None = None,
        **fields: Unpack[t.LearningActionRequest],
    ) -> t.ActionDone:
        """Change an action. Another day, or somebody else who does it. `version` is the action's."""
        return cast("t.ActionDone", self.post(f"learning/actions/{number}/change/", dict(fields), key=key))

    def learning_items(self, **query: Unpack[t.LearningItemsQuery]) -> Iterator[t.Item]:
        """List learning items. What the partnership learned and follows."""
        return self.pages("learning/items/", dict(query))

    def add_learning_item(self, *, key: str | None = None, **fields: Unpack[t.LearningItemRequest]) -> t.WholeItem:
        """Write down an item. From records of disagreements, or from a theme alone. Say in your own words what was
        learned, and name nobody."""
        return cast("t.WholeItem", self.post("learning/items/", dict(fields), key=key))

    def learning_item(self, number: str) -> t.WholeItem:
        """Read an item. One item, with its actions and every step."""
        return cast("t.WholeItem", self.get(f"learning/items/{number}/"))

    def add_learning_action(
        self,
        number: str,
        *,
        key: str | None = None,
        **fields: Unpack[t.LearningActionRequest],
    ) -> t.WholeItem:
        """Add an action. What is to be done, by whom and by when. `version` is the item's."""
        return cast("t.WholeItem", self.post(f"learning/items/{number}/actions/", dict(fields), key=key))

    def ask_learning_on(self, number: str, *, key: str | None = None, **fields: Unpack[t.AskOnRequest]) -> t.WholeItem:
        """Ask on another day. Another day on which it is asked whether it changed anything."""
        return cast("t.WholeItem", self.post(f"learning/items/{number}/ask-on/", dict(fields), key=key))

    def change_learning_item(
        self,
        number: str,
        *,
        key: str | None = None,
        **fields: Unpack[t.LearningItemChangeRequest],
    ) -> t.WholeItem:
        """Change an item. What it says from now on, the whole of it. What it said before is not kept."""
        return cast("t.WholeItem", self.post(f"learning/items/{number}/change/", dict(fields), key=key))

    def judge_learning(
        self,
        number: str,
        *,
        key: str | None = None,
        **fields: Unpack[t.JudgementRequest],
    ) -> t.WholeItem:
        """Say what it changed. Did it change anything? The office's own answer, in words; perhaps to be asked again on a
        day."""
        return cast("t.WholeItem", self.post(f"learning/items/{number}/judge/", dict(fields), key=key))

    def return_rounds(self) -> list[t.Round]:
        """List rounds of returns. Every round so far, the newest first; the last 40."""
        return cast("list[t.Round]", self.get("learning/returns/"))

    def ask_for_returns(self, *, key: str | None = None, **fields: Unpack[t.AskNowRequest]) -> t.Round:
        """Ask the agencies now. About days that are over, without waiting for the usual day."""
        return cast("t.Round", self.post("learning/returns/", dict(fields), key=key))

    def return_round(self, number: str) -> t.WholeRound:
        """Read a round. One round: who has answered and who has not, by name, and what was answered."""
        return cast("t.WholeRound", self.get(f"learning/returns/{number}/"))

    def answer_return(
        self,
        number: str,
        agency: str,
        *,
        key: str | None = None,
        **fields: Unpack[t.ReturnRequest],
    ) -> t.Answered:
        """Answer a return. One agency's answers, by its lead or a senior manager, or by the office for whoever tells it
        (`told_by`). Answers that are sent again take the place of those before."""
        return cast("t.Answered", self.post(f"learning/returns/{number}/agencies/{agency}/", dict(fields), key=key))

    def returns_arranged(self) -> t.Arranged:
        """Read how returns are arranged. How often agencies are asked."""
        return cast("t.Arranged", self.get("learning/returns/arranged/"))

    def arrange_returns(self, *, key: str | None = None, **fields: Unpack[t.ArrangeReturnsRequest]) -> t.Arranged:
        """Arrange the returns. How often agencies are asked."""
        return cast("t.Arranged", self.post("learning/returns/arranged/", dict(fields), key=key))

    def learning_to_take_up(self) -> list[t.Learned]:
        """List what waits to be taken up. What was recorded on disagreements and is in no item yet; at most the newest
        500."""
        return cast("list[t.Learned]", self.get("learning/to-take-up/"))

    def meetings(self, **query: Unpack[t.MeetingsQuery]) -> Iterator[t.Meeting]:
        """List meetings. Every meeting that was entered."""
        return self.pages("meetings/", dict(query))

    def add_meeting(self, *, key: str | None = None, **fields: Unpack[t.MeetingRequest]) -> t.WholeMeeting:
        """Enter a meeting. `group`: a sub-group of the protocol's, "another" with its name in `named`, or "-" for the
        office's own."""
        return cast("t.WholeMeeting", self.post("meetings/", dict(fields), key=key))

    def meeting(self, number: str) -> t.WholeMeeting:
        """Read a meeting. One meeting, with its decisions and the packs that were issued."""
        return cast("t.WholeMeeting", self.get(f"meetings/{number}/"))

    def record_meeting_decision(
        self,
        number: str,
        *,
        key: str | None = None,
        **fields: Unpack[t.DecisionRequest],
    ) -> t.Decision:
        """Record what it decided. What the meeting decided. The next pack says it, and whether it was done."""
        return cast("t.Decision", self.post(f"meetings/{number}/decisions/", dict(fields), key=key))

    def issue_pack(self, number: str, *, key: str | None = None) -> t.WholeIssued:
        """Issue its pack. The pack of a meeting, as it is now: it stays so."""
        return cast("t.WholeIssued", self.post(f"meetings/{number}/issue/", {}, key=key))

    def meeting_decision_done(
        self,
        number: str,
        *,
        key: str | None = None,
        **fields: Unpack[t.DecisionDoneRequest],
    ) -> t.Decision:
        """Say that it is done. That what was decided is done, and what came of it."""
        return cast("t.Decision", self.post(f"meetings/decisions/{number}/done/", dict(fields), key=key))

    def issued(self, **query: Unpack[t.IssuedQuery]) -> Iterator[t.Issued]:
        """List what was issued. Every pack and report that was issued."""
        return self.pages("meetings/issued/", dict(query))

    def issued_one(self, number: str) -> t.WholeIssued:
        """Read what was issued. One of them, word for word and number for number as it was issued."""
        return cast("t.WholeIssued", self.get(f"meetings/issued/{number}/"))

    def waiting(self) -> t.Queue:
        """List what waits. What waits for a sub-group, the longest waiting first: for the office, and for those who
        decide there."""
        return cast("t.Queue", self.get("meetings/waiting/"))

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

    def search(self, **fields: Unpack[t.SearchRequest]) -> t.PaginatedFoundList:
        """Search what was written. Everything that you may see in which all of the words stand, the newest first. To go
        on, send the same body to next."""
        return cast("t.PaginatedFoundList", self.post("search/", dict(fields)))

    def tracker_views(self) -> list[t.View]:
        """List the views of the tracker. The views that are always there, then your own and those that the office
        shares."""
        return cast("list[t.View]", self.get("tracker/views/"))

    def tracker_view(self, key: str, **query: Unpack[t.TrackerViewQuery]) -> Iterator[t.Disagreement]:
        """List what a view shows. What one view shows, in its own order. Beyond ten thousand, count says that there are
        more."""
        return self.pages(f"tracker/views/{key}/", dict(query))

    def webhooks(self) -> list[t.Endpoint]:
        """List the systems that are told. The systems that are told that something happened. What they are told is in
        the how-to page on connecting a system."""
        return cast("list[t.Endpoint]", self.get("webhooks/"))

    def add_webhook(self, *, key: str | None = None, **fields: Unpack[t.WebhookRequest]) -> t.Made:
        """Have a system told. `of`: the key of an agency, whose disagreements alone it is told of, or all."""
        return cast("t.Made", self.post("webhooks/", dict(fields), key=key))

    def end_webhook(self, number: str, *, key: str | None = None) -> None:
        """Tell a system nothing any more. It is told nothing any more, and cannot be started again."""
        self.post(f"webhooks/{number}/end/", {}, key=key)

    def replay_webhook(self, number: str, *, key: str | None = None, **fields: Unpack[t.ReplayRequest]) -> t.Replayed:
        """Send again. What it was told is sent again, under the same ids: everything since a moment, or one thing."""
        return cast("t.Replayed", self.post(f"webhooks/{number}/replay/", dict(fields), key=key))

    def test_webhook(self, number: str, *, key: str | None = None) -> t.Tried:
        """Send a system a test. Something that is about nothing is sent at once, and once."""
        return cast("t.Tried", self.post(f"webhooks/{number}/test/", {}, key=key))
