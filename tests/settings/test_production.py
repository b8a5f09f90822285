"""The settings as they stand in production: Django's own deployment checks are clean, and every answer is guarded."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from config.headers import POLICY, SIGNING_OUT
from tests.world import World

ROOT = Path(__file__).resolve().parents[2]
PRODUCTION = {
    "DEPLOYMENT": "production", "DEMO_DOORS": "false", "BASE_URL": "https://tracker.example", "ALLOWED_HOSTS": "tracker.example",
    "BEHIND_TLS_PROXY": "true", "EMAIL_URL": "smtp+tls://user:password@mail.example:587",
    "SECRET_KEY": "".join(chr(48 + n) for n in range(70)), "DJANGO_SETTINGS_MODULE": "config.settings",
    "CHAIN_WITNESS_EMAIL": "scrutineer@tracker.example",
}  # fmt: skip
ASK = """
import django, json
django.setup()
from django.conf import settings
names = {names!r}
print(json.dumps({{name: getattr(settings, name) for name in names}}))
"""
COOKIES = {
    "SESSION_COOKIE_NAME": "__Host-session", "CSRF_COOKIE_NAME": "__Host-csrf", "SESSION_COOKIE_SECURE": True,
    "CSRF_COOKIE_SECURE": True, "SESSION_COOKIE_HTTPONLY": True, "CSRF_COOKIE_HTTPONLY": True,
    "SESSION_COOKIE_SAMESITE": "Lax", "CSRF_COOKIE_SAMESITE": "Lax", "SESSION_COOKIE_DOMAIN": None,
    "LANGUAGE_COOKIE_NAME": "__Host-language", "LANGUAGE_COOKIE_SECURE": True, "LANGUAGE_COOKIE_HTTPONLY": True,
    "LANGUAGE_COOKIE_SAMESITE": "Lax",
    "SECURE_HSTS_SECONDS": 31536000, "SECURE_SSL_REDIRECT": True, "DEBUG": False,
}  # fmt: skip


def in_production(*command: str) -> subprocess.CompletedProcess[str]:
    # What the browser's tests set for their own process is not the product's.
    around = {name: value for name, value in os.environ.items() if name != "DJANGO_ALLOW_ASYNC_UNSAFE"}
    return subprocess.run(
        [sys.executable, *command], env={**around, **PRODUCTION}, cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_djangos_deployment_checks_have_nothing_to_say() -> None:
    checked = in_production("manage.py", "check", "--deploy", "--fail-level", "INFO")
    assert (checked.returncode, checked.stdout + checked.stderr) == (0, "System check identified no issues (0 silenced).\n")


def test_cookies_are_for_this_host_over_tls_and_out_of_reach_of_scripts() -> None:
    asked = in_production("-c", ASK.format(names=sorted(COOKIES)))
    assert json.loads(asked.stdout) == COOKIES


# ---------------------------------------------------------------- every answer


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/accounts/login/", "/nothing-here/", "/healthz", "/p/barnsley/api/v1/disagreements/"])
def test_every_answer_is_guarded(address: str, client: Client) -> None:
    answer = client.get(address)
    assert {name: answer.headers.get(name) for name in GUARDS} == GUARDS
    directives = dict(part.strip().partition(" ")[::2] for part in answer.headers["Content-Security-Policy"].split(";"))
    nonce = directives.pop("script-src").removeprefix("'self'").strip()
    assert nonce == "" or nonce.startswith("'nonce-")
    assert directives == {
        "default-src": "'self'", "style-src": "'self'", "img-src": "'self' data:", "object-src": "'none'", "base-uri": "'none'",
        "form-action": "'self'", "frame-ancestors": "'none'",
    }  # fmt: skip


GUARDS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": POLICY,
}


OWN_SCRIPT = re.compile(r"<script(?![^>]*\b(?:nonce|src)=)|<style|\sstyle=\"|\son[a-z]+=\"|javascript:")


def test_no_template_has_a_script_or_a_style_of_its_own() -> None:
    """The policy would stop them in the browser; they must not be there to be missed."""
    templates = sorted((ROOT / "templates").rglob("*.html"))
    assert templates
    assert [path.name for path in templates if OWN_SCRIPT.search(path.read_text())] == []


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/accounts/login/", "/p/barnsley/", "/p/barnsley/api/v1/disagreements/", "/healthz"])
def test_what_no_page_is_for_is_refused(address: str, client: Client, barnsley: World) -> None:
    """TRACE would send back what a browser sent, cookies and all."""
    assert client.generic("TRACE", address).status_code in (302, 401, 405)


def test_nobody_is_served_under_a_name_that_is_not_ours(client: Client) -> None:
    assert client.get("/healthz", headers={"host": "somewhere-else.example"}).status_code == 400


def test_pages_are_sent_on_to_the_safe_address_and_programs_are_refused(client: Client, settings: Any, barnsley: World) -> None:
    settings.SECURE_SSL_REDIRECT = True
    sent_on = client.get("/p/barnsley/")
    assert (sent_on.status_code, sent_on["Location"]) == (301, "https://testserver/p/barnsley/")
    token = {"Authorization": "Bearer anything"}
    refused = client.get("/p/barnsley/api/v1/disagreements/", headers=token)
    assert (refused.status_code, refused.json()["title"]) == (403, "Not over TLS")
    assert client.get("/p/barnsley/api/v1/disagreements/", headers=token, secure=True).status_code == 401
    assert client.get("/healthz").status_code == 200


@pytest.mark.django_db
def test_a_body_beyond_the_limit_is_refused_before_it_is_read(client: Client, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 2000
    client.raise_request_exception = False
    assert client.post("/accounts/login/", {"login": "x" * 5000}).status_code == 413


def test_who_finds_a_weakness_is_told_whom_to_tell(client: Client, settings: Any, time_machine: Any) -> None:
    assert client.get("/.well-known/security.txt").status_code == 404
    time_machine.move_to("2026-11-22 09:00:00+00:00")
    settings.SECURITY_CONTACT, settings.BASE_URL = "mailto:security@tracker.example", "https://tracker.example"
    told = client.get("/.well-known/security.txt")
    assert told["Content-Type"] == "text/plain; charset=utf-8"
    assert told.content.decode().splitlines() == [
        "Contact: mailto:security@tracker.example",
        "Expires: 2027-05-21T00:00:00Z",
        "Preferred-Languages: en",
        "Canonical: https://tracker.example/.well-known/security.txt",
    ]


def test_signing_out_clears_what_the_browser_kept(signed_in: Any, barnsley: World) -> None:
    assert reverse("account_logout") == SIGNING_OUT
    signed_out = signed_in(barnsley.office).post(SIGNING_OUT)
    assert signed_out["Clear-Site-Data"] == '"cache", "storage"'


def test_what_is_logged_is_one_line_of_json_with_its_time_in_utc() -> None:
    logged = in_production(
        "-c",
        "import django, logging; django.setup();"
        " logging.getLogger('security').info('turned away\\nroot INFO signed in', extra={'user': 7, 'status': 404})",
    )
    [line] = logged.stderr.splitlines()
    told = json.loads(line)
    assert told["timestamp"].endswith("+00:00")
    assert {name: told[name] for name in ("levelname", "name", "message", "user", "status")} == {
        "levelname": "INFO", "name": "security", "message": "turned away\nroot INFO signed in", "user": 7, "status": 404,
    }  # fmt: skip


def test_who_tries_doors_is_seen_and_nothing_of_what_is_behind_them(signed_in: Any, barnsley: World, caplog: Any) -> None:
    raised = barnsley.raised()
    with caplog.at_level("INFO", logger="security"):
        signed_in(barnsley.stranger).get(f"/p/barnsley/d/{raised.reference}/")
        signed_in(barnsley.stranger).get("/p/barnsley/tracker/")
        Client().get("/p/barnsley/tracker/")
    told = [(r.message, r.user, r.status, r.page) for r in caplog.records if r.message == "turned away"]
    person = barnsley.stranger.pk
    assert told == [
        ("turned away", person, 404, "escalation:disagreement"),
        ("turned away", person, 403, "escalation:tracker"),
    ]
    assert not [record for record in caplog.records if record.name == "security" and raised.reference in str(vars(record))]


def test_without_a_mail_server_mail_is_kept_under_state_wherever_the_server_was_started(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "EMAIL_URL"}
    environment |= {"DJANGO_SETTINGS_MODULE": "config.settings", "STATE_DIR": str(tmp_path)}
    command = [sys.executable, "-c", ASK.format(names=["EMAIL_FILE_PATH"])]
    found = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert json.loads(found.stdout) == {"EMAIL_FILE_PATH": str(tmp_path / "mail")}
