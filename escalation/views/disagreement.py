"""The page of one disagreement: where it stands, who must act and why that date, what happened, what can be done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Prefetch, prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views import View

from partnerships import selectors as partnership_selectors
from partnerships.languages import the_records_language
from partnerships.protocol_terms import Side
from partnerships.scope import present
from partnerships.written import written

from .. import services
from ..across import shared_with
from ..actions import ACTIONS, buttons
from ..addressed import addressed
from ..bookings import Booked
from ..forms.keeping import AcknowledgeForm
from ..laid_out import fitting, grouped
from ..left_to_do import Left, left_to_do, on_files
from ..lying_beside import is_known_to_lack, note_what_is_absent
from ..merging import likely
from ..models import Check, Deadline, Disagreement, Outcome, Party, ProposedOutcome, SideProcessRecord
from ..permissions import Ties, Viewer, ties
from ..selectors import SIDE_WORDS, co_raising, first_opened, kind_words, ladder, linked, timescale, where
from ..states import STATE_WORDS, State
from ..turns import ball, stance_words, unanswered_words
from .acting import get_for
from .at_a_glance import ball_panel, calls, said_in_full, short_rows, where_to_ask
from .beside import cards
from .chronology import Chronology, Item, Now
from .coming_in import invited_to, telephone_meanwhile
from .files import files_of
from .merging import read_along, with_merged
from .proposed import Panel, proposal_context
from .what_was_written import sections


class DisagreementView(View):
    def get(self, request: HttpRequest, *, slug: str, reference: str) -> HttpResponse:
        viewer, disagreement = get_for(request, reference)
        people: list[Party] = disagreement.people  # type: ignore[attr-defined]
        unopened = [p for p in people if p.side == Side.RECEIVING and p.first_opened_at is None and p.is_of(viewer.user)]
        with the_records_language():
            opened = services.open_it(disagreement.pk, viewer=viewer) if unopened else None
        if opened is not None:
            viewer, disagreement = get_for(request, reference)
            people = disagreement.people  # type: ignore[attr-defined]
        note_what_is_absent(disagreement)
        prefetch_related_objects([disagreement], *beside_with_people())
        tied = ties(viewer, disagreement, people)
        links = linked(disagreement, viewer)
        context = {
            "tied": tied,
            "linked": links,
            "merged_into": any(link.merged == "into" for link in links),
            "likely": likely(viewer, disagreement, links=links) if viewer.is_office and not disagreement.ended else [],
            "shared_across": shared_with(disagreement),
            **files_of(disagreement, viewer, tied),
            "invited": (invited := invited_to(disagreement, tied)),
            "telephone_meanwhile": telephone_meanwhile(disagreement, invited),
        }
        told = page(disagreement, viewer, tied)
        with the_records_language():
            told["chronology"] = with_merged(told["chronology"], read_along(request, links), viewer)
        response = render(request, "escalation/disagreement.html", told | context)
        response["Cache-Control"] = "private, no-store"  # after signing out, Back must not show it
        return response


def beside_with_people() -> tuple[str | Prefetch[str], ...]:
    """What of it the page reads more than once, each with who did it."""
    return (
        "actions",
        Prefetch("side_processes", SideProcessRecord.objects.select_related("started_by")),
        Prefetch("checks", Check.objects.select_related("by")),
        Prefetch("proposals", ProposedOutcome.objects.select_related("proposed_by", "ended_by")),
    )


def page(disagreement: Disagreement, viewer: Viewer, tied: Ties) -> dict[str, Any]:
    """What the page shows: first the summary and the acts, which are this viewer's own; the rest is the same for everybody."""
    now, calendar, told = present(), partnership_selectors.calendar(), Chronology(disagreement, viewer)
    silent = unanswered_words(disagreement, at=now) if disagreement.stage else {}
    running: list[Deadline] = disagreement.running  # type: ignore[attr-defined]
    clocks = [timescale(d, at=now, calendar=calendar, unanswered=silent.get(d.pk, "")) for d in shown(running)]
    raised, outcomes, entries = of_the_record(told, disagreement)
    flagged = [flag.name for flag in disagreement.protocol.flags if flag.key in disagreement.flags]
    actions, checks = list(disagreement.actions.all()), list(disagreement.checks.all())
    left = left_to_do(disagreement, tied, checks=checks, actions=actions)
    booking, held = told.booked(at=now), ball(disagreement)
    said = addressed(disagreement, held, tied, booking=booking, left=left)
    called, proposed = calls(disagreement, held, tied), proposal_context(disagreement, viewer, tied)
    return {
        "disagreement": disagreement,
        "where": where(disagreement),
        "stance": stance_words(disagreement),
        "state": _(STATE_WORDS[disagreement.standing]),
        "ball": ball_panel(said, held, clocks, booking),
        "left": left if len(left) > 1 else [],  # a single one is said above
        "asked": said.yours,
        "short": short_rows(disagreement, corrected=raised.text if raised else ""),
        "outcome_first": disagreement.standing != State.OPEN,
        "calls": called,
        "ask": where_to_ask(disagreement, called),
        **proposed,
        **acts(disagreement, tied, booking=booking, left=left, panel=proposed["proposal"]),
        "on_files": on_files(disagreement, checks),
        "clocks": clocks,
        "rungs": ladder(disagreement.protocol, at=disagreement, stood={entry.stage for entry in told.entries}),
        "sides": [_side(side, disagreement) for side in (Side.RAISING, Side.RECEIVING)],
        "seen": first_opened(disagreement),
        "sections": sections(disagreement, above=said_in_full(disagreement, corrected=bool(raised))),
        "outcomes": outcomes,
        "raised_corrected": raised,
        "chronology": entries,
        "on_hold": told.on_hold,
        "outcome_word": outcome_word(disagreement),
        "actions_outstanding": actions,
        "side_processes": cards(disagreement),
        "marks": [*map(written, flagged), *kind_words(disagreement)],
        "guidance": [written(g.text) for g in disagreement.protocol.guidance if _guides(g, disagreement)],
        "version": disagreement.protocol_version,
        "assumed": assumed(disagreement),
    }


def of_the_record(told: Chronology, disagreement: Disagreement) -> tuple[Now | None, list[Outcome], list[Item]]:
    """What was corrected of raising, the outcomes, and the entries: one text for every reader."""
    disagreement.told = told.entries  # type: ignore[attr-defined]
    lacks = is_known_to_lack(disagreement, "outcomes")
    fixed = () if lacks else disagreement.outcomes.select_related("recorded_by", "proposal__proposed_by")
    with the_records_language():
        return told.of_raising(), told.beside_outcomes(fixed), told.items()


def acts(
    disagreement: Disagreement, tied: Ties, *, booking: Booked | None, left: Sequence[Left], panel: Panel | None
) -> dict[str, Any]:
    """The buttons: the few that fit now, and the rest under their headings. What stands beside a proposal is not said again."""
    beside = {act.verb for act in panel.acts} if panel else set()
    offered = buttons(disagreement, tied, at_entries=False)
    only_reads = not any(button.verdict for button in offered)
    offered = [button for button in offered if button.verb not in beside]
    first = fitting(disagreement, tied, offered, booking=booking, left=left)
    return {
        "first_buttons": first,
        "one_press": any(b.verb == "acknowledge" for b in first) and asks_nothing(disagreement, tied.viewer),
        "groups": grouped(offered, shown=first),
        "only_reads": only_reads,
        "one_press_words": one_press_words(disagreement),
    }


def one_press_words(disagreement: Disagreement) -> str:
    """What is written where "I have this" is one press. It goes into the record."""
    with the_records_language():
        return f"{ACTIONS['acknowledge'].text(disagreement)}; I will telephone today."


def asks_nothing(disagreement: Disagreement, viewer: Viewer) -> bool:
    """Whether "I have this" is one press: the protocol asks nothing of its own with it."""
    return set(AcknowledgeForm(disagreement=disagreement, viewer=viewer).fields) == {"version", "words"}


def assumed(disagreement: Disagreement) -> list[tuple[str, Any]]:
    """The unconfirmed rules that this page rests on: the rung where it stands, its dates, and who is told."""
    if disagreement.protocol_version is None or not disagreement.stage:
        return []
    return partnership_selectors.assumed_here(
        disagreement.protocol_version, parts=("stages", "time_limits", "notice_rules"), stage=disagreement.stage
    )


def shown(running: list[Deadline]) -> list[Deadline]:
    """The clocks to show: of the periods of a repeating timescale that have gone by, the first alone, since when it is."""
    gone_by: set[str] = set()
    found = []
    for clock in running:
        if clock.passed_noted_at is not None:
            if clock.time_limit in gone_by:
                continue
            gone_by.add(clock.time_limit)
        found.append(clock)
    return found


def outcome_word(disagreement: Disagreement) -> str:
    """What the protocol calls the word of whoever has the last one at this stage: a conclusion, a decision, direction."""
    authority = disagreement.protocol.stage(disagreement.stage).authority if disagreement.stage else None
    return written(authority.outcome_word.capitalize()) if authority else _("Decision")


def _guides(guidance: Any, disagreement: Disagreement) -> bool:
    wanted = {"open": {"open", "answering", "stuck"}, "awaiting_confirmation": {"outcome"}, "resolved": {"closing", "outcome"}}
    here = not guidance.stages or disagreement.stage in guidance.stages
    return here and guidance.at in wanted.get(disagreement.state, set())


def _side(side: Side, disagreement: Disagreement) -> dict[str, Any]:
    people: list[Party] = disagreement.people  # type: ignore[attr-defined]
    return {
        "name": _(SIDE_WORDS[side]).capitalize(),
        "agency": disagreement.raising_agency if side == Side.RAISING else disagreement.receiving_agency,
        "with": co_raising(disagreement) if side == Side.RAISING else (),
        "people": [_person(p, disagreement) for p in people if p.side == side],
    }


def _person(party: Party, disagreement: Disagreement) -> dict[str, Any]:
    other = party.agency if party.side == Side.RAISING and party.agency_id != disagreement.raising_agency_id else None
    return {"party": party, "role": party.role_name(disagreement.protocol), "agency": other, "left": party.left_at is not None}
