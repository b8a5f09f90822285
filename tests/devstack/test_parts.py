"""The launcher's parts where a whole start would not reach: leases, remembered ports, stamps, the table of checks."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from devstack import browser, checks, roles, run, services
from devstack.lease import LOCK, Lease
from devstack.stack import Interrupted, Stack, Stop


@pytest.fixture
def stack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stack]:
    """Servers of its own, whatever servers the tests themselves run on."""
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)
    stack = Stack(tmp_path / "state", durable=False)
    yield stack
    stack.discard()


def test_a_fresh_start_spares_the_lease_and_another_state_inside(tmp_path: Path) -> None:
    state, inner = tmp_path / "state", tmp_path / "state" / "test" / "run-1"
    lease = Lease(state)
    Lease(inner).release()
    (state / "devstack.json").write_text("{}")
    (state / "pg18").mkdir()
    (state / "pg18" / "PG_VERSION").write_text("18")
    lease.clear()
    assert sorted(str(path.relative_to(state)) for path in state.rglob("*") if path.is_file()) == [LOCK, f"test/run-1/{LOCK}"]
    lease.release()


def test_a_number_that_another_process_has_by_now_is_not_stopped(tmp_path: Path) -> None:
    state = tmp_path / "state"
    Lease(state).release()
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        (state / "pids.json").write_text(json.dumps([[stranger.pid, psutil.Process(stranger.pid).create_time() - 100]]))
        Lease(state).release()
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_child_whose_recorded_parent_is_gone_is_stopped(tmp_path: Path) -> None:
    state = tmp_path / "state"
    Lease(state).release()
    orphan = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], env={services.MARK: str(state)})
    try:
        (state / "pids.json").write_text("[]")
        Lease(state).release()
        assert orphan.wait(10) == -signal.SIGTERM
    finally:
        orphan.kill()
        orphan.wait()


def test_a_remembered_port_that_was_taken_meanwhile_is_given_up(stack: Stack) -> None:
    with socket.socket() as squatter:
        squatter.bind(("127.0.0.1", 0))
        squatter.listen()
        taken = squatter.getsockname()[1]
        services.remember(stack.state, "valkey_port", lambda: taken)
        valkey = services.Valkey(stack.state, spawn=stack.spawn)
        stack.services.append(valkey)
        assert str(valkey.port) in valkey.start()
        assert valkey.port != taken
        assert services.remember(stack.state, "valkey_port", lambda: 0) == valkey.port


def test_a_server_that_does_not_start_says_why(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_SERVER_BIN", "/bin/false")
    with pytest.raises(SystemExit, match="valkey did not start"):
        services.Valkey(stack.state, spawn=stack.spawn).start()


def test_a_cluster_that_was_being_made_when_all_was_killed_is_made_again(stack: Stack) -> None:
    postgres = services.Postgres(stack.state, spawn=stack.spawn, durable=False)
    stack.services.append(postgres)
    half = postgres.data.with_name(postgres.data.name + ".part")
    half.mkdir()
    (half / "PG_VERSION").write_text(str(postgres.major))
    postgres.start()
    assert (postgres.data.exists(), half.exists()) == (True, False)


def test_the_servers_write_no_failing_statement_to_their_log(stack: Stack) -> None:
    env = stack.environment()
    with roles.cursor(env["DATABASE_OWNER_URL"]) as cur:
        with pytest.raises(Exception, match="does not exist"):
            cur.execute("SELECT 'the child''s name' FROM nowhere")
        cur.execute("CREATE TABLE t (words text CHECK (length(words) < 3))")
        with pytest.raises(Exception, match="violates check"):
            cur.execute("INSERT INTO t VALUES ('the child''s name')")
    assert "the child" not in (stack.state / "logs" / "postgres.log").read_text()


def test_everything_secret_in_a_state_is_for_its_owner_alone(stack: Stack) -> None:
    stack.publish(stack.environment())
    for file in stack.state.iterdir():
        if file.is_file() and file.name != LOCK:
            assert (file.name, oct(file.stat().st_mode & 0o077)) == (file.name, "0o0")


def test_the_first_signal_stops_and_the_second_waits_for_the_stopping() -> None:
    stop = Stop()
    try:
        with pytest.raises(Interrupted):
            signal.raise_signal(signal.SIGTERM)
        signal.raise_signal(signal.SIGINT)
    finally:
        stop.restore()


def test_a_signal_between_making_and_recording_a_process_waits(stack: Stack) -> None:
    held = []

    def make_and_record() -> None:
        with stack.stop_signals.held():
            with stack.stop_signals.held():
                signal.raise_signal(signal.SIGINT)
            held.append("went on")

    with pytest.raises(Interrupted):
        make_and_record()
    assert held == ["went on"]


def test_a_step_is_needed_again_when_one_of_its_files_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "ROOT", tmp_path)
    (tmp_path / "static").mkdir()
    (tmp_path / "static" / "a.css").write_text("a {}")
    before = run.fingerprint(["static/**/*"])
    assert run.fingerprint(["static/**/*"]) == before
    (tmp_path / "static" / "a.css").write_text("b {}")
    assert run.fingerprint(["static/**/*"]) != before


@pytest.mark.parametrize(
    ("host", "base", "allowed"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000", "127.0.0.1,localhost,[::1]"),
        ("0.0.0.0", "http://127.0.0.1:8000", "*"),
        ("192.0.2.7", "http://192.0.2.7:8000", "127.0.0.1,localhost,[::1],192.0.2.7"),
        ("::1", "http://[::1]:8000", "127.0.0.1,localhost,[::1]"),
    ],
)
def test_the_product_is_told_its_address(host: str, base: str, allowed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BASE_URL", raising=False)
    monkeypatch.delenv("ALLOWED_HOSTS", raising=False)
    assert run.addresses(host=host, port=8000) == {"BASE_URL": base, "ALLOWED_HOSTS": allowed}


def test_every_check_runs_and_one_failure_fails_the_whole(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    commands = {"bad": [sys.executable, "-c", "print('the reason'); raise SystemExit(3)"], "good": [sys.executable, "-c", ""]}
    monkeypatch.setattr(checks, "static_checks", lambda: commands)
    assert checks.lint() == 1
    said = capsys.readouterr().out
    assert "the reason" in said
    assert [line.split()[:2] for line in said.splitlines() if line.endswith(" s")] == [["bad", "FAILED"], ["good", "ok"]]
    assert said.splitlines()[-1] == "1 of 2 failed: bad"
    monkeypatch.setattr(checks, "static_checks", lambda: {"good": commands["good"]})
    assert checks.lint() == 0


def test_without_a_browser_one_line_says_what_to_do_and_ci_fails(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(browser, "chromium", lambda: None)
    monkeypatch.delenv("CI", raising=False)
    env: dict[str, str] = {}
    outcome = checks.browser_outcome(env)
    assert (env, outcome and outcome[1]) == ({"NO_CHROMIUM": "1"}, True)
    assert capsys.readouterr().out == f"No Chromium: the browser tests are left out. To run them, {browser.WHAT_TO_DO}.\n"
    monkeypatch.setenv("CI", "1")
    outcome = checks.browser_outcome(env)
    assert outcome is not None
    assert not outcome[1]


def test_a_test_run_that_was_killed_is_cleared_away_by_the_next(tmp_path: Path) -> None:
    killed = Stack(checks.temporary_state(tmp_path / "state"), durable=False)
    process = killed.spawn("left", [sys.executable, "-c", "import time; time.sleep(60)"])
    killed.lease.file.close()  # as the kernel does for a killed launcher
    place = checks.temporary_state(tmp_path / "state")
    killed.stop_signals.restore()
    assert [folder.name for folder in (tmp_path / "state" / "test").iterdir()] == [place.name]
    assert process.wait(5) == -signal.SIGTERM


def test_a_running_test_run_is_left_alone_by_the_next(tmp_path: Path) -> None:
    running = Stack(checks.temporary_state(tmp_path / "state"), durable=False)
    checks.temporary_state(tmp_path / "state")
    assert running.state.exists()
    running.discard()
