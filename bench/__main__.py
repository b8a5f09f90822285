"""`make bench`: makes two databases, one small and one as large as is wanted, and holds the product's pages to their budgets."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from zoneinfo import ZoneInfo

from devstack import roles
from devstack.checks import temporary_state
from devstack.run import Preparation, fingerprint
from devstack.stack import Interrupted, Stack

from . import table
from .chosen import Chosen, chosen
from .loading import database
from .measuring import Served, measured
from .pages import pages

SMALL, USUAL = 1_000, 20_000
PREPARED = ("*/migrations/*.py", "partnerships/protocols/*", "escalation/demo/*", "bench/*.py")
GIVEN = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL")


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--disagreements", type=int, default=USUAL, help=f"in the large database, in all ({USUAL})")
    parser.add_argument("--small", type=int, default=SMALL, help=f"in the small one ({SMALL})")
    parser.add_argument("--rounds", type=int, default=40, help="how often each page is opened (40)")
    parser.add_argument("--only", default="", help="the pages whose name has this in it")
    parser.add_argument("--json", type=Path, help="also write the table to this file")
    parser.add_argument("--state", type=Path, default=Path(".dev"), help="below which the servers' folder is made (.dev)")
    parser.add_argument("--keep", type=Path, help="a folder for the servers and their databases, used again by the next run")
    parser.add_argument("--load-only", action="store_true", help="make the databases and stop")
    return parser.parse_args()


def main() -> int:
    asked = options()
    if any(os.environ.get(name) for name in GIVEN):
        sys.exit(f"The measurements use servers of their own, and load them as no other login may: unset {', '.join(GIVEN)}.")
    os.umask(0o077)
    stack = Stack(asked.keep or temporary_state(asked.state), durable=False)
    try:
        return run(stack, asked)
    except Interrupted:
        return 130
    finally:
        (stack.stop if asked.keep else stack.discard)()


def run(stack: Stack, asked: argparse.Namespace) -> int:
    env = stack.environment() | {"DEPLOYMENT": "demo"}
    mark = prepare(stack, env)
    superuser = roles.at_database(stack.services[0].url, database=roles.DATABASE)
    loaded: dict[str, Any] = {}
    served: dict[str, Served] = {}
    try:
        for name, number in (("small", asked.small), ("large", asked.disagreements)):
            url, made = database(superuser, disagreements=number, mark=mark)
            found = chosen(url)
            loaded[name] = {"disagreements": number, "largest": found.held, **(made or {})}
            print(f"  {name}: {json.dumps(loaded[name])}", file=sys.stderr, flush=True)
            if not asked.load_only:
                own = at_databases(env, urlsplit(url).path.lstrip("/"))
                served[name] = Served(own, found, token=token(own, found, url))
        return shown(served, loaded, asked) if served else 0
    finally:
        for one in served.values():
            one.stop()


def prepare(stack: Stack, env: Mapping[str, str]) -> str:
    """The demonstration, whose stories are copied; made anew where what it is made from has changed."""
    mark = fingerprint(PREPARED)
    kept = stack.state / "bench.json"
    if kept.exists() and json.loads(kept.read_text()) != mark:
        with roles.cursor(stack.services[0].url) as cur:
            cur.execute(f"DROP DATABASE IF EXISTS {roles.DATABASE}")
        (stack.state / "prepared.json").unlink(missing_ok=True)
        passwords = [urlsplit(env[name]).password or "" for name in ("DATABASE_OWNER_URL", "DATABASE_URL")]
        roles.make_roles(stack.services[0].url, owner_password=passwords[0], app_password=passwords[1])
    preparation = Preparation(stack, env=env)
    for name in ("migrate", "holidays", "protocols", "demo"):
        preparation.end(name, preparation.begin(name))
    manage = [sys.executable, "manage.py", "recount_figures"]
    subprocess.run(manage, env={**os.environ, **env}, stdout=subprocess.DEVNULL, check=True)
    kept.write_text(json.dumps(mark))
    return mark


def at_databases(env: Mapping[str, str], name: str) -> dict[str, str]:
    moved = {key: urlunsplit(urlsplit(env[key])._replace(path=f"/{name}")) for key in ("DATABASE_URL", "DATABASE_OWNER_URL")}
    return {**env, **moved}


def token(env: Mapping[str, str], found: Chosen, superuser: str) -> str:
    """A program's, of the partnership's office."""
    with roles.cursor(superuser) as cur:
        cur.execute("SELECT email FROM partnerships_user WHERE id = %s", [found.office])
        email = str(cur.fetchone()[0])
    argv = [sys.executable, "manage.py", "issue_token", found.slug, email]
    return subprocess.run(argv, env={**os.environ, **env}, capture_output=True, text=True, check=True).stdout.strip()


def shown(served: Mapping[str, Served], loaded: dict[str, Any], asked: argparse.Namespace) -> int:
    today = datetime.now(ZoneInfo("Europe/London")).date()
    by_size = {size: pages(one.found, today=today) for size, one in served.items()}
    together = [dict(zip(by_size, each, strict=True)) for each in zip(*by_size.values(), strict=True)]
    wanted = [each for each in together if asked.only.lower() in each["large"].name.lower()]
    began = time.perf_counter()
    lines = [table.line(one) for one in measured(wanted, served, rounds=asked.rounds)]
    print(table.text(lines, loaded=loaded))
    if asked.json:
        kept = {"pages": lines, "loaded": loaded, "rounds": asked.rounds, "seconds": round(time.perf_counter() - began)}
        asked.json.write_text(json.dumps(kept, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
