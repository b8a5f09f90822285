"""The product where connections are pooled, where a second database server follows the first, where it runs on several hosts,
and where the release before still runs beside this one."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
import psycopg2.errors
import pytest

from devstack import roles
from devstack.pooler import Pooler, Replica
from devstack.stack import ROOT
from tests.upgrading import before

from .at_work import STORY, Hosts, until
from .conftest import Servers, at

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
        url = at(servers.env["DATABASE_URL"], "127.0.0.1", replica.port)
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


@pytest.fixture
def on_hosts(servers: Servers) -> Iterator[Hosts]:
    if servers.network is None:
        pytest.skip("hosts of a test need root, iproute2 and a kernel that makes network namespaces")
    hosts = Hosts(servers, servers.network)
    yield hosts
    hosts.stop()


UNDONE = """SELECT (SELECT count(*) FROM notifications_message WHERE state <> 'sent')
    + (SELECT count(*) FROM escalation_deadline WHERE stopped_at IS NULL AND due_at <= now() AND passed_noted_at IS NULL)
    + (SELECT count(*) FROM notifications_notice WHERE message_id IS NULL)
    + (SELECT count(*) FROM escalation_chronologyentry
       WHERE seq > coalesce((SELECT max(seq) FROM notifications_announcecursor), 0))"""


def test_several_hosts_do_everything_once_and_one_that_is_cut_off_holds_nobody_up(on_hosts: Hosts) -> None:
    number = on_hosts.tell("found").rpartition("\n")[2]
    on_hosts.start()
    cookie = on_hosts.tell("sign_in", number).rpartition("\n")[2]
    for host in ("web1", "web2"):  # one session, whichever host answers
        until(lambda host=host: "BAR-" in on_hosts.get(host, "/p/barnsley/tracker/", cookie), f"{host} shows the tracker")
    until(lambda: on_hosts.post.taken and on_hosts.count(UNDONE) == 0, "everything noted, announced and sent")

    on_hosts.network.hosts["work1"].unplug()
    before = len(on_hosts.post.taken)
    on_hosts.tell("raise", number)
    until(lambda: len(on_hosts.post.taken) > before and on_hosts.count(UNDONE) == 0, "the other worker does it all")
    on_hosts.network.hosts["work1"].plug_in()
    on_hosts.tell("raise", number)
    until(lambda: on_hosts.count(UNDONE) == 0, "both go on")
    sent = on_hosts.count("SELECT count(*) FROM notifications_message")
    assert (len(on_hosts.post.taken), len(set(on_hosts.post.taken))) == (sent, sent)
    assert on_hosts.tell("look", number).rpartition("\n")[2] == (
        "{'disagreements': 3, 'twice': 0, 'unnoted': 0, 'untold': 0, 'unsent': 0} [200]"
    )


HOLDS = """import os, psycopg2, time
held = psycopg2.connect(os.environ["DATABASE_URL"]).cursor()
held.execute("SELECT set_config('app.partnership_id', %s, true)", [os.environ["PARTNERSHIP"]])
held.execute("SELECT id FROM escalation_disagreement FOR UPDATE")
print(held.fetchone()[0], flush=True)
time.sleep(600)"""


def test_a_host_that_loses_its_network_in_a_transaction_does_not_keep_its_locks(on_hosts: Hosts) -> None:
    """By deploy/roles.sql within half a minute; here the same settings with smaller numbers, so that nobody waits for it."""
    shorter = {
        "tcp_keepalives_idle": "1s",
        "tcp_keepalives_interval": "1s",
        "tcp_keepalives_count": "2",
        "tcp_user_timeout": "3s",
    }
    with roles.cursor(on_hosts.servers.first.url) as cur:
        cur.execute("SELECT unnest(setconfig) FROM pg_db_role_setting WHERE setrole = 'esc_app'::regrole")
        assert {line.split("=")[0] for (line,) in cur.fetchall()} > set(shorter)
        for name, value in shorter.items():
            cur.execute(f"ALTER ROLE esc_app SET {name} = '{value}'")
    on_hosts.env["PARTNERSHIP"] = on_hosts.tell("found").rpartition("\n")[2]
    said = on_hosts.run("web1", "-c", HOLDS)
    until(lambda: said.read_text().strip().isdigit(), "a process on the host holds the row")
    with psycopg2.connect(on_hosts.oracle) as connection, connection.cursor() as cur:
        with pytest.raises(psycopg2.errors.LockNotAvailable):
            cur.execute("SELECT id FROM escalation_disagreement FOR UPDATE NOWAIT")
        connection.rollback()
        on_hosts.network.hosts["web1"].unplug()
        cur.execute("SET lock_timeout = '100s'")
        cur.execute("SELECT id FROM escalation_disagreement FOR UPDATE")
        assert str(cur.fetchone()[0]) == said.read_text().strip()
