"""Which release of the product this is; knows nothing else."""

from __future__ import annotations

import os
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@cache
def release() -> str:
    """As whoever built the image says (RELEASE), else as the checkout has it, else unknown."""
    if named := os.environ.get("RELEASE", ""):
        return named[:60]
    try:
        argv = ["git", "-C", str(ROOT), "log", "-1", "--format=%h of %cs"]
        found = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=5)
    except (OSError, subprocess.TimeoutExpired):
        return "unknown"
    return found.stdout.strip() or "unknown"
