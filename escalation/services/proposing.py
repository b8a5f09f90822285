"""The outcome made together: one side proposes a text, the other agrees to it word for word, or says what is still disagreed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from partnerships.protocol import Protocol

from ..models import ChronologyEntry, Disagreement, ProposedOutcome
from ..moves import FactValue, Happened, NotPermitted, Refused, Verdict
from ..permissions import Viewer, ties
from ..proposals import NONE_WAITS, awaited_from, may_answer, may_propose, may_take_back, pending, side_of
from ..requirements import question_words
from ..states import Kind
from .doing import do
from .planning import Planned, checked, joined, plan_words
from .steps import outcome_words, settle

NOT_THE_LATEST = "The proposal was changed while you were reading. Read what it says now, then answer."
THEIR_OWN = "You proposed these words, so somebody else answers."
Ended = ProposedOutcome.Ended


def propose_outcome(
    disagreement_id: int,
    *,
    viewer: Viewer,
    version: int,
    text: str,
    outstanding: str = "",
    plan: Iterable[Planned] = (),
    answers: Mapping[str, str] | None = None,
    **doing: Any,
) -> ChronologyEntry:
    """The text that both sides see before it is fixed, with its actions and the answers to what the protocol asks on agreeing.
    It moves nothing. One that waits already is replaced, whichever side proposed it; both stay on the record."""
    actions, said = list(plan), list[str]()
    if not text.strip():
        raise Refused("Write down the outcome that you propose.")

    def change(d: Disagreement, at: datetime) -> Happened:
        tied = ties(viewer, d, d.parties.all())
        _or_refuse(may_propose(d, tied))
        checked(d, actions)
        happened = d.talk_over(kind=Kind.OUTCOME_PROPOSED, data={"proposed_by": side_of(tied)})
        former = pending(d)
        if former is not None:
            _end(former, Ended.REPLACED, by=viewer, at=at)
        proposed = ProposedOutcome.objects.create(
            disagreement=d,
            side=side_of(tied),
            text=text.strip(),
            outstanding=outstanding.strip(),
            plan=[{"what": one.what.strip(), "owner": one.owner.strip(), "due": one.due.isoformat()} for one in actions],
            answers=dict(answers or {}),
            proposed_by=viewer.user,
            proposed_at=at,
        )
        said.append(words_of(proposed, d.protocol))
        replaced = {"replaces": former.pk} if former is not None else {}
        return Happened(happened.kind, {**happened.data, "proposal": proposed.pk, **replaced})

    return do(
        disagreement_id, verb="propose_outcome", viewer=viewer, version=version, change=change, words=lambda: said[0], **doing
    )


def agree_to_proposal(
    disagreement_id: int,
    *,
    viewer: Viewer,
    version: int,
    proposal: int,
    answers: Mapping[str, str] | None = None,
    **doing: Any,
) -> ChronologyEntry:
    """The other side agrees: exactly that text and those actions are recorded as the agreement, by the same rule as any other.
    `proposal` is what they read; `answers` only to what the protocol has come to ask since it was proposed."""
    fixed = list[str]()

    def change(d: Disagreement, at: datetime) -> Happened:
        waiting = _answerable(d, proposal, viewer)
        happened = settle(
            d, text=waiting.text, outstanding=waiting.outstanding, plan=planned(waiting), viewer=viewer, at=at, proposal=waiting
        )
        _end(waiting, Ended.AGREED, by=viewer, at=at)
        fixed.append(words_of(waiting, d.protocol, answers or {}))
        about: dict[str, FactValue] = {"proposal": waiting.pk, "proposed_by": waiting.side, "proposer": waiting.proposed_by_id}
        return Happened(happened.kind, {**happened.data, **about})

    return do(
        disagreement_id, verb="agree_to_proposal", viewer=viewer, version=version, change=change,
        words=lambda: fixed[0], **doing,
    )  # fmt: skip


def decline_proposal(
    disagreement_id: int, *, viewer: Viewer, version: int, proposal: int, reason: str, **doing: Any
) -> ChronologyEntry:
    """Not yet: what is still disagreed, for the other side to read. The proposal stays to be read, as not agreed."""
    if not reason.strip():
        raise Refused("Say what is still disagreed.")

    def change(d: Disagreement, at: datetime) -> Happened:
        waiting = _answerable(d, proposal, viewer)
        about = {"proposal": waiting.pk, "answered_by": str(awaited_from(d)), "proposer": waiting.proposed_by_id}
        waiting.reply = reason.strip()
        _end(waiting, Ended.NOT_AGREED, by=viewer, at=at)
        return d.talk_over(kind=Kind.PROPOSAL_NOT_AGREED, data=about)

    return do(disagreement_id, verb="decline_proposal", viewer=viewer, version=version, change=change, words=reason, **doing)


def withdraw_proposal(disagreement_id: int, *, viewer: Viewer, version: int, reason: str = "", **doing: Any) -> ChronologyEntry:
    """The side that proposed it takes it back, as long as nobody has answered."""

    def change(d: Disagreement, at: datetime) -> Happened:
        _or_refuse(may_take_back(d, ties(viewer, d, d.parties.all())))
        waiting = _waiting(d)
        _end(waiting, Ended.WITHDRAWN, by=viewer, at=at)
        return d.talk_over(kind=Kind.PROPOSAL_WITHDRAWN, data={"proposal": waiting.pk, "proposed_by": waiting.side})

    return do(disagreement_id, verb="withdraw_proposal", viewer=viewer, version=version, change=change, words=reason, **doing)


def words_of(proposal: ProposedOutcome, protocol: Protocol, answers: Mapping[str, str] | None = None) -> str:
    """A proposal as the words of an entry: as it is proposed and, word for word the same, as it is agreed."""
    outcome = outcome_words(proposal.text, proposal.outstanding)
    asked = question_words(protocol, {**proposal.answers, **(answers or {})})
    return joined(outcome, plan_words(planned(proposal)), asked)


def planned(proposal: ProposedOutcome) -> list[Planned]:
    return [Planned(one["what"], one["owner"], date.fromisoformat(one["due"])) for one in proposal.plan]


def _waiting(d: Disagreement) -> ProposedOutcome:
    found = pending(d)
    if found is None:
        raise Refused(NONE_WAITS)
    return found


def _answerable(d: Disagreement, proposal: int, viewer: Viewer) -> ProposedOutcome:
    """The proposal that waits, if it is the one that was read, and this person's side is asked."""
    waiting = _waiting(d)
    _or_refuse(may_answer(d, ties(viewer, d, d.parties.all())))
    if waiting.pk != proposal:
        raise Refused(NOT_THE_LATEST)
    if waiting.proposed_by_id == viewer.user.pk:  # who has come over to the other side since
        raise NotPermitted(THEIR_OWN)
    return waiting


def _or_refuse(verdict: Verdict) -> None:
    if not verdict:
        raise NotPermitted(verdict.sentence)


def _end(proposal: ProposedOutcome, how: ProposedOutcome.Ended, *, by: Viewer, at: datetime) -> None:
    proposal.ended, proposal.ended_by, proposal.ended_at = how, by.user, at
    proposal.save()
