"""Raising a disagreement, and logging what was settled by talking; must not know the form's pages."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from partnerships import selectors as partnership_selectors
from partnerships.models import Agency
from partnerships.protocol import MAIN
from partnerships.scope import current_partnership_id, present

from ..models import ChronologyEntry, Disagreement, Outcome, ReferenceCounter
from ..moves import Happened, NotPermitted, Refused
from ..permissions import Viewer, may_raise
from ..states import Kind
from .begun import Begun
from .doing import carry_out, lock
from .drafts import NOT_IN_FORCE, open_draft
from .joining import first_people
from .particulars import Particulars, objections, words_of
from .side_processes import start_by_marks

NEXT = """
INSERT INTO escalation_referencecounter AS counter (partnership_id, last) VALUES (%s, 1)
ON CONFLICT (partnership_id) DO UPDATE SET last = counter.last + 1
RETURNING (SELECT reference_prefix FROM partnerships_partnership WHERE id = counter.partnership_id), counter.last
"""
TWICE_WITHIN = timedelta(minutes=10)
NOTHING_IN_FORCE = "No protocol is in force in this partnership yet, so nothing can be raised."


def raise_disagreement(
    disagreement_id: int, *, viewer: Viewer, particulars: Particulars, at: datetime | None = None
) -> ChronologyEntry:
    """Raise a draft: it takes the version of its protocol that is in force that day, and keeps it.

    Of two who write in it either may press; it is raised in the author's name all the same, and the chronology says who
    pressed. In order: the version is pinned, the requirements of the protocol are checked, the people join, the clocks start,
    the reference is given, the entry is recorded. Notices follow from the entry.
    """
    with transaction.atomic():
        draft = open_draft(disagreement_id, viewer)
        moment = at or present()
        _pin(draft, moment)
        if found := objections(draft.protocol, particulars, recorder=draft.raised_by, at=moment):
            raise Refused(" ".join(found))
        if draft.raised_by_id == viewer.user.pk:
            draft.shared_with = None  # the colleague reads on as whatever part they are named in; else they have none
        _fill(draft, particulars, moment)
        people = first_people(draft, particulars.people, at=moment)

        def change(disagreement: Disagreement, at: datetime) -> Happened:
            happened = disagreement.raise_at(to=particulars.to, direct_reason=bool(particulars.direct_reason.strip()))
            sectors = {side.value: sector for side, sector in disagreement.sectors.items()}
            return Happened(happened.kind, {**happened.data, **_facts(particulars), "sectors": sectors})

        words = words_of(draft.protocol, particulars)
        begun = Begun(people, number=next_reference)
        entry = carry_out(draft, verb="raise", change=change, at=moment, actor=viewer.user, words=words, begun=begun)
        start_by_marks(draft, particulars.flags, at=moment, by=viewer.user)
        return entry


def _pin(draft: Disagreement, at: datetime) -> None:
    version = partnership_selectors.version_in_force(partnership_selectors.today(at), line=draft.line)
    if version is None:
        raise Refused(NOTHING_IN_FORCE if draft.line == MAIN else NOT_IN_FORCE)
    draft.protocol_version = version


def _fill(draft: Disagreement, given: Particulars, at: datetime) -> None:
    draft.raised_at = at
    draft.raising_agency, draft.receiving_agency = given.raising_agency, given.receiving_agency
    draft.category, draft.urgency = given.category, given.urgency
    common = next((c.common for c in draft.protocol.categories if c.key == given.category), "")
    draft.common_category = common
    draft.child_reference, draft.child_status = given.child_reference.strip(), given.child_status
    draft.flags, draft.needed_by = list(given.flags), given.needed_by
    draft.decided_on, draft.raised_as, draft.thematic = given.decided_on, given.raised_as, given.thematic
    draft.answers = {**given.answers, **given.extra, "direct_reason": given.direct_reason}


def next_reference() -> str:
    """The next number of the partnership; its counter stays locked to commit, so there is no gap and no double."""
    with connection.cursor() as cursor:
        cursor.execute(NEXT, [current_partnership_id()])
        prefix, number = cursor.fetchone()
    return f"{prefix}-{number:04d}"


def next_references(number: int) -> list[str]:
    """So many at once, for what is made in one act. None: the counter is only locked, and a second such act waits."""
    counter = _locked_counter()
    first, counter.last = counter.last + 1, counter.last + number
    counter.save(update_fields=["last"])
    return [f"{counter.partnership.reference_prefix}-{one:04d}" for one in range(first, counter.last + 1)]


def _locked_counter() -> ReferenceCounter:
    ReferenceCounter.objects.bulk_create([ReferenceCounter()], ignore_conflicts=True)
    return ReferenceCounter.objects.select_for_update().get()


def _facts(given: Particulars) -> dict[str, Any]:
    """Enumerated values and ids only: what a replay needs to turn the same clocks, and for whom it was raised."""
    together = {"also_raising": [agency.pk for agency in given.also_raising]} if given.also_raising else {}
    return {
        "urgency": given.urgency,
        "category": given.category,
        "child_status": given.child_status,
        "flags": list(given.flags),
        "needed_by": given.needed_by.isoformat() if given.needed_by else None,
        "decided_on": given.decided_on.isoformat() if given.decided_on else None,
        "raised_as": given.raised_as,
        "thematic": given.thematic,
    } | together


def log_settled(
    *,
    viewer: Viewer,
    raising_agency: Agency,
    receiving_agency: Agency,
    category: str,
    text: str,
    line: str = MAIN,
    at: datetime | None = None,
) -> ChronologyEntry:
    """Log in a minute what two people settled by talking: same categories, no names, no clocks. The same words by the same
    person within minutes are one log: it has no draft that could tell a form posted twice."""
    if not (verdict := may_raise(viewer)):
        raise NotPermitted(verdict.sentence)
    if raising_agency.pk == receiving_agency.pk:
        raise Refused("The two agencies must differ: this is for disagreements between agencies.")
    if not text.strip():
        raise Refused("Write down what was settled.")
    with transaction.atomic():
        moment = at or present()
        if (already := _logged_already(viewer, text, raising_agency, receiving_agency, at=moment)) is not None:
            return already
        draft = Disagreement.objects.create(raised_by=viewer.user, line=line)
        draft = lock(draft.pk)
        _pin(draft, moment)
        draft.reference, draft.raised_at = next_reference(), moment
        draft.raising_agency, draft.receiving_agency = raising_agency, receiving_agency
        draft.category = category
        draft.common_category = next((c.common for c in draft.protocol.categories if c.key == category), "")
        if category and not draft.common_category:
            raise Refused("Choose the category from the list.")
        Outcome.objects.create(
            disagreement=draft,
            how=Outcome.How.SETTLED,
            text=text,
            recorded_by=viewer.user,
            recorded_at=moment,
            confirmed_at=moment,
        )
        return carry_out(draft, verb="log_settled", change=lambda d, _: d.log_settled(), at=moment, actor=viewer.user, words=text)


def _logged_already(
    viewer: Viewer, text: str, raising_agency: Agency, receiving_agency: Agency, *, at: datetime
) -> ChronologyEntry | None:
    """The counter's lock makes the second of two posts wait for the first, and then find it."""
    _locked_counter()
    logged = Outcome.objects.filter(
        how=Outcome.How.SETTLED,
        text=text,
        recorded_by=viewer.user,
        recorded_at__gt=at - TWICE_WITHIN,
        recorded_at__lte=at,
        disagreement__raising_agency=raising_agency,
        disagreement__receiving_agency=receiving_agency,
    )
    return ChronologyEntry.objects.filter(disagreement__in=logged.values("disagreement_id"), kind=Kind.SETTLED_LOGGED).first()
