"""The verbs that move a disagreement: up, back, agreed, confirmed, decided, reopened, withdrawn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from partnerships.ladder import Position, moves_from
from partnerships.protocol_sentences import listed

from ..clocks import end_of
from ..models import Check, ChronologyEntry, Disagreement, Outcome, ProposedOutcome, SideProcessRecord
from ..moves import FactValue, Happened, Refused
from ..permissions import Viewer
from ..requirements import grounds_at
from ..sentences import SEEN_BY_BOTH
from ..turns import silences
from .doing import do
from .joining import join_all
from .particulars import Person
from .planning import Planned, joined, keep_plan, plan_words


def escalate(
    disagreement_id: int,
    *,
    viewer: Viewer,
    version: int,
    to: Position,
    reason: str,
    gates: Iterable[str] = (),
    people: Iterable[Person] = (),
    ground: str = "",
    answered: str = "",
    **doing: Any,
) -> ChronologyEntry:
    """One allowed step up. `gates` are the protocol's checks that the person records in the same breath (H 2.8); `ground`
    is why, of those that the protocol lists for this stage; `answered` are its own questions with their answers."""
    if not reason.strip():
        raise Refused("Say why it moves up: what was tried, and what is still not agreed.")

    def change(d: Disagreement, at: datetime) -> Happened:
        moves = moves_from(d.protocol, d.position, d.facts) if d.stage else ()  # what was only logged as settled stands nowhere
        _one_of_the_grounds(d, ground)
        known = {gate.key for move in moves for gate in move.gates}
        for key in sorted(set(gates) & known):
            Check.objects.create(disagreement=d, what=f"gate:{key}", by=viewer.user, at=at)
        recorded = frozenset(
            what.removeprefix("gate:") for what in d.checks.filter(what__startswith="gate:").values_list("what", flat=True)
        )
        happened = d.escalate_to(to=to, direct_reason=bool(reason.strip()), gates_recorded=recorded)
        # What was agreed and never confirmed holds no longer: the next outcome is another row.
        d.outcomes.filter(confirmed_at=None, disputed_at=None).update(disputed_at=at)
        join_all(d, people, at=at)
        because = {"ground": ground} if ground else {}
        return Happened(happened.kind, {**happened.data, "gates": sorted(set(gates) & known), **because})

    words = joined(reason, answered)
    return do(disagreement_id, verb="escalate", viewer=viewer, version=version, change=change, words=words, **doing)


def _one_of_the_grounds(d: Disagreement, ground: str) -> None:
    known = grounds_at(d.protocol, stage=d.stage)
    if known and ground not in {one.key for one in known}:
        names = "; ".join(one.name for one in known)
        raise Refused(f"Choose the ground on which it moves up. The protocol has these: {names}.")
    if ground and not known:
        raise Refused("The protocol lists no grounds here.")


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
    disagreement_id: int,
    *,
    viewer: Viewer,
    version: int,
    text: str,
    outstanding: str = "",
    plan: Iterable[Planned] = (),
    seen: str = "",
    answered: str = "",
    **doing: Any,
) -> ChronologyEntry:
    """What the two sides agreed by talking; `seen` is how both came to know the very words. What one of them proposes and
    the other agrees to here, proposing.py records by the same rule."""
    actions = list(plan)
    if not text.strip():
        raise Refused("Write down what was agreed.")
    if seen and seen not in SEEN_BY_BOTH:
        raise Refused("Say how both sides have agreed to these words.")

    def change(d: Disagreement, at: datetime) -> Happened:
        happened = settle(d, text=text, outstanding=outstanding, plan=actions, viewer=viewer, at=at)
        return Happened(happened.kind, {**happened.data, "seen": seen}) if seen else happened

    return do(
        disagreement_id, verb="record_agreement", viewer=viewer, version=version, change=change,
        words=joined(outcome_words(text, outstanding), plan_words(actions), answered), **doing,
    )  # fmt: skip


def settle(
    d: Disagreement,
    *,
    text: str,
    outstanding: str,
    plan: Sequence[Planned],
    viewer: Viewer,
    at: datetime,
    proposal: ProposedOutcome | None = None,
) -> Happened:
    """Fix what both sides agreed, however they came to it. Whether it must still be confirmed in writing is the protocol's
    choice (B Stage One), and so is whether it is a plan of actions, each with an owner and a date."""
    kept = keep_plan(d, plan)
    happened = d.record_agreement()
    outcome = _outcome(d, Outcome.How.AGREED, text, outstanding, viewer=viewer, at=at)
    if proposal is not None:
        outcome.proposal = proposal
        outcome.save(update_fields=["proposal"])
    return Happened(happened.kind, {**happened.data, **kept})


def confirm_outcome(
    disagreement_id: int, *, viewer: Viewer, version: int, text: str = "", outstanding: str = "", **doing: Any
) -> ChronologyEntry:
    """The receiving manager's word in writing to their counterpart: the outcome as it stands, or worded afresh."""

    def change(d: Disagreement, at: datetime) -> Happened:
        happened = d.confirm_outcome()
        outcome = d.outcomes.filter(disputed_at=None).order_by("-recorded_at", "-pk").first()
        if outcome is not None:
            worded = text.strip() not in ("", outcome.text) or outstanding.strip() not in ("", outcome.outstanding)
            if outcome.proposal_id is not None and worded:
                raise Refused("Both sides agreed to exactly these words. Confirm them, or say that it is not agreed.")
            outcome.text = text.strip() or outcome.text
            outcome.outstanding = outstanding.strip() or outcome.outstanding
            outcome.confirmed_at = at
            outcome.save()
        return happened

    return do(
        disagreement_id, verb="confirm_outcome", viewer=viewer, version=version, change=change,
        words=outcome_words(text, outstanding), **doing,
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
    disagreement_id: int,
    *,
    viewer: Viewer,
    version: int,
    text: str,
    outstanding: str = "",
    plan: Iterable[Planned] = (),
    panel: int | None = None,
    agreed_by: Iterable[str] = (),
    answered: str = "",
    **doing: Any,
) -> ChronologyEntry:
    """The conclusion or decision of whoever the protocol gives the last word at this stage, directly; or of a panel that
    was held (`panel` is its record) and whose word the protocol lets stand (H 2.10, H 2.13)."""
    actions, agreed, together = list(plan), set(agreed_by), list[str]()
    if not text.strip():
        raise Refused("Write down what was decided.")

    def change(d: Disagreement, at: datetime) -> Happened:
        kept = keep_plan(d, actions)
        held = d.panels_held if d.stage else []
        whose: dict[str, FactValue] = {}
        happened = d.record_decision()
        through = next((record for record in held if record.pk == panel), None)
        if panel is not None and through is None:
            raise Refused("That panel has not been held, or it is not one that decides.")
        if through is None:
            _decides_directly(d, viewer)
            whose = _all_agree(d, agreed)
            together.append(_agreed_words(d) if whose else "")
        if through is not None:
            whose = {"panel": through.process, "record": through.pk}
        elif held:
            whose = {**whose, "directly": True}
        _outcome(d, Outcome.How.DECIDED, text, outstanding, viewer=viewer, at=at, through=through)
        return Happened(happened.kind, {**happened.data, **kept, **whose})

    return do(
        disagreement_id, verb="record_decision", viewer=viewer, version=version, change=change,
        words=lambda: joined(outcome_words(text, outstanding), *together, plan_words(actions), answered), **doing,
    )  # fmt: skip


def _agreed_words(d: Disagreement) -> str:
    authority = d.protocol.stage(d.stage).authority
    keys = (authority.by, *authority.jointly_with) if authority else ()
    return f"Agreed by: {listed(d.protocol.role(key).name for key in keys if key)}"


def _all_agree(d: Disagreement, agreed: set[str]) -> dict[str, FactValue]:
    """Several who decide together: whoever records it says that each of the others has agreed to it."""
    authority = d.protocol.stage(d.stage).authority
    wanted = authority.jointly_with if authority is not None else ()
    missing = [d.protocol.role(key).name for key in wanted if key not in agreed]
    if missing:
        raise Refused(f"It stands once all have agreed to it. Tick who has; still missing: {', '.join(missing)}.")
    return {"agreed_by": list(wanted)} if wanted else {}


def _decides_directly(d: Disagreement, viewer: Viewer) -> None:
    """Whoever sat on a panel records what the panel decided, and nothing in the place of the role that decides here."""
    authority = d.protocol.stage(d.stage).authority
    by = authority.by if authority is not None and authority.kind != "mediates" else None
    if by is None or not (viewer.is_office or by in viewer.protocol_roles):
        held = "; ".join(d.protocol.side_process(record.process).name for record in d.panels_held)
        raise Refused(f"Say whose decision it is: {held}.")


def _outcome(
    d: Disagreement,
    how: Outcome.How,
    text: str,
    outstanding: str,
    *,
    viewer: Viewer,
    at: datetime,
    through: SideProcessRecord | None = None,
) -> Outcome:
    """The text of an outcome, as both sides see it; one that has resolved the disagreement needs no confirming."""
    return Outcome.objects.create(
        disagreement=d,
        how=how,
        text=text.strip(),
        outstanding=outstanding.strip(),
        recorded_by=viewer.user,
        recorded_at=at,
        confirmed_at=at if d.ended else None,
        through=through,
    )


def reopen(
    disagreement_id: int,
    *,
    viewer: Viewer,
    version: int,
    reason: str,
    needed_by: date | None = None,
    answered: str = "",
    **doing: Any,
) -> ChronologyEntry:
    """Back to where it stood. A date by which the child needs it has often gone by since: another may be given."""
    if not reason.strip():
        raise Refused("Say why it is opened again.")

    def change(d: Disagreement, at: datetime) -> Happened:
        happened = d.reopen()
        if needed_by is None:
            return happened
        if end_of(needed_by) <= at:
            raise Refused("The date it is needed by must be today or later.")
        d.needed_by = needed_by
        return Happened(happened.kind, {**happened.data, "needed_by": needed_by.isoformat()})

    words = joined(reason, answered)
    return do(disagreement_id, verb="reopen", viewer=viewer, version=version, change=change, words=words, **doing)


def withdraw(
    disagreement_id: int,
    *,
    viewer: Viewer,
    version: int,
    reason: str,
    referred_to: str = "",
    unanswered: str = "",
    answered: str = "",
    **doing: Any,
) -> ChronologyEntry:
    """Ended without a resolution, or referred to where it belongs; where the protocol says so, because nobody answered
    (`unanswered` is the time limit that passed in silence)."""
    if not reason.strip():
        raise Refused("Say why it is withdrawn.")

    def change(d: Disagreement, at: datetime) -> Happened:
        silent = [s.limit.key for s in silences(d, at=at) if s.rule.means == "may_close"]
        if unanswered and unanswered not in silent:
            raise Refused("That timescale has not passed without an answer, so it is no reason to end it.")
        happened = d.withdraw(referred_elsewhere=bool(referred_to.strip()))
        return Happened(happened.kind, {**happened.data, "unanswered": unanswered}) if unanswered else happened

    referred = f"Referred to: {referred_to.strip()}" if referred_to.strip() else ""
    return do(
        disagreement_id, verb="withdraw", viewer=viewer, version=version, change=change,
        words=joined(reason, referred, answered), **doing,
    )  # fmt: skip


def outcome_words(text: str, outstanding: str) -> str:
    return f"{text.strip()}\n\nStill outstanding: {outstanding.strip()}" if outstanding.strip() else text.strip()
