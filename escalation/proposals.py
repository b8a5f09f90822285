"""The outcome that one side has proposed and the other has not answered yet: whose it is, and who may answer; writes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from partnerships.protocol import Protocol
from partnerships.protocol_terms import Side
from partnerships.written import joined

from .models import Disagreement, ProposedOutcome
from .moves import YES, Verdict, no
from .permissions import Ties

OTHER = {Side.RAISING.value: Side.RECEIVING, Side.RECEIVING.value: Side.RAISING}
NONE_WAITS = gettext_noop("No outcome is proposed now.")


def awaited_from(disagreement: Disagreement) -> Side | None:
    """Whose answer to a proposed outcome it waits for. Of its own row: lists ask it of every line."""
    return OTHER.get(disagreement.proposed_by_side)


def pending(disagreement: Disagreement) -> ProposedOutcome | None:
    """The proposal that waits for the other side's answer. No query where none waits, nor where they were prefetched."""
    if not disagreement.proposed_by_side:
        return None
    return next((each for each in proposals(disagreement) if not each.ended), None)


def proposals(disagreement: Disagreement) -> list[ProposedOutcome]:
    """Every one that there was, the newest last. Prefetch "proposals__proposed_by" and "proposals__ended_by"."""
    return list(disagreement.proposals.all())


@dataclass(frozen=True)
class Shown:
    """A proposal as it is read: its words, who does what by when, and the answers to the protocol's own questions."""

    text: str
    outstanding: str = ""
    plan: tuple[tuple[str, str, date], ...] = ()
    answers: tuple[tuple[str, str], ...] = ()


def shown(proposal: ProposedOutcome, protocol: Protocol) -> Shown:
    return Shown(
        text=proposal.text,
        outstanding=proposal.outstanding,
        plan=tuple((one["what"], one["owner"], date.fromisoformat(one["due"])) for one in proposal.plan),
        answers=tuple((q.asks, proposal.answers[q.key]) for q in protocol.questions if proposal.answers.get(q.key)),
    )


def sides_of(tied: Ties) -> frozenset[str]:
    return tied.sides | ({Side.RAISING.value} if tied.is_raiser else frozenset())


def side_of(tied: Ties) -> str:
    """For which side somebody proposes; whoever acts for both, for the one that raised it."""
    return min(sides_of(tied), default="")


def may_propose(disagreement: Disagreement, tied: Ties) -> Verdict:
    """Where the protocol leaves recording an agreement to one side, the other proposes: or nobody could agree to it."""
    if not any(may_record(disagreement.protocol, disagreement.stage, OTHER[side]) for side in sides_of(tied)):
        return no(_("Under this protocol the other side does not record what is agreed, so record it yourself."))
    return YES


def may_record(protocol: Protocol, stage: str, side: Side) -> bool:
    """Whether the protocol lets anybody of this side record what is agreed at this stage."""
    for permit in protocol.permits:
        if permit.act != "agree" or not permit.by or stage not in (permit.stages or (stage,)):
            continue
        keys = [key.rpartition(".") for key in permit.by]
        return any(prefix in ("", side) and protocol.role(key).side in (Side.BOTH, side) for prefix, _, key in keys)
    return True


def may_answer(disagreement: Disagreement, tied: Ties) -> Verdict:
    """Only the other side answers: whoever acts for both does not agree with themselves, and the office is neither."""
    awaited = awaited_from(disagreement)
    if awaited is None:
        return no(_(NONE_WAITS))
    if sides_of(tied) == {awaited}:
        return YES
    raising, receiving = _("The raising side answers."), _("The receiving side answers.")
    answers = raising if awaited == Side.RAISING else receiving
    return no(joined(_("Your side proposed it."), answers) if sides_of(tied) else answers)


def may_take_back(disagreement: Disagreement, tied: Ties) -> Verdict:
    if not disagreement.proposed_by_side:
        return no(_(NONE_WAITS))
    return YES if disagreement.proposed_by_side in sides_of(tied) else no(_("The side that proposed it takes it back."))
