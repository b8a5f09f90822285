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


@pytest.mark.parametrize(
    ("deployment", "doors", "backend", "found"),
    [
        ("demo", True, FILES, []),
        ("training", True, FILES, []),
        ("production", False, SMTP, []),
        ("production", True, SMTP, ["partnerships.E001"]),
        ("production", False, FILES, ["partnerships.E003"]),
        ("live", False, SMTP, ["partnerships.E002"]),
        ("live", True, SMTP, ["partnerships.E001", "partnerships.E002"]),
    ],
)
def test_what_a_deployment_refuses_to_start_with(
    settings: Any, deployment: str, doors: bool, backend: str, found: list[str]
) -> None:
    settings.DEPLOYMENT, settings.DEMO_DOORS, settings.EMAIL_BACKEND = deployment, doors, backend
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
