"""The guard on outgoing requests: whatever is typed as an address, and whatever answers, nothing inside is reached.

The outside world is faked at its edges alone: who answers a name (the resolver), and a server of our own on this machine."""

from __future__ import annotations

import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from accounts import outgoing
from accounts.outgoing import OutgoingFailed, OutgoingRefused, Unreachable, guarded_session, read_json

ROOT = Path(__file__).resolve().parents[2]
PUBLIC = "93.184.215.14"
INSIDE = "leads to a machine inside a network"


class Answering(BaseHTTPRequestHandler):
    """A server that does whatever the path says."""

    def do_GET(self) -> None:
        self.server.asked.append(self.headers["Host"] + self.path)  # type: ignore[attr-defined]
        getattr(self, "_" + self.path.rpartition("/")[2])()

    def _say(self, body: bytes, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _good(self) -> None:
        self._say(b'{"issuer": "me"}')

    def _list(self) -> None:
        self._say(b"[1, 2]")

    def _words(self) -> None:
        self._say(b"<html>not at home</html>", 404)

    def _elsewhere(self) -> None:
        self._say(b"", 302, Location="http://169.254.169.254/latest/meta-data/")

    def _huge(self) -> None:
        self.send_response(200)
        self.end_headers()
        with suppress(OSError):  # who asked has gone
            while True:
                self.wfile.write(b" " * 65536)

    def _drips(self) -> None:
        """A byte at a time, each well inside the limit on one read."""
        self.send_response(200)
        self.end_headers()
        with suppress(OSError):  # who asked has gone
            for _ in range(600):
                self.wfile.write(b" ")
                self.wfile.flush()
                time.sleep(0.05)

    def _silent(self) -> None:
        time.sleep(5)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def server() -> Iterator[ThreadingHTTPServer]:
    with _served(ThreadingHTTPServer(("127.0.0.1", 0), Answering)) as running:
        yield running


@contextmanager
def _served(server: ThreadingHTTPServer) -> Iterator[ThreadingHTTPServer]:
    server.asked = []  # type: ignore[attr-defined]
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[list[str]]]:
    """Who answers a name, and what: each look-up takes the next answer, the last one stays. What is not here is looked up
    as numbers alone, as the machine itself would."""
    answers: dict[str, list[list[str]]] = {}
    real = socket.getaddrinfo

    def look_up(host: str, port: Any, *args: Any, **kwargs: Any) -> list[Any]:
        if host in answers:
            found = answers[host].pop(0) if len(answers[host]) > 1 else answers[host][0]
            return [(socket.AF_INET6 if ":" in a else socket.AF_INET, socket.SOCK_STREAM, 6, "", (a, port)) for a in found]
        if re.search(r"[g-wyz]", host) and host != "localhost":
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        return real(host, port, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return answers


@pytest.fixture
def reached(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every address that a connection is really made to."""
    made: list[str] = []
    real = outgoing.create_connection

    def connect(where: tuple[str, int], *args: Any, **kwargs: Any) -> socket.socket:
        made.append(where[0])
        return real(where, *args, **kwargs)

    monkeypatch.setattr(outgoing, "create_connection", connect)
    return made


def refusal(address: str) -> str:
    with pytest.raises(OutgoingFailed) as caught, guarded_session() as session:
        session.get(address)
    return caught.value.sentence


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "127.8.9.1", "localhost", "0.0.0.0", "0", "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]",
        "[::127.0.0.1]", "[64:ff9b::7f00:1]", "[64:ff9b::10.0.0.1]", "[2002:7f00:1::]", "[fe80::1]", "[fd00:ec2::254]",
        "169.254.169.254", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1", "100.100.100.200",
        "168.63.129.16", "192.0.0.192", "224.0.0.1", "255.255.255.255", "[ff02::1]", "2130706433", "0x7f000001", "017700000001",
        "0177.0.0.1", "0x7f.1", "127.1", "inside.example", "mixed.example", "mapped.example",
        "localhost.", "127.0.0.1.",
    ],
)  # fmt: skip
def test_no_way_of_writing_an_inner_address_is_asked(
    host: str, names: dict[str, list[list[str]]], reached: list[str], settings: Any
) -> None:
    settings.OUTGOING_HTTP = True
    names["inside.example"] = [["10.9.8.7"]]
    names["mixed.example"] = [[PUBLIC, "192.168.0.5"]]
    names["mapped.example"] = [["::ffff:169.254.169.254"]]
    for scheme in ("http", "https"):
        assert INSIDE in refusal(f"{scheme}://{host}/")
    assert reached == []


def test_what_is_public_may_be_asked_and_nothing_inside_is_called_public() -> None:
    assert [a for a in (PUBLIC, "2606:4700::1111", "64:ff9b::5db8:d70e") if not outgoing.may_be_asked(a, host="a.example")] == []


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("http://idp.example/", "must begin with https://"),
        ("ftp://idp.example/", "must begin with https://"),
        ("file:///etc/passwd", "must begin with https://"),
        ("gopher://127.0.0.1:6379/_INFO", "must begin with https://"),
        ("idp.example", "must begin with https://"),
        ("https://", "must begin with https://"),
        ("https://[::1/", "must begin with https://"),
        ("https://127。0。0。1/", "not one that can be asked"),
        ("https://①②⑦.⓪.⓪.①/", "not one that can be asked"),
        ("https://idp.example@10.0.0.1/", "without a user name"),
        ("https://nobody-is-called-so.example/", "Check how it is spelt"),
    ],
)
def test_what_is_no_address_is_said_in_plain_words(address: str, said: str, names: dict[str, list[list[str]]]) -> None:
    assert said in refusal(address)


def test_plain_http_is_for_demonstrations_alone(names: dict[str, list[list[str]]], settings: Any) -> None:
    names["idp.example"] = [[PUBLIC]]
    settings.OUTGOING_HTTP = True
    for deployment in ("training", "production"):
        settings.DEPLOYMENT = deployment
        assert "must begin with https://" in refusal("http://idp.example/")


def test_a_name_that_changes_its_answer_gains_nothing(
    server: ThreadingHTTPServer, names: dict[str, list[list[str]]], reached: list[str], settings: Any
) -> None:
    """It is looked up once, and the connection goes to what was judged (DNS rebinding)."""
    settings.OUTGOING_HTTP = True
    settings.OUTGOING_ALLOW = ["127.0.0.1"]
    names["turns.example"] = [["127.0.0.1"], ["10.0.0.1"]]
    assert read_json(f"http://turns.example:{server.server_port}/good") == {"issuer": "me"}
    assert reached == ["127.0.0.1"]
    assert server.asked == [f"turns.example:{server.server_port}/good"]  # type: ignore[attr-defined]
    assert INSIDE in refusal(f"http://turns.example:{server.server_port}/good")


def test_what_an_installation_allows_by_host_or_by_network(
    server: ThreadingHTTPServer, names: dict[str, list[list[str]]], settings: Any
) -> None:
    settings.OUTGOING_HTTP = True
    names["idp.council.example"] = [["127.0.0.1"]]
    names["other.council.example"] = [["127.0.0.1"]]
    settings.OUTGOING_ALLOW = ["IDP.council.example"]
    assert read_json(f"http://idp.council.example:{server.server_port}/good") == {"issuer": "me"}
    assert INSIDE in refusal(f"http://other.council.example:{server.server_port}/good")
    settings.OUTGOING_ALLOW = ["127.0.0.0/8"]
    assert read_json(f"http://other.council.example:{server.server_port}/good") == {"issuer": "me"}
    # A name that is allowed does not open the way to where a cloud answers its own machines.
    settings.OUTGOING_ALLOW = ["idp.council.example"]
    names["idp.council.example"] = [["169.254.169.254"]]
    assert INSIDE in refusal("https://idp.council.example/")


def test_hostile_answers(server: ThreadingHTTPServer, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sent elsewhere, too long, too slow byte by byte, silent, not what was asked for, and nobody there."""
    settings.OUTGOING_HTTP = True
    settings.OUTGOING_ALLOW = ["127.0.0.1"]
    here = f"http://127.0.0.1:{server.server_port}"
    said: dict[str, tuple[type[OutgoingFailed], str]] = {
        "elsewhere": (OutgoingRefused, "sends on to another address"),
        "huge": (OutgoingRefused, "is too long"),
        "list": (Unreachable, "did not answer with what was asked for"),
        "words": (Unreachable, "answered with the status 404"),
        "drips": (Unreachable, "did not answer in time"),
        "silent": (Unreachable, "did not answer in time"),
    }
    for path, (kind, words) in said.items():
        if path == "drips":
            monkeypatch.setattr(outgoing, "READ_SECONDS", 0.4)
            monkeypatch.setattr(outgoing, "WHOLE_SECONDS", 0.8)
        began = time.monotonic()
        with pytest.raises(kind, match=words):
            read_json(f"{here}/{path}")
        assert time.monotonic() - began < 4, path
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = free.getsockname()[1]
    assert "could not be reached" in refusal(f"http://127.0.0.1:{nobody}/")


def test_nothing_is_taken_from_the_environment(
    server: ThreadingHTTPServer, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.OUTGOING_HTTP = True
    settings.OUTGOING_ALLOW = ["127.0.0.1"]
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://10.0.0.1:3128")
    assert read_json(f"http://127.0.0.1:{server.server_port}/good") == {"issuer": "me"}


def test_through_a_proxy_only_where_a_setting_says_so(
    server: ThreadingHTTPServer, names: dict[str, list[list[str]]], settings: Any
) -> None:
    """The proxy looks up what only it can look up; what can be judged here is still judged here."""
    settings.OUTGOING_HTTP = True
    settings.OUTGOING_PROXY = f"http://127.0.0.1:{server.server_port}"
    names["known-here.example"] = [["10.0.0.1"]]
    with guarded_session() as session:
        assert session.get("http://known-only-there.example/good").json() == {"issuer": "me"}
    assert INSIDE in refusal("http://known-here.example/")
    assert INSIDE in refusal("http://169.254.169.254/")


def _certificate(tmp_path: Path, name: str) -> str:
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder(who, who, key.public_key(), x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = tmp_path / "server.pem"
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return str(path)


def test_the_certificate_is_asked_for_and_judged_by_the_name_not_by_the_address(
    tmp_path: Path, names: dict[str, list[list[str]]], settings: Any
) -> None:
    settings.OUTGOING_ALLOW = ["127.0.0.1"]
    pem = _certificate(tmp_path, "idp.example")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    asked_for: list[str | None] = []
    context.sni_callback = lambda _socket, name, _context: asked_for.append(name)
    secure = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    secure.socket = context.wrap_socket(secure.socket, server_side=True, do_handshake_on_connect=False)
    names["idp.example"] = names["other.example"] = [["127.0.0.1"]]
    with _served(secure):
        at: Callable[[str], str] = lambda host: f"https://{host}:{secure.server_port}/good"  # noqa: E731
        assert "nobody known vouches for it" in refusal(at("idp.example"))
        settings.OUTGOING_CA = pem
        assert read_json(at("idp.example")) == {"issuer": "me"}
        assert "not valid for that name" in refusal(at("other.example"))
    assert asked_for == ["idp.example", "idp.example", "other.example"]


def test_there_is_no_other_door() -> None:
    """No other module of the product makes a request of its own."""
    asks = re.compile(r"^\s*(?:import|from) (?:requests|urllib3|urllib\.request|http\.client|httpx|aiohttp)\b", re.MULTILINE)
    apps = (
        "accounts",
        "config",
        "documents",
        "escalation",
        "insight",
        "learning",
        "meetings",
        "notifications",
        "partnerships",
        "records",
        "rehearsal",
    )
    found = {str(path.relative_to(ROOT)) for app in apps for path in (ROOT / app).rglob("*.py") if asks.search(path.read_text())}
    assert found == {"accounts/outgoing.py"}
