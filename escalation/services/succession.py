"""Who takes over the open work of an agency or a person that goes: each change is recorded as any change of people is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from ..open_work import Charge
from ..permissions import Viewer
from .doing import lock
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
