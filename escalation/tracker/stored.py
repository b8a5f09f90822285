"""The rows of the tracker as they are stored: no more of each than its columns, whose turn it is and why are made of.

They are rows like any other, so that page and file are worded by the same code (rows.py). What reading a row costs beside the
question is left out: each is filled from the values as they come, and what many share is read once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeVar

from django.db.models import Exists, Model, OuterRef, QuerySet
from django.db.models.base import ModelState

from partnerships import selectors as partnership_selectors
from partnerships.models import Agency, Partnership, User

from ..models import Deadline, Disagreement, Party, SharedAcross
from ..models.disagreement import LIVE

STORED = (
    "id", "partnership_id", "reference", "state", "line", "protocol_version_id", "stage", "tier", "stage_kind", "stage_opened_at",
    "opened_directly", "raised_at", "raising_agency_id", "receiving_agency_id", "category", "common_category", "urgency", "flags",
    "raised_as", "thematic", "waiting_for", "proposed_by_side", "turn_since", "next_due", "followed_by_id", "created_at",
    "changed_at", "ended_at",
)  # fmt: skip
OF_A_PARTY = ("id", "disagreement_id", "side", "role", "called", "user_id", "agency_id", "name", "email", "joined_at", "left_at")
OF_A_CLOCK = (
    "id", "disagreement_id", "time_limit", "stage", "label", "purpose", "amount", "unit", "strength", "held_by", "starts_at",
    "due_at", "shortened", "varied", "pauses", "paused_at", "passed_noted_at", "stopped_at",
)  # fmt: skip
Kept = TypeVar("Kept", bound=Model)
Beside = dict[int, list[Any]]
Values = tuple[Any, ...]
# Of a page it is asked with each row whether another partnership counts it too: nearly always none does.
OF_A_PAGE = (*STORED, "is_shared")
_SHARED = SharedAcross.objects.filter(disagreement=OuterRef("pk"), partnership_id=OuterRef("partnership_id"))


def as_stored(found: QuerySet[Disagreement]) -> QuerySet[Disagreement]:
    """The same rows without what would be read with each of them."""
    return found.select_related(None).prefetch_related(None).defer(None)


def for_a_page(found: QuerySet[Disagreement]) -> QuerySet[Disagreement]:
    """What `page_of` is given with OF_A_PAGE, and `of_a_page` then makes rows of."""
    return as_stored(found).annotate(is_shared=Exists(_SHARED))


def of_a_page(
    values: Iterable[Values], partnership: Partnership, *, agencies: Mapping[int, Agency], followers: Mapping[int, User]
) -> list[Disagreement]:
    """Rows, whole, of the values of a page: in as many questions for one as for many. `agencies` and `followers`: those that
    the page has read already; who is not among them is read when they are asked for."""
    versions = {version.pk: version for version in partnership_selectors.published_versions()}
    known = (
        ("protocol_version", "protocol_version_id", versions),
        ("raising_agency", "raising_agency_id", agencies),
        ("receiving_agency", "receiving_agency_id", agencies),
        ("followed_by", "followed_by_id", followers),
    )

    def beside(stored: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = {"partnership": partnership}
        for name, key, among in known:
            number = stored[key]
            if number is None or number in among:
                found[name] = among[number] if number is not None else None
        return found

    rows = list(filled(Disagreement, OF_A_PAGE, values, beside=beside))
    clocks, seats = running([d.pk for d in rows if d.state in LIVE]), people([d.pk for d in rows], agencies)
    elsewhere = across([d.pk for d in rows if d.is_shared])  # type: ignore[attr-defined]
    for d in rows:
        d.people, d.running, d.across = seats.get(d.pk, []), clocks.get(d.pk, []), elsewhere.get(d.pk, [])  # type: ignore[attr-defined]
    missing = {d.followed_by_id for d in rows if d.followed_by_id is not None and d.followed_by_id not in followers}
    gone = User.objects.in_bulk(missing) if missing else {}
    for d in rows:
        if d.followed_by_id in gone:
            d._state.fields_cache["followed_by"] = gone[d.followed_by_id]
    return rows


def filled(
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


def people(needed: list[int], agencies: Mapping[int, Agency]) -> Beside:
    """Who acts next, and with whom it was raised. An agency that is not among those given is read when it is asked for."""
    found = Party.objects.filter(disagreement_id__in=needed).values_list(*OF_A_PARTY) if needed else ()
    seats: Beside = defaultdict(list)

    def beside(stored: dict[str, Any]) -> dict[str, Any]:
        number = stored["agency_id"]
        return {"agency": agencies[number]} if number in agencies else {}

    for party in filled(Party, OF_A_PARTY, found, beside=beside):
        seats[party.disagreement_id].append(party)
    return seats


def running(live: list[int]) -> Beside:
    """The clocks of what is worked on, the first to end first. What has ended has none."""
    found = Deadline.objects.filter(disagreement_id__in=live, stopped_at=None).order_by("due_at", "pk")
    clocks: Beside = defaultdict(list)
    for clock in filled(Deadline, OF_A_CLOCK, found.values_list(*OF_A_CLOCK) if live else (), beside=lambda _: {}):
        clocks[clock.disagreement_id].append(clock)
    return clocks


def across(shared: list[int]) -> Beside:
    elsewhere: Beside = defaultdict(list)
    found = SharedAcross.objects.filter(disagreement_id__in=shared).select_related("other").order_by("other__name")
    for row in found if shared else ():
        elsewhere[row.disagreement_id].append(row)
    return elsewhere
