"""`dev.py test` and `dev.py lint`: every check and every test, all of them run, one table at the end.

Knows the tools by their command lines, and no test by name.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from devstack import browser
from devstack.audit import audit
from devstack.lease import LOCK, Lease
from devstack.services import open_umask
from devstack.stack import PYTHON, ROOT, Interrupted, Stack

TOOLS = Path(PYTHON).parent
LEAST_COVERED = "95"  # per cent of lines and branches
NOWHERE = {  # settings can be read without a server; nothing here is ever connected to
    "DATABASE_URL": "postgres://esc_app@127.0.0.1:1/escalation",
    "DATABASE_OWNER_URL": "postgres://esc_owner@127.0.0.1:1/escalation",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "SECRET_KEY": "for checks alone",
    "DEPLOYMENT": "demo",
}
FAULTS = "tests/faults"
Outcome = tuple[str, bool, float]


def templates() -> list[str]:
    return sorted(str(path.relative_to(ROOT)) for path in (ROOT / "templates").rglob("*.html"))


def static_checks() -> dict[str, list[str]]:
    return {
        "ruff check": [str(TOOLS / "ruff"), "check", "--no-cache", "."],
        "ruff format": [str(TOOLS / "ruff"), "format", "--no-cache", "--check", "."],
        "djade (templates)": [str(TOOLS / "djade"), "--check", "--target-version", "5.2", *templates()],
        "mypy (types)": [PYTHON, "-m", "mypy"],
        "import-linter (layers)": [str(TOOLS / "lint-imports"), "--no-cache"],
    }


def database_checks() -> dict[str, list[str]]:
    return {
        "migrations are whole": [PYTHON, "manage.py", "makemigrations", "--check", "--dry-run"],
        "manage.py check": [PYTHON, "manage.py", "check"],
    }


def perform(name: str, argv: Sequence[str], *, env: Mapping[str, str]) -> Outcome:
    """Run one check; show what it says only when it fails."""
    began = time.perf_counter()
    done = subprocess.run(argv, cwd=ROOT, env=dict(env), capture_output=True, text=True, check=False)
    if done.returncode:
        print(f"\n--- {name} failed\n{done.stdout}{done.stderr}", flush=True)
    return name, done.returncode == 0, time.perf_counter() - began


def audited() -> Outcome:
    """Against the advisories, where they can be reached; the line says when they could not."""
    began = time.perf_counter()
    found = audit()
    if found.known or not found.asked:
        print(f"\n{found.sentence}", flush=True)
    name = "dependencies audited" if found.asked else "dependencies (NOT audited)"
    return name, found.good, time.perf_counter() - began


def table(outcomes: Sequence[Outcome]) -> int:
    print("\nCheck                          Result      Time")
    for name, good, seconds in outcomes:
        print(f"{name:<30} {'ok' if good else 'FAILED':<8} {seconds:6.1f} s")
    failed = [name for name, good, _ in outcomes if not good]
    verdict = (
        f"{len(failed)} of {len(outcomes)} failed: {', '.join(failed)}" if failed else f"All {len(outcomes)} checks are good."
    )
    print(f"\n{verdict}", flush=True)
    return 1 if failed else 0


def reformat() -> int:
    """Write everything as the two formatters want it; what ruff can mend by itself is mended."""
    done = [
        subprocess.call(argv, cwd=ROOT)
        for argv in (
            [str(TOOLS / "ruff"), "check", "--no-cache", "--fix", "."],
            [str(TOOLS / "ruff"), "format", "--no-cache", "."],
            [str(TOOLS / "djade"), "--target-version", "5.2", *templates()],
        )
    ]
    return max(done)


def lint() -> int:
    env = {**os.environ, **{name: value for name, value in NOWHERE.items() if name not in os.environ}}
    return table([perform(name, argv, env=env) for name, argv in static_checks().items()])


# ---------------------------------------------------------------- with servers


def test(arguments: Sequence[str], *, state: Path, only_pytest: bool) -> int:
    """Everything, on servers of its own in a folder of its own that is gone afterwards: runs beside any other."""
    place = temporary_state(state)
    os.umask(0o077)
    stack = Stack(place, durable=False)
    try:
        env = {**os.environ, **stack.environment(), "DEPLOYMENT": "demo"}
        env["PYTHONUNBUFFERED"] = "1"
        outcomes = []
        if not only_pytest:
            for name, argv in (static_checks() | database_checks()).items():
                outcomes.append(perform(name, argv, env=env))
            outcomes.append(audited())
        found = browser_outcome(env)
        outcomes += [found] if found else []
        whole = not only_pytest
        if whole and not arguments:
            begin_faults(stack, env=env)
        outcomes.append(pytest(arguments, env=env, whole=whole))
        if "faults" in stack.processes:
            outcomes.append(faults_outcome(stack))
        return table(outcomes) if len(outcomes) > 1 else int(not outcomes[0][1])
    except Interrupted:
        print("\nStopping …", flush=True)
        return 130
    finally:
        stack.discard()


def begin_faults(stack: Stack, *, env: Mapping[str, str]) -> None:
    """The tests of faults wait more than they work, and on servers of their own: they go on beside all the others."""
    argv = [PYTHON, "-m", "pytest", f"--basetemp={Path(env['STATE_DIR']) / 'tmp-faults'}", FAULTS, "-v", "--durations=0"]
    stack.keep("faults", argv, env=env)


def faults_outcome(stack: Stack) -> Outcome:
    """What is still to be waited for when the others are done; what they said, where one of them failed."""
    began, process = time.perf_counter(), stack.processes["faults"]
    good = process.wait() == 0
    if not good:
        print(f"\n--- {FAULTS} failed\n{(stack.state / 'logs' / 'faults.log').read_text(errors='replace')}", flush=True)
    return f"{FAULTS}, beside them", good, time.perf_counter() - began


def temporary_state(state: Path) -> Path:
    """STATE/test/<one of its own>.  What a killed run left there goes at once: its servers, then its files."""
    folder = state.resolve() / "test"
    with open_umask():
        folder.mkdir(parents=True, exist_ok=True)
        (state / LOCK).touch()  # so that a later `run` knows the folder for its own
        for left in folder.glob(f"run-*/{LOCK}"):
            with suppress(SystemExit):  # still running: none of our business
                lease = Lease(left.parent)
                lease.clear()
                shutil.rmtree(left.parent, ignore_errors=True)
                lease.release()
        return Path(tempfile.mkdtemp(prefix="run-", dir=folder))


def browser_outcome(env: dict[str, str]) -> Outcome | None:
    """Name the browser to the tests, or that there is none: one clear line, and in CI a failure."""
    began = time.perf_counter()
    program = browser.chromium()
    if program:
        env["CHROMIUM"] = program
    if program is not None:
        return None
    env["NO_CHROMIUM"] = "1"
    print(f"No Chromium: the browser tests are left out. To run them, {browser.WHAT_TO_DO}.", flush=True)
    return "a browser for the tests", not os.environ.get("CI"), time.perf_counter() - began


def pytest(arguments: Sequence[str], *, env: Mapping[str, str], whole: bool) -> Outcome:
    """The tests.  Coverage is judged for the whole suite alone: a part of it covers a part."""
    began = time.perf_counter()
    # Made anew at the start and left at the end: these servers go as a whole, and a session that a test's thread still
    # holds must not turn a good run into a failed one.
    database = ["--create-db", "--reuse-db"]
    counted = whole and not arguments
    place = Path(env["STATE_DIR"])
    lines = place / "covered.json"
    counting = ["-m", "slipcover", "--json", "--out", str(lines)] if counted else []
    argv = [PYTHON, *counting, "-m", "pytest", f"--basetemp={place / 'tmp'}", *database, *arguments]
    if env.get("NO_CHROMIUM"):
        argv += ["-m", "not browser"]
    if counted:
        argv += ["-n", "2", "--dist", "loadscope", "--durations=10", "--durations-min=5", f"--ignore={FAULTS}"]
    code = subprocess.call(argv, cwd=ROOT, env=dict(env))
    if counted and lines.exists():
        # Judged apart: judging while it counts throws away what the workers counted before it is printed.
        judged = ["--merge", str(lines), "--out", str(place / "judged.json"), "--skip-covered", "--fail-under", LEAST_COVERED]
        code = subprocess.call([PYTHON, "-m", "slipcover", *judged], cwd=ROOT, env=dict(env)) or code
    name = f"pytest, coverage >= {LEAST_COVERED} %" if counted else "pytest (a part of it)"
    return name, code == 0, time.perf_counter() - began
