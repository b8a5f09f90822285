"""Keeps what is counted beside each disagreement: brought up to date along the chronology, or counted anew from nothing.

Either way a disagreement is worked out whole from its record, by reckoning.py alone, so that the order in which it is done
cannot show. The cursor follows the chronology's own numbers, which are in the order of commitment: nothing is missed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.utils.crypto import salted_hmac

from escalation.merging import children
from escalation.models import Action, ChronologyEntry, Deadline, Disagreement
from escalation.states import State
from partnerships.models import ProtocolVersion
from partnerships.scope import current_partnership_id, forget, once_per_scope, partnership_scope

from . import reckoning
from .models import Counted, CountedStep, CountedTimescale, CountingCursor
from .reckoning import Clock, Happening, day

# Raised with every change of what is counted or how: everything is then counted anew.
RECIPE = 2
AT_ONCE = 500
# A page counts no more than so many entries before it is shown; the worker does the others.
WHILE_SOMEBODY_WAITS = 400
# Above so many it is only said that there are more.
MANY = 10_000
_POSITION = "up to which entry it is counted"


Due = tuple[date, bool]
Ladder = tuple[dict[str, str], dict[str, int]]


@dataclass(frozen=True)
class Row:
    """One disagreement as it is counted, before it is written: the values of its rows."""

    counted: dict[str, Any]
    steps: tuple[dict[str, Any], ...]
    timescales: tuple[dict[str, Any], ...]


def partnerships_to_count() -> list[int]:
    """Ids only, of partnerships with something that is not counted yet; see the definer function's migration."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT partnerships_with_entries_to_count() ORDER BY 1")
        return [row[0] for row in cursor.fetchall()]


def count(partnership_id: int) -> None:
    """Everything that happened since, in batches, each one transaction. Where another worker is at it, nothing."""
    more = True
    while more:
        with partnership_scope(partnership_id):
            more = _count_batch(at_most=AT_ONCE)


def catch_up() -> int:
    """What a page does before it shows a figure: count what happened since, if that is not much. Returns how many
    disagreements are not counted yet (MANY: at least so many); the page says so."""
    forget(_POSITION)
    if _is_up_to_date():
        return 0
    _count_batch(at_most=WHILE_SOMEBODY_WAITS)
    return 0 if _is_up_to_date() else not_counted()


def position() -> int:
    """Up to which entry everything is counted: nothing that is kept changes while it stays the same. Asked once between two
    times of catching up, so that all figures of a page are of the same rows."""
    return once_per_scope(_POSITION, lambda: CountingCursor.objects.values_list("seq", flat=True).first() or 0)


def not_counted() -> int:
    cursor = CountingCursor.objects.first() or CountingCursor()
    waiting = set(ChronologyEntry.objects.filter(seq__gt=cursor.seq).values_list("disagreement_id", flat=True).distinct()[:MANY])
    if cursor.building is not None:
        left = Disagreement.objects.filter(pk__gt=cursor.building, destroyed_at=None).exclude(state=State.DRAFT)
        waiting |= set(left.values_list("pk", flat=True)[:MANY])
    return min(len(waiting), MANY)


def recount(partnership_id: int) -> int:
    """Everything anew, from nothing; returns how many disagreements were counted. What stands meanwhile stays until its turn
    comes, and a page that is asked for meanwhile says how many are not counted yet."""
    with partnership_scope(partnership_id):
        cursor = _cursor(skip_locked=False)
        if cursor is not None:
            _begin_anew(cursor)
    count(partnership_id)
    with partnership_scope(partnership_id):
        return Counted.objects.count()


def worked_out(ids: Collection[int]) -> dict[int, Row]:
    """These disagreements as they are counted, from their record alone: not a draft, not what was destroyed, and nothing of
    which no entry says that it was raised or logged."""
    found = Disagreement.objects.filter(pk__in=ids, destroyed_at=None).exclude(state=State.DRAFT).order_by("pk")
    rows = found.values(
        "pk", "line", "protocol_version_id", "raising_agency_id", "receiving_agency_id", "category", "common_category",
        "child_status", "child_reference",
    )  # fmt: skip
    theirs: list[dict[str, Any]] = [dict(row) for row in rows]
    entries, clocks, actions = _entries(ids), _clocks(ids), _actions(ids)
    ladders = _ladders({row["protocol_version_id"] for row in theirs})
    made = {
        row["pk"]: _row(
            row, entries[row["pk"]], clocks[row["pk"]], actions[row["pk"]], ladder=ladders[row["protocol_version_id"]]
        )
        for row in theirs
    }
    return {which: row for which, row in made.items() if row.counted["raised_at"] is not None}


def stored(ids: Collection[int]) -> dict[int, Row]:
    """These disagreements as they stand counted, in the same shape: what a recount is compared with."""
    steps, timescales = defaultdict[int, list[dict[str, Any]]](list), defaultdict[int, list[dict[str, Any]]](list)
    for step in CountedStep.objects.filter(counted_id__in=ids).order_by("pk").values():
        steps[step["counted_id"]].append(_bare(dict(step)))
    for timescale in CountedTimescale.objects.filter(counted_id__in=ids).order_by("pk").values():
        timescales[timescale["counted_id"]].append(_bare(dict(timescale)))
    rows = Counted.objects.filter(pk__in=ids).order_by("pk").values()
    return {row["id"]: Row(_bare(dict(row)), tuple(steps[row["id"]]), tuple(timescales[row["id"]])) for row in rows}


def differing(ids: Collection[int]) -> list[int]:
    """Which of these are not kept as their record says."""
    right, kept = worked_out(ids), stored(ids)
    return [which for which in ids if right.get(which) != kept.get(which)]


def batches(partnership_id: int) -> Iterator[list[int]]:
    """The numbers of all disagreements of a partnership, and of all that are counted, so many at a time."""
    after = 0
    while True:
        with partnership_scope(partnership_id):
            ids = list(Disagreement.objects.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
        if not ids:
            return
        yield ids
        after = ids[-1]


def _bare(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in ("id", "partnership_id", "counted_id", "disagreement_id")}


def _is_up_to_date() -> bool:
    cursor = CountingCursor.objects.first()
    if cursor is None or cursor.building is not None or cursor.recipe != RECIPE:
        return cursor is None and not ChronologyEntry.objects.exists()
    return not ChronologyEntry.objects.filter(seq__gt=cursor.seq).exists()


def _cursor(*, skip_locked: bool) -> CountingCursor | None:
    """The partnership's cursor, locked to the end of the transaction, made at first use."""
    if not CountingCursor.objects.exists():
        CountingCursor.objects.bulk_create([CountingCursor()], ignore_conflicts=True)
    return CountingCursor.objects.select_for_update(skip_locked=skip_locked).first()


def _begin_anew(cursor: CountingCursor) -> None:
    """From the first disagreement on; what happens from now on is counted along the chronology."""
    last = ChronologyEntry.objects.order_by("-seq").values_list("seq", flat=True).first()
    cursor.seq, cursor.building, cursor.recipe = last or 0, 0, RECIPE
    cursor.save(update_fields=["seq", "building", "recipe"])


def _count_batch(*, at_most: int) -> bool:
    """Whether there may be more to count. None of it where another worker is at it: the cursor is theirs until they are done."""
    cursor = _cursor(skip_locked=True)
    if cursor is None:
        return False
    if cursor.recipe != RECIPE:
        _begin_anew(cursor)
    entries = list(
        ChronologyEntry.objects.filter(seq__gt=cursor.seq).order_by("seq").values_list("seq", "disagreement_id")[:at_most]
    )
    if entries:
        write({which for _, which in entries})
        cursor.seq = entries[-1][0]
        cursor.save(update_fields=["seq"])
    return _build(cursor, at_most=at_most) or len(entries) == at_most


def _build(cursor: CountingCursor, *, at_most: int) -> bool:
    if cursor.building is None:
        return False
    ids = list(Disagreement.objects.filter(pk__gt=cursor.building).order_by("pk").values_list("pk", flat=True)[:at_most])
    write(ids)
    cursor.building = ids[-1] if len(ids) == at_most else None
    cursor.save(update_fields=["building"])
    return cursor.building is not None


def write(ids: Collection[int]) -> None:
    """These disagreements' rows, in the place of what stood there. What is destroyed at this very moment gets none: the
    database says so (the migration's trigger), and then nothing beside it either."""
    rows = worked_out(ids)
    for model in (CountedTimescale, CountedStep):
        model.objects.filter(counted_id__in=ids).delete()
    Counted.objects.filter(pk__in=ids).delete()
    Counted.objects.bulk_create(
        (Counted(pk=which, disagreement_id=which, **row.counted) for which, row in rows.items()), ignore_conflicts=True
    )
    there = set(Counted.objects.filter(pk__in=rows).values_list("pk", flat=True))
    kept = {which: row for which, row in rows.items() if which in there}
    CountedStep.objects.bulk_create(CountedStep(counted_id=which, **step) for which, row in kept.items() for step in row.steps)
    CountedTimescale.objects.bulk_create(
        CountedTimescale(counted_id=which, **timescale) for which, row in kept.items() for timescale in row.timescales
    )


def _entries(ids: Collection[int]) -> dict[int, list[Happening]]:
    found = defaultdict[int, list[Happening]](list)
    columns = ("disagreement_id", "seq", "kind", "at", "state", "stage", "data")
    for which, *rest in ChronologyEntry.objects.filter(disagreement_id__in=ids).order_by("seq").values_list(*columns):
        found[which].append(Happening(*rest))
    return found


def _clocks(ids: Collection[int]) -> dict[int, list[Clock]]:
    found = defaultdict[int, list[Clock]](list)
    columns = (
        "disagreement_id", "pk", "time_limit", "stage", "label", "purpose", "strength", "starts_at", "due_at", "varied",
        "stopped_at", "paused_at",
    )  # fmt: skip
    for which, *rest in Deadline.objects.filter(disagreement_id__in=ids).order_by("pk").values_list(*columns):
        found[which].append(Clock(*rest))
    return found


def _actions(ids: Collection[int]) -> dict[int, list[Due]]:
    found = defaultdict[int, list[Due]](list)
    for which, due, finished in Action.objects.filter(disagreement_id__in=ids).values_list(
        "disagreement_id", "due", "finished_at"
    ):
        found[which].append((due, finished is not None))
    return found


def _ladders(versions: Iterable[int | None]) -> dict[int | None, Ladder]:
    nothing: Ladder = ({}, {})
    # To check a version takes long, so the document is read once per process: lists leave it out.
    found = ProtocolVersion.objects.defer("definition").filter(pk__in=[pk for pk in versions if pk is not None])
    return {None: nothing, **{version.pk: reckoning.order_of(version.protocol) for version in found}}


def _row(
    row: dict[str, Any],
    entries: Sequence[Happening],
    clocks: Sequence[Clock],
    actions: Sequence[tuple[date, bool]],
    *,
    ladder: Ladder,
) -> Row:
    kinds, order = ladder
    told = reckoning.reckon(entries, kinds=kinds)
    steps = [*told.reached, *told.steps]
    reached = reckoning.highest(steps, order=order)
    raiser = row["raising_agency_id"]
    counted = {
        "seq": told.seq,
        "line": row["line"],
        "informal": told.informal,
        "merged": told.merged,
        "raised_at": told.raised_at,
        "raised_on": day(told.raised_at),
        "raiser_id": raiser,
        "raisers": list(dict.fromkeys([*([raiser] if raiser else []), *told.also_raising])),
        "receiver_id": row["receiving_agency_id"],
        "category": row["category"],
        "common": row["common_category"],
        "child_status": row["child_status"],
        "child": _digest(row["child_reference"]),
        "route": told.route,
        "direct": told.direct,
        "stage_reached": reached.stage if reached else "",
        "kind_reached": reckoning.highest_kind(steps),
        "ending": told.ending,
        **_when(told),
        "told": told.told,
        "satisfied": told.satisfied,
        "reopened": told.reopened,
        "actions": len(actions),
        "actions_open": sorted(due for due, done in actions if not done),
    }
    return Row(counted, tuple(_step(step) for step in told.steps), _timescales(clocks, told.replaced))


def _when(told: reckoning.Reckoned) -> dict[str, Any]:
    moments = {
        "answered": told.answered_at,
        "agreed": told.agreed_at,
        "resolved": told.resolved_at,
        "ended": told.ended_at,
        "closed": told.closed_at,
    }
    return {name: value for what, at in moments.items() for name, value in ((f"{what}_at", at), (f"{what}_on", day(at)))}


def _step(step: reckoning.Step) -> dict[str, Any]:
    return {
        "stage": step.stage, "kind": step.kind, "opened_at": step.opened_at, "opened_on": day(step.opened_at),
        "left_at": step.left_at, "left_on": day(step.left_at),
    }  # fmt: skip


def _timescales(clocks: Sequence[Clock], replaced: set[int]) -> tuple[dict[str, Any], ...]:
    return tuple(
        {
            "time_limit": one.clock.time_limit, "stage": one.clock.stage, "label": one.clock.label, "purpose": one.clock.purpose,
            "strength": one.clock.strength, "starts_at": one.clock.starts_at, "own_due_at": one.own_due_at,
            "due_at": one.clock.due_at, "varied": one.clock.varied, "stopped_at": one.clock.stopped_at,
            "paused_at": one.clock.paused_at,
        }
        for one in reckoning.timescales(clocks, replaced=replaced)
    )  # fmt: skip


def _digest(reference: str) -> str:
    """The same for the same reference, or several, as merging.py compares them; of one partnership alone, and no way back."""
    plain = "|".join(sorted(children(reference)))
    return salted_hmac(f"insight.child.{current_partnership_id()}", plain, algorithm="sha256").hexdigest() if plain else ""
