"""A second server of PostgreSQL, empty databases on it, and every row of a database read without the product's help."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg2
from django.db import connections

from devstack import roles, services
from devstack.stack import ROOT, Stack

from .following import WARM


class Server:
    """Started when first asked for an address; `url` is its superuser's."""

    def __init__(self, postgres: services.Postgres) -> None:
        self.url, self.password = postgres.url, postgres.password
        self.made = 0

    def empty(self) -> str:
        self.made += 1
        name = f"restored_{self.made}"
        with roles.cursor(self.url) as cur:
            cur.execute(f"CREATE DATABASE {name}")
        return roles.at_database(self.url, database=name)

    def without_password(self, url: str) -> str:
        return url.replace(f":{self.password}@", "@")


@contextmanager
def second_server(folder: Path) -> Iterator[Server]:
    stack = Stack(folder / "state", durable=False)
    try:
        postgres = services.Postgres(stack.state, spawn=stack.spawn, durable=False)
        stack.services.append(postgres)
        postgres.start()
        yield Server(postgres)
    finally:
        stack.discard()


@contextmanager
def warm_product(folder: Path) -> Iterator[Path]:
    """A process that runs the product's commands for pages (stand_ins/warm.py): by this socket."""
    path = folder / "warm"
    serving = subprocess.Popen([sys.executable, WARM, "serve", path], cwd=ROOT, stdin=subprocess.DEVNULL)
    try:
        end = time.monotonic() + 60
        while not path.exists() and serving.poll() is None and time.monotonic() < end:
            time.sleep(0.05)
        yield path
    finally:
        serving.terminate()
        serving.wait()


def rows(url: str, sql: str) -> list[tuple[Any, ...]]:
    connection = psycopg2.connect(url)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET timezone = 'UTC'; SET row_security = off")
            cursor.execute(sql)
            return list(cursor.fetchall())
    finally:
        connection.close()


def every_row(url: str, *, where: str = "") -> dict[str, list[str]]:
    """Each table's rows as text, sorted; sessions and the cache apart, which no backup holds."""
    names = rows(url, "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
    kept = [name for (name,) in names if name not in ("django_session", "cache_entry")]
    return {name: sorted(text for (text,) in rows(url, f"SELECT t::text FROM {name} t {where}")) for name in kept}


def at_tests_database(url: str) -> str:
    """The same login, in the database that the tests use."""
    return roles.at_database(url, database=str(connections["owner"].settings_dict["NAME"]))
