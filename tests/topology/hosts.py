"""Hosts of a small network on this machine, each a network namespace with a cable to one switch; needs root and iproute2."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from devstack.programs import program

# Of those that are for documentation and benchmarks between devices (RFC 2544), so that no real network is hidden.
NETWORK = "198.18.77"


def ip(*words: str) -> None:
    done = subprocess.run([program("ip") or "ip", *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"ip {' '.join(words)}: {done.stderr}"


def possible() -> bool:
    """Whether this process may make such hosts."""
    tool, name = program("ip"), f"esc-try-{os.getpid()}"
    if os.geteuid() or tool is None or subprocess.run([tool, "netns", "add", name], capture_output=True, check=False).returncode:
        return False
    ip("netns", "delete", name)
    return True


@dataclass
class Host:
    """A machine with one cable. What runs on it is a process like any other, and is killed by its own test."""

    name: str
    address: str
    cable: str

    def command(self, *argv: str) -> list[str]:
        return [program("ip") or "ip", "netns", "exec", self.name, *argv]

    def unplug(self) -> None:
        """Nothing comes through any more, and nobody is told."""
        ip("link", "set", self.cable, "down")

    def plug_in(self) -> None:
        ip("link", "set", self.cable, "up")


@dataclass
class Network:
    """The switch; the servers listen at `address`, which is this machine's own in that network."""

    switch: str
    hosts: dict[str, Host] = field(default_factory=dict)
    address: str = f"{NETWORK}.1"


@contextmanager
def network(*names: str) -> Iterator[Network]:
    number = os.getpid() % 100_000
    made = Network(f"esc{number}")
    ip("link", "add", made.switch, "type", "bridge")
    try:
        ip("addr", "add", f"{made.address}/24", "dev", made.switch)
        ip("link", "set", made.switch, "up")
        for place, name in enumerate(names, start=2):
            host = Host(f"esc-{number}-{name}", f"{NETWORK}.{place}", f"e{number}v{place}")
            ip("netns", "add", host.name)
            made.hosts[name] = host
            ip("link", "add", host.cable, "type", "veth", "peer", "name", "eth0", "netns", host.name)
            ip("link", "set", host.cable, "master", made.switch, "up")
            ip("-n", host.name, "addr", "add", f"{host.address}/24", "dev", "eth0")
            for device in ("lo", "eth0"):
                ip("-n", host.name, "link", "set", device, "up")
        yield made
    finally:
        for host in made.hosts.values():
            ip("netns", "delete", host.name)
        ip("link", "delete", made.switch)
