"""Pages fetched before, handed to a browser again byte by byte with their headers, beside the static files."""

from __future__ import annotations

import mimetypes
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from django.contrib.staticfiles import finders

from .walking import Page

# A browser fetches these again and again: it may keep them while the tests run.
KEPT = {"Cache-Control": "max-age=3600"}
# What speaks of the connection, or would make the browser ask for a page twice.
DROPPED = {"set-cookie", "content-length", "vary", "transfer-encoding"}


class Served:
    """`at(page)` is the address of a page: its own path, and which of the fetched ones is meant."""

    def __init__(self, assets: dict[str, tuple[str, bytes]]) -> None:
        self.held: dict[str, tuple[int, dict[str, str], bytes]] = {
            where: (200, {"Content-Type": kind} | KEPT, content) for where, (kind, content) in assets.items()
        }
        served = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                status, headers, content = served.answer(self.path)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def do_POST(self) -> None:
                """What a script sends goes nowhere: nothing is acted on here."""
                self.rfile.read(int(self.headers.get("Content-Length", "0")))
                self.send_response(204)
                self.end_headers()

            def log_message(self, *args: Any) -> None:
                """The tests say what they looked at."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self.server.server_address[1]}"

    def answer(self, where: str) -> tuple[int, dict[str, str], bytes]:
        if where not in self.held and where.startswith("/static/"):
            self.held[where] = self._static(where.partition("?")[0].removeprefix("/static/"))
        return self.held.get(where, (404, {"Content-Type": "text/plain"}, b"not fetched before"))

    @staticmethod
    def _static(name: str) -> tuple[int, dict[str, str], bytes]:
        found = finders.find(name)
        if not isinstance(found, str):
            return 404, {"Content-Type": "text/plain"}, b"no such file"
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        with open(found, "rb") as file:
            return 200, {"Content-Type": kind} | KEPT, file.read()

    def at(self, page: Page, html: str | None = None) -> str:
        where = f"{page.where}{'&' if '?' in page.where else '?'}held={len(self.held)}"
        headers = {name: value for name, value in page.headers.items() if name.lower() not in DROPPED}
        self.held[where] = (page.status, headers, (html or page.html).encode())
        return self.address + where


@contextmanager
def serving(assets: dict[str, tuple[str, bytes]]) -> Iterator[Served]:
    served = Served(assets)
    thread = threading.Thread(target=served.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield served
    finally:
        served.server.shutdown()
        served.server.server_close()
        thread.join()
