"""Asks clamd whether there is a virus in a file, by its own protocol; must not know whose file it is.

CLAMD_URL: tcp://host:3310 or unix:///run/clamav/clamd.sock. The bytes are sent, not a path, so that clamd may run elsewhere."""

from __future__ import annotations

import socket
import struct
from typing import IO
from urllib.parse import urlsplit

from django.conf import settings

CHUNK = 64 * 1024
CONNECT_SECONDS, ANSWER_SECONDS = 5, 60
LONGEST_ANSWER = 4096


class ScannerAway(Exception):
    """No answer that says what is in it: clamd is down, busy, or takes nothing so large."""


def configured() -> bool:
    return bool(settings.CLAMD_URL)


def virus_in(file: IO[bytes]) -> str:
    """The name of what was found, or nothing where it is clean. Raises ScannerAway."""
    try:
        with _connected() as talk:
            talk.sendall(b"zINSTREAM\0")
            file.seek(0)
            while chunk := file.read(CHUNK):
                talk.sendall(struct.pack("!I", len(chunk)) + chunk)
            talk.sendall(struct.pack("!I", 0))
            answer = _answer(talk)
    except (OSError, ValueError) as problem:
        raise ScannerAway(type(problem).__name__) from problem
    return _read(answer)


def _connected() -> socket.socket:
    where = urlsplit(settings.CLAMD_URL)
    if where.scheme == "unix":
        talk = socket.socket(socket.AF_UNIX)
        talk.settimeout(CONNECT_SECONDS)
        try:
            talk.connect(where.path)
        except OSError:
            talk.close()
            raise
    elif where.scheme == "tcp" and where.hostname:
        talk = socket.create_connection((where.hostname, where.port or 3310), timeout=CONNECT_SECONDS)
    else:
        raise ValueError("CLAMD_URL")
    talk.settimeout(ANSWER_SECONDS)
    return talk


def _answer(talk: socket.socket) -> str:
    got = b""
    while not got.endswith(b"\0") and len(got) < LONGEST_ANSWER:
        piece = talk.recv(LONGEST_ANSWER)
        if not piece:
            break
        got += piece
    return got.rstrip(b"\0").decode("utf-8", errors="replace")


def _read(answer: str) -> str:
    """ "stream: OK", or "stream: Eicar-Test-Signature FOUND"; anything else is no answer to the question."""
    said = answer.removeprefix("stream: ")
    if said == "OK":
        return ""
    if said.endswith(" FOUND"):
        return said.removesuffix(" FOUND")
    raise ScannerAway("answer")
