"""Drafts, raising a disagreement, and logging what was settled by talking; must not know the form's pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from partnerships import selectors as partnership_selectors
from partnerships.ladder import Position
from partnerships.models import Agency, User
from partnerships.protocol import Protocol
from partnerships.protocol_terms import Asked, RaisedAs, Side
from partnerships.scope import present
from partnerships.services import admit

from ..models import ChronologyEntry, Disagreement, Outcome, Party, ReferenceCounter
from ..moves import Happened, NotPermitted, Refused, Stale
from ..permissions import Viewer, may_raise
from ..requirements import unanswered
from ..states import Kind
from .doing import carry_out, lock

TWICE_WITHIN = timedelta(minutes=10)


@dataclass(frozen=True)
class Person:
    """Somebody named on a form, in a role of the protocol, for one side."""

    side: Side
    role: str
    name: str
    email: str = ""
    telephone: str = ""
    job_title: str = ""


@dataclass(frozen=True)
class Particulars:
    """Everything the form collects. `answers` are words by the kind of thing asked for (`Asked`), plus "concern" and, for
    each mark in `flags`, what it asks ("mark_<flag>")."""

    to: Position
    raising_agency: Agency
    receiving_agency: Agency
    people: tuple[Person, ...]
    answers: Mapping[str, str]
    category: str = ""
    urgency: str = ""
    child_reference: str = ""
    child_status: str = ""
    flags: tuple[str, ...] = ()
    needed_by: date | None = None
    decided_on: date | None = None
    raised_as: RaisedAs = RaisedAs.OWN
    thematic: bool = False
    direct_reason: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)


@transaction.atomic
def start_draft(viewer: Viewer) -> Disagreement:
    if not (verdict := may_raise(viewer)):
        raise NotPermitted(verdict.sentence)
    return Disagreement.objects.create(raised_by=viewer.user)


@transaction.atomic
def save_draft(disagreement_id: int, *, viewer: Viewer, answers: Mapping[str, Any]) -> Disagreement:
    """Keep what has been typed so far; answers of other steps stay."""
    draft = _own_draft(disagreement_id, viewer)
    draft.answers = {**draft.answers, **answers}
    draft.save(update_fields=["answers", "changed_at"])
    return draft


@transaction.atomic
def discard_draft(disagreement_id: int, *, viewer: Viewer) -> None:
    """A draft was never raised, so nothing is kept of it: the only row of a disagreement that can be deleted."""
    _own_draft(disagreement_id, viewer).delete()


def _own_draft(disagreement_id: int, viewer: Viewer) -> Disagreement:
    draft = lock(disagreement_id)
    if draft.raised_by_id != viewer.user.pk:
        raise NotPermitted("A draft is its author's alone.")
    if draft.state != "draft":
        raise Stale(f"This was raised already, as {draft.reference}.")
    return draft


def raise_disagreement(
    disagreement_id: int, *, viewer: Viewer, particulars: Particulars, at: datetime | None = None
) -> ChronologyEntry:
    """Raise a draft: it takes the protocol in force that day, and keeps it.

    In order: the version is pinned, the requirements of the protocol are checked, the reference is given, the people
    join, the clocks start, the entry is recorded. Notices follow from the entry.
    """
    with transaction.atomic():
        draft = _own_draft(disagreement_id, viewer)
        moment = at or present()
        _pin(draft, moment)
        _check(draft.protocol, particulars)
        _fill(draft, particulars, moment)
        for person in particulars.people:
            join(draft, person, at=moment)

        def change(disagreement: Disagreement, at: datetime) -> Happened:
            happened = disagreement.raise_at(to=particulars.to, direct_reason=bool(particulars.direct_reason.strip()))
            sectors = {side.value: sector for side, sector in disagreement.sectors.items()}
            return Happened(happened.kind, {**happened.data, **_facts(particulars), "sectors": sectors})

        return carry_out(
            draft, verb="raise", change=change, at=moment, actor=viewer.user, words=_words(draft.protocol, particulars)
        )


def _pin(draft: Disagreement, at: datetime) -> None:
    version = partnership_selectors.version_in_force(partnership_selectors.today(at))
    if version is None:
        raise Refused("No protocol is in force in this partnership yet, so nothing can be raised.")
    draft.protocol_version = version


def _check(protocol: Protocol, given: Particulars) -> None:
    problems = []
    if given.raising_agency.pk == given.receiving_agency.pk:
        problems.append("The two agencies must differ: this is for disagreements between agencies.")
    missing = unanswered(protocol, stage=given.to.stage, answers=given.answers)
    problems += [f"Answer this: {asked.asks or asked.what.replace('_', ' ')}" for asked in missing]
    if protocol.asks_for(Asked.LINE_MANAGER_NAMED, stage=given.to.stage) and not _names_receiving_manager(protocol, given):
        problems.append("Name the line manager of the person the concern is about, with an e-mail address.")
    known: dict[str, set[str]] = {
        "category": {c.key for c in protocol.categories},
        "urgency": {u.key for u in protocol.urgency_bands},
        "child_status": {s.key for s in protocol.child_statuses},
    }
    problems += [
        f"Choose the {name.replace('_', ' ')} from the list."
        for name, keys in known.items()
        if (v := getattr(given, name)) and v not in keys
    ]
    if set(given.flags) - {f.key for f in protocol.flags}:
        problems.append("Choose the marks from the list.")
    if problems:
        raise Refused(" ".join(problems))


def _names_receiving_manager(protocol: Protocol, given: Particulars) -> bool:
    managers = {r.key for r in protocol.roles if r.capacity in ("lead", "senior_manager")}
    return any(p.side == Side.RECEIVING and p.role in managers and p.email for p in given.people)


def _fill(draft: Disagreement, given: Particulars, at: datetime) -> None:
    draft.reference = next_reference(draft)
    draft.raised_at = at
    draft.raising_agency, draft.receiving_agency = given.raising_agency, given.receiving_agency
    draft.category, draft.urgency = given.category, given.urgency
    common = next((c.common for c in draft.protocol.categories if c.key == given.category), "")
    draft.common_category = common
    draft.child_reference, draft.child_status = given.child_reference.strip(), given.child_status
    draft.flags, draft.needed_by = list(given.flags), given.needed_by
    draft.decided_on, draft.raised_as, draft.thematic = given.decided_on, given.raised_as, given.thematic
    draft.answers = {**given.answers, **given.extra, "direct_reason": given.direct_reason}


def next_reference(disagreement: Disagreement) -> str:
    """The next number of the partnership; its counter stays locked to commit, so there is no gap and no double."""
    counter = _locked_counter()
    counter.last += 1
    counter.save(update_fields=["last"])
    return f"{disagreement.partnership.reference_prefix}-{counter.last:04d}"


def _locked_counter() -> ReferenceCounter:
    ReferenceCounter.objects.bulk_create([ReferenceCounter()], ignore_conflicts=True)
    return ReferenceCounter.objects.select_for_update().get()


def _facts(given: Particulars) -> dict[str, Any]:
    """Enumerated values only: what a replay needs to turn the same clocks."""
    return {
        "urgency": given.urgency,
        "category": given.category,
        "child_status": given.child_status,
        "flags": list(given.flags),
        "needed_by": given.needed_by.isoformat() if given.needed_by else None,
        "decided_on": given.decided_on.isoformat() if given.decided_on else None,
        "raised_as": given.raised_as,
    }


def _words(protocol: Protocol, given: Particulars) -> str:
    """What was written on the form, as one text that the chronology keeps."""
    headings = {r.what.value: r.asks for r in protocol.requirements} | {f"mark_{f.key}": f.name for f in protocol.flags}
    parts = []
    for key, answer in given.answers.items():
        heading = headings.get(key) or key.replace("_", " ").capitalize()
        parts += [f"{heading}\n{answer}"] if answer else []
    if given.direct_reason:
        parts.append(f"Why it goes straight there\n{given.direct_reason}")
    return "\n\n".join(parts)


def join(disagreement: Disagreement, person: Person, *, at: datetime) -> Party:
    """A person takes part for a side. One who already does in that role is not doubled. Whether the address opens
    a door is the partnership's to say (`admit`)."""
    agency = disagreement.raising_agency if person.side == Side.RAISING else disagreement.receiving_agency
    if agency is None:
        raise Refused("Say which agencies are involved first.")
    if person.role not in {r.key for r in disagreement.protocol.roles if r.side in (Side.BOTH, person.side)}:
        raise Refused("Choose a role that the protocol gives to that side.")
    email = User.objects.normalise(person.email)
    if email and _on_the_other_side(disagreement, person.side, email):
        raise Refused(f"{person.name.strip()} takes part for the other side. Nobody acts for both: they would answer themselves.")
    already = disagreement.parties.filter(side=person.side, role=person.role, left_at=None, email=email, name=person.name.strip())
    if email:
        already = disagreement.parties.filter(side=person.side, role=person.role, left_at=None, email=email)
    if (there := already.first()) is not None:
        return there
    member = admit(email, name=person.name, agency=agency) if email else None
    return Party.objects.create(
        disagreement=disagreement,
        side=person.side,
        role=person.role,
        user=member.user if member else None,
        agency=agency,
        name=person.name.strip(),
        email=email,
        telephone=person.telephone.strip(),
        job_title=person.job_title.strip(),
        joined_at=at,
    )


def _on_the_other_side(disagreement: Disagreement, side: Side, email: str) -> bool:
    """Or the raising manager could put themselves in the receiving manager's place, and confirm what they wrote."""
    others = disagreement.parties.filter(left_at=None).exclude(side=side)
    return others.filter(Q(email=email) | Q(user__email=email)).exists()


def log_settled(
    *,
    viewer: Viewer,
    raising_agency: Agency,
    receiving_agency: Agency,
    category: str,
    text: str,
    at: datetime | None = None,
) -> ChronologyEntry:
    """Log in a minute what two people settled by talking: same categories, no names, no clocks. The same words by the same
    person within minutes are one log: it has no draft that could tell a form posted twice."""
    if not (verdict := may_raise(viewer)):
        raise NotPermitted(verdict.sentence)
    if raising_agency.pk == receiving_agency.pk:
        raise Refused("The two agencies must differ: this is for disagreements between agencies.")
    if not text.strip():
        raise Refused("Write down what was settled.")
    with transaction.atomic():
        moment = at or present()
        if (already := _logged_already(viewer, text, raising_agency, receiving_agency, at=moment)) is not None:
            return already
        draft = Disagreement.objects.create(raised_by=viewer.user)
        draft = lock(draft.pk)
        _pin(draft, moment)
        draft.reference, draft.raised_at = next_reference(draft), moment
        draft.raising_agency, draft.receiving_agency = raising_agency, receiving_agency
        draft.category = category
        draft.common_category = next((c.common for c in draft.protocol.categories if c.key == category), "")
        if category and not draft.common_category:
            raise Refused("Choose the category from the list.")
        Outcome.objects.create(
            disagreement=draft,
            how=Outcome.How.SETTLED,
            text=text,
            recorded_by=viewer.user,
            recorded_at=moment,
            confirmed_at=moment,
        )
        return carry_out(draft, verb="log_settled", change=lambda d, _: d.log_settled(), at=moment, actor=viewer.user, words=text)


def _logged_already(
    viewer: Viewer, text: str, raising_agency: Agency, receiving_agency: Agency, *, at: datetime
) -> ChronologyEntry | None:
    """The counter's lock makes the second of two posts wait for the first, and then find it."""
    _locked_counter()
    logged = Outcome.objects.filter(
        how=Outcome.How.SETTLED,
        text=text,
        recorded_by=viewer.user,
        recorded_at__gt=at - TWICE_WITHIN,
        recorded_at__lte=at,
        disagreement__raising_agency=raising_agency,
        disagreement__receiving_agency=receiving_agency,
    )
    return ChronologyEntry.objects.filter(disagreement__in=logged.values("disagreement_id"), kind=Kind.SETTLED_LOGGED).first()
