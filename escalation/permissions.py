"""Who may see a disagreement and who may do what to it: the one place that decides; every refusal is a sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db.models import Q

from partnerships.models import MemberRole, Membership, ProtocolVersion, User
from partnerships.protocol import Condition, Protocol
from partnerships.protocol_terms import Capacity, Event, Side

from .models import Disagreement, Party, SideProcessRecord
from .moves import YES, Verdict, no

PARTIES = "Only the people who act for one of the two sides may do this."


@dataclass(frozen=True)
class Viewer:
    """A signed-in person in one partnership, as permissions see them."""

    user: User
    roles: frozenset[str]
    agency_ids: frozenset[int]
    protocol_roles: frozenset[str]

    @classmethod
    def of(cls, user: User, memberships: Iterable[Membership]) -> Viewer:
        held = list(memberships)
        return cls(
            user=user,
            roles=frozenset(m.role for m in held),
            agency_ids=frozenset(m.agency_id for m in held if m.agency_id),
            protocol_roles=frozenset(m.protocol_role for m in held if m.protocol_role),
        )

    @property
    def is_office(self) -> bool:
        return MemberRole.PARTNERSHIP_MANAGER in self.roles


@dataclass(frozen=True)
class Ties:
    """What binds a viewer to one disagreement: their sides, their roles there, whether they act at this rung, and the
    roles in which they stand beside the two sides (the Chair, a sub-group's chair)."""

    viewer: Viewer
    is_raiser: bool
    sides: frozenset[str]
    roles: frozenset[str]
    manages: bool
    acts_here: bool
    decides_here: bool
    beside: frozenset[str]

    @property
    def is_party(self) -> bool:
        return bool(self.sides) or self.is_raiser


def ties(viewer: Viewer, disagreement: Disagreement, parties: Iterable[Party]) -> Ties:
    own = [p for p in parties if p.left_at is None and p.is_of(viewer.user)]
    roles = frozenset(p.role for p in own)
    acting: set[str] = set()
    deciding = None
    managing: set[str] = set()
    beside: set[str] = set()
    if disagreement.stage:
        stage = disagreement.protocol.stage(disagreement.stage)
        beside = {r.key for r in disagreement.protocol.roles if r.side in (Side.PARTNERSHIP, Side.OUTSIDE)}
        acting = set(stage.acting(disagreement.tier))
        deciding = stage.authority.by if stage.authority else None
        managing = {r.key for r in disagreement.protocol.roles if r.capacity in (Capacity.LEAD, Capacity.SENIOR_MANAGER)}
    return Ties(
        viewer=viewer,
        is_raiser=disagreement.raised_by_id == viewer.user.pk,
        sides=frozenset(p.side for p in own),
        roles=roles,
        manages=bool(roles & managing),
        acts_here=bool(roles & acting),
        decides_here=deciding is not None and deciding in viewer.protocol_roles,
        beside=viewer.protocol_roles & beside,
    )


def visible_to(viewer: Viewer, versions: Iterable[ProtocolVersion]) -> Q:
    """The disagreements a person may read: need to know, decided in the database.

    The partnership manager: all. A party: those they act in. Representatives, advisers and decision-makers: from the
    stage at which the protocol brings them in, under its own conditions (a Designated Nurse where the agency is of the
    health sector, an IRO where the child is looked after). Protocol administrators, observers and operators: none.
    A draft is its author's alone.
    """
    raised = ~Q(state="draft")
    if viewer.is_office:
        return raised | Q(raised_by=viewer.user)
    seen = Q(raised_by=viewer.user)
    seen |= raised & Q(
        pk__in=Party.objects.filter(left_at=None)
        .filter(Q(user=viewer.user) | Q(email__iexact=viewer.user.email))
        .values("disagreement_id")
    )
    for version in versions:
        for role in viewer.protocol_roles:
            seen |= raised & Q(protocol_version=version) & _brought_in(version.protocol, role, viewer)
    return seen


def _brought_in(protocol: Protocol, role: str, viewer: Viewer) -> Q:
    """Where the protocol brings a role of the partnership (or an agency's representative) in."""
    known = next((r for r in protocol.roles if r.key == role), None)
    if known is None or not known.may_see or known.capacity in (Capacity.PRACTITIONER, Capacity.LEAD):
        return Q(pk__in=[])
    reached = Q(pk__in=[])
    acting = [s.key for s in protocol.ladder if role in s.acts or (s.authority and s.authority.by == role)]
    if acting:
        reached |= Q(stage__in=_from(protocol, acting))
    opening = {Event.STAGE_OPENED, Event.TIER_OPENED, Event.RAISED, Event.FLAGGED}
    for rule in protocol.notice_rules:
        if role not in {r.rpartition(".")[2] for r in rule.to}:
            continue
        if opening & set(rule.on):
            reached |= _holds(protocol, rule.when)
        elif Event.SIDE_PROCESS_STARTED in rule.on:
            reached |= _holds(protocol, rule.when) & _begun_beside(rule.when)
    if known.side == Side.BOTH:
        own = viewer.agency_ids
        reached &= Q(raising_agency__in=own) | Q(receiving_agency__in=own)
    return reached


def _from(protocol: Protocol, stages: Iterable[str]) -> list[str]:
    """Those stages and all above them."""
    ladder = [stage.key for stage in protocol.ladder]
    first = min((ladder.index(key) for key in stages if key in ladder), default=len(ladder))
    return ladder[first:]


def _holds(protocol: Protocol, when: Condition) -> Q:
    held = Q()
    if when.stages:
        held &= Q(stage__in=_from(protocol, when.stages))
    if when.child_statuses:
        held &= Q(child_status__in=when.child_statuses)
    if when.sectors:
        sides = {"raising": ["raising"], "receiving": ["receiving"], "either": ["raising", "receiving"]}[when.sector_of]
        sectors = Q(pk__in=[])
        for side in sides:
            sectors |= Q(**{f"{side}_agency__sector__in": when.sectors})
        held &= sectors
    if when.categories:
        held &= Q(category__in=when.categories)
    if when.urgencies:
        held &= Q(urgency__in=when.urgencies)
    if when.flags:
        flagged = Q(pk__in=[])
        for flag in when.flags:
            flagged |= Q(flags__contains=[flag])
        held &= flagged
    return held


def _begun_beside(when: Condition) -> Q:
    """Where one of these processes has been asked for: whoever is asked to a panel or to mediate has to see why."""
    begun = SideProcessRecord.objects.all()
    if when.side_processes:
        begun = begun.filter(process__in=when.side_processes)
    return Q(pk__in=begun.values("disagreement_id"))


def _parties(t: Ties) -> Verdict:
    return YES if t.is_party or t.viewer.is_office else no(PARTIES)


def _acting(t: Ties) -> Verdict:
    if t.acts_here or t.viewer.is_office or (t.manages and t.is_party):
        return YES
    return no("Only the managers who act at this step, on either side, may do this.")


def _receiving_manager(t: Ties) -> Verdict:
    """B Stage One: the receiving line manager confirms in writing to their counterpart."""
    if t.viewer.is_office or (Side.RECEIVING in t.sides and (t.manages or t.acts_here)):
        return YES
    return no("The receiving side's manager confirms the outcome in writing.")


def _side_process(t: Ties) -> Verdict:
    """A panel is called by the Chair and a deep dive by the sub-group's chair (H 2.10, W 3.1a), who are of neither side.
    Which of them may start which process is the protocol's to say, and is checked where it starts."""
    return YES if t.is_party or t.beside or t.viewer.is_office else no(PARTIES)


def _receiving(t: Ties) -> Verdict:
    return YES if Side.RECEIVING in t.sides or t.viewer.is_office else no("This is for the receiving side to do.")


def _raising(t: Ties) -> Verdict:
    return YES if t.is_raiser or Side.RAISING in t.sides or t.viewer.is_office else no("This is for the raising side to do.")


def _decider(t: Ties) -> Verdict:
    """Conflict of interest: somebody named in a disagreement cannot be its decision-maker, the office included."""
    if t.is_party:
        return no("You are named in this disagreement, so you cannot decide it.")
    if t.decides_here or t.viewer.is_office:
        return YES
    return no("Only the people who decide at this step may record the decision.")


def _closer(t: Ties) -> Verdict:
    return YES if t.viewer.is_office or t.manages else no("The managers of either side, or the partnership manager, close it.")


def _seer(t: Ties) -> Verdict:
    return YES


PERMISSIONS: dict[str, Callable[[Ties], Verdict]] = {
    "acknowledge": _receiving,
    "book_conversation": _parties,
    "record_progress": _parties,
    "escalate": _parties,
    "step_back": _acting,
    "record_agreement": _acting,
    "confirm_outcome": _receiving_manager,
    "dispute_outcome": _parties,
    "record_decision": _decider,
    "pass_on": _receiving,
    "change_party": _acting,
    "vary_timescale": _acting,
    "pause_clock": _acting,
    "resume_clock": _acting,
    "flag": _parties,
    "unflag": _parties,
    "record_gate": _parties,
    "start_side_process": _side_process,
    "end_side_process": _side_process,
    "withdraw": _raising,
    "tell_raiser": _parties,
    "confirm_on_file": _parties,
    "record_learning": _parties,
    "add_action": _parties,
    "finish_action": _parties,
    "link": _parties,
    "reopen": _parties,
    "close": _closer,
    "open": _seer,
}


def may(verb: str, tied: Ties) -> Verdict:
    return PERMISSIONS[verb](tied)


def may_raise(viewer: Viewer) -> Verdict:
    """Anyone who works with children in the partnership may raise; those who only look after the product may not."""
    workers = viewer.roles - {MemberRole.PROTOCOL_ADMINISTRATOR, MemberRole.OBSERVER, MemberRole.GUEST}
    return YES if workers else no("Your role here does not raise disagreements.")


def may_track(viewer: Viewer) -> Verdict:
    """The tracker and its export show everything raised in the partnership, so they are the office's."""
    return YES if viewer.is_office else no("Only the partnership manager sees everything that was raised in the partnership.")
