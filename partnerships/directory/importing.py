"""What a directory's spreadsheet would change, said before it is done, and done whole or not at all; adds and changes, and
never takes away."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db import transaction

from .. import selectors
from ..doing import PartnershipRefused, one_at_a_time
from ..models import Agency, Contact, DirectoryUpload, Post, PostHolder, User
from ..scope import present
from . import writing
from .rows import KINDS, SECTORS, YES_NO, Row, Wrong, domains_of

KEPT_FOR = timedelta(days=1)
ORDER = ("agency", "post", "holder", "contact")


@dataclass(frozen=True)
class Change:
    """One thing that would be done, in words, and the doing of it."""

    number: int
    sentence: str
    do: Callable[[], object]


@dataclass
class Plan:
    changes: list[Change] = field(default_factory=list)
    wrong: list[Wrong] = field(default_factory=list)
    same: int = 0

    @property
    def digest(self) -> str:
        """What was shown; if it is another when the button is pressed, somebody changed the directory meanwhile."""
        return hashlib.sha256("\n".join(change.sentence for change in self.changes).encode()).hexdigest()


class Planner:
    """Holds rows against what is there. A row may speak of an agency or a post that another row of the file adds."""

    def __init__(self, rows: Sequence[Row], *, why_no_domains: str) -> None:
        self.plan = Plan()
        self.why_no_domains = why_no_domains
        self.rows = sorted(rows, key=lambda row: (ORDER.index(row.kind), row.number))
        self.agencies = {agency.name.casefold(): agency for agency in Agency.objects.all()}
        self.posts: dict[tuple[int, str], list[Post]] = {}
        for post in Post.objects.filter(active=True).select_related("agency", "filled_by"):
            self.posts.setdefault((post.agency_id, post.title.casefold()), []).append(post)
        self.holders: dict[int, list[PostHolder]] = {}
        for holder in PostHolder.objects.filter(active=True):
            self.holders.setdefault(holder.post_id, []).append(holder)
        self.contacts: dict[str, list[Contact]] = {}
        for contact in Contact.objects.filter(active=True).select_related("agency"):
            self.contacts.setdefault(contact.name.casefold(), []).append(contact)
        version = selectors.version_in_force()
        named = [(role.name.casefold(), role.key) for role in version.protocol.roles] if version else []
        self.roles = dict(named) | {key: key for _, key in named}
        self.new_agencies = {row.get("agency").casefold() for row in self.rows if row.kind == "agency"}
        self.new_posts = {self._post_key(row) for row in self.rows if row.kind == "post"}

    @staticmethod
    def _post_key(row: Row) -> tuple[str, str]:
        return row.get("agency").casefold(), row.get("post").casefold()

    def made(self) -> Plan:
        for row in self.rows:
            before = len(self.plan.changes), len(self.plan.wrong)
            {"agency": self._agency, "post": self._post, "holder": self._holder, "contact": self._contact}[row.kind](row)
            self.plan.same += before == (len(self.plan.changes), len(self.plan.wrong))
        self.plan.wrong.sort(key=lambda one: one.number)
        return self.plan

    # ---------------------------------------------------------------- one kind of row each
    def _agency(self, row: Row) -> None:
        name, there = row.get("agency"), self.agencies.get(row.get("agency").casefold())
        facts: dict[str, Any] = {}
        if row.get("sector"):
            facts["sector"] = SECTORS[row.get("sector").casefold()]
        if row.get("e-mail domains"):
            facts["email_domains"] = domains_of(row.get("e-mail domains"))
        if self.why_no_domains and set(facts.get("email_domains", ())) - set(there.email_domains if there else ()):
            self._refuse(row, self.why_no_domains)
        elif there is None:
            if "sector" not in facts:
                self._refuse(row, "A new agency needs its sector.")
                return
            self._do(row, f"Add the agency {name}", lambda: self._add_agency(name, facts))
        elif not there.active:
            self._refuse(row, f"{there.name} is retired. Use it again on its own page first, or take the row out.")
        elif changed := _changed(there, facts):
            kept = {"sector": there.sector, "email_domains": there.email_domains} | facts
            self._do(row, f"{there.name}: {changed}", lambda: writing.keep_agency(there, name=there.name, **kept))

    def _post(self, row: Row) -> None:
        if not self._known_agency(row, "agency") or not self._known_agency(row, "filled by"):
            return
        title, agency = row.get("post"), row.get("agency")
        if row.get("filled by").casefold() == agency.casefold():
            self._refuse(row, "An agency that fills the post itself needs no other: empty “filled by”.")
            return
        kind = KINDS[row.get("kind of step").casefold()].value if row.get("kind of step") else ""
        there = self._there(agency, title)
        if len(there) > 1:
            there = [post for post in there if post.kind == kind]
            if len(there) != 1:
                self._refuse(row, f"{agency} has several posts called {title}: say which kind of step.")
                return
        if not there:
            if not kind:
                self._refuse(row, "A new post needs its kind of step.")
                return
            by = f", answered for by {row.get('filled by')}" if row.get("filled by") else ""
            self._do(row, f"Add the post {title} ({kind} step) to {agency}{by}", lambda: self._keep_post(row, None, kind))
            return
        post = there[0]
        said = []
        if kind and kind != post.kind:
            said.append(f"kind of step {kind}, was {post.kind}")
        if row.get("filled by") and (post.filled_by is None or post.filled_by.name.casefold() != row.get("filled by").casefold()):
            said.append(f"answered for by {row.get('filled by')}, was {post.filled_by or 'the agency itself'}")
        if said:
            self._do(row, f"{title}, {agency}: {'; '.join(said)}", lambda: self._keep_post(row, post, kind or post.kind))

    def _holder(self, row: Row) -> None:
        if not self._known_agency(row, "agency"):
            return
        agency, title, name = row.get("agency"), row.get("post"), row.get("name")
        there = self._there(agency, title)
        if len(there) > 1:
            self._refuse(row, f"{agency} has several posts called {title}: name its holders on the agency’s page.")
            return
        if not there and self._post_key(row) not in self.new_posts:
            self._refuse(row, f"{agency} has no post called {title}. Add a row for the post.")
            return
        facts = _holder_facts(row)
        holder = self._same_person(there[0], facts["name"], facts.get("email", "")) if there else None
        if holder is None:
            if not row.get("e-mail") and not row.get("telephone"):
                self._refuse(row, "Somebody new needs an e-mail address or a telephone number.")
                return
            how = "deputy for" if facts.get("deputy") else "holder of"
            self._do(row, f"Add {name} as {how} {title}, {agency}", lambda: self._keep_holder(row, None, facts))
            return
        if _over(holder, facts):
            facts["absent_until"] = None
        if changed := _changed(holder, facts):
            kept = {name: getattr(holder, name) for name in HOLDER_FIELDS} | facts
            self._do(row, f"{holder.name}, {title}, {agency}: {changed}", lambda: self._keep_holder(row, holder, kept))

    def _contact(self, row: Row) -> None:
        if not self._known_agency(row, "agency"):
            return
        role = self.roles.get(row.get("role").casefold(), "")
        if row.get("role") and not role:
            self._refuse(row, f"The protocol in force has no role “{row.get('role')[:40]}”.")
            return
        there = self.contacts.get(row.get("name").casefold(), [])
        if len(there) > 1:
            self._refuse(row, f"Several contacts are called {row.get('name')}: change them on their own pages.")
            return
        facts = {column: row.get(column) for column in ("telephone", "address", "note") if row.get(column)}
        facts |= {"role": role} if role else {}
        facts |= {"email": User.objects.normalise(row.get("e-mail"))} if row.get("e-mail") else {}
        more: dict[str, Any] = {"review_by": row.days["check by"]} if "check by" in row.days else {}
        agency = row.get("agency")
        if not there:
            if not {"email", "telephone", "address"} & set(facts):
                self._refuse(row, "A new contact needs an e-mail address, a telephone number or an address.")
                return
            named = {"name": row.get("name"), **facts, **more}
            self._do(row, f"Add the contact {row.get('name')}", lambda: writing.keep_contact(None, **named, **self._of(agency)))
            return
        contact = there[0]
        changed = _changed(contact, facts | more)
        if agency and (contact.agency is None or contact.agency.name.casefold() != agency.casefold()):
            changed = "; ".join(part for part in (changed, f"agency {agency}, was {contact.agency or 'none'}") if part)
        if changed:
            given = facts | more
            self._do(row, f"{contact.name}: {changed}", lambda: writing.keep_contact(contact, **given, **self._of(agency)))

    # ---------------------------------------------------------------- what they share
    def _do(self, row: Row, sentence: str, do: Callable[[], object]) -> None:
        self.plan.changes.append(Change(row.number, sentence, do))

    def _refuse(self, row: Row, sentence: str) -> None:
        self.plan.wrong.append(Wrong(row.number, sentence))

    def _known_agency(self, row: Row, column: str) -> bool:
        name = row.get(column)
        known = self.agencies.get(name.casefold())
        if not name or (known is not None and known.active) or (known is None and name.casefold() in self.new_agencies):
            return True
        self._refuse(row, f"There is no agency called {name[:80]} in use. Add a row for it, or write its name as it stands.")
        return False

    def _there(self, agency: str, title: str) -> list[Post]:
        known = self.agencies.get(agency.casefold())
        return self.posts.get((known.pk, title.casefold()), []) if known else []

    def _same_person(self, post: Post, name: str, email: str) -> PostHolder | None:
        named = self.holders.get(post.pk, [])
        by_address = [holder for holder in named if email and holder.email == email]
        return next(iter(by_address or [h for h in named if h.name.casefold() == name.casefold()]), None)

    # ---------------------------------------------------------------- doing: what another row has added is there by now
    def _add_agency(self, name: str, facts: dict[str, Any]) -> None:
        self.agencies[name.casefold()] = writing.keep_agency(None, name=name, **facts)

    def _of(self, agency: str) -> dict[str, Agency]:
        return {"agency": self.agencies[agency.casefold()]} if agency else {}

    def _keep_post(self, row: Row, post: Post | None, kind: str) -> None:
        agency, other = self.agencies[row.get("agency").casefold()], row.get("filled by")
        filled_by = self.agencies[other.casefold()] if other else post.filled_by if post else None
        title = post.title if post else row.get("post")
        kept = writing.keep_post(post, agency=agency, kind=kind, title=title, filled_by=filled_by)
        self.posts[agency.pk, title.casefold()] = [kept]

    def _keep_holder(self, row: Row, holder: PostHolder | None, facts: dict[str, Any]) -> None:
        writing.keep_holder(holder, post=self._there(row.get("agency"), row.get("post"))[0], **facts)


HOLDER_FIELDS = ("name", "email", "telephone", "deputy", "absent_from", "absent_until", "review_by")


def _holder_facts(row: Row) -> dict[str, Any]:
    facts: dict[str, Any] = {"name": row.get("name")}
    facts |= {"email": User.objects.normalise(row.get("e-mail"))} if row.get("e-mail") else {}
    facts |= {"telephone": row.get("telephone")} if row.get("telephone") else {}
    facts |= {"deputy": YES_NO[row.get("deputy").casefold()]} if row.get("deputy") else {}
    columns = (("absent_from", "away from"), ("absent_until", "away until"), ("review_by", "check by"))
    return facts | {name: row.days[column] for name, column in columns if column in row.days}


def _over(holder: PostHolder, facts: dict[str, Any]) -> bool:
    """A new absence whose end is not given: the end of an earlier one is not its end."""
    first, last = facts.get("absent_from"), holder.absent_until
    return "absent_until" not in facts and first is not None and last is not None and last < first


def _changed(there: Agency | PostHolder | Contact, facts: dict[str, Any]) -> str:
    """ "telephone 0300 2, was 0300 1; …" or nothing."""
    said = [(name, getattr(there, name), value) for name, value in facts.items() if getattr(there, name) != value]
    return "; ".join(f"{CALLED.get(name, name)} {_in_words(value)}, was {_in_words(before)}" for name, before, value in said)


CALLED = {
    "email": "e-mail", "email_domains": "e-mail domains", "absent_from": "away from", "absent_until": "away until",
    "review_by": "check by",
}  # fmt: skip


def _in_words(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(value) or "empty"
    return str(value) if value else "empty"


def planned(rows: Sequence[Row], *, why_no_domains: str) -> Plan:
    """`why_no_domains`: why this person may not say which e-mail domains are known to be an agency's own, or nothing."""
    return Planner(rows, why_no_domains=why_no_domains).made()


def put_in(rows: Sequence[Row], *, digest: str, why_no_domains: str) -> Plan:
    """Do everything that was shown, in one transaction. Raises PartnershipRefused, with nothing done, where it would not be
    what was shown any more."""
    with transaction.atomic():
        one_at_a_time()
        plan = planned(rows, why_no_domains=why_no_domains)
        if plan.wrong or plan.digest != digest:
            raise PartnershipRefused("Somebody changed the directory meanwhile. Look again at what would change now.")
        for change in plan.changes:
            change.do()
        return plan


def keep_upload(by: User, *, name: str, lines: Sequence[dict[str, Any]]) -> DirectoryUpload:
    """The rows, until somebody has looked at what they would change. Nobody's stay longer than a day."""
    moment = present()
    DirectoryUpload.objects.filter(at__lt=moment - KEPT_FOR).delete()
    DirectoryUpload.objects.filter(by=by).delete()
    return DirectoryUpload.objects.create(by=by, at=moment, name=name[:200], rows=list(lines))
