"""Who must act next, in one sentence: by state, by rung, by clock, and by what the protocol makes of silence; writes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from partnerships.protocol import Authority, Protocol, Stage, TimeLimit, Unanswered
from partnerships.protocol_phrases import STANCE_WORDS
from partnerships.protocol_terms import AuthorityKind, Capacity, Satisfied, Side, Stance
from partnerships.scope import present
from partnerships.written import joined, say, written

from .models import Deadline, Disagreement, Party
from .states import STATE_HOLDERS, Holder

# An outcome that one side has proposed waits for the other.
OTHER = {Side.RAISING.value: Side.RECEIVING, Side.RECEIVING.value: Side.RAISING}
ANSWER = _("answer the outcome that is proposed")
TALK = _("talk and agree a way forward")


# What the protocol makes of silence.
SILENCE = {
    "move_up": _("The protocol says that it is then moved up to the next %(step)s."),
    "tell_office": _("The protocol says that the partnership office is then told, and takes it up."),
    "may_close": _("The protocol says that the raising side may then close it."),
}


@dataclass(frozen=True)
class Silence:
    """A clock whose time has passed while nobody answered, of which the protocol says what follows. The product says so
    and offers it; it moves nothing by itself."""

    deadline: Deadline
    limit: TimeLimit
    rule: Unanswered
    step_word: str

    @property
    def sentence(self) -> str:
        return joined(
            say(gettext("There was no answer %(within)s."), within=written(self.limit.label)),
            say(gettext(SILENCE[self.rule.means]), step=written(self.step_word)),
            written(self.rule.asks),
        )


def silences(disagreement: Disagreement, *, at: datetime) -> tuple[Silence, ...]:
    """Every clock still running that has passed in silence, where the protocol makes something of that."""
    found: list[Deadline] | None = getattr(disagreement, "running", None)
    if found is None:
        found = list(disagreement.deadlines.filter(stopped_at=None))
    passed = [clock for clock in found if clock.paused_at is None and clock.due_at <= at]
    limits = {clock.pk: disagreement.protocol.time_limit(clock.time_limit) for clock in passed}
    word = disagreement.protocol.step_word if passed else ""
    return tuple(
        Silence(clock, limit, limit.unanswered, word) for clock in passed if (limit := limits[clock.pk]).unanswered is not None
    )


def unanswered_words(disagreement: Disagreement, *, at: datetime) -> dict[int, str]:
    """By clock, what the protocol makes of the silence."""
    return {silence.deadline.pk: silence.sentence for silence in silences(disagreement, at=at)}


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
    """Who must act next, for every viewer the same; addressed.py says it to one of them. `task`: what is asked, behind "to";
    `who`: who is asked, where the protocol names a role and no people; `after`: what else has to be said of it; `unanswered`:
    those whose turn it is only because nobody else answered; `answering`: who is asked for an answer while others decide."""

    sentence: str
    holders: tuple[Party, ...]
    sides: frozenset[str]
    deadline: Deadline | None
    task: str = ""
    who: str = ""
    after: str = ""
    unanswered: tuple[Party, ...] = ()
    answering: tuple[Party, ...] = ()


def ball(disagreement: Disagreement, *, at: datetime | None = None) -> Ball:
    """Who has the ball. Needs a disagreement from `visible`, with its people and running clocks."""
    people: list[Party] = [p for p in disagreement.people if p.left_at is None]  # type: ignore[attr-defined]
    holder = STATE_HOLDERS[disagreement.standing]
    clock = soonest(disagreement)
    if holder == Holder.NOBODY:
        return Ball(gettext("Nobody has anything more to do here."), (), frozenset(), None)
    if holder == Holder.AUTHOR:
        return Ball(gettext("Its author is still writing it."), (), frozenset(), None)
    if holder == Holder.PARTNERSHIP_MANAGER:
        return Ball(_after_the_outcome(disagreement.protocol), (), frozenset({Side.PARTNERSHIP}), clock)
    return _with_silence(disagreement, _worked_on(disagreement, holder, people, clock), people, at=at or present())


def _worked_on(disagreement: Disagreement, holder: Holder, people: list[Party], clock: Deadline | None) -> Ball:
    stage = disagreement.protocol.stage(disagreement.stage)
    if holder == Holder.RECEIVING_MANAGER:
        theirs = soonest(disagreement, held_by=Side.RECEIVING)
        asked = (
            _holding(people, disagreement, theirs)
            or _line_managers(people, disagreement, Side.RECEIVING)
            or _acting(people, disagreement, sides={Side.RECEIVING})
        )
        task = gettext("confirm in writing what was agreed")
        return Ball(
            say(gettext("%(who)s must %(task)s."), who=_names(asked), task=task), asked, frozenset({Side.RECEIVING}), theirs, task
        )
    if (awaited := OTHER.get(disagreement.proposed_by_side)) is not None:
        asked = _acting(people, disagreement, sides={awaited})
        task = gettext(ANSWER)
        return _beside_who_decides(
            _at_rung(disagreement, stage, people, clock),
            Ball(_are_asked(asked, task), asked, frozenset({awaited}), clock, task),
        )
    return _at_rung(disagreement, stage, people, clock)


def _beside_who_decides(rung: Ball, proposed: Ball) -> Ball:
    """A proposal takes nothing from those who have the last word at the step: whoever waits for it could stall them."""
    if Side.PARTNERSHIP not in rung.sides:
        return proposed
    words = joined(rung.sentence, proposed.sentence)
    return replace(rung, sentence=words, sides=rung.sides | proposed.sides, answering=proposed.holders)


# Who says whether the outcome satisfies them, before it is closed.
SATISFIED_WORDS = {
    Satisfied.RAISER: _(
        "The outcome stands. The managers tell the person who raised it and record the learning; "
        "the person who raised it says whether they are satisfied. Then it can be closed."
    ),
    Satisfied.RAISING_SIDE: _(
        "The outcome stands. The managers tell the person who raised it and record the learning; "
        "the raising side says whether it is satisfied. Then it can be closed."
    ),
    Satisfied.BOTH_SIDES: _(
        "The outcome stands. The managers tell the person who raised it and record the learning; "
        "both sides say whether they are satisfied. Then it can be closed."
    ),
}


def _after_the_outcome(protocol: Protocol) -> str:
    asked = SATISFIED_WORDS.get(protocol.closing.satisfied) if protocol.closing else None
    nobody = _("The outcome stands. The managers tell the person who raised it and record the learning; then it can be closed.")
    return gettext(asked or nobody)


def _with_silence(disagreement: Disagreement, held: Ball, people: list[Party], *, at: datetime) -> Ball:
    """Where nobody answered in time, the protocol may say whose turn it is then: whoever waited is asked to act, or the
    office is. It is said and offered; nothing moves by itself."""
    silent = silences(disagreement, at=at) if disagreement.stage else ()
    if not silent:
        return held
    holders, sides = list(held.holders), set(held.sides)
    for silence in silent:
        if silence.rule.means == "tell_office":
            sides.add(Side.PARTNERSHIP)
        else:
            waiting = {Side.RAISING} if silence.deadline.held_by != Side.RAISING else {Side.RECEIVING}
            holders += [p for p in _acting(people, disagreement, sides=waiting) if p not in holders]
            sides |= waiting
    said = joined(*dict.fromkeys(silence.sentence for silence in silent))
    return replace(
        held,
        sentence=joined(held.sentence, said),
        holders=tuple(holders),
        sides=frozenset(sides),
        deadline=held.deadline or silent[0].deadline,
        after=joined(held.after, said),
        unanswered=tuple(p for p in holders if p not in held.holders),
    )


def _at_rung(disagreement: Disagreement, stage: Stage, people: list[Party], clock: Deadline | None) -> Ball:
    acting = _acting(people, disagreement, sides={Side.RAISING, Side.RECEIVING})
    protocol = disagreement.protocol
    authority = stage.authority
    if authority is not None and authority.by is not None and authority.kind != AuthorityKind.MEDIATES:
        who, word = who_decides(protocol, authority), written(authority.outcome_word)
        given: str = say(gettext("give the %(outcome)s"), outcome=word)
        words = say(gettext("It is for the %(who)s to %(task)s."), who=who, task=given)
        return Ball(words, acting, frozenset({Side.PARTNERSHIP}), clock, given, who)
    mediated = authority is not None and authority.kind == AuthorityKind.MEDIATES
    nobody = gettext("Nobody decides it for them: mediation can help them to a way forward.") if mediated else ""
    if clock is not None and clock.held_by in (Side.RAISING, Side.RECEIVING):
        held = _holding(people, disagreement, clock) or tuple(p for p in acting if p.side == clock.held_by) or acting
        task: str = say(gettext("act next: %(purpose)s"), purpose=written(_lower(clock.purpose)))
        words = joined(say(gettext("%(who)s must %(task)s."), who=_names(held), task=task), nobody)
        return Ball(words, held, frozenset({clock.held_by}), clock, task, after=nobody)
    task = gettext(TALK)
    words = joined(say(gettext("%(who)s are asked to %(task)s."), who=_names(acting), task=task), nobody)
    return Ball(words, acting, frozenset({Side.RAISING, Side.RECEIVING}), clock, task, after=nobody)


def _are_asked(people: Sequence[Party], task: str) -> str:
    several = len({p.name for p in people}) != 1
    sentence = gettext("%(who)s are asked to %(task)s.") if several else gettext("%(who)s is asked to %(task)s.")
    return say(sentence, who=_names(people), task=task)


def who_decides(protocol: Protocol, authority: Authority) -> str:
    """Whoever has the last word at a stage, and the panel through which they may give it."""
    who = written(protocol.role(authority.by).name) if authority.by else ""
    panel = written(protocol.side_process(authority.panel).name) if authority.panel else ""
    return say(gettext("%(who)s, directly or by the %(panel)s,"), who=who, panel=panel) if panel else who


def stance_words(disagreement: Disagreement) -> str:
    """How far the partnership is drawn in at the stage where it stands; said while it is worked on."""
    if not disagreement.stage or disagreement.ended:
        return ""
    return gettext(STANCE_WORDS[Stance(disagreement.protocol.stage(disagreement.stage).stance)])


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
        return gettext("The managers of both sides")
    return listed(list(dict.fromkeys(f"{p.name} ({p.agency})" for p in people)))


def listed(parts: Sequence[str]) -> str:
    if len(parts) == 1:
        return parts[0]
    return say(gettext("%(others)s and %(last)s"), others=joined(*parts[:-1], by=", "), last=parts[-1])


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:].rstrip(".")
