"""What becomes of a draft: published from a day on, discarded, or offered to the other partnerships. Each refusal says
everything that stands in the way, at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from .. import selectors, services
from ..doing import PartnershipRefused, one_at_a_time
from ..models import AssumptionConfirmation, Partnership, ProtocolVersion, User, VersionStatus
from ..protocol import RouteOut, Signpost
from ..protocol_problems import problems_with
from ..scope import current_partnership_id
from ..shared import SharedDefinition
from ..working_days import add_working_days
from .comparing import Comparison, compare
from .drafting import shared_digest
from .sections_words import plain_sentences
from .sharing import shareable

PUBLISHED = "This version has been published, and a published protocol never changes."
CHANGED = "Somebody changed this draft while you were reading. Look at it again before you publish it."
GONE = "This draft has been discarded."


class NotNow(PartnershipRefused):
    """Several reasons at once, each a sentence."""

    def __init__(self, reasons: list[str]) -> None:
        self.reasons = reasons
        super().__init__(" ".join(reasons))


@dataclass(frozen=True)
class Replacing:
    """Which version a draft would take the place of from a day on, and what would differ."""

    version: ProtocolVersion | None
    comparison: Comparison | None


def replacing(draft: ProtocolVersion, *, day: date | None = None) -> Replacing:
    before = selectors.version_in_force(day, line=draft.line)
    return Replacing(before, compare(before.protocol, draft.protocol) if before else None)


def obstacles(draft: ProtocolVersion) -> list[str]:
    """What stands in the way of publishing whatever the day; none means that only a day is wanted."""
    if draft.status == VersionStatus.PUBLISHED:
        return [PUBLISHED]
    found = plain_sentences(draft.protocol, problems_with(draft.protocol))
    partnership = Partnership.objects.get(pk=current_partnership_id())
    left = len(selectors.unconfirmed(draft))
    if left and not partnership.in_training:
        rules = "1 assumed rule is" if left == 1 else f"{left} assumed rules are"
        found.append(f"The partnership is live, and {rules} not confirmed yet. Confirm each one first, or enter its clause.")
    return found


def why_not_from(draft: ProtocolVersion, day: date) -> list[str]:
    """What stands in the way of publishing from that day."""
    found = []
    if day < selectors.today():
        found.append("A protocol is in force from today or a later day: what happened before happened under another.")
    if taken := services.why_not_that_day(draft.line, day):
        found.append(taken)
    lines = {version.line for version in selectors.versions_in_force(day)} | {draft.line}
    leading: tuple[Signpost | RouteOut, ...] = (*draft.protocol.signposts, *draft.protocol.routes_out)
    for rule in leading:
        if rule.protocol and rule.protocol not in lines:
            found.append(
                f"“{rule.title}” leads to another protocol of yours, “{rule.protocol}”, and none of that name is in force that "
                "day. Publish that one first."
            )
    return found


@transaction.atomic
def publish(draft: ProtocolVersion, *, day: date, by: User, digest: str) -> ProtocolVersion:
    """From that day on it is in force, and from now on nobody can change it. `digest` is of what the person has read: of
    two who work on one draft, nobody publishes what they have not seen."""
    one_at_a_time()
    held = ProtocolVersion.objects.select_for_update().filter(pk=draft.pk).first()
    if held is None:
        raise NotNow([GONE])
    if held.status == VersionStatus.DRAFT and held.digest != digest:
        raise NotNow([CHANGED])
    if reasons := [*obstacles(held), *(why_not_from(held, day) if held.status == VersionStatus.DRAFT else [])]:
        raise NotNow(reasons)
    return services.publish_protocol(held, effective_from=day, by=by)


@transaction.atomic
def discard(draft: ProtocolVersion) -> None:
    """It goes, with what was confirmed for it. A published one stays for ever."""
    held = ProtocolVersion.objects.select_for_update().filter(pk=draft.pk).first()
    if held is None:
        return
    if held.status == VersionStatus.PUBLISHED:
        raise NotNow([PUBLISHED])
    AssumptionConfirmation.objects.filter(version=held).delete()
    held.delete()


def day_words(day: date) -> str:
    """What sort of day it is by the partnership's calendar, where that is worth saying."""
    calendar = selectors.calendar()
    why = calendar.why_not(day)
    if not why:
        return ""
    next_one = add_working_days(day, 1, calendar)
    what = "a day of the weekend" if why == "weekend" else f"not a working day ({why})"
    return f"That is {what}; the first working day under it is {next_one:%A} {next_one.day} {next_one:%B} {next_one.year}."


@transaction.atomic
def share(version: ProtocolVersion) -> SharedDefinition:
    """Offer a published version's rules to every partnership that uses this tracker."""
    partnership = Partnership.objects.select_for_update(no_key=True).get(pk=current_partnership_id())
    if partnership.rehearsal_of_id is not None:
        raise NotNow(["This is a rehearsal: nothing of it is shared."])
    if version.status != VersionStatus.PUBLISHED:
        raise NotNow(["A draft cannot be shared. Publish it first: what is shared must never change."])
    own = SharedDefinition.objects.filter(sharer=partnership, line=version.line, number=version.number, withdrawn_at=None)
    if (already := own.first()) is not None:
        return already
    return SharedDefinition.objects.create(
        sharer=partnership,
        shared_by=partnership.name,
        name=version.title,
        line=version.line,
        number=version.number,
        definition=shareable(version.protocol).model_dump(mode="json"),
        digest=shared_digest(version.protocol),
        shared_at=timezone.now(),
    )


def withdraw(row: SharedDefinition) -> None:
    """Nobody can draft from it any more; drafts that came from it keep, and still say so."""
    if row.sharer_id != current_partnership_id():
        raise PartnershipRefused("Only the partnership that shares a definition can take it back.")
    if row.withdrawn_at is None:
        row.withdrawn_at = timezone.now()
        row.save(update_fields=["withdrawn_at"])
