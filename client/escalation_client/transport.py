"""How a request is sent and an answer read, whatever it is about: the token, pages, problems, keys, and trying again.

What is sent is always sent under an idempotency key, so it can be tried again without being done twice."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO
from urllib.parse import urlsplit
from uuid import uuid4

import requests

AT_HOME = frozenset({"localhost", "127.0.0.1", "::1"})
# What passes by itself: the server is busy, restarting, or still doing what was sent before.
PASSES = frozenset({429, 500, 502, 503, 504})
Query = Mapping[str, Any]


class Problem(Exception):
    """The server said no. `key` is what a program goes by ("changed", "not-taken"); `detail` is a sentence for people;
    `errors` holds sentences by field."""

    def __init__(self, status: int, told: Mapping[str, Any]) -> None:
        self.status = status
        self.type = str(told.get("type", "about:blank"))
        self.key = self.type.rpartition("#")[2]
        self.title, self.detail = str(told.get("title", "")), str(told.get("detail", ""))
        self.errors: dict[str, list[str]] = dict(told.get("errors", {}))
        super().__init__(f"{status} {self.title}: {self.detail}")


class Changed(Problem):
    """Somebody changed it since it was read, and nothing was done. Read it again, show it to a person, and decide again."""


class NotTaken(Problem):
    """What was sent cannot be taken: `errors` says what, field by field."""


class NotThere(Problem):
    """There is nothing at this address, or nothing that this person may see."""


KINDS: dict[str, type[Problem]] = {"changed": Changed, "precondition": Changed, "not-taken": NotTaken, "not-there": NotThere}


class Transport:
    """One token of one partnership. Not for several threads at once: each has its own."""

    def __init__(
        self,
        address: str,
        partnership: str,
        token: str,
        *,
        tries: int = 4,
        pause: float = 0.5,
        timeout: tuple[float, float] = (10.0, 60.0),
        session: requests.Session | None = None,
    ) -> None:
        if urlsplit(address).scheme != "https" and urlsplit(address).hostname not in AT_HOME:
            raise ValueError("Use the https address: a token that is sent in the clear can be read by others.")
        self.base = f"{address.rstrip('/')}/p/{partnership}/api/v1/"
        self.tries, self.pause, self.timeout = tries, pause, timeout
        self.session = session or requests.Session()
        self._headers = {"Authorization": f"Bearer {token}", "Accept": "application/json, */*;q=0.5"}

    def get(self, path: str, query: Query | None = None) -> Any:
        return self.send("GET", path, params=query).json()

    def get_unless(self, path: str, etag: str | None) -> tuple[Any, str]:
        """What there is and its ETag; None where it is what you have."""
        answer = self.send("GET", path, headers={"If-None-Match": etag} if etag else {})
        return (None if answer.status_code == 304 else answer.json()), answer.headers.get("ETag", "")

    def pages(self, path: str, query: Query | None = None) -> Iterator[Any]:
        """Every row, page by page, to the end."""
        answer = self.get(path, query)
        while True:
            yield from answer["results"]
            if not answer["next"]:
                return
            answer = self.send("GET", self._ours(answer["next"])).json()

    def post(
        self,
        path: str,
        sent: Mapping[str, Any],
        *,
        key: str | None = None,
        if_match: str | None = None,
        query: Query | None = None,
    ) -> Any:
        headers = {"Idempotency-Key": key or str(uuid4())} | ({"If-Match": if_match} if if_match else {})
        answer = self.send("POST", path, json=dict(sent), headers=headers, params=query)
        return answer.json() if answer.content else None

    def upload(self, path: str, file: BinaryIO | bytes, *, name: str, about: str = "", key: str | None = None) -> Any:
        content = file if isinstance(file, bytes) else file.read()
        headers = {"Idempotency-Key": key or str(uuid4())}
        return self.send("POST", path, files={"file": (name, content)}, data={"about": about}, headers=headers).json()

    def send(self, method: str, path: str, *, headers: Mapping[str, str] | None = None, **more: Any) -> requests.Response:
        """Tried again where that can help. Raises Problem, or what `requests` raises where the server cannot be reached."""
        for again in range(self.tries - 1, -1, -1):
            try:
                answer = self.session.request(
                    method, self._ours(path), headers={**self._headers, **(headers or {})}, timeout=self.timeout,
                    allow_redirects=False, **more,
                )  # fmt: skip
            except (requests.ConnectionError, requests.Timeout):
                if not again:
                    raise
                self._wait(self.tries - again, None)
                continue
            if answer.status_code < 300 or answer.status_code == 304:
                return answer
            problem = problem_of(answer)
            if not again or not (answer.status_code in PASSES or problem.key == "still-running"):
                raise problem
            self._wait(self.tries - again, answer.headers.get("Retry-After"))
        raise AssertionError("the last try answers or raises")  # pragma: no cover

    def _ours(self, path: str) -> str:
        """A next page stands on the same server, or the token is not sent there."""
        if "://" not in path:
            return self.base + path
        if not path.startswith(self.base):
            raise ValueError("This address is not of the server that the token is for.")
        return path

    def _wait(self, tried: int, asked: str | None) -> None:
        seconds = float(asked) if asked and asked.isdigit() else self.pause * 2 ** (tried - 1)
        time.sleep(min(seconds, 60.0) * random.uniform(0.8, 1.2))  # noqa: S311  (so that programs do not come all at once)


def problem_of(answer: requests.Response) -> Problem:
    try:
        told = answer.json()
    except ValueError:
        told = {}
    told = told if isinstance(told, dict) else {}
    key = str(told.get("type", "")).rpartition("#")[2]
    return KINDS.get(key, Problem)(answer.status_code, told)
