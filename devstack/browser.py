"""A Chromium for the browser tests: found, or installed where that is possible, or named as missing in one line.

Standard library only; knows no test.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
)
MAC = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
WHAT_TO_DO = (
    "install Chromium (Debian, Ubuntu: apt install chromium; elsewhere: .venv/bin/playwright install chromium) "
    "or set CHROMIUM=/path/to/it"
)


def found() -> str | None:
    if chosen := os.environ.get("CHROMIUM"):
        return chosen
    on_path = next(filter(None, map(shutil.which, NAMES)), None)
    return on_path or (MAC if Path(MAC).exists() else None)


def chromium() -> str | None:
    """The program's path; "" when Playwright has one of its own; None when there is none to be had."""
    if program := found():
        return program
    began = time.perf_counter()
    if shutil.which("apt-get") and os.geteuid() == 0:
        print("No Chromium found: installing chromium-headless-shell with apt …", flush=True)
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for package in ("chromium-headless-shell", "chromium"):  # Ubuntu and older Debians have only the second
            for command in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", package]):
                subprocess.run(["apt-get", *command], env=quiet, capture_output=True, check=False)
            if program := found():
                print(f"Installed {program} in {time.perf_counter() - began:.0f} s", flush=True)
                return program
    print("No Chromium found: asking Playwright for one …", flush=True)
    command = [sys.executable, "-m", "playwright", "install", "chromium-headless-shell"]
    return "" if subprocess.run(command, capture_output=True, check=False).returncode == 0 else None
