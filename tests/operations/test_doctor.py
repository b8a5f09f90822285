"""Doctor says what is wrong with a deployment, in sentences with what to do, and no secret; and its page explains each."""

from __future__ import annotations

import json
import re
import socket
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import connection

from operations import findings, looking
from operations.beating import Beating
from operations.doctor import CHECKS, database
from operations.doctor.living import DO
from tests.world import World

pytestmark = pytest.mark.django_db
DOCS = Path(__file__).resolve().parents[2] / "docs" / "operations"
SECRET = "a-password-that-nobody-may-read"


@pytest.fixture
def well_run(settings: Any, tmp_path: Path, own_redis: str, monkeypatch: Any) -> Any:
    """A deployment with which nothing is wrong, as far as it can be in a test."""
    settings.DEPLOYMENT, settings.BASE_URL, settings.ALLOWED_HOSTS = "training", "https://tracker.gov.uk", ["tracker.gov.uk"]
    settings.DEMO_DOORS, settings.SECRET_KEY = False, "".join(chr(48 + n) for n in range(70))
    settings.SECURE_PROXY_SSL_HEADER, settings.ALLAUTH_TRUSTED_PROXY_COUNT = ("HTTP_X_FORWARDED_PROTO", "https"), 1
    settings.SECURITY_CONTACT, settings.ACCESSIBILITY_CONTACT = "mailto:a@tracker.gov.uk", "b@tracker.gov.uk"
    settings.OPERATORS_EMAIL, settings.DEFAULT_FROM_EMAIL = ["c@tracker.gov.uk"], "tracker@tracker.gov.uk"
    settings.CHAIN_WITNESS_FILE, settings.MEDIA_ROOT = str(tmp_path / "witness"), str(tmp_path / "files")
    settings.EMAIL_BACKEND, settings.EMAIL_HOST = "django.core.mail.backends.smtp.EmailBackend", "127.0.0.1"
    settings.EMAIL_PORT, settings.EMAIL_USE_TLS, settings.EMAIL_USE_SSL = 9, True, False
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "tracker", SECRET
    monkeypatch.delitem(settings.DATABASES, "owner")
    beats = Beating(every=0)
    for name in ("beat", findings.SWEEP, "accounts.deliver_account_mail", "backup", "verification"):
        beats.ended(name)
    return settings


def examined(capsys: Any, *arguments: str) -> tuple[int, dict[str, list[tuple[str, str]]]]:
    """The exit code, and by name how grave each finding is and what it says."""
    capsys.readouterr()
    code = 0
    try:
        call_command("doctor", "--json", *arguments)
    except SystemExit as ended:
        code = int(ended.code or 0)
    said = capsys.readouterr().out
    assert [secret for secret in (SECRET, connection.settings_dict["PASSWORD"]) if secret in said] == []
    found: dict[str, list[tuple[str, str]]] = {}
    for one in json.loads(said):
        assert bool(one["do"]) == (one["grave"] != "well")
        found.setdefault(one["name"], []).append((one["grave"], one["sentence"]))
    return code, found


def grave(found: dict[str, list[tuple[str, str]]], *which: str) -> dict[str, str]:
    return {name: said for name, ones in found.items() for how, said in ones if how in which}


def test_what_is_well_is_said_to_be_and_what_is_not_is_named(
    barnsley: World, well_run: Any, capsys: Any, monkeypatch: Any
) -> None:
    code, found = examined(capsys)
    assert code == 2
    # There is no mail server, and no virus scanner; everything else is well.
    assert grave(found, "wrong", "note") == {
        "mail": "127.0.0.1:9 does not answer as a mail server (ConnectionRefusedError).",
        "virus-scanner": "No file is scanned for viruses, and the pages say so.",
    }
    assert [name for name in ("logins", "walls", "helper-roles", "clocks", "pooler", "migrations") if name not in found] == []
    # One thing after another goes wrong.
    well_run.DEBUG, well_run.DEMO_DOORS, well_run.SECRET_KEY = True, True, SECRET
    well_run.ALLOWED_HOSTS, well_run.BASE_URL, well_run.SECURE_PROXY_SSL_HEADER = ["*"], "http://tracker.gov.uk", None
    well_run.DEFAULT_FROM_EMAIL, well_run.CHAIN_WITNESS_FILE, well_run.OPERATORS_EMAIL = "t@tracker.example", "", []
    well_run.REDIS_URL, well_run.CLAMD_URL = f"redis://:{SECRET}@127.0.0.1:9/0", "tcp://127.0.0.1:9"
    well_run.MEDIA_ROOT, well_run.NOTIFY_API_KEY = "/proc/files", f"{SECRET}-no-such-key"
    monkeypatch.setattr(looking, "migrations_waiting", lambda: ["escalation.0099_later"])
    monkeypatch.setattr(database.timezone, "now", lambda: datetime.now(UTC) + findings.UNTOLD)
    connection.cursor().execute("UPDATE operations_heartbeat SET ended_at = now() - interval '3 days'")
    code, found = examined(capsys)
    assert code == 2
    assert set(grave(found, "wrong")) == {
        "addresses", "backup", "beat", "broker", "clocks", "contacts", "debug", "deployment", "files-folder", "migrations",
        "notify", "secrets", "sweep", "virus-scanner", "workers",
    }  # fmt: skip
    assert grave(found, "wrong")["broker"] == "The broker does not answer at 127.0.0.1 (ConnectionError)."
    assert grave(found, "wrong")["backup"] == "The last backup ended 3 days ago. It is too old."


def test_a_login_that_may_too_much_and_a_wall_with_a_gap_are_named(barnsley: World, monkeypatch: Any) -> None:
    asked = database.ask

    def lies(question: str, *values: Any, using: str = "default") -> list[tuple[Any, ...]]:
        if question == database.RIGHTS:
            return [(True, False, True, False, "postgres")]
        if question == database.WALLS:
            return [("escalation_disagreement",)]
        return asked(question, *values, using=using)

    monkeypatch.setattr(database, "ask", lies)
    said = [finding.sentence for check in (database.logins, database.walls) for finding in check()]
    assert said[0].startswith("The application's login postgres is a superuser")
    assert said[1] == "The application's login postgres owns tables, or may become their owner."
    assert "escalation_disagreement" in said[-1]
    assert asked(database.WALLS) == []


def test_a_mail_server_is_greeted_and_one_e_mail_is_sent_where_it_is_asked_for(well_run: Any, capsys: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=_greets, args=(listener,), daemon=True).start()
        well_run.EMAIL_PORT, well_run.EMAIL_USE_TLS, well_run.EMAIL_HOST_USER = listener.getsockname()[1], False, ""
        _, found = examined(capsys)
    assert found["mail"] == [("note", f"The mail server 127.0.0.1:{well_run.EMAIL_PORT} greets us, without TLS.")]
    well_run.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    _, found = examined(capsys, "--send-to", "olive@tracker.example")
    assert found["mail"][-1] == ("well", "The test e-mail was taken. Look whether it arrives.")
    assert [(one.to, one.subject) for one in mail.outbox] == [(["olive@tracker.example"], "A test of the escalation tracker")]


def _greets(listener: socket.socket) -> None:
    talk, _ = listener.accept()
    with talk, talk.makefile("rwb", buffering=0) as line:
        line.write(b"220 mail.example\r\n")
        while command := line.readline():
            line.write(b"221 bye\r\n" if command.upper().startswith(b"QUIT") else b"250 mail.example\r\n")


def headings(page: str) -> set[str]:
    return {
        "-".join(line[3:].strip().lower().split()) for line in (DOCS / page).read_text().splitlines() if line.startswith("## ")
    }


def test_every_finding_has_its_place_on_the_page(well_run: Any, capsys: Any) -> None:
    sources = Path(database.__file__).parent.glob("*.py")
    named = {name for path in sources for name in re.findall(r'\b(?:well|note|wrong)\(\s*"([a-z-]+)"', path.read_text())}
    parts = {name.replace("_", "-") for name in DO}
    checks = {check.__name__.replace("_", "-") for check in CHECKS} - {"answers", "living"}
    assert (named | parts | checks) - headings("doctor.md") == set()
    watched = {part.name.replace("_", "-") for part in findings.parts(looking.facts())} | {"database", "migrations"}
    assert watched - headings("watch.md") == set()
