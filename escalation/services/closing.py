"""The end of a resolved disagreement: who was told, whether they are satisfied, and closing; knows no form."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from partnerships.protocol_questions import question_of
from partnerships.protocol_terms import Asked, Event, Side

from ..models import Check, ChronologyEntry, Disagreement
from ..moves import Happened, NotPermitted, Refused
from ..permissions import Ties, Viewer, ties
from ..requirements import RAISER, WHOSE_WORDS, asked_to_be_satisfied, not_yet_satisfied, satisfaction_check, undone
from ..states import Kind
from .doing import do
from .planning import joined

YES, NO = "yes", "no"


def tell_raiser(
    disagreement_id: int, *, viewer: Viewer, version: int, satisfied: str = "", words: str = "", **doing: Any
) -> ChronologyEntry:
    """The person who first raised it knows the resolution (B-15, H 3.1); where asked, whether it satisfies them. One who
    is told and is not satisfied is one entry that says both."""

    def change(d: Disagreement, at: datetime) -> Happened:
        if not d.outcomes.filter(disputed_at=None).exists():
            raise Refused("There is no outcome yet that they could be told of.")
        if satisfied:
            Check.objects.create(disagreement=d, what=Asked.RAISER_SATISFIED, by=viewer.user, at=at, answer=satisfied)
        Check.objects.create(disagreement=d, what=Asked.RAISER_TOLD, by=viewer.user, at=at, answer=satisfied)
        if not satisfied:
            return d.note(kind=Kind.RAISER_TOLD, data={})
        if satisfied == NO:
            told = d.note(kind=Kind.NOT_SATISFIED, data={"whose": RAISER, "answer": satisfied})
            return Happened(told.kind, told.data, also=frozenset({Event.RAISER_TOLD}))
        return d.note(kind=Kind.RAISER_TOLD, data={"answer": satisfied})

    return do(disagreement_id, verb="tell_raiser", viewer=viewer, version=version, change=change, words=words, **doing)


def may_answer_for(whose: str, tied: Ties) -> bool:
    """Whether a person may say for the raiser, or for a side, if the outcome satisfies them: each for their own side; the
    partnership manager, where they have it from them."""
    return (
        tied.viewer.is_office
        or (tied.is_raiser and whose in (RAISER, Side.RAISING))
        or (Side.RAISING if whose == RAISER else whose) in tied.sides
    )


def record_satisfaction(
    disagreement_id: int, *, viewer: Viewer, version: int, whose: str, satisfied: str, words: str = "", **doing: Any
) -> ChronologyEntry:
    """The word of those on whose satisfaction the protocol lets it be closed. A no is an entry that notices and clocks can
    hang on; it moves nothing by itself."""

    def change(d: Disagreement, at: datetime) -> Happened:
        if whose not in asked_to_be_satisfied(d.protocol):
            raise Refused("The protocol does not ask them whether they are satisfied.")
        if not may_answer_for(whose, ties(viewer, d, d.parties.all())):
            raise NotPermitted(f"Only {WHOSE_WORDS[whose]} can say that.")
        if satisfied not in (YES, NO):
            raise Refused("Say yes or no.")
        if satisfied == NO and not words.strip():
            raise Refused("Say what is still missing, so that somebody can put it right.")
        if d.ended_at is None or d.standing != "resolved":
            raise Refused("There is no outcome now that they could be satisfied with.")
        Check.objects.create(disagreement=d, what=satisfaction_check(whose), by=viewer.user, at=at, answer=satisfied)
        kind = Kind.SATISFIED if satisfied == YES else Kind.NOT_SATISFIED
        return d.note(kind=kind, data={"whose": whose, "answer": satisfied})

    return do(disagreement_id, verb="record_satisfaction", viewer=viewer, version=version, change=change, words=words, **doing)


def close(
    disagreement_id: int, *, viewer: Viewer, version: int, note: str = "", answered: str = "", **doing: Any
) -> ChronologyEntry:
    """The end. Refused while something that the protocol asks for on closing is not recorded, or while somebody on whose
    word it may be closed is not satisfied; the office alone may close it all the same, and says why."""

    def change(d: Disagreement, at: datetime) -> Happened:
        waiting = unsatisfied(d)
        happened = d.close()
        agencies = [a for a in (d.raising_agency_id, d.receiving_agency_id) if a]
        checks = _checks_of_this_outcome(d).values_list("what", "agency_id")
        missing = undone(d.protocol, stage=d.stage, checks=checks, agencies=agencies)
        if missing:
            asks = " ".join(question_of(asked) for asked in missing)
            raise Refused(f"Before it is closed, record this: {asks}")
        if waiting and not (viewer.is_office and note.strip()):
            raise Refused(_not_satisfied(d, waiting))
        return Happened(happened.kind, {**happened.data, "unsatisfied": list(waiting)} if waiting else happened.data)

    words = joined(note, answered)
    return do(disagreement_id, verb="close", viewer=viewer, version=version, change=change, words=words, **doing)


def unsatisfied(disagreement: Disagreement) -> tuple[str, ...]:
    """Those on whose word it may be closed who have not said yes to this outcome; their last word counts."""
    if not asked_to_be_satisfied(disagreement.protocol):
        return ()
    answers = _checks_of_this_outcome(disagreement).order_by("at", "pk").values_list("what", "answer")
    return not_yet_satisfied(disagreement.protocol, answers=dict(answers))


def _not_satisfied(d: Disagreement, waiting: tuple[str, ...]) -> str:
    named = " and ".join(WHOSE_WORDS[whose] for whose in waiting)
    closing = d.protocol.closing
    office = closing is None or closing.office
    otherwise = ", or the partnership manager closes it and says why" if office else ""
    return (
        f"Before it is closed, {named} must be satisfied with the outcome. If they are not, open it again, "
        f"and move it up if need be{otherwise}."
    )


def _checks_of_this_outcome(d: Disagreement) -> QuerySet[Check]:
    """What was recorded of an earlier outcome says nothing of the next one: after a reopening it is asked for again."""
    reopened = d.chronology.filter(kind=Kind.REOPENED).order_by("-seq").values_list("at", flat=True).first()
    return d.checks.filter(at__gte=reopened) if reopened else d.checks.all()
