"""Run by test_larger_installations.py alone: more threads than connections, each in a partnership of its own."""

from __future__ import annotations

import os
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from django.db import connection, connections

from escalation.models import Disagreement
from tests.promises.database import at_once
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)


def test_eight_threads_on_two_connections_each_see_their_own(transactional_db: None) -> None:
    worlds = [World("barnsley"), World("wiltshire")]
    for number, world in enumerate(worlds, start=1):
        for _ in range(number):
            world.raised()

    def look(world: World) -> Callable[[], tuple[set[int], set[int], set[int]]]:
        def go() -> tuple[set[int], set[int], set[int]]:
            seen, servers, outside = set(), set(), set()
            for _ in range(25):
                with world.scope():
                    seen.add(Disagreement.objects.count())
                    with connection.cursor() as cursor:
                        cursor.execute("SELECT pg_backend_pid()")
                        servers.add(cursor.fetchone()[0])
                with connection.cursor() as cursor:
                    cursor.execute("SELECT count(*) FROM escalation_disagreement")
                    outside.add(cursor.fetchone()[0])
            connections.close_all()
            return seen, servers, outside

        return go

    found = at_once([look(worlds[0]), look(worlds[1])] * 4)
    assert [seen for seen, _, _ in found] == [{1}, {2}] * 4
    assert [outside for _, _, outside in found] == [{0}] * 8
    assert len(set().union(*(servers for _, servers, _ in found))) <= 2  # one pool, which they all went through
    assert urlsplit(os.environ["DATABASE_URL"]).port != urlsplit(os.environ["DATABASE_OWNER_URL"]).port
