"""The reading side of partnerships: calendars, the protocol in force, who is a member; writes nothing."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.utils import timezone

from . import read_together
from .models import (
    ApiToken,
    AssumptionConfirmation,
    Contact,
    Membership,
    Partnership,
    ProtocolVersion,
    User,
    VersionStatus,
)
from .protocol import MAIN, Protocol, Rule
from .protocol_page import speaks_of
from .protocol_terms import Capacity
from .scope import once_per_scope, once_read_ahead, present
from .working_days import LONDON, Calendar


def today(at: datetime | None = None) -> date:
    """The day it is in London."""
    return (at or present()).astimezone(LONDON).date()


def present_in(partnership_id: int) -> datetime:
    """The time in a partnership whose scope is not open yet: it is later in a rehearsal whose clock was moved forward."""
    ahead = Partnership.objects.filter(pk=partnership_id).values_list("clock_ahead", flat=True).first()
    return timezone.now() + (ahead or timedelta(0))


def calendar() -> Calendar:
    """The days that do not count for the partnership in scope: its nation's bank holidays and its own closures."""
    return once_per_scope(read_together.CALENDAR, _calendar)


def _calendar() -> Calendar:
    return read_together.calendar_of(*read_together.days_off())


def version_in_force(day: date | None = None, *, line: str = MAIN) -> ProtocolVersion | None:
    """The latest published version of one of the partnership's protocols whose first day is not after `day`."""
    return next((version for version in versions_in_force(day) if version.line == line), None)


def versions_in_force(day: date | None = None) -> list[ProtocolVersion]:
    """One version of each of the partnership's protocols: the main one first, then the others by their title."""
    wanted = day or today()
    found: dict[str, ProtocolVersion] = {}
    for version in published_versions():
        if version.effective_from is not None and version.effective_from <= wanted:
            found.setdefault(version.line, version)
    return sorted(found.values(), key=lambda version: (version.line != MAIN, version.title, version.line))


def unconfirmed(version: ProtocolVersion) -> list[tuple[str, Rule]]:
    """The assumed rules of a version that nobody has confirmed yet, each with its path."""
    assumed = version.assumed
    if not assumed:
        return []
    done = _confirmed(version)
    return [(path, rule) for path, rule in assumed if path not in done]


def _confirmed(version: ProtocolVersion) -> set[str]:
    known = once_read_ahead(read_together.CONFIRMED)
    if known is not None:
        return {path for number, path in known if number == version.pk}
    return set(AssumptionConfirmation.objects.filter(version=version).values_list("path", flat=True))


def assumed_here(version: ProtocolVersion, *, parts: Collection[str], stage: str | None = None) -> list[tuple[str, Rule]]:
    """The assumed, unconfirmed rules that a page uses: of these parts of the protocol ("stages", "time_limits",
    "signposts" …), and where a stage is given, only those that speak of it. For partnerships/_assumptions_note.html."""
    protocol = version.protocol
    return [
        (path, rule)
        for path, rule in unconfirmed(version)
        if path.partition(".")[0] in parts and (stage is None or speaks_of(rule, path, protocol, stage))
    ]


def confirmations(version: ProtocolVersion) -> dict[str, AssumptionConfirmation]:
    """Who confirmed what was assumed in a version, by the path of the rule."""
    found = AssumptionConfirmation.objects.filter(version=version).select_related("confirmed_by")
    return {confirmation.path: confirmation for confirmation in found}


def published_versions() -> list[ProtocolVersion]:
    """Every published version of the partnership's protocol, the newest first."""
    return once_per_scope(read_together.VERSIONS, _published_versions)


def _published_versions() -> list[ProtocolVersion]:
    found = ProtocolVersion.objects.filter(status=VersionStatus.PUBLISHED).defer("definition")
    return list(found.order_by("-effective_from", "-number"))


def memberships_of(user_id: int) -> list[Membership]:
    """A person's active memberships in every partnership; needs person_scope()."""
    found = Membership.objects.filter(user_id=user_id, active=True, partnership__isnull=False)
    return list(found.select_related("partnership", "agency").order_by("partnership__name", "pk"))


def contact(key: str) -> Contact | None:
    known = once_read_ahead(read_together.CONTACTS)
    if known is not None:
        found: Contact | None = known.get(key)
        return found
    return Contact.objects.filter(key=key, active=True).first()


def office_of(protocol: Protocol) -> Contact | None:
    """The partnership office as the protocol calls it: somewhere to telephone or to write to."""
    keys = [role.key for role in protocol.roles if role.capacity == Capacity.PARTNERSHIP_OFFICE]
    contacts = Contact.objects.filter(active=True, role__in=keys).order_by("pk")
    return next((contact for contact in contacts if contact.email or contact.telephone), None)


def live_tokens(user: User) -> list[ApiToken]:
    """A person's own tokens that still open this partnership, the newest first."""
    found = ApiToken.objects.filter(user=user, revoked_at=None, expires_at__gt=timezone.now())
    return list(found.order_by("-created_at", "-pk"))
