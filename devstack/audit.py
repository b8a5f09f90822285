"""Whether a vulnerability is known in anything that is installed: asks the advisories, and says so when it could not.

Never counts silence for a clean answer: a package that the advisories do not know was not audited.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from devstack.stack import PYTHON, ROOT

PINNED = ("app", "embedded", "dev")
AUDITOR = "pip-audit==2.10.1"  # fetched only for this, into a place of its own: none of the product needs it
SECONDS = 120
Run = Callable[[Sequence[str]], "subprocess.CompletedProcess[str]"]


@dataclass
class Audit:
    """`asked`: every pinned package was looked up. `known`: what was found, a line each."""

    asked: bool = True
    known: list[str] = field(default_factory=list)
    why_not: str = ""

    @property
    def good(self) -> bool:
        """A machine without a way to the advisories must be able to run the tests: only what was found fails."""
        return not self.known

    @property
    def sentence(self) -> str:
        if self.known:
            return "Known vulnerabilities:\n" + "\n".join(self.known)
        if not self.asked:
            return f"The dependencies were NOT audited: {self.why_not}."
        return "No known vulnerability in any pinned package."


def audit(run: Run | None = None) -> Audit:
    found = Audit()
    with tempfile.TemporaryDirectory() as elsewhere:
        for name in PINNED:
            _one(name, found, run or _runner(elsewhere))
            if found.why_not:
                break
    return found


def _runner(folder: str) -> Run:
    def run(arguments: Sequence[str]) -> subprocess.CompletedProcess[str]:
        beside = Path(PYTHON).parent / "uvx"
        uvx = str(beside) if beside.exists() else shutil.which("uvx")
        if uvx is None:
            raise OSError("uv is not installed")
        command = [uvx, "--from", AUDITOR, "pip-audit", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=SECONDS, cwd=folder)

    return run


def _one(name: str, found: Audit, run: Run) -> None:
    pins = ROOT / "requirements" / f"{name}.txt"
    try:
        done = run(["-s", "osv", "-f", "json", "--require-hashes", "--disable-pip", "-r", str(pins)])
        listed = json.loads(done.stdout)["dependencies"]
    except (OSError, subprocess.TimeoutExpired, ValueError, KeyError, TypeError):
        found.asked, found.why_not = False, "no source of advisories could be reached"
        return
    skipped = [one["name"] for one in listed if "skip_reason" in one]
    if skipped or not listed:
        found.asked, found.why_not = False, f"the advisories were not asked about {', '.join(skipped) or name}"
    for one in listed:
        found.known += [f"  {one['name']} {one['version']}: {vulnerability['id']}" for vulnerability in one.get("vulns", [])]
