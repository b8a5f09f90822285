"""The verbs that move nothing: answering, progress, marks, checks, actions and learning."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction

from partnerships.models import Agency
from partnerships.protocol_terms import Asked, Side
from partnerships.scope import present

from ..models import Action, Check, ChronologyEntry, Disagreement, Learning, Link, Party
from ..moves import Happened, Refused
from ..permissions import Viewer
from ..seeing import acts_as
from ..states import Kind
from .doing import carry_out, do, lock
from .planning import joined
from .side_processes import start_by_marks

CONVERSED = frozenset({"telephone", "face_to_face", "video"})


def open_it(disagreement_id: int, *, viewer: Viewer, at: datetime | None = None) -> ChronologyEntry | None:
    """Somebody of the receiving side opened the page. The first time of each is kept; the very first is an entry, so that
    the raising side sees "seen on Tue 3 March"."""
    receiving = Party.objects.filter(disagreement=disagreement_id, side=Side.RECEIVING)
    unopened = receiving.filter(acts_as(viewer.user), left_at=None, first_opened_at=None)
    if not unopened.exists():
        return None
    with transaction.atomic():
        disagreement = lock(disagreement_id)
        moment = at or present()
        # Whoever it was passed on to opens it anew: what the side before it saw says nothing of them.
        theirs = receiving.filter(agency=disagreement.receiving_agency_id)
        first = not theirs.exclude(first_opened_at=None).exists()
        opened = unopened.update(first_opened_at=moment)
        if not (first and opened):
            return None
        return carry_out(
            disagreement, verb="open", change=lambda d, _: d.note(kind=Kind.SEEN, data={}), at=moment, actor=viewer.user
        )


def _carry_on(kind: Kind, **data: Any) -> Any:
    return lambda d, _: d.carry_on(kind=kind, data=data)


def acknowledge(
    disagreement_id: int, *, viewer: Viewer, version: int, words: str = "", answered: str = "", **doing: Any
) -> ChronologyEntry:
    """ "I have this": one press, where the protocol asks nothing of its own with it."""
    return do(
        disagreement_id,
        verb="acknowledge",
        viewer=viewer,
        version=version,
        change=_carry_on(Kind.ACKNOWLEDGED),
        words=joined(words, answered),
        **doing,
    )


def book_conversation(
    disagreement_id: int, *, viewer: Viewer, version: int, when: datetime, words: str, **doing: Any
) -> ChronologyEntry:
    """When the two sides will talk, and who telephones whom."""
    data = {"when": when.isoformat()}
    return do(
        disagreement_id, verb="book_conversation", viewer=viewer, version=version,
        change=_carry_on(Kind.CONVERSATION_BOOKED, **data), words=words, **doing,
    )  # fmt: skip


def record_conversation(
    disagreement_id: int, *, viewer: Viewer, version: int, when: datetime, how: str, words: str, **doing: Any
) -> ChronologyEntry:
    """The two sides have talked: when, how, who, and what came of it (O 3.2.1). Where a protocol expects people to talk
    within a time, this is what it waits for."""
    if not words.strip():
        raise Refused("Write who talked, and what came of it.")
    if how not in CONVERSED:
        raise Refused("Say how you talked.")

    def change(d: Disagreement, at: datetime) -> Happened:
        if when > at:
            raise Refused("That time is still ahead. Book the conversation instead.")
        return d.carry_on(kind=Kind.CONVERSATION_HELD, data={"when": when.isoformat(), "how": how})

    return do(disagreement_id, verb="record_conversation", viewer=viewer, version=version, change=change, words=words, **doing)


def change_situation(
    disagreement_id: int,
    *,
    viewer: Viewer,
    version: int,
    reason: str,
    urgency: str | None = None,
    child_status: str | None = None,
    **doing: Any,
) -> ChronologyEntry:
    """What was known at raising is otherwise now: the risk has grown, the child is looked after. The clocks that this
    chooses are chosen anew, and begin with the change. None: nothing said of it."""
    if not reason.strip():
        raise Refused("Say what has changed.")

    def change(d: Disagreement, at: datetime) -> Happened:
        if urgency and urgency not in {band.key for band in d.protocol.urgency_bands}:
            raise Refused("Choose the urgency from the list.")
        if child_status and child_status not in {status.key for status in d.protocol.child_statuses}:
            raise Refused("Choose the child's status from the list.")
        given = {"urgency": urgency, "child_status": child_status}
        new = {name: value for name, value in given.items() if value is not None and value != getattr(d, name)}
        if not new:
            raise Refused("Nothing of this has changed.")
        for name, value in new.items():
            setattr(d, name, value)
        return d.carry_on(kind=Kind.SITUATION_CHANGED, data=dict(new))

    return do(disagreement_id, verb="change_situation", viewer=viewer, version=version, change=change, words=reason, **doing)


def record_progress(disagreement_id: int, *, viewer: Viewer, version: int, words: str, **doing: Any) -> ChronologyEntry:
    """The summary that Barnsley asks for at each step or every five working days (B after Stage Three)."""
    if not words.strip():
        raise Refused("Write what has happened since the last update.")
    return do(
        disagreement_id,
        verb="record_progress",
        viewer=viewer,
        version=version,
        change=_carry_on(Kind.PROGRESS_RECORDED),
        words=words,
        **doing,
    )


def flag(disagreement_id: int, *, viewer: Viewer, version: int, flag: str, reason: str, **doing: Any) -> ChronologyEntry:
    """Mark it serious, stuck, drifting ... in the protocol's own marks."""

    def change(d: Disagreement, at: datetime) -> Happened:
        if flag not in {f.key for f in d.protocol.flags}:
            raise Refused("Choose a mark from the protocol's list.")
        if flag in d.flags:
            raise Refused("It is marked so already.")
        d.flags = [*d.flags, flag]
        return d.carry_on(kind=Kind.FLAGGED, data={"flag": flag})

    if not reason.strip():
        raise Refused("Say why.")
    then = lambda d, at: start_by_marks(d, [flag], at=at, by=viewer.user)  # noqa: E731
    return do(disagreement_id, verb="flag", viewer=viewer, version=version, change=change, words=reason, then=then, **doing)


def unflag(disagreement_id: int, *, viewer: Viewer, version: int, flag: str, reason: str, **doing: Any) -> ChronologyEntry:
    def change(d: Disagreement, at: datetime) -> Happened:
        if flag not in d.flags:
            raise Refused("It is not marked so.")
        d.flags = [known for known in d.flags if known != flag]
        return d.carry_on(kind=Kind.UNFLAGGED, data={"flag": flag})

    if not reason.strip():
        raise Refused("Say why it no longer applies.")
    return do(disagreement_id, verb="unflag", viewer=viewer, version=version, change=change, words=reason, **doing)


def record_gate(disagreement_id: int, *, viewer: Viewer, version: int, gate: str, words: str, **doing: Any) -> ChronologyEntry:
    """Record a check that must be done before a stage opens, ahead of the step itself (H 2.8)."""

    def change(d: Disagreement, at: datetime) -> Happened:
        if gate not in {g.key for stage in d.protocol.stages for g in stage.gates}:
            raise Refused("Choose a check from the protocol's list.")
        Check.objects.create(disagreement=d, what=f"gate:{gate}", by=viewer.user, at=at)
        return d.carry_on(kind=Kind.GATE_RECORDED, data={"gate": gate})

    return do(disagreement_id, verb="record_gate", viewer=viewer, version=version, change=change, words=words, **doing)


def _noted(kind: Kind, what: Asked, viewer: Viewer, *, agency: Agency | None = None, answer: str = "") -> Any:
    def change(d: Disagreement, at: datetime) -> Happened:
        Check.objects.create(disagreement=d, what=what, agency=agency, by=viewer.user, at=at, answer=answer)
        data: dict[str, Any] = {"answer": answer} if answer else {}
        return d.note(kind=kind, data=data | ({"agency": agency.pk} if agency else {}))

    return change


def confirm_on_file(
    disagreement_id: int, *, viewer: Viewer, version: int, agency: Agency, words: str = "", **doing: Any
) -> ChronologyEntry:
    """One agency has it on the child's file (H 3.1, O 4.1.2)."""

    def change(d: Disagreement, at: datetime) -> Happened:
        if agency.pk not in (d.raising_agency_id, d.receiving_agency_id):
            raise Refused("Choose one of the two agencies.")
        happened: Happened = _noted(Kind.CONFIRMED_ON_FILE, Asked.ON_FILE, viewer, agency=agency)(d, at)
        return happened

    return do(disagreement_id, verb="confirm_on_file", viewer=viewer, version=version, change=change, words=words, **doing)


def record_learning(
    disagreement_id: int,
    *,
    viewer: Viewer,
    version: int,
    words: str,
    needs: str = "none",
    supervision: str = "",
    **doing: Any,
) -> ChronologyEntry:
    """What should be learned, and whether a policy or training must change (B-21); where the protocol asks, how those
    involved were supervised (W 3.1c)."""
    if not words.strip():
        raise Refused("Say what should be learned, or that there is nothing to learn.")

    def change(d: Disagreement, at: datetime) -> Happened:
        sub_group = next((r.sub_group for r in d.protocol.reporting if r.sub_group), "") if d.protocol_version else ""
        Learning.objects.create(disagreement=d, text=words.strip(), needs=needs, sub_group=sub_group, recorded_at=at)
        if supervision.strip():
            Check.objects.create(disagreement=d, what=Asked.SUPERVISION, by=viewer.user, at=at)
        happened: Happened = _noted(Kind.LEARNING_RECORDED, Asked.LEARNING, viewer, answer=needs)(d, at)
        return happened

    text = f"{words.strip()}\n\nSupervision: {supervision.strip()}" if supervision.strip() else words
    return do(disagreement_id, verb="record_learning", viewer=viewer, version=version, change=change, words=text, **doing)


def add_action(
    disagreement_id: int, *, viewer: Viewer, version: int, what: str, owner: str, due: date, **doing: Any
) -> ChronologyEntry:
    """Something outstanding, with an owner and a date (B-12)."""
    if not what.strip() or not owner.strip():
        raise Refused("Say what is to be done, and who does it.")

    def change(d: Disagreement, at: datetime) -> Happened:
        action = Action.objects.create(disagreement=d, what=what.strip(), owner=owner.strip(), due=due)
        return d.note(kind=Kind.ACTION_ADDED, data={"action": action.pk, "due": due.isoformat()})

    return do(
        disagreement_id,
        verb="add_action",
        viewer=viewer,
        version=version,
        change=change,
        words=f"{what.strip()} ({owner.strip()})",
        **doing,
    )


def finish_action(
    disagreement_id: int, *, viewer: Viewer, version: int, action: int, words: str = "", **doing: Any
) -> ChronologyEntry:
    def change(d: Disagreement, at: datetime) -> Happened:
        if not d.actions.filter(pk=action, finished_at=None).update(finished_at=at):
            raise Refused("That action is done already, or not one of this disagreement's.")
        return d.note(kind=Kind.ACTION_FINISHED, data={"action": action})

    return do(disagreement_id, verb="finish_action", viewer=viewer, version=version, change=change, words=words, **doing)


def link(
    disagreement_id: int, *, viewer: Viewer, version: int, other: Disagreement, how: str, words: str = "", **doing: Any
) -> ChronologyEntry:
    """Two disagreements about one thing point at each other; neither chronology is changed."""

    def change(d: Disagreement, at: datetime) -> Happened:
        if other.pk == d.pk:
            raise Refused("Choose another disagreement to link to.")
        _, new = Link.objects.get_or_create(disagreement=d, other=other, defaults={"how": how})
        if not new:
            raise Refused("They are linked already.")
        return d.note(kind=Kind.LINKED, data={"other": other.pk, "how": how})

    return do(disagreement_id, verb="link", viewer=viewer, version=version, change=change, words=words, **doing)
