"""The disagreements of a file, read one after another with no more of each than the columns and whose turn it is are made of.

They are rows like any other, so that page and file are worded by the same code (tracker/rows.py). What reading a row costs
beside the question is left out: each is filled from the values as they come, and what many share is read once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar

from django.db.models import Exists, Model, OuterRef, QuerySet
from django.db.models.base import ModelState

from partnerships.models import Agency, ProtocolVersion, User
from partnerships.protocol_terms import Side

from ..models import Deadline, Disagreement, Party, SharedAcross
from ..tracker import LIVE

CHUNK = 500
STORED = (
    "id", "partnership_id", "reference", "state", "line", "protocol_version_id", "stage", "tier", "stage_kind", "stage_opened_at",
    "opened_directly", "raised_at", "raising_agency_id", "receiving_agency_id", "category", "common_category", "urgency", "flags",
    "raised_as", "thematic", "waiting_for", "proposed_by_side", "turn_since", "next_due", "followed_by_id", "created_at",
    "changed_at", "ended_at", "raised_with_others",
)  # fmt: skip
OF_A_PARTY = ("id", "disagreement_id", "side", "role", "called", "user_id", "agency_id", "name", "email", "joined_at", "left_at")
OF_A_CLOCK = (
    "id", "disagreement_id", "time_limit", "stage", "label", "purpose", "amount", "unit", "strength", "held_by", "starts_at",
    "due_at", "shortened", "varied", "pauses", "paused_at", "passed_noted_at", "stopped_at",
)  # fmt: skip
# Whom it was raised together with stands in the same column, also of what has ended.
_OTHERS = Party.objects.filter(disagreement=OuterRef("pk"), side=Side.RAISING, left_at=None)
RAISED_WITH_OTHERS = Exists(_OTHERS.exclude(agency=OuterRef("raising_agency")))
Kept = TypeVar("Kept", bound=Model)
Beside = dict[int, list[Any]]


def read(found: QuerySet[Disagreement]) -> Iterator[Disagreement]:
    """Through a named cursor, a chunk at a time. Needs a scope and a transaction that outlast the last of them."""
    agencies, versions = Agency.objects.in_bulk(), ProtocolVersion.objects.in_bulk()
    followers: dict[int | None, User] = {}
    shared = frozenset(SharedAcross.objects.values_list("disagreement_id", flat=True))

    def beside(stored: dict[str, Any]) -> dict[str, Any]:
        return {
            "raising_agency": agencies.get(stored["raising_agency_id"]),
            "receiving_agency": agencies.get(stored["receiving_agency_id"]),
            "protocol_version": versions.get(stored["protocol_version_id"]),
            "followed_by": None,
        }

    bare = found.select_related(None).prefetch_related(None).defer(None).annotate(raised_with_others=RAISED_WITH_OTHERS)
    each = _filled(Disagreement, STORED, bare.values_list(*STORED).iterator(chunk_size=CHUNK), beside=beside)
    while chunk := list(islice(each, CHUNK)):
        live = [d.pk for d in chunk if d.state in LIVE]
        people = _people([*live, *(d.pk for d in chunk if d.raised_with_others)], agencies)  # type: ignore[attr-defined]
        running = _running(live)
        across = _across([d.pk for d in chunk if d.pk in shared])
        followed = [d for d in chunk if d.followed_by_id is not None]
        followers |= User.objects.in_bulk({d.followed_by_id for d in followed} - set(followers)) if followed else {}
        for d in followed:
            d._state.fields_cache["followed_by"] = followers[d.followed_by_id]
        for d in chunk:
            d.people, d.running, d.across = people.get(d.pk, []), running.get(d.pk, []), across.get(d.pk, [])  # type: ignore[attr-defined]
            yield d


def _filled(
    model: type[Kept],
    names: tuple[str, ...],
    values: Iterable[tuple[Any, ...]],
    *,
    beside: Callable[[dict[str, Any]], dict[str, Any]],
) -> Iterator[Kept]:
    """Rows to be read and never saved, each with what is beside it, without what it costs Django to make one. As of any row of
    which something was left out, that is read when it is asked for."""
    for each in values:
        stored: dict[str, Any] = dict(zip(names, each, strict=True))
        state = stored["_state"] = ModelState()
        state.adding, state.db, state.fields_cache = False, "default", beside(stored)
        made = model.__new__(model)
        made.__dict__ = stored
        yield made


def _people(needed: list[int], agencies: dict[int, Agency]) -> Beside:
    """Of what is worked on, to say who acts next; and of what was raised by several."""
    found = Party.objects.filter(disagreement_id__in=needed).values_list(*OF_A_PARTY) if needed else ()
    people: Beside = defaultdict(list)
    for party in _filled(Party, OF_A_PARTY, found, beside=lambda stored: {"agency": agencies.get(stored["agency_id"])}):
        people[party.disagreement_id].append(party)
    return people


def _running(live: list[int]) -> Beside:
    """The clocks of what is worked on, the first to end first. What has ended has none."""
    found = Deadline.objects.filter(disagreement_id__in=live, stopped_at=None).order_by("due_at", "pk")
    running: Beside = defaultdict(list)
    for clock in _filled(Deadline, OF_A_CLOCK, found.values_list(*OF_A_CLOCK) if live else (), beside=lambda _: {}):
        running[clock.disagreement_id].append(clock)
    return running


def _across(shared: list[int]) -> Beside:
    across: Beside = defaultdict(list)
    found = SharedAcross.objects.filter(disagreement_id__in=shared).select_related("other").order_by("other__name")
    for row in found if shared else ():
        across[row.disagreement_id].append(row)
    return across
