"""One disagreement as a list shows it: what is asked, by when, between whom, and whether the other side has opened it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django_fsm import can_proceed

from partnerships.protocol_terms import Side
from partnerships.working_days import Calendar
from partnerships.written import joined

from .. import services
from ..addressed import addressed, booked_beside
from ..bookings import booked, standing_booking
from ..left_to_do import left_to_do
from ..models import Action, Check, ChronologyEntry, Disagreement, Party, SideProcessRecord
from ..moves import Verdict, no
from ..permissions import Ties, Viewer, may, ties
from ..selectors import Timescale, first_opened, kind_words, timescale, under, where
from ..states import STATE_WORDS
from ..turns import Ball, ball


@dataclass(frozen=True)
class Card:
    """`sentence` is said to whoever reads it, and asks something of them where it is `yours`. `seen` and `unsafe` are for
    the side that raised it (`ours`)."""

    disagreement: Disagreement
    sentence: str
    yours: bool
    after: str
    where: str
    state: str
    ball: Ball
    timescale: Timescale | None
    seen: datetime | None
    ours: bool
    unsafe: Verdict
    under: str
    kinds: tuple[str, ...]


def card(disagreement: Disagreement, viewer: Viewer, *, at: datetime, calendar: Calendar) -> Card:
    """Needs a disagreement from `in_hand.with_what_cards_say`."""
    d, held = disagreement, ball(disagreement, at=at)
    people: list[Party] = d.people  # type: ignore[attr-defined]
    entries: list[ChronologyEntry] = d.talked  # type: ignore[attr-defined]
    checks: list[Check] = d.checked  # type: ignore[attr-defined]
    actions: list[Action] = d.agreed_actions  # type: ignore[attr-defined]
    beside: list[SideProcessRecord] = d.beside_it  # type: ignore[attr-defined]
    tied = ties(viewer, d, people, list(beside))
    left = left_to_do(d, tied, checks=checks, actions=actions)
    booking = booked(d, standing_booking(entries), words="", at=at)
    said = addressed(d, held, tied, booking=booking, left=left)
    return Card(
        disagreement=d,
        sentence=said.sentence,
        yours=said.yours,
        after=joined(said.after, booked_beside(held, booking)),
        where=where(d),
        state=_(STATE_WORDS[d.standing]),
        ball=held,
        timescale=timescale(held.deadline, at=at, calendar=calendar) if held.deadline else None,
        seen=first_opened(d),
        ours=tied.recorded or Side.RAISING in tied.sides,
        unsafe=_unsafe(d, tied),
        under=under(d),
        kinds=kind_words(d),
    )


def _unsafe(disagreement: Disagreement, tied: Ties) -> Verdict:
    """ "It is still unsafe: escalate now" is open wherever a higher step is left."""
    if disagreement.stage and not can_proceed(disagreement.escalate_to):
        return no(joined(services.why_not(disagreement, "escalate"), _("If it is unsafe now, telephone 999.")))
    return may("escalate", tied)
