"""Who has the ball, said to one person: "You are asked to …" or "Waiting for …", in one sentence; writes nothing.

turns.py says whose turn it is; here is only how it is said to whoever looks: the raiser, either side, those who decide, those
who stand beside it, the partnership office, and somebody who only watches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from partnerships.protocol_terms import RaisedAs, Side
from partnerships.templatetags.govuk import clock, short_day
from partnerships.written import joined, say, written

from .bookings import Booked
from .left_to_do import Left
from .models import Disagreement, Party
from .permissions import Ties, may
from .states import State
from .turns import ANSWER, TALK, Ball, listed

NOTHING_LEFT = gettext_noop("Nobody has anything more to do here.")


@dataclass(frozen=True)
class Addressed:
    """`sentence` as this viewer reads it; `yours`: something is asked of them; `after`: what else has to be said."""

    sentence: str
    yours: bool = False
    after: str = ""


def addressed(
    disagreement: Disagreement, held: Ball, tied: Ties, *, booking: Booked | None = None, left: Sequence[Left] = ()
) -> Addressed:
    """Total over states, sides and people: there is always exactly one sentence."""
    state = disagreement.standing
    if state == State.DRAFT:
        return Addressed(_("You are asked to finish it and raise it."), True) if tied.recorded else Addressed(held.sentence)
    if state == State.RESOLVED:
        return _resolved(tied, left)
    if disagreement.ended:
        return Addressed(_(NOTHING_LEFT))
    if disagreement.waiting_for and state == State.OPEN:
        return _instead(disagreement, held, tied)
    if booking is not None and held.task == _(TALK):
        return _talking(held, tied, booking)
    return _asked(disagreement, held, tied)


def _asked(disagreement: Disagreement, held: Ball, tied: Ties) -> Addressed:
    user = tied.viewer.user
    if any(p.is_of(user) for p in held.answering):
        return Addressed(say(_("You are asked to %(task)s."), task=_(ANSWER)), True, held.after)
    of_the_partnership = Side.PARTNERSHIP in held.sides and held.who != ""
    if of_the_partnership:
        if tied.decides_here and may("record_decision", tied):
            return Addressed(say(_("You are asked to %(task)s."), task=held.task), True, held.after)
        return Addressed(say(_("Waiting for the %(who)s to %(task)s."), who=held.who, task=held.task), False, held.after)
    asked = [p for p in held.holders if p not in held.unanswered]
    others = [p for p in asked if not p.is_of(user)]
    if len(others) < len(asked):
        mine = {p.name for p in asked if p.is_of(user)}
        beside = [p for p in others if p.name not in mine]
        if beside and len(held.sides) > 1 and not held.unanswered:
            both = say(_("You and %(others)s are asked to %(task)s."), others=named(beside), task=held.task)
            return Addressed(both, True, held.after)
        return Addressed(say(_("You are asked to %(task)s."), task=held.task), True, held.after)
    if any(p.is_of(user) for p in held.unanswered) or (Side.PARTNERSHIP in held.sides and tied.viewer.is_office):
        return Addressed(_("Nobody has answered. You are asked to say what happens now."), True, held.after)
    waiting = named(asked, sides=_whose(disagreement, tied)) if asked else _("the managers of both sides")
    return Addressed(say(_("Waiting for %(who)s to %(task)s."), who=waiting, task=held.task), False, held.after)


def _instead(disagreement: Disagreement, held: Ball, tied: Ties) -> Addressed:
    """While it runs the dates stand still, and it alone has the ball."""
    process = disagreement.protocol.side_process(disagreement.waiting_for)
    steps, name = written(f"{disagreement.protocol.step_word}s"), written(process.name)
    waits = say(_("Until then the %(steps)s wait, and the dates stand still."), steps=steps)
    if tied.sits_on or tied.beside & set(process.ended_by):
        asked = say(_("You are asked to bring it to an end and to record what came of it: %(process)s."), process=name)
        return Addressed(asked, True, waits)
    return Addressed(say(_("Waiting for what comes of it: %(process)s."), process=name), False, waits)


def _talking(held: Ball, tied: Ties, booking: Booked) -> Addressed:
    """Those who act talk; whoever else is of either side may record it as well."""
    acts = any(p.is_of(tied.viewer.user) for p in held.holders)
    when = {"day": short_day(booking.when), "time": clock(booking.when)}
    if not booking.passed:
        said = _("You talk on %(day)s at %(time)s.") if acts else _("The two sides talk on %(day)s at %(time)s.")
    elif acts:
        said = _("You were to talk on %(day)s at %(time)s. Did you talk? Then record what came of it.")
    else:
        said = _("The two sides were to talk on %(day)s at %(time)s. Waiting for them to record what came of it.")
    return Addressed(said % when, acts, held.after)


def booked_beside(held: Ball, booking: Booked | None) -> str:
    """The talk that is to come, where the sentence asks for something else; of one that is past nothing is said there."""
    if booking is None or booking.passed or held.task == _(TALK):
        return ""
    when = {"day": short_day(booking.when), "time": clock(booking.when)}
    return _("A talk is booked for %(day)s at %(time)s.") % when


def _resolved(tied: Ties, left: Sequence[Left]) -> Addressed:
    mine = next((one for one in left if one.task), None)
    if mine is not None:
        return Addressed(say(_("There is an outcome. You are asked to %(task)s."), task=mine.task), True)
    if left:
        return Addressed(joined(_("There is an outcome."), left[0].words))
    if may("close", tied):
        return Addressed(_("There is an outcome, and all that was asked is recorded. You are asked to close it."), True)
    return Addressed(joined(_("There is an outcome. Waiting for it to be closed."), may("close", tied).sentence))


def _whose(disagreement: Disagreement, tied: Ties) -> dict[str, str]:
    """What each side is called to this viewer."""
    if len(tied.sides) == 1:
        (own,) = tied.sides
    elif tied.is_raiser and disagreement.raised_as != RaisedAs.THIRD_PARTY:
        own = Side.RAISING
    else:
        return {Side.RAISING: _("raising side"), Side.RECEIVING: _("receiving side")}
    return {side: _("your side") if side == own else _("the other side") for side in (Side.RAISING, Side.RECEIVING)}


def named(people: Sequence[Party], *, sides: dict[str, str] | None = None) -> str:
    """Their names, each with the agency once, and on which side that is where that is to be said."""
    found: dict[tuple[str, str], list[str]] = {}
    for person in people:
        names = found.setdefault((str(person.agency), sides[person.side] if sides else ""), [])
        if person.name not in names:
            names.append(person.name)
    groups = [f"{listed(names)} ({agency}{f', {side}' if side else ''})" for (agency, side), names in found.items()]
    return listed(groups)
