"""`dev.py run` as a newcomer uses it: the whole product, real processes, real signals, folders of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from devstack import roles
from devstack.services import MARK, Postgres, free_port
from devstack.stack import ROOT, Stack

pytestmark = pytest.mark.launcher
ELSEWHERE = (
    "DATABASE_URL",
    "DATABASE_OWNER_URL",
    "REDIS_URL",
    "STATE_DIR",
    "SECRET_KEY",
    "DEPLOYMENT",
    "BASE_URL",
    "ALLOWED_HOSTS",
    MARK,
)
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Launcher:
    """One `dev.py run` in a terminal of its own."""

    def __init__(self, state: Path, *, port: int, env: dict[str, str] | None = None) -> None:
        self.state, self.port, self.out = state, port, state.with_name(f"{state.name}-{port}-{time.monotonic_ns()}.out")
        plain = {name: value for name, value in os.environ.items() if name not in ELSEWHERE and not name.startswith("COV")}
        argv = [sys.executable, "dev.py", "run", "--port", str(port), "--state", str(state)]
        with self.out.open("w") as out:
            self.process = subprocess.Popen(
                argv, cwd=ROOT, env=plain | (env or {}), stdout=out, stderr=out, start_new_session=True
            )

    def until_ready(self, *, seconds: float = 60) -> str:
        end = time.monotonic() + seconds
        while "Press Ctrl-C" not in self.out.read_text():
            assert self.process.poll() is None, self.out.read_text()
            assert time.monotonic() < end, self.out.read_text()
            time.sleep(0.05)
        return self.out.read_text()

    def get(self, path: str) -> int:
        with DIRECT.open(f"http://127.0.0.1:{self.port}{path}", timeout=5) as answer:
            status: int = answer.status
            return status

    def stopped_by(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        return self.process.wait(30)

    def refusal(self) -> str:
        assert self.process.wait(30) == 1
        return self.out.read_text()


def living(state: Path) -> dict[int, str]:
    """Every living process of this STATE: recorded by the launcher, or carrying the mark, or one of their children."""
    found: dict[int, str] = {}
    pids = state / "pids.json"
    recorded = [pid for pid, _ in json.loads(pids.read_text())] if pids.exists() else []
    for process in psutil.process_iter():
        try:
            marked = process.environ().get(MARK) == str(state)
        except (psutil.Error, OSError):
            marked = False
        if marked or process.pid in recorded:
            found |= {one.pid: " ".join(one.cmdline()) for one in [process, *process.children(recursive=True)]}
    return {pid: words for pid, words in found.items() if psutil.pid_exists(pid) and psutil.Process(pid).status() != "zombie"}


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("launcher")
    for above in [folder, *folder.parents[:2]]:
        above.chmod(0o755)  # as a checkout is: PostgreSQL's own user can pass
    return folder / "state"


@pytest.fixture
def launched(state: Path) -> Iterator[list[Launcher]]:
    """What a test starts is stopped, also when the test fails."""
    started: list[Launcher] = []
    yield started
    for launcher in started:
        if launcher.process.poll() is None:
            launcher.stopped_by(signal.SIGTERM)


def test_a_first_start_serves_the_product_and_a_stop_leaves_nothing(state: Path, launched: list[Launcher]) -> None:
    first = Launcher(state, port=free_port())
    launched.append(first)
    told = first.until_ready()
    assert f"http://127.0.0.1:{first.port}/" in told
    assert ".example" in told  # the demo people, each with an address to sign in with
    assert (first.get("/healthz"), first.get("/")) == (200, 200)

    running = living(state)
    kinds = {
        kind: sum(kind in words for words in running.values()) for kind in ("gunicorn", "worker", "beat", "postgres", "valkey")
    }
    assert (kinds["gunicorn"], kinds["beat"], kinds["valkey"]) == (3, 1, 1)
    assert kinds["worker"] >= 2
    assert kinds["postgres"] >= 1
    for pid, words in running.items():
        if "gunicorn" in words or "celery" in words:
            assert "DATABASE_OWNER_URL" not in psutil.Process(pid).environ()
    assert "DATABASE_OWNER_URL" not in json.loads((state / "env.json").read_text())

    second = Launcher(state, port=free_port())
    assert f"Already running from {state}" in second.refusal()
    neighbour = Launcher(state.with_name("neighbour"), port=first.port)
    assert f"Port {first.port} on 127.0.0.1 is in use." in neighbour.refusal()
    assert first.get("/healthz") == 200

    assert first.stopped_by(signal.SIGTERM) == 0
    assert {pid for pid in running if psutil.pid_exists(pid) and psutil.Process(pid).status() != "zombie"} == set()
    assert living(state) == {}
    assert not (state / "env.json").exists()


def test_a_second_start_is_quick_also_after_a_kill(state: Path, launched: list[Launcher]) -> None:
    port = free_port()
    killed = Launcher(state, port=port)
    launched.append(killed)
    killed.until_ready()
    orphans = set(living(state))
    killed.stopped_by(signal.SIGKILL)
    assert killed.get("/healthz") == 200  # still there, and nobody in charge

    began = time.monotonic()
    again = Launcher(state, port=port)
    launched.append(again)
    again.until_ready()
    assert time.monotonic() - began < 10 + 10  # ten to start, and at most ten for what had to be stopped first
    assert orphans.isdisjoint(living(state))
    assert again.stopped_by(signal.SIGINT) == 0
    assert living(state) == {}


def test_a_folder_that_is_not_ours_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "thesis.txt").write_text("ten years of work")
    refused = Launcher(tmp_path / "state", port=free_port())
    assert "is not empty and is not this program's folder" in refused.refusal()
    assert [file.name for file in (tmp_path / "state").iterdir()] == ["thesis.txt"]


# ---------------------------------------------------------------- servers from outside


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[dict[str, str], str]]:
    """Somebody's own servers: the addresses as they should be, and the superuser's."""
    folder = tmp_path_factory.mktemp("servers") / "state"
    with pytest.MonkeyPatch.context() as patch:
        for name in ELSEWHERE:
            patch.delenv(name, raising=False)
        stack = Stack(folder, durable=False)
        try:
            env = stack.environment()
            postgres = next(service for service in stack.services if isinstance(service, Postgres))
            yield env, roles.at_database(postgres.url, database=roles.DATABASE)
        finally:
            stack.discard()


def test_given_servers_are_used_and_none_is_started(
    servers: tuple[dict[str, str], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = {name: servers[0][name] for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL")}
    for name, url in given.items():
        monkeypatch.setenv(name, url)
    stack = Stack(tmp_path / "state")
    try:
        env = stack.environment()
        assert {name: env[name] for name in given} == given
        assert (stack.services, stack.spawned) == ([], [])
    finally:
        stack.discard()


DANGEROUS = {
    "a superuser": (None, "The application login 'postgres' is a superuser"),
    "the owner": ("DATABASE_OWNER_URL", "The application login 'esc_owner' owns the database or tables in it"),
}


@pytest.mark.parametrize("who", DANGEROUS)
def test_an_application_login_with_too_much_power_is_refused(
    servers: tuple[dict[str, str], str], tmp_path: Path, who: str
) -> None:
    env, superuser = servers
    variable, sentence = DANGEROUS[who]
    login = env[variable] if variable else superuser
    given = {"DATABASE_URL": login, "DATABASE_OWNER_URL": env["DATABASE_OWNER_URL"], "REDIS_URL": env["REDIS_URL"]}
    refused = Launcher(tmp_path / "state", port=free_port(), env=given)
    assert sentence in refused.refusal()
    assert living(tmp_path / "state") == {}


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        (
            "ALTER ROLE esc_app BYPASSRLS",
            "ALTER ROLE esc_app NOBYPASSRLS",
            "The application login 'esc_app' may bypass row-level security.",
        ),
        (
            "GRANT esc_owner TO esc_app",
            "REVOKE esc_owner FROM esc_app",
            "The application login 'esc_app' owns the database or tables in it",
        ),
        (
            "REVOKE esc_eraser FROM esc_owner",
            "GRANT esc_eraser TO esc_owner",
            "The owner login is not a member of the role 'esc_eraser'.",
        ),
    ],
)
def test_each_danger_has_its_sentence(servers: tuple[dict[str, str], str], before: str, after: str, sentence: str) -> None:
    env, superuser = servers
    with roles.cursor(superuser) as cur:
        cur.execute(before)
        found = roles.problems_with_logins(env["DATABASE_URL"], owner_url=env["DATABASE_OWNER_URL"])
        cur.execute(after)
        cur.execute(roles.ROLES_SQL.read_text())
    assert [problem.startswith(sentence) for problem in found] == [True]
    assert roles.problems_with_logins(env["DATABASE_URL"], owner_url=env["DATABASE_OWNER_URL"]) == []


def test_half_a_database_is_refused(servers: tuple[dict[str, str], str], tmp_path: Path) -> None:
    refused = Launcher(tmp_path / "state", port=free_port(), env={"DATABASE_URL": servers[0]["DATABASE_URL"]})
    assert "Only DATABASE_URL is set." in refused.refusal()


def test_a_server_that_is_not_there_is_named(servers: tuple[dict[str, str], str], tmp_path: Path) -> None:
    nowhere = f"postgres://esc_app:x@127.0.0.1:{free_port()}/escalation"
    given = {"DATABASE_URL": nowhere, "DATABASE_OWNER_URL": nowhere, "REDIS_URL": servers[0]["REDIS_URL"]}
    said = Launcher(tmp_path / "state", port=free_port(), env=given).refusal()
    assert "DATABASE_URL cannot be reached: " in said
    assert "Traceback" not in said
