"""Who takes part: a person changed, and "not ours: pass it on"."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from partnerships.models import Agency
from partnerships.protocol_terms import Side

from ..models import ChronologyEntry, Disagreement
from ..moves import Happened, NotPermitted, Refused
from ..permissions import Viewer, ties
from ..states import Kind
from .doing import do
from .joining import join
from .particulars import Person


def change_party(
    disagreement_id: int, *, viewer: Viewer, version: int, person: Person, leaving: int | None = None, reason: str, **doing: Any
) -> ChronologyEntry:
    """Somebody takes part who did not, or in the place of another. Their words and acts stay in the chronology."""
    if not reason.strip():
        raise Refused("Say why the person changes.")

    def change(d: Disagreement, at: datetime) -> Happened:
        own = ties(viewer, d, d.parties.all()).sides
        if leaving is not None and not d.parties.filter(pk=leaving, side=person.side, left_at=None).update(left_at=at):
            raise Refused("The person to leave is not taking part on that side.")
        party = join(d, person, at=at)
        if not viewer.is_office and person.side not in own:
            raise NotPermitted("Each side says who acts for it; the partnership manager may for both.")
        return d.carry_on(kind=Kind.PARTY_CHANGED, data={"party": party.pk, "left": leaving, "side": person.side})

    return do(disagreement_id, verb="change_party", viewer=viewer, version=version, change=change, words=reason, **doing)


def pass_on(
    disagreement_id: int, *, viewer: Viewer, version: int, person: Person, agency: Agency | None = None, reason: str, **doing: Any
) -> ChronologyEntry:
    """ "Not ours": to another person, and if need be another agency. The clocks go on: the child has waited already."""
    if not reason.strip():
        raise Refused("Say why it is not yours, and who has agreed to take it.")
    if person.side != Side.RECEIVING:
        raise Refused("Only the receiving side passes it on: name somebody who takes it there.")

    def change(d: Disagreement, at: datetime) -> Happened:
        new_agency = agency is not None and agency.pk != d.receiving_agency_id
        if new_agency and agency is not None:
            if agency.pk == d.raising_agency_id:
                raise Refused("The raising agency cannot receive its own disagreement.")
            d.parties.filter(side=person.side, left_at=None).update(left_at=at)
            d.receiving_agency = agency
        else:
            d.parties.filter(side=person.side, role=person.role, left_at=None).update(left_at=at)
        party = join(d, person, at=at)
        sector = {"sector": agency.sector} if new_agency and agency is not None else {}
        return d.carry_on(kind=Kind.PASSED_ON, data={"party": party.pk, "agency": agency.pk if agency else None} | sector)

    return do(disagreement_id, verb="pass_on", viewer=viewer, version=version, change=change, words=reason, **doing)
