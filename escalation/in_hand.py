"""Which live disagreements are a person's to act on, theirs raised, theirs to watch, or their agency's: asked of the database.

Who may see is seeing.py's to say, and whose turn it is turns.py's and addressed.py's (kept by services/turning.py); here is
only how lists of them are chosen, counted and put in order. Writes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Any

from django.db import connection
from django.db.models import BooleanField, Exists, ExpressionWrapper, F, OuterRef, Prefetch, Q, QuerySet, prefetch_related_objects
from django.utils.translation import gettext_noop as _

from partnerships import selectors as partnership_selectors
from partnerships.protocol_terms import AuthorityKind, Side
from partnerships.scope import current_scope, in_scope, once_per_scope
from partnerships.working_days import LONDON

from .bookings import OVERTAKEN
from .models import Action, Check, ChronologyEntry, Disagreement, Party, SideProcessRecord
from .seeing import Viewer, acts_as, visible_to
from .selectors import as_lists_need, visible
from .states import Kind, State

LIVE = (State.OPEN, State.AWAITING_CONFIRMATION, State.RESOLVED)
# Soonest first; what has no date comes last. By their number where two have the same, so that a page never repeats a line.
SOONEST = (F("turn_due").asc(nulls_last=True), "pk")


class Turn(StrEnum):
    """Who else is asked, beside the sides whose turn it is (Disagreement.turn)."""

    DECIDER = "decider"
    OFFICE = "office"
    RAISER = "raiser"


def live(viewer: Viewer) -> QuerySet[Disagreement]:
    return visible(viewer).filter(state__in=LIVE)


def own_place(viewer: Viewer) -> QuerySet[Party]:
    """Where this person acts for a side now. Asked once for a whole list, by their account and their address."""
    return Party.objects.filter(acts_as(viewer.user), left_at=None)


def to_act_on(viewer: Viewer) -> Q:
    """Something is asked of this person now."""
    asked = _among(own_place(viewer).filter(has_turn=True)) | Q(raised_by=viewer.user, turn__contains=[Turn.RAISER])
    if viewer.is_office:
        asked |= Q(turn__contains=[Turn.OFFICE])
    return asked | _decides(viewer) | _brings_to_an_end(viewer)


def number_to_act_on(viewer: Viewer) -> int:
    """For the menu of every page: where the page has asked for all of it already, it is known."""
    known: InHand | None = current_scope().memory.get(_remembered(viewer))
    return len(known.mine) if known is not None else _counted(viewer)


def _counted(viewer: Viewer) -> int:
    """The question is put into SQL once for each person, roles and protocols: that takes longer than its answer, and the menu
    asks it on every page. What a guest may see hangs on the day as well."""
    versions = partnership_selectors.published_versions()
    if viewer.is_guest or viewer.user.is_operator or not viewer.roles:
        return _of_live(viewer).filter(to_act_on(viewer)).count()
    scope = (current_scope().partnership_id, viewer.user.pk, viewer.user.email, tuple((v.pk, v.digest) for v in versions))
    key = (*scope, viewer.roles, viewer.protocol_roles, viewer.agency_ids, viewer.works_at)
    if key not in _QUESTIONS:
        if len(_QUESTIONS) >= _QUESTIONS_AT_MOST:
            _QUESTIONS.clear()
        asked = _of_live(viewer).filter(to_act_on(viewer)).values("pk")
        _QUESTIONS[key] = in_scope(asked).query.sql_with_params()
    sql, params = _QUESTIONS[key]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({sql}) AS waiting", params)  # noqa: S608  (the ORM's own, with its parameters)
        return int(cursor.fetchone()[0])


_QUESTIONS: dict[tuple[Any, ...], tuple[str, tuple[Any, ...]]] = {}
_QUESTIONS_AT_MOST = 2_000


@dataclass(frozen=True)
class InHand:
    """Everything live that this person may see, by number, the soonest first: what is asked of them (with by when), what else
    is theirs because they raised it or act for that side, and what they watch."""

    mine: tuple[tuple[int, datetime | None], ...]
    raised: tuple[int, ...]
    watched: tuple[int, ...]


def in_hand(viewer: Viewer) -> InHand:
    """In one question, since each of the three is what the one before leaves; no row is read whole. What is live is little
    beside what there is, in the largest partnership too."""
    return once_per_scope(_remembered(viewer), lambda: _in_hand(viewer))


def _in_hand(viewer: Viewer) -> InHand:
    asked, own = (ExpressionWrapper(which, BooleanField()) for which in (to_act_on(viewer), raised_here(viewer)))
    found = list(_of_live(viewer).annotate(asked=asked, own=own).order_by(*SOONEST).values_list("pk", "turn_due", "asked", "own"))
    others = [(pk, mine) for pk, _, now, mine in found if not now]
    return InHand(
        mine=tuple((pk, due) for pk, due, now, _ in found if now),
        raised=tuple(pk for pk, mine in others if mine),
        watched=tuple(pk for pk, mine in others if not mine),
    )


def _remembered(viewer: Viewer) -> str:
    return f"in hand of {viewer.user.pk}"


def _of_live(viewer: Viewer) -> QuerySet[Disagreement]:
    return Disagreement.objects.filter(visible_to(viewer, drafts=False), state__in=LIVE)


def _among(rows: QuerySet[Any]) -> Q:
    """Those that one of these rows belongs to: looked up once for a list, not once for each of its lines."""
    return Q(pk__in=rows.order_by().values("disagreement_id"))


def _decides(viewer: Viewer) -> Q:
    """Those who have the last word at the step, and whoever sat on a panel that may. Not who is named in it (conflict.py)."""
    roles, email = viewer.protocol_roles, viewer.user.email
    here = Q(pk__in=[])
    for version in partnership_selectors.published_versions():
        protocol = version.protocol
        stages = [
            stage.key
            for stage in protocol.stages
            if stage.authority and stage.authority.kind != AuthorityKind.MEDIATES and stage.authority.by in roles
        ]
        if stages:
            here |= Q(protocol_version=version, stage__in=stages)
        panels = {process.key: process for process in protocol.side_processes if process.may_decide}
        if panels:
            ends = [key for key, process in panels.items() if roles & set(process.ended_by)]
            sat = ~Q(members=[]) & Q(members__contains=[{"email": email}])
            sat = sat | Q(process__in=ends) if ends else sat
            held = SideProcessRecord.objects.filter(sat, process__in=panels, ended_at__isnull=False)
            here |= _among(held) & Q(protocol_version=version)
    return (
        here
        & Q(state=State.OPEN, turn__contains=[Turn.DECIDER])
        & ~Q(raised_by=viewer.user)
        & ~Q(shared_with=viewer.user)
        & ~_among(Party.objects.filter(acts_as(viewer.user)))
    )


def _brings_to_an_end(viewer: Viewer) -> Q:
    """What runs instead of the ladder waits for whoever sits on it or may end it."""
    running = SideProcessRecord.objects.filter(ended_at=None).exclude(members=[])
    found = _among(running.filter(members__contains=[{"email": viewer.user.email}]))
    for version in partnership_selectors.published_versions():
        protocol = version.protocol
        beside = {role.key for role in protocol.roles if role.side in (Side.PARTNERSHIP, Side.OUTSIDE)}
        mine = [p.key for p in protocol.side_processes if viewer.protocol_roles & beside & set(p.ended_by)]
        if mine:
            found |= Q(protocol_version=version, waiting_for__in=mine)
    return found & Q(state=State.OPEN) & ~Q(waiting_for="")


def raised_here(viewer: Viewer) -> Q:
    """What this person raised or wrote down, for a colleague too, and what they act in for the side that raised it."""
    return (
        Q(raised_by=viewer.user, taken_in=False)
        | Q(shared_with=viewer.user)
        | _among(own_place(viewer).filter(side=Side.RAISING))
    )


def raised_by_oneself(viewer: Viewer, *, most: int) -> list[int]:
    """The numbers of the same, of the newest so many. Asked by themselves, because together with the question of who may see
    them the database would sooner read all that the partnership has; whoever shows them asks that question of these."""
    wrote = Disagreement.objects.order_by()
    mine = (
        wrote.filter(raised_by=viewer.user, taken_in=False).values_list("pk", flat=True),
        wrote.filter(shared_with=viewer.user).values_list("pk", flat=True),
        own_place(viewer).filter(side=Side.RAISING).order_by().values_list("disagreement_id", flat=True),
    )
    first, *others = (in_scope(each) for each in mine)
    return list(first.union(*others).order_by("-pk")[:most])


class Group(StrEnum):
    """By when, as the headings say it."""

    PAST = _("Past its date")
    TODAY = _("Today")
    WEEK = _("This week")
    LATER = _("Later")
    NONE = _("No date")


@dataclass(frozen=True)
class Ends:
    """When today and this week end, in London. On a Saturday or Sunday "this week" is the one that begins on Monday: nobody
    who plans their work then means the day that is left."""

    now: datetime
    today: datetime
    week: datetime

    @classmethod
    def at(cls, now: datetime) -> Ends:
        day = now.astimezone(LONDON).date()
        to_monday = 7 - day.weekday()
        days = (1, to_monday if to_monday > 2 else to_monday + 7)
        return cls(now, *(datetime.combine(day + timedelta(days=n), time.min, tzinfo=LONDON) for n in days))

    def group(self, due: datetime | None) -> Group:
        if due is None:
            return Group.NONE
        if due <= self.now:
            return Group.PAST
        return Group.TODAY if due <= self.today else Group.WEEK if due <= self.week else Group.LATER


def group_is(group: Group, *, ends: Ends) -> Q:
    return {
        Group.PAST: Q(turn_due__lte=ends.now),
        Group.TODAY: Q(turn_due__gt=ends.now, turn_due__lte=ends.today),
        Group.WEEK: Q(turn_due__gt=max(ends.now, ends.today), turn_due__lte=ends.week),
        Group.LATER: Q(turn_due__gt=ends.week),
        Group.NONE: Q(turn_due=None),
    }[group]


def counted(mine: Iterable[tuple[int, datetime | None]], *, ends: Ends) -> dict[Group, int]:
    """How many there are of each group."""
    counts = Counter(ends.group(due) for _, due in mine)
    return {group: counts[group] for group in Group}


def with_what_cards_say(found: QuerySet[Disagreement]) -> list[Disagreement]:
    """What a card says of a disagreement besides its own row: in as many questions for one as for a page of them, and none of
    what none of them has."""
    one = {"disagreement": OuterRef("pk"), "partnership_id": OuterRef("partnership_id")}
    beside = {f"has_{name}": Exists(model.objects.filter(**one)) for name, (model, _) in _BESIDE.items()}
    rows = list(found.annotate(**beside))
    told = ChronologyEntry.objects.filter(kind__in=[Kind.CONVERSATION_BOOKED, *OVERTAKEN]).select_related("actor")
    prefetch_related_objects(rows, Prefetch("chronology", queryset=told.order_by("seq"), to_attr="talked"))
    for name, (model, (attribute, order)) in _BESIDE.items():
        those = [d for d in rows if getattr(d, f"has_{name}")]
        prefetch_related_objects(those, Prefetch(name, queryset=model.objects.order_by(*order), to_attr=attribute))
        for d in rows:
            d.__dict__.setdefault(attribute, [])
    return rows


# By the name of the disagreement's own side of each: as what a card finds it, and in which order.
_BESIDE: dict[str, tuple[type[Check | Action | SideProcessRecord], tuple[str, tuple[str, ...]]]] = {
    "checks": (Check, ("checked", ("at", "pk"))),
    "actions": (Action, ("agreed_actions", ("pk",))),
    "side_processes": (SideProcessRecord, ("beside_it", ("started_at", "pk"))),
}


def in_order(numbers: list[int]) -> list[Disagreement]:
    """These, whole, in this order. A page's lists are loaded together, of what was chosen for whoever reads them."""
    found = {d.pk: d for d in with_what_cards_say(as_lists_need(Q(pk__in=numbers)))} if numbers else {}
    return [found[number] for number in numbers if number in found]
