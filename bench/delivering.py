"""Delivering notices over one connection, held against a bare loop over one connection: measured by posting.py, told as lines.

By itself: `python -m bench.delivering --keep FOLDER`, against a folder that `python -m bench --keep FOLDER --load-only` made."""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from devstack import roles
from devstack.stack import Stack

ROOT = Path(__file__).resolve().parent.parent
DONE = "bench: "
NOTICES, ROUNDS, LEAST = 20_000, 3, 0.8
SAID = (
    "Floor: a bare loop of smtplib.sendmail over one connection, of finished bytes, to the same mail server, a process of its\n"
    "own that takes everything, in turns in one run. The product claims, makes, sends and marks. Medians of the rounds."
)


@contextmanager
def letterbox() -> Iterator[int]:
    process = subprocess.Popen([sys.executable, "-m", "bench.letterbox"], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        yield int((process.stdout or sys.stdin).readline())
    finally:
        process.terminate()
        process.wait(10)


def lines(env: Mapping[str, str], superuser: str, *, notices: int = NOTICES, rounds: int = ROUNDS) -> list[dict[str, Any]]:
    """In the database at which `env` and the superuser's address point, in its first partnership, which is made live for it."""
    with roles.cursor(superuser) as cur:
        cur.execute("SELECT min(id) FROM partnerships_partnership WHERE rehearsal_of_id IS NULL")
        partnership = int(cur.fetchone()[0])
        cur.execute("UPDATE partnerships_partnership SET live_since = now() WHERE id = %s AND live_since IS NULL", [partnership])
        cur.execute("VACUUM (ANALYZE) notifications_message")
    with letterbox() as port:
        asked = {"port": port, "partnership": partnership, "number": notices, "rounds": rounds}
        done = subprocess.run(
            [sys.executable, "-m", "bench.posting"], cwd=ROOT,
            env={**os.environ, **env, "DJANGO_SETTINGS_MODULE": "bench.settings"},
            input=json.dumps(asked) + "\n", text=True, stdout=subprocess.PIPE, check=True,
        )  # fmt: skip
    told = next(line for line in done.stdout.splitlines() if line.startswith(DONE))
    return [judged(json.loads(told.removeprefix(DONE)))]


def judged(found: Mapping[str, Any]) -> dict[str, Any]:
    floor, took = (statistics.median(found["times"][name]) for name in ("floor", "delivering"))
    whole = found["sent"] == found["number"] * len(found["times"]["floor"]) and not found["left"]
    share = floor / took
    return {
        "what": "Delivering notices", "of": f"{found['number']} over one connection", "seconds": round(took, 2),
        "floor_seconds": round(floor, 2), "share_of_floor": round(share, 2), "a_second": round(found["number"] / took),
        "budget": {"share_of_floor": LEAST}, "holds": whole and share >= LEAST,
    }  # fmt: skip


def text(found: list[dict[str, Any]]) -> str:
    shown = [f"{'delivery':<36}{'of':>28}{'time':>12}{'of floor':>9}{'a second':>10}   holds"]
    for one in found:
        rest = f"{one['share_of_floor']:>9.0%}{one['a_second']:>10}   {'yes' if one['holds'] else 'no'}"
        shown.append(f"{one['what']:<36}{one['of']:>28}{one['seconds']:>10} s{rest}")
    return "\n".join([*shown, "", SAID])


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.delivering", description=__doc__)
    parser.add_argument("--keep", type=Path, required=True)
    parser.add_argument("--notices", type=int, default=NOTICES)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    stack = Stack(asked.keep, durable=False)
    try:
        env = stack.environment() | {"DEPLOYMENT": "demo"}
        superuser = roles.at_database(stack.services[0].url, database=roles.DATABASE)
        found = lines(env, superuser, notices=asked.notices, rounds=asked.rounds)
        print(text(found))
        if asked.json:
            asked.json.write_text(json.dumps(found, indent=1) + "\n")
    finally:
        stack.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
