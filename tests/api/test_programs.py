"""What a program leans on: pages that go on, tags that spare the body, keys by which a thing is done once, tokens made for
what they are used for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from django.db import connections
from django.test import Client

from escalation.api import urls
from escalation.api.base import NotThere
from escalation.api.once import KEPT, KEY, _only_we, forget_keys_everywhere
from escalation.models import Disagreement, SentOnce
from insight import api_urls as insight_urls
from learning import api_urls as learning_urls
from meetings import api_urls as meetings_urls
from notifications.webhooks import api_urls as webhooks_urls
from partnerships.models import ApiToken
from partnerships.token_scopes import TokenScope
from tests.world import TUESDAY, World, days

from .test_raising import sendable

pytestmark = pytest.mark.django_db
NOT_FOR_THIS = "/api/problems/#not-for-this-token"


def follow(program: Any, answer: Any) -> Any:
    return Client().get(answer.json()["next"], headers={"Authorization": f"Bearer {program.secret}"})


def references(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [each["reference"] for each in answer.json()["results"]]


def test_pages_go_on_where_the_last_one_ended_whatever_came_in_between(barnsley: World, program, time_machine) -> None:
    time_machine.move_to(TUESDAY)
    for number in range(3):
        barnsley.raised(at=TUESDAY + days(number))
    office = program(barnsley, barnsley.office)
    first = office.get("disagreements/", limit=2, state="open")
    barnsley.raised(at=TUESDAY + days(9))
    second = follow(office, first)
    assert (references(first), references(second)) == (["BAR-0003", "BAR-0002"], ["BAR-0001"])
    assert (first.json()["count"], second.json()["count"], second.json()["next"]) == (3, None, None)
    assert (first["Link"], "Deprecation" in first) == (f'<{first.json()["next"]}>; rel="next"', False)
    # To keep a copy up to date: in the order of change, so that what changes meanwhile comes again at the end.
    copied = office.get("disagreements/", limit=2, order="first_changed")
    barnsley.do("record_progress", _one("BAR-0001", barnsley), by=barnsley.team_manager, words="Rang.")
    rest = follow(office, copied)
    assert (references(copied), references(rest)) == (["BAR-0001", "BAR-0002"], ["BAR-0003", "BAR-0004"])
    assert references(follow(office, rest)) == ["BAR-0001"]
    since = office.get("disagreements/", order="last_changed", changed_since=(TUESDAY - days(1)).isoformat())
    assert references(since)[0] == "BAR-0001"
    cursor = re.search(r"cursor=([^&]+)", first.json()["next"])[1]
    for wrong in ({"cursor": f"{cursor}x"}, {"cursor": cursor, "order": "last_changed"}, {"cursor": cursor, "offset": 1}):
        assert list(office.get("disagreements/", **wrong).json()["errors"]) == ["cursor"]
    assert list(office.get("disagreements/", order="oldest").json()["errors"]) == ["order"]


def _one(reference: str, world: World) -> Disagreement:
    with world.scope():
        return Disagreement.objects.get(reference=reference)


def test_passing_over_by_number_goes_on_and_says_until_when(barnsley: World, program) -> None:
    barnsley.raised(), barnsley.raised()
    answer = program(barnsley, barnsley.office).get("disagreements/", limit=1, offset=1)
    told = answer.json()
    assert (references(answer), told["count"], told["next"]) == (["BAR-0001"], 2, None)
    assert "offset" not in told["previous"]
    assert (answer["Deprecation"], answer["Sunset"]) == ("@1795305600", "Tue, 30 Nov 2027 00:00:00 GMT")
    assert answer["Link"] == '</api/docs/>; rel="deprecation"; type="text/html"'


def test_what_a_program_has_already_is_not_sent_again(barnsley: World, program, time_machine) -> None:
    time_machine.move_to(TUESDAY + timedelta(hours=1), tick=False)
    disagreement = barnsley.raised()
    office, manager = program(barnsley, barnsley.office), program(barnsley, barnsley.team_manager)
    for path in ("disagreements/BAR-0001/", "disagreements/", "disagreements/BAR-0001/chronology/", "agencies/", "protocol/"):
        first = office.get(path)
        again = office.get(path, tag=first["ETag"])
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"]), path
        assert office.get(path, tag='"something-else"').status_code == 200
    first = office.get("disagreements/BAR-0001/")
    assert first["ETag"].startswith('"1-')
    assert manager.get("disagreements/BAR-0001/", tag=first["ETag"]).status_code == 200  # they see no addresses
    time_machine.move_to(TUESDAY + days(1), tick=False)  # the words that count days are others
    assert office.get("disagreements/BAR-0001/", tag=first["ETag"]).status_code == 200
    now = manager.get("disagreements/BAR-0001/")["ETag"]
    done = manager.act(disagreement, "record_progress", if_match=now, words="We spoke.")
    assert (done.status_code, done["ETag"][:3], done.json()["entry"]["words"]) == (200, '"2-', "We spoke.")
    late = manager.act(disagreement, "record_progress", if_match=now, words="We spoke again.")
    assert (late.status_code, late.json()["type"]) == (412, "/api/problems/#precondition")
    assert late.json()["detail"].startswith("Somebody changed this while you were reading. What happened: ")
    assert office.get("disagreements/BAR-0001/", tag=now).status_code == 200


def test_the_same_key_does_it_once(barnsley: World, program, time_machine) -> None:
    time_machine.move_to(TUESDAY)
    disagreement, key = barnsley.raised(), str(uuid4())
    manager = program(barnsley, barnsley.team_manager)
    record = partial(manager.act, disagreement, "record_progress", version=1)
    refused = record(words="", key=key)
    first, again = (record(words="Rang 943 476 5919.", key=key) for _ in range(2))
    assert (refused.status_code, first.status_code, again.status_code) == (400, 200, 200)  # what is refused was never sent
    assert (first.json(), "Idempotency-Replayed" in first, again["Idempotency-Replayed"]) == (again.json(), False, "true")
    assert barnsley.chronology(disagreement) == ["raised", "progress_recorded"]
    other = record(words="Rang again.", key=key)
    assert (other.status_code, other.json()["type"]) == (422, "/api/problems/#key-used")
    # It is one person's key: another's is another.
    theirs = program(barnsley, barnsley.hospital_lead).act(disagreement, "record_progress", version=2, words="We heard.", key=key)
    assert theirs.status_code == 200
    assert record(words="x", key="short").json()["errors"].keys() == {"Idempotency-Key"}
    with barnsley.scope():
        kept = SentOnce.objects.get(user=barnsley.team_manager)
        assert "Rang" not in str(vars(kept))
        assert key not in str(vars(kept))
    time_machine.move_to(TUESDAY + KEPT + timedelta(minutes=1))
    assert forget_keys_everywhere() == 2
    assert record(words="Rang 943 476 5919.", key=key).json()["type"] == "/api/problems/#changed"


def test_it_is_raised_once_and_not_while_it_is_being_raised(barnsley: World, program) -> None:
    barnsley.team_manager, barnsley.hospital_lead  # noqa: B018  (they exist before the form is read)
    midwife, key = program(barnsley, barnsley.midwife), str(uuid4())
    whole = sendable(barnsley, midwife)
    first, again = (midwife.post("disagreements/", whole, key=f'"{key}"') for _ in range(2))
    assert (first.status_code, again.status_code, again["Location"]) == (201, 201, "/p/barnsley/api/v1/disagreements/BAR-0001/")
    assert first.json() == again.json()
    with barnsley.scope():
        assert Disagreement.objects.count() == 1


def test_a_key_is_held_by_one_request_at_a_time(django_db_blocker: Any) -> None:
    """The lock of another connection, as a second process has it."""
    digest = "7f" * 32
    other = connections["default"].copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [int.from_bytes(bytes.fromhex(digest)[:8], signed=True)])
            assert not _only_we(digest)
            cursor.execute("ROLLBACK")
        assert _only_we(digest)
    finally:
        other.close()
    assert KEY.match("no spaces here") is None


def addresses() -> Iterator[tuple[str, str, TokenScope]]:
    """Every method and address of the API, with what a token must have been made for."""
    known = {"reference": "BAR-0001", "file": uuid4(), "key": uuid4(), "rest": "no-such-address"}
    known |= {
        "number": 1,
        "party": 1,
        "agency": "hospital",
        "verb": "escalate",
        "kind": "csv",
        "measure": "direct",
        "day": "2026-12-24",
    }
    every = [*insight_urls.urlpatterns, *learning_urls.urlpatterns, *meetings_urls.urlpatterns, *webhooks_urls.urlpatterns]
    every += urls.urlpatterns
    for pattern in every:
        view = pattern.callback.view_class
        where = re.sub(r"<\w+:(\w+)>", lambda found: str(known[found[1]]), str(pattern.pattern))
        for method in ("get", "post") if view is not NotThere else ():
            if hasattr(view, method):
                yield method, where, view.needs[method.upper()]


def test_a_token_does_what_it_was_made_for_and_no_more(barnsley: World, program) -> None:
    """Every operation with a token for everything but what it needs; and each need, at one reading or sending, with that
    alone."""
    barnsley.raised()
    office, found, shown = program(barnsley, barnsley.office), [], set()

    def kind(method: str, where: str, scopes: list[str]) -> str:
        with barnsley.scope():
            ApiToken.objects.update(scopes=scopes)
        answer = office.get(where) if method == "get" else office.post(where, {})
        return str(answer.json()["type"]) if answer.status_code >= 400 else ""

    for method, where, needed in addresses():
        if kind(method, where, [scope for scope in TokenScope.values if scope != needed]) != NOT_FOR_THIS:
            found.append((method, where, "opened without"))
        if (method, needed) not in shown and kind(method, where, [needed]) == NOT_FOR_THIS:
            found.append((method, where, "shut with"))
        shown.add((method, needed))
    assert found == []
    assert {needed for _, needed in shown} == set(TokenScope)
