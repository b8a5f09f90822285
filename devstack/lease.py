"""One launcher per STATE, and nothing left behind: the lock, and the processes an earlier, killed launcher left.

Knows folders and process ids, not what the processes do.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import signal
import sys
import time
from pathlib import Path

import psutil

from devstack.services import MARK, POSTGRES_HOME, open_umask, write_private

LOCK = "devstack.lock"


class Lease:
    """Holds STATE from here on.  Exits with a sentence when another launcher holds it."""

    def __init__(self, state: Path) -> None:
        self.state = state
        made_here = not state.exists() or (state / LOCK).exists() or not any(state.iterdir())
        with open_umask():
            state.mkdir(parents=True, exist_ok=True)
        if not made_here:
            sys.exit(f"{state} is not empty and is not this program's folder. Name another with STATE=…")
        state.chmod(0o755)  # PostgreSQL's own user must pass through; every secret in it is a 0600 file
        self.file = open(state / LOCK, "a")  # noqa: SIM115  (held open for as long as we run)
        try:
            fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self.file.close()
            sys.exit(f"Already running from {state}. Stop that one first, or name another folder with STATE=…")
        self.pids = state / "pids.json"
        self.stop_left_behind()
        (state / "logs").mkdir(exist_ok=True)

    def record(self, pid: int) -> None:
        known = json.loads(self.pids.read_text()) if self.pids.exists() else []
        with contextlib.suppress(psutil.NoSuchProcess):
            known.append([pid, psutil.Process(pid).create_time()])
        write_private(self.pids, json.dumps(known))

    def stop_left_behind(self) -> None:
        """Stop what a launcher that was killed left running.

        A process is ours when its id and its time of birth are the recorded ones (numbers are used again), or when it
        carries this STATE in its environment (a worker whose recorded parent is already gone).  Newest first: the
        web process and the workers go before the servers they need.
        """
        if not self.pids.exists():
            return
        recorded = []
        for pid, born in json.loads(self.pids.read_text()):
            with contextlib.suppress(psutil.Error):
                process = psutil.Process(pid)
                if abs(process.create_time() - born) < 1:
                    recorded.append(process)
        for process in reversed(recorded):
            stop(process)
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error, OSError):
                if process.pid != os.getpid() and process.environ().get(MARK) == str(self.state):
                    stop(process)
        self.pids.unlink(missing_ok=True)

    def clear(self) -> None:
        """Empty the folder, but for the lease and any other STATE that stands inside it. Whoever clears the same folder at the
        same moment takes nothing away that should stay: what is gone already is gone."""
        with contextlib.suppress(OSError, ValueError, KeyError):
            remembered = json.loads((self.state / "devstack.json").read_text())
            if Path(remembered["postgres_home"]).name.startswith(POSTGRES_HOME):
                shutil.rmtree(remembered["postgres_home"], ignore_errors=True)
        for entry in self.state.iterdir():
            if entry.is_dir() and not entry.is_symlink():
                if not any(entry.rglob(LOCK)):
                    shutil.rmtree(entry, onerror=_gone_already)
            elif entry.name != LOCK:
                entry.unlink(missing_ok=True)
        (self.state / "logs").mkdir(exist_ok=True)

    def release(self) -> None:
        self.pids.unlink(missing_ok=True)
        self.file.close()


def _gone_already(function: object, path: str, problem: tuple[type[BaseException], BaseException, object]) -> None:
    if not isinstance(problem[1], FileNotFoundError):
        raise problem[1]


def stop(process: psutil.Process, *, seconds: float = 10) -> None:
    with contextlib.suppress(psutil.Error):
        # For PostgreSQL SIGTERM would wait until every session ends by itself; SIGINT ends them.
        process.send_signal(signal.SIGINT if "postgres" in process.name() else signal.SIGTERM)
        end = time.monotonic() + seconds
        while lives(process):
            if time.monotonic() > end:
                process.kill()
            time.sleep(0.05)


def lives(process: psutil.Process) -> bool:
    """Zombies do not: an orphan stays one where nobody reaps it, as in many containers."""
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
