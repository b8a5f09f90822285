"""Behind a proxy: the limits on signing in count each person's own address, as the proxy itself wrote it."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

ASK = """
import django
django.setup()
from allauth.core.internal.httpkit import get_client_ip
from django.test import RequestFactory
print(get_client_ip(RequestFactory().get("/", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR="203.0.113.9, 198.51.100.7")))
"""


@pytest.mark.parametrize(
    ("own", "counted"),
    [
        ({"BEHIND_TLS_PROXY": "true"}, "198.51.100.7"),
        ({"BEHIND_TLS_PROXY": "true", "TRUSTED_PROXIES": "2"}, "203.0.113.9"),
        ({}, "10.0.0.1"),
    ],
)
def test_whose_attempts_are_counted(own: dict[str, str], counted: str) -> None:
    """Whatever a person writes into the header stands before what the proxy adds, and is not believed."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings", **own}
    asked = subprocess.run([sys.executable, "-c", ASK], env=environment, capture_output=True, text=True, check=True)
    assert asked.stdout.strip() == counted
