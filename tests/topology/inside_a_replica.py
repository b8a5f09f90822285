"""Run by test_larger_installations.py alone, where a second server follows the first: what is read there."""

from __future__ import annotations

import csv
import io
import logging
import os
import time
from collections.abc import Callable

import psycopg2
import pytest
from django.db import DatabaseError, connections
from django.test import Client

from escalation.models import Disagreement
from partnerships.models import User
from partnerships.replica import reading_scope
from partnerships.scope import partnership_scope
from tests.promises.database import raw
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner", "replica"])
SignIn = Callable[[User], Client]


def references(browser: Client, slug: str) -> list[str]:
    answer = browser.get(f"/p/{slug}/tracker/export.csv")
    assert answer.status_code == 200
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))  # type: ignore[arg-type]
    place = next(number for number, row in enumerate(rows) if "Reference" in row)
    return sorted(row[rows[place].index("Reference")] for row in rows[place + 1 :])


def followed() -> None:
    """Wait until everything that is committed on the first server can be read on the second."""
    ((there,),) = raw("SELECT pg_current_wal_lsn()")
    for _ in range(600):
        if raw("SELECT pg_last_wal_replay_lsn() >= %s", [there], login="replica") == [(True,)]:
            return
        time.sleep(0.05)
    raise AssertionError("the second server did not follow")


def replaying(word: str) -> None:
    there = connections["replica"].settings_dict
    server = psycopg2.connect(os.environ["REPLICA_AS_SUPERUSER"], dbname=there["NAME"])
    server.autocommit = True
    with server.cursor() as cursor:
        cursor.execute(f"SELECT pg_wal_replay_{word}()")
    server.close()


def test_a_file_of_the_tracker_is_read_there_and_of_this_partnership_alone(
    transactional_db: None, signed_in: SignIn, caplog: pytest.LogCaptureFixture
) -> None:
    here, there = World("barnsley"), World("wiltshire")
    first = here.raised().reference
    others = sorted([there.raised().reference, there.raised().reference])
    offices = signed_in(here.office), signed_in(there.office)
    followed()
    replaying("pause")
    try:
        second = here.raised().reference
        assert references(offices[0], "barnsley") == [first]  # as it was a moment ago: read from the second server
        assert references(offices[1], "wiltshire") == others
        assert second in offices[0].get("/p/barnsley/tracker/").content.decode()  # what is acted upon is read from the first
        assert offices[0].get("/p/wiltshire/tracker/export.csv").status_code == 404

        assert raw("SELECT count(*) FROM escalation_disagreement", login="replica") == [(0,)]  # outside a scope: nothing
        with reading_scope(here.partnership.pk):
            assert raw("SELECT count(*) FROM escalation_disagreement", login="replica") == [(1,)]
            assert raw("SELECT count(*) FROM escalation_disagreement") == [(2,)]
            with partnership_scope(here.partnership.pk):
                assert Disagreement.objects.count() == 2
            read = Disagreement.objects.get()
            assert read._state.db == "replica"
            with pytest.raises(DatabaseError):
                raw("UPDATE escalation_disagreement SET category = 'changed'", login="replica")
        with here.scope():
            assert list(read.parties.all()) != []
            assert read.parties.first()._state.db == "default"  # type: ignore[union-attr]
    finally:
        replaying("resume")

    connections["replica"].close()
    connections["replica"].settings_dict["PORT"] = "1"
    with caplog.at_level(logging.WARNING, logger="partnerships.replica"):
        assert references(offices[0], "barnsley") == sorted([first, second])
    assert [record.message for record in caplog.records if record.name == "partnerships.replica"] == [
        "read from the first server, because the second does not answer: OperationalError"
    ]
