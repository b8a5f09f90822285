"""Two partnerships of the same protocol, each with a row in every table and a person in every role; the second one's words
are all marked, and each has something at every kind of address that the other has not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from urllib.parse import quote

from django.db import connection
from django.test import Client
from django.urls import get_resolver

from accounts.single_sign_on.keeping import add as add_sign_on
from escalation import services
from escalation.actions import ACTIONS
from escalation.models import Attachment, Disagreement, Invitation, SavedView, TakingIn, TrackerUpload
from insight.models import ComparisonAgreement
from learning.models import Action as LearningAction
from learning.models import Item, ReturnPeriod
from learning.models import ItemEntry as LearningStep
from meetings.models import Decision, Issued, Meeting, Report
from notifications.models import Message, WebhookEndpoint
from partnerships import services as partnership_services
from partnerships.directory import writing
from partnerships.directory.importing import keep_upload
from partnerships.models import Agency, Contact, MemberRole, Membership, ProtocolVersion, User
from partnerships.protocol import Protocol
from partnerships.protocol_terms import Side
from records.models import DestructionCertificate, Disclosure
from tests.promises.coming_by import names
from tests.promises.database import raw, scoped_tables
from tests.promises.full_world import fill
from tests.services.lying import lies_with, takes_files
from tests.world import TUESDAY, World, shipped_protocol

MARK = "Zyxmark"
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
# Everybody who may come by. In capitals, who is not simply a member with that role.
PARTY, SIDE_MANAGER, OPERATOR, NOBODY = "PARTY", "SIDE MANAGER", "OPERATOR", "NOBODY"


def marked(protocol: Protocol) -> Protocol:
    """The same protocol in words of its own: whatever a person reads of it has the mark; keys, clauses and terms stay."""

    def mark(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: mark(each) for key, each in value.items()}
        if isinstance(value, list):
            return [mark(each) for each in value]
        return f"{value} {MARK}" if isinstance(value, str) and " " in value else value

    return Protocol.model_validate(mark(protocol.model_dump(mode="json")))


class Place(World):
    """A full partnership, and what stands at each of its addresses."""

    def __init__(self, slug: str, *, mark: str = "") -> None:
        self.mark = mark
        plain = shipped_protocol("enfield")
        super().__init__(slug, marked(plain) if mark else plain)
        self.disagreement: Disagreement = fill(self)
        takes_files(self)
        self.file: Attachment = lies_with(self, self.disagreement, by=self.midwife, name=f"Plan {mark}.pdf")
        self._more()

    def person(self, name: str, role: str, agency: str | None = None, *, protocol_role: str = "") -> User:
        user = super().person(name, role, agency, protocol_role=protocol_role)
        if self.mark and self.mark not in user.name:
            user.name = f"{user.name} {self.mark}"
            user.save(update_fields=["name"])
        return user

    def answers(self, stage: str, **own: str) -> dict[str, str]:
        return {key: f"{words} {self.mark}".strip() for key, words in super().answers(stage, **own).items()}

    def _more(self) -> None:
        """What only this one has: an agency, a post, a holder, a contact, a sign-on, a member in every role, guests."""
        own = self.slug.replace("-", "_")
        with self.scope(self.office):
            self.draft = services.start_draft(self.viewer(self.midwife))
            # The first of them has one more, so that its last number is nobody's in the second.
            drafts = [partnership_services.draft_protocol(self.protocol) for _ in range(1 if self.mark else 2)]
            self.edited: ProtocolVersion = drafts[-1]
            self.agency = Agency.objects.create(key=f"{own}_only", name=f"Only here {self.mark}", sector="health")
            self.contact = Contact.objects.create(key=f"{own}_desk", name=f"Desk {self.mark}", agency=self.agency)
            self.post = writing.keep_post(None, agency=self.agency, kind="manager", title=f"Ward manager {self.mark}")
            self.holder = writing.keep_holder(None, post=self.post, name=f"Ada Ward {self.mark}", telephone="01226 770 001")
            self.upload = keep_upload(self.office, name=f"{self.mark}.csv", lines=[])
            self.sign_on = add_sign_on(
                name=f"Trust {self.mark}", agency=self.agency.key, issuer=f"https://login.{own.replace('_', '-')}.example",
                client_id="tracker", domains=[f"{own.replace('_', '-')}.example"], who=self.office,
            )  # fmt: skip
            self.token, self.secret = partnership_services.issue_token(self.office, name=f"Reports {self.mark}")
        for role in MemberRole:
            if role is not MemberRole.GUEST:
                self.person(f"bystander.{role}", role, "police")
        with self.scope():
            self._looks_at_a_tracker()
            Agency.objects.filter(key="social_care").update(email_domains=[f"care-{self.slug}.example"])
        named = services.Person(side=Side.RECEIVING, role=self.protocol.roles[1].key, name=f"Gil Guest {self.mark}",
                                email=f"gil@care-{self.slug}.example")  # fmt: skip
        unknown = replace(named, name=f"Una Unknown {self.mark}", email=f"una@unknown-{self.slug}.example")
        for person in (named, unknown):
            self.do("change_party", self.disagreement, by=self.office, at=TUESDAY, person=person, reason="Stands in.")
        with self.scope():
            self.invitation = Invitation.objects.get(email=named.email)
            self.held = Invitation.objects.get(email=unknown.email)
            SavedView.objects.update(made_by=self.tracker_upload.by)
            self.view = SavedView.objects.latest("pk")
            self.agreement = ComparisonAgreement.objects.get()
            self.member = Membership.objects.get(user=self.midwife)
            self.party = self.disagreement.parties.get(user=self.midwife, left_at=None)
            self.disclosure = Disclosure.objects.latest("pk")
            self.certificate = DestructionCertificate.objects.latest("pk")
            self.message = Message.objects.latest("pk")
            self._what_the_office_has()
            self.disagreement = self.fresh(self.disagreement)

    def _what_the_office_has(self) -> None:
        self.learned, self.learning_action = Item.objects.latest("pk"), LearningAction.objects.latest("pk")
        self.meeting, self.decision = Meeting.objects.latest("pk"), Decision.objects.latest("pk")
        self.report, self.issued = Report.objects.latest("pk"), Issued.objects.latest("pk")
        LearningStep.objects.create(
            item=self.learned, action=self.learning_action, did="noted", by=self.office, at=TUESDAY, words=f"Asked {self.mark}",
        )  # fmt: skip
        self.endpoint = WebhookEndpoint.objects.latest("pk")
        self.round = ReturnPeriod.objects.latest("pk")

    def _looks_at_a_tracker(self) -> None:
        # Whoever walks looks at it: it is its owner's alone. A word of it is asked for, with the agencies to choose from.
        self.tracker_upload = TrackerUpload.objects.create(
            by=self.person("bystander.partnership_manager", MemberRole.PARTNERSHIP_MANAGER, "police"), at=TUESDAY,
            name=f"Tracker {self.mark}.csv", digest="0" * 64, head=1,
            rows=[[1, ["Raised on", "By", "With"]], [2, ["1/2/2025", f"Nowhere {self.mark}", "Police"]]],
            columns={"0": "raised_on", "1": "raising", "2": "receiving"},
        )  # fmt: skip
        self.taking = TakingIn.objects.latest("pk")

    # ------------------------------------------------------------------ who
    @cached_property
    def people(self) -> dict[str, User | None]:
        bystanders = {
            role.value: User.objects.get(email=f"bystander.{role}@{self.slug}.example")
            for role in MemberRole
            if role is not MemberRole.GUEST
        }
        operator, _ = User.objects.get_or_create(
            email="operator@tracker.example", defaults={"name": "Olive Operator", "is_operator": True}
        )
        return {
            PARTY: self.midwife, SIDE_MANAGER: self.team_manager, **bystanders,
            MemberRole.GUEST.value: self.invitation.user, OPERATOR: operator, NOBODY: None,
        }  # fmt: skip

    @cached_property
    def clients(self) -> dict[str, Client]:
        return {who: client_of(user) for who, user in self.people.items()}

    # ------------------------------------------------------------------ where
    def numbers(self, route: str) -> int:
        """What <int:number> means at this route."""
        for part, row in (
            ("/for-somebody/", self.party), ("/people/", self.member), ("/posts/", self.post), ("/taking-in/done/", self.taking),
            ("/taking-in/", self.tracker_upload), ("/import/", self.upload), ("/access/", self.invitation),
            ("/coming-in/", self.held), ("/holders/", self.holder), ("/copies/", self.disclosure), ("/tokens/", self.token),
            ("/mailbox/", self.message), ("/learning/returns/", self.round), ("/learning/actions/", self.learning_action),
            ("/webhooks/", self.endpoint), ("/learning/", self.learned), ("/comparison/", self.agreement),
            ("/meetings/decisions/", self.decision), ("/meetings/reports/", self.report), ("/meetings/issued/", self.issued),
            ("/meetings/", self.meeting),
        ):  # fmt: skip
            if part in route:
                return int(row.pk)
        return self.edited.number

    def keys(self, route: str) -> str:
        if "/certificates/" in route:
            return str(self.certificate.number)
        if "<uuid:key>" in route:
            return str(self.draft.key)
        if "/agencies/" in route:
            return self.agency.key
        if "single-sign-on" in route:
            return self.sign_on.key
        if "/invited/" in route:
            return str(self.invitation.key)
        if "tracker/views" in route:
            return str(self.view.key)
        return self.contact.key if "/contacts/" in route else self.protocol.signposts[0].key

    def filled(self, route: str) -> dict[str, str]:
        """What stands for each part of the route, in the order of the route, but for the partnership itself."""
        known = {
            "reference": str(self.disagreement.reference), "file": str(self.file.key), "number": str(self.numbers(route)),
            "key": self.keys(route), "day": "2026-12-23", "section": "contacts", "index": "0", "step": "who",
            "theme": "who", "kind": "pdf" if "/meetings/" in route else "csv",
            "verb": "escalate", "rest": "anything", "secret": "anything", "measure": "direct", "agency": self.agency.key,
            "party": str(self.party.pk),
        }  # fmt: skip
        return {name: known[name] for name in re.findall(r"<\w+:(\w+)>", route) if name != "slug"}

    def rows(self) -> dict[str, tuple[int, str]]:
        """How many rows each table has, and what they say."""
        with self.scope():
            return {
                table: raw(f"SELECT count(*), md5(string_agg(t::text, '|' ORDER BY id)) FROM {table} t")[0]  # type: ignore[misc]
                for table in scoped_tables()
            }


def client_of(user: User | None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user, backend=BACKEND)
    return client


def address(route: str, *, slug: str, parts: dict[str, str]) -> str:
    def put(found: re.Match[str]) -> str:
        return slug if found[1] == "slug" else parts[found[1]]

    return "/" + re.sub(r"<\w+:(\w+)>", put, route)


def routes() -> dict[str, str]:
    """Every address of a partnership: its name and its route, each verb's own. The API's last one has no name."""
    found = {name: route for name, route in names(get_resolver()) if route.startswith("p/<slug:slug>/")}
    act = found.pop("escalation:act")
    return found | {f"escalation:act:{verb}": act.replace("<slug:verb>", verb) for verb in ACTIONS}


def compared(who: str) -> Iterator[tuple[str, str]]:
    """For the office every verb of a disagreement; for anybody else one of them stands for all."""
    for name, route in routes().items():
        verb = name.removeprefix("escalation:act:").removeprefix("escalation:api:")
        if verb not in ACTIONS or verb == "escalate" or who == MemberRole.PARTNERSHIP_MANAGER:
            yield name, route


@dataclass(frozen=True)
class Told:
    """An answer without what is new each time: what somebody outside could compare with another."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: str
    queries: tuple[str, ...]


MOVING = ("Content-Length", "ETag", "Expires", "Last-Modified", "X-Request-Id")
ALWAYS_NEW = (
    (re.compile(r'nonce-[\w+/=-]+|nonce="[^"]*"|name="(csrfmiddlewaretoken|held)" value="[^"]*"'), ""),
    (
        re.compile(r'<p class="escalation-print-only escalation-printed">.*?</p>', re.DOTALL),
        "",
    ),  # when, and the address asked for
    (re.compile(r"(csrftoken|sessionid)=[^;]*|expires=[^;]*"), r"\1="),
)
# Django names each anew, also in the rollback to it.
SAVEPOINT = re.compile(r"SAVEPOINT \"?s\d+_x\d+\"?")


def told(client: Client, method: str, where: str, *, body: bytes = b"", hide: Iterable[str] = (), **more: Any) -> Told:
    """What is told at an address, with what was asked for hidden, and the number and text of the queries behind it."""
    queries: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        queries.append(SAVEPOINT.sub("SAVEPOINT", sql))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        # The number of a request, which stands on every page of refusal, is the same for all that are compared.
        more["headers"] = {"X-Request-Id": "0" * 32, **more.get("headers", {})}
        answer = client.generic(method, where, body, JSON if body[:1] == b"{" else FORM, **more)
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    hidden = sorted(
        {each for each in (where, quote(where, safe=""), quote(where), *hide) if len(each) > 5}, key=len, reverse=True
    )

    def plain(text: str) -> str:
        for each in hidden:
            text = text.replace(each, "@")
        for pattern, instead in ALWAYS_NEW:
            text = pattern.sub(instead, text)
        return text

    headers = tuple(sorted((name, plain(value)) for name, value in answer.items() if name not in MOVING))
    return Told(answer.status_code, headers, plain(content.decode("utf-8", "replace")), tuple(queries))


def different(one: Told, other: Told) -> list[str]:
    """In what two answers differ."""
    return [part for part in ("status", "headers", "body", "queries") if getattr(one, part) != getattr(other, part)]
