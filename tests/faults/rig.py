"""Servers and processes of our own, to do faults to: PostgreSQL, Valkey, web, workers, beat, a mail server and one clock for all.

Knows how they are started, stopped and hurt; not what they should have done."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
import psycopg2
import redis

from devstack import roles
from devstack.services import Postgres, Service, Valkey, free_port, password, tail
from devstack.stack import OWNERS_ALONE, PYTHON, ROOT, Stack

from .post import Post
from .web import sent

SAID = "seeding: "  # how a line of the seeder's begins
HERE = Path(__file__).resolve().parent
# A Tuesday in an ordinary term week, at half past nine in London: what is counted is the same whenever the suite is run.
BEGINS = datetime(2026, 9, 15, 8, 30, tzinfo=UTC)
# However busy the machine is: no test is about how fast anything is.
PATIENCE = 120.0


def until(happened: Callable[[], Any], what: Callable[[], str] | str, *, seconds: float = PATIENCE) -> Any:
    """Poll until it is so. What was waited for is said, with how it stands, when it never is."""
    ends = time.monotonic() + seconds
    while not (found := happened()):
        if time.monotonic() > ends:
            raise AssertionError(f"not in {seconds:.0f} s: {what if isinstance(what, str) else what()}")
        time.sleep(0.05)
    return found


class Clock:
    """The time of all the processes. A step is written once and followed by every one of them (stepped/sitecustomize.py)."""

    def __init__(self, file: Path) -> None:
        self.file, self.ahead = file, 0.0
        self.others: dict[Path, float] = {}
        self.to(BEGINS)

    def now(self) -> datetime:
        return datetime.fromtimestamp(time.time() + self.ahead, UTC)

    def to(self, moment: datetime) -> None:
        self.by(moment.timestamp() - self.now().timestamp())

    def another(self, *, by: float) -> Path:
        """The clock of another host, so many seconds ahead of this one, which is stepped whenever this one is."""
        self.others[self.file.with_name(f"clock-{len(self.others)}")] = by
        self.by(0)
        return list(self.others)[-1]

    def by(self, seconds: float) -> None:
        self.ahead += seconds
        for file, ahead in {self.file: 0.0, **self.others}.items():
            part = file.with_suffix(".part")
            part.write_text(repr(self.ahead + ahead))
            part.replace(file)
        time.sleep(0.3)  # as long as a process may take to look, three times over


class Rig:
    def __init__(self, place: Path) -> None:
        self.stack = Stack(place, durable=True)
        self.state = self.stack.state
        self.clock = Clock(self.state / "clock")
        self.post = Post()
        self.port = free_port()
        self.plain: dict[str, str] = {}
        self.started = 0

    # ---------------------------------------------------------------- the servers

    def open(self) -> None:
        self.postgres, self.valkey = (kind(self.state, spawn=self.stack.spawn, durable=True) for kind in (Postgres, Valkey))
        for server in (self.postgres, self.valkey):
            self.stack.services.append(server)
            server.start()
        app, owner = roles.make_roles(self.postgres.url, owner_password=password(), app_password=password())
        self.oracle = roles.at_database(self.postgres.url, database=roles.DATABASE)
        self.post.open()
        self.plain = self._environment(app)
        for command in (["migrate", "--database=owner", "-v0"], ["load_holidays"]):
            self.manage(*command, env=self.plain | {OWNERS_ALONE: owner})
        argv = [PYTHON, "-m", "tests.faults.seeding"]
        with (self.state / "logs" / "seeder.log").open("w") as said:
            self.seeder = subprocess.Popen(
                argv, cwd=ROOT, env=self.plain, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=said, text=True
            )

    def _environment(self, app: str) -> dict[str, str]:
        given = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "EMAIL_URL", "PYTEST_CURRENT_TEST")
        inherited = {name: value for name, value in os.environ.items() if name not in given and not name.startswith("COV")}
        return inherited | {
            "DATABASE_URL": app,
            "REDIS_URL": self.valkey.url,
            "SECRET_KEY": password(),
            "STATE_DIR": str(self.state),
            "DEPLOYMENT": "demo",
            "DJANGO_SETTINGS_MODULE": "tests.faults.settings",
            "BASE_URL": f"http://127.0.0.1:{self.port}",
            "EMAIL_URL": f"smtp://127.0.0.1:{self.post.port}",
            "TICK_SECONDS": "1",
            "ACCOUNT_MAIL_SECONDS": "5",
            "REMINDER_SECONDS": "30",
            "LOG_LEVEL": "WARNING",
            "PYTHONPATH": os.pathsep.join([str(HERE / "stepped"), str(ROOT), str(ROOT / "client")]),
            "PYTHONUNBUFFERED": "1",
            "FAULTS_CLOCK": str(self.clock.file),
        }

    def manage(self, *command: str, env: dict[str, str] | None = None) -> str:
        done = subprocess.run(
            [PYTHON, "manage.py", *command], cwd=ROOT, env=env or self.plain, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"manage.py {command[0]}:\n{done.stdout}{done.stderr}"
        return done.stdout

    def close(self) -> None:
        self.post.is_now(self.post.mood.TAKES)
        if hasattr(self, "seeder"):
            self.seeder.kill()
            self.seeder.communicate()
        for service in self.stack.services:
            if service.process:
                with suppress(ProcessLookupError):
                    service.process.send_signal(signal.SIGCONT)
        self.post.shut()
        self.stack.discard()

    def ask(self, what: str, **asked: Any) -> dict[str, Any]:
        assert self.seeder.stdin
        assert self.seeder.stdout
        self.seeder.stdin.write(json.dumps({"what": what, **asked}) + "\n")
        self.seeder.stdin.flush()
        while line := self.seeder.stdout.readline():
            if line.startswith(SAID):
                found: dict[str, Any] = json.loads(line.removeprefix(SAID))
                return found
        raise AssertionError(self.log("seeder"))

    def sql(self, question: str, **args: Any) -> list[tuple[Any, ...]]:
        """As the database's superuser, whom no wall between partnerships hides anything from."""
        connection = psycopg2.connect(self.oracle, connect_timeout=10)
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(question, args)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    @contextmanager
    def holding(self, statement: str, **args: Any) -> Iterator[None]:
        """A transaction of ours that has done this and does not end: whoever needs the same row waits for us."""
        connection = psycopg2.connect(self.oracle)
        try:
            with connection.cursor() as cursor:
                cursor.execute(statement, args)
                yield
        finally:
            connection.rollback()
            connection.close()

    def restart(self, server: Service, *, how: signal.Signals) -> None:
        """Down at once, and up again at the same address."""
        assert server.process
        server.process.send_signal(how)
        server.process.wait(60)
        argv, keywords = server.arguments()
        server.process = self.stack.spawn(server.name, argv, **keywords)
        assert server.wait(server.process)

    @contextmanager
    def down(self, server: Service) -> Iterator[None]:
        assert server.process
        server.stop()
        try:
            yield
        finally:
            argv, keywords = server.arguments()
            server.process = self.stack.spawn(server.name, argv, **keywords)
            assert server.wait(server.process)

    # ---------------------------------------------------------------- the product's processes

    def start(self, *names: str, **environment: str) -> None:
        for name in names:
            self.started += 1
            self.stack.keep(name, self._argv(name), env=self.plain | environment)
        if "web" in names:
            until(self.answers, lambda: f"the web answers\n{self.log('web')}")

    def _argv(self, name: str) -> list[str]:
        celery = [PYTHON, "-m", "celery", "-A", "config"]
        kind, _, more = name.partition("-")
        if kind == "web":
            web = [PYTHON, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{self.port}", "--workers", "1"]
            return [*web, "--worker-class", "gthread", "--threads", "4", "--log-level", "warning", "--no-control-socket"]
        if kind == "beat":
            return [*celery, "beat", "--loglevel", "warning", "--pidfile=", "--schedule", str(self.state / f"schedule{more}")]
        children = more.removeprefix("of") or "2"
        flags = ["--loglevel", "warning", "--without-mingle", "--without-gossip", "--hostname", f"{name}{self.started}@faults"]
        return [*celery, "worker", *flags, "--concurrency", children]

    def kill(self, name: str) -> None:
        """kill -9, of the process and of every child that it has."""
        process = self.stack.processes.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def stop(self, *names: str) -> None:
        """In order, as at an upgrade: they finish what they have in hand."""
        going = [self.stack.processes.pop(name) for name in names]
        for process in going:
            process.terminate()
        for process in going:
            process.wait(60)

    def runs(self, name: str) -> bool:
        return name in self.stack.processes and self.stack.processes[name].poll() is None

    def log(self, name: str) -> str:
        return tail(self.state / "logs" / f"{name}.log")

    def answers(self) -> bool:
        with suppress(OSError):
            return self.get("/healthz") == 200
        return False

    def sessions(self, name: str) -> set[int]:
        """The database's own processes that serve this one of ours: it is told by the port that it calls from."""
        whole = psutil.Process(self.stack.processes[name].pid)
        ports = [c.laddr.port for one in (whole, *whole.children(recursive=True)) for c in one.net_connections("tcp4")]
        found = self.sql("SELECT pid FROM pg_stat_activity WHERE client_port = ANY(%(ports)s)", ports=ports)
        return {pid for (pid,) in found}

    def waits(self, name: str, *, on: str) -> bool:
        """Whether the database keeps this process of ours waiting, and for what."""
        waiting = self.sql(
            "SELECT pid FROM pg_stat_activity WHERE %(on)s IN (wait_event, wait_event_type) AND pid = ANY(%(pids)s)",
            on=on,
            pids=list(self.sessions(name)),
        )
        return bool(waiting)

    @contextmanager
    def paused(self, server: Service) -> Iterator[None]:
        """SIGSTOP, of the server and of everything that it has started: it is there and does not answer."""
        assert server.process
        whole = psutil.Process(server.process.pid)
        stopped = [whole, *whole.children(recursive=True)]
        for one in stopped:
            one.suspend()
        try:
            yield
        finally:
            for one in stopped:
                with suppress(psutil.NoSuchProcess):
                    one.resume()

    # ---------------------------------------------------------------- the broker

    def broker(self) -> redis.Redis:
        return redis.from_url(self.valkey.url)

    def queued(self) -> int:
        client = self.broker()
        try:
            return int(client.llen("celery"))
        finally:
            client.close()

    def get(self, path: str) -> int:
        return sent(self.port, "GET", path, timeout=5).status
