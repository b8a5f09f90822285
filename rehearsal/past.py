"""Reads the partnership's last real disagreements, as far as a replay needs them: no word that was written in one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.db import connection, transaction

from escalation.models import Check, ChronologyEntry, Disagreement, Party, SideProcessRecord
from escalation.states import State
from notifications import gathering
from notifications.audiences import People, Person
from partnerships.models import Contact, ProtocolVersion
from partnerships.protocol import Protocol
from partnerships.protocol_terms import Side

T = TypeVar("T")


@dataclass(frozen=True)
class Past:
    """One disagreement that has been, with the protocol it was raised under. `answered`: which questions of the form have
    an answer, never which."""

    row: Disagreement
    version: ProtocolVersion
    entries: tuple[ChronologyEntry, ...]
    parties: tuple[Party, ...]
    checks: tuple[Check, ...]
    processes: tuple[SideProcessRecord, ...]
    directory: tuple[Person, ...]

    @property
    def protocol(self) -> Protocol:
        return self.version.protocol

    @property
    def answered(self) -> dict[str, str]:
        return {key: "yes" for key, answer in self.row.answers.items() if answer}

    def people(self, *, actor: Person | None = None) -> People:
        return People(
            parties=tuple(
                Person(
                    role=party.role,
                    email=party.email or f"{party.pk}@rehearsal.invalid",
                    user_id=party.user_id,
                    side=party.side,
                    agency_id=party.agency_id,
                    party_id=party.pk,
                )
                for party in self.parties
                if party.left_at is None
            ),
            directory=self.directory,
            agencies={Side.RAISING: self.row.raising_agency_id, Side.RECEIVING: self.row.receiving_agency_id},
            actor=actor,
        )


@contextmanager
def untouched() -> Iterator[None]:
    """Inside, the database itself refuses to write, and all is taken back at the end: nothing here can touch what is real."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL transaction_read_only = on")
        yield
        transaction.set_rollback(True)


def last(number: int, *, line: str) -> list[Past]:
    """The last ones raised under any version of this protocol, the newest first; in as many queries for one as for 200."""
    raised = Disagreement.objects.filter(protocol_version__line=line, destroyed_at=None)
    raised = raised.exclude(state=State.DRAFT).exclude(stage="")
    rows = list(
        raised.select_related("raising_agency", "receiving_agency", "raised_by", "partnership").order_by("-raised_at", "-pk")[
            :number
        ]
    )
    if not rows:
        return []
    ids = [row.pk for row in rows]
    versions = ProtocolVersion.objects.in_bulk({row.protocol_version_id for row in rows})
    entries = _by_disagreement(ChronologyEntry.objects.filter(disagreement_id__in=ids).select_related("actor").order_by("seq"))
    parties = _by_disagreement(Party.objects.filter(disagreement_id__in=ids).select_related("agency").order_by("pk"))
    checks = _by_disagreement(Check.objects.filter(disagreement_id__in=ids).order_by("pk"))
    processes = _by_disagreement(SideProcessRecord.objects.filter(disagreement_id__in=ids).order_by("pk"))
    directory = tuple(gathering.directory(Contact.objects.filter(active=True).order_by("pk")))
    return [
        Past(
            row=row,
            version=versions[row.protocol_version_id],
            entries=tuple(entries[row.pk]),
            parties=tuple(parties[row.pk]),
            checks=tuple(checks[row.pk]),
            processes=tuple(processes[row.pk]),
            directory=directory,
        )
        for row in rows
    ]


def _by_disagreement(found: Iterable[T]) -> dict[int, list[T]]:
    sorted_out: dict[int, list[T]] = defaultdict(list)
    for each in found:
        sorted_out[each.disagreement_id].append(each)  # type: ignore[attr-defined]
    return sorted_out


def actor_of(entry: ChronologyEntry) -> Person | None:
    return Person(role="", email=entry.actor.email, user_id=entry.actor.pk) if entry.actor else None


def until(past: Past, *, now: datetime) -> datetime:
    """How far a disagreement has come: its end, or now."""
    return past.row.ended_at or now
