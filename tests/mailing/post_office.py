"""A real mail server on this machine, for as long as a block lasts: what it took, over which connections, and what it is told
to refuse; and a certificate that vouches for this machine."""

from __future__ import annotations

import email
import email.policy
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from typing import Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from mailing.smtp import Server

USER, PASSWORD = "tracker", "correct horse"


@dataclass
class PostOffice:
    """`answers` says what is answered at MAIL, RCPT and DATA, by order and by what is asked; None: as usual."""

    port: int = 0
    answers: Callable[[str, str], str | None] = lambda order, what: None
    taken: list[EmailMessage] = field(default_factory=list)
    envelopes: list[tuple[str, list[str]]] = field(default_factory=list)
    connections: list[Any] = field(default_factory=list)
    signed_in: list[bool | None] = field(default_factory=list)

    def server(self, **own: Any) -> Server:
        return Server(host="127.0.0.1", port=self.port, timeout=3, name="tracker.example", **own)

    def hang_up(self) -> None:
        """Every connection is cut, as a firewall does with one that nobody has used."""
        for transport in self.connections:
            transport.get_loop = None
            transport._loop.call_soon_threadsafe(transport.abort)


class _Handler:
    def __init__(self, office: PostOffice) -> None:
        self.office = office

    async def handle_MAIL(self, server: SMTP, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        if answer := self.office.answers("MAIL", address):
            return answer
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 yes"

    async def handle_RCPT(self, server: SMTP, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        if answer := self.office.answers("RCPT", address):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 yes"

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:
        if answer := self.office.answers("DATA", envelope.rcpt_tos[0]):
            return answer
        office = self.office
        office.taken.append(cast("EmailMessage", email.message_from_bytes(envelope.content, policy=email.policy.SMTP)))
        office.envelopes.append((envelope.mail_from, list(envelope.rcpt_tos)))
        office.signed_in.append(session.authenticated)
        return "250 yes"


class _Counting(Controller):
    office: PostOffice

    def factory(self) -> SMTP:
        office, made = self.office, super().factory()
        whole = made.connection_made

        def connection_made(transport: Any) -> None:
            if transport.get_extra_info("sslcontext") is None or self.ssl_context:
                office.connections.append(transport)
            whole(transport)

        made.connection_made = connection_made  # type: ignore[method-assign]
        return made


@contextmanager
def open_office(
    *, tls: ssl.SSLContext | None = None, from_the_start: bool = False, sign_in: bool = False
) -> Iterator[PostOffice]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    office = PostOffice(port=port)
    how: dict[str, Any] = {"ssl_context" if from_the_start else "tls_context": tls} if tls else {}
    if tls and not from_the_start:
        how["require_starttls"] = True
    if sign_in:
        how |= {"auth_required": True, "authenticator": _let_in}
    controller = _Counting(_Handler(office), hostname="127.0.0.1", port=port, ready_timeout=10, **how)
    controller.office = office
    controller.start()
    office.connections.clear()  # its own look whether it is there
    try:
        yield office
    finally:
        controller.stop()


def _let_in(server: SMTP, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
    assert isinstance(data, LoginPassword)
    return AuthResult(success=(data.login, data.password) == (USER.encode(), PASSWORD.encode()), handled=False)


def certificate(folder: Path, *, of: str = "127.0.0.1") -> tuple[ssl.SSLContext, str]:
    """What a server shows, and the file by which it is known to be the one."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, of)])
    whom = x509.IPAddress(ip_address(of)) if of[0].isdigit() else x509.DNSName(of)
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([whom]), critical=False)
        .sign(key, hashes.SHA256())
    )
    public, private = folder / f"{of}.pem", folder / f"{of}.key"
    public.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption_algorithm=serialization.NoEncryption()
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(public, private)
    return context, str(public)
