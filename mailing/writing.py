"""How an e-mail looks on the wire: its headers and its body as bytes; must not know who carries it.

Written by hand of a few known parts, because a message of twenty lines is written thousands of times a morning. Nothing that
was typed can begin a header: a line break in one is refused."""

from __future__ import annotations

import binascii
import re
from email.header import Header
from email.utils import formataddr, formatdate, parseaddr
from functools import lru_cache

from .outgoing import NotTaken, Outgoing, Wrong

LONGEST_LINE = 900
# Almost every address: nothing in it needs to be taken apart.
_PLAIN = re.compile(r"^[a-z0-9_+'-]+(?:\.[a-z0-9_+'-]+)*@[a-z0-9-]+(?:\.[a-z0-9-]+)+\Z", re.IGNORECASE | re.ASCII)
_BREAKS = re.compile(r"[\r\n\0]")
# No robot answers a robot (RFC 3834); and Exchange is asked to send no absence and no receipt, but to go on telling us what
# did not arrive, which "All" would suppress as well. No `Precedence`: it says "not urgent", and some of these are.
QUIET = "Auto-Submitted: auto-generated\r\nX-Auto-Response-Suppress: OOF, AutoReply, RN, NRN\r\n"


def on_the_wire(message: Outgoing, *, sender: str, reply_to: str = "") -> bytes:
    """The whole e-mail. Raises NotTaken, kind MESSAGE or ADDRESS, where it cannot be written."""
    charset, encoding, body = _body(message.text)
    reply = message.reply_to or reply_to
    lines = [
        f"From: {_sender(message.sender or sender)}",
        f"To: {_address(message.to, wrong=Wrong.ADDRESS)}",
        *([f"Reply-To: {_sender(reply)}"] if reply else []),
        f"Subject: {_words(message.subject)}",
        f"Date: {formatdate()}",
        f"Message-ID: {_words(message.message_id)}",
        "MIME-Version: 1.0",
        f'Content-Type: text/plain; charset="{charset}"',
        f"Content-Transfer-Encoding: {encoding}",
    ]
    return ("\r\n".join(lines) + "\r\n" + QUIET + "\r\n").encode("ascii") + body


def bare_address(typed: str, *, wrong: Wrong) -> str:
    """What stands between the angle brackets, with the name of its domain as the name system knows it."""
    if _PLAIN.match(typed):
        return typed
    found = parseaddr(typed)[1]
    name, at, domain = found.rpartition("@")
    if not (at and name and domain) or _BREAKS.search(typed) or not name.isascii() or set(found) & set(" <>"):
        raise NotTaken("no address that can be written to", wrong=wrong)
    if domain.isascii():
        return found
    try:
        return f"{name}@{domain.encode('idna').decode()}"
    except UnicodeError:
        raise NotTaken("no address that can be written to", wrong=wrong) from None


def _address(typed: str, *, wrong: Wrong) -> str:
    bare = bare_address(typed, wrong=wrong)
    if bare is typed:
        return bare
    name = parseaddr(typed)[0]
    return formataddr((name, bare)) if name else bare


@lru_cache(maxsize=256)
def _sender(typed: str) -> str:
    """Whoever writes writes more than one."""
    return _address(typed, wrong=Wrong.OURS)


@lru_cache(maxsize=256)
def senders_address(typed: str) -> str:
    return bare_address(typed, wrong=Wrong.OURS)


def _words(text: str) -> str:
    if _BREAKS.search(text):
        raise NotTaken("a line break in a header", wrong=Wrong.MESSAGE)
    return text if text.isascii() and len(text) < LONGEST_LINE else Header(text, "utf-8").encode(linesep="\r\n")


def _body(text: str) -> tuple[str, str, bytes]:
    """As it is where every server passes it on, quoted-printable otherwise: a reader of the source can still read it."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.isascii() and all(len(line) < LONGEST_LINE for line in lines.split("\n")):
        return "us-ascii", "7bit", lines.replace("\n", "\r\n").encode("ascii")
    try:
        whole = lines.replace("\n", "\r\n").encode()
    except UnicodeError:
        raise NotTaken("words that cannot be written", wrong=Wrong.MESSAGE) from None
    return "utf-8", "quoted-printable", binascii.b2a_qp(whole, istext=True)
