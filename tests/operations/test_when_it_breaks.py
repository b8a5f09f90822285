"""What somebody gets who sends a form while something breaks: their words, what to do, and a number to quote; and what the
logs then say, which is none of their words. With the real web server, and with the database cut off from it."""

from __future__ import annotations

import http.client
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client

from devstack.services import free_port
from partnerships.models import User
from tests.world import World

from .forwarding import Door

ROOT = Path(__file__).resolve().parents[2]
WORDS = "kayleighx was seen again by zephaniahx"
MARKERS = ("kayleighx", "zephaniahx", "H-2207-Q")
TOKEN = "figures-figures-figures-figures"


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    text: str


@dataclass
class Web:
    """The web server, whom it serves, the door between it and the database, and what it logs."""

    port: int
    door: Door
    log: Path
    cookies: dict[str, str]

    def asks(self, path: str, form: dict[str, str] | None = None, **headers: str) -> Answer:
        sent = {"Host": f"127.0.0.1:{self.port}", "Cookie": "; ".join(f"{n}={v}" for n, v in self.cookies.items()), **headers}
        body = None
        if form is not None:
            body = urlencode({"csrfmiddlewaretoken": self.cookies["csrftoken"], **form})
            sent |= {"Content-Type": "application/x-www-form-urlencoded"}
            sent.setdefault("Origin", f"http://127.0.0.1:{self.port}")
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)) as talk:
            talk.request("POST" if form is not None else "GET", path, body=body, headers=sent)
            got = talk.getresponse()
            return Answer(got.status, {name.lower(): value for name, value in got.getheaders()}, got.read().decode())

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log.read_text().splitlines() if line.startswith("{")]


@pytest.fixture
def web(barnsley: World, tmp_path: Path, signed_in: Callable[[User], Client]) -> Iterator[Web]:
    given = connection.settings_dict
    door = Door(given["HOST"], int(given["PORT"]))
    url = urlsplit(os.environ["DATABASE_URL"])
    through = urlunsplit(url._replace(netloc=f"{url.netloc.rpartition('@')[0]}@127.0.0.1:{door.port}", path=f"/{given['NAME']}"))
    port, log = free_port(), tmp_path / "web.log"
    env = {**os.environ, "DATABASE_URL": through, "STATE_DIR": str(tmp_path), "LOG_FORMAT": "json", "METRICS_TOKEN": TOKEN}
    env |= {"METRICS_DIR": str(tmp_path / "metrics"), "BASE_URL": f"http://127.0.0.1:{port}", "DEPLOYMENT": "training"}
    env |= {"DJANGO_SETTINGS_MODULE": "config.settings_test"}
    env.pop("DATABASE_OWNER_URL", None)
    argv = [sys.executable, "-m", "gunicorn", "tests.operations.breaking", "--bind", f"127.0.0.1:{port}", "--workers", "2"]
    argv += ["--worker-class", "gthread", "--threads", "2", "--no-control-socket"]
    with log.open("wb") as out:
        process = subprocess.Popen(argv, cwd=ROOT, env=env, stdout=out, stderr=out, start_new_session=True)
    client = signed_in(barnsley.midwife)
    cookies = {django_settings.SESSION_COOKIE_NAME: client.session.session_key or "", "csrftoken": "q" * 32}
    found = Web(port, door, log, cookies)
    try:
        _wait(found, process)
        yield found
    finally:
        process.terminate()
        process.wait(20)
        door.shut()


def _wait(web: Web, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        try:
            if web.asks("/healthz").status == 200:
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail(web.log.read_text()[-3000:])


@pytest.mark.django_db(transaction=True)
def test_words_come_back_and_no_log_has_them(web: Web, barnsley: World) -> None:
    raised = barnsley.raised(child_reference=MARKERS[2])
    page = f"/p/barnsley/d/{raised.reference}/record_progress/"
    typed = {"version": str(raised.version), "words": WORDS}
    # It breaks: the words come back, on a page from which they are sent again.
    broke = web.asks(f"{page}?breaks=zephaniahx", typed, **{"X-Request-Id": "0af7651916cd43dd8448eb211c80319c"})
    assert (broke.status, broke.headers["cache-control"]) == (500, "no-store")
    assert WORDS in broke.text
    assert "0af7651916cd43dd8448eb211c80319c" in broke.text
    again = sent_again(broke)
    assert again == {"version": str(raised.version), "words": WORDS}
    assert f'action="{page}?breaks=zephaniahx"' in broke.text
    # From another site's page, nothing does.
    assert WORDS not in web.asks(f"{page}?breaks=1", typed, Origin="https://elsewhere.example").text
    # The database goes away.
    web.door.shut()
    away = web.asks(page, typed)
    assert (away.status, away.headers["retry-after"], away.headers["cache-control"]) == (503, "60", "no-store")
    assert sent_again(away) == typed
    assert [web.asks(path).status for path in ("/p/barnsley/", "/accounts/login/", "/healthz", "/readyz")] == [503, 503, 200, 503]
    assert WORDS not in web.asks(page, typed, Origin="https://elsewhere.example").text
    program = web.asks("/p/barnsley/api/v1/disagreements/", Authorization="Bearer zephaniahx")
    assert (program.status, program.headers["retry-after"]) == (503, "60")
    # It is back, and the same words are sent from the page that was kept open: the connection that broke is not used again.
    web.door.open()
    done = web.asks(page, {**sent_again(away)})
    assert (done.status, done.headers.get("location")) == (302, f"/p/barnsley/d/{raised.reference}/")
    assert barnsley.chronology(raised)[-1] == "progress_recorded"
    missing = web.asks(f"/p/barnsley/d/{MARKERS[0]}/record_progress/?q={MARKERS[1]}", {"words": WORDS})
    assert (missing.status, missing.headers["cache-control"]) == (404, "no-store")
    assert WORDS in missing.text
    assert web.asks(f"/{MARKERS[0]}?q={MARKERS[1]}").status == 404
    figures = web.asks("/metrics", Authorization=f"Bearer {TOKEN}").text
    assert 'status="503",view="' in figures
    assert 'tracker_requests_total{method="POST",status="500",view="escalation:act"}' in figures
    the_log_says_what_and_where_and_no_word(web, barnsley, str(raised.reference))


def the_log_says_what_and_where_and_no_word(web: Web, barnsley: World, reference: str) -> None:
    said = web.log.read_text()
    assert [marker for marker in (*MARKERS, "was seen", *web.cookies.values()) if marker in said] == []
    lines = web.lines()
    (asked,) = [line for line in lines if line["name"] == "asked" and line.get("status") == 500 and "0af7" in line["request_id"]]
    assert {name: asked[name] for name in ("view", "method", "reference", "user", "partnership")} == {
        "view": "escalation:act", "method": "POST", "reference": reference, "user": barnsley.midwife.pk,
        "partnership": barnsley.partnership.pk,
    }  # fmt: skip
    faults = [line["exc_info"] for line in lines if line["name"] == "django.request" and "ValueError" in line.get("exc_info", "")]
    assert re.search(r"^ValueError < \S+breaking\.py:\d+ _breaks .* \| from KeyError < \S+breaking\.py:\d+ _breaks", faults[0])
    assert re.search(r"^Internal Server Error: p/<slug:slug>/", next(x["message"] for x in lines if x.get("exc_info")))


def sent_again(answer: Answer) -> dict[str, str]:
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', answer.text))
    assert len(fields.pop("csrfmiddlewaretoken")) == 64
    return fields


# ---------------------------------------------------------------- without a server
@pytest.mark.django_db
def test_each_error_says_what_to_do_and_which_number_to_quote(
    barnsley: World, signed_in: Callable[[User], Client], settings: Any
) -> None:
    client = signed_in(barnsley.midwife)
    client.raise_request_exception = False
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 2000
    asked = {
        403: client.get("/p/barnsley/tracker/"),
        404: client.get("/p/barnsley/d/BAR-1999-0001/"),
        400: client.get("/", headers={"host": "elsewhere.example"}),
        413: client.post("/p/barnsley/start/", {"text": "x" * 5000}),
    }
    for status, answer in asked.items():
        text = answer.content.decode()
        assert answer.status_code == status
        assert re.fullmatch(r"[0-9a-f]{4}(-[0-9a-f]{4}){2}", answer["X-Request-Id"])
        assert f"say this number: {answer['X-Request-Id']}" in text
        assert 'href="/"' in text


@pytest.mark.django_db
def test_a_number_in_which_something_can_be_said_is_not_taken_over(client: Client) -> None:
    for given in ("Kayleigh-was-seen", "x" * 32, "0" * 200, "a\nb" * 9, "0af7 651916cd43dd"):
        assert client.get("/healthz", headers={"x-request-id": given})["X-Request-Id"] != given
    kept = "0af76519-16cd-43dd-8448-eb211c80319c"
    assert client.get("/healthz", headers={"x-request-id": kept})["X-Request-Id"] == kept
