"""Every rule of a protocol said in plain sentences, for people who will never read a data file; knows no page."""

from __future__ import annotations

from dataclasses import dataclass
from functools import singledispatch

from .protocol import (
    AgencyPart,
    Authority,
    Category,
    ChildStatus,
    Closing,
    ContactPart,
    Flag,
    Gate,
    Ground,
    Guidance,
    MembershipRule,
    NoticeRule,
    Permit,
    Protocol,
    Question,
    Raiser,
    RaiseWithin,
    Reporting,
    Requirement,
    Role,
    RouteOut,
    Rule,
    SideProcess,
    Signpost,
    Stage,
    Thematic,
    TimeLimit,
    Unanswered,
    UrgencyBand,
)
from .protocol_naming import (
    called,
    capital,
    condition_words,
    conditions,
    listed,
    role_words,
    stage_name,
    stage_numbers,
    when_words,
)
from .protocol_phrases import (
    ASKED_WORDS,
    AUTHORITY_WORDS,
    CAPACITY_WORDS,
    COMMON_WORDS,
    GUIDANCE_WORDS,
    KIND_WORDS,
    PERMIT_WORDS,
    QUESTION_WORDS,
    RAISED_AS_WORDS,
    SATISFIED_WORDS,
    SECTOR_WORDS,
    SIDE_WORDS,
    STANCE_WORDS,
    STRENGTH_WORDS,
    UNANSWERED_WORDS,
    plural,
)
from .protocol_terms import Side
from .working_days import Unit

__all__ = [
    "Said", "called", "capital", "condition_words", "conditions", "listed", "membership_words", "role_words", "said",
    "stage_name", "stage_numbers", "stage_sentences", "when_words",
]  # fmt: skip


@dataclass(frozen=True)
class Said:
    """A rule in words: what it says, and further sentences that belong to it."""

    words: str
    more: tuple[str, ...] = ()


@singledispatch
def said(rule: Rule, protocol: Protocol) -> Said:
    """A rule in words. Every kind of rule has its own; a kind without one is a fault in this module."""
    raise NotImplementedError(type(rule).__name__)


@said.register
def _(rule: Stage, protocol: Protocol) -> Said:
    return Said(stage_name(protocol, rule.key), tuple(stage_sentences(rule, protocol)))


def stage_sentences(stage: Stage, protocol: Protocol) -> list[str]:
    """What sort of step it is, who acts, how it is reached and how far the partnership is drawn in."""
    word = protocol.step_word
    sentences = [f"This is {'a formal' if stage.formal else 'an informal'} {word}, {KIND_WORDS[stage.kind]}."]
    sentences.append(f"Who acts: {listed(role_words(protocol, key) for key in stage.acts)}.")
    if stage.tiers:
        tiers = (
            f"{tier.name} ({listed(called(protocol.roles, key) for key in tier.acts or stage.acts)})" for tier in stage.tiers
        )
        skipped = "They may be skipped." if stage.tiers_may_be_skipped else "They are taken one after the other."
        sentences.append(f"Tiers inside it, lowest first: {'; '.join(tiers)}. {skipped}")
    if not stage.recorded:
        sentences.append("It is settled by talking; the tracker records it from the next step on.")
    if stage.opens_here:
        sentences.append("A disagreement may start here.")
    if stage.directly_reachable:
        only = f" Only {conditions(protocol, stage.direct_when)}." if stage.direct_when else ""
        sentences.append(f"It can be taken straight here from any lower {word}, or from the start, with a reason.{only}")
    if stage.only_when:
        sentences.append(f"There is this {word} only {conditions(protocol, stage.only_when)}.")
    sentences.append(STANCE_WORDS[stage.stance])
    return sentences


@said.register
def _(rule: Gate, protocol: Protocol) -> Said:
    return Said(f"Before it opens, this is recorded: {rule.asks}")


@said.register
def _(rule: Authority, protocol: Protocol) -> Said:
    who = role_words(protocol, rule.by) if rule.by else "nobody is named"
    panel = f", or a {called(protocol.side_processes, rule.panel)}" if rule.panel else ""
    more = [f"What is recorded is called the {rule.outcome_word}."]
    if rule.jointly_with:
        others = listed(role_words(protocol, key) for key in rule.jointly_with)
        more.append(f"It stands once these have agreed to it too: {others}.")
    return Said(f"{AUTHORITY_WORDS[rule.kind]}: {who}{panel}.", tuple(more))


@said.register
def _(rule: TimeLimit, protocol: Protocol) -> Said:
    more = [f"Held by: {role_words(protocol, rule.holder) if rule.holder else SIDE_WORDS[rule.held_by]}."]
    if rule.stages:
        more.append(f"It applies at {stage_numbers(protocol, rule.stages)}.")
    more.append(_amount_words(rule))
    starts, stops = when_words(protocol, rule.starts_on), when_words(protocol, rule.stops_on)
    more.append(f"It starts {starts}. It stops {stops}.")
    if rule.urgency:
        more.append(f"It applies only where the urgency is “{called(protocol.urgency_bands, rule.urgency)}”.")
    if when := conditions(protocol, rule.when):
        more.append(f"It applies only {when}.")
    if rule.counts_from == "decided_on":
        more.append("It is counted from the day of the decision that is disagreed with.")
    if rule.remind_before:
        unit = "hour" if rule.unit is Unit.CLOCK_HOURS else "day" if rule.unit is Unit.CALENDAR_DAYS else "working day"
        before = listed(plural(number, unit) for number in rule.remind_before)
        more.append(f"Whoever holds it is reminded {before} before it ends.")
    if rule.repeats:
        more.append("It starts again each time it ends.")
    return Said(f"{capital(rule.label)} ({STRENGTH_WORDS[rule.strength]}): {rule.purpose.rstrip('.')}.", tuple(more))


def _amount_words(rule: TimeLimit | RaiseWithin) -> str:
    if rule.amount is None:
        return "It has no length of its own: a date given on the form for the child is what counts."
    counted = {
        Unit.WORKING_DAYS: plural(rule.amount, "working day"),
        Unit.CALENDAR_DAYS: f"{plural(rule.amount, 'day')}, weekends and bank holidays too",
        Unit.CLOCK_HOURS: f"{plural(rule.amount, 'hour')}, day and night",
        Unit.SAME_WORKING_DAY: "the same working day",
    }[rule.unit]
    if isinstance(rule, TimeLimit) and rule.whichever_is_shorter:
        return f"It is counted as {counted}. A date given on the form for the child counts instead if it comes first."
    return f"It is counted as {counted}."


@said.register
def _(rule: Unanswered, protocol: Protocol) -> Said:
    asks = (f"People are told: “{rule.asks}”",) if rule.asks else ()
    return Said(f"Where nobody has answered by then, {UNANSWERED_WORDS[rule.means]}.", asks)


@said.register
def _(rule: NoticeRule, protocol: Protocol) -> Said:
    conditions = "".join(f", {words}" for words in condition_words(protocol, rule.when))
    told = listed(role_words(protocol, recipient) for recipient in rule.to)
    asks = (f"The e-mail says: “{rule.asks}”",) if rule.asks else ()
    return Said(f"{capital(when_words(protocol, rule.on))}{conditions}: {told}.", asks)


@said.register
def _(rule: Requirement, protocol: Protocol) -> Said:
    must = "It must be answered." if rule.must else "It may be left out."
    where = f"Asked at {stage_numbers(protocol, rule.stages)}." if rule.stages else ""
    return Said(rule.asks or capital(ASKED_WORDS[rule.what]) + ".", tuple(s for s in (rule.hint, f"{where} {must}".strip()) if s))


@said.register
def _(rule: Signpost, protocol: Protocol) -> Said:
    return Said(f"“{rule.answer}”: {rule.title}.", (*rule.advice, *_elsewhere(rule, protocol)))


def _elsewhere(rule: Signpost | RouteOut, protocol: Protocol) -> tuple[str, ...]:
    contact = next((c.name for c in protocol.contacts if c.key == rule.contact), "")
    where = (f"Contact: {contact}.",) if contact else ()
    return (*where, "It goes under another protocol of this partnership.") if rule.protocol else where


@said.register
def _(rule: RouteOut, protocol: Protocol) -> Said:
    when = capital(conditions(protocol, rule.when)) or "Always"
    stops = "It cannot be raised here." if rule.stops else "It can be raised here all the same."
    return Said(f"{when}: {rule.title}.", (*rule.advice, stops, *_elsewhere(rule, protocol)))


@said.register
def _(rule: Raiser, protocol: Protocol) -> Said:
    hint = (rule.hint,) if rule.hint else ()
    return Said(rule.asks, (f"It is then raised {RAISED_AS_WORDS[rule.kind]}.", *hint))


@said.register
def _(rule: Thematic, protocol: Protocol) -> Said:
    return Said(rule.asks, ("A disagreement may be about a theme and no particular child.",))


@said.register
def _(rule: RaiseWithin, protocol: Protocol) -> Said:
    return Said(f"It is raised {rule.label} after the decision that is disagreed with.", (_amount_words(rule),))


@said.register
def _(rule: Question, protocol: Protocol) -> Said:
    more = [*([rule.hint] if rule.hint else []), *([f"The answers: {'; '.join(rule.choices)}."] if rule.choices else [])]
    more.append(f"Asked {QUESTION_WORDS[rule.at]}. {'It must be answered.' if rule.must else 'It may be left out.'}")
    if rule.stages:
        more.append(f"Only at {stage_numbers(protocol, rule.stages)}.")
    if when := conditions(protocol, rule.when):
        more.append(f"Only {when}.")
    return Said(rule.asks, tuple(more))


@said.register
def _(rule: Ground, protocol: Protocol) -> Said:
    more = ["It is meant for when the other side has not answered."] if rule.no_answer else []
    if rule.stages:
        more.append(f"Only at {stage_numbers(protocol, rule.stages)}.")
    return Said(f"{rule.name}.", tuple(more))


@said.register
def _(rule: Permit, protocol: Protocol) -> Said:
    by = listed((role_words(protocol, key) for key in rule.by), last="or") or "the usual people"
    office = ", or the partnership office" if rule.by and rule.office else ""
    more = [f"Only at {stage_numbers(protocol, rule.stages)}."] if rule.stages else []
    if rule.times:
        more.append(f"No more than {plural(rule.times, 'time')} in all.")
    if rule.within:
        limit = next((one.label for one in protocol.time_limits if one.key == rule.within), rule.within)
        more.append(f"Only while this has not passed: {limit}.")
    return Said(f"It may be {PERMIT_WORDS[rule.act]} by: {by}{office}.", tuple(more))


@said.register
def _(rule: Closing, protocol: Protocol) -> Said:
    by = listed((role_words(protocol, key) for key in rule.by), last="or") or "the managers of either side"
    office = ", or the partnership office" if rule.office else ""
    return Said(f"It may be closed by: {by}{office}.", (SATISFIED_WORDS[rule.satisfied],))


def membership_words(who: MembershipRule) -> str:
    """Who is to sit on it; nothing where the protocol does not say."""
    members = [
        f"at least {plural(who.agencies_at_least, 'different agency')}" if who.agencies_at_least else "",
        "people of both sides" if who.includes_both_sides else "",
        "somebody of an agency that is not in dispute" if who.one_not_in_dispute else "",
        "people from outside both agencies" if who.outside_both else "",
    ]
    return listed(words for words in members if words) if any(members) else ""


@said.register
def _(rule: SideProcess, protocol: Protocol) -> Said:
    more = [f"Started by: {listed((role_words(protocol, key) for key in rule.started_by), last='or')}."]
    if rule.stages:
        more.append(f"Only at {stage_numbers(protocol, rule.stages)}.")
    more.append("It takes the place of the ladder." if rule.instead else "It runs beside the ladder; the timescales go on.")
    if rule.ended_by:
        more.append(f"Ended by: {listed((role_words(protocol, key) for key in rule.ended_by), last='or')}, or who sits on it.")
    if who := membership_words(rule.members):
        more.append(f"Who takes part: {who}.")
    more.append("What it arrives at may end the disagreement." if rule.may_decide else "It does not decide the disagreement.")
    if rule.started_by_flag:
        more.append(f"The mark “{called(protocol.flags, rule.started_by_flag)}” starts it.")
    if rule.asks:
        more.append(f"It asks: {rule.asks}")
    more += [f"It asks: {question}" for question in rule.questions]
    if rule.choices:
        more.append(f"It can end with: {'; '.join(rule.choices)}.")
    if rule.last_resort:
        more.append(f"What is left after that: {rule.last_resort}")
    return Said(f"{rule.name}.", tuple(more))


@said.register
def _(rule: Role, protocol: Protocol) -> Said:
    more = [f"{capital(CAPACITY_WORDS[rule.capacity])}."]
    if rule.side in (Side.RAISING, Side.RECEIVING, Side.BOTH):
        more.append(f"Acts for {SIDE_WORDS[rule.side]}.")
    if rule.substitutes:
        more.append(f"Or instead: {'; '.join(rule.substitutes)}.")
    if rule.may_decide:
        more.append("May decide a disagreement.")
    if not rule.may_see:
        more.append("Is told that something happened, and cannot open the disagreement.")
    return Said(f"{rule.name}.", tuple(more))


@said.register
def _(rule: Category, protocol: Protocol) -> Said:
    return Said(f"{rule.name}.", (f"Compared with other partnerships as “{COMMON_WORDS[rule.common]}”.",))


@said.register(Flag)
@said.register(UrgencyBand)
def _(rule: Flag | UrgencyBand, protocol: Protocol) -> Said:
    advice = rule.advice if isinstance(rule, UrgencyBand) else f"It asks: {rule.asks}" if rule.asks else ""
    return Said(f"{rule.name}.", (advice,) if advice else ())


@said.register
def _(rule: ChildStatus, protocol: Protocol) -> Said:
    return Said(f"{rule.name}.")


@said.register
def _(rule: AgencyPart, protocol: Protocol) -> Said:
    posts = "; ".join(f"{post.kind.value} step: {post.title}" for post in rule.posts)
    called = "Posts, for indication only" if rule.indicative else "Posts"
    return Said(f"{rule.name}, {SECTOR_WORDS[rule.sector]}.", (f"{called}: {posts}.",) if posts else ())


@said.register
def _(rule: ContactPart, protocol: Protocol) -> Said:
    reached = "; ".join(words.rstrip(".") for words in (rule.email, rule.telephone, rule.address, rule.note) if words)
    return Said(f"{rule.name}.", (reached,) if reached else ())


@said.register
def _(rule: Guidance, protocol: Protocol) -> Said:
    where = f" ({stage_numbers(protocol, rule.stages)})" if rule.stages else ""
    return Said(rule.text, (f"Shown {GUIDANCE_WORDS[rule.at]}{where}.",))


@said.register
def _(rule: Reporting, protocol: Protocol) -> Said:
    sentences = []
    if rule.sub_group and not rule.silent_after_months:
        sentences.append(f"{rule.sub_group} takes up what is learned{f': {rule.every}' if rule.every else ''}.")
    if rule.agencies_report:
        sentences.append("The agencies report regularly on what they meet.")
    if rule.annual_to:
        sentences.append(f"{rule.annual_to} is reported to{f': {rule.every}' if rule.every else ' every year'}.")
    if rule.silent_after_months:
        silent = plural(rule.silent_after_months, "month")
        sentences.append(f"An agency that has raised nothing for {silent} is asked about it: silence is itself a signal.")
    return Said(" ".join(sentences) or "How it is reported.")
