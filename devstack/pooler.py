"""A connection pooler in transaction mode before PostgreSQL, and a second server that follows the first: the shapes in which
larger installations run, for the tests. Standard library only; knows nothing of Django or of the product.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

from devstack.programs import program
from devstack.services import NotAvailable, Postgres, Service, Spawn, unprivileged, write_private


class Pooler(Service):
    """PgBouncer that gives a server's connection to whoever begins a transaction, and takes it back at its end."""

    name = "pgbouncer"

    def __init__(self, state: Path, *, spawn: Spawn, before: str, logins: list[str], connections: int) -> None:
        """`before`: the server's host:port. `logins`: addresses whose users and passwords may come in."""
        super().__init__(state, spawn=spawn)
        self.before, self.logins, self.connections = before, logins, connections
        # It does not run as root, and root's checkout often stands where nobody else may look.
        self.folder = Path(tempfile.mkdtemp(prefix="pooler-of-devstack-"))

    def arguments(self) -> tuple[list[str], Mapping[str, Any]]:
        found = program("pgbouncer")
        if found is None:
            raise NotAvailable("No PgBouncer found (Debian, Ubuntu: apt install pgbouncer).")
        host, _, port = self.before.partition(":")
        people = self.folder / "logins.txt"
        known = [urlsplit(login) for login in self.logins]
        write_private(people, "".join(f'"{one.username}" "{unquote(one.password or "")}"\n' for one in known))
        lines = [
            "[databases]",
            f"* = host={host} port={port}",
            "[pgbouncer]",
            "listen_addr = 127.0.0.1",
            f"listen_port = {self.port}",
            "unix_socket_dir =",
            "pool_mode = transaction",
            f"default_pool_size = {self.connections}",
            "max_client_conn = 200",
            "auth_type = scram-sha-256",
            f"auth_file = {people}",
            "ignore_startup_parameters = extra_float_digits",
        ]
        configuration = self.folder / "pgbouncer.ini"
        write_private(configuration, "\n".join(lines) + "\n")
        drop = unprivileged()
        if drop:
            for file in (self.folder, people, configuration):
                os.chown(file, drop["user"], drop["group"])
        return [found, str(configuration)], {"cwd": "/", **drop}

    def ready(self, *, pid: int) -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 0.5):
            return True
        return False

    def stop(self, *, seconds: float = 15) -> None:
        super().stop(seconds=seconds)
        shutil.rmtree(self.folder, ignore_errors=True)

    def before_database(self, url: str) -> str:
        """The same login at the same database, through the pooler."""
        there = urlsplit(url)
        return urlunsplit(there._replace(netloc=f"{there.netloc.rpartition('@')[0]}@127.0.0.1:{self.port}"))


class Replica(Postgres):
    """A server that follows another one: everything that is written there can be read here a moment later, and nothing can
    be written here."""

    name = "replica"

    def __init__(self, state: Path, *, spawn: Spawn, of: str) -> None:
        """`of`: the address of the first server, as its superuser."""
        super().__init__(state, spawn=spawn, durable=False)
        self.of, self.data = of, self.home / f"replica{self.major}"

    def _initialise(self) -> None:
        there, drop = urlsplit(self.of), unprivileged()
        self.data.mkdir(mode=0o700)
        if drop:
            os.chown(self.data, drop["user"], drop["group"])
        argv = [str(self.programs / "pg_basebackup"), "-D", str(self.data), "-h", str(there.hostname), "-p", str(there.port)]
        argv += ["-U", str(there.username), "-R", "-X", "stream", "-c", "fast", "--no-sync"]
        env = {**os.environ, "PGPASSWORD": unquote(there.password or "")}
        done = subprocess.run(argv, check=False, capture_output=True, text=True, cwd=self.data, env=env, **drop)
        if done.returncode:
            raise NotAvailable(f"The copy could not be made:\n{done.stderr[-2000:]}")
