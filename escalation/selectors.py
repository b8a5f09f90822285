"""The reading side: what a person may see, where it stands on its ladder, and how a date was counted; writes nothing."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from partnerships import selectors as partnership_selectors
from partnerships.conditions import holds
from partnerships.date_words import short_day
from partnerships.ladder import rung_words
from partnerships.models import Agency
from partnerships.protocol import Protocol, Stage
from partnerships.protocol_terms import RaisedAs, Side
from partnerships.saying_when import by_when, clock, why, words_left
from partnerships.working_days import LONDON, Calendar, Unit, count
from partnerships.written import joined, say, written

from .clocks import last_day_of
from .lying_beside import is_known_to_lack
from .models import ChronologyEntry, Deadline, Disagreement, Link, Party
from .permissions import Viewer, visible_to
from .seeing import drafts_for

SIDE_WORDS = {Side.RAISING: gettext_noop("raising side"), Side.RECEIVING: gettext_noop("receiving side")}


def visible(viewer: Viewer, *, drafts: bool = True) -> QuerySet[Disagreement]:
    """Everything this person may read, in one query when evaluated, with what lists and pages need of it."""
    return as_lists_need(visible_to(viewer, drafts=drafts))


def as_lists_need(which: Q) -> QuerySet[Disagreement]:
    """With the people and running clocks that lists and pages say; for what `visible_to` has chosen."""
    running = Deadline.objects.filter(stopped_at=None).order_by("due_at", "pk")
    return (
        Disagreement.objects.filter(which)
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
    return visible(viewer, drafts=False).filter(reference=reference).first()


def under(disagreement: Disagreement) -> str:
    """The protocol that it is under, by its title, where the partnership has more than one; otherwise it goes without
    saying. A draft has no version yet, and is under the one of its line that is in force."""
    versions = partnership_selectors.published_versions()
    if len({version.line for version in versions}) < 2:
        return ""
    version = disagreement.protocol_version or next((v for v in versions if v.line == disagreement.line), None)
    return written(version.title) if version else ""


_RAISED_AS = {
    RaisedAs.THIRD_PARTY: gettext_noop("Recorded for two other agencies"),
    RaisedAs.GROUP: gettext_noop("Raised by several together"),
}


def kind_words(disagreement: Disagreement) -> tuple[str, ...]:
    """What is out of the ordinary about it: for whom it was raised, and that it is about a theme and no particular child."""
    as_whom = _RAISED_AS.get(RaisedAs(disagreement.raised_as))
    return (*((_(as_whom),) if as_whom else ()), *((_("About a theme"),) if disagreement.thematic else ()))


def co_raising(disagreement: Disagreement) -> tuple[Agency, ...]:
    """The agencies that raise it together with the first. Needs a disagreement from `visible`, with its people."""
    people: list[Party] = disagreement.people  # type: ignore[attr-defined]
    found = {p.agency_id: p.agency for p in people if p.side == Side.RAISING and p.left_at is None}
    return tuple(agency for pk, agency in found.items() if pk != disagreement.raising_agency_id)


def drafts_of(viewer: Viewer) -> QuerySet[Disagreement]:
    """Those that this person may write in, their own and one that a colleague shares with them, the last changed first."""
    return Disagreement.objects.filter(drafts_for(viewer)).order_by("-changed_at")


@dataclass(frozen=True)
class Timescale:
    """One running clock in words: "1 working day beyond 5 working days (guide)", how its date was counted, and what the
    protocol makes of it that nobody answered. `by_when` says the date and how long is left at once, for where it stands alone."""

    deadline: Deadline
    words: str
    last_day: str
    why: str
    passed: bool
    unanswered: str = ""
    by_when: str = ""

    @property
    def held_by(self) -> str:
        return self.deadline.held_by


def timescale(deadline: Deadline, *, at: datetime, calendar: Calendar, unanswered: str = "") -> Timescale:
    unit, words = Unit(deadline.unit), timescale_words(deadline, at=at, calendar=calendar)
    said = by_when(deadline.due_at, at=at, unit=unit, calendar=calendar)
    if at >= deadline.due_at:  # what has gone by is never told without how firm it was
        said = say(_("%(by_when)s (%(strength)s)"), by_when=said, strength=written(deadline.strength))
    if deadline.paused_at is not None:
        said = _("the date stands still since %(day)s") % {"day": _day(deadline.paused_at)}
    in_hours = unit is Unit.CLOCK_HOURS
    moment = _("%(time)s on %(day)s") % {"time": clock(deadline.due_at), "day": _day(deadline.due_at)}
    shown = moment if in_hours else _long(last_day_of(deadline.due_at))
    if unanswered:
        words = say(_("%(how_long)s, without an answer"), how_long=words)
    return Timescale(
        deadline=deadline,
        words=words,
        last_day=shown,
        why=_why(deadline, calendar=calendar),
        passed=at >= deadline.due_at,
        unanswered=unanswered,
        by_when=said,
    )


def timescale_words(deadline: Deadline, *, at: datetime, calendar: Calendar) -> str:
    """How much of it is left or gone by, or that it stands still."""
    if deadline.paused_at is not None:
        return _("paused since %(day)s") % {"day": _day(deadline.paused_at)}
    # Where the date is the one asked for, it is not the protocol's own time that is left or gone by.
    label = _("the date asked for") if deadline.shortened or deadline.amount is None else deadline.label
    return words_left(
        deadline.due_at, at=at, unit=Unit(deadline.unit), calendar=calendar, label=label, strength=deadline.strength
    )


def _why(deadline: Deadline, *, calendar: Calendar) -> str:
    """How the date came about: counted, asked for because it keeps the child safe (H 1.4), or set by a person."""
    label = f"{deadline.label} ({deadline.strength})"
    still = _("It stood still from %(since)s to %(until)s.")
    stood_still = joined(*(still % {"since": _day(since), "until": _day(until)} for since, until in _pauses(deadline)))
    if deadline.varied:
        by_hand = _("This date was set by a person, with a reason that stands in the chronology. The protocol says: %(limit)s.")
        return joined(say(by_hand, limit=written(label)), stood_still)
    if deadline.shortened or deadline.amount is None:
        asked_for = _("This is the date asked for on the form, which comes before the protocol's own: %(limit)s.")
        return joined(say(asked_for, limit=written(label)), stood_still)
    counted = count(deadline.starts_at, amount=deadline.amount, unit=Unit(deadline.unit), calendar=calendar)
    went_on = joined(stood_still, _("The time that was left went on from then.")) if stood_still else ""
    return joined(written(f"{label[:1].upper()}{label[1:]}."), why(counted), went_on)


def _pauses(deadline: Deadline) -> list[tuple[datetime, datetime]]:
    return [(datetime.fromisoformat(since), datetime.fromisoformat(until)) for since, until in deadline.pauses]


def first_opened(disagreement: Disagreement) -> datetime | None:
    """When the receiving side first opened it; since it was passed on, the side that has it now. Needs its people."""
    people: list[Party] = disagreement.people  # type: ignore[attr-defined]
    theirs = [p for p in people if p.side == Side.RECEIVING and p.agency_id == disagreement.receiving_agency_id]
    return min((p.first_opened_at for p in theirs if p.first_opened_at), default=None)


MERGED_INTO = gettext_noop("Put together with the one that goes on")


@dataclass(frozen=True)
class Linked:
    """Another disagreement about the same thing, as far as this person may see it."""

    number: int
    how: str
    reference: str
    href: str
    # Where two were put together: "into" the one that goes on, or "here"; and the other itself, where it is theirs to see.
    merged: str = ""
    other: Disagreement | None = None


def linked(disagreement: Disagreement, viewer: Viewer) -> list[Linked]:
    """What it was linked to, from either end. One that is not theirs to see is not named: only that there is one."""
    if is_known_to_lack(disagreement, "links"):
        return []
    links = list(Link.objects.filter(Q(disagreement=disagreement) | Q(other=disagreement)).order_by("pk"))
    ids = {link.other_id if link.disagreement_id == disagreement.pk else link.disagreement_id for link in links}
    seen = {d.pk: d for d in visible(viewer).filter(pk__in=ids)} if ids else {}
    found = []
    for link in links:
        number = link.other_id if link.disagreement_id == disagreement.pk else link.disagreement_id
        other = seen.get(number)
        reference, href = (other.reference or "", other.get_absolute_url()) if other else ("", "")
        merged = ("into" if link.disagreement_id == disagreement.pk else "here") if link.how == "merged" else ""
        how = _(MERGED_INTO) if merged == "into" else _(link.get_how_display())
        found.append(Linked(number, how, reference, href, merged, other))
    return found


def _day(at: datetime) -> str:
    return _long(at.astimezone(LONDON).date())


def _long(day: date) -> str:
    return short_day(day, with_year=True)


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


def ladder(protocol: Protocol, *, at: Disagreement | None = None, stood: Collection[str] | None = None) -> list[Rung]:
    """The protocol's ladder, with where a disagreement stands on it: of the steps below, only those are done on which it
    stood; one that is not for a disagreement like this is shown as such. `stood`: the steps that its entries name, where
    they are known."""
    standing = at if at is not None and at.stage else None
    if stood is None:
        stood = _stood_on(standing) if standing else frozenset[str]()
    rungs = []
    for stage in protocol.stages:
        limits = [limit for limit in protocol.time_limits if stage.key in limit.stages and "stage_opened" in limit.starts_on]
        own = next((limit for limit in limits if not limit.repeats), None)
        rungs.append(
            Rung(
                number=stage.number,
                name=stage.name,
                detail=", ".join(protocol.role(role).name for role in stage.acts),
                formal=stage.formal,
                state=_rung_state(protocol, stage, standing, stood),
                timescale=f"{own.label} ({own.strength})" if own else "",
                tiers=tuple(tier.name for tier in stage.tiers),
            )
        )
    return rungs


def _stood_on(disagreement: Disagreement) -> frozenset[str]:
    entries = ChronologyEntry.objects.filter(disagreement=disagreement).order_by("stage")
    return frozenset(entries.values_list("stage", flat=True).distinct())


def _rung_state(protocol: Protocol, stage: Stage, standing: Disagreement | None, stood: Collection[str]) -> str:
    """past, present, future; skipped: gone past without standing on it; elsewhere: not for a disagreement like this.
    What comes before the record begins is taken as done; but unsaid where an older tracker names one step alone."""
    if standing is None:
        return "future"
    if stage.key == standing.stage:
        return "present"
    keys = [known.key for known in protocol.stages]
    below = keys.index(stage.key) < keys.index(standing.stage)
    if below and standing.taken_in and stage.key not in stood:
        return "unsaid"
    if below and (stage.key in stood or not stage.recorded):
        return "past"
    if stage.only_when is not None and not holds(protocol, stage.only_when, standing.facts):
        return "elsewhere"
    return "skipped" if below else "future"


def where(disagreement: Disagreement) -> str:
    """Its rung in words, or that it never stood on one."""
    return written(rung_words(disagreement.protocol, disagreement.position)) if disagreement.stage else _("Settled by talking")
