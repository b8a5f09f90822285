"""Identity providers to sign in with: a real one in a process of its own, and one of ours that says whatever a test wants."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import requests
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client

from accounts.models import SignOn

from ..world import World

CLIENT_ID, SECRET = "escalation-tracker", "as secret as it gets: & = + %"


def sign_on_of(world: World, issuer: str, *, key: str = "police-k3x9f2", **own: Any) -> SignOn:
    """The police's, whose addresses in these tests end as everybody's of that partnership do."""
    given = {
        "provided_for": world.partnership, "key": key, "name": "Police account", "issuer": issuer, "client_id": CLIENT_ID,
        "secret_name": key.replace("-", "_").upper(), "domains": [f"{world.slug}.example"],
    }  # fmt: skip
    with world.scope():
        made: SignOn = SignOn.objects.create(**(given | own))
    return made


# ---------------------------------------------------------------- a real provider, in a process of its own
@dataclass
class RealProvider:
    address: str
    process: subprocess.Popen[bytes]

    def knows(self, subject: str, **claims: Any) -> None:
        answer = requests.put(f"{self.address}/users/{subject}", json=claims, timeout=20)
        assert answer.status_code == 204, answer.text

    def lets_in(self, subject: str, address: str) -> str:
        """Somebody fills in its form; where it sends them then."""
        assert requests.get(address, timeout=20).status_code == 200
        answer = requests.post(address, data={"sub": subject}, allow_redirects=False, timeout=20)
        assert answer.status_code == 302, answer.text
        return answer.headers["Location"]

    def denies(self, address: str) -> str:
        return requests.post(address, data={"action": "deny"}, allow_redirects=False, timeout=20).headers["Location"]


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


@contextmanager
def a_real_provider() -> Iterator[RealProvider]:
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "oidc_provider_mock", "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "AUTHLIB_INSECURE_TRANSPORT": "1"},
    )
    try:
        _wait_for(port, process)
        yield RealProvider(f"http://127.0.0.1:{port}", process)
    finally:
        process.terminate()
        process.wait(timeout=10)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(1200):
        assert process.poll() is None, "the provider did not start"
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("the provider does not answer")


# ---------------------------------------------------------------- one of ours, which may lie
def a_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


KEY = a_key()


@dataclass
class Liar:
    """What it answers can be changed between two questions. `answer` makes its token out of the claims of a good one."""

    address: str = ""
    about: dict[str, Any] = field(default_factory=dict)
    answer: Callable[[dict[str, Any]], Any] = field(default_factory=lambda: signed)
    description: dict[str, Any] = field(default_factory=dict)
    keys: list[dict[str, Any]] = field(default_factory=lambda: [published(KEY)])
    userinfo: dict[str, Any] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str], dict[str, str]]] = field(default_factory=list)

    def says(self, path: str, form: dict[str, str], headers: dict[str, str]) -> Any:
        self.asked.append((path, form, headers))
        if path.endswith("openid-configuration"):
            places = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys",
                      "userinfo_endpoint": "userinfo"}  # fmt: skip
            return {"issuer": self.address, **{name: f"{self.address}/{at}" for name, at in places.items()}} | self.description
        return {"/keys": {"keys": self.keys}, "/userinfo": self.userinfo, "/token": self._token()}[path]

    def _token(self) -> dict[str, Any]:
        now = int(time.time())
        claims = {"iss": self.address, "aud": CLIENT_ID, "iat": now, "exp": now + 300, **self.about}
        return {"access_token": "an-access-token", "token_type": "Bearer", "id_token": self.answer(claims)}


def published(key: rsa.RSAPrivateKey, **own: Any) -> dict[str, Any]:
    return {**json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key())), "kid": "one", "use": "sig", **own}


def signed(claims: dict[str, Any], *, key: Any = KEY, algorithm: str = "RS256", kid: str = "one", typ: str = "JWT") -> str:
    return jwt.encode(claims, key, algorithm=algorithm, headers={"kid": kid, "typ": typ})


@contextmanager
def a_liar() -> Iterator[Liar]:
    liar = Liar()

    class Asked(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            typed = parse_qs(self.rfile.read(int(self.headers.get("Content-Length", 0))).decode())
            said = liar.says(self.path, {name: values[0] for name, values in typed.items()}, dict(self.headers))
            body = json.dumps(said).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Asked)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    liar.address = f"http://127.0.0.1:{server.server_port}"
    try:
        yield liar
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


# ---------------------------------------------------------------- a person at our end
def goes(client: Client, sign_on: SignOn, **typed: str) -> str:
    """Presses the button, and finds the address that the page goes on to."""
    page = client.post(f"/accounts/sign-on/{sign_on.key}/", typed)
    assert page.status_code == 200, page.content.decode()
    found = re.search(r'http-equiv="refresh" content="0; url=([^"]+)"', page.content.decode())
    assert found, page.content.decode()
    return unescape(found[1])


def path_of(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}"


def asked_for(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
