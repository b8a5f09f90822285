"""A forecast in plain sentences: what happens when, how each date was counted, who is told and what they are asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from escalation.clocks import last_day_of
from escalation.forms.raising_forecast import clock_words
from escalation.replay import Clock
from escalation.states import Kind
from notifications.audiences import FROM_DIRECTORY, Person
from partnerships.ladder import rung_words
from partnerships.protocol import NoticeRule, Protocol, Rule, TimeLimit
from partnerships.protocol_phrases import AUTHORITY_WORDS, SIDE_WORDS, plural
from partnerships.protocol_sentences import capital, listed, role_words, said
from partnerships.protocol_terms import Side
from partnerships.working_days import LONDON, Calendar, Unit, clock_time

from .casting import NOWHERE
from .forecast import MOST, Ending, Forecast, Noted

BESIDE = (Side.PARTNERSHIP, Side.OUTSIDE)


@dataclass(frozen=True)
class Date:
    """One clock that starts: what for, its last day, how that was counted, who keeps it and where the rule stands."""

    purpose: str
    by: str
    why: str
    held_by: str
    clause: str


@dataclass(frozen=True)
class Recipient:
    role: str
    side: str
    who: str
    asks: tuple[str, ...]
    clause: str


@dataclass(frozen=True)
class Event:
    """One thing that happens. `sort` is what the page marks it by."""

    sort: str
    title: str
    sentences: tuple[str, ...]
    dates: tuple[Date, ...]
    ended: tuple[str, ...]
    told: tuple[Recipient, ...]
    nobody: tuple[str, ...]
    clause: str
    same_as: str = ""


@dataclass(frozen=True)
class Entry:
    """All that happens at one instant."""

    at: datetime
    day: str
    time: str
    events: tuple[Event, ...]


SORTS = {
    Kind.RAISED: "Raised",
    Kind.TIMESCALE_NEAR: "Reminder",
    Kind.TIMESCALE_PASSED: "Timescale passes",
    Kind.ESCALATED: "Moved up",
    Kind.SIDE_PROCESS_STARTED: "Side process",
    Kind.CLOCK_PAUSED: "Clock waits",
}


def timeline(found: Forecast, *, calendar: Calendar) -> list[Entry]:
    """The whole timeline. What happens to the same people in the same words as once before says so (`same_as`)."""
    entries, before = [], dict[object, str]()
    for moment in found.moments:
        day = day_words(moment.at)
        events = []
        for noted in moment.noted:
            event = _event(found.protocol, noted, calendar=calendar)
            seen = before.setdefault((event.title, event.told, event.nobody), day)
            events.append(replace(event, same_as="" if seen == day else seen))
        entries.append(Entry(at=moment.at, day=day, time=time_words(moment.at), events=tuple(events)))
    return entries


def day_words(at: date) -> str:
    local = at.astimezone(LONDON) if isinstance(at, datetime) else at
    return f"{local:%A} {local.day} {local:%B %Y}"


def time_words(at: datetime) -> str:
    clock = clock_time(at)
    return "as the day begins" if clock == "midnight" else f"at {clock}"


def _event(protocol: Protocol, noted: Noted, *, calendar: Calendar) -> Event:
    happening, clock = noted.step.happening, noted.step.clock
    limit = protocol.time_limit(clock.time_limit) if clock else None
    return Event(
        sort=SORTS[happening.kind],
        title=_title(protocol, noted, limit),
        sentences=tuple(_sentences(protocol, noted, limit)),
        dates=tuple(_date(protocol, started, calendar=calendar) for started in noted.step.started),
        ended=tuple(protocol.time_limit(stopped.time_limit).purpose for stopped in noted.step.stopped if clock != stopped),
        told=tuple(_recipients(protocol, noted)),
        nobody=tuple(_nobody(protocol, rule, recipient) for rule, recipient in noted.nobody),
        clause=clause_words(limit) if limit else "",
    )


def _title(protocol: Protocol, noted: Noted, limit: TimeLimit | None) -> str:
    happening = noted.step.happening
    rung = rung_words(protocol, happening.position)
    if happening.kind == Kind.RAISED:
        return f"Raised at {rung}{', straight away' if happening.data.get('direct') else ''}"
    if happening.kind == Kind.ESCALATED:
        return f"Somebody moves it up to {rung}"
    if happening.kind == Kind.SIDE_PROCESS_STARTED:
        return f"{protocol.side_process(happening.data['process']).name} starts, because of the mark"
    if limit is None:
        return f"“{protocol.time_limit(happening.data['time_limit']).purpose}” waits"
    ends = {Kind.TIMESCALE_NEAR: "ends soon", Kind.TIMESCALE_PASSED: "has passed"}[happening.kind]
    return f"{capital(limit.label)} ({limit.strength}) {ends}"


def _sentences(protocol: Protocol, noted: Noted, limit: TimeLimit | None) -> Iterator[str]:
    clock = noted.step.clock
    if limit is not None and clock is not None:
        yield f"What for: {limit.purpose.rstrip('.')}. {_last_day(limit, clock)}"
        if noted.step.happening.kind == Kind.TIMESCALE_PASSED:
            yield "Nothing is moved by that: it stays where it is, and can still be worked on."
            if limit.unanswered:
                words = said(limit.unanswered, protocol)
                yield " ".join((words.words, *words.more, f"({clause_words(limit.unanswered)})"))
        elif not noted.told:
            yield "No rule has anybody told that it ends soon."
    if noted.move is not None:
        if ground := noted.step.happening.data.get("ground"):
            yield f"On the ground “{next(g.name for g in protocol.grounds if g.key == ground)}”."
        if noted.move.direct:
            yield "That needs a reason why the steps between are passed over."
        for gate in noted.move.gates:
            yield f"Before it opens, this has to be recorded: {gate.asks}"
        authority = protocol.stage(noted.move.to.stage).authority
        if authority is not None:
            yield said(authority, protocol).words


def _last_day(limit: TimeLimit, clock: Clock) -> str:
    if limit.unit is Unit.CLOCK_HOURS and not (clock.started and clock.started.shortened):
        return f"It ends on {day_words(clock.due_at)} {time_words(clock.due_at)}."
    day = last_day_of(clock.due_at)
    return f"Its last day is {day:%A} {day.day} {day:%B %Y}."


def clause_words(rule: Rule) -> str:
    return rule.clause or f"assumed: {rule.assumption}"


def _date(protocol: Protocol, clock: Clock, *, calendar: Calendar) -> Date:
    limit = protocol.time_limit(clock.time_limit)
    if clock.started is None:
        raise ValueError("A clock of a forecast has always been started in it.")
    words = clock_words(clock.started, calendar=calendar)
    return Date(
        purpose=words.purpose,
        by=words.by,
        why=words.why,
        held_by=role_words(protocol, limit.holder) if limit.holder else SIDE_WORDS[limit.held_by],
        clause=clause_words(limit),
    )


def _recipients(protocol: Protocol, noted: Noted) -> Iterator[Recipient]:
    """By role and side, each once, with how many people that is today."""
    people: dict[tuple[str, str, tuple[NoticeRule, ...]], list[Person]] = {}
    for told in noted.told:
        people.setdefault((told.role, told.side, told.rules), []).append(told.person)
    for (role, side, rules), found in people.items():
        yield Recipient(
            role=protocol.role(role).name,
            side=SIDE_WORDS[Side(side)] if side else "",
            who=_who(found),
            asks=tuple(dict.fromkeys(rule.asks for rule in rules if rule.asks)),
            clause="; ".join(dict.fromkeys(clause_words(rule) for rule in rules)),
        )


def _who(found: list[Person]) -> str:
    """Who that is, without a name: whoever the form names, or as many as are listed."""
    named = [person for person in found if person.side]
    imagined = [person for person in found if not person.side and person.email.endswith(NOWHERE)]
    listed_now = len(found) - len(named) - len(imagined)
    said_so = ["whoever the form names"] if named else []
    said_so += ["whoever the agency has listed"] if imagined else []
    said_so += [f"{listed_now} listed today"] if listed_now else []
    return listed(said_so)


def _nobody(protocol: Protocol, rule: NoticeRule, recipient: str) -> str:
    prefix, _, key = recipient.rpartition(".")
    role = protocol.role(key)
    where = f" ({SIDE_WORDS[Side(prefix)]})" if prefix else ""
    if role.side in BESIDE or role.capacity in FROM_DIRECTORY:
        why = "no contact with an e-mail address and no person has this role today"
    else:
        why = "nobody on the form has this role at this step"
    return f"{role.name}{where} would be told under {rule.clause or 'an assumed rule'}, but {why}."


def summary(found: Forecast) -> list[str]:
    """The whole in a few sentences, for whoever reads no further."""
    noted = [one for moment in found.moments for one in moment.noted]
    reminders = sum(one.step.happening.kind == Kind.TIMESCALE_NEAR for one in noted)
    passed = sum(one.step.happening.kind == Kind.TIMESCALE_PASSED for one in noted)
    notices = sum(len(one.told) for one in noted)
    roles = {told.role for one in noted for told in one.told}
    sentences = []
    if not found.by_itself:
        sentences.append(_nothing(found))
    else:
        counted = [plural(reminders, "reminder"), plural(passed, "timescale") + " passing", plural(notices, "notice")]
        whom = f" to {plural(len(roles), 'role')}" if roles else ""
        sentences.append(f"In all: {listed(counted)}{whom}.")
    without = len({sentence for one in noted for sentence in (_nobody(found.protocol, *pair) for pair in one.nobody)})
    if without:
        verb = "recipient is" if without == 1 else "recipients are"
        sentences.append(f"{without} {verb} nobody at present: the timeline says where.")
    return sentences


def _nothing(found: Forecast) -> str:
    rung = rung_words(found.protocol, found.position)
    words = (
        f"Nothing would happen by itself. No timescale of this protocol runs from here, so nobody is reminded and nothing "
        f"passes: it stays at {rung} until somebody acts."
    )
    asked = [limit for limit in found.protocol.time_limits if limit.amount is None and limit.whichever_is_shorter]
    return f"{words} Only a date asked for on the form would start a clock." if asked and not found.start.needed_by else words


def ending(found: Forecast) -> list[str]:
    """What is true after the last line of the timeline."""
    rung = rung_words(found.protocol, found.position)
    sentences = []
    if found.ending == Ending.HORIZON:
        again = {c.time_limit for c in found.running if found.protocol.time_limit(c.time_limit).repeats and not c.passed}
        names = listed(f"“{found.protocol.time_limit(key).purpose.rstrip('.')}”" for key in sorted(again))
        sentences.append(f"The timeline is shown up to {day_words(found.until)}; it goes on after that.")
        if names:
            sentences.append(f"What starts again each time it ends, until somebody acts: {names}.")
    elif found.ending == Ending.TOO_MANY:
        sentences.append(f"Only the first {MOST} moments are shown; it goes on like this until somebody acts.")
    elif found.by_itself:
        sentences.append(f"After that nothing more happens by itself. It stays at {rung} until somebody acts.")
    authority = found.protocol.stage(found.position.stage).authority
    if found.at_the_top:
        sentences.append(f"{rung} is the highest step of this protocol, so it cannot be moved up from there.")
        if authority is not None and authority.by is not None:
            sentences.append(f"{AUTHORITY_WORDS[authority.kind]}: {role_words(found.protocol, authority.by)}.")
    return sentences
