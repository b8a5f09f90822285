"""Web hosts and worker hosts at work, and the mail server that they share."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from email import message_from_bytes
from pathlib import Path
from urllib.request import Request, urlopen

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope

from devstack import roles
from devstack.services import free_port
from devstack.stack import ROOT

from .conftest import Servers, at
from .hosts import Network

STORY = str(Path(__file__).with_name("rolling_story.py"))


class Post:
    """A mail server that keeps the Message-ID of whatever it takes."""

    def __init__(self) -> None:
        self.taken: list[str] = []

    async def handle_DATA(self, server: object, session: object, envelope: Envelope) -> str:
        self.taken.append(message_from_bytes(envelope.original_content or b"")["Message-ID"])
        return "250 taken"


def until(so: Callable[[], object], what: str) -> None:
    ends = time.monotonic() + 120
    while not so():
        assert time.monotonic() < ends, f"never: {what}"
        time.sleep(0.1)


class Hosts:
    """Two web hosts and two with a worker and a beat each, on one database, one broker and one mail server."""

    def __init__(self, servers: Servers, network: Network) -> None:
        self.servers, self.network, self.running = servers, network, list[subprocess.Popen[bytes]]()
        self.post = Post()
        self.mail = Controller(self.post, hostname=network.address, port=free_port())
        self.mail.start()
        name = f"on_hosts_{free_port()}"
        self.place = servers.copied(name)
        self.oracle = roles.at_database(servers.first.url, database=name)
        place = self.place | {"REDIS_URL": servers.env["REDIS_URL"]}
        self.env = {name: at(url, network.address) for name, url in place.items() if name != "DATABASE_OWNER_URL"}
        self.env |= {
            "EMAIL_URL": f"smtp://{network.address}:{self.mail.port}",
            "ALLOWED_HOSTS": ",".join(host.address for host in network.hosts.values()) + ",127.0.0.1",
            "DJANGO_SETTINGS_MODULE": "config.settings_test",
            "TICK_SECONDS": "1",
        }

    def tell(self, step: str, *words: str) -> str:
        return self.servers.run(sys.executable, STORY, step, *words, **(self.env | self.place), PYTHONPATH=str(ROOT)).strip()

    def run(self, host: str, *argv: str) -> Path:
        """Start it there; returns the file in which it says what it says."""
        state = self.servers.stack.state / host
        state.mkdir(exist_ok=True)
        env = {**os.environ, **self.env, "STATE_DIR": str(state)}
        env.pop("DATABASE_OWNER_URL", None)
        said = state / f"{len(self.running)}.log"
        with said.open("wb") as log:
            command = self.network.hosts[host].command(sys.executable, *argv)
            self.running.append(subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log, start_new_session=True))
        return said

    def start(self) -> None:
        for host in ("web1", "web2"):
            self.run(host, "-m", "gunicorn", "config.wsgi", "--bind", "0.0.0.0:8000", "--workers", "1", "--no-control-socket")
        for host in ("work1", "work2"):
            quiet = ("--without-mingle", "--without-gossip", "--loglevel", "warning")
            self.run(host, "-m", "celery", "-A", "config", "worker", "--concurrency", "1", "--hostname", f"{host}@here", *quiet)
            self.run(host, "-m", "celery", "-A", "config", "beat", "--pidfile=", "--loglevel", "warning")

    def get(self, host: str, path: str, cookie: str) -> str:
        asked = Request(f"http://{self.network.hosts[host].address}:8000{path}", headers={"Cookie": f"sessionid={cookie}"})
        with suppress(OSError), urlopen(asked, timeout=30) as answer:  # noqa: S310
            return str(answer.read().decode())
        return ""

    def count(self, question: str) -> int:
        with roles.cursor(self.oracle) as cur:
            cur.execute(question)
            return int(cur.fetchone()[0])

    def stop(self) -> None:
        for host in self.network.hosts.values():
            host.plug_in()
        for process in self.running:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self.mail.stop()
