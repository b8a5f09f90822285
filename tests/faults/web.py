"""Somebody's program that raises disagreements through the web, and sends again what was not answered."""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


def sent(
    port: int, method: str, path: str, *, body: bytes | None = None, headers: Mapping[str, str] | None = None, timeout: float = 60
) -> Answer:
    """One request over a connection of its own. Raises OSError where there is no answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.request(method, path, body=body, headers=dict(headers or {}))
        answer = connection.getresponse()
        return Answer(answer.status, answer.read())
    except http.client.HTTPException as problem:
        raise ConnectionError(str(problem)) from problem
    finally:
        connection.close()


@dataclass(frozen=True)
class Program:
    """The midwife's, with her token and everything that the form asks."""

    port: int
    slug: str
    token: str
    form: dict[str, Any]

    def raises(self, key: str, *, timeout: float = 60) -> Answer:
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json", "Idempotency-Key": key}
        path = f"/p/{self.slug}/api/v1/disagreements/"
        return sent(self.port, "POST", path, body=json.dumps(self.form).encode(), headers=headers, timeout=timeout)
