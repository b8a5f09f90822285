"""`make bench`: makes databases of several sizes, and holds the product's pages in each to their budgets."""

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

from . import clockwork, delivering, raising, table
from .chosen import Chosen, chosen
from .loading import database
from .measuring import Served, measured
from .pages import pages

USUAL = (1_000, 20_000)
PREPARED = ("*/migrations/*.py", "partnerships/protocols/*", "escalation/demo/*", "bench/*.py")
GIVEN = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL")


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    sizes = "how many there are in each database; the first is what the others are held against (1000 20000)"
    parser.add_argument("--disagreements", type=int, nargs="+", default=USUAL, metavar="NUMBER", help=sizes)
    parser.add_argument("--rounds", type=int, default=40, help="how often each page is opened (40)")
    parser.add_argument("--only", nargs="+", default=(), help="the pages whose name has one of these in it")
    parser.add_argument(
        "--running", type=int, default=clockwork.USUAL, help="worked on at once where clocks are noted; 0: not measured"
    )
    parser.add_argument("--passed", type=int, default=clockwork.PASSED, help="clocks that have passed at once (10000)")
    notices = "e-mails that are delivered over one connection (20000); 0: not measured"
    parser.add_argument("--notices", type=int, default=delivering.NOTICES, help=notices)
    posts = "how many times eight clients raise one, in each of five turns with a bare form (80; 0: not at all)"
    parser.add_argument("--posts", type=int, default=80, help=posts)
    parser.add_argument("--json", type=Path, help="also write the table to this file")
    parser.add_argument("--state", type=Path, default=Path(".dev"), help="below which the servers' folder is made (.dev)")
    parser.add_argument("--keep", type=Path, help="a folder for the servers and their databases, used again by the next run")
    stands = "use the databases of the kept folder whatever they were made from, and only migrate them"
    parser.add_argument("--as-it-stands", action="store_true", help=stands)
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
    mark = prepare(stack, env, again=not asked.as_it_stands)
    superuser = roles.at_database(stack.services[0].url, database=roles.DATABASE)
    loaded: dict[str, Any] = {}
    served: dict[int, Served] = {}
    try:
        for number in sorted(set(asked.disagreements)):
            url, made = database(superuser, disagreements=number, mark=None if asked.as_it_stands else mark)
            own = at_databases(env, urlsplit(url).path.lstrip("/"))
            if asked.as_it_stands and made is None:
                migrate(own)
            found = chosen(url)
            loaded[f"{number}"] = {"disagreements": number, "largest": found.held, **(made or {})}
            print(f"  {json.dumps(loaded[f'{number}'])}", file=sys.stderr, flush=True)
            if not asked.load_only:
                served[number] = Served(own, found, token=token(own, found, url))
        if not served:
            return 0
        kept = shown(served, loaded, asked)
        if not asked.only:
            kept |= beside(env, superuser, f"bench_{max(served)}", mark=None if asked.as_it_stands else mark, asked=asked)
        if asked.json:
            asked.json.write_text(json.dumps(kept, indent=1) + "\n")
        return 0
    finally:
        for one in served.values():
            one.stop()


def beside(
    env: Mapping[str, str], superuser: str, largest: str, *, mark: str | None, asked: argparse.Namespace
) -> dict[str, Any]:
    """What is no page: the clockwork, and the post; `largest`: the name of the largest database that was loaded."""
    kept: dict[str, Any] = {}
    there = roles.at_database(superuser, database=largest)
    if asked.running:
        noted = clockwork.lines(env, superuser, disagreements=asked.running, passed=asked.passed, mark=mark, largest=there)
        print("\n" + clockwork.text(noted))
        kept["clockwork"] = noted
    if asked.notices:
        sent = delivering.lines(at_databases(env, largest), there, notices=asked.notices)
        print("\n" + delivering.text(sent))
        kept["delivery"] = sent
    if asked.posts:
        slug = chosen(there).slug
        kept["raising"] = raising.raised(at_databases(env, largest), there, Path(env["STATE_DIR"]), slug=slug, posts=asked.posts)
        print("\n" + raising.text(kept["raising"]))
    return kept


def migrate(env: Mapping[str, str]) -> None:
    argv = [sys.executable, "manage.py", "migrate", "--database=owner", "-v0"]
    subprocess.run(argv, env={**os.environ, **env}, check=True)


def prepare(stack: Stack, env: Mapping[str, str], *, again: bool) -> str:
    """The demonstration, whose stories are copied; made anew where what it is made from has changed, if it may be."""
    mark = fingerprint(PREPARED)
    kept = stack.state / "bench.json"
    if kept.exists() and not again:
        migrate(env)
        return mark
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


def shown(served: Mapping[int, Served], loaded: dict[str, Any], asked: argparse.Namespace) -> dict[str, Any]:
    today = datetime.now(ZoneInfo("Europe/London")).date()
    by_size = {size: pages(one.found, today=today) for size, one in served.items()}
    together = [dict(zip(by_size, each, strict=True)) for each in zip(*by_size.values(), strict=True)]
    wanted = [
        each for each in together if not asked.only or any(one.lower() in each[min(served)].name.lower() for one in asked.only)
    ]
    began = time.perf_counter()
    lines = [table.line(one) for one in measured(wanted, served, rounds=asked.rounds)]
    print(table.text(lines, loaded=loaded))
    return {"pages": lines, "loaded": loaded, "rounds": asked.rounds, "seconds": round(time.perf_counter() - began)}


if __name__ == "__main__":
    sys.exit(main())
