"""Every address of a partnership, asked for and written to by everybody of another; and another's ids at one's own."""

from __future__ import annotations

import re

import pytest

from partnerships.models import MemberRole
from tests.promises.coming_by import of_the_api

from .two_worlds import NOBODY, OPERATOR, PARTY, Place, address, compared, different, routes, told

pytestmark = pytest.mark.django_db

METHODS = ("GET", "POST")
# Open to whoever has the key that was sent to them, member or not. It shows nothing of a disagreement: tests/journeys. And to
# whoever has the secret of somebody's calendar, and to nobody by a session: tests/notifications/test_calendar_feed.py.
DOORS = {"escalation:invited", "notifications:feed"}
# What stands in an address, and whether another partnership may have one of the same name without anything being told.
IDS = {"reference", "file", "number", "key", "agency", "party"}
NO_IDS = {"slug", "day", "section", "index", "step", "theme", "kind", "verb", "rest", "secret", "measure"}
NO_UUID = "00000000-0000-4000-8000-000000000000"
NOWHERE = {
    "reference": "ENF-9999",
    "file": NO_UUID,
    "number": "987654321",
    "key": "no_such_thing",
    "agency": "no_such_thing",
    "party": "987654321",
}
# Keys of the published protocols, which both have alike: no row of a partnership is behind them.
OF_THE_PROTOCOL = {"escalation:signpost"}


def test_every_part_of_an_address_is_an_id_or_is_none() -> None:
    parts = {part for route in routes().values() for part in address_parts(route)}
    assert parts == IDS | NO_IDS


def address_parts(route: str) -> list[str]:
    return re.findall(r"<\w+:(\w+)>", route)


def test_nobody_of_another_partnership_finds_any_address(here: Place, there: Place) -> None:
    """From every role: what is said of a partnership that does not exist, word for word, and after the same queries at every
    address. The office tries each both ways; of the others, half read or write there, in turn."""
    before, found = here.rows(), []
    for turn, (who, client) in enumerate(there.clients.items()):
        nothing = {method: told(client, method, "/p/no-such-partnership/") for method in METHODS}
        queries = set()
        for place, (name, route) in enumerate(compared(who)):
            if name in DOORS:
                continue
            both = who == MemberRole.PARTNERSHIP_MANAGER
            in_turn = METHODS[(turn + place) % 2 :][:1] if who in (NOBODY, OPERATOR) or (turn + place) % 4 < 2 else ()
            for method in METHODS if both else in_turn:
                answer = told(client, method, address(route, slug=here.slug, parts=here.filled(route)))
                if of_the_api(name):
                    right = answer.status == 401
                else:
                    right = answer.status == (302 if who == NOBODY else 404) and not (
                        set(different(answer, nothing[method])) - {"queries"}
                    )
                    queries.add(answer.queries)
                if not right:
                    found.append((who, method, name, answer.status))
        assert len(queries) == 1, who
    assert found == [], "\n".join(map(str, found))
    assert here.rows() == before


def test_ids_of_another_partnership_at_ones_own_addresses_are_ids_of_nothing(here: Place, there: Place) -> None:
    """All at once, and for the office each by itself with the others its own: told as of an id that nobody has, after the same
    queries."""
    before, found = (here.rows(), there.rows()), []
    for who in (MemberRole.PARTNERSHIP_MANAGER, MemberRole.PROTOCOL_ADMINISTRATOR, PARTY):
        client = there.clients[who]
        for turn, (name, route) in enumerate(compared(who)):
            ids = [part for part in address_parts(route) if part in IDS]
            if not ids or name in OF_THE_PROTOCOL or of_the_api(name):
                continue
            own, theirs = there.filled(route), here.filled(route)
            singly = [(each,) for each in ids] if who == MemberRole.PARTNERSHIP_MANAGER else []
            for swapped in dict.fromkeys([*singly, tuple(ids)]):
                nothing = {part: nowhere(part, route) for part in swapped}
                for method in METHODS if singly and not name.startswith("escalation:act:") else (METHODS[turn % 2],):
                    answers = []
                    for put in ({part: theirs[part] for part in swapped}, nothing):
                        where = address(route, slug=there.slug, parts=own | put)
                        answers.append(told(client, method, where, hide=put.values()))
                    if differs := different(*answers):
                        found.append((who, method, name, swapped, [each.status for each in answers], differs))
    assert found == [], "\n".join(map(str, found))
    assert (here.rows(), there.rows()) == before


def nowhere(part: str, route: str) -> str:
    by_uuid = "<uuid:key>" in route or "/invited/" in route
    return NO_UUID if part == "key" and by_uuid else NOWHERE[part]
