"""Whoever may come by, and what stands at every address: the cast and the stage for walks over the whole product."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from django.test import Client
from django.urls import URLPattern, URLResolver

from accounts.single_sign_on.keeping import add as add_sign_on
from escalation import services
from escalation.models import Invitation
from partnerships.directory import writing
from partnerships.directory.importing import keep_upload
from partnerships.models import Agency, Membership, User
from partnerships.protocol_terms import Side
from partnerships.services import draft_protocol
from tests.services.lying import lies_with, takes_files
from tests.world import World

# Who asks, in this order. "elsewhere" is the partnership manager of another partnership; "bystander" works in this one and
# has no part in the disagreement; "decider" decides at a stage that it has not reached; "operator" is in no partnership;
# "guest" was invited to the disagreement and is nothing else here. The last column is theirs: 403 for every page of the
# partnership that escalation/guests.py does not open, whether or not the page has a decision of its own beside that.
PEOPLE = (
    "nobody", "elsewhere", "operator", "raiser", "manager", "bystander", "office", "administrator", "observer", "decider",
    "guest",
)  # fmt: skip


def names(resolver: URLResolver, space: str = "") -> Iterator[tuple[str, str]]:
    """(name, route) of every address."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            yield from ((name, f"{entry.pattern}{route}") for name, route in names(entry, inner))
        elif isinstance(entry, URLPattern):
            yield f"{space}{entry.name}", str(entry.pattern)


def of_the_api(name: str) -> bool:
    """Whether an address is a program's: escalation's own, and those that other apps put beside them (docs/decisions/0030)."""
    return name.startswith("escalation:api") or name.partition(":")[0].endswith("_api")


class Stage:
    """One disagreement of Barnsley's at stage 1, a draft, and everybody who may come by."""

    def __init__(self, world: World, other: World) -> None:
        self.world = world
        self.disagreement = world.raised()
        takes_files(world)
        self.file = lies_with(world, self.disagreement, by=world.midwife)
        with world.scope():
            self.draft = services.start_draft(world.viewer(world.midwife))
            self.edited = draft_protocol(world.protocol)
            self.post = writing.keep_post(None, agency=world.agencies["school"], kind="manager", title="Head of year")
            self.upload = keep_upload(world.office, name="agencies.csv", lines=[])
            self.member = Membership.objects.get(user=world.midwife)
            self.sign_on = add_sign_on(
                name="Police account", agency="police", issuer="https://login.police.example", client_id="tracker",
                domains=["police.example"], who=world.office,
            )  # fmt: skip
            self.holder = writing.keep_holder(None, post=self.post, name="Ada Year", telephone="01226 770 001")
        operator = User.objects.create_user("operator@tracker.example", name="Olive Operator", is_operator=True)
        people: dict[str, User | None] = {
            "nobody": None,
            "elsewhere": other.office,
            "operator": operator,
            "raiser": world.midwife,
            "manager": world.team_manager,
            "bystander": world.stranger,
            "office": world.office,
            "administrator": world.administrator,
            "observer": world.person("observer", "observer"),
            "decider": world.decider("safeguarding_partner"),
            "guest": self._invited(world),
        }
        self.clients = {name: self._client(user) for name, user in people.items()}

    def _invited(self, world: World) -> User:
        """Named by the office, at an address of the agency's own."""
        with world.scope():
            Agency.objects.filter(key="social_care").update(email_domains=["care.example"])
        named = services.Person(side=Side.RECEIVING, role=world.protocol.roles[1].key, name="Gil Guest", email="gil@care.example")
        world.do("change_party", self.disagreement, by=world.office, person=named, reason="Stands in this week.")
        unknown = replace(named, name="Una Unknown", email="una@elsewhere.example")
        world.do("change_party", self.disagreement, by=world.office, person=unknown, reason="Knows the family.")
        with world.scope():
            self.invitation = Invitation.objects.get(disagreement=self.disagreement, state="admitted")
            self.held = Invitation.objects.get(disagreement=self.disagreement, state="held")
        return User.objects.get(email="gil@care.example")

    @staticmethod
    def _client(user: User | None) -> Client:
        client = Client(raise_request_exception=True)
        if user is not None:
            client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    def address(self, route: str) -> str:
        filled = {
            "<slug:slug>": "barnsley",
            "<str:reference>": str(self.disagreement.reference),
            "<uuid:key>": str(self.draft.key),
            "<uuid:file>": str(self.file.key),
            "<slug:key>": self._key(route),
            "<str:key>": self._key(route),
            "<int:number>": self._number(route),
            "<str:day>": "2026-12-29",
            "<slug:step>": "who",
            "<slug:verb>": "acknowledge",
            "<slug:section>": "contacts",
            "<slug:theme>": "who",
            "<slug:kind>": "csv",
            "<int:index>": "0",
            "<str:step>": "who",
        }
        for part, value in filled.items():
            route = route.replace(part, value)
        return f"/{route}"

    def _number(self, route: str) -> str:
        if "people" in route:
            return str(self.member.pk)
        if "posts" in route:
            return str(self.post.pk)
        if "import" in route:
            return str(self.upload.pk)
        if "administration/protocol/" in route:
            return str(self.edited.number)
        if "for-somebody" in route:
            with self.world.scope():
                return str(self.disagreement.parties.filter(side="receiving")[0].pk)
        if "access" in route or "coming-in" in route:
            return str((self.invitation if "access" in route else self.held).pk)
        return str(self.holder.pk) if "holders" in route else "1"

    def _key(self, route: str) -> str:
        if "agencies" in route:
            return "hospital"
        if "sign-on" in route:
            return self.sign_on.key
        if "tracker/views" in route:
            return "live"
        return "partnership_inbox" if "contacts" in route else self.world.protocol.signposts[0].key
