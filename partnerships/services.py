"""The writing side of partnerships: found one, store and publish a protocol, confirm assumptions, people and days off."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from . import rehearsing, selectors
from .bank_holidays import bank_holidays
from .directory.writing import keep_agency, keep_contact, settle
from .doing import PartnershipRefused, one_at_a_time
from .middleware import token_digest
from .models import (
    Agency,
    ApiToken,
    AssumptionConfirmation,
    BankHoliday,
    ClosureDay,
    MemberRole,
    Membership,
    Partnership,
    ProtocolVersion,
    User,
    VersionStatus,
)
from .protocol import Protocol
from .protocol_problems import problems_with
from .protocol_rules import assumptions
from .scope import forget, partnership_scope
from .token_scopes import everything

# The directory's own writers are found here too, where everything that changes a partnership is looked for.
__all__ = ["PartnershipRefused", "keep_agency", "keep_contact"]

LONGEST_TOKEN = timedelta(days=365)
MOST_TOKENS = 20
# How long the old one still opens beside the one that takes its place.
BOTH_OPEN = timedelta(days=7)


class DraftChanged(PartnershipRefused):
    """The draft is not what the person saw when they began to type."""


def found_partnership(*, slug: str, name: str, reference_prefix: str, colour: str = "#1d4f91") -> Partnership:
    """A new partnership, in training mode."""
    made, _ = Partnership.objects.get_or_create(
        slug=slug, defaults={"name": name, "reference_prefix": reference_prefix, "colour": colour}
    )
    return made


def load_bank_holidays(years: Iterable[int]) -> int:
    """Store what the library knows of these years. A day announced late is added; one that was moved is taken away where it
    was, if that is in a year of these."""
    wanted = sorted(set(years))
    rows = [BankHoliday(nation=found.nation, day=found.day, name=found.name) for found in bank_holidays(wanted)]
    known = {(row.nation, row.day) for row in rows}
    moved = [row.pk for row in BankHoliday.objects.filter(day__year__in=wanted) if (row.nation, row.day) not in known]
    BankHoliday.objects.filter(pk__in=moved).delete()
    before = BankHoliday.objects.count()
    BankHoliday.objects.bulk_create(rows, ignore_conflicts=True)
    return BankHoliday.objects.count() - before


def digest_of(protocol: Protocol) -> str:
    return digest_of_document(protocol.model_dump(mode="json"))


def digest_of_document(definition: object) -> str:
    """Of a stored document as it is. A later release may read it with more parts than it was written with."""
    canonical = json.dumps(definition, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


@transaction.atomic
def draft_protocol(protocol: Protocol, *, origin: str = "", origin_digest: str = "") -> ProtocolVersion:
    """Store a protocol as the next draft version of the partnership in scope."""
    last = ProtocolVersion.objects.order_by("-number").values_list("number", flat=True).first()
    return ProtocolVersion.objects.create(
        number=(last or 0) + 1,
        line=protocol.key,
        title=protocol.title,
        origin=origin,
        origin_digest=origin_digest,
        definition=protocol.model_dump(mode="json"),
        digest=digest_of(protocol),
    )


@transaction.atomic
def revise_draft(version: ProtocolVersion, *, protocol: Protocol, expected_digest: str) -> ProtocolVersion:
    """Put a protocol in the place of a draft's, if the draft is still the one that was shown: of two administrators who
    save at the same moment the second waits here, and then is told. What was confirmed keeps for the rules that keep."""
    draft = ProtocolVersion.objects.select_for_update().filter(pk=version.pk).first()
    if draft is None:
        raise PartnershipRefused("This draft has been discarded.")
    if draft.status == VersionStatus.PUBLISHED:
        raise PartnershipRefused("This version has been published, and a published protocol never changes. Begin a new draft.")
    if draft.digest != expected_digest:
        raise DraftChanged("Somebody changed this draft while you were editing. Nothing of yours has been saved yet.")
    before = draft.protocol
    draft.line, draft.title = protocol.key, protocol.title
    draft.definition, draft.digest = protocol.model_dump(mode="json"), digest_of(protocol)
    draft.save(update_fields=["line", "title", "definition", "digest"])
    _carry_confirmations(draft, before, protocol)
    return draft


def _carry_confirmations(draft: ProtocolVersion, before: Protocol, after: Protocol) -> None:
    """A confirmation is of a rule's words, and is kept by its place: it moves with the rule, and ends when that changes."""
    given = list(AssumptionConfirmation.objects.filter(version=draft))
    if not given:
        return
    was, now = dict(assumptions(before)), dict(assumptions(after))
    elsewhere = {rule: path for path, rule in reversed(now.items())}
    AssumptionConfirmation.objects.filter(version=draft).delete()
    kept: dict[str, AssumptionConfirmation] = {}
    for word in given:
        rule = was.get(word.path)
        path = word.path if rule is not None and now.get(word.path) == rule else elsewhere.get(rule) if rule else None
        if path is not None and path not in kept:
            word.pk, word.path = None, path
            kept[path] = word
    AssumptionConfirmation.objects.bulk_create(kept.values())


@transaction.atomic
def publish_protocol(
    version: ProtocolVersion, *, effective_from: date, by: User | None = None, at: datetime | None = None
) -> ProtocolVersion:
    """Publish a draft once, from a day on; from then on the database refuses every change to it.

    Its agencies and contacts become rows of the partnership where it does not have them yet."""
    if version.status == VersionStatus.PUBLISHED:
        raise PartnershipRefused("This version has been published already, and a published protocol never changes.")
    if problems := problems_with(version.protocol):
        raise PartnershipRefused(" ".join(problem.sentence for problem in problems))
    if taken := why_not_that_day(version.line, effective_from):
        raise PartnershipRefused(taken)
    before = _published_before(version)
    version.status = VersionStatus.PUBLISHED
    version.effective_from = effective_from
    version.published_at = at or timezone.now()
    version.published_by = by
    version.save()
    forget("published_versions")
    settle(version.protocol, before=before.protocol if before else None)
    return version


def why_not_that_day(line: str, day: date) -> str:
    """Which of two versions of one protocol that begin on one day is in force, nobody could say."""
    same = ProtocolVersion.objects.filter(line=line, status=VersionStatus.PUBLISHED, effective_from=day)
    number = same.values_list("number", flat=True).first()
    return f"Version {number} is in force from that very day. Choose another day." if number else ""


def _published_before(version: ProtocolVersion) -> ProtocolVersion | None:
    """The version of the same protocol that was published last: what it had given the directory is not given again."""
    same = ProtocolVersion.objects.filter(line=version.line, status=VersionStatus.PUBLISHED)
    return same.order_by("-published_at", "-number").first()


def confirm_assumption(version: ProtocolVersion, *, path: str, by: User, role: str) -> AssumptionConfirmation:
    """A named administrator's word that an assumed rule is right. Both sides of a doubt keep: confirming twice is once."""
    if path not in {known for known, _ in assumptions(version.protocol)}:
        raise PartnershipRefused("That rule is not assumed in this version.")
    if not role.strip():
        raise PartnershipRefused("Say in which role you confirm this.")
    confirmation, _ = AssumptionConfirmation.objects.get_or_create(
        version=version,
        path=path,
        defaults={"confirmed_by": by, "confirmer_role": role.strip(), "confirmed_at": timezone.now()},
    )
    return confirmation


def why_not_live(*, at: datetime | None = None) -> str:
    """The sentence that says what stands between the partnership in scope and going live, or nothing."""
    if rehearsing.in_a_rehearsal():
        return "This is a rehearsal: everything in it is invented, and it never goes live."
    if settings.DEPLOYMENT == "demo" or settings.DEMO_DOORS:
        return "This is a demonstration: anybody can sign in as anybody, so no partnership can go live here."
    version = selectors.version_in_force(selectors.today(at))
    if version is None:
        return "No protocol is in force. Publish one first."
    # Of every protocol that is in force: nobody works under what is only assumed, in a second one either.
    left = sum(len(selectors.unconfirmed(one)) for one in selectors.versions_in_force(selectors.today(at)))
    rules = "1 assumed rule is" if left == 1 else f"{left} assumed rules are"
    return f"{rules} not confirmed yet. Confirm each one, or publish a version without it." if left else ""


def go_live(partnership: Partnership, *, at: datetime | None = None) -> Partnership:
    """Leave training mode. Refused in a demonstration, whose doors stand open, and while the protocol in force rests on
    an assumption that nobody has confirmed."""
    moment = at or timezone.now()
    with partnership_scope(partnership.pk):
        if obstacle := why_not_live(at=moment):
            raise PartnershipRefused(obstacle)
    partnership.live_since = moment
    partnership.save(update_fields=["live_since"])
    return partnership


def add_member(
    user: User,
    *,
    role: str,
    agency: Agency | None = None,
    job_title: str = "",
    telephone: str = "",
    protocol_role: str = "",
) -> Membership:
    member, _ = Membership.objects.update_or_create(
        user=user,
        role=role,
        agency=agency,
        defaults={"job_title": job_title, "telephone": telephone, "protocol_role": protocol_role, "active": True},
    )
    return member


def knows(agency: Agency, email: str) -> bool:
    """Whether the address is of one of the agency's own known domains."""
    known = {domain.lower().lstrip("@") for domain in agency.email_domains}
    return User.objects.normalise(email).rpartition("@")[2] in known


def admit(email: str, *, name: str, agency: Agency | None, looked_at: bool = False) -> Membership | None:
    """Somebody named on a form, by their address: the member they are already, or, where the address is of one of the
    agency's own known domains, a guest who can sign in by a code sent to that very address and sees what they are named
    in. Any other address stays without an account until the partnership office has looked at it (`looked_at`): it may be
    mistyped. So does whoever's access was ended: nobody comes back in by being named."""
    address = User.objects.normalise(email)
    held = Membership.objects.filter(user__email=address).select_related("user").order_by("-active", "pk").first()
    if held is not None and held.active:
        return held
    if rehearsing.in_a_rehearsal():
        return None
    user = User.objects.filter(email=address).first()
    closed = user is not None and not user.is_active
    if not looked_at and (held is not None or closed or agency is None or not knows(agency, address)):
        return None
    if closed:
        raise PartnershipRefused("That account is closed. Whoever runs the product can open it again.")
    # In a demonstration everybody is invented: their doors stand open as everybody's do.
    invented = settings.DEMO_DOORS and address.endswith(".example")
    made = user or User.objects.create_user(address, name=name.strip(), is_demo=invented)
    return add_member(made, role=MemberRole.GUEST, agency=agency)


@transaction.atomic
def add_closure(*, day: date, name: str) -> ClosureDay:
    one_at_a_time()
    if ClosureDay.objects.filter(day=day).exists():
        raise PartnershipRefused("That day is a closure already.")
    forget("calendar")
    return ClosureDay.objects.create(day=day, name=name)


def remove_closure(closure: ClosureDay) -> None:
    forget("calendar")
    closure.delete()


def issue_token(
    user: User, *, name: str, lives: timedelta = timedelta(days=90), scopes: Iterable[str] | None = None
) -> tuple[ApiToken, str]:
    """A new API token and its secret, which is shown once and never stored. Without `scopes` it may be used for everything."""
    if len(selectors.live_tokens(user)) >= MOST_TOKENS:
        raise PartnershipRefused(f"There are {MOST_TOKENS} tokens already. End one that is not used any more.")
    if user.rehearses_id is not None:
        raise PartnershipRefused("This is a rehearsal: no program is let into it.")
    asked = everything() if scopes is None else list(scopes)
    if not asked or not set(asked) <= set(everything()):
        raise PartnershipRefused("Choose what the token may be used for.")
    secret = secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user=user, name=name, digest=token_digest(secret), expires_at=timezone.now() + lives, scopes=asked
    )
    return token, secret


def replace_token(user: User, number: int) -> tuple[ApiToken, str] | None:
    """A new token that may be used for the same and lasts as long. The old one opens for another week at most, so that
    the program can be given the new one without standing still. None where this person has no such token in use."""
    old = ApiToken.objects.select_for_update().filter(pk=number, user=user, revoked_at=None).first()
    if old is None or old.expires_at <= timezone.now():
        return None
    made = issue_token(user, name=old.name, lives=min(old.expires_at - old.created_at, LONGEST_TOKEN), scopes=old.scopes)
    old.expires_at = min(old.expires_at, timezone.now() + BOTH_OPEN)
    old.save(update_fields=["expires_at"])
    return made


def end_token(user: User, number: int) -> ApiToken | None:
    """From now on it opens nothing. None where this person has no such token; ending it twice is once."""
    token = ApiToken.objects.filter(pk=number, user=user).first()
    if token is not None and token.revoked_at is None:
        token.revoked_at = timezone.now()
        token.save(update_fields=["revoked_at"])
    return token
