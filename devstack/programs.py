"""Programs that some tests need beside the wheels (a connection pooler, network namespaces): found, or installed by apt where
that is possible, or named as missing. Standard library only; knows no test.
"""

from __future__ import annotations

import os
import shutil
import subprocess

PACKAGES = {"pgbouncer": "pgbouncer", "ip": "iproute2"}
SBIN = ("/usr/sbin", "/sbin")


def found(name: str) -> str | None:
    return shutil.which(name, path=os.pathsep.join([os.environ.get("PATH", ""), *SBIN]))


def program(name: str) -> str | None:
    """The program's path; None where it is missing and this process may not install it."""
    if place := found(name):
        return place
    if shutil.which("apt-get") and os.geteuid() == 0:
        # At run level 1 nothing is started: a package that brings a server would start one of its own.
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
        for command in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", PACKAGES[name]]):
            subprocess.run(["apt-get", *command], env=quiet, capture_output=True, check=False)
    return found(name)
