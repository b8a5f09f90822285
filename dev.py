#!/usr/bin/env python3
"""Install what is needed, then run, test or check the product: `python3 dev.py help`.

The bootstrap: Python's standard library only, until the environment in .venv exists; then it goes on inside that.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import time
import venv
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PY = VENV / "bin" / "python"
HELP = """\
make run        the whole product at http://127.0.0.1:8000/  (PORT=, HOST=, STATE=folder; FRESH=1 begins anew)
make test       every check and every test                    (ARGS="tests/escalation -k agree" for a part)
make lint       the checks that need no server: style, types, layers, templates
make bench      how fast the product is   (ARGS="--disagreements 1000000" for the whole)
make load       a hundred simultaneous people for a quarter of an hour
make docs       write the generated pages of the manual anew
make help       this list

Without make: python3 dev.py run|test|lint|bench|load|docs [--port --host --state --fresh] [arguments]. Also:
  python3 dev.py pytest [arguments]    pytest alone, on servers of its own
  python3 dev.py manage [arguments]    manage.py against the running copy, with the database owner's login too
  python3 dev.py format                write the code and the templates in their one style
  python3 dev.py audit                 look every pinned package up in the advisories of known vulnerabilities
  python3 dev.py words                 write the catalogue of Welsh words anew, and say what is missing
  python3 dev.py lock                  compile requirements/*.in anew (hashed pins)

DATABASE_URL, DATABASE_OWNER_URL and REDIS_URL in the environment: those servers are used, and none is started."""
VERBS = ["run", "test", "pytest", "lint", "bench", "load", "docs", "manage", "format", "lock", "audit", "words", "help"]
SETS = {"run": ["app", "embedded"], "manage": ["app", "embedded"], "load": ["app", "embedded", "dev", "load"]}
EVERYTHING = ["app", "embedded", "dev"]
LOCKED = [*EVERYTHING, "load"]


# ---------------------------------------------------------------- the environment


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Two first starts from one checkout: the second waits for the first one's installation."""
    import fcntl

    VENV.mkdir(exist_ok=True)
    with open(VENV / ".installing", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def stamp(name: str) -> str:
    """What an installed requirement set is remembered by: its pins, and the interpreter they were installed for."""
    pins = (ROOT / "requirements" / f"{name}.txt").read_bytes()
    return hashlib.sha256(pins + str(PY.resolve()).encode()).hexdigest()


def missing(names: Iterable[str]) -> list[str]:
    if not PY.exists():
        return list(names)
    files = {name: VENV / f".installed-{name}" for name in names}
    return [name for name, file in files.items() if not file.exists() or file.read_text() != stamp(name)]


def install(names: list[str]) -> None:
    """Each requirement set once: what `run` installed, `test` does not install again."""
    if not missing(names):
        return
    with one_at_a_time():
        began = time.perf_counter()
        if not PY.exists():
            make_venv()
        if wanted := missing(names):
            print(f"Installing {', '.join(wanted)} into {VENV.name} ...", flush=True)
            install_files([ROOT / "requirements" / f"{name}.txt" for name in wanted])
            for name in wanted:
                (VENV / f".installed-{name}").write_text(stamp(name))
            print(f"Installed in {time.perf_counter() - began:.0f} s", flush=True)


def make_venv() -> None:
    for stale in (VENV / "bin").glob("python*"):  # links to an interpreter that is gone
        stale.unlink()
    try:
        import ensurepip  # noqa: F401  (Debian keeps it in python3-venv)

        venv.create(VENV, with_pip=True)
    except ImportError:
        venv.create(VENV, with_pip=False)


def install_files(files: list[Path]) -> None:
    """By uv, which is four times as fast; by pip where uv cannot be had or cannot reach its index. Hashes either way."""
    if subprocess.run([PY, "-m", "pip", "--version"], capture_output=True, check=False).returncode == 0:
        pip = [str(PY), "-m", "pip"]
    else:  # an environment without pip: the outer one installs into it
        pip = [sys.executable, "-m", "pip", "--python", str(PY)]
    pip += ["install", "-q", "--disable-pip-version-check", "--no-input"]
    wanted = ["--require-hashes", *(word for file in files for word in ("-r", str(file)))]
    if uv := find_uv(pip):
        argv = [uv, "pip", "install", "-q", "--compile-bytecode", "-p", str(PY), *wanted]
        if subprocess.run(argv, env={**os.environ, "UV_PYTHON_DOWNLOADS": "never"}, check=False).returncode == 0:
            return
        print("uv could not install; trying pip ...", flush=True)
    if subprocess.run([*pip, *wanted], check=False).returncode:
        sys.exit("The packages could not be installed; the reason stands above. Nothing was started.")


def find_uv(pip: list[str]) -> str | None:
    beside = VENV / "bin" / "uv"
    if not shutil.which("uv") and not beside.exists():
        subprocess.run([*pip, "uv>=0.9"], capture_output=True, check=False)
    return shutil.which("uv") or (str(beside) if beside.exists() else None)


def lock() -> int:
    """Compile the pins: all the sets agree, with hashes, and with no registry's name in them."""
    uv = find_uv([str(PY), "-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-input"])
    if not uv:
        sys.exit("uv is needed to compile requirements, and could not be installed.")
    argv = [uv, "pip", "compile", "-q", "--universal", "--python-version", "3.11", "--generate-hashes"]
    argv += ["--no-emit-index-url", "--custom-compile-command", "python3 dev.py lock"]
    for name in LOCKED:
        subprocess.run([*argv, f"{name}.in", "-o", f"{name}.txt", *sys.argv[2:]], cwd=ROOT / "requirements", check=True)
    return 0


# ---------------------------------------------------------------- the verbs


def parse(arguments: list[str]) -> tuple[argparse.Namespace, list[str]]:
    parser = argparse.ArgumentParser(usage=HELP, add_help=False, allow_abbrev=False)
    parser.add_argument("verb", choices=VERBS)
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--state", type=Path, default=ROOT / ".dev")
    parser.add_argument("--fresh", action="store_true")
    options, rest = parser.parse_known_args(arguments)
    if rest and options.verb in ("run", "lint", "help"):
        parser.error(f"{options.verb} does not know {' '.join(rest)}")
    return options, rest


def main() -> int:
    options, rest = parse(sys.argv[1:] or ["help"])
    if options.verb == "help":
        print(HELP)
        return 0
    if sys.version_info < (3, 11) or os.name == "nt":
        sys.exit("Python 3.11 or newer on Linux or macOS is needed (on Windows: WSL 2, or docker compose).")
    install(SETS.get(options.verb, EVERYTHING))
    if Path(sys.prefix).resolve() != VENV.resolve():
        os.execv(PY, [str(PY), str(ROOT / "dev.py"), *sys.argv[1:]])  # noqa: S606
    from devstack import audit, checks, run, tools, words

    match options.verb:
        case "run":
            return run.run(host=options.host, port=options.port, state=options.state, fresh=options.fresh)
        case "test" | "pytest":
            return checks.test(rest, state=options.state, only_pytest=options.verb == "pytest")
        case "lint":
            return checks.lint()
        case "format":
            return checks.reformat()
        case "lock":
            return lock()
        case "words":
            return words.call(rest)
        case "audit":
            found = audit.audit()
            print(found.sentence)
            return 0 if found.good and found.asked else 1
        case _:
            return tools.call(options.verb, rest, state=options.state)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
