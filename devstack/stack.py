"""PostgreSQL, Redis and the environment that the product's processes are given; one stack per STATE.

Knows which variables the product reads, and nothing of what it does with them.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Any

from devstack import roles
from devstack.lease import Lease
from devstack.services import MARK, Postgres, Service, Valkey, password, remember, tail, write_private

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
OWNERS_ALONE = "DATABASE_OWNER_URL"  # given to the commands that migrate and load, never to web, worker or beat
BACKUPS_ALONE = "DATABASE_BACKUP_URL"  # given to the command that backs up: it reads every row


class Interrupted(KeyboardInterrupt):
    """Ctrl-C, SIGTERM or SIGHUP: stop in order."""


class Stop:
    """Turns the first stopping signal into `Interrupted`; later ones are ignored, so that stopping is finished.

    Inside `held()` the signal waits: between making a process and recording it nothing may come in between.
    """

    def __init__(self) -> None:
        self.holding, self.wanted, self.told = 0, False, False
        self.before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
        for number, handler in self.before.items():
            # `nohup` sets SIGHUP to ignored, and means it. Shells do the same to SIGINT of background jobs, and do not.
            if number != signal.SIGHUP or handler != signal.SIG_IGN:
                signal.signal(number, self.arrived)

    def arrived(self, number: int, frame: FrameType | None) -> None:
        self.wanted = True
        self._tell()

    def _tell(self) -> None:
        if self.wanted and not self.told and not self.holding:
            self.told = True
            raise Interrupted

    @contextmanager
    def held(self) -> Iterator[None]:
        self.holding += 1
        try:
            yield
        finally:
            self.holding -= 1
        self._tell()

    def ignore(self) -> None:
        self.told = True

    def restore(self) -> None:
        for number, handler in self.before.items():
            signal.signal(number, handler)


class Stack:
    """The servers and processes of one STATE, from the lease to the last one stopped."""

    def __init__(self, state: Path, *, durable: bool = True, also_on: str = "") -> None:
        self.state, self.durable, self.also_on = state.resolve(), durable, also_on
        self.stop_signals = Stop()
        self.lease = Lease(self.state)
        self.services: list[Service] = []
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.spawned: list[subprocess.Popen[bytes]] = []

    # -------------------------------------------------------- processes

    def spawn(self, name: str, argv: Sequence[str], **keywords: Any) -> subprocess.Popen[bytes]:
        """Start a process in a session of its own: Ctrl-C reaches the launcher only, which stops all in order."""
        log = self.state / "logs" / f"{name}.log"
        with suppress(FileNotFoundError):
            log.replace(log.with_suffix(".previous.log"))
        keywords.setdefault("cwd", ROOT)
        environment = {**keywords.pop("env", os.environ), MARK: str(self.state)}
        with self.stop_signals.held(), log.open("wb") as out:
            process = subprocess.Popen(
                argv, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True, env=environment, **keywords
            )
            self.spawned.append(process)
            self.lease.record(process.pid)
        return process

    def keep(self, name: str, argv: Sequence[str], *, env: Mapping[str, str]) -> None:
        """A process of the product, which runs until we stop it."""
        with self.stop_signals.held():
            self.processes[name] = self.spawn(name, argv, env=env)

    def died(self) -> tuple[str, str] | None:
        """The first process that has ended by itself, with the end of its log."""
        servers = {service.name: service.process for service in self.services if service.process}
        for name, process in {**servers, **self.processes}.items():
            if process.poll() is not None:
                return f"{name} stopped with exit code {process.returncode}", tail(self.state / "logs" / f"{name}.log")
        return None

    def stop(self) -> None:
        """The product's processes first, all at once; then the servers, the last started first."""
        self.stop_signals.ignore()
        for process in self.processes.values():
            if process.poll() is None:
                process.terminate()
        end = time.monotonic() + 20
        for process in self.processes.values():
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(0.1, end - time.monotonic()))
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)  # whoever of its group did not listen
            process.wait()
        for service in reversed(self.services):
            service.stop()
        for process in self.spawned:  # interrupted before it had a place in either list
            if process.poll() is None:
                process.terminate()
                process.wait()
        self.lease.release()
        self.stop_signals.restore()

    def discard(self) -> None:
        """Stop, and leave nothing of a stack that was for one command alone."""
        self.stop()
        self.lease.clear()
        shutil.rmtree(self.state, ignore_errors=True)

    # -------------------------------------------------------- servers and environment

    def environment(self) -> dict[str, str]:
        """Start the servers that are not given from outside; everything Django needs to reach them."""
        self._refuse_half_a_database()
        env = {name: os.environ[name] for name in ("DATABASE_URL", OWNERS_ALONE, "REDIS_URL") if os.environ.get(name)}
        if "DATABASE_URL" not in env:
            postgres = Postgres(self.state, spawn=self.spawn, durable=self.durable)
            self._start(postgres)
            app, owner = (remember(self.state, f"{name}_password", password) for name in ("app", "owner"))
            env["DATABASE_URL"], env[OWNERS_ALONE] = roles.make_roles(postgres.url, owner_password=owner, app_password=app)
            backup = remember(self.state, "backup_password", password)
            env[BACKUPS_ALONE] = roles.make_backup_login(postgres.url, password=backup)
            env["POSTGRES_PROGRAMS"] = str(postgres.programs)
        if "REDIS_URL" not in env:
            valkey = Valkey(self.state, spawn=self.spawn, durable=self.durable)
            self._start(valkey)
            env["REDIS_URL"] = valkey.url
        if problems := roles.problems_with_logins(env["DATABASE_URL"], owner_url=env[OWNERS_ALONE]):
            sys.exit(
                "\n".join(
                    [*problems, "deploy/roles.sql makes the roles as they must be (run it as a superuser, in that database)."]
                )
            )
        secret = os.environ.get("SECRET_KEY") or remember(self.state, "secret_key", lambda: secrets.token_urlsafe(50))
        return env | {"SECRET_KEY": secret, "STATE_DIR": str(self.state)}

    def _start(self, service: Service) -> None:
        service.also_on = self.also_on
        self.services.append(service)
        service.start()

    @staticmethod
    def _refuse_half_a_database() -> None:
        given = [name for name in ("DATABASE_URL", OWNERS_ALONE) if os.environ.get(name)]
        if len(given) == 1:
            sys.exit(f"Only {given[0]} is set. Set both DATABASE_URL (a plain login) and {OWNERS_ALONE} (the owner), or neither.")

    def publish(self, env: Mapping[str, str]) -> None:
        """Let `manage.py` in a second terminal reach the running servers; the owner's login only through `dev.py manage`."""
        apart = {name: env[name] for name in (OWNERS_ALONE, BACKUPS_ALONE) if name in env}
        write_private(self.state / "owner.json", json.dumps(apart, indent=1))
        write_private(self.state / "env.json", json.dumps(without_owner(env), indent=1))

    def unpublish(self) -> None:
        for name in ("env.json", "owner.json"):
            (self.state / name).unlink(missing_ok=True)


def without_owner(env: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in env.items() if name not in (OWNERS_ALONE, BACKUPS_ALONE)}
