"""Takes in what a tracker kept before says, whole or in chosen rows, and undoes one taking in as a whole; knows no page.

Each row becomes a disagreement that stands where the file says, by one entry that says so. Nobody is written to, and no clock
begins but where that was asked for."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, F

from partnerships.ladder import Position
from partnerships.models import Partnership
from partnerships.protocol_terms import Side
from partnerships.scope import partnership_scope, present
from partnerships.walls import UNDO_TAKING_IN
from partnerships.working_days import LONDON

from ..models import ChronologyEntry, Disagreement, Link, Outcome, TakenIn, TakingIn, TrackerUpload
from ..moves import Happened, NotPermitted, Refused
from ..permissions import Viewer, may_track
from ..searching.keeping import keep_all_for_search
from ..states import Kind, State
from ..taking_in.meaning import lowest
from ..taking_in.plan import Made, planned
from .doing import record_all, turn_clocks
from .raising import next_references
from .turning import note_turn

KEPT_FOR = timedelta(days=1)
NOTHING_TOLD = "The tracker kept before does not say more."
MEANWHILE = "Something has changed meanwhile. Look again at what would be made now."


def keep_upload(
    viewer: Viewer, *, name: str, digest: str, rows: Sequence[tuple[int, list[str]]], lost: Sequence[tuple[int, int]], head: int,
    columns: dict[str, str],
) -> TrackerUpload:  # fmt: skip
    """The rows, until somebody has looked at what would be made of them. Nobody's stay longer than a day."""
    _may(viewer)
    moment = present()
    sweep_uploads(at=moment)
    TrackerUpload.objects.filter(by=viewer.user).delete()
    return TrackerUpload.objects.create(
        by=viewer.user, at=moment, name=name[:200], digest=digest, rows=list(rows), lost=[list(cell) for cell in lost], head=head,
        columns=columns,
    )  # fmt: skip


def forget_uploads_everywhere() -> int:
    """What somebody looked at and never took in, partnership by partnership. In a rehearsal it goes with the rehearsal."""
    gone = 0
    for partnership_id in Partnership.objects.filter(rehearsal_of=None).order_by("pk").values_list("pk", flat=True):
        with partnership_scope(partnership_id):
            gone += sweep_uploads(at=present())
    return gone


def sweep_uploads(*, at: datetime) -> int:
    gone, _ = TrackerUpload.objects.filter(at__lt=at - KEPT_FOR).delete()
    return int(gone)


def take_in(
    upload: TrackerUpload, *, viewer: Viewer, shown: str, without: Collection[int] = (), clocks: bool = False
) -> TakingIn:
    """Everything that was shown as right but the rows `without`, in one transaction. In order: the references are given, the
    rows made, the entries recorded, what is searched kept; the clocks of those still open begin where that is asked for, and
    the upload goes. The references' lock makes a second press wait, and it then finds everything there already."""
    _may(viewer)
    with transaction.atomic():
        next_references(0)
        plan = planned(upload)
        if plan.digest != shown:
            raise Refused(MEANWHILE)
        rows = [one for one in plan.made if one.row not in without]
        if not rows:
            raise Refused("There is no row left to take in.")
        moment = present()
        taking = TakingIn.objects.create(
            by=viewer.user, at=moment, name=upload.name, sha256=upload.digest, number=len(rows)
        )  # fmt: skip
        made = [
            _disagreement(one, reference, viewer, at=moment)
            for one, reference in zip(rows, next_references(len(rows)), strict=True)
        ]
        happened = [_moved(d, one, taking, clocks=clocks) for d, one in zip(made, rows, strict=True)]
        Disagreement.objects.bulk_create(made)
        TakenIn.objects.bulk_create(
            TakenIn(taking=taking, disagreement=d, row=one.row, old_reference=one.old_reference, same=one.same)
            for d, one in zip(made, rows, strict=True)
        )
        _outcomes(made, rows, viewer)
        done = [(d, _with_clocks(d, what, at=moment)) for d, what in zip(made, happened, strict=True)]
        record_all(done, at=moment, actor=viewer.user, words=[one.words for one in rows])
        keep_all_for_search([d.pk for d in made])
        for d in made:
            if d.standing == State.OPEN:
                note_turn(d, at=moment)
        upload.delete()
        return taking


def _may(viewer: Viewer) -> None:
    if not (verdict := may_track(viewer)):
        raise NotPermitted(verdict.sentence)


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), tzinfo=LONDON)


def _position(one: Made) -> Position | None:
    """The step that the file says. One that is open, or was withdrawn, stands somewhere: where it does not say, on the lowest."""
    if one.step is not None or one.state == State.CLOSED:
        return one.step
    return lowest(one.version.protocol)


def _disagreement(one: Made, reference: str, viewer: Viewer, *, at: datetime) -> Disagreement:
    common = next((c.common for c in one.version.protocol.categories if c.key == one.category), "")
    ended = min(_noon(one.ended_on), at) if one.ended_on and one.state != State.OPEN else None
    settled: dict[str, Any] = {} if one.state == State.OPEN else {"turn": [], "turn_since": at}
    return Disagreement(
        reference=reference, raised_by=viewer.user, taken_in=True, protocol_version=one.version, line=one.version.line, version=1,
        raised_at=min(_noon(one.raised_on), at), ended_at=ended, raising_agency=one.raising, receiving_agency=one.receiving,
        category=one.category, common_category=common, urgency=one.urgency, child_reference=one.child_reference,
        child_status=one.child_status, **settled,
    )  # fmt: skip


def _moved(d: Disagreement, one: Made, taking: TakingIn, *, clocks: bool) -> Happened:
    """Ids, days and enumerated values, as everything in the chain: what a replay and the figures need."""
    sectors = {Side.RAISING.value: one.raising.sector, Side.RECEIVING.value: one.receiving.sector}
    said: dict[str, Any] = {
        "row": one.row, "file": taking.sha256, "taking": taking.pk, "raised_on": one.raised_on.isoformat(), "how": one.how,
        "step_said": one.step is not None, "in_force": one.in_force, "category": one.category, "urgency": one.urgency,
        "child_status": one.child_status, "sectors": sectors,
    }  # fmt: skip
    if one.ended_on and one.state != State.OPEN:
        said["ended_on"] = one.ended_on.isoformat()
    return d.take_in(state=State(one.state), to=_position(one), said=said, clocks=clocks and one.state == State.OPEN)


def _with_clocks(d: Disagreement, happened: Happened, *, at: datetime) -> Happened:
    events = happened.also
    started = turn_clocks(d, events, at=at, about=happened.data) if events else {}
    data = {**happened.data, "events": sorted(events)} | ({"started": started} if started else {})
    return Happened(happened.kind, data)


def _outcomes(made: Sequence[Disagreement], rows: Sequence[Made], viewer: Viewer) -> None:
    Outcome.objects.bulk_create(
        Outcome(
            disagreement=d, how=one.how, text=one.outcome or NOTHING_TOLD, recorded_by=viewer.user, recorded_at=d.ended_at,
            confirmed_at=d.ended_at,
        )
        for d, one in zip(made, rows, strict=True)
        if one.how and one.state == State.CLOSED and d.ended_at is not None
    )  # fmt: skip


# ---------------------------------------------------------------- undone again
def why_not_undo(taking: TakingIn) -> str:
    """As a whole or not at all: nothing may have happened to any of them since."""
    if taking.undone_at is not None:
        return "It was undone already."
    ids = taking.rows.values("disagreement_id")
    more = (
        ChronologyEntry.objects.filter(disagreement__in=ids).values("disagreement").annotate(n=Count("pk")).filter(n__gt=1)
    ).values("disagreement")  # fmt: skip
    linked = Link.objects.filter(other__in=ids).values("other")
    touched = Disagreement.objects.filter(pk__in=ids).filter(pk__in=more.union(linked)).order_by("pk")
    found = list(touched.values_list("reference", flat=True)[:4])
    gone = taking.number - taking.rows.count()
    if gone:
        return "What was written of some of them has been destroyed since, so it cannot be undone as a whole."
    if found:
        named = ", ".join(str(reference) for reference in found[:3]) + (" and others" if len(found) > 3 else "")
        return f"Something has happened since to {named}, so it cannot be undone as a whole."
    return ""


def undo(taking_id: int, *, viewer: Viewer) -> int:
    """Afterwards nobody sees them and no figure counts them; their entries stay, and say so. In order: the rows are locked, each
    chronology says that it is undone, and then the database takes the words, and looks for itself whether it may."""
    _may(viewer)
    with transaction.atomic():
        taking = TakingIn.objects.select_for_update().filter(pk=taking_id).first()
        if taking is None:
            raise Refused("There is no such taking in.")
        rows = list(
            Disagreement.objects.select_for_update(of=("self",), no_key=True)
            .filter(came_from__taking=taking, destroyed_at=None).order_by("pk")
        )  # fmt: skip
        if sentence := why_not_undo(taking):
            raise Refused(sentence)
        moment = present()
        done = [(d, d.note(kind=Kind.TAKEN_IN_UNDONE, data={"taking": taking.pk, "events": []})) for d in rows]
        record_all(done, at=moment, actor=viewer.user, words=[""] * len(done))
        Disagreement.objects.filter(pk__in=[d.pk for d in rows]).update(version=F("version") + 1)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {UNDO_TAKING_IN.partition('(')[0]}(%s)", [taking.pk])
        taking.name, taking.undone_at, taking.undone_by = "", moment, viewer.user
        taking.save(update_fields=["name", "undone_at", "undone_by"])
        return len(done)
