"""dev.py before anything is installed: what it installs and remembers, and the commands that lead to it."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import dev
from devstack.stack import ROOT


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """A checkout of its own with an interpreter in it; returns what was installed, call by call."""
    calls: list[list[str]] = []
    shutil.copytree(ROOT / "requirements", tmp_path / "requirements")
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "python").symlink_to(sys.executable)
    monkeypatch.setattr(dev, "ROOT", tmp_path)
    monkeypatch.setattr(dev, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(dev, "PY", tmp_path / ".venv" / "bin" / "python")
    monkeypatch.setattr(dev, "install_files", lambda files: calls.append([file.stem for file in files]))
    return calls


def test_each_requirement_set_is_installed_once(checkout: list[list[str]]) -> None:
    dev.install(dev.SETS["run"])
    dev.install(dev.SETS["run"])
    dev.install(dev.EVERYTHING)
    dev.install(dev.SETS["run"])
    assert checkout == [["app", "embedded"], ["dev"]]


def test_changed_pins_are_installed_again(checkout: list[list[str]]) -> None:
    dev.install(dev.EVERYTHING)
    with (dev.ROOT / "requirements" / "dev.txt").open("a") as pins:
        pins.write("# another pin\n")
    dev.install(dev.SETS["run"])
    dev.install(dev.EVERYTHING)
    assert checkout == [["app", "embedded", "dev"], ["dev"]]


def test_the_bootstrap_needs_nothing_but_the_standard_library() -> None:
    done = subprocess.run([sys.executable, "-S", "-E", "dev.py", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == dev.HELP + "\n"


def test_every_pin_has_a_hash_and_no_registry_is_named() -> None:
    for name in dev.LOCKED:
        text = (ROOT / "requirements" / f"{name}.txt").read_text()
        pins = re.findall(r"^[a-z0-9-]+==\S+.*(?:\\\n    --hash=sha256:[0-9a-f]{64}.*)+", text, re.MULTILINE)
        assert len(pins) == len(re.findall(r"^[^\s#]", text, re.MULTILINE))
        assert re.findall(r"https?:|file:|--index|--find-links", text) == []


def test_the_three_sets_agree() -> None:
    pinned: dict[str, set[str]] = {}
    for name in dev.EVERYTHING:
        for package, version in re.findall(
            r"^([a-z0-9-]+)==(\S+)", (ROOT / "requirements" / f"{name}.txt").read_text(), re.MULTILINE
        ):
            pinned.setdefault(package, set()).add(version)
    assert {package: versions for package, versions in pinned.items() if len(versions) > 1} == {}


def test_make_help_lists_every_target() -> None:
    targets = re.findall(r"^([a-z]+):$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert targets == re.findall(r"^make (\w+) ", dev.HELP, re.MULTILINE)


@pytest.mark.parametrize(
    ("words", "command"),
    [
        (["run"], 'dev.py run --host "127.0.0.1" --port "8000" --state ".dev"'),
        (
            ["run", "PORT=9000", "STATE=b", "HOST=0.0.0.0", "FRESH=1"],
            'dev.py run --host "0.0.0.0" --port "9000" --state "b" --fresh',
        ),
        (["test", "ARGS=tests/clocks -k day"], 'dev.py test --state ".dev" tests/clocks -k day'),
        (["lint"], "dev.py lint"),
    ],
)
def test_make_is_an_alias_of_dev_py(words: list[str], command: str) -> None:
    clean = {"PATH": "/usr/bin:/bin:/usr/local/bin"}
    done = subprocess.run(["make", "-n", *words], cwd=ROOT, env=clean, capture_output=True, text=True, check=True)
    assert done.stdout.split() == f"exec python3 {command}".split()


def test_ci_runs_make_test_and_nothing_weaker() -> None:
    script = (ROOT / ".ci" / "run").read_text().splitlines()
    assert [line for line in script if not line.startswith("#")] == ["set -eu", 'cd "$(dirname "$0")/.."', "exec make test"]
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o111


def test_an_argument_that_run_does_not_know_is_refused() -> None:
    done = subprocess.run(
        [sys.executable, "dev.py", "run", "--prot", "9000"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "run does not know --prot 9000" in done.stderr
