"""Somebody else's system, as a real little server on this machine, and how it checks that it was told by us."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Told:
    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def said(self) -> Any:
        return json.loads(self.body)

    def signed_by(self, secret: str) -> bool:
        """As the specification tells a receiver to do it; shares nothing with the product."""
        signed = f"{self.id}.{self.headers['webhook-timestamp']}.{self.body.decode()}".encode()
        own = hmac.digest(base64.b64decode(secret.split("_", 1)[1]), signed, hashlib.sha256)
        return f"v1,{base64.b64encode(own).decode()}" in self.headers["webhook-signature"].split(" ")


@dataclass
class System:
    """Answers with `status` and `words`, and keeps what it was told."""

    url: str = ""
    status: int = 204
    words: bytes = b""
    more: dict[str, str] = field(default_factory=dict)
    told: list[Told] = field(default_factory=list)


@contextmanager
def running() -> Iterator[System]:
    system = System()

    class Listening(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            system.told.append(Told({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(system.status)
            for name, value in system.more.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(system.words)))
            self.end_headers()
            self.wfile.write(system.words)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Listening)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    system.url = f"http://127.0.0.1:{server.server_port}/told"
    yield system
    server.shutdown()
    thread.join()
    server.server_close()
