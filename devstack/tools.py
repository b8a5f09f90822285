"""The smaller verbs of dev.py: manage.py against a running copy, the measurements, the generated pages of the manual.

Knows where they start, and nothing of what they do.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from devstack.checks import temporary_state
from devstack.stack import PYTHON, ROOT, Interrupted, Stack


def call(verb: str, arguments: Sequence[str], *, state: Path) -> int:
    match verb:
        case "manage":
            return manage(arguments, state=state.resolve())
        case "bench":
            # It loads as no login of the product may, so it brings up servers of its own and takes no others.
            return subprocess.call([PYTHON, "-m", "bench", "--state", str(state), *arguments], cwd=ROOT)
        case "load":
            return subprocess.call([PYTHON, "-m", "bench.load", "--state", str(state), *arguments], cwd=ROOT)
        case "docs":
            if not any(ROOT.glob("*/management/commands/write_manual.py")):
                sys.exit("No page of the manual is generated yet: there is no command write_manual.")
            return with_servers([PYTHON, "manage.py", "write_manual", *arguments], state=state)
    raise ValueError(verb)


def manage(arguments: Sequence[str], *, state: Path) -> int:
    """manage.py with both logins of the copy that runs from STATE."""
    files = [state / "env.json", state / "owner.json"]
    if not all(file.exists() for file in files):
        sys.exit(f"Nothing is running from {state}: start it first (make run), or name its folder with --state.")
    env = dict(os.environ)
    for file in files:
        env |= json.loads(file.read_text())
    return subprocess.call([PYTHON, "manage.py", *arguments], cwd=ROOT, env=env)


def with_servers(argv: Sequence[str], *, state: Path) -> int:
    """Run one command against servers of its own, which are gone afterwards."""
    os.umask(0o077)
    stack = Stack(temporary_state(state), durable=False)
    try:
        env = {**os.environ, **stack.environment(), "DEPLOYMENT": "demo"}
        return subprocess.call(argv, cwd=ROOT, env=env)
    except Interrupted:
        return 130
    finally:
        stack.discard()
