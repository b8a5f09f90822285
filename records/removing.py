"""Removes a whole partnership with the tables' owner's login, and says what went; the application cannot.

The database does it, and looks for itself whether it may (records/migrations/0003)."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

from django.db import DatabaseError, connections, transaction
from django.utils import timezone

from escalation.files.store import destroy_folder
from partnerships.models import Partnership

OWNER = "owner"


class CannotRemove(Exception):
    """Why a partnership is not removed. Its text is a plain sentence."""


@dataclass(frozen=True)
class Removed:
    """The certificate. `rows`: how many of each table; `beside`: what pointed at it from outside its own rows; `people`:
    whose accounts went, lost their name or stay; `end_of_chain`: the last entry of its chronology, to lay beside the ends
    that were published."""

    partnership: str
    slug: str
    at: str
    only_tried: bool
    rehearsals: int
    rows: dict[str, int]
    beside: dict[str, int]
    people: dict[str, int]
    end_of_chain: dict[str, Any] | None

    def as_document(self) -> dict[str, Any]:
        return asdict(self)


def remove(partnership: Partnership, *, only_try: bool) -> Removed:
    """Everything of it, in one transaction of the owner's. Trying does all of it too, and takes it back: what would not
    go in earnest does not go then either. Raises CannotRemove, and then nothing has happened."""
    if OWNER not in connections.databases:
        raise CannotRemove("This needs the login of the tables’ owner: DATABASE_OWNER_URL is not set.")
    if partnership.rehearsal_of_id is not None:
        raise CannotRemove("This is a rehearsal: whoever began it deletes it on its own page.")
    at = timezone.now().isoformat(timespec="seconds")
    going = [partnership.pk, *Partnership.objects.filter(rehearsal_of=partnership).values_list("pk", flat=True)]
    try:
        with transaction.atomic(using=OWNER), connections[OWNER].cursor() as cursor:
            cursor.execute("SELECT remove_partnership(%s)", [partnership.pk])
            (found,) = cursor.fetchone()
            transaction.set_rollback(only_try, using=OWNER)
    except DatabaseError as problem:
        raise CannotRemove(_sentence(problem)) from problem
    told: dict[str, Any] = json.loads(found)
    if not only_try:  # only once it is certain that nothing points at them any more
        for partnership_id in going:
            destroy_folder(partnership_id)
    return Removed(
        partnership=partnership.name, slug=partnership.slug, at=at, only_tried=only_try, rehearsals=len(going) - 1,
        rows={table: number for table, number in sorted(told["rows"].items()) if number},
        beside=told["beside"], people=told["people"], end_of_chain=told["end_of_chain"],
    )  # fmt: skip


def _sentence(problem: DatabaseError) -> str:
    said = str(problem).strip().splitlines()[0]
    if said.startswith("Under a legal hold"):
        return f"{said.rpartition(' ')[2]} of its disagreements are under a legal hold. Lift it first, or keep the partnership."
    if said.startswith("Not exported"):
        return "Its data was not exported within the last 30 days. Export everything first, and hand it over."
    return f"The database refused: {said}"
