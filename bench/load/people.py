"""What simultaneous people do, for locust: practitioners raise on their pages, managers act, the office keeps its tracker.

Run by `python -m locust -f` in a process of its own, which knows the product by its pages alone. Who they are, with the
session that each has, stands in the file that LOAD_PEOPLE names; what was raised is written to the one of LOAD_RAISED."""

from __future__ import annotations

import html
import itertools
import json
import os
import random
import re
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlencode

from locust import FastHttpUser, between, events, task

from bench.load.filling import Form

TOKEN = "b" * 32
PEOPLE: dict[str, list[dict[str, Any]]] = json.loads(Path(os.environ["LOAD_PEOPLE"]).read_text())
TURNS = {role: itertools.count() for role in PEOPLE}
RAISED, DONE = Path(os.environ["LOAD_RAISED"]), Path(os.environ["LOAD_DONE"])
EXPECTED = (409, 422)
ACTS = ("acknowledge", "record_progress", "record_conversation", "propose_outcome", "add_action", "escalate", "pause_clock")
# More than any form has: whoever is asked the same again and again gives up.
PAGES = 12
ONE = re.compile(r'href="(/p/[^"/]+/d/([A-Z0-9]+-\d+)/)"')


class Person(FastHttpUser):
    abstract = True
    wait_time = between(4, 12)
    network_timeout = connection_timeout = 60.0
    role: ClassVar[str] = ""

    def on_start(self) -> None:
        held = PEOPLE[self.role]
        self.me = held[next(TURNS[self.role]) % len(held)]
        self.home = f"/p/{self.me['slug']}/"
        self.headers = {"Cookie": f"sessionid={self.me['session']}; csrftoken={TOKEN}"}
        self.known: list[str] = []

    def opens(self, path: str, kind: str) -> str:
        with self.client.get(path, name=kind, headers=self.headers, catch_response=True, allow_redirects=False) as answer:
            self._judge(answer, path)
            text = str(answer.text or "") if answer.status_code == 200 else ""
            if answer.status_code in (301, 302):
                return self.opens(answer.headers["Location"], kind) if "login" not in answer.headers["Location"] else ""
        self.known = [each for each, _ in ONE.findall(text)] or self.known
        return text

    def sends(self, path: str, kind: str, fields: list[tuple[str, str]]) -> str:
        """Where it leads, or nothing."""
        sent = urlencode(
            [(name, value) for name, value in fields if name != "csrfmiddlewaretoken"] + [("csrfmiddlewaretoken", TOKEN)]
        )
        headers = {**self.headers, "Content-Type": "application/x-www-form-urlencoded"}
        with self.client.post(path, data=sent, name=kind, headers=headers, catch_response=True, allow_redirects=False) as answer:
            self._judge(answer, path)
            return str(answer.headers.get("Location", "")) if answer.status_code == 302 else ""

    def _judge(self, answer: Any, path: str) -> None:
        """Anything but an answer, a redirect or an expected refusal is an error; so is being asked to sign in."""
        signed_out = "login" in str((answer.headers or {}).get("Location", ""))
        if (200 <= answer.status_code < 400 or answer.status_code in EXPECTED) and not signed_out:
            answer.success()
        else:
            answer.failure(f"{answer.status_code} at {re.sub(r'[0-9a-f-]{36}', '…', path)}")

    def one(self) -> str | None:
        return html.unescape(random.choice(self.known)) if self.known else None  # noqa: S311

    @task(4)
    def home_page(self) -> None:
        self.opens(self.home, "first page")

    @task(6)
    def disagreement(self) -> None:
        if (where := self.one()) is not None:
            self.opens(where, "disagreement")
        else:
            self.opens(self.home, "first page")


class Practitioner(Person):
    weight = 50
    role = "practitioner"

    @task(4)
    def mine(self) -> None:
        self.opens(f"{self.home}mine/", "my disagreements")

    @task(3)
    def raises(self) -> None:
        """From the first page of the form to what happens next, thinking on every page."""
        self.opens(f"{self.home}start/", "start")
        self.wait()
        began = self.sends(f"{self.home}raise/", "begin a draft", [])
        found = re.search(r"/raise/([0-9a-f-]{36})/", began)
        if found is None:
            return
        key, where = found[1], began
        draft = f"{self.home}raise/{key}/"
        for _ in range(PAGES):
            if where in ("", draft, f"{draft}check/"):
                break
            form = Form(self.opens(where, "page of the form"))
            self.wait()
            where = self.sends(where, "save a page of the form", form.sent(self.me["answers"]))
        self.opens(f"{draft}check/", "check your answers")
        self.wait()
        raised = self.sends(f"{draft}check/", "raise it", [])
        if raised.endswith("/raised/"):
            with RAISED.open("a") as kept:
                kept.write(json.dumps({"key": key, "slug": self.me["slug"], "reference": raised.split("/")[-3]}) + "\n")
            self.opens(raised, "what happens next")


class Manager(Person):
    weight = 40
    role = "lead"

    @task(4)
    def acts(self) -> None:
        where = self.one()
        page = self.opens(where, "disagreement") if where else ""
        offered = [verb for verb in re.findall(rf'href="{re.escape(where or "-")}([a-z_]+)/', page) if verb in ACTS]
        if not offered:
            return
        verb = random.choice(offered)  # noqa: S311
        self.wait()
        form = Form(self.opens(f"{where}{verb}/", "form of an act"))
        if form.action is None:
            return
        self.wait()
        self.sends(f"{where}{verb}/", "act", form.sent({}))


class Office(Person):
    weight = 10
    role = "partnership_manager"

    @task(6)
    def tracker(self) -> None:
        self.opens(f"{self.home}tracker/", "tracker")

    @task(2)
    def narrowed(self) -> None:
        self.opens(f"{self.home}tracker/?show=live", "tracker, narrowed")


@events.test_stop.add_listener
def finished(environment: Any, **_: Any) -> None:
    """Each kind of page with how many, how long and how many went wrong, for whoever started this."""
    stats = environment.stats
    lines = [
        {
            "page": name,
            "method": method,
            "requests": one.num_requests,
            "errors": one.num_failures,
            "p50_ms": one.get_response_time_percentile(0.5),
            "p95_ms": one.get_response_time_percentile(0.95),
            "most_ms": round(one.max_response_time or 0),
        }
        for (name, method), one in sorted(stats.entries.items())
    ]
    wrong = [{"what": str(one.error), "page": one.name, "times": one.occurrences} for one in stats.errors.values()]
    whole = stats.total
    DONE.write_text(
        json.dumps(
            {
                "pages": lines,
                "wrong": wrong,
                "requests": whole.num_requests,
                "errors": whole.num_failures,
                "a_second": round(whole.total_rps, 1),
            }
        )
    )
