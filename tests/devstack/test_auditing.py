"""The audit of what is installed: a known vulnerability fails it, and silence never passes for a clean answer."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from typing import Any

import pytest

from devstack.audit import PINNED, audit
from devstack.stack import ROOT

CLEAN = {"name": "django", "version": "5.2.19", "vulns": []}
KNOWN = {"name": "pyyaml", "version": "6.0.3", "vulns": [{"id": "GHSA-0000"}]}
SKIPPED = {"name": "tzdata", "skip_reason": "not found"}


def auditor(*dependencies: dict[str, Any]) -> Any:
    def run(arguments: Sequence[str]) -> subprocess.CompletedProcess[str]:
        asked.append(arguments[-1])
        return subprocess.CompletedProcess(arguments, 0, json.dumps({"dependencies": dependencies}), "")

    asked: list[str] = []
    run.asked = asked  # type: ignore[attr-defined]
    return run


def test_every_set_of_pins_is_looked_up() -> None:
    run = auditor(CLEAN)
    found = audit(run)
    assert (found.asked, found.good, found.sentence) == (True, True, "No known vulnerability in any pinned package.")
    assert run.asked == [str(ROOT / "requirements" / f"{name}.txt") for name in PINNED]


def test_what_is_known_is_named_and_fails() -> None:
    found = audit(auditor(CLEAN, KNOWN))
    assert (found.good, set(found.known)) == (False, {"  pyyaml 6.0.3: GHSA-0000"})


@pytest.mark.parametrize("listed", [[SKIPPED], [CLEAN, SKIPPED], []])
def test_what_was_not_looked_up_was_not_audited(listed: list[dict[str, Any]]) -> None:
    found = audit(auditor(*listed))
    assert (found.asked, found.good) == (False, True)
    assert found.sentence.startswith("The dependencies were NOT audited: the advisories were not asked about ")


@pytest.mark.parametrize("stopped", [OSError("no way out"), subprocess.TimeoutExpired("audit", 1), None])
def test_without_a_way_to_the_advisories_it_says_so_and_the_tests_go_on(stopped: Exception | None) -> None:
    def run(arguments: Sequence[str]) -> subprocess.CompletedProcess[str]:
        if stopped is not None:
            raise stopped
        return subprocess.CompletedProcess(arguments, 1, "", "Traceback: no route")

    found = audit(run)
    assert (found.asked, found.good) == (False, True)
    assert found.sentence == "The dependencies were NOT audited: no source of advisories could be reached."
