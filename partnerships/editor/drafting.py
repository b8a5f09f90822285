"""Where a draft can come from, and how it stands to that: one's own versions, what is shipped, what others share.

Reads and makes drafts; publishing.py says what becomes of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml
from django.db import transaction
from django.utils.text import slugify

from .. import selectors, services
from ..doing import one_at_a_time
from ..models import AssumptionConfirmation, ProtocolVersion, VersionStatus
from ..protocol import MAIN, Protocol
from ..protocol_file import read_protocol
from ..protocol_rules import assumptions
from ..scope import current_partnership_id
from ..shared import SharedDefinition
from .sharing import Likeness, changed_from, settle, shareable
from .skeleton import skeleton

HERE = Path(__file__).resolve().parents[1]
# What load_protocols writes as the origin of what it publishes, and may itself replace.
SHIPPED = "shipped with the product"
LONGEST = 200


@dataclass(frozen=True)
class Definition:
    """A protocol to draft from or to compare with: what it is called, and the version or the offer that it is."""

    token: str
    name: str
    protocol: Protocol
    version: ProtocolVersion | None = None
    shared: SharedDefinition | None = None


@dataclass(frozen=True)
class Shipped:
    slug: str
    partnership: str
    protocol: Protocol

    @property
    def name(self) -> str:
        return f"“{self.protocol.title}” of {self.partnership}, {SHIPPED}"[:LONGEST]


@cache
def shipped() -> tuple[Shipped, ...]:
    """The definitions that come with the product, read once per process."""
    found = []
    for entry in yaml.safe_load((HERE / "shipped.yml").read_text(encoding="utf-8")):
        path = HERE / "protocols" / f"{entry['slug']}.yml"
        protocol = read_protocol(path.read_bytes(), name=path.name).protocol
        if protocol is not None:
            found.append(Shipped(entry["slug"], entry["name"], protocol))
    return tuple(found)


def shared_digest(protocol: Protocol) -> str:
    """Of what is everybody's. What goes without saying is left out, so that a later release with more parts agrees."""
    return services.digest_of_document(shareable(protocol).model_dump(mode="json", exclude_defaults=True))


def offers() -> list[SharedDefinition]:
    """What can be drafted from now: of each partnership's protocols the newest that is shared."""
    newest: dict[tuple[int, str], SharedDefinition] = {}
    for row in SharedDefinition.objects.filter(withdrawn_at=None).order_by("-shared_at", "-pk"):
        newest.setdefault((row.sharer_id, row.line), row)
    return sorted(newest.values(), key=lambda row: (row.shared_by, row.name, row.pk))


def own_versions() -> list[ProtocolVersion]:
    """Every version of the partnership's protocols, the newest first, without its document."""
    return list(ProtocolVersion.objects.defer("definition").select_related("published_by").order_by("-number"))


def version_words(version: ProtocolVersion) -> str:
    state = "draft" if version.status == VersionStatus.DRAFT else "published"
    return f"Version {version.number}, {state}: {version.title}"


def choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """(heading, (token, name) of each) of all that can be drafted from or compared with."""
    own = [(f"version:{version.number}", version_words(version)) for version in own_versions()]
    others = [(f"shared:{row.pk}", str(row)) for row in offers()]
    came = [(f"shipped:{one.slug}", one.name) for one in shipped()]
    groups = [("Your own", own), ("Shared by partnerships", others), ("Shipped with the product", came)]
    return [(title, found) for title, found in groups if found]


def definition(token: str) -> Definition | None:
    """What a choice stands for. None where there is no such thing, or it is another partnership's and not shared."""
    kind, _, which = token.partition(":")
    if kind == "version" and which.isascii() and which.isdigit() and len(which) < 9:
        version = ProtocolVersion.objects.filter(number=int(which)).first()
        return Definition(token, version_words(version), version.protocol, version=version) if version else None
    if kind == "shared" and which.isascii() and which.isdigit() and len(which) < 16:
        row = SharedDefinition.objects.filter(pk=int(which), withdrawn_at=None).first()
        return Definition(token, str(row), row.protocol, shared=row) if row else None
    if kind == "shipped":
        return next((Definition(token, s.name, s.protocol) for s in shipped() if s.slug == which), None)
    return None


def free_line(title: str) -> str:
    """A key for a second protocol, made of its title, that no protocol of the partnership has."""
    stem = slugify(title).replace("-", "_").strip("_0123456789")[:30].strip("_") or "second"
    taken = {MAIN, *ProtocolVersion.objects.values_list("line", flat=True)}
    return next(key for key in (stem, *(f"{stem}_{n}" for n in range(2, len(taken) + 3))) if key not in taken)


@transaction.atomic
def draft_from_nothing(title: str, *, step_word: str, line: str) -> ProtocolVersion:
    one_at_a_time()
    return services.draft_protocol(skeleton(title, key=line).model_copy(update={"step_word": step_word}))


@transaction.atomic
def draft_from(found: Definition, *, line: str, title: str = "") -> ProtocolVersion:
    """A draft that begins as another definition. A version of one's own is copied whole, with the confirmations of its
    rules; of a definition that came from elsewhere the contacts and agencies are those that the partnership has."""
    one_at_a_time()
    called = {"title": title} if title else {}
    if found.version is not None:
        origin, digest = _origin_of(found.version)
        copied = found.protocol.model_copy(update={"key": line, **called})
        draft = services.draft_protocol(copied, origin=origin, origin_digest=digest)
        carry(found.version, draft)
        return draft
    before = selectors.version_in_force(line=line) or selectors.version_in_force()
    own = settle(shareable(found.protocol), own=before.protocol if before else None, key=line)
    own = own.model_copy(update=called)
    return services.draft_protocol(own, origin=found.name, origin_digest=shared_digest(found.protocol))


@transaction.atomic
def draft_from_file(protocol: Protocol) -> ProtocolVersion:
    """What was imported, as it is: a file that was exported comes back as the same version."""
    one_at_a_time()
    digest = services.digest_of(protocol)
    same = ProtocolVersion.objects.filter(line=protocol.key, digest=digest, status=VersionStatus.DRAFT).first()
    if same is not None:  # pressed twice
        return same
    before = selectors.version_in_force(line=protocol.key)
    draft = services.draft_protocol(protocol)
    if before is not None:
        carry(before, draft)
    return draft


def _origin_of(version: ProtocolVersion) -> tuple[str, str]:
    """Where a copy came from in the end. What was shipped says so in words of its own: a release replaces what is called
    SHIPPED, and an administrator's copy is not its to replace."""
    if version.origin == SHIPPED:
        return f"“{version.title}”, {SHIPPED}"[:LONGEST], shared_digest(version.protocol)
    return version.origin, version.origin_digest


def carry(before: ProtocolVersion, draft: ProtocolVersion) -> int:
    """Take over what was confirmed for rules that stand in the draft word for word; how many. Each keeps whose word it
    was, when, and for which version it was given."""
    given = selectors.confirmations(before)
    was = {path: rule for path, rule in assumptions(before.protocol) if path in given}
    places: dict[object, list[str]] = {}
    for path, rule in assumptions(draft.protocol):
        places.setdefault(rule, []).append(path)
    kept = []
    for path, rule in was.items():
        there = places.get(rule) or []
        if there:
            word = given[path]
            word.pk, word.version, word.carried_from = None, draft, word.carried_from or before.number
            word.path = there.pop(there.index(path) if path in there else 0)
            kept.append(word)
    AssumptionConfirmation.objects.bulk_create(kept)
    return len(kept)


def likenesses(versions: Iterable[ProtocolVersion]) -> dict[int, Likeness]:
    """How each version stands to the definition that it was drafted from, by its id. The same number of questions to the
    database however many there are."""
    drafted = [version for version in versions if version.origin]
    if not drafted:
        return {}
    protocols = {v.pk: v.protocol for v in ProtocolVersion.objects.filter(pk__in=[v.pk for v in drafted])}
    digests = {version.origin_digest for version in drafted}
    rows = {row.digest: row for row in SharedDefinition.objects.filter(digest__in=digests).order_by("-withdrawn_at", "pk")}
    newest = {(row.sharer_id, row.line): row for row in offers()}
    came = {digest: one.protocol for one in shipped() for digest in _digests(one.protocol)}
    found = {}
    for version in drafted:
        row = rows.get(version.origin_digest)
        origin = row.protocol if row else came.get(version.origin_digest)
        changed = None if origin is None else changed_from(protocols[version.pk], origin)
        now = newest.get((row.sharer_id, row.line)) if row else None
        name = f"the one {SHIPPED}" if version.origin == SHIPPED else version.origin
        newer = row is not None and now is not None and now.digest != row.digest and now.shared_at >= row.shared_at
        found[version.pk] = Likeness(name, changed, newer, bool(row and row.withdrawn_at))
    return found


@cache
def _digests(protocol: Protocol) -> tuple[str, str]:
    return shared_digest(protocol), services.digest_of(protocol)


def is_own(row: SharedDefinition) -> bool:
    return row.sharer_id == current_partnership_id()
