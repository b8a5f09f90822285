"""A sweep done twice from the same rows, with care and together: what the two leave behind must be the same, field by field."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from unittest.mock import patch

from django.db import models, transaction

from escalation import services
from escalation.models import (
    ChronologyEntry,
    Deadline,
    Disagreement,
    Party,
    ProposedOutcome,
    SearchText,
    SideProcessRecord,
)
from escalation.services import sweeping
from tests.world import World

# What noting writes, and what it must leave alone.
TOUCHED: tuple[type[models.Model], ...] = (
    Disagreement, Deadline, ChronologyEntry, Party, SideProcessRecord, ProposedOutcome, SearchText,
)  # fmt: skip
# When it was written to the microsecond; and the numbers that the database draws, with what is made of them.
OTHERWISE: dict[type[models.Model], set[str]] = {
    Disagreement: {"changed_at"},
    ChronologyEntry: {"id", "hash", "previous_hash", "seq"},
    Deadline: {"id"},
}
ORDER: dict[type[models.Model], str] = {ChronologyEntry: "seq", Deadline: "pk"}
# Of every world that is walked in this run: whose turn it is in one shape must be right in all of them.
MET = sweeping.Known()


def noted_alike(world: World, *, at: datetime) -> int:
    """Done with care and taken back; then together, as it is done. Inside the world's scope."""
    with transaction.atomic():
        with patch.object(sweeping, "plain", lambda _: False):
            careful = services.note_timescales(world.partnership.pk, at=at), rows()
        transaction.set_rollback(True)
    MET.users.clear()
    MET.agencies.clear()
    MET.versions.clear()
    with patch.object(sweeping, "Known", lambda: MET):
        noted = services.note_timescales(world.partnership.pk, at=at)
    differs = differing(careful[1], rows())
    assert (noted, differs) == (careful[0], []), differs[:5]
    return noted


def differing(one: dict[str, list[dict[str, Any]]], other: dict[str, list[dict[str, Any]]]) -> list[Any]:
    assert {name: len(found) for name, found in one.items()} == {name: len(found) for name, found in other.items()}, one
    return [
        (name, field, before[field], after[field])
        for name, found in one.items()
        for before, after in zip(found, other[name], strict=True)
        for field in before
        if before[field] != after[field]
    ]


def rows() -> dict[str, list[dict[str, Any]]]:
    """Every value of every row; entries by disagreement, since which of two comes first hangs on how they are taken."""
    found = {}
    clocks = {number: rank for rank, number in enumerate(Deadline.objects.order_by("pk").values_list("pk", flat=True))}
    for model in TOUCHED:
        left_out = OTHERWISE.get(model, set())
        values = list(model._default_manager.order_by(ORDER.get(model, "pk")).values())
        kept = [{name: _ranked(name, value, clocks) for name, value in row.items() if name not in left_out} for row in values]
        by_disagreement = "disagreement_id" in (kept[0] if kept else {})
        found[model.__name__] = sorted(kept, key=lambda row: row["disagreement_id"]) if by_disagreement else kept
    return found


def _ranked(name: str, value: Any, clocks: dict[int, int]) -> Any:
    """A clock that was begun in both has another number in each: it is named by how many came before it."""
    if name == "data" and "deadline" in value:
        return {**value, "deadline": clocks[value["deadline"]]}
    return [clocks[number] for number in value] if name == "paused" else value
