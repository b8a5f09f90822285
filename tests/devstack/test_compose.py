"""docker-compose.yml and what it names: the specification's schema, and that each thing named exists here."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path

import jsonschema
import psycopg2
import pytest
import yaml
from django.core.management import get_commands

from devstack import roles, services
from devstack.stack import ROOT, Stack

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SETTINGS = (ROOT / "config" / "settings.py").read_text()
OURS = {name: service for name, service in COMPOSE["services"].items() if "build" in service}
PYTHON_IMAGE_HAS = {"sh", "python", "find", "grep", "env"}
SECRETS = {
    "secret_key", "secret_key_fallbacks", "postgres_password", "database_url", "database_owner_url", "database_backup_url",
    "redis_url", "email_url",
}  # fmt: skip
BY_HAND = {"backup", "operate"}  # started by whoever wants them, never with the rest


def words(command: str | list[str]) -> list[str]:
    return command.split() if isinstance(command, str) else [str(word) for word in command]


def test_the_file_is_what_the_specification_allows() -> None:
    schema = json.loads((Path(__file__).parent / "compose_spec" / "compose-spec.json").read_text())
    assert [error.message for error in jsonschema.Draft202012Validator(schema).iter_errors(COMPOSE)] == []


def test_the_services_are_the_ones_that_real_use_needs() -> None:
    assert set(COMPOSE["services"]) == {"web", "worker", "beat", "watch", "migrate", "postgres", "redis"} | BY_HAND
    assert {name for name, service in COMPOSE["services"].items() if service.get("profiles") == ["by-hand"]} == BY_HAND
    assert {name for name, service in COMPOSE["services"].items() if "deploy" in service} == {"web", "worker"}
    assert {name for name, service in COMPOSE["services"].items() if "test" not in service["healthcheck"]} == {
        "migrate", "watch", *BY_HAND,
    }  # fmt: skip
    for name in ("postgres", "redis"):
        assert re.fullmatch(rf"{name}:\d+(-[a-z]+)?", COMPOSE["services"][name]["image"])  # a pinned major


def holders(secret: str) -> set[str]:
    return {name for name, service in COMPOSE["services"].items() if secret in service["secrets"]}


def test_the_logins_that_see_or_own_everything_never_go_to_what_runs_all_the_time() -> None:
    assert holders("database_owner_url") == {"migrate", "operate", "postgres"}
    assert holders("database_backup_url") == {"backup", "postgres"}
    assert holders("postgres_password") == {"postgres"}


def test_the_image_has_the_databases_own_client() -> None:
    major = re.fullmatch(r"postgres:(\d+)-\w+", COMPOSE["services"]["postgres"]["image"])
    assert major is not None
    assert f"postgresql-client-{major[1]} " in (ROOT / "Dockerfile").read_text()


@pytest.mark.parametrize("service", OURS)
def test_each_command_of_ours_can_be_started(service: str) -> None:
    installed = {point.name for point in entry_points(group="console_scripts")}
    argv = words(OURS[service]["command"])
    assert argv[0] in installed | PYTHON_IMAGE_HAS
    if argv[0] == "sh":
        assert (ROOT / argv[1]).is_file()
    if argv[0] == "gunicorn":
        assert callable(import_module(argv[1]).application)
    if argv[0] == "celery":
        assert argv[1:4] in (["-A", "config", "worker"], ["-A", "config", "beat"])
        assert import_module("config.celery").app.main == "config"
    if check := OURS[service]["healthcheck"].get("test"):
        assert words(check[1])[0] in installed | PYTHON_IMAGE_HAS


def test_the_migration_script_calls_commands_that_exist() -> None:
    script = (ROOT / "deploy" / "migrate.sh").read_text()
    called = re.findall(r"\$tracker (\w+)", script)
    assert called == ["migrate", "load_holidays", "load_protocols"]
    assert set(called) <= set(get_commands())
    assert "tracker=${TRACKER:-python manage.py}\n" in script


def test_a_migration_that_waits_for_a_table_gives_way_and_tries_again(tmp_path: Path) -> None:
    """With a `python` that says what it was told and fails as often as it is asked to, and a `sleep` that takes no time."""
    (tmp_path / "fails").write_text("xx")
    (tmp_path / "sleep").write_text("#!/bin/sh\n")
    (tmp_path / "python").write_text(
        '#!/bin/sh\necho "$PGOPTIONS|$2"\ncd "$(dirname "$0")"\n'
        '[ "$2" = migrate ] && [ -s fails ] || exit 0\nprintf %s "$(cut -c2- fails)" >fails\nexit 1\n'
    )
    for name in ("sleep", "python"):
        (tmp_path / name).chmod(0o755)
    env = {"PATH": f"{tmp_path}:/usr/bin:/bin"}
    script = ["sh", str(ROOT / "deploy" / "migrate.sh")]
    done = subprocess.run(script, env=env, capture_output=True, text=True, check=True)
    waiting = " -c lock_timeout=3s|migrate"
    assert done.stdout.splitlines() == [waiting, waiting, waiting, "|load_holidays", "|load_protocols"]
    (tmp_path / "fails").write_text("xx")
    done = subprocess.run(script, env=env | {"MIGRATE_TRIES": "2"}, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "The migrations did not get through. What stands above says why.\n")


def named_in_settings(name: str) -> bool:
    """Secrets are listed in the settings by the name that stands before _FILE."""
    return f'"{name.removesuffix("_FILE")}"' in SETTINGS


@pytest.mark.parametrize("service", OURS)
def test_each_variable_of_ours_is_read_by_the_settings(service: str) -> None:
    assert [name for name in OURS[service]["environment"] if not named_in_settings(name)] == []


def test_each_variable_of_the_servers_is_read_by_their_script_or_their_image() -> None:
    image = {"POSTGRES_USER", "POSTGRES_DB", "POSTGRES_PASSWORD_FILE", "POSTGRES_INITDB_ARGS"}
    scripts = {"postgres": "postgres-init.sh", "redis": "redis-start.sh"}
    for service, script in scripts.items():
        text = (ROOT / "deploy" / script).read_text()
        assert [
            name for name in COMPOSE["services"][service]["environment"] if name not in image and f"${name}" not in text
        ] == []


def test_what_must_be_given_from_outside_is_asked_for_or_has_a_default() -> None:
    used = re.findall(r"(?<!\$)\$\{(\w+)([^}]*)\}", (ROOT / "docker-compose.yml").read_text())
    assert {name for name, _ in used} == {
        "BASE_URL",
        "ALLOWED_HOSTS",
        "MAIL_FROM",
        "OPERATORS_EMAIL",
        "CLAMD_URL",
        "CHAIN_WITNESS_EMAIL",
        "BACKUP_RECIPIENTS",
        "BACKUP_FOLDER",
        "KEY_FOLDER",
        "WEB_PORTS",
        "WEB_REPLICAS",
        "WORKER_REPLICAS",
    }
    assert [name for name, rest in used if not rest.startswith((":?", ":-"))] == []


def test_each_mounted_path_exists() -> None:
    mounts = [mount for service in COMPOSE["services"].values() for mount in service.get("volumes", [])]
    here = [mount.split(":")[0] for mount in mounts if mount.startswith("./")]
    assert len(here) == 3
    assert [path for path in here if not (ROOT / path).is_file()] == []
    given = {mount for mount in mounts if mount.startswith("${")}  # folders of the machine, which have a default
    assert {re.match(r"\$\{(\w+):-", mount)[1] for mount in given} == {"BACKUP_FOLDER", "KEY_FOLDER"}  # type: ignore[index]
    assert {mount.split(":")[0] for mount in mounts if not mount.startswith(("./", "${"))} == set(COMPOSE["volumes"])


def test_the_image_holds_what_the_commands_need_and_runs_as_nobody_in_particular() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text()
    assert re.findall(r"-r (\S+)", dockerfile) == ["/requirements/app.txt"]
    assert "--require-hashes" in dockerfile
    assert re.findall(r"^USER (\w+)$", dockerfile, re.MULTILINE) == ["tracker"]
    for name in re.findall(r"(\w+)=(?:/state|/srv/static|only-while-building|production)", dockerfile):
        assert named_in_settings(name)
    kept = re.findall(r"^!(\S+)$", (ROOT / ".dockerignore").read_text(), re.MULTILINE)
    assert [path for path in kept if not (ROOT / path).exists()] == []
    apps = {str(path.parent.relative_to(ROOT)) for path in ROOT.glob("*/apps.py")}
    assert apps | {"config", "templates", "static", "deploy", "documents", "mailing", "manage.py", "gunicorn.conf.py"} <= set(
        kept
    )


# ---------------------------------------------------------------- the scripts, run for real


@pytest.fixture
def secrets(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "deploy", tmp_path / "deploy", ignore=shutil.ignore_patterns("*_*"))
    subprocess.run(["sh", tmp_path / "deploy" / "make-secrets.sh"], check=True, capture_output=True)
    return tmp_path / "deploy" / "secrets"


def test_the_secret_files_are_made_once_for_every_secret_named(secrets: Path) -> None:
    assert {name: Path(entry["file"]).name for name, entry in COMPOSE["secrets"].items()} == {name: name for name in SECRETS}
    made = {file.name: file.read_text() for file in secrets.iterdir() if not file.name.startswith(".")}
    assert set(made) == SECRETS
    assert secrets.stat().st_mode & 0o777 == 0o700
    subprocess.run(["sh", secrets.parent / "make-secrets.sh"], check=True, capture_output=True)
    assert {file.name: file.read_text() for file in secrets.iterdir() if file.name in made} == made


@pytest.fixture
def empty_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[services.Postgres]:
    """A server as the image's first start has it: an empty database, and no role of ours."""
    stack = Stack(tmp_path / "state", durable=False)
    try:
        server = services.Postgres(stack.state, spawn=stack.spawn, durable=False)
        stack.services.append(server)
        server.start()
        with roles.cursor(server.url) as cur:
            cur.execute("CREATE DATABASE escalation")
        yield server
    finally:
        stack.discard()


def test_the_databases_first_start_makes_the_logins_that_the_secrets_name(secrets: Path, empty_server: services.Postgres) -> None:
    env = {
        "PATH": f"{empty_server.programs}:{os.environ['PATH']}",
        "POSTGRES_USER": "postgres",
        "POSTGRES_DB": "escalation",
        "PGHOST": "127.0.0.1",
        "PGPORT": str(empty_server.port),
        "PGPASSWORD": empty_server.password,
        "DATABASE_URL_FILE": str(secrets / "database_url"),
        "DATABASE_OWNER_URL_FILE": str(secrets / "database_owner_url"),
        "DATABASE_BACKUP_URL_FILE": str(secrets / "database_backup_url"),
        "ROLES_SQL": str(ROOT / "deploy" / "roles.sql"),
    }
    for _ in range(2):  # an interrupted first start is begun anew
        subprocess.run(["sh", ROOT / "deploy" / "postgres-init.sh"], env=env, check=True)
    app, owner, backup = (
        (secrets / name).read_text().strip().replace("@postgres:5432/", f"@127.0.0.1:{empty_server.port}/")
        for name in ("database_url", "database_owner_url", "database_backup_url")
    )
    psycopg2.connect(backup).close()
    assert roles.problems_with_logins(app, owner_url=owner) == []
    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        psycopg2.connect(app, password="another")


def test_a_password_the_script_cannot_read_stops_the_first_start(secrets: Path) -> None:
    (secrets / "database_url").write_text("postgres://esc_app:with space@postgres:5432/escalation")
    env = {name: str(secrets / name.removesuffix("_FILE").lower()) for name in ("DATABASE_URL_FILE", "DATABASE_OWNER_URL_FILE")}
    done = subprocess.run(
        ["sh", ROOT / "deploy" / "postgres-init.sh"], env={**os.environ, **env}, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (
        1,
        f"No password of letters and digits in the address in {secrets / 'database_url'}\n",
    )


def test_redis_starts_with_the_password_that_the_secret_names(secrets: Path, tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "redis-server").symlink_to(services.valkey_program())
    port = services.free_port()
    env = {
        "PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}",
        "REDIS_URL_FILE": str(secrets / "redis_url"),
        "REDIS_DIR": str(tmp_path),
        "REDIS_PORT": str(port),
    }
    stack = Stack(tmp_path / "state", durable=False)
    try:
        process = stack.spawn("redis", ["sh", str(ROOT / "deploy" / "redis-start.sh")], env=env)
        server = services.Valkey(stack.state, spawn=stack.spawn)
        server.port, server.process = port, process
        assert server.wait(process)
        secret = (secrets / "redis_url").read_text().split(":")[2].split("@")[0]
        assert [asked(port, "PING"), asked(port, f"AUTH {secret}\r\nPING")] == [
            "-NOAUTH Authentication required.\r\n",
            "+OK\r\n+PONG\r\n",
        ]
    finally:
        stack.discard()


def asked(port: int, line: str) -> str:
    with socket.create_connection(("127.0.0.1", port), 5) as connection:
        connection.sendall(line.encode() + b"\r\nQUIT\r\n")
        answer = b"".join(iter(lambda: connection.recv(4096), b"")).decode()
    return answer.removesuffix("+OK\r\n")
