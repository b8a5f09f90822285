"""What raising will set going, or has: who is told, by role, and which clocks start with which date; sends and starts nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from partnerships import date_words, saying_when
from partnerships.conditions import Facts, holds
from partnerships.ladder import Position, openings
from partnerships.models import Agency
from partnerships.protocol import NoticeRule, Protocol
from partnerships.protocol_terms import Capacity, Event, Side
from partnerships.working_days import LONDON, Calendar, Unit
from partnerships.written import Written, joined, say

from .. import clocks
from ..models import Disagreement, Party
from ..services import Particulars, Person, facts_of
from .raising import inside

RAISING_EVENTS = frozenset({Event.RAISED, Event.STAGE_OPENED})
# Whom the agency's own list of people answers for, where the form names nobody.
LISTED_BY_AGENCY = frozenset({Capacity.REPRESENTATIVE, Capacity.ADVISER, Capacity.SENIOR_MANAGER})
BESIDE = frozenset({Side.PARTNERSHIP, Side.OUTSIDE})
# How binding a timescale is, on a page.
STRENGTHS: dict[str, str] = {"guide": _("guide"), "expectation": _("expectation"), "must": _("must")}


@dataclass(frozen=True)
class Raising:
    """A raised disagreement, or one about to be, as far as rules for telling people ask about it. `people`: side, role,
    name and agency of each; `facts`: where it starts."""

    protocol: Protocol
    to: Position
    people: tuple[tuple[Side, str, str, str], ...]
    agencies: Mapping[Side, Agency]
    facts: Facts
    needed_by: date | None = None
    decided_on: date | None = None

    @classmethod
    def about_to(cls, protocol: Protocol, given: Particulars) -> Raising:
        agencies = {Side.RAISING: given.raising_agency, Side.RECEIVING: given.receiving_agency}
        return cls(
            protocol=protocol,
            to=given.to,
            people=tuple((p.side, p.role, _named(p), str(p.agency or agencies[p.side])) for p in given.people),
            agencies=agencies,
            facts=facts_of(protocol, given),
            needed_by=given.needed_by,
            decided_on=given.decided_on,
        )

    @classmethod
    def done(cls, disagreement: Disagreement, people: Iterable[Party], *, to: Position) -> Raising:
        agencies = {Side.RAISING: disagreement.raising_agency, Side.RECEIVING: disagreement.receiving_agency}
        protocol = disagreement.protocol
        direct = any(o.direct for o in openings(protocol) if o.to == to)
        return cls(
            protocol=protocol,
            to=to,
            people=tuple((Side(party.side), party.role, _named(party), str(party.agency)) for party in people),
            agencies={side: agency for side, agency in agencies.items() if agency},
            facts=replace(disagreement.facts, stage=to.stage, direct=direct),
            needed_by=disagreement.needed_by,
            decided_on=disagreement.decided_on,
        )


def _named(person: Person | Party) -> str:
    """By name, and where they stand in for a role, as what."""
    return f"{person.name}, {inside(person.called)}" if person.called else person.name


@dataclass(frozen=True)
class Told:
    """A role that is told, and who that is as far as named."""

    role: str
    who: str


@dataclass(frozen=True)
class Clock:
    """One clock that starts: what it is for, its last day, and how that day was counted."""

    purpose: str
    by: str
    why: str


def told_on(raising: Raising) -> list[Told]:
    """Everybody whom the protocol has told that a disagreement was raised, each role once, in the protocol's order."""
    found: dict[str, list[str]] = {}
    for rule in raising.protocol.notice_rules:
        if _applies(rule, raising):
            for recipient in rule.to:
                for role, who in _who(recipient, raising):
                    found.setdefault(role, [])
                    found[role] += [one for one in who if one not in found[role]]
    return [Told(Written(role), _all(who)) for role, who in found.items()]


def _all(names: Sequence[str]) -> str:
    said = names[0] if names else ""
    for name in names[1:]:
        said = gettext("%(some)s and %(last)s") % {"some": said, "last": name}
    return said


def _applies(rule: NoticeRule, raising: Raising) -> bool:
    return bool(RAISING_EVENTS & set(rule.on)) and holds(raising.protocol, rule.when, raising.facts)


def _who(recipient: str, raising: Raising) -> list[tuple[str, list[str]]]:
    prefix, _, key = recipient.rpartition(".")
    role = raising.protocol.role(key)
    if role.side in BESIDE:
        return [(role.name, [])]
    found: list[str] = []
    for side in (Side(prefix),) if prefix else (Side.RAISING, Side.RECEIVING):
        agency = raising.agencies.get(side)
        named = [f"{name} ({of})" for at, held, name, of in raising.people if at == side and held == key]
        if not named and role.capacity in LISTED_BY_AGENCY and agency:
            named = [gettext("whoever is listed for %(agency)s") % {"agency": agency}]
        found += named
    return [(role.name, found)] if found else []


def clocks_on(raising: Raising, *, at: datetime, calendar: Calendar) -> list[Clock]:
    """The clocks that raising starts, the next date first."""
    turned = clocks.turn(
        raising.protocol,
        [],
        RAISING_EVENTS,
        position=raising.to,
        facts=raising.facts,
        needed_by=raising.needed_by,
        decided_on=raising.decided_on,
        at=at,
        calendar=calendar,
    )
    return [clock_words(start, calendar=calendar) for start in sorted(turned.starts, key=lambda start: start.due_at)]


def clock_words(start: clocks.Start, *, calendar: Calendar) -> Clock:
    """A clock that starts, in words: what for, by when, and how that was counted."""
    limit = start.limit
    if limit.unit is Unit.CLOCK_HOURS and not start.shortened:
        due = start.due_at.astimezone(LONDON)
        by = by_the_hour(due, date_words.day_of_this_year(due), limit.strength)
    else:
        by = by_the_end(clocks.last_day_of(start.due_at), limit.strength)
    counted = clocks.counted_from(limit, at=start.starts_at, calendar=calendar)
    if start.shortened or counted is None:
        why = say(gettext("This is the date you asked for. The protocol says: %(limit)s."), limit=Written(limit.label))
    else:
        why = joined(Written(f"{limit.label[:1].upper()}{limit.label[1:]}."), saying_when.why(counted))
    return Clock(Written(limit.purpose), by, why)


def by_the_hour(due: datetime, day: str, strength: str) -> str:
    words = {"time": saying_when.clock(due), "day": day, "strength": gettext(STRENGTHS[strength])}
    return gettext("By %(time)s on %(day)s (%(strength)s)") % words


def by_the_end(day: date, strength: str) -> str:
    words = {"day": date_words.day(day), "strength": gettext(STRENGTHS[strength])}
    return gettext("By the end of %(day)s (%(strength)s)") % words
