"""The dates of one person in one partnership, as a calendar shows them: what they must act on by when, and conversations
that are booked. Works on what they may see alone; has no place for a name or for anything about the child."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import NAMESPACE_URL, uuid5

from django.conf import settings
from django.db.models import Count, Max, Prefetch, Q

from escalation.bookings import OVERTAKEN, standing_booking
from escalation.clocks import last_day_of
from escalation.in_hand import SOONEST, live, own_place, to_act_on
from escalation.models import ChronologyEntry, Deadline, Disagreement, Party
from escalation.permissions import Viewer
from escalation.selectors import timescale
from escalation.states import Kind, State
from escalation.turns import ball
from partnerships import selectors as partnership_selectors
from partnerships.working_days import LONDON, Calendar, clock_time

from .gathering import keeps

# The soonest of them: a calendar with more is read by nobody, and asked for every hour.
MOST = 500
LASTS = timedelta(minutes=30)


@dataclass(frozen=True)
class Dated:
    """One event. A last day has `day`; what has a time has `start` and `end`. `changes`: how much was recorded of the
    disagreement, which only grows; `changed_at`: when last."""

    uid: str
    summary: str
    words: str
    link: str
    changes: int
    changed_at: datetime
    day: date | None = None
    start: datetime | None = None
    end: datetime | None = None

    @property
    def order(self) -> tuple[datetime, str]:
        begins = self.start or datetime.combine(self.day or date.max, time.min, tzinfo=LONDON)
        return begins, self.uid


def dates_of(viewer: Viewer, *, watching: bool, at: datetime) -> list[Dated]:
    """Soonest first: the clocks that are theirs to keep, whoever's turn it is, and the one by which their turn is counted.
    `watching` adds every other of what they may see."""
    told = ChronologyEntry.objects.filter(kind__in=[Kind.CONVERSATION_BOOKED, *OVERTAKEN]).order_by("seq")
    asked = to_act_on(viewer)
    found = live(viewer) if watching else live(viewer).filter(asked | Q(pk__in=own_place(viewer).values("disagreement_id")))
    soonest = found.prefetch_related(Prefetch("chronology", queryset=told, to_attr="talked")).order_by(*SOONEST)
    rows = list(soonest[:MOST])
    ids = [row.pk for row in rows]
    mine = set(live(viewer).filter(asked).values_list("pk", flat=True))
    recorded = ChronologyEntry.objects.filter(disagreement_id__in=ids).order_by().values_list("disagreement_id")
    changes = {pk: (number, last) for pk, number, last in recorded.annotate(Count("pk"), Max("at"))}
    days = partnership_selectors.calendar()
    dated: list[Dated] = []
    for row in rows:
        one = _One(row, viewer, mine=row.pk in mine, changes=changes[row.pk], at=at)
        dated += [one.of_clock(clock, at=at, days=days) for clock in one.clocks(watching=watching)]
        dated += one.of_booking(watching=watching)
    return sorted(dated, key=lambda each: each.order)[:MOST]


class _One:
    """One disagreement, as one person has part in it."""

    def __init__(self, row: Disagreement, viewer: Viewer, *, mine: bool, changes: tuple[int, datetime], at: datetime) -> None:
        self._row, self._viewer, self._changes = row, viewer, changes
        by = ball(row, at=at).deadline if mine else None
        self._turn = by.pk if by else None
        people: Iterable[Party] = row.people  # type: ignore[attr-defined]
        self._own = [party for party in people if party.left_at is None and party.is_of(viewer.user)]

    def clocks(self, *, watching: bool) -> list[Deadline]:
        """Those that run. One that stands still has no date."""
        running: list[Deadline] = self._row.running  # type: ignore[attr-defined]
        return [clock for clock in running if clock.paused_at is None and (watching or self._asks(clock))]

    def _asks(self, clock: Deadline) -> bool:
        limit, stage = self._row.protocol.time_limit(clock.time_limit), self._row.protocol.stage(self._row.stage)
        acting = stage.acting(self._row.tier)
        places = [(party.side, {party.role}) for party in self._own] or [("", set(self._viewer.protocol_roles))]
        return clock.pk == self._turn or any(keeps(limit, side=side, roles=roles, acting=acting) for side, roles in places)

    def of_clock(self, clock: Deadline, *, at: datetime, days: Calendar) -> Dated:
        local = clock.due_at.astimezone(LONDON)
        timed = (local.hour, local.minute) != (0, 0)
        purpose = clock.purpose.strip().rstrip(".")
        by = f", by {clock_time(clock.due_at)}" if timed else ""
        watched = "" if self._asks(clock) else " (to watch)"
        passed = " This date has passed, and it is still asked for." if clock.passed_noted_at else ""
        said = timescale(clock, at=at, calendar=days).why + passed
        return self._dated(
            f"clock/{self._row.pk}/{clock.time_limit}/{clock.starts_at.isoformat()}",  # with another date it is the same one
            summary=f"{self._row.reference}{watched}: {purpose[:1].lower()}{purpose[1:]}{by} ({clock.strength})",
            words=said,
            day=None if timed else last_day_of(clock.due_at),
            start=clock.due_at - LASTS if timed else None,
            end=clock.due_at if timed else None,
        )

    def of_booking(self, *, watching: bool) -> list[Dated]:
        """The conversation that stands. Booked for another time it is the same event, moved."""
        entry = standing_booking(self._row.talked)  # type: ignore[attr-defined]
        if entry is None or self._row.standing != State.OPEN or not (self._own or watching):
            return []
        when = datetime.fromisoformat(entry.data["when"])
        watched = "" if self._own else " (to watch)"
        return [
            self._dated(
                f"conversation/{self._row.pk}",
                summary=f"{self._row.reference}{watched}: conversation",
                words="The two sides talk. Who telephones whom stands on its page.",
                start=when,
                end=when + LASTS,
            )
        ]

    def _dated(self, key: str, *, summary: str, words: str, **when: date | datetime | None) -> Dated:
        home = settings.BASE_URL.rstrip("/")
        number, last = self._changes
        return Dated(
            uid=str(uuid5(NAMESPACE_URL, f"{home}/p/{self._row.partnership.slug}/{key}")),
            summary=summary,
            words=words,
            link=home + self._row.get_absolute_url(),
            changes=number,
            changed_at=last,
            **when,  # type: ignore[arg-type]
        )
