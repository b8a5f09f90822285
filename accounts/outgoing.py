"""The one door for requests that leave this system: what may be asked, and for how long; must not know why it is asked.

Every request to an address that somebody typed (an identity provider, a program that wants to be told) goes through
`guarded_session()`. The name is looked up once, every address that it has is judged, and the connection is made to an address
that was judged: a name that answers differently the second time (DNS rebinding) gains nothing. The certificate is still
checked against the name. Nothing is followed elsewhere, and nobody can keep a worker waiting or fill its memory."""

from __future__ import annotations

import contextlib
import ipaddress
import os
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import requests
from django.conf import settings
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError, ReadTimeoutError
from urllib3.util.connection import create_connection

CONNECT_SECONDS, READ_SECONDS, WHOLE_SECONDS = 4.0, 5.0, 10.0
LARGEST_BODY = 1024 * 1024
PIECE = 16 * 1024

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

# Not the public internet, whatever this version of Python calls private. The last two of IPv4 are where clouds answer the
# machines that run in them.
INSIDE = tuple(
    ipaddress.ip_network(network)
    for network in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
        "224.0.0.0/4", "240.0.0.0/4", "168.63.129.16/32", "100.100.100.200/32",
        "::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16",
        "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
    )
)  # fmt: skip
# Refused even at a host that is allowed by name: nobody's service is there.
NEVER = tuple(
    ipaddress.ip_network(network) for network in ("0.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4", "fe80::/10", "ff00::/8")
)
TRANSLATED = ipaddress.ip_network("64:ff9b::/96")


class OutgoingFailed(requests.RequestException):
    """What became of a request that brought no answer, as one plain sentence that may be shown to whoever typed the address."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class OutgoingRefused(OutgoingFailed):
    """This system does not ask there."""


class Unreachable(OutgoingFailed):
    """It asked, and no answer that can be used came back."""


class _Told(ValueError):
    """Carries what is wrong out of the middle of connecting. Not an OSError, which urllib3 would take for a fault of the
    network and put other words to."""

    def __init__(self, failed: OutgoingFailed) -> None:
        super().__init__(failed.sentence)
        self.failed = failed


# ---------------------------------------------------------------- which addresses
def _plain(address: str) -> Address:
    """The address that is really meant: an IPv4 one can be written inside an IPv6 one, and behind it stands the same machine."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return found.ipv4_mapped
        if found in TRANSLATED:
            return ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
    return found


def _allowed() -> tuple[frozenset[str], tuple[Network, ...]]:
    """OUTGOING_ALLOW, for an installation whose identity provider is inside: names of hosts, and networks."""
    names, networks = set(), []
    for entry in settings.OUTGOING_ALLOW:
        try:
            networks.append(ipaddress.ip_network(entry))
        except ValueError:
            names.add(entry.lower().rstrip("."))
    return frozenset(names), tuple(networks)


def may_be_asked(address: str, *, host: str) -> bool:
    """Whether a request may go to this address, reached by this name."""
    meant = _plain(address)
    names, networks = _allowed()
    if any(meant in network for network in networks if network.version == meant.version):
        return True
    shut = NEVER if host.lower().rstrip(".") in names else INSIDE
    return not any(meant in network for network in shut if network.version == meant.version)


def addresses_of(host: str, port: int) -> list[str]:
    """Where a name leads, every address judged. One bad address among good ones is enough: the name is not to be trusted."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise _Told(Unreachable(f"No machine called {host} was found. Check how it is spelt.")) from None
    addresses = list(dict.fromkeys(str(where[0]) for *_, where in found))
    if not all(may_be_asked(address, host=host) for address in addresses):
        raise _Told(_inside(host))
    return addresses


def _inside(host: str) -> OutgoingRefused:
    return OutgoingRefused(
        f"{host} leads to a machine inside a network, and this system sends no requests there. If it must, whoever runs the "
        "server can allow it (OUTGOING_ALLOW)."
    )


# ---------------------------------------------------------------- how the connection is made
class _TimeLimit:
    """Ends the connections that were made under it when the time is up. A limit on each single read is not enough: who
    sends one byte at a time would never reach it."""

    def __init__(self, seconds: float) -> None:
        self.ends = time.monotonic() + seconds
        self.over = False
        self._watched: list[socket.socket] = []
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True

    def watch(self, connection: socket.socket) -> None:
        # A second handle on the same connection: TLS takes the first one over.
        self._watched.append(socket.socket(fileno=os.dup(connection.fileno())))

    def _end(self) -> None:
        self.over = True
        for connection in self._watched:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def __enter__(self) -> _TimeLimit:
        self._timer.start()
        _under_way.limit = self
        return self

    def __exit__(self, *problem: object) -> None:
        _under_way.limit = None
        self._timer.cancel()
        self._timer.join()
        for connection in self._watched:
            connection.close()


_under_way = threading.local()


def _connect(connection: HTTPConnection) -> socket.socket:
    """To the addresses that were judged, one after the other, and to no name."""
    port = connection.port or connection.default_port
    last: OSError | None = None
    for address in addresses_of(connection.host.strip("[]"), port):
        try:
            made = create_connection((address, port), connection.timeout, socket_options=connection.socket_options)
        except OSError as problem:
            last = problem
            continue
        if limit := getattr(_under_way, "limit", None):
            limit.watch(made)
        return made
    raise last or OSError("no address")


class _JudgedConnection(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        return _connect(self)


class _JudgedTlsConnection(HTTPSConnection):
    def _new_conn(self) -> socket.socket:
        return _connect(self)


class _JudgedPool(HTTPConnectionPool):
    ConnectionCls = _JudgedConnection


class _JudgedTlsPool(HTTPSConnectionPool):
    ConnectionCls = _JudgedTlsConnection


class _Guard(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _JudgedPool, "https": _JudgedTlsPool}

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        """One request, from the look at its address to the last byte of its answer, in ten seconds at most."""
        host = _host_of(request)
        proxies = {"http": settings.OUTGOING_PROXY, "https": settings.OUTGOING_PROXY} if settings.OUTGOING_PROXY else {}
        if proxies:
            _judge_before_the_proxy(host)
        with _TimeLimit(WHOLE_SECONDS) as limit, _in_plain_words(host, limit):
            answer = super().send(
                request,
                stream=True,
                timeout=(CONNECT_SECONDS, READ_SECONDS),
                verify=settings.OUTGOING_CA or True,
                cert=None,
                proxies=proxies,
            )
            try:
                answer._content = _body(answer, limit, host)
            finally:
                answer.close()
        if answer.is_redirect:
            raise OutgoingRefused(f"{host} sends on to another address, and this system does not follow. Enter the final one.")
        return answer


def schemes() -> tuple[str, ...]:
    """https; and http in tests and demonstrations, where a setting says so. Nowhere where people are real."""
    return ("https", "http") if settings.OUTGOING_HTTP and settings.DEPLOYMENT == "demo" else ("https",)


def _host_of(request: requests.PreparedRequest) -> str:
    scheme, _, rest = str(request.url).partition("://")
    netloc = rest.partition("/")[0].partition("?")[0].partition("#")[0]
    if scheme not in schemes():
        raise OutgoingRefused("The address must begin with https://")
    if "@" in netloc or not netloc:
        raise OutgoingRefused("The address must be the name of a machine, without a user name in it.")
    return netloc.partition("]")[0].lstrip("[") if netloc.startswith("[") else netloc.partition(":")[0]


def _judge_before_the_proxy(host: str) -> None:
    """Behind a proxy it is the proxy that looks names up and has to guard. What can be judged here is; what only the proxy
    can look up is left to it."""
    try:
        addresses_of(host, 0)
    except _Told as told:
        if isinstance(told.failed, OutgoingRefused):
            raise told.failed from None


@contextlib.contextmanager
def _in_plain_words(host: str, limit: _TimeLimit) -> Iterator[None]:
    try:
        yield
    except OutgoingFailed:
        raise
    except _Told as told:
        raise told.failed from None
    except requests.exceptions.SSLError:
        raise Unreachable(f"The certificate of {host} is not valid for that name, or nobody known vouches for it.") from None
    except (OSError, ValueError, HTTPError) as problem:  # requests' own exceptions are OSErrors
        late = limit.over or isinstance(problem, (requests.Timeout, ReadTimeoutError))
        raise Unreachable(f"{host} did not answer in time." if late else f"{host} could not be reached.") from None


def _body(answer: requests.Response, limit: _TimeLimit, host: str) -> bytes:
    """Read as it comes, so that neither the size nor the pace is theirs to choose."""
    pieces, size = [], 0
    while piece := answer.raw.read1(PIECE, decode_content=True):
        size += len(piece)
        if size > LARGEST_BODY:
            raise OutgoingRefused(f"The answer of {host} is too long.")
        pieces.append(piece)
    if limit.over:
        raise Unreachable(f"{host} did not answer in time.")
    return b"".join(pieces)


class GuardedSession(requests.Session):
    """As requests knows it, with the guard at the door and nothing taken from the environment (proxies, .netrc)."""

    def __init__(self) -> None:
        super().__init__()
        self.trust_env = False
        self.headers["Accept-Encoding"] = "identity"
        self.headers["Connection"] = "close"  # each request makes its own, which is judged and timed
        self.headers["User-Agent"] = "escalation-tracker"
        self.mount("https://", _Guard(max_retries=0))
        self.mount("http://", _Guard(max_retries=0))

    def request(self, method: Any, url: Any, *args: Any, **kwargs: Any) -> requests.Response:
        kwargs["allow_redirects"] = False
        try:
            return super().request(method, url, *args, **kwargs)
        except OutgoingFailed:
            raise
        except (requests.RequestException, ValueError):
            raise OutgoingRefused("The address is not one that can be asked. It must begin with https://") from None


def guarded_session() -> GuardedSession:
    return GuardedSession()


def read_json(url: str, **kwargs: Any) -> dict[str, Any]:
    """What is at an address, where it is an object of JSON; a sentence otherwise."""
    with guarded_session() as session:
        answer = session.request("POST" if "data" in kwargs else "GET", url, **kwargs)
    host = _host_of(answer.request)
    if answer.status_code not in (200, 201):
        raise Unreachable(f"{host} answered with the status {answer.status_code}.")
    try:
        found = answer.json()
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise Unreachable(f"{host} did not answer with what was asked for.")
    return found
