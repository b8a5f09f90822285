"""The office puts two disagreements together that are one, and parts them again where they were two after all.

Neither chronology is touched: each keeps its entries, and the page of the one that goes on shows both. It knows no page."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from partnerships.conditions import SIDES
from partnerships.protocol_terms import Side
from partnerships.scope import present

from ..merging import may_merge, merged_into, side_in_the_other, sides_swapped
from ..models import ChronologyEntry, Disagreement, Link, Party
from ..moves import Happened, NotPermitted, Refused, Stale
from ..permissions import Viewer
from ..selectors import visible
from ..states import Kind, State
from .doing import carry_out, lock, what_changed
from .joining import join
from .particulars import Person
from .refusing import why_not

WORKED_ON = (State.OPEN, State.AWAITING_CONFIRMATION)


def merge(
    disagreement_id: int, *, viewer: Viewer, version: int, into: int, reason: str, at: datetime | None = None
) -> ChronologyEntry:
    """`disagreement_id` ends and points at `into`, which goes on. In order: both are locked, the lower number first; the people
    of each join the other, on the side that is theirs there; the one ends, and its clocks with it; the other says so.

    Everybody of both reads both from then on: each was written to the same two agencies, about the same thing."""
    if not reason.strip():
        raise Refused("Say why they are the same.")
    with transaction.atomic():
        ends, goes_on = _both(disagreement_id, into, viewer=viewer)
        if ends.version != version:
            raise Stale(what_changed(ends))
        swapped = _fit(ends, goes_on)
        moment = at or present()
        here = _bring(ends, into=goes_on, swapped=swapped, at=moment)
        there = _bring(goes_on, into=ends, swapped=swapped, at=moment)
        for one, other in ((ends, goes_on), (goes_on, ends)):
            one.brought_in = sorted({*one.brought_in, *(_key(key, swapped=swapped) for key in other.brought_in)})
        _point(ends, goes_on, how="merged")
        entry = carry_out(
            ends, verb="note", change=lambda d, _: d.merge_into(other=goes_on.pk, joined=there), at=moment, actor=viewer.user,
            words=reason,
        )  # fmt: skip
        data = {"other": ends.pk, "joined": here}
        carry_out(goes_on, verb="note", change=_noted(Kind.MERGED_HERE, data), at=moment, actor=viewer.user, words=reason)
        return entry


def part(disagreement_id: int, *, viewer: Viewer, version: int, reason: str, at: datetime | None = None) -> ChronologyEntry:
    """They were two after all: the one that ended is open again where it stood, and its clocks begin as on reopening. Whoever
    came to the one only through the other leaves it."""
    if not reason.strip():
        raise Refused("Say why they are two.")
    with transaction.atomic():
        found = Disagreement.objects.filter(pk=disagreement_id).first()
        other = merged_into(found) if found else None
        if other is None:
            raise Refused("It was not put together with another one.")
        again, went_on = _both(disagreement_id, other.pk, viewer=viewer)
        if again.version != version:
            raise Stale(what_changed(again))
        if again.standing != State.WITHDRAWN:
            raise Refused(why_not(again, "reopen"))
        moment = at or present()
        for one, kind, whose in ((again, Kind.MERGED, went_on), (went_on, Kind.MERGED_HERE, again)):
            _leave(one, kind, whose, at=moment)
        _point(again, went_on, how="related")
        change = _noted(Kind.PARTED_HERE, {"other": again.pk})
        carry_out(went_on, verb="note", change=change, at=moment, actor=viewer.user, words=reason)
        return carry_out(
            again, verb="note", change=lambda d, _: d.part_again(other=went_on.pk), at=moment, actor=viewer.user, words=reason
        )


def _both(one: int, other: int, *, viewer: Viewer) -> tuple[Disagreement, Disagreement]:
    """Both rows, locked in ascending order of id, so that no two who put the same together can wait for each other."""
    if not (verdict := may_merge(viewer)):
        raise NotPermitted(verdict.sentence)
    if one == other:
        raise Refused("Choose another disagreement.")
    if visible(viewer).filter(pk__in=(one, other)).exclude(state=State.DRAFT).count() != 2:
        raise NotPermitted("This disagreement is no longer there.")
    locked = {pk: lock(pk) for pk in sorted((one, other))}
    return locked[one], locked[other]


def _fit(ends: Disagreement, goes_on: Disagreement) -> bool:
    swapped = sides_swapped(ends, goes_on)
    if swapped is None:
        raise Refused("They are not between the same two agencies. Link them instead: both go on.")
    for each in (ends, goes_on):
        if each.standing not in WORKED_ON:
            raise Refused(f"{each.reference} has ended. Link them instead.")
    if ends.side_processes.filter(ended_at=None).exists():
        raise Refused(f"Something runs beside the steps of {ends.reference}. Record first what came of it.")
    return swapped


def _bring(source: Disagreement, *, into: Disagreement, swapped: bool, at: datetime) -> list[int]:
    """Everybody who takes part in the one now joins the other. Returns who is new there."""
    there = set(into.parties.filter(left_at=None).values_list("pk", flat=True))
    new = []
    for party in source.parties.select_related("agency").filter(left_at=None):
        side = side_in_the_other(party.side, swapped=swapped)
        person = Person(
            side=side, role=_role(source, party, into=into, side=side), name=party.name, email=party.email,
            telephone=party.telephone, job_title=party.job_title, agency=party.agency, called=party.called,
        )  # fmt: skip
        joined = join(into, person, at=at)
        new += [joined.pk] if joined.pk not in there and joined.pk not in new else []
    return new


def _role(source: Disagreement, party: Party, *, into: Disagreement, side: Side) -> str:
    """The same role, or where the other's protocol gives it to the other side alone, one of the same height."""
    offered = [role for role in into.protocol.roles if role.side in (Side.BOTH, side)]
    capacity = next((role.capacity for role in source.protocol.roles if role.key == party.role), None)
    exact = [role.key for role in offered if role.key == party.role]
    alike = [role.key for role in offered if role.capacity == capacity]
    if not (found := exact or alike):
        raise Refused(f"{party.name} has no role on that side of {into.reference}. Change who takes part first.")
    return found[0]


def _key(key: str, *, swapped: bool) -> str:
    """Of a role that was brought in for one side: the side that is the same agency's in the other."""
    side, _, role = key.rpartition(".")
    return f"{side_in_the_other(side, swapped=swapped).value}.{role}" if side in SIDES else key


def _leave(one: Disagreement, kind: Kind, whose: Disagreement, *, at: datetime) -> None:
    """Whoever came from `whose`: others may have been put together with this one since, and their people stay."""
    entry = one.chronology.filter(kind=kind, data__other=whose.pk).order_by("-seq").first()
    joined = entry.data["joined"] if entry else []
    one.parties.filter(pk__in=joined, left_at=None).update(left_at=at)


def _point(ends: Disagreement, goes_on: Disagreement, *, how: str) -> None:
    Link.objects.filter(disagreement=goes_on, other=ends, how="duplicate").delete()
    Link.objects.update_or_create(disagreement=ends, other=goes_on, defaults={"how": how})


def _noted(kind: Kind, data: dict[str, object]):  # type: ignore[no-untyped-def]
    def change(disagreement: Disagreement, _: datetime) -> Happened:
        return disagreement.note(kind=kind, data=data)

    return change
