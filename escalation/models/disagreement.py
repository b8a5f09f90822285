"""The disagreement: its state, its place on the pinned ladder, and the legal edges between states."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django_fsm import FSMField

from partnerships import selectors as partnership_selectors
from partnerships.conditions import Facts, raised_late
from partnerships.ladder import Move, Position, moves_from, openings, rung_below, rung_words
from partnerships.models import Agency, ProtocolVersion, User
from partnerships.protocol import MAIN, Protocol
from partnerships.protocol_terms import Asked, Event, RaisedAs, Side, StageKind
from partnerships.scope import ScopedModel, same_partnership_key

from ..moves import Happened, Refused, moves
from ..states import ENDED, STATE_WORDS, Kind, State

# Worked on, or with something left to do.
LIVE = (State.OPEN, State.AWAITING_CONFIRMATION, State.RESOLVED)
# Where there is no date, in an order by date: after every other, or before.
NEVER, LONG_AGO = Value(datetime(9999, 1, 1, tzinfo=UTC)), Value(datetime(1970, 1, 1, tzinfo=UTC))


def confirmed_in_writing(disagreement: Disagreement, *_: Any, **__: Any) -> State:
    """B Stage One asks for the agreed outcome in writing; a protocol that does not is resolved on agreeing."""
    asked = disagreement.protocol.asks_for(Asked.WRITTEN_CONFIRMATION, stage=disagreement.stage)
    return State.AWAITING_CONFIRMATION if asked else State.RESOLVED


def as_the_tracker_said(_: Disagreement, *, state: State, **__: Any) -> State:
    return state


def nothing_runs_instead(disagreement: Disagreement) -> bool:
    """While a panel or the like takes the place of the ladder, the ladder waits for it."""
    return not disagreement.waiting_for


def can_move_up(disagreement: Disagreement) -> bool:
    return bool(moves_from(disagreement.protocol, disagreement.position, disagreement.facts))


def can_step_back(disagreement: Disagreement) -> bool:
    return rung_below(disagreement.protocol, disagreement.position, disagreement.facts) is not None


def somebody_decides_here(disagreement: Disagreement) -> bool:
    """A mediator never decides (W 3.1c). A panel that may decide does at whatever step it was held (E slide High Risk
    Management Panel)."""
    authority = disagreement.protocol.stage(disagreement.stage).authority
    of_the_stage = authority is not None and authority.by is not None and authority.kind != "mediates"
    return of_the_stage or bool(disagreement.panels_held)


class Disagreement(ScopedModel):
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    reference = models.CharField(max_length=20, null=True, editable=False)  # noqa: DJ001  (unique; a draft has none)
    state = FSMField(default=State.DRAFT, choices=[(s.value, STATE_WORDS[s]) for s in State], protected=True)
    version = models.PositiveIntegerField(default=0)
    # Which of the partnership's protocols it is under: a draft's own choice, then that of the version it keeps.
    line = models.CharField(max_length=40, default=MAIN)
    protocol_version = same_partnership_key(ProtocolVersion, null=True, related_name="+")
    stage = models.CharField(max_length=40, blank=True)
    tier = models.PositiveSmallIntegerField(default=1)
    stage_kind = models.CharField(max_length=20, blank=True, choices=[(k.value, k.value) for k in StageKind])
    stage_opened_at = models.DateTimeField(null=True)
    opened_directly = models.BooleanField(default=False)
    raised_at = models.DateTimeField(null=True)
    raised_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    # The colleague of the author's own agency who may write in the draft too; once raised, only where it was they who raised it.
    shared_with = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    raising_agency = same_partnership_key(Agency, null=True, related_name="+")
    receiving_agency = same_partnership_key(Agency, null=True, related_name="+")
    category = models.CharField(max_length=40, blank=True)
    common_category = models.CharField(max_length=20, blank=True)
    urgency = models.CharField(max_length=40, blank=True)
    flags = models.JSONField(default=list)
    # One, or of several children one each with commas between; what they are compared by: merging.children.
    child_reference = models.CharField(max_length=200, blank=True)
    child_status = models.CharField(max_length=40, blank=True)
    needed_by = models.DateField(null=True)
    decided_on = models.DateField(null=True)
    raised_as = models.CharField(max_length=12, choices=[(r.value, r.value) for r in RaisedAs], default=RaisedAs.OWN)
    thematic = models.BooleanField(default=False)
    answers = models.JSONField(default=dict)
    # The roles beside the parties that the protocol has brought in so far, as bringing_in.py writes them.
    brought_in = models.JSONField(default=list)
    # The key of the side process that runs instead of the ladder now, or nothing.
    waiting_for = models.CharField(max_length=40, blank=True)
    # The side that has proposed an outcome which the other has not answered yet, or nothing (proposals.py).
    proposed_by_side = models.CharField(max_length=12, blank=True, default="")
    # Whose turn it is and by when, as turns.ball said when anything last happened: lists are chosen and put in order by it in
    # the database. services/turning.py alone writes it. No turn: not worked out yet.
    turn = models.JSONField(null=True, editable=False)
    turn_due = models.DateTimeField(null=True, editable=False)
    # Since when it has been the turn of the same people, and when the first of its clocks ends, whoever holds it: as above.
    turn_since = models.DateTimeField(null=True, editable=False)
    next_due = models.DateTimeField(null=True, editable=False)
    # Who in the partnership office follows it, where somebody does. It changes nothing that anybody may see or do.
    followed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, editable=False, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)
    ended_at = models.DateTimeField(null=True)
    # From a tracker kept before (services/taking_in.py): `raised_by` is whoever in the office did that, and raised nothing.
    taken_in = models.BooleanField(default=False, db_default=False, editable=False)
    # What was written is gone; the row stays for its chronology, and nobody is shown it any more (records/).
    destroyed_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=[s.value for s in State]), name="disagreement_state_known"),
            models.UniqueConstraint(fields=["partnership", "reference"], name="disagreement_reference_once"),
            models.CheckConstraint(
                condition=Q(state=State.DRAFT)
                | Q(state=State.CLOSED, stage="", reference__isnull=False)
                | (Q(reference__isnull=False, protocol_version__isnull=False, raised_at__isnull=False) & ~Q(stage="")),
                name="raised_has_reference_version_and_rung",
            ),
            models.CheckConstraint(
                condition=Q(raising_agency__isnull=True) | ~Q(raising_agency=models.F("receiving_agency")),
                name="disagreement_between_two_agencies",
            ),
        ]
        indexes = [
            models.Index(fields=["partnership", "-raised_at", "-id"], name="tracker_newest_first"),
            models.Index(fields=["partnership", "state", "stage"], name="tracker_state_and_stage"),
            # Programs that keep a copy up to date read in the order of change (api/paging.py); so does the tracker.
            models.Index(fields=["partnership", "changed_at", "id"], name="changed_first_first"),
            models.Index(fields=["partnership", "state", "turn_due"], name="soonest_due_first"),
            # The tracker's orders, each page by key and none by counting past the pages before it (tracker/pages.py).
            models.Index(
                F("partnership"),
                Coalesce("next_due", NEVER),
                F("id"),
                name="tracker_live_by_date",
                condition=Q(state__in=LIVE, destroyed_at=None),
            ),
            models.Index(
                F("partnership"),
                Coalesce("next_due", NEVER),
                F("id"),
                name="tracker_by_date",
                condition=Q(destroyed_at=None) & ~Q(state=State.DRAFT),
            ),
            models.Index(F("partnership"), Coalesce("ended_at", LONG_AGO), F("id"), name="tracker_by_end"),
            models.Index(
                fields=["partnership"],
                name="turn_not_known",
                condition=Q(turn__isnull=True, destroyed_at=None) & ~Q(state=State.DRAFT),
            ),
        ]

    def __str__(self) -> str:
        return self.reference or f"draft {self.key}"

    def get_absolute_url(self) -> str:
        return reverse("escalation:disagreement", args=[self.partnership.slug, self.reference])

    @property
    def protocol(self) -> Protocol:
        """The protocol it was raised under and keeps."""
        if self.protocol_version is None:
            raise Refused("This has not been raised yet, so no protocol applies to it.")
        pinned: Protocol = self.protocol_version.protocol
        return pinned

    @property
    def position(self) -> Position:
        return Position(stage=self.stage, tier=self.tier)

    @property
    def wrote(self) -> tuple[int | None, ...]:
        """Who wrote it down, the author first. Whoever took in an old tracker wrote down none of what stands in it."""
        return () if self.taken_in else (self.raised_by_id, self.shared_with_id)

    @property
    def came(self) -> Any:
        """From which row of which tracker kept before, where it did (TakenIn)."""
        return self.came_from.first() if self.taken_in else None

    @property
    def sectors(self) -> dict[Side, str]:
        """The sector of each side's agency, as far as they are known."""
        agencies = {Side.RAISING: self.raising_agency, Side.RECEIVING: self.receiving_agency}
        return {side: agency.sector for side, agency in agencies.items() if agency is not None}

    @property
    def facts(self) -> Facts:
        """What the conditions of its protocol may ask about it now."""
        return Facts(
            stage=self.stage,
            direct=self.opened_directly,
            sectors=self.sectors,
            child_status=self.child_status,
            flags=frozenset(self.flags),
            category=self.category,
            urgency=self.urgency,
            raised_as=self.raised_as,
            tier=self.tier,
            late=self._late,
        )

    @property
    def _late(self) -> bool:
        if self.decided_on is None or self.raised_at is None or self.protocol.raise_within is None:
            return False
        calendar = partnership_selectors.calendar()
        return raised_late(self.protocol, decided_on=self.decided_on, at=self.raised_at, calendar=calendar)

    @property
    def panels_held(self) -> list[Any]:
        """What was held and has ended, of the kinds whose word the protocol lets stand as the decision."""
        deciding = {process.key for process in self.protocol.side_processes if process.may_decide}
        if not deciding:
            return []
        return [held for held in self.side_processes.all() if held.ended_at is not None and held.process in deciding]

    @property
    def standing(self) -> State:
        return State(self.state)

    @property
    def ended(self) -> bool:
        return self.standing in ENDED

    def _stand_on(self, position: Position) -> None:
        self.stage, self.tier = position.stage, position.tier
        self.stage_kind = self.protocol.stage(position.stage).kind

    def _rung_words(self, positions: list[Position]) -> str:
        return "; ".join(rung_words(self.protocol, position) for position in positions) or "none"

    def _pinned_digest(self) -> str:
        """Stands in the first entry, so that the chain vouches for the protocol too."""
        return self.protocol_version.digest if self.protocol_version else ""

    @moves(source=State.DRAFT, target=State.OPEN)
    def raise_at(self, *, to: Position, direct_reason: bool) -> Happened:
        """Open at one of the rungs where the protocol lets a disagreement start."""
        opening = next((o for o in openings(self.protocol, self.facts) if o.to == to), None)
        if opening is None:
            allowed = self._rung_words([o.to for o in openings(self.protocol, self.facts)])
            raise Refused(f"A disagreement cannot start there. Under this protocol it may start at: {allowed}.")
        if opening.direct and not direct_reason:
            raise Refused(f"Say why this goes straight to {rung_words(self.protocol, to)}.")
        self._stand_on(to)
        self.opened_directly = opening.direct
        return Happened(Kind.RAISED, {"to": to.model_dump(), "direct": opening.direct, "protocol": self._pinned_digest()})

    @moves(source=State.DRAFT, target=State.CLOSED)
    def log_settled(self) -> Happened:
        """What two people settled by talking, logged in a minute (practice.md section 7, number 18)."""
        return Happened(Kind.SETTLED_LOGGED, {"protocol": self._pinned_digest()})

    @moves(source=State.DRAFT, target=as_the_tracker_said, one_of=(State.OPEN, State.CLOSED, State.WITHDRAWN))
    def take_in(self, *, state: State, to: Position | None, said: dict[str, Any], clocks: bool) -> Happened:
        """As it stands in the tracker that the office kept before. `to`: the step that it reached, where that is known or one
        is needed; `clocks`: the clocks of that step begin now, as they would on coming to it."""
        if to is not None:
            self._stand_on(to)
        data = {**said, "state": state.value, "protocol": self._pinned_digest()} | ({"to": to.model_dump()} if to else {})
        return Happened(Kind.TAKEN_IN, data, frozenset({Event.STAGE_OPENED}) if clocks else frozenset())

    @moves(source=(State.OPEN, State.AWAITING_CONFIRMATION), target=State.OPEN, guards=(can_move_up, nothing_runs_instead))
    def escalate_to(self, *, to: Position, direct_reason: bool, gates_recorded: frozenset[str]) -> Happened:
        """One allowed step up. Anything else is refused with the allowed rungs named."""
        allowed = moves_from(self.protocol, self.position, self.facts)
        move = next((m for m in allowed if m.to == to), None)
        if move is None:
            rungs = self._rung_words([m.to for m in allowed])
            raise Refused(f"The protocol does not allow that step from here. The steps allowed now are: {rungs}.")
        self._check(move, direct_reason=direct_reason, gates_recorded=gates_recorded)
        before = self.position
        self._stand_on(to)
        return Happened(Kind.ESCALATED, {"from": before.model_dump(), "to": to.model_dump(), "direct": move.direct})

    def _check(self, move: Move, *, direct_reason: bool, gates_recorded: frozenset[str]) -> None:
        if move.direct and not direct_reason:
            raise Refused(f"Say why this goes straight to {rung_words(self.protocol, move.to)}.")
        missing = [gate.asks for gate in move.gates if gate.key not in gates_recorded]
        if missing:
            raise Refused(f"Before {rung_words(self.protocol, move.to)} opens, record this: {' '.join(missing)}")

    @moves(source=State.OPEN, target=State.OPEN, guards=(can_step_back,))
    def step_back(self) -> Happened:
        """Down one rung, with a reason kept in the entry's words."""
        below = rung_below(self.protocol, self.position, self.facts)
        if below is None:
            raise Refused("This is the lowest step.")
        before = self.position
        self._stand_on(below)
        return Happened(Kind.STEPPED_BACK, {"from": before.model_dump(), "to": below.model_dump()})

    @moves(source=State.OPEN, target=confirmed_in_writing, one_of=(State.AWAITING_CONFIRMATION, State.RESOLVED))
    def record_agreement(self) -> Happened:
        return Happened(Kind.AGREEMENT_RECORDED)

    @moves(source=State.OPEN, target=None)
    def talk_over(self, *, kind: Kind, data: dict[str, Any]) -> Happened:
        """What the two sides say of a proposed outcome, which fixes nothing: only while it is open."""
        return Happened(kind, data)

    @moves(source=State.AWAITING_CONFIRMATION, target=State.RESOLVED)
    def confirm_outcome(self) -> Happened:
        return Happened(Kind.OUTCOME_CONFIRMED)

    @moves(source=State.AWAITING_CONFIRMATION, target=State.OPEN)
    def dispute_outcome(self) -> Happened:
        return Happened(Kind.OUTCOME_DISPUTED)

    @moves(source=State.OPEN, target=State.RESOLVED, guards=(somebody_decides_here,))
    def record_decision(self) -> Happened:
        authority = self.protocol.stage(self.stage).authority
        return Happened(Kind.DECISION_RECORDED, {"authority": authority.kind if authority else ""})

    @moves(source=(State.RESOLVED, State.CLOSED), target=State.OPEN)
    def reopen(self) -> Happened:
        """Back to the rung where it stood; one that was only logged as settled has no rung to go back to."""
        if not self.stage:
            raise Refused("This was only logged as settled. Raise a new disagreement instead.")
        return Happened(Kind.REOPENED, {"to": self.position.model_dump()})

    @moves(source=State.RESOLVED, target=State.CLOSED)
    def close(self) -> Happened:
        return Happened(Kind.CLOSED)

    @moves(source=(State.OPEN, State.AWAITING_CONFIRMATION), target=State.WITHDRAWN)
    def withdraw(self, *, referred_elsewhere: bool) -> Happened:
        return Happened(Kind.WITHDRAWN, {"referred_elsewhere": referred_elsewhere})

    @moves(source=(State.OPEN, State.AWAITING_CONFIRMATION), target=State.WITHDRAWN, guards=(nothing_runs_instead,))
    def merge_into(self, *, other: int, joined: list[int]) -> Happened:
        """The same was raised twice: this one ends, and the other goes on."""
        return Happened(Kind.MERGED, {"other": other, "joined": joined})

    @moves(source=State.WITHDRAWN, target=State.OPEN)
    def part_again(self, *, other: int) -> Happened:
        """They were two after all: back to the rung where it stood."""
        return Happened(Kind.PARTED, {"other": other, "to": self.position.model_dump()})

    @moves(source=(State.OPEN, State.AWAITING_CONFIRMATION), target=None)
    def carry_on(self, *, kind: Kind, data: dict[str, Any]) -> Happened:
        """An act that moves nothing, allowed while it is being worked."""
        return Happened(kind, data)

    @moves(source=(State.OPEN, State.AWAITING_CONFIRMATION, State.RESOLVED, State.CLOSED, State.WITHDRAWN), target=None)
    def note(self, *, kind: Kind, data: dict[str, Any]) -> Happened:
        """An act that moves nothing, allowed at any time after raising."""
        return Happened(kind, data)


class ReferenceCounter(ScopedModel):
    """The last reference number given in a partnership; its row lock makes numbers gapless."""

    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["partnership"], name="one_counter_per_partnership")]

    def __str__(self) -> str:
        return str(self.last)
