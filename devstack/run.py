"""`dev.py run`: the whole product in the foreground, from an empty folder to a page, until it is told to stop.

Knows the product's commands by name, and nothing inside them.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NoReturn

from devstack import roles
from devstack.services import port_is_free, tail, write_private
from devstack.stack import OWNERS_ALONE, PYTHON, ROOT, Interrupted, Stack, without_owner

WILDCARDS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  (compared with, not bound to)
LOOPBACK = ("127.0.0.1", "localhost", "::1")

# Compressing these would take most of a first start: DRF's own pages and Redoc are switched off, maps are for debuggers.
NEVER_SERVED = ("-i", "rest_framework", "-i", "redoc", "-i", "swagger-*.js.map")

# Each step: the command, and the files whose change makes it necessary again.
STEPS: dict[str, tuple[list[str], tuple[str, ...]]] = {
    "migrate": (["migrate", "--database=owner", "-v0"], ("*/migrations/*.py", "requirements/app.txt")),
    "holidays": (["load_holidays"], ("escalation/management/commands/load_holidays.py", "requirements/app.txt")),
    "protocols": (["load_protocols"], ("partnerships/**/*.py", "partnerships/protocols/*")),
    "demo": (["load_demo"], ("*/management/commands/load_demo.py",)),
    "static": (
        ["collectstatic", "--noinput", "-v0", *NEVER_SERVED],
        ("static/**/*", "config/settings.py", "requirements/app.txt"),
    ),
}


def run(*, host: str, port: int, state: Path, fresh: bool) -> int:
    began = time.perf_counter()
    os.umask(0o077)
    stack = Stack(state)  # first: this also stops what a killed launcher left on the port
    try:
        if not port_is_free(port, host=host):
            sys.exit(f"Port {port} on {host} is in use. Choose another: make run PORT={port + 1}")
        if fresh:
            stack.lease.clear()
        serve(stack, host=host, port=port, began=began)
    except Interrupted:
        print("\nStopping …", flush=True)
        return 0
    except SystemExit as failure:  # said before the stopping, which takes a moment
        print(failure.code, file=sys.stderr, flush=True)
        return 1
    finally:
        began = time.perf_counter()
        stack.unpublish()
        stack.stop()
        print(f"Stopped in {time.perf_counter() - began:.1f} s", flush=True)


def serve(stack: Stack, *, host: str, port: int, began: float) -> NoReturn:
    """Prepare, start, tell, and wait until a signal comes or a process ends by itself (then: exit code 1)."""
    env = stack.environment() | addresses(host=host, port=port) | {"DEPLOYMENT": "demo", "PYTHONUNBUFFERED": "1"}
    stack.publish(env)
    Preparation(stack, env=env).all()
    plain = without_owner(os.environ) | without_owner(env)
    for name, argv in product(stack.state, host=host, port=port).items():
        stack.keep(name, argv, env=plain)
    people = subprocess.Popen(
        [PYTHON, "manage.py", "demo_people"], cwd=ROOT, env=plain, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        wait_for(f"http://{bracketed(WILDCARDS.get(host, host))}:{port}/healthz", stack=stack)
        listed, _ = people.communicate(timeout=60)
    finally:
        if people.poll() is None:
            people.kill()
    if people.returncode:
        sys.exit(f"{listed}\nmanage.py demo_people failed (exit code {people.returncode}).")
    print(f"\n{listed.rstrip()}\n\n  Escalation tracker: {env['BASE_URL']}/", flush=True)
    if host not in LOOPBACK:
        print(f"  Open to others by {host}: whoever reaches it can sign in as any of these people.", flush=True)
    print(f"  Ready in {time.perf_counter() - began:.1f} s; logs in {stack.state / 'logs'}. Press Ctrl-C to stop.\n", flush=True)
    while True:
        report_death(stack)
        time.sleep(0.5)


def bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def addresses(*, host: str, port: int) -> dict[str, str]:
    """What the product calls itself, and which Host headers it answers; both can be set from outside."""
    shown = bracketed(WILDCARDS.get(host, host))
    allowed = "*" if host in WILDCARDS else ",".join(dict.fromkeys(["127.0.0.1", "localhost", "[::1]", bracketed(host)]))
    default = {"BASE_URL": f"http://{shown}:{port}", "ALLOWED_HOSTS": allowed}
    return {name: os.environ.get(name) or value for name, value in default.items()}


def product(state: Path, *, host: str, port: int) -> dict[str, list[str]]:
    celery = [PYTHON, "-m", "celery", "-A", "config"]
    web = [PYTHON, "-m", "gunicorn", "config.wsgi", "--bind", f"{bracketed(host)}:{port}", "--workers", "2"]
    return {
        # Without --no-control-socket two copies would share one socket in the home folder.
        "web": [*web, "--worker-class", "gthread", "--threads", "4", "--log-level", "warning", "--no-control-socket"],
        "worker": [*celery, "worker", "--loglevel", "warning", "--concurrency", "1", "--without-mingle", "--without-gossip"],
        "beat": [*celery, "beat", "--loglevel", "warning", "--pidfile=", "--schedule", str(state / "celerybeat-schedule")],
    }


def report_death(stack: Stack) -> None:
    if dead := stack.died():
        what, log = dead
        sys.exit(f"{log}\n{what}")


def wait_for(url: str, *, stack: Stack, seconds: float = 90) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # never ask a proxy for our own page
    end, last = time.monotonic() + seconds, "no answer"
    while time.monotonic() < end:
        report_death(stack)
        try:
            with opener.open(url, timeout=2):
                return
        except urllib.error.HTTPError as error:
            last = f"status {error.code}"
        except OSError:
            pass
        time.sleep(0.1)
    sys.exit(f"{tail(stack.state / 'logs' / 'web.log')}\n{url} did not answer 200 in {seconds:.0f} s ({last}).")


# ---------------------------------------------------------------- preparing the database


class Preparation:
    """Migrating, loading and collecting what has changed since this STATE last did so with this very database.

    A database that is another one, or was migrated by another hand, is prepared from the first step: the commands may
    all be run again. Each step is remembered when it has ended, so that a killed start repeats its last.
    """

    def __init__(self, stack: Stack, *, env: Mapping[str, str]) -> None:
        self.stack, self.env, self.file = stack, env, stack.state / "prepared.json"
        self.done: dict[str, object] = json.loads(self.file.read_text()) if self.file.exists() else {}
        if self.done.get("database") != roles.identity(env[OWNERS_ALONE]):
            self.done = {"static": self.done.get("static")}
        if not (stack.state / "static").exists():
            self.done.pop("static", None)

    def all(self) -> None:
        """Collecting the static files needs no database: it goes on beside the other steps."""
        static = self.begin("static")
        for name in STEPS:
            if name != "static":
                self.end(name, self.begin(name))
        self.end("static", static)

    def begin(self, name: str) -> subprocess.Popen[bytes] | None:
        command, patterns = STEPS[name]
        if self.done.get(name) == fingerprint(patterns):
            return None
        print(f"  manage.py {command[0]}", flush=True)
        return self.stack.spawn(f"prepare-{name}", [PYTHON, "manage.py", *command], env={**os.environ, **self.env})

    def end(self, name: str, process: subprocess.Popen[bytes] | None) -> None:
        if process is None:
            return
        command, patterns = STEPS[name]
        stamp = fingerprint(patterns)
        if process.wait():
            said = tail(self.stack.state / "logs" / f"prepare-{name}.log")
            sys.exit(f"{said}\nmanage.py {command[0]} failed (exit code {process.returncode}).")
        self.done |= {name: stamp, "database": roles.identity(self.env[OWNERS_ALONE])}
        write_private(self.file, json.dumps(self.done, indent=1))


def fingerprint(patterns: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for pattern in patterns:
        for path in sorted(ROOT.glob(pattern)):
            if path.is_file() and path.suffix != ".pyc" and not path.relative_to(ROOT).parts[0].startswith("."):
                digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
