"""Servers as larger installations have them, beside those that the tests run on, and the tests that are run through them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest

from devstack import roles
from devstack.services import Postgres
from devstack.stack import ROOT, Stack

from .hosts import Network, network, possible


@dataclass
class Servers:
    """A database and a broker of their own. The test database is made, with the migrations of this state, by the first tests
    that are run on it; whoever comes after finds it."""

    stack: Stack
    env: dict[str, str]
    network: Network | None
    there: bool = False

    @property
    def first(self) -> Postgres:
        return next(service for service in self.stack.services if isinstance(service, Postgres))

    def made(self) -> None:
        """The test database with the migrations of this state, whoever comes first."""
        if not self.there:
            self.tests("tests/promises/test_the_wall_under_load.py::test_the_owner_of_the_tables_sees_no_row_either")
            self.there = True

    def copied(self, name: str) -> dict[str, str]:
        """The two logins at a copy of the test database."""
        self.made()
        made = f"CREATE DATABASE {name} TEMPLATE test_{urlsplit(self.env['DATABASE_URL']).path[1:]} OWNER esc_owner"
        with roles.cursor(self.first.url) as cur:
            cur.execute(made)
        return {key: roles.at_database(self.env[key], database=name) for key in ("DATABASE_URL", "DATABASE_OWNER_URL")}

    def tests(self, *wanted: str, cwd: Path = ROOT, **other: str) -> str:
        """Some of the product's own tests, in a process of their own with these servers; returns their last line."""
        argv = [sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", "--reuse-db", *wanted]
        plain = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
        done = subprocess.run(argv, cwd=cwd, env={**plain, **self.env, **other}, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout[:9000] + done.stdout[-4000:] + done.stderr[-2000:]
        return done.stdout.strip().splitlines()[-1]

    def run(self, *argv: str, cwd: Path = ROOT, **other: str) -> str:
        done = subprocess.run(argv, cwd=cwd, env={**os.environ, **self.env, **other}, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
        return done.stdout


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    with pytest.MonkeyPatch.context() as patch:
        for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL"):
            patch.delenv(name, raising=False)
        with ExitStack() as put_away:
            made = put_away.enter_context(network("web1", "web2", "work1", "work2")) if possible() else None
            stack = Stack(tmp_path_factory.mktemp("larger") / "state", durable=False, also_on=made.address if made else "")
            put_away.callback(stack.discard)
            env = stack.environment()
            yield Servers(stack, {name: env[name] for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL")}, made)


def at(url: str, host: str, port: int | None = None) -> str:
    """The same login at the same place of a server at another address."""
    there = urlsplit(url)
    return urlunsplit(there._replace(netloc=f"{there.netloc.rpartition('@')[0]}@{host}:{port or there.port}"))
