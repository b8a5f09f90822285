"""A program that speaks to the API for one person."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from partnerships.models import User
from partnerships.services import issue_token
from tests.world import World

Answer = Any


@dataclass
class Program:
    """Sends JSON with one person's token, to the partnership that the token is of."""

    slug: str
    secret: str

    def address(self, path: str) -> str:
        return f"/p/{self.slug}/api/v1/{path}"

    def get(self, path: str, *, tag: str = "", **query: Any) -> Answer:
        return Client().get(self.address(path), query, headers=self._headers(**{"If-None-Match": tag}))

    def post(
        self,
        path: str,
        sent: Any = None,
        *,
        body: bytes | None = None,
        content_type: str = "application/json",
        key: str = "",
        if_match: str = "",
    ) -> Answer:
        data = json.dumps(sent) if body is None else body
        headers = self._headers(**{"Idempotency-Key": key, "If-Match": if_match})
        return Client().post(self.address(path), data, content_type=content_type, headers=headers)

    def act(self, disagreement: Any, verb: str, *, key: str = "", if_match: str = "", **sent: Any) -> Answer:
        return self.post(f"disagreements/{disagreement.reference}/actions/{verb}/", sent, key=key, if_match=if_match)

    def _headers(self, **more: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.secret}"} | {name: value for name, value in more.items() if value}


@pytest.fixture
def program() -> Callable[[World, User], Program]:
    def made(world: World, user: User) -> Program:
        with world.scope(user):
            _, secret = issue_token(user, name="a program")
        return Program(world.slug, secret)

    return made
