"""Every page of the product, fetched for everybody who gets one: bytes, headers, and what it asked the database."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import time_machine
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from django.urls import Resolver404, get_resolver, resolve

from partnerships.models import Agency, User
from tests.pages.markup import read
from tests.promises.coming_by import PEOPLE, names
from tests.promises.test_every_page_has_a_decision import EXPECTED
from tests.walls.forms_on_pages import forms_on
from tests.walls.two_worlds import address, client_of

from .inhabited import CAST, NEW, NOW, SLUG, Beginning, Inhabited

# What the table shows elsewhere, because at its stage there is none.
BESIDE = (
    "records:certificate", "records:disclosure", "records:disclosure_preview", "notifications:mailbox", "notifications:message",
)  # fmt: skip
SAVEPOINTS = ("SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO SAVEPOINT")
# What is refused is seen once for everybody outside, and once for a member and for a guest.
REFUSED = {"403", "404", "405"}


@dataclass(frozen=True, eq=False)
class Page:
    """`what` is the name of the address, with the step, the section or the verb; `who` asked for it; `how` says when it
    is not simply looked at."""

    what: str
    who: str
    how: str
    where: str
    status: int
    queries: int
    headers: dict[str, str] = field(repr=False)
    html: str = field(repr=False)
    client: Client = field(repr=False, compare=False)

    @property
    def name(self) -> str:
        return " · ".join(filter(None, (self.what, self.who, self.how)))


class Walk:
    """The pages in the order in which they were fetched; `missing` are the addresses of the table that gave nobody a page."""

    def __init__(self, place: Inhabited, beginning: Beginning) -> None:
        self.place, self.beginning = place, beginning
        self.pages: list[Page] = []
        self.assets: dict[str, tuple[str, bytes]] = {}
        with place.scope():
            self.names = {*(user.name for user in User.objects.all()), *(agency.name for agency in Agency.objects.all())}
        self._refused: set[tuple[int, bool, bool]] = set()
        self.routes = dict(names(get_resolver()))

    def begins(self) -> Walk:
        """From nothing that an earlier test left in the memory of this process."""
        cache.clear()
        ContentType.objects.clear_cache()
        self.place.clients[CAST["office"]].get(f"/p/{SLUG}/")
        for part in (self._table, self._parts, self._acts, self._signing_in, self._nothing_yet, self._empty):
            part()
        return self

    # ------------------------------------------------------------------ fetching
    def fetch(
        self, what: str, who: str, where: str, *, how: str = "", client: Client | None = None, post: Any = None
    ) -> Page | None:
        """A page if there is one: a file, a redirect and what a program reads are none."""
        client = client or self.place.clients[CAST.get(who, who)]
        count = 0

        def counted(execute: Any, sql: str, *rest: Any) -> Any:
            nonlocal count
            count += not sql.startswith(SAVEPOINTS)
            return execute(sql, *rest)

        with connection.execute_wrapper(counted):
            answer = client.get(where) if post is None else client.post(where, post)
        if answer.streaming or not answer.get("Content-Type", "").startswith("text/html") or not answer.content:
            return None
        headers = {name: value for name, value in answer.items() if name not in ("Content-Length", "Vary")}
        return Page(what, who, how, where, answer.status_code, count, headers, answer.content.decode(), client)

    def keep(self, page: Page | None) -> Page | None:
        if page is not None:
            self.pages.append(page)
        return page

    def address(self, name: str) -> str:
        parts = self.place.filled(self.routes[name])
        if name == "partnerships:protocol_version":
            parts["number"] = str(self.place.version.number)
        return address(self.routes[name], slug=SLUG, parts=parts)

    # ------------------------------------------------------------------ the parts of the walk
    def _table(self) -> None:
        """The table of who sees what says where somebody gets a page."""
        for name, codes in sorted(EXPECTED.items()):
            where = self.address(name)
            for who, code in zip(PEOPLE, codes.split(), strict=True):
                if not CAST[who]:
                    continue
                kind = (code, who == "nobody", who == "guest")
                if code == "200" or (code in REFUSED and kind not in self._refused):
                    self._refused.add(kind)
                    self.keep(self.fetch(name, who, where))
        for name in BESIDE:
            self.keep(self.fetch(name, "office", self.address(name)))

        for slug in (SLUG, NEW):
            where = address(self.routes["partnerships:theme"], slug=slug, parts={})
            answer = (
                self.place.clients[CAST["office"]].get(where) if slug == SLUG else self.beginning.clients["office"].get(where)
            )
            self.assets[where] = (answer["Content-Type"], answer.content)

    def _parts(self) -> None:
        """Every step of raising, every section of a draft of the protocol and the first part in each: by the links there."""
        for whole, who, parts in (
            ("escalation:draft", "raiser", {"escalation:draft_step"}),
            ("editor:draft", "administrator", {"editor:section"}),
            ("editor:section", "administrator", {"editor:add", "editor:part"}),
        ):
            seen: set[str] = set()
            for page in [page for page in self.pages if page.what.startswith(whole) and page.who == who and page.status == 200]:
                for where in links(page):
                    name = view_name(where)
                    ends = "/".join(word for word in urlsplit(where).path.split("/")[5:] if not word.isdigit())
                    if name in parts and (name, ends) not in seen:
                        seen.add((name, ends))
                        self.keep(self.fetch(f"{name}:{ends}", who, where))

    def _acts(self) -> None:
        for doing in self.place.acting():
            self.keep(self.fetch(f"escalation:act:{doing.verb}", doing.who, doing.where, client=doing.client))

    def _signing_in(self) -> None:
        """The pages of an account have no partnership; a code is asked for as a person does it."""
        stranger = client_of(None)
        for name, route in sorted(self.routes.items()):
            own = ("account_", "mfa_", "usersessions_", "accounts:account_mailbox", "accounts:demo", "home")
            if name.startswith(own) and "<" not in route and "(" not in route:
                for who in ("nobody", "raiser", "office"):
                    self.keep(self.fetch(name, who, f"/{route}"))
        stranger.post("/accounts/login/code/", {"email": self.place.midwife.email})
        self.keep(self.fetch("account_confirm_login_code", "nobody", "/accounts/login/code/confirm/", client=stranger))
        self.keep(self.fetch("none of ours", "nobody", "/no-such-page/"))

    def _nothing_yet(self) -> None:
        """What lists say on the first morning."""
        for who in ("raiser", "office"):
            for name, codes in sorted(EXPECTED.items()):
                route = self.routes[name]
                if route.startswith("p/<slug:slug>/") and route.count("<") == 1 and codes.split()[PEOPLE.index(who)] == "200":
                    where = address(route, slug=NEW, parts={})
                    self.keep(self.fetch(name, who, where, how="nothing yet", client=self.beginning.clients[who]))

    def _empty(self) -> None:
        """Every form sent with nothing in it; what it would have done is undone, and a page that says what is wrong is kept."""
        sent: set[str] = set()
        for page in list(self.pages):
            for form in forms_on(page.html, page.where):
                shape = f"{page.what} {sorted(form.typed)} {sorted(form.options)}"
                if form.method != "POST" or form.where != urlsplit(page.where).path or shape in sent or page.status != 200:
                    continue
                sent.add(shape)
                self.keep(self._sent_empty(page, form.sends, form.hidden))

    def _sent_empty(self, page: Page, sends: Any, hidden: frozenset[str]) -> Page | None:
        with transaction.atomic():
            post = {name: value for name, value in sends if name in hidden}
            answer = self.fetch(page.what, page.who, page.where, how="sent empty", client=page.client, post=post)
            transaction.set_rollback(True)
        return answer if answer and answer.status in (200, 409, 422) else None


def links(page: Page) -> list[str]:
    return [a.attributes.get("href", "") for a in read(page.html).every(tag="a")]


def view_name(where: str) -> str:
    try:
        return resolve(urlsplit(where).path).view_name
    except Resolver404:
        return ""


def walked() -> Walk:
    with time_machine.travel(NOW, tick=False):
        return Walk(Inhabited(), Beginning()).begins()
