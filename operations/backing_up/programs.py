"""PostgreSQL's own programs, where they are and how they are told where the database is; knows no table."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg2
from django.conf import settings
from psycopg2.extensions import make_dsn, parse_dsn

DEBIAN = Path("/usr/lib/postgresql")
LIBPQ = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE"}


class NotPossible(Exception):
    """Why it is not done. Its text is a plain sentence."""


def connect(url: str, *, called: str) -> Any:
    """A connection as the URL says. `called`: the setting or option that the sentence names."""
    try:
        connection = psycopg2.connect(_dsn(url), connect_timeout=10)
    except psycopg2.Error as wrong:
        said = (str(wrong).strip().splitlines() or ["no reason given"])[-1]
        raise NotPossible(f"{called} cannot be reached: {said}") from wrong
    with connection.cursor() as cursor:  # the text of a row must be the same on every server, or its digest would not be
        cursor.execute(
            "SET datestyle = 'ISO, YMD'; SET timezone = 'UTC'; SET extra_float_digits = 1; SET bytea_output = 'hex';"
            " SET intervalstyle = 'postgres'; SET lock_timeout = '30s'; SET statement_timeout = 0"
        )
    connection.commit()
    return connection


def _dsn(url: str) -> str:
    parts = parse_dsn(_for_libpq(url))
    return str(make_dsn(**{"application_name": "escalation tracker: backup", **parts}))


def _for_libpq(url: str) -> str:
    scheme, _, rest = url.partition("://")
    return f"postgresql://{rest}" if scheme in ("postgres", "postgresql", "psql") else url


def refuse_password(url: str) -> None:
    """What stands in a command line can be read by everybody on the machine."""
    if urlsplit(url).password:
        raise NotPossible(
            "Leave the password out of the address: everybody on this machine can read a command line. Give it by PGPASSWORD in "
            "the environment, or by a file that PGPASSFILE names."
        )


def environment(url: str) -> dict[str, str]:
    """What libpq's programs read: nothing of it stands in a process list."""
    parts = parse_dsn(_for_libpq(url))
    named = {LIBPQ.get(name, f"PG{name.upper()}"): value for name, value in parts.items()}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DATABASE_") and name != "SECRET_KEY"}
    return {**kept, **named, "PGAPPNAME": "escalation tracker: backup", "PGCONNECT_TIMEOUT": "10"}


def find(name: str, *, at_least: int) -> tuple[Path, int]:
    """The oldest one that will do: a newer one writes settings that an older server does not know."""
    found = sorted((major, str(path)) for path in _candidates(name) if (major := major_of(path)) is not None)
    fit = [(Path(path), major) for major, path in found if major >= at_least]
    if fit:
        return fit[0]
    have = f"The newest one here is of {found[-1][0]}" if found else "There is none here"
    raise NotPossible(
        f"{name} of PostgreSQL {at_least} or newer is needed: one that is older than the server refuses it. {have}. "
        f"Install postgresql-client-{at_least}, or name the folder with POSTGRES_PROGRAMS."
    )


def _candidates(name: str) -> Iterator[Path]:
    if settings.POSTGRES_PROGRAMS:
        yield Path(settings.POSTGRES_PROGRAMS) / name
        return
    yield from DEBIAN.glob(f"*/bin/{name}")
    if on_path := shutil.which(name):
        yield Path(on_path)


def major_of(program: Path) -> int | None:
    try:
        said = subprocess.run([program, "--version"], check=True, capture_output=True, text=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return None
    found = re.search(r"\) (\d+)", said)
    return int(found[1]) if found else None


def plainly(stderr: bytes, *, hidden: Mapping[str, str]) -> str:
    """The last line that a program said, without a password that it might repeat."""
    lines = [line for line in stderr.decode(errors="replace").splitlines() if "error" in line.lower()]
    said = (lines or stderr.decode(errors="replace").strip().splitlines() or ["no reason given"])[0]
    secret = hidden.get("PGPASSWORD")
    return said.replace(secret, "…") if secret else said
