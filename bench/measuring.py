"""The pages of databases of several sizes and the bare views beside them, in turns, so that whatever else the machine does falls
on all alike."""

from __future__ import annotations

import html
import json
import os
import re
import statistics
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .chosen import Chosen
from .pages import TIMES_SMALL, Page
from .serving import DONE

ROOT = Path(__file__).resolve().parent.parent
NEXT = re.compile(r'<a[^>]*href="([^"]+)"[^>]*rel="next"|<a[^>]*rel="next"[^>]*href="([^"]+)"')
WARM = 3


class Broken(RuntimeError):
    """A page that did not come: there is nothing to measure."""


class Served:
    """One database, served by a process of its own."""

    def __init__(self, env: Mapping[str, str], found: Chosen, *, token: str) -> None:
        self.found, self.token = found, token
        settings = {"DJANGO_SETTINGS_MODULE": "bench.settings", "PYTHONHASHSEED": "0"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bench.serving"],
            cwd=ROOT,
            env={**os.environ, **env, **settings},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, page: Page, path: str, **more: Any) -> dict[str, Any]:
        who = {"office": self.found.office, "lead": self.found.lead, "raiser": self.found.raiser}.get(page.who, self.found.office)
        where = path if path.startswith("/") else f"/p/{self.found.slug}/{path}"
        asked = {"path": where, "user": who, **({"token": self.token} if page.who == "program" and "bench/" not in path else {})}
        assert self.process.stdin is not None  # noqa: S101  (opened above)
        assert self.process.stdout is not None  # noqa: S101
        self.process.stdin.write(json.dumps(asked | more) + "\n")
        self.process.stdin.flush()
        for line in self.process.stdout:
            if line.startswith(DONE):
                answer: dict[str, Any] = json.loads(line.removeprefix(DONE))
                return answer
        raise Broken(f"{page.name}: the process that serves it ended.")

    def address(self, page: Page) -> str:
        """Where the page is in this database: as many pages on as it says, or behind its form."""
        path = page.path
        if page.words:
            path = str(self.ask(page, path, sent={"words": page.words, "q": page.words})["location"])
        for _ in range(page.pages_on):
            came = self.ask(page, path, keep=True)
            if came["status"] != 200 or not (found := NEXT.search(came["text"])):
                raise Broken(f"{page.name}: {path} leads to no next page.")
            path = self._beside(path, html.unescape(found[1] or found[2]))
        return path

    def _beside(self, path: str, link: str) -> str:
        return link if link.startswith("/") else path.partition("?")[0] + link

    def stop(self) -> None:
        if self.process.stdin:
            self.process.stdin.close()
        self.process.wait(30)


@dataclass
class Measured:
    """One page in every database, by how many disagreements there are in all; `sizes` begins with the smallest."""

    page: Page
    sizes: tuple[int, ...]
    times: dict[tuple[int, str], list[float]] = field(default_factory=dict)
    cpu: dict[tuple[int, str], list[float]] = field(default_factory=dict)
    queries: dict[int, int] = field(default_factory=dict)
    lines: dict[int, int] = field(default_factory=dict)
    megabytes: dict[int, float] = field(default_factory=dict)
    problem: str = ""

    def p50(self, size: int, what: str) -> float:
        return statistics.median(self.times[size, what])

    def times_bare(self, size: int) -> float:
        return self.p50(size, "page") / self.p50(size, "bare")

    def times_bare_at_work(self, size: int) -> float:
        """The same of the processor's time in the process that serves: what else the machine does falls out of it."""
        page, bare = (statistics.median(self.cpu[size, what]) for what in ("page", "bare"))
        return page / bare

    def times_small(self, size: int) -> float:
        return self.p50(size, "page") / self.p50(self.sizes[0], "page")

    def holds_at(self, size: int) -> bool:
        flat = not self.page.flat or self.times_small(size) <= TIMES_SMALL
        soon = self.page.seconds is None or self.p50(size, "page") < self.page.seconds
        return self.times_bare(size) <= self.page.most and flat and soon

    @property
    def holds(self) -> bool:
        return not self.problem and all(self.holds_at(size) for size in self.sizes)


def measure(pages: Mapping[int, Page], served: Mapping[int, Served], *, rounds: int) -> Measured:
    """Every page and every bare view in turn, `rounds` times, after a few that are not counted; then once for its queries."""
    sizes = tuple(sorted(served))
    found = Measured(pages[sizes[0]], sizes)
    paths = {
        (size, what): path
        for size in sizes
        for what, path in (("page", served[size].address(pages[size])), ("bare", f"bench/{pages[size].bare}"))
    }
    warm = 1 if found.page.streamed else WARM
    for number in range(warm + rounds):
        for (size, what), path in paths.items():
            came = served[size].ask(pages[size], path)
            if came["status"] != 200:
                raise Broken(f"{found.page.name}: {path} answered {came['status']}.")
            if number >= warm:
                found.times.setdefault((size, what), []).append(came["seconds"])
                found.cpu.setdefault((size, what), []).append(came["cpu"])
            if what == "page":
                found.lines[size], found.megabytes[size] = came["lines"], came["megabytes"]
    found.queries = {size: served[size].ask(pages[size], paths[size, "page"], counted=True)["queries"] for size in sizes}
    return found


def measured(pages: Sequence[Mapping[int, Page]], served: Mapping[int, Served], *, rounds: int) -> list[Measured]:
    """Every page; one that cannot be opened says so in its place, and the others are measured all the same."""
    found = []
    for each in pages:
        page = each[min(served)]
        try:
            found.append(measure(each, served, rounds=max(2, rounds // 8) if page.streamed else rounds))
        except Broken as broken:
            found.append(Measured(page, tuple(sorted(served)), problem=str(broken)))
        print(f"  {page.name}", file=sys.stderr, flush=True)
    return found
