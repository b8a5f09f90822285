"""Reads an e-mail that came to our mailbox: whether it is a report that one of ours did not arrive (RFC 3464), the answer of a
machine, or something that a person wrote. Works on bytes, of anybody's making; knows no row and no mailbox."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, message_from_string
from email.message import Message as Mail
from enum import Enum

from .reports import Report, key_of, why_by_status

LARGEST = 512 * 1024
# Each line of an e-mail is held against every boundary that is open: of many, one e-mail takes half a minute.
MOST_BOUNDARIES = 40
MOST_PARTS, DEEPEST, MOST_RECIPIENTS, MOST_NAMES = 40, 5, 20, 10
STATUS_PARTS = ("message/delivery-status", "message/global-delivery-status")
RETURNED_WHOLE = ("message/rfc822", "message/global")
RETURNED_HEADERS = ("text/rfc822-headers", "message/global-headers")
CODE = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
# Of what we ever call an e-mail: what else stands there is no name of ours, and some of it no database would take.
NAME = re.compile(r"<[!-;=?-~]{3,196}>")
SAYS_NOTHING = "5.0.0"


class By(Enum):
    """Who wrote it, as far as that can be told."""

    REPORT = "report"
    MACHINE = "machine"
    PERSON = "person"


@dataclass(frozen=True)
class Came:
    """What lay in the mailbox. `report`: where it says that something failed; one that says of a delay only has none."""

    by: By
    report: Report | None = None


def read(raw: bytes) -> Came:
    """Never raises for what somebody made up: what cannot be read is left for a person."""
    if len(raw) > LARGEST or raw.lower().count(b"boundary") > MOST_BOUNDARIES:
        return Came(By.PERSON)
    try:
        mail = message_from_bytes(raw)
        found = _status(mail)
        if found is not None:
            return Came(By.REPORT, _report(mail, found))
        return Came(By.MACHINE if _by_a_machine(mail) else By.PERSON)
    except (ValueError, LookupError, RecursionError, AttributeError, TypeError):
        return Came(By.PERSON)


def _parts(mail: Mail, depth: int = 0) -> Iterator[Mail]:
    """Its own parts, and not those of an e-mail that lies in it: a report that somebody passed on reports nothing."""
    yield mail
    if mail.get_content_maintype() == "multipart" and isinstance(mail.get_payload(), list) and depth < DEEPEST:
        for part in list(mail.get_payload())[:MOST_PARTS]:
            if isinstance(part, Mail):
                yield from _parts(part, depth + 1)


def _status(mail: Mail) -> Mail | None:
    """The part that says by machine what became of it. Without it nothing is a report, however it is worded."""
    found = [part for part in _bounded(mail) if part.get_content_type() in STATUS_PARTS]
    return found[0] if found else None


def _bounded(mail: Mail) -> list[Mail]:
    found = []
    for part in _parts(mail):
        found.append(part)
        if len(found) >= MOST_PARTS:
            break
    return found


def _blocks(status: Mail) -> list[Mail]:
    """The fields of the report itself, then those of each recipient."""
    inner = status.get_payload()
    if not isinstance(inner, list):
        inner = []
    blocks = [block for block in inner if isinstance(block, Mail)]
    if status.get_content_type() != STATUS_PARTS[0] and len(blocks) == 1:  # read as one e-mail: the rest is its body
        rest = str(blocks[0].get_payload())
        blocks += [message_from_string(text) for text in re.split(r"\r?\n\r?\n", rest)[:MOST_RECIPIENTS] if text.strip()]
    return blocks[: MOST_RECIPIENTS + 1]


def _report(mail: Mail, status: Mail) -> Report | None:
    failed = [block for block in _blocks(status) if _said(block, "Action").lower().split(" ")[0] == "failed"]
    names = _names(mail)
    if not failed or not names:
        return None
    first = failed[0]
    code = _code(first)
    address = _address(_said(first, "Original-Recipient")) or _address(_said(first, "Final-Recipient"))
    own = _said(mail, "Message-ID") or _said(mail, "Date")
    return Report(names=names, why=why_by_status(code), key=key_of(("dsn", own, *names, code)), address=address)


def _code(block: Mail) -> str:
    stated = CODE.search(_said(block, "Status"))
    if stated and stated[1] != SAYS_NOTHING:
        return stated[1]
    told = CODE.search(_said(block, "Diagnostic-Code"))
    return told[1] if told else stated[1] if stated else SAYS_NOTHING


def _address(field: str) -> str | None:
    """`rfc822; somebody@somewhere`."""
    kind, _, address = field.partition(";")
    address = address.strip().strip("<>")
    return address if kind.strip().lower() in ("rfc822", "utf-8") and "@" in address else None


def _names(mail: Mail) -> tuple[str, ...]:
    """The Message-IDs that it may be about: of the e-mail that it gives back, or else of those that it answers."""
    found: list[str] = []
    for part in _bounded(mail):
        kind = part.get_content_type()
        if kind in RETURNED_WHOLE and isinstance(part.get_payload(), list):
            found += [_said(inner, "Message-ID") for inner in _inside(part)[:1]]
        elif kind in RETURNED_HEADERS:
            found.append(_said(_headers(part), "Message-ID"))
    if not any(NAME.search(name) for name in found):
        found += [_said(mail, "In-Reply-To"), _said(mail, "References")]
    names = [name for text in found for name in NAME.findall(text[:4000])]
    return tuple(dict.fromkeys(names))[-MOST_NAMES:]


def _inside(part: Mail) -> list[Mail]:
    """What the library found to be e-mails of their own in a part."""
    inner: object = part.get_payload()
    return [each for each in inner if isinstance(each, Mail)] if isinstance(inner, list) else []


def _headers(part: Mail) -> Mail:
    if inner := _inside(part):
        return inner[0]
    body = part.get_payload(decode=True)
    return message_from_bytes(body if isinstance(body, bytes) else b"")


def _said(mail: Mail, name: str) -> str:
    """A header as text, folded lines undone; what is in no known character set is only compared, and shown to nobody."""
    return re.sub(r"\s+", " ", str(mail.get(name, ""))).strip()


def _by_a_machine(mail: Mail) -> bool:
    """That it was written by a machine, as machines say it to each other; in whatever language it speaks to people."""
    if _said(mail, "Auto-Submitted").lower().partition(";")[0].strip() not in ("", "no"):
        return True
    if any(mail.get(name) is not None for name in ("X-Autoreply", "X-Autorespond", "X-Autogenerated", "X-Vacation")):
        return True
    return _said(mail, "Precedence").lower() in ("auto_reply", "auto-reply", "vacation")
