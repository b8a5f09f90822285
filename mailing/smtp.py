"""The way out by a mail server: one connection for as many e-mails as it likes to take; what its answers mean; knows no row."""

from __future__ import annotations

import contextlib
import re
import smtplib
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from .outgoing import NotTaken, Outgoing, Taken, Wrong
from .writing import bare_address, on_the_wire, senders_address

GOOD, GO_ON, LATER, NEVER = 200, 354, 400, 500
CLOSING, TOO_LARGE = 421, 552
# RFC 3463: the third of the numbers that a server puts before its words. Of the address; of its mailbox; of security or policy.
_DETAILED = re.compile(rb"^\s*([245])\.(\d{1,3})\.(\d{1,3})\b")
POLICY = "7"
_DOTS = re.compile(rb"(?m)^\.")  # a line that begins with a dot would end the e-mail
MUST_SIGN_IN = frozenset({530, 534, 535, 538})


@dataclass(frozen=True)
class Server:
    """Where the mail server is and how it is spoken to. Its certificate is checked, against `ca` where that is given."""

    host: str
    port: int
    user: str = ""
    password: str = ""
    starttls: bool = False
    tls: bool = False
    timeout: float = 20.0
    ca: str = ""
    name: str | None = None  # what we call ourselves

    def __repr__(self) -> str:  # no password in anybody's log
        return f"Server({self.host}:{self.port})"


class SmtpTransport:
    """Speaks SMTP. `sender` is who writes where the e-mail does not say it; `returns` is where the post office sends back what
    it could not deliver (the envelope's sender), the sender itself where nothing is given."""

    def __init__(self, server: Server, *, sender: str, reply_to: str = "", returns: str = "") -> None:
        self.server, self.sender, self.reply_to, self.returns = server, sender, reply_to, returns
        self._connection: smtplib.SMTP | None = None
        self._used = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Politely where the server still listens; it is let go of whatever it answers."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                connection.quit()
            connection.close()

    def send(self, message: Outgoing) -> Taken:
        whole = on_the_wire(message, sender=self.sender, reply_to=self.reply_to)
        reader = bare_address(message.to, wrong=Wrong.ADDRESS)
        writer = senders_address(self.returns or message.sender or self.sender)
        try:
            connection = self._begun(writer, reader)
            connection.send(_DOTS.sub(b"..", whole) + (b".\r\n" if whole.endswith(b"\r\n") else b"\r\n.\r\n"))
            self._answered("DATA", *connection.getreply())
        except NotTaken:
            raise
        except (OSError, smtplib.SMTPException) as problem:
            self._let_go()
            raise _broken(problem) from None
        except BaseException:
            self._let_go()  # stopped in the middle of a conversation: nobody may go on with it
            raise
        return Taken()

    def _begun(self, writer: str, reader: str) -> smtplib.SMTP:
        """A connection on which the server waits for this e-mail's words. One that was used before may have gone stale, or the
        server may take no more over it: then, once, a new one. Nothing has been handed over, so nothing can be sent twice."""
        if self._connection is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                answers = _asked(self._connection, writer, reader)
                if not LATER <= answers[0][1] < NEVER:
                    return self._agreed(self._connection, answers)
            self._let_go()
        connection = self._open()
        return self._agreed(connection, _asked(connection, writer, reader))

    def _agreed(self, connection: smtplib.SMTP, answers: Sequence[tuple[str, int, bytes]]) -> smtplib.SMTP:
        """The first refusal is the one that counts. A server that waits for words all the same is given none."""
        refusals = [each for each in answers if not GOOD <= each[1] < LATER]
        if not refusals:
            return connection
        if answers[-1][1] == GO_ON:
            connection.send(b".\r\n")
            connection.getreply()
        self._after_refusal(refusals[0][1])
        raise refused(*refusals[0])

    def _open(self) -> smtplib.SMTP:
        self._connection = connected(self.server)
        return self._connection

    def _answered(self, order: str, code: int, said: bytes) -> None:
        if not GOOD <= code < GO_ON:
            self._after_refusal(code)
            raise refused(order, code, said)

    def _after_refusal(self, code: int) -> None:
        """RSET, so that the next e-mail begins anew on the same connection; let go of it where that does not help."""
        if self._connection is None or code == CLOSING or code < GOOD:
            self._let_go()
            return
        try:
            answer, _ = self._connection.rset()
        except (OSError, smtplib.SMTPException):
            answer = 0
        if not GOOD <= answer < GO_ON:
            self._let_go()

    def _let_go(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


def _asked(connection: smtplib.SMTP, writer: str, reader: str) -> list[tuple[str, int, bytes]]:
    """Who writes, to whom, and that the words come now: in one go where the server takes orders in one go (RFC 2920), which
    halves how often each waits for the other; one by one, and no further than the first refusal, elsewhere."""
    orders = {"MAIL": f"MAIL FROM:<{writer}>", "RCPT": f"RCPT TO:<{reader}>", "DATA": "DATA"}
    if connection.has_extn("pipelining"):
        connection.send("\r\n".join([*orders.values(), ""]))
        return [(name, *connection.getreply()) for name in orders]
    answers = []
    for name, order in orders.items():
        answers.append((name, *connection.docmd(order)))
        if not GOOD <= answers[-1][1] < LATER:
            break
    return answers


def connected(server: Server) -> smtplib.SMTP:
    """A connection that has been greeted, made private and signed in to. Raises NotTaken."""
    connection: smtplib.SMTP | None = None
    try:
        if server.tls:
            connection = smtplib.SMTP_SSL(server.host, server.port, server.name, timeout=server.timeout, context=_context(server))
        else:
            connection = smtplib.SMTP(server.host, server.port, server.name, timeout=server.timeout)
        if server.starttls:
            connection.starttls(context=_context(server))
        connection.ehlo_or_helo_if_needed()
        if server.user:
            connection.login(server.user, server.password)
    except BaseException as problem:
        if connection is not None:
            connection.close()
        if isinstance(problem, (OSError, smtplib.SMTPException)):
            raise _not_let_in(problem) from None
        raise
    return connection


def _context(server: Server) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=server.ca or None)


def _not_let_in(problem: Exception) -> NotTaken:
    """What it means that no conversation began. A wrong password, a certificate that does not hold, a server that speaks no
    TLS and one that turns us away for good are ours to mend; the rest is a server that is away."""
    code, said = getattr(problem, "smtp_code", None), getattr(problem, "smtp_error", b"")
    if isinstance(code, int) and code > 0:
        order = "AUTH" if isinstance(problem, smtplib.SMTPAuthenticationError) else "CONNECT"
        return refused(order, code, said)
    if isinstance(problem, (ssl.SSLError, smtplib.SMTPNotSupportedError)) and not isinstance(problem, ssl.SSLEOFError):
        return NotTaken(type(problem).__name__, wrong=Wrong.OURS)
    return _broken(problem)


def _broken(problem: Exception) -> NotTaken:
    return NotTaken(type(problem).__name__, wrong=Wrong.AWAY)


def refused(order: str, code: int, said: bytes | str) -> NotTaken:
    """An answer in numbers: which order it was the answer to, the code, and the detailed code where the server gives one."""
    found = _DETAILED.match(said if isinstance(said, bytes) else said.encode(errors="replace"))
    detailed = b".".join(found.groups()).decode() if found else ""
    words = " ".join(part for part in (order, str(code) if code > 0 else "no answer", detailed) if part)
    return NotTaken(words, wrong=_wrong(order, code, detailed))


def _wrong(order: str, code: int, detailed: str) -> Wrong:
    """Of an answer to MAIL and to whatever comes before it nobody's address is at fault. An address that is refused by policy
    (5.7.x: no relaying for us, sign in first) is not at fault either: it would be refused for everybody."""
    if code == CLOSING or code < GOOD:
        return Wrong.AWAY
    if code < NEVER:
        return Wrong.BUSY
    if code in MUST_SIGN_IN or order in ("CONNECT", "AUTH"):
        return Wrong.OURS
    if order == "MAIL":
        return Wrong.MESSAGE if code == TOO_LARGE else Wrong.OURS
    if order == "RCPT":
        return Wrong.OURS if detailed.split(".")[1:2] == [POLICY] else Wrong.ADDRESS
    return Wrong.MESSAGE
