"""`make load`: the whole product as `make run` starts it, and a hundred simultaneous people for a quarter of an hour.

Ends with 1 where anything went wrong: an error on any page, something raised and answered that is not there once, a chain
that does not verify. Figures are this machine's."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from devstack import roles
from devstack.checks import temporary_state
from devstack.run import Preparation, product, wait_for
from devstack.services import free_port
from devstack.stack import PYTHON, ROOT, Interrupted, Stack, without_owner

from ..__main__ import GIVEN, at_databases, migrate, prepare
from ..loading import database
from ..raising import prepared
from . import memory, report

ROLES = {"practitioner": 50, "lead": 40, "partnership_manager": 10}
EARLY = 3.0
SERVED = "gunicorn with 2 workers of 4 threads, one Celery worker, beat"
NOT_ONCE = """
    SELECT p.slug || ' ' || a.reference FROM unnest(%s::text[], %s::text[], %s::uuid[]) a (slug, reference, key)
    JOIN partnerships_partnership p ON p.slug = a.slug
    WHERE (SELECT count(*) FROM escalation_disagreement d WHERE d.partnership_id = p.id AND d.reference = a.reference
           AND d.key = a.key AND d.state <> 'draft') <> 1
       OR (SELECT count(*) FROM escalation_chronologyentry e JOIN escalation_disagreement d ON d.id = e.disagreement_id
           WHERE d.key = a.key AND e.kind = 'raised') <> 1
"""


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make load", description=__doc__)
    parser.add_argument("--minutes", type=float, default=15.0)
    parser.add_argument("--people", type=int, default=100)
    parser.add_argument("--partnerships", type=int, default=1, choices=range(1, 9), metavar="1-8", help="spread over so many (1)")
    parser.add_argument("--disagreements", type=int, default=20_000, help="how many there are in the database (20000)")
    parser.add_argument("--json", type=Path, help="also write what was found to this file")
    parser.add_argument("--state", type=Path, default=Path(".dev"), help="below which the servers' folder is made (.dev)")
    parser.add_argument("--keep", type=Path, help="a folder for the servers and their database, used again by the next run")
    stands = "use the database of the kept folder whatever it was made from, and only migrate it"
    parser.add_argument("--as-it-stands", action="store_true", help=stands)
    return parser.parse_args()


def main() -> int:
    asked = options()
    if any(os.environ.get(name) for name in GIVEN):
        sys.exit(f"The load uses servers of its own: unset {', '.join(GIVEN)}.")
    os.umask(0o077)
    stack = Stack(asked.keep or temporary_state(asked.state))
    try:
        return run(stack, asked)
    except Interrupted:
        return 130
    finally:
        (stack.stop if asked.keep else stack.discard)()


def run(stack: Stack, asked: argparse.Namespace) -> int:
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    env = stack.environment() | {"DEPLOYMENT": "demo", "BASE_URL": address, "ALLOWED_HOSTS": "127.0.0.1"}
    mark = prepare(stack, env, again=not asked.as_it_stands)
    preparation = Preparation(stack, env=env)
    preparation.end("static", preparation.begin("static"))
    superuser = roles.at_database(stack.services[0].url, database=roles.DATABASE)
    url, made = database(superuser, disagreements=asked.disagreements, mark=None if asked.as_it_stands else mark)
    print(f"  {json.dumps({'disagreements': asked.disagreements, **(made or {})})}", file=sys.stderr, flush=True)
    own = at_databases(env, urlsplit(url).path.lstrip("/"))
    if asked.as_it_stands and made is None:
        migrate(own)
    slugs = [f"bench-{number + 1}" for number in range(asked.partnerships)]
    people = everybody(own, slugs, number=asked.people)
    files = {name: stack.state / f"load_{name}.json" for name in ("people", "raised", "done")}
    files["raised"].write_text("")
    files["done"].unlink(missing_ok=True)
    files["people"].write_text(json.dumps(people))
    plain = without_owner(os.environ) | without_owner(own)
    for name, argv in product(stack.state, host="127.0.0.1", port=port).items():
        stack.keep(name, argv, env=plain)
    wait_for(f"{address}/healthz", stack=stack)
    early, late = crowd(stack, asked, address=address, files=files)
    line = found(stack, asked, env=own, superuser=url, files=files, early=early, late=late)
    print(report.text(line))
    if asked.json:
        asked.json.write_text(json.dumps(line, indent=1) + "\n")
    return 0 if line["holds"] else 1


def everybody(env: Mapping[str, str], slugs: list[str], *, number: int) -> dict[str, list[dict[str, Any]]]:
    """Who comes, by role, in turn from each partnership: signed in beforehand by the owner's side. Where fewer work in a
    role than come, somebody has two windows."""
    whole = sum(ROLES.values())
    wanted = {role: max(1, round(share * number / whole / len(slugs))) for role, share in ROLES.items()}
    found: dict[str, list[dict[str, Any]]] = {role: [] for role in ROLES}
    for slug in slugs:
        made = prepared(env, slug=slug, people=wanted, filled=True)
        for one in made["people"]:
            found[one["role"]].append({**one, "slug": slug})
    return {role: sorted(some, key=lambda one: one["id"] % 1_000) for role, some in found.items()}


def crowd(
    stack: Stack, asked: argparse.Namespace, *, address: str, files: Mapping[str, Path]
) -> tuple[dict[str, int], dict[str, int]]:
    """Let them come within half a minute, and look at every process's memory at minute 3 (half-time where it is shorter) and
    just before the end."""
    told = {f"LOAD_{name.upper()}": str(file) for name, file in files.items()}
    seconds = round(asked.minutes * 60)
    argv = [PYTHON, "-m", "locust", "-f", "bench/load/people.py", "--headless", "--only-summary", "--host", address,
            "--users", str(asked.people), "--spawn-rate", str(max(1, asked.people // 25)), "--run-time", f"{seconds}s",
            "--stop-timeout", "30"]  # fmt: skip
    process = stack.spawn("load", argv, env=without_owner(os.environ) | told)
    servers = {service.name: service.process.pid for service in stack.services if service.process}
    leaders = {name: one.pid for name, one in stack.processes.items()} | servers
    began, early, late = time.monotonic(), dict[str, int](), dict[str, int]()
    while process.poll() is None:
        gone = (time.monotonic() - began) / 60
        if (dead := stack.died()) is not None:
            sys.exit(f"{dead[1]}\n{dead[0]}")
        if gone < asked.minutes:
            late = memory.sample(leaders)
        if not early and gone >= early_minute(asked.minutes):
            early = late
        time.sleep(5)
    return early, late


def early_minute(minutes: float) -> float:
    return min(EARLY, minutes / 2)


def found(
    stack: Stack, asked: argparse.Namespace, *, env: Mapping[str, str], superuser: str, files: Mapping[str, Path],
    early: Mapping[str, int], late: Mapping[str, int],
) -> dict[str, Any]:  # fmt: skip
    if not files["done"].exists():
        sys.exit(f"{(stack.state / 'logs' / 'load.log').read_text()[-2000:]}\nNobody came.")
    raised = [json.loads(line) for line in files["raised"].read_text().splitlines()]
    with roles.cursor(superuser) as cur:
        cur.execute(NOT_ONCE, [[one[name] for one in raised] for name in ("slug", "reference", "key")])
        lost = [str(row[0]) for row in cur.fetchall()]
    chain = all(verified(env, f"bench-{number + 1}") for number in range(asked.partnerships))
    return report.found(
        json.loads(files["done"].read_text()), early=early, late=late, lost=lost, chain=chain,
        unprompted=logged(stack), raised=len(raised), people=asked.people, partnerships=asked.partnerships,
        minutes=asked.minutes, early_minute=early_minute(asked.minutes), served=SERVED,
    )  # fmt: skip


def verified(env: Mapping[str, str], slug: str) -> bool:
    """Whether every hash of the chain of a partnership in which somebody worked is what it must be."""
    argv = [PYTHON, "manage.py", "verify_chronology", "--partnership", slug]
    return subprocess.run(argv, cwd=ROOT, env={**os.environ, **env}, stdout=subprocess.DEVNULL, check=False).returncode == 0


def logged(stack: Stack) -> list[str]:
    """The first lines in which a process of ours complains."""
    lines = []
    for name in ("web", "worker", "beat"):
        for line in (stack.state / "logs" / f"{name}.log").read_text(errors="replace").splitlines():
            if any(word in line for word in ("ERROR", "CRITICAL", "Traceback", '"error"')):
                lines.append(f"{name}: {line[:200]}")
    return lines[:10]


if __name__ == "__main__":
    sys.exit(main())
