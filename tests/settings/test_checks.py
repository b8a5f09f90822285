"""What a deployment refuses to start with: open demonstration doors, an unknown kind, mail that goes nowhere."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import run_checks

FILES = "django.core.mail.backends.filebased.EmailBackend"
SMTP = "django.core.mail.backends.smtp.EmailBackend"


PLAIN, SAFE = "http://tracker.example", "https://tracker.example"
SECRET = "".join(chr(48 + n) for n in range(60))


@pytest.mark.parametrize(
    ("deployment", "doors", "backend", "address", "secret", "found"),
    [
        ("demo", True, FILES, PLAIN, "short", []),
        ("training", True, FILES, PLAIN, "short", []),
        ("production", False, SMTP, SAFE, SECRET, []),
        ("production", True, SMTP, SAFE, SECRET, ["partnerships.E001"]),
        ("production", False, FILES, SAFE, SECRET, ["partnerships.E003"]),
        ("production", False, SMTP, PLAIN, SECRET, ["partnerships.E004"]),
        ("production", False, SMTP, SAFE, SECRET[:49], ["partnerships.E005"]),
        ("production", False, SMTP, SAFE, "secret" * 10, ["partnerships.E005"]),
        ("live", False, SMTP, SAFE, SECRET, ["partnerships.E002"]),
        ("live", True, SMTP, SAFE, SECRET, ["partnerships.E001", "partnerships.E002"]),
    ],
)
def test_what_a_deployment_refuses_to_start_with(
    settings: Any, deployment: str, doors: bool, backend: str, address: str, secret: str, found: list[str]
) -> None:
    settings.DEPLOYMENT, settings.DEMO_DOORS, settings.EMAIL_BACKEND = deployment, doors, backend
    settings.BASE_URL, settings.SECRET_KEY = address, secret
    ours = [str(message.id) for message in run_checks() if str(message.id).startswith("partnerships.")]
    assert sorted(ours) == found


def test_the_web_server_does_not_start_with_open_doors_in_production() -> None:
    """A web server runs no checks of its own accord; ours does, before it serves anything."""
    env = os.environ | {"DEPLOYMENT": "production", "DEMO_DOORS": "true", "DJANGO_SETTINGS_MODULE": "config.settings"}
    root = Path(__file__).resolve().parents[2]
    command = [sys.executable, "-c", "import config.wsgi"]
    started = subprocess.run(command, check=False, cwd=root, env=env, capture_output=True, text=True)
    assert started.returncode == 1
    assert "(partnerships.E001) DEMO_DOORS lets anybody sign in as a demo person" in started.stderr
