"""Stands in for `docker compose` where there is no engine: does on this machine what docker-compose.yml declares, and refuses
what it does not.

A service gets the variables, secrets and folders that the file gives it, and no others: a command that needs a secret which its
service does not have fails here as it would there. Images, networks and health are not tried. Paths of containers become paths
of the scratch installation; `postgres:5432` becomes its server."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit

import yaml

PLACE, CHECKOUT = Path(os.environ["STAND_IN_PLACE"]), Path(os.environ["STAND_IN_CHECKOUT"])
SERVER = urlsplit(os.environ["STAND_IN_SERVER"])
DATABASE = os.environ["STAND_IN_DATABASE"]
COMPOSE = yaml.safe_load((PLACE / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
FLAGS = {
    "up": {"-d", "--detach", "--build", "--wait", "--force-recreate", "--no-deps"},
    "run": {"--rm", "-T", "--no-deps"},
    "exec": {"-T"},
    **{verb: set() for verb in ("stop", "start", "restart", "ps", "build")},
    "logs": {"--no-log-prefix"},
    "config": {"--quiet", "-q"},
}
AT_THE_DATABASE = {"psql", "createdb", "dropdb", "pg_isready", "sh"}


def refuse(sentence: str) -> NoReturn:
    sys.exit(f"docker compose: {sentence}")


def database(name: str) -> str:
    """Each page has databases of its own on one server."""
    own = {"escalation": DATABASE, "template1": "template1"}
    return own.get(name, f"{DATABASE}_{name}")


def here(text: str) -> str:
    """An address inside the compose network, on this machine."""
    return re.sub(r"postgres:5432/(\w+)", lambda found: f"{SERVER.hostname}:{SERVER.port}/{database(found[1])}", text)


def written(file: str) -> dict[str, str]:
    """What stands in a file of variables beside the compose file."""
    lines = (PLACE / file).read_text().splitlines() if (PLACE / file).exists() else []
    pairs = [line.split("=", 1) for line in lines if "=" in line and not line.startswith("#")]
    return {name: value.strip('"') for name, value in pairs}


def given() -> dict[str, str]:
    """What compose reads: the environment, and the file .env."""
    return written(".env") | dict(os.environ)


def interpolated(text: str) -> str:
    values = given()

    def one(found: re.Match[str]) -> str:
        name, how, rest = found[1], found[2] or "", found[3] or ""
        if values.get(name):
            return values[name]
        return refuse(f"{name} is not set: {rest}") if how == ":?" else rest

    return re.sub(r"(?<!\$)\$\{(\w+)(:-|:\?)?([^}]*)\}", one, text).replace("$$", "$")


class Service:
    """One service, ready to run a command on this machine."""

    def __init__(self, name: str) -> None:
        if name not in SERVICES:
            refuse(f"no such service: {name}")
        self.name, self.told = name, SERVICES[name]
        self.folders = self._folders()

    def _folders(self) -> dict[str, Path]:
        """Where each path of the container is here."""
        found = {"/srv/tracker": CHECKOUT, "/run/secrets": self._secrets()}
        for mount in self.told.get("volumes", []):
            outside, inside = interpolated(mount).removesuffix(":ro").rsplit(":", 1)
            if outside in COMPOSE["volumes"]:
                path = PLACE / "volumes" / outside
                path.mkdir(parents=True, exist_ok=True)
            else:
                path = Path(outside) if outside.startswith(str(PLACE)) else PLACE / outside.lstrip("./")
            found[inside] = path
        return found

    def _secrets(self) -> Path:
        folder = PLACE / "run" / self.name
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.iterdir():
            old.unlink()
        for name in self.told.get("secrets", []):
            file = PLACE / COMPOSE["secrets"][name]["file"]
            if not file.exists():
                refuse(f"the file of the secret {name} is not there: {file}")
            (folder / name).write_text(here(file.read_text()))
        return folder

    def mapped(self, text: str) -> str:
        text = here(text)
        for inside in sorted(self.folders, key=len, reverse=True):
            text = re.sub(rf"(?<![\w.]){re.escape(inside)}(?=/|$|\s)", str(self.folders[inside]), text)
        return text

    def environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("HOME", "LANG", "POSTGRES_PROGRAMS") if name in os.environ}
        programs = [PLACE / "run", Path(sys.executable).parent, os.environ["POSTGRES_PROGRAMS"], os.environ["STAND_IN_PATH"]]
        files = {"FILES_DIR": str(self.folders["/state/files"])} if "/state/files" in self.folders else {}
        files_of = [written(one["path"]) for one in self.told.get("env_file", [])]
        told = {name: value for each in files_of for name, value in each.items()}
        told |= {name: self.mapped(interpolated(str(value))) for name, value in (self.told.get("environment") or {}).items()}
        superuser = {
            "PGHOST": str(SERVER.hostname), "PGPORT": str(SERVER.port), "PGUSER": "postgres", "PGPASSWORD": str(SERVER.password),
        }  # fmt: skip
        at_server = superuser | {"POSTGRES_DB": DATABASE} if self.name == "postgres" else {}
        return (
            kept
            | {"STATE_DIR": str(PLACE / "state"), "PYTHONUNBUFFERED": "1"}
            | told
            | files
            | at_server
            | {"PATH": ":".join(map(str, programs))}
        )

    def run(self, command: list[str], *, env: dict[str, str]) -> int:
        if self.name == "postgres":
            command = at_the_database(command)
        (PLACE / "state").mkdir(exist_ok=True)
        cwd = CHECKOUT if "build" in self.told else PLACE
        argv = [self.mapped(word) for word in command]
        if "PGPASSWORD" in env:  # the superuser's: of a server that was not made from these secrets
            env = {**env, "PGPASSWORD": str(SERVER.password)}
        everything = self.environment() | {name: self.mapped(value) for name, value in env.items()}
        return subprocess.run(argv, env=everything, cwd=cwd, check=False).returncode


def at_the_database(command: list[str]) -> list[str]:
    if command[0] not in AT_THE_DATABASE:
        refuse(f"{command[0]} is not known to be in the postgres image")
    words = [re.sub(r"^--dbname=(\w+)$", lambda found: f"--dbname={database(found[1])}", word) for word in command]
    words = [re.sub(r"(DATABASE|TO) (\w+)", lambda found: f"{found[1]} {database(found[2])}", word) for word in words]
    if command[0] in ("createdb", "dropdb"):
        words[-1] = database(words[-1])
    return words


def services_named(words: list[str]) -> list[str]:
    for word in words:
        Service(word)
    return words or [name for name, told in SERVICES.items() if "profiles" not in told]


def up(words: list[str]) -> int:
    """What ends by itself is run; what keeps running is only looked at: each named thing is there."""
    names = services_named(words)
    if "postgres" in names and not (PLACE / "initialised").exists():
        begin = ["sh", "/docker-entrypoint-initdb.d/10-roles.sh"]
        code = Service("postgres").run(begin, env={"ROLES_SQL": str(PLACE / "deploy/roles.sql")})
        (PLACE / "initialised").touch()
        if code:
            return code
    if "migrate" in names:
        return Service("migrate").run(SERVICES["migrate"]["command"], env={})
    return 0


def main(words: list[str]) -> int:
    if words[:1] != ["compose"]:
        sys.exit(f"docker: not known to the stand-in: {' '.join(words[:1])}")
    words = words[1:]
    if not words or words[0] not in FLAGS:
        refuse(f"not known to the stand-in: {' '.join(words[:1])}")
    verb, rest, env = words[0], words[1:], {}
    mounts: dict[str, Path] = {}
    while rest and rest[0].startswith("-"):
        if rest[0] in ("-e", "--env") and verb in ("run", "exec"):
            name, _, value = rest[1].partition("=")
            env[name] = value if "=" in rest[1] else os.environ.get(name, "")
            rest = rest[2:]
        elif rest[0] == "--volume" and verb == "run":
            outside, _, inside = rest[1].partition(":")
            mounts[inside] = Path(outside)
            rest = rest[2:]
        elif rest[0] in FLAGS[verb] or (verb == "logs" and rest[0].startswith("--since=")):
            rest = rest[1:]
        else:
            refuse(f"{verb} has no option {rest[0]} that is known here")
    if verb in ("run", "exec"):
        service = Service(rest[0])
        service.folders |= mounts
        if verb == "exec" and "profiles" in service.told:
            refuse(f"{rest[0]} is not running: it is started by hand")
        if service.name == "postgres":
            env = {"ROLES_SQL": str(PLACE / "deploy/roles.sql"), **env}
        return service.run(rest[1:] or service.told["command"], env=env)
    if verb == "up":
        return up(rest)
    for name in services_named(rest):  # every variable that must be given is
        Service(name).environment()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
