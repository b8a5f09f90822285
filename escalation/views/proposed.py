"""The outcome that is made together, as a disagreement's page shows it: what is proposed, whose answer it waits for, what was
agreed in which words, and what of it is still to be done; decides nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from partnerships import selectors as partnership_selectors
from partnerships.scope import present

from ..actions import ACTIONS
from ..corrections import corrections, texts_with, with_texts
from ..lying_beside import is_known_to_lack
from ..models import Action, ChronologyEntry, Disagreement, Party, ProposedOutcome
from ..permissions import Ties, Viewer
from ..proposals import Shown, awaited_from, pending, shown, sides_of
from ..selectors import SIDE_WORDS
from ..states import Kind, State

Ended = ProposedOutcome.Ended
PROPOSED, DECLINED = Kind.OUTCOME_PROPOSED, Kind.PROPOSAL_NOT_AGREED


@dataclass(frozen=True)
class Act:
    """One button beside the proposal."""

    verb: str
    text: str


@dataclass(frozen=True)
class Panel:
    """`waits`: for whose answer, in words, unless it is this person's. `reply`: what is still disagreed."""

    title: str
    said: Shown
    by: str
    at: datetime
    acts: tuple[Act, ...]
    yours: bool = False
    waits: str = ""
    reply: str = ""
    replied_by: str = ""
    replied_at: datetime | None = None


@dataclass(frozen=True)
class Outstanding:
    """One action that was agreed: until when, in a person's words, and whether this person may say that it is done."""

    action: Action
    when: str
    late: bool
    may_finish: bool


def proposal_context(disagreement: Disagreement, viewer: Viewer, tied: Ties) -> dict[str, Any]:
    """What templates/escalation/parts/proposal.html and outcome.html show beside what the page has."""
    today = partnership_selectors.today(present())
    finishing = bool(ACTIONS["finish_action"].verdict(disagreement, tied))
    return {
        "proposal": _panel(disagreement, tied),
        "outstanding": [_outstanding(each, today=today, may_finish=finishing) for each in disagreement.actions.all()],
    }


def _panel(disagreement: Disagreement, tied: Ties) -> Panel | None:
    if disagreement.standing != State.OPEN:
        return None
    waiting = pending(disagreement)
    return _waiting(disagreement, waiting, tied) if waiting else _not_agreed(disagreement, tied)


def _waiting(disagreement: Disagreement, proposal: ProposedOutcome, tied: Ties) -> Panel:
    awaited = awaited_from(disagreement)
    answering = _open(("agree_to_proposal", _("We agree")), ("decline_proposal", ""), disagreement=disagreement, tied=tied)
    own = proposal.side in sides_of(tied)
    again = _("Change it") if own else _("Propose other words")
    rest = _open(("propose_outcome", again), ("withdraw_proposal", _("Take it back")), disagreement=disagreement, tied=tied)
    whose = _("other side") if own else _(SIDE_WORDS[awaited]) if awaited else ""
    return Panel(
        title=_("Proposed outcome: nothing is fixed yet"),
        said=shown(proposal, disagreement.protocol),
        by=_named(disagreement, proposal.proposed_by_id, str(proposal.proposed_by), proposal.side),
        at=proposal.proposed_at,
        acts=(*answering, *rest),
        yours=bool(answering),
        waits="" if answering else _("Waiting for the answer of the %(side)s.") % {"side": whose},
    )


def _not_agreed(disagreement: Disagreement, tied: Ties) -> Panel | None:
    """The last one, where the other side did not agree, until somebody proposes anew or it moves on."""
    if is_known_to_lack(disagreement, "proposals"):
        return None
    found = max(disagreement.proposals.all(), key=lambda one: one.pk, default=None)
    if found is None or found.ended != Ended.NOT_AGREED or found.ended_at is None:
        return None
    if disagreement.stage_opened_at is not None and found.ended_at < disagreement.stage_opened_at:
        return None
    text, reply = _as_corrected(disagreement, found)
    said = shown(found, disagreement.protocol)
    return Panel(
        title=_("Proposed outcome: not agreed yet"),
        said=said if text is None else Shown(text),
        by=_named(disagreement, found.proposed_by_id, str(found.proposed_by), found.side),
        at=found.proposed_at,
        acts=_open(("propose_outcome", _("Propose other words")), disagreement=disagreement, tied=tied),
        reply=found.reply if reply is None else reply,
        replied_by=_named(disagreement, found.ended_by_id, str(found.ended_by), ""),
        replied_at=found.ended_at,
    )


def _as_corrected(disagreement: Disagreement, proposal: ProposedOutcome) -> tuple[str | None, str | None]:
    """What stands now in the place of the proposal and of its answer, where somebody corrected what they wrote."""
    kinds = [PROPOSED, DECLINED, Kind.CORRECTED]
    told: list[ChronologyEntry] | None = getattr(disagreement, "told", None)  # as its page has read them, with their words
    if told is not None:
        entries = [entry for entry in told if entry.kind in kinds]
    else:
        entries = list(with_texts(disagreement.chronology.filter(kind__in=kinds).select_related("actor").order_by("seq")))
    made = corrections(entries, texts_with(entries))
    own: dict[str, ChronologyEntry] = {e.kind: e for e in entries if e.data.get("proposal") == proposal.pk}

    def now(kind: Kind) -> str | None:
        entry = own.get(kind)
        return made[entry.seq][-1].text if entry is not None and made.get(entry.seq) else None

    return now(PROPOSED), now(DECLINED)


def _open(*wanted: tuple[str, str], disagreement: Disagreement, tied: Ties) -> tuple[Act, ...]:
    """Those of the acts that are this person's now; without words of its own a button has those of the table."""
    found = []
    for verb, text in wanted:
        action = ACTIONS[verb]
        if action.offered(disagreement) and action.verdict(disagreement, tied):
            found.append(Act(verb, text or action.text(disagreement)))
    return tuple(found)


def _named(disagreement: Disagreement, user_id: int | None, name: str, side: str) -> str:
    """Somebody with their agency."""
    people: list[Party] = disagreement.people  # type: ignore[attr-defined]
    own = next((p for p in people if p.user_id == user_id and side in ("", p.side)), None)
    return f"{name} ({own.agency})" if own else name


def _outstanding(action: Action, *, today: date, may_finish: bool) -> Outstanding:
    if action.finished_at is not None:
        return Outstanding(action, _("Done"), late=False, may_finish=False)
    return Outstanding(action, days_to(action.due, today=today), late=action.due < today, may_finish=may_finish)


def days_to(due: date, *, today: date) -> str:
    """How long is left or gone by, as a person would say it."""
    left = (due - today).days
    if left in (-1, 0, 1):
        return {-1: _("Due yesterday"), 0: _("Due today"), 1: _("Due tomorrow")}[left]
    if left < 0:
        return ngettext("%(number)s day past", "%(number)s days past", -left) % {"number": -left}
    return ngettext("%(number)s day left", "%(number)s days left", left) % {"number": left}
