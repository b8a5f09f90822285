"""Who takes over open work: of an agency or a person that goes, of oneself, of somebody away whose deputy one is. Each
change is recorded as any change of people is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from django.db import transaction

from partnerships.models import PostHolder
from partnerships.scope import present

from ..models import Disagreement, Party
from ..moves import Happened, NotPermitted, Refused
from ..open_work import Charge, answered_for, stands_in_for
from ..permissions import Viewer
from ..states import Kind
from .doing import carry_out, lock
from .joining import join
from .particulars import Person
from .people import change_party


@transaction.atomic
def hand_over(charges: Sequence[tuple[Charge, Person]], *, viewer: Viewer, reason: str, at: datetime | None = None) -> int:
    """Put each successor in the place of those who go, in every disagreement of the charge, and record it there. All of it
    or nothing; the rows are locked in ascending order first, as everywhere. Returns in how many disagreements."""
    changes = [(d.pk, party.pk if party else None, person) for charge, person in charges for d, party in charge.seats]
    numbers = sorted({number for number, _, _ in changes})
    for number in numbers:
        lock(number)
    for number in numbers:
        for leaving, person in [(party, person) for which, party, person in changes if which == number]:
            version = lock(number).version
            change_party(number, viewer=viewer, version=version, person=person, leaving=leaving, reason=reason, at=at)
    return len(numbers)


@transaction.atomic
def pass_own(charges: Sequence[tuple[Charge, Person]], *, viewer: Viewer, reason: str, at: datetime | None = None) -> int:
    """A person's own open work, all at once, to whom they name. It is theirs to give whatever their role is: who may not
    change other people of their side may still say that it is no longer themselves."""
    return _replace(charges, own=lambda party: party.is_of(viewer.user), viewer=viewer, reason=reason, at=at)


@transaction.atomic
def take_over(
    charges: Sequence[tuple[Charge, Person]], *, holder: PostHolder, viewer: Viewer, reason: str, at: datetime | None = None
) -> int:
    """The open work of somebody who is away, to the deputy whom the directory names, by that deputy."""
    moment = at or present()
    if holder.pk not in {known.pk for known in stands_in_for(viewer.user, day=moment.date())}:
        raise NotPermitted("The directory does not name you as their deputy, or they are not away now.")
    if any(person.email != viewer.user.email for _, person in charges):
        raise NotPermitted("A deputy takes over themselves.")

    agencies = answered_for(holder.post.agency)

    def theirs(party: Party) -> bool:
        same = party.email.lower() == holder.email.lower() or (party.user_id is not None and party.user_id == holder.user_id)
        return same and party.agency_id in agencies

    return _replace(charges, own=theirs, viewer=viewer, reason=reason, at=moment)


def _replace(
    charges: Sequence[tuple[Charge, Person]],
    *,
    own: Callable[[Party], bool],
    viewer: Viewer,
    reason: str,
    at: datetime | None,
) -> int:
    if not reason.strip():
        raise Refused("Say why the people change.")
    moment = at or present()
    changes = [(d.pk, party.pk, person) for charge, person in charges for d, party in charge.seats if party is not None]
    numbers = sorted({number for number, _, _ in changes})
    for number in numbers:
        lock(number)
    for number, leaving, person in sorted(changes, key=lambda one: one[:2]):
        found = lock(number)
        party = found.parties.filter(pk=leaving, left_at=None).first()
        if party is None or not own(party):
            raise Refused("Somebody changed who takes part while you were reading. Look at the page again.")
        change = _in_place_of(party, person)
        carry_out(found, verb="change_party", change=change, at=moment, actor=viewer.user, words=reason)
    return len(numbers)


def _in_place_of(leaving: Party, person: Person) -> Callable[[Disagreement, datetime], Happened]:
    def change(d: Disagreement, at: datetime) -> Happened:
        d.parties.filter(pk=leaving.pk).update(left_at=at)
        party = join(d, person, at=at)
        return d.carry_on(kind=Kind.PARTY_CHANGED, data={"party": party.pk, "left": leaving.pk, "side": leaving.side})

    return change
