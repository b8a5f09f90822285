"""Stands in for what only root on a machine of one's own has: systemd, packages, other users. Refuses what it does not know.

`sudo` runs the command as whoever runs the test; `systemctl` looks whether the unit is installed and what it starts is there."""

from __future__ import annotations

import configparser
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit

ROOT = Path(os.environ["STAND_IN_PLACE"])
SERVER = urlsplit(os.environ["STAND_IN_SERVER"])
SYSTEMD = ROOT / "etc/systemd/system"
VERBS = {"enable", "disable", "start", "stop", "restart", "status", "list-timers", "is-active"}
OF_THE_SYSTEM = {"postgresql", "redis-server", "nginx"}
PACKAGES = {
    "postgresql", "postgresql-client", "redis-server", "python3-venv", "nginx", "age", "certbot", "python3-certbot-nginx",
}  # fmt: skip


def refuse(sentence: str) -> NoReturn:
    sys.exit(f"stand-in: {sentence}")


def sudo(words: list[str]) -> int:
    """-u postgres is whoever the server's superuser is; -u another is the same person here."""
    env = dict(os.environ)
    while words and words[0].startswith("-"):
        if words[0] == "-u":
            if words[1] == "postgres":
                env |= {"PGHOST": str(SERVER.hostname), "PGPORT": str(SERVER.port), "PGUSER": "postgres"}
                env |= {"PGPASSWORD": str(SERVER.password)}
            words = words[2:]
        elif words[0] in ("-E", "-H"):
            words = words[1:]
        else:
            refuse(f"sudo has no option {words[0]} here")
    return subprocess.run(words, env=env, check=False).returncode


def systemctl(words: list[str]) -> int:
    words = [word for word in words if word not in ("--now", "--no-pager", "--quiet")]
    if words == ["daemon-reload"]:
        return 0
    if words[0] not in VERBS:
        refuse(f"systemctl {words[0]} is not known")
    for unit in words[1:]:
        name = unit if "." in unit else f"{unit}.service"
        if unit in OF_THE_SYSTEM:
            continue
        written = sorted(SYSTEMD.glob(name)) if "*" in name else [SYSTEMD / name]
        if not written or not all(path.is_file() for path in written):
            refuse(f"there is no unit {unit} in {SYSTEMD}")
        for path in written:
            look(path)
    return 0


def look(path: Path) -> None:
    """What a unit starts, the folder in which and the file from which, are all there."""
    unit = configparser.ConfigParser(interpolation=None, strict=False)
    unit.optionxform = str  # type: ignore[assignment, method-assign]
    unit.read(path)
    if path.suffix == ".timer":
        if not (path.with_suffix(".service")).is_file():
            refuse(f"{path.name} has no service")
        return
    service = unit["Service"]
    program = service["ExecStart"].split()[0]
    for named in (program, service.get("WorkingDirectory", ""), service.get("EnvironmentFile", "")):
        if named and not (ROOT / named.lstrip("/")).exists():
            refuse(f"{path.name} names {named}, which is not there")


def apt_get(words: list[str]) -> int:
    named = [word for word in words if not word.startswith("-")]
    if named[0] == "update":
        return 0
    if named[0] != "install" or (unknown := [name for name in named[1:] if name not in PACKAGES]):
        refuse(f"apt-get: not known: {named if named[0] != 'install' else unknown}")
    return 0


def createdb(words: list[str]) -> int:
    """The product's own begins as a copy of one that is migrated: `migrate` then has nothing left to do, but is run."""
    template = [f"--template={os.environ['STAND_IN_DATABASE']}"] if words[-1] == "escalation" else []
    program = Path(os.environ["POSTGRES_PROGRAMS"]) / "createdb"
    return subprocess.run([str(program), *template, *words], check=False).returncode


def install(words: list[str]) -> int:
    """Without the owner, who is no user of this machine."""
    kept, skip = [], False
    for word in words:
        if skip:
            skip = False
        elif word in ("-o", "-g"):
            skip = True
        else:
            kept.append(word)
    return subprocess.run([str(shutil.which("install", path="/usr/bin:/bin")), *kept], check=False).returncode


def python3(words: list[str]) -> int:
    """Making an environment gives the one that is here; installing into it looks at the file and its digests."""
    if words[:2] == ["-m", "venv"]:
        folder = Path(words[2]) / "bin"
        folder.mkdir(parents=True, exist_ok=True)
        for program in ("gunicorn", "celery"):
            (folder / program).symlink_to(Path(os.environ["STAND_IN_PROGRAMS"]) / program)
        (folder / "python").symlink_to(ROOT / "run" / "python")
        checkout = os.environ["STAND_IN_CHECKOUT"]
        ask = f'exec {sys.executable} -P -m tests.operations.stand_ins pip "$@"'
        (folder / "pip").write_text(f"#!/bin/sh\nexport PYTHONPATH={checkout}\n{ask}\n")
        (folder / "pip").chmod(0o755)
        return 0
    return subprocess.run([sys.executable, *words], check=False).returncode


def pip(words: list[str]) -> int:
    if words[0] != "install" or "--require-hashes" not in words:
        refuse("pip install --require-hashes is what is known")
    text = Path(words[words.index("-r") + 1]).read_text()
    if "--hash=sha256:" not in text:
        refuse("the file of requirements has no digests")
    return 0


def nothing(words: list[str]) -> int:
    """Users and owners of files are no matter of this machine."""
    return 0


COMMANDS = {
    "sudo": sudo, "systemctl": systemctl, "apt-get": apt_get, "install": install, "python3": python3, "pip": pip,
    "createdb": createdb, "adduser": nothing, "chown": nothing, "nginx": nothing,
}  # fmt: skip
