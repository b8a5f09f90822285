"""The product where connections are pooled, where a second database server follows the first, and where the release before
still runs beside this one."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from devstack.pooler import Pooler, Replica
from devstack.stack import ROOT
from tests.upgrading import before

from .conftest import Servers, logged_in_at

PASSED = re.compile(r"^\d+ passed in ")
# What would show a setting, a cursor or a lock that outlives its transaction.
THROUGH_A_POOL = (
    "tests/promises/test_the_wall_under_load.py",
    "tests/promises/test_at_the_same_moment.py::test_a_draft_sent_eight_times_is_raised_once",
    "tests/promises/test_at_the_same_moment.py::test_eight_sweeps_note_every_passed_timescale_once",
    "tests/pages/test_csv_export.py::test_what_is_narrowed_on_the_tracker_is_narrowed_in_the_file",
    "tests/pages/test_csv_export.py::test_a_reader_who_leaves_closes_the_scope_too",
    "tests/topology/inside_a_pool.py",
)


def test_partnerships_are_kept_apart_where_connections_are_shared(servers: Servers) -> None:
    """Through a pooler in transaction mode with two connections for everybody: each transaction gets whichever is free."""
    there = urlsplit(servers.env["DATABASE_URL"])
    pooler = Pooler(
        servers.stack.state,
        spawn=servers.stack.spawn,
        before=f"{there.hostname}:{there.port}",
        logins=[servers.env["DATABASE_URL"]],
        connections=2,
    )
    pooler.start()
    try:
        pooled = pooler.before_database(servers.env["DATABASE_URL"])
        assert PASSED.match(servers.tests(*THROUGH_A_POOL, DATABASE_URL=pooled, CONN_MAX_AGE="0"))
    finally:
        pooler.stop()


def test_files_of_the_tracker_are_read_from_the_second_server_within_the_same_wall(servers: Servers) -> None:
    replica = Replica(servers.stack.state, spawn=servers.stack.spawn, of=servers.first.url)
    replica.start()
    try:
        address = {"host": "127.0.0.1", "port": replica.port}
        url = logged_in_at(servers.env["DATABASE_URL"], address)
        other = {"DATABASE_REPLICA_URL": url, "REPLICA_AS_SUPERUSER": replica.url}
        assert PASSED.match(servers.tests("tests/topology/inside_a_replica.py", **other))
    finally:
        replica.stop()


# Of the release before: a whole journey, the clockwork, the tracker. None that commits: such a one empties every
# table that it knows, and knows none of those that have come since.
OF_THE_RELEASE_BEFORE = (
    "tests/journeys/test_barnsley.py",
    "tests/services/test_noting_timescales.py",
    "tests/pages/test_tracker.py",
)
STORY = str(Path(__file__).with_name("rolling_story.py"))


@pytest.fixture(scope="module")
def release_before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("before") / "code"
    if not before.code(place):
        pytest.skip("this copy of the product came without its history, and so without the release before")
    return place


def test_the_tests_of_the_release_before_pass_on_the_tables_of_this_one(servers: Servers, release_before: Path) -> None:
    """Its own code and its own tests, in a database that was made by the migrations of this state."""
    servers.made()
    assert PASSED.match(servers.tests(*OF_THE_RELEASE_BEFORE, cwd=release_before))


def test_two_releases_work_side_by_side_on_one_database(servers: Servers, release_before: Path) -> None:
    """Web and workers are exchanged one after another: for a while each finds what the other has just written."""
    servers.made()
    place = servers.copied("side_by_side")

    def tell(step: str, *words: str, by: Path) -> str:
        said = servers.run(sys.executable, STORY, step, *words, cwd=by, PYTHONPATH=str(by), **place)
        return said.strip().rpartition("\n")[2]

    number = tell("found", by=release_before)
    tell("work", number, by=ROOT)
    tell("raise", number, by=ROOT)
    tell("work", number, by=release_before)
    tell("raise", number, by=release_before)
    tell("work", number, by=ROOT)
    seen = [tell("look", number, by=code) for code in (release_before, ROOT)]
    assert seen[0] == seen[1]
    assert seen[0] == "{'disagreements': 3, 'twice': 0, 'unnoted': 0, 'untold': 0, 'unsent': 0} [200]"
