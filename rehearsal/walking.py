"""Makes a rehearsal of a protocol that can be walked through, lists those there are, and deletes one whole."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from partnerships import selectors as partnership_selectors
from partnerships import services as partnership_services
from partnerships.doing import one_at_a_time
from partnerships.editor.sections_words import plain_sentences
from partnerships.models import ClosureDay, Partnership, ProtocolVersion
from partnerships.protocol import MAIN, Protocol
from partnerships.protocol_problems import problems_with
from partnerships.scope import partnership_scope
from partnerships.walls import DELETE_REHEARSAL

from . import walking_cast

MOST_AT_A_TIME = 10
KEPT_UNASKED = timedelta(days=30)
# No vowels, so that no word comes of it; nothing that is taken for something else.
LETTERS = "BCDFGHJKMNPQRSTVWXZ"


class CannotWalk(Exception):
    """Why a version cannot be walked: every reason, each a sentence."""

    def __init__(self, *sentences: str) -> None:
        self.sentences = sentences
        super().__init__(" ".join(sentences))


@dataclass(frozen=True)
class Copied:
    """What a rehearsal takes from the real partnership: its protocols, its days off. Nobody's name and no address."""

    protocols: tuple[Protocol, ...]
    closures: tuple[tuple[date, str], ...]


def why_not_walk(partnership: Partnership, version: ProtocolVersion) -> list[str]:
    """Everything that stands between a version and walking it. Needs the real partnership's scope."""
    if partnership.rehearsal_of_id is not None:
        return ["This is a rehearsal already."]
    reasons = plain_sentences(version.protocol, problems_with(version.protocol))
    if rehearsals_of(partnership).count() >= MOST_AT_A_TIME:
        reasons.append(f"There are {MOST_AT_A_TIME} rehearsals already. Delete one that is not used any more.")
    return reasons


@transaction.atomic
def begin(partnership: Partnership, version: ProtocolVersion) -> Partnership:
    """A rehearsal of a version, with its invented people, from today on. Needs the real partnership's scope.

    Raises CannotWalk with every reason."""
    one_at_a_time()  # a form posted twice waits here, and finds how many there are by then
    if reasons := why_not_walk(partnership, version):
        raise CannotWalk(*reasons)
    copied = _copied(version)
    rehearsal = Partnership.objects.create(
        slug=f"rehearsal-{secrets.token_hex(8)}",
        name=f"Rehearsal: {version.title}"[:200],
        reference_prefix=_free_prefix(),
        nation=partnership.nation,
        colour=partnership.colour,
        rehearsal_of=partnership,
    )
    with partnership_scope(rehearsal.pk):
        for protocol in copied.protocols:
            draft = partnership_services.draft_protocol(protocol)
            partnership_services.publish_protocol(draft, effective_from=partnership_selectors.today())
        ClosureDay.objects.bulk_create(ClosureDay(day=day, name=name) for day, name in copied.closures)
        walking_cast.settle(rehearsal, copied.protocols)
    return rehearsal


def _copied(version: ProtocolVersion) -> Copied:
    """The version, and beside it whatever else is in force: a second protocol is tried beside the main one, and one leads
    to the other."""
    others = [known.protocol for known in partnership_selectors.versions_in_force() if known.line != version.line]
    protocols = sorted([version.protocol, *others], key=lambda protocol: protocol.key != MAIN)
    return Copied(tuple(protocols), tuple(ClosureDay.objects.values_list("day", "name")))


def _free_prefix() -> str:
    """Begins every reference of the rehearsal. Real ones are chosen by people; this one they would not choose."""
    while True:
        prefix = "R" + "".join(secrets.choice(LETTERS) for _ in range(5))
        if not Partnership.objects.filter(reference_prefix=prefix).exists():
            return prefix


def rehearsals_of(partnership: Partnership) -> QuerySet[Partnership]:
    """The newest first."""
    return Partnership.objects.filter(rehearsal_of=partnership).order_by("-created_at", "-pk")


def is_old(rehearsal: Partnership, *, at: datetime | None = None) -> bool:
    return rehearsal.created_at <= (at or timezone.now()) - KEPT_UNASKED


def delete(rehearsal: Partnership) -> None:
    """Everything of it, in one step: the database does it, and looks for itself whether it is a rehearsal."""
    with partnership_scope(rehearsal.pk), connection.cursor() as cursor:
        cursor.execute(f"SELECT {DELETE_REHEARSAL.partition('(')[0]}(%s)", [rehearsal.pk])
