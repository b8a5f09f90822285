"""The verbs that move a disagreement: up, back, agreed, confirmed, decided, reopened, closed, withdrawn."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from partnerships.ladder import Position, moves_from

from ..models import Check, ChronologyEntry, Disagreement, Outcome
from ..moves import Happened, Refused
from ..permissions import Viewer
from ..requirements import undone
from ..states import Kind
from .doing import do
from .particulars import Person
from .raising import join


def escalate(
    disagreement_id: int,
    *,
    viewer: Viewer,
    version: int,
    to: Position,
    reason: str,
    gates: Iterable[str] = (),
    people: Iterable[Person] = (),
    **doing: Any,
) -> ChronologyEntry:
    """One allowed step up. `gates` are the protocol's checks that the person records in the same breath (H 2.8)."""
    if not reason.strip():
        raise Refused("Say why it moves up: what was tried, and what is still not agreed.")

    def change(d: Disagreement, at: datetime) -> Happened:
        moves = moves_from(d.protocol, d.position, d.facts) if d.stage else ()  # what was only logged as settled stands nowhere
        known = {gate.key for move in moves for gate in move.gates}
        for key in sorted(set(gates) & known):
            Check.objects.create(disagreement=d, what=f"gate:{key}", by=viewer.user, at=at)
        recorded = frozenset(
            what.removeprefix("gate:") for what in d.checks.filter(what__startswith="gate:").values_list("what", flat=True)
        )
        happened = d.escalate_to(to=to, direct_reason=bool(reason.strip()), gates_recorded=recorded)
        # What was agreed and never confirmed holds no longer: the next outcome is another row.
        d.outcomes.filter(confirmed_at=None, disputed_at=None).update(disputed_at=at)
        for person in people:
            join(d, person, at=at)
        return Happened(happened.kind, {**happened.data, "gates": sorted(set(gates) & known)})

    return do(disagreement_id, verb="escalate", viewer=viewer, version=version, change=change, words=reason, **doing)


def step_back(disagreement_id: int, *, viewer: Viewer, version: int, reason: str, **doing: Any) -> ChronologyEntry:
    if not reason.strip():
        raise Refused("Say why it is taken a step back.")
    return do(
        disagreement_id,
        verb="step_back",
        viewer=viewer,
        version=version,
        change=lambda d, _: d.step_back(),
        words=reason,
        **doing,
    )


def record_agreement(
    disagreement_id: int, *, viewer: Viewer, version: int, text: str, outstanding: str = "", **doing: Any
) -> ChronologyEntry:
    """What the two sides agreed. Whether it must still be confirmed in writing is the protocol's choice (B Stage One)."""
    if not text.strip():
        raise Refused("Write down what was agreed.")

    def change(d: Disagreement, at: datetime) -> Happened:
        happened = d.record_agreement()
        Outcome.objects.create(
            disagreement=d,
            how=Outcome.How.AGREED,
            text=text.strip(),
            outstanding=outstanding.strip(),
            recorded_by=viewer.user,
            recorded_at=at,
            confirmed_at=at if d.ended else None,
        )
        return happened

    return do(
        disagreement_id, verb="record_agreement", viewer=viewer, version=version, change=change,
        words=_outcome_words(text, outstanding), **doing,
    )  # fmt: skip


def confirm_outcome(
    disagreement_id: int, *, viewer: Viewer, version: int, text: str = "", outstanding: str = "", **doing: Any
) -> ChronologyEntry:
    """The receiving manager's word in writing to their counterpart: the outcome as it stands, or worded afresh."""

    def change(d: Disagreement, at: datetime) -> Happened:
        happened = d.confirm_outcome()
        outcome = d.outcomes.filter(disputed_at=None).order_by("-recorded_at", "-pk").first()
        if outcome is not None:
            outcome.text = text.strip() or outcome.text
            outcome.outstanding = outstanding.strip() or outcome.outstanding
            outcome.confirmed_at = at
            outcome.save()
        return happened

    return do(
        disagreement_id, verb="confirm_outcome", viewer=viewer, version=version, change=change,
        words=_outcome_words(text, outstanding), **doing,
    )  # fmt: skip


def dispute_outcome(disagreement_id: int, *, viewer: Viewer, version: int, reason: str, **doing: Any) -> ChronologyEntry:
    if not reason.strip():
        raise Refused("Say what is not agreed after all.")

    def change(d: Disagreement, at: datetime) -> Happened:
        happened = d.dispute_outcome()
        d.outcomes.filter(disputed_at=None, confirmed_at=None).update(disputed_at=at)
        return happened

    return do(disagreement_id, verb="dispute_outcome", viewer=viewer, version=version, change=change, words=reason, **doing)


def record_decision(
    disagreement_id: int, *, viewer: Viewer, version: int, text: str, outstanding: str = "", **doing: Any
) -> ChronologyEntry:
    """The conclusion or decision of whoever the protocol gives the last word at this stage."""
    if not text.strip():
        raise Refused("Write down what was decided.")

    def change(d: Disagreement, at: datetime) -> Happened:
        happened = d.record_decision()
        Outcome.objects.create(
            disagreement=d,
            how=Outcome.How.DECIDED,
            text=text.strip(),
            outstanding=outstanding.strip(),
            recorded_by=viewer.user,
            recorded_at=at,
            confirmed_at=at,
        )
        return happened

    return do(
        disagreement_id, verb="record_decision", viewer=viewer, version=version, change=change,
        words=_outcome_words(text, outstanding), **doing,
    )  # fmt: skip


def reopen(disagreement_id: int, *, viewer: Viewer, version: int, reason: str, **doing: Any) -> ChronologyEntry:
    if not reason.strip():
        raise Refused("Say why it is opened again.")
    return do(
        disagreement_id, verb="reopen", viewer=viewer, version=version, change=lambda d, _: d.reopen(), words=reason, **doing
    )


def close(disagreement_id: int, *, viewer: Viewer, version: int, note: str = "", **doing: Any) -> ChronologyEntry:
    """The end. Refused while something that the protocol asks for on closing is not recorded."""

    def change(d: Disagreement, at: datetime) -> Happened:
        happened = d.close()
        agencies = [a for a in (d.raising_agency_id, d.receiving_agency_id) if a]
        checks = _checks_since_reopening(d).values_list("what", "agency_id")
        missing = undone(d.protocol, stage=d.stage, checks=checks, agencies=agencies, thematic=d.thematic)
        if missing:
            asks = " ".join(asked.asks or asked.what.replace("_", " ").capitalize() + "." for asked in missing)
            raise Refused(f"Before it is closed, record this: {asks}")
        return happened

    return do(disagreement_id, verb="close", viewer=viewer, version=version, change=change, words=note, **doing)


def _checks_since_reopening(d: Disagreement) -> QuerySet[Check]:
    """What was recorded of an earlier outcome says nothing of the next one: after a reopening it is asked for again."""
    reopened = d.chronology.filter(kind=Kind.REOPENED).order_by("-seq").values_list("at", flat=True).first()
    return d.checks.filter(at__gte=reopened) if reopened else d.checks.all()


def withdraw(
    disagreement_id: int, *, viewer: Viewer, version: int, reason: str, referred_to: str = "", **doing: Any
) -> ChronologyEntry:
    """Ended without a resolution, or referred to where it belongs."""
    if not reason.strip():
        raise Refused("Say why it is withdrawn.")
    words = f"{reason.strip()}\n\nReferred to: {referred_to.strip()}" if referred_to.strip() else reason
    return do(
        disagreement_id, verb="withdraw", viewer=viewer, version=version,
        change=lambda d, _: d.withdraw(referred_elsewhere=bool(referred_to.strip())), words=words, **doing,
    )  # fmt: skip


def _outcome_words(text: str, outstanding: str) -> str:
    return f"{text.strip()}\n\nStill outstanding: {outstanding.strip()}" if outstanding.strip() else text.strip()
