"""The reading side: what a person may see, who must act by when, and how a date was counted; writes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, Q, QuerySet

from partnerships import selectors as partnership_selectors
from partnerships.ladder import rung_words
from partnerships.models import Agency, Contact, Membership
from partnerships.protocol import Protocol, Stage
from partnerships.protocol_terms import Capacity, Side
from partnerships.working_days import LONDON, Calendar, Unit, clock_time, count, words_left

from .clocks import last_day_of
from .models import Deadline, Disagreement, Party
from .permissions import Viewer, visible_to
from .states import STATE_HOLDERS, Holder

SIDE_WORDS = {Side.RAISING: "raising side", Side.RECEIVING: "receiving side"}


def visible(viewer: Viewer) -> QuerySet[Disagreement]:
    """Everything this person may read, in one query when evaluated, with what lists and pages need of it."""
    running = Deadline.objects.filter(stopped_at=None).order_by("due_at", "pk")
    return (
        Disagreement.objects.filter(visible_to(viewer, partnership_selectors.published_versions()))
        .select_related("partnership", "protocol_version", "raising_agency", "receiving_agency", "raised_by")
        .defer("protocol_version__definition")
        .prefetch_related(
            Prefetch("deadlines", queryset=running, to_attr="running"),
            Prefetch("parties", queryset=Party.objects.select_related("agency"), to_attr="people"),
        )
    )


def find(viewer: Viewer, reference: str) -> Disagreement | None:
    """One disagreement by its reference, or None: not there and not theirs to see are the same answer."""
    if "\x00" in reference:
        return None  # the database cannot be asked for it
    return visible(viewer).exclude(state="draft").filter(reference=reference).first()


def drafts_of(viewer: Viewer) -> QuerySet[Disagreement]:
    return Disagreement.objects.filter(state="draft", raised_by=viewer.user).order_by("-changed_at")


@dataclass(frozen=True)
class Timescale:
    """One running clock in words: "1 working day beyond 5 working days (guide)", and how its date was counted."""

    deadline: Deadline
    words: str
    last_day: str
    why: str
    passed: bool

    @property
    def held_by(self) -> str:
        return self.deadline.held_by


def timescale(deadline: Deadline, *, at: datetime, calendar: Calendar) -> Timescale:
    unit = Unit(deadline.unit)
    # Where the date is the one asked for, it is not the protocol's own time that is left or gone by.
    label = "the date asked for" if deadline.shortened or deadline.amount is None else deadline.label
    words = words_left(deadline.due_at, at=at, unit=unit, calendar=calendar, label=label, strength=deadline.strength)
    if deadline.paused_at is not None:
        words = f"paused since {_day(deadline.paused_at)}"
    in_hours = unit is Unit.CLOCK_HOURS
    shown = f"{clock_time(deadline.due_at)} on {_day(deadline.due_at)}" if in_hours else _long(last_day_of(deadline.due_at))
    return Timescale(
        deadline=deadline, words=words, last_day=shown, why=_why(deadline, calendar=calendar), passed=at >= deadline.due_at
    )


def _why(deadline: Deadline, *, calendar: Calendar) -> str:
    """How the date came about: counted, asked for because it keeps the child safe (H 1.4), or set by a person."""
    label = f"{deadline.label} ({deadline.strength})"
    if deadline.varied:
        return f"This date was set by a person, with a reason that stands in the chronology. The protocol says: {label}."
    if deadline.shortened or deadline.amount is None:
        return f"This is the date asked for on the form, which comes before the protocol's own: {label}."
    counted = count(deadline.starts_at, amount=deadline.amount, unit=Unit(deadline.unit), calendar=calendar)
    return f"{label[:1].upper()}{label[1:]}. {counted.explain()}"


def soonest(disagreement: Disagreement, *, held_by: str = "") -> Deadline | None:
    """The clock that a list shows: the one that ended or ends first, of those that a side holds where one is named. One
    that stands still only where no other runs."""
    running: Sequence[Deadline] = getattr(disagreement, "running", ())
    clocks = [clock for clock in running if held_by in ("", clock.held_by)]
    beyond = [clock for clock in clocks if clock.passed_noted_at is not None]
    ahead = [clock for clock in clocks if clock.passed_noted_at is None and clock.paused_at is None]
    return next(iter([*beyond, *ahead, *clocks]), None)


@dataclass(frozen=True)
class Ball:
    """Who must act next, for every viewer the same."""

    sentence: str
    holders: tuple[Party, ...]
    sides: frozenset[str]
    deadline: Deadline | None


def ball(disagreement: Disagreement) -> Ball:
    """Who has the ball. Needs a disagreement from `visible`, with its people and running clocks."""
    people: list[Party] = [p for p in disagreement.people if p.left_at is None]  # type: ignore[attr-defined]
    holder = STATE_HOLDERS[disagreement.standing]
    clock = soonest(disagreement)
    if holder == Holder.NOBODY:
        return Ball("Nobody has anything more to do here.", (), frozenset(), None)
    if holder == Holder.AUTHOR:
        return Ball("Its author is still writing it.", (), frozenset(), None)
    if holder == Holder.PARTNERSHIP_MANAGER:
        words = "The outcome stands. The managers tell the person who raised it and record the learning; then it can be closed."
        return Ball(words, (), frozenset({Side.PARTNERSHIP}), clock)
    stage = disagreement.protocol.stage(disagreement.stage)
    if holder == Holder.RECEIVING_MANAGER:
        theirs = soonest(disagreement, held_by=Side.RECEIVING)
        asked = (
            _holding(people, disagreement, theirs)
            or _line_managers(people, disagreement, Side.RECEIVING)
            or _acting(people, disagreement, sides={Side.RECEIVING})
        )
        return Ball(f"{_names(asked)} must confirm in writing what was agreed.", asked, frozenset({Side.RECEIVING}), theirs)
    return _at_rung(disagreement, stage, people, clock)


def _at_rung(disagreement: Disagreement, stage: Stage, people: list[Party], clock: Deadline | None) -> Ball:
    acting = _acting(people, disagreement, sides={Side.RAISING, Side.RECEIVING})
    protocol = disagreement.protocol
    if stage.authority is not None and stage.authority.by is not None and stage.authority.kind != "mediates":
        who = protocol.role(stage.authority.by).name
        return Ball(
            f"It is for the {who} to give the {stage.authority.outcome_word}.", acting, frozenset({Side.PARTNERSHIP}), clock
        )
    if clock is not None and clock.held_by in (Side.RAISING, Side.RECEIVING):
        held = _holding(people, disagreement, clock) or tuple(p for p in acting if p.side == clock.held_by) or acting
        return Ball(f"{_names(held)} must act next: {_lower(clock.purpose)}.", held, frozenset({clock.held_by}), clock)
    return Ball(
        f"{_names(acting)} are asked to talk and agree a way forward.", acting, frozenset({Side.RAISING, Side.RECEIVING}), clock
    )


def _holding(people: Iterable[Party], disagreement: Disagreement, clock: Deadline | None) -> tuple[Party, ...]:
    """The people whom the protocol names as the holders of a clock: its reminders go to them, at whatever rung it is
    ("the receiving line manager will confirm", B Stage One, also where the Heads of Service agreed)."""
    if clock is None:
        return ()
    side, _, role = (disagreement.protocol.time_limit(clock.time_limit).holder or "").rpartition(".")
    return tuple(p for p in people if p.role == role and side in ("", p.side))


def _line_managers(people: Iterable[Party], disagreement: Disagreement, side: Side) -> tuple[Party, ...]:
    roles = {role.key for role in disagreement.protocol.roles if role.capacity == Capacity.LEAD}
    return tuple(p for p in people if p.side == side and p.role in roles)


def _acting(people: Iterable[Party], disagreement: Disagreement, *, sides: set[Side]) -> tuple[Party, ...]:
    """The people in the roles that act at the present rung; where nobody is named in those, the managers of that side."""
    protocol = disagreement.protocol
    roles = set(protocol.stage(disagreement.stage).acting(disagreement.tier))
    managers = {r.key for r in protocol.roles if r.capacity in ("lead", "senior_manager")}
    found: list[Party] = []
    for side in sorted(sides):
        own = [p for p in people if p.side == side]
        found += [p for p in own if p.role in roles] or [p for p in own if p.role in managers] or own
    return tuple(found)


def _names(people: Sequence[Party]) -> str:
    if not people:
        return "The managers of both sides"
    named = list(dict.fromkeys(f"{p.name} ({p.agency})" for p in people))
    return named[0] if len(named) == 1 else f"{', '.join(named[:-1])} and {named[-1]}"


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:].rstrip(".")


def _day(at: datetime) -> str:
    return _long(at.astimezone(LONDON).date())


def _long(day: object) -> str:
    return f"{day:%a %-d %B %Y}"


@dataclass(frozen=True)
class Rung:
    """One stage of the ladder as a picture shows it."""

    number: str
    name: str
    detail: str
    formal: bool
    state: str
    timescale: str
    tiers: tuple[str, ...]


def ladder(protocol: Protocol, *, at: Disagreement | None = None) -> list[Rung]:
    """The protocol's ladder, with where a disagreement stands on it."""
    keys = [stage.key for stage in protocol.stages]
    here = keys.index(at.stage) if at is not None and at.stage else -1
    rungs = []
    for number, stage in enumerate(protocol.stages):
        state = "future"
        if here >= 0:
            state = "present" if number == here else "past" if number < here else "future"
        limits = [limit for limit in protocol.time_limits if stage.key in limit.stages and "stage_opened" in limit.starts_on]
        own = next((limit for limit in limits if not limit.repeats), None)
        rungs.append(
            Rung(
                number=stage.number,
                name=stage.name,
                detail=", ".join(protocol.role(role).name for role in stage.acts),
                formal=stage.formal,
                state=state,
                timescale=f"{own.label} ({own.strength})" if own else "",
                tiers=tuple(tier.name for tier in stage.tiers),
            )
        )
    return rungs


def counterparts(viewer: Viewer) -> tuple[QuerySet[Agency], QuerySet[Membership], QuerySet[Contact]]:
    """Who can be named on a form: the agencies of the partnership, their members, and its contacts."""
    return (
        Agency.objects.filter(active=True),
        Membership.objects.filter(active=True, agency__isnull=False).select_related("user", "agency"),
        Contact.objects.filter(active=True).filter(~Q(email="")),
    )


def where(disagreement: Disagreement) -> str:
    """Its rung in words, or that it never stood on one."""
    return rung_words(disagreement.protocol, disagreement.position) if disagreement.stage else "Settled by talking"
