"""Several clients at once that post forms, each over its own connection; knows how long each took and what was answered."""

from __future__ import annotations

import http.client
import statistics
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

TOKEN = "b" * 32
# What is asked of it: {"words": how many fields of text, "choices": how many of a list}; how many rows of each table is sent.
SHAPE = "BENCH_FORM"


@dataclass(frozen=True)
class Post:
    path: str
    session: str
    body: str


@dataclass
class Answered:
    seconds: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    places: list[str] = field(default_factory=list)
    whole: float = 0.0

    @property
    def rate(self) -> float:
        return len(self.seconds) / self.whole

    @property
    def p50(self) -> float:
        return statistics.median(self.seconds)

    @property
    def p95(self) -> float:
        return statistics.quantiles(self.seconds, n=20)[-1]


def form(fields: Mapping[str, str]) -> str:
    return urlencode({**fields, "csrfmiddlewaretoken": TOKEN})


def posted(address: str, following: Callable[[], Post | None], *, clients: int) -> Answered:
    """So many clients at once post what comes next until nothing does."""
    found, lock = Answered(), threading.Lock()
    began = time.perf_counter()
    threads = [threading.Thread(target=_client, args=(address, following, found, lock)) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found.whole = time.perf_counter() - began
    return found


def _client(address: str, following: Callable[[], Post | None], found: Answered, lock: threading.Lock) -> None:
    at = urlsplit(address)
    connection = http.client.HTTPConnection(str(at.hostname), at.port or 80, timeout=60)
    while True:
        with lock:
            post = following()
        if post is None:
            connection.close()
            return
        headers = {"Cookie": f"sessionid={post.session}; csrftoken={TOKEN}", "Content-Type": "application/x-www-form-urlencoded"}
        began = time.perf_counter()
        try:
            connection.request("POST", post.path, post.body, headers)
            answer = connection.getresponse()
            answer.read()
            status, place = answer.status, answer.headers.get("Location", "")
        except (http.client.HTTPException, OSError):
            connection.close()
            status, place = 0, ""
        seconds = time.perf_counter() - began
        with lock:
            found.seconds.append(seconds)
            found.statuses[status] = found.statuses.get(status, 0) + 1
            found.places.append(place)
