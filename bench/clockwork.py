"""Noting and announcing what passed, an empty tick, and what walls and chain cost: measured by noting.py, told as lines.

The database is one of its own: nothing in it but disagreements that are worked on, so that a hundred thousand clocks run."""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from devstack import roles
from devstack.stack import Stack

from .loading import database
from .noting import DONE
from .places import STRIDE
from .sizes import Size

ROOT = Path(__file__).resolve().parent.parent
PARTNERSHIP = 2 * STRIDE + 1
# Of the demonstration's stories that are worked on, two in three clocks run.
USUAL, PASSED, ROUNDS = 66_000, 10_000, 3
TIMES_FLOOR, A_SECOND, EMPTY_MS = 10.0, 2_000, 50.0
SAID = (
    "Floor: one SQL statement by the same login that changes and adds the same rows (clocks, disagreements, entries with their\n"
    "chain, notices), taken back. Walls: the same work by a login that row-level security does not hold. Chain: entries put in\n"
    "with its trigger and without. Medians, in turns in one run."
)


@dataclass(frozen=True)
class Busy(Size):
    """One partnership in which everything is worked on, by as many people as a large one has."""

    @property
    def live(self) -> int:
        return self.disagreements

    @property
    def agency_sets(self) -> int:
        return 1

    @property
    def teams(self) -> int:
        return 12


def told(env: Mapping[str, str], **asked: Any) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "bench.noting"],
        cwd=ROOT,
        env={**os.environ, **env, "DJANGO_SETTINGS_MODULE": "bench.settings"},
        input=json.dumps(asked) + "\n",
        text=True,
        stdout=subprocess.PIPE,
        check=True,
    )
    answer: dict[str, Any] = json.loads(next(li for li in done.stdout.splitlines() if li.startswith(DONE)).removeprefix(DONE))
    return answer


def at(env: Mapping[str, str], superuser: str) -> dict[str, str]:
    name = urlsplit(superuser).path
    moved = {key: urlunsplit(urlsplit(env[key])._replace(path=name)) for key in ("DATABASE_URL", "DATABASE_OWNER_URL")}
    return {**env, **moved}


def lines(
    env: Mapping[str, str],
    superuser: str,
    *,
    disagreements: int,
    passed: int,
    mark: str | None,
    largest: str,
    rounds: int = ROUNDS,
) -> list[dict[str, Any]]:
    """`largest`: the superuser's address of the largest database that was loaded, for the empty tick."""
    url, _ = database(superuser, disagreements=disagreements, mark=mark, of=[Busy(1, disagreements)], name="bench_running")
    found = told(at(env, url), superuser=url, partnership=PARTNERSHIP, passed=passed, rounds=rounds)
    return [*judged(found), tick(told(at(env, largest), empty=True))]


def judged(found: Mapping[str, Any]) -> list[dict[str, Any]]:
    p50 = {name: statistics.median(times) for name, times in found["times"].items()}
    passed, whole = found["passed"], p50["noting"] + p50["announcing"]
    rate = passed / p50["noting"]
    times = p50["noting"] / p50["floor"]
    walls = (p50["noting without walls"] + p50["announcing without walls"]) or 1
    return [
        {
            "what": "Noting what passed", "of": f"{passed} of {found['running'] + found['begun']} that run",
            "seconds": round(p50["noting"], 2), "floor_seconds": round(p50["floor"], 2), "times_floor": round(times, 2),
            "a_second": round(rate), "budget": {"times_floor": TIMES_FLOOR, "a_second": A_SECOND},
            "holds": times <= TIMES_FLOOR and rate >= A_SECOND,
        },
        {
            "what": "Announcing it", "of": f"{found['notices']} notices", "seconds": round(p50["announcing"], 2),
            "a_second": round(found["notices"] / p50["announcing"]),
        },
        {
            "what": "Noting and announcing", "of": f"{passed}", "seconds": round(whole, 2),
            "times_floor": round(whole / p50["floor"], 2), "a_second": round(passed / whole),
            "budget": {"times_floor": TIMES_FLOOR}, "holds": whole / p50["floor"] <= TIMES_FLOOR,
        },
        {"what": "Cost of walls: noting, announcing", "times": round(whole / walls, 2)},
        {"what": "Cost of walls: rows of a page", "times": round(p50["page"] / p50["page without walls"], 2)},
        {"what": "Cost of the chain: entries", "times": round(p50["chained"] / p50["unchained"], 2)},
    ]  # fmt: skip


def tick(found: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "what": "A tick that finds nothing", "of": f"{found['queries']} queries", "ms": found["ms"], "each_ms": found["each_ms"],
        "budget": {"ms": EMPTY_MS}, "holds": found["ms"] < EMPTY_MS,
    }  # fmt: skip


def text(found: list[dict[str, Any]]) -> str:
    shown = [f"{'clockwork':<36}{'of':>28}{'time':>12}{'x floor':>9}{'a second':>10}   holds"]
    for one in found:
        took = f"{one['seconds']} s" if "seconds" in one else f"{one['ms']} ms" if "ms" in one else f"x {one['times']}"
        holds = {True: "yes", False: "no"}.get(one.get("holds", ""), "")
        rest = f"{one.get('times_floor', ''):>9}{one.get('a_second', ''):>10}   {holds}"
        shown.append(f"{one['what']:<36}{one.get('of', ''):>28}{took:>12}{rest}")
    return "\n".join([*shown, "", SAID])


def main() -> int:
    """By itself: against a folder that `python -m bench --keep FOLDER --load-only` made."""
    parser = argparse.ArgumentParser(prog="python -m bench.clockwork", description=__doc__)
    parser.add_argument("--keep", type=Path, required=True)
    parser.add_argument("--running", type=int, default=USUAL)
    parser.add_argument("--passed", type=int, default=PASSED)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--largest", default="", help="the name of the database that an empty tick is measured in")
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    stack = Stack(asked.keep, durable=False)
    try:
        env = stack.environment() | {"DEPLOYMENT": "demo"}
        superuser = roles.at_database(stack.services[0].url, database=roles.DATABASE)
        largest = roles.at_database(superuser, database=asked.largest or "bench_running")
        found = lines(
            env, superuser, disagreements=asked.running, passed=asked.passed, mark=None, largest=largest, rounds=asked.rounds
        )
        print(text(found))
        if asked.json:
            asked.json.write_text(json.dumps(found, indent=1) + "\n")
    finally:
        stack.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
