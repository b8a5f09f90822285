"""What is wrong with what stands around: broker, mail, virus scanner, folders. Says hosts and kinds, and no secret."""

from __future__ import annotations

import io
import shutil
import smtplib
import socket
import ssl
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import redis
from django.conf import settings
from notifications_python_client.errors import HTTPError
from notifications_python_client.notifications import NotificationsAPIClient

from accounts.services import new_message_id
from escalation.files import scanner
from mailing.installation import installations_way
from mailing.outgoing import NotTaken, Outgoing

from ..findings import DISK_FREE, DISK_SHARE
from ..looking import folders
from .finding import Finding, note, well, wrong

SECONDS = 10


def broker() -> Iterator[Finding]:
    """The web process never speaks to it; this command does, as the workers do."""
    if not settings.REDIS_URL:
        yield wrong("broker", "REDIS_URL is not set: beat can hand nothing to the workers.", "Set REDIS_URL for all of them.")
        return
    client = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=SECONDS, socket_connect_timeout=SECONDS)
    try:
        client.ping()
    except redis.RedisError as problem:
        said = f"The broker does not answer at {urlsplit(settings.REDIS_URL).hostname} ({type(problem).__name__})."
        yield wrong("broker", said, "Start it, or mend REDIS_URL. Pages work meanwhile; nothing is noted or sent.")
        return
    try:
        policy = str(client.config_get("maxmemory-policy").get("maxmemory-policy"))
    except redis.RedisError:
        yield note("broker", "The broker answers, and does not say what it does when its memory is full.", "See noeviction.")
        return
    finally:
        client.close()
    if policy != "noeviction":
        said = f"The broker throws tasks away when its memory is full (maxmemory-policy {policy})."
        yield wrong("broker", said, "Set maxmemory-policy noeviction.")
    else:
        yield well("broker", "The broker answers, and throws nothing away.")


def mail() -> Iterator[Finding]:
    if settings.NOTIFY_API_KEY:
        return
    if not settings.EMAIL_BACKEND.endswith("smtp.EmailBackend"):
        if settings.DEPLOYMENT == "demo":
            yield well("mail", "E-mails are kept in files: this is a demonstration.")
        else:
            yield wrong("mail", "EMAIL_URL is not set: e-mails are kept in files, and reach nobody.", "Set EMAIL_URL.")
        return
    where = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    try:
        safe = _greet()
    except ssl.SSLError:
        yield wrong("mail", f"The certificate of {where} is not good.", "Mend it there, or name its issuer in MAIL_CA.")
    except smtplib.SMTPAuthenticationError:
        yield wrong("mail", f"{where} does not accept our name and password.", "Mend them in EMAIL_URL.")
    except socket.gaierror:
        said = f"No machine is known here by the name {settings.EMAIL_HOST}: no e-mail leaves."
        yield wrong("mail", said, "Mend the name in EMAIL_URL, or the name server of this machine.")
    except (OSError, smtplib.SMTPException) as problem:
        yield wrong("mail", f"{where} does not answer as a mail server ({type(problem).__name__}).", "Mend EMAIL_URL.")
    else:
        if safe:
            yield well("mail", f"The mail server {where} greets us, over TLS.")
        else:
            yield note("mail", f"The mail server {where} greets us, without TLS.", "Write smtp+tls:// in EMAIL_URL.")


def _greet() -> bool:
    """Connect, greet, secure and sign in, as sending does; returns whether it was over TLS."""
    checked = ssl.create_default_context(cafile=settings.MAIL_CA or None)
    host, port = settings.EMAIL_HOST, settings.EMAIL_PORT
    if settings.EMAIL_USE_SSL:
        talk: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=SECONDS, context=checked)
    else:
        talk = smtplib.SMTP(host, port, timeout=SECONDS)
    with talk:
        if settings.EMAIL_USE_TLS:
            talk.starttls(context=checked)
        talk.ehlo_or_helo_if_needed()
        if settings.EMAIL_HOST_USER:
            talk.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
        return bool(settings.EMAIL_USE_SSL or settings.EMAIL_USE_TLS)


def notify() -> Iterator[Finding]:
    if not settings.NOTIFY_API_KEY:
        return
    try:
        client: Any = NotificationsAPIClient
        client(settings.NOTIFY_API_KEY, base_url=settings.NOTIFY_URL, timeout=SECONDS).get_template(settings.NOTIFY_TEMPLATE_ID)
    except HTTPError as problem:
        said = f"GOV.UK Notify does not accept our key or template (status {problem.status_code})."
        yield wrong("notify", said, "Compare NOTIFY_API_KEY and NOTIFY_TEMPLATE_ID with what stands in Notify.")
    except Exception as problem:  # noqa: BLE001  (a key in no form of theirs fails in many ways)
        said = f"GOV.UK Notify cannot be asked ({type(problem).__name__})."
        yield wrong("notify", said, "Look at NOTIFY_API_KEY, at NOTIFY_URL and at OUTGOING_PROXY.")
    else:
        yield well("notify", "GOV.UK Notify knows our key and our template.")


def virus_scanner() -> Iterator[Finding]:
    if not scanner.configured():
        yield note("virus-scanner", "No file is scanned for viruses, and the pages say so.", "Set CLAMD_URL for web and worker.")
        return
    try:
        found = scanner.virus_in(io.BytesIO(b"doctor"))
    except scanner.ScannerAway as problem:
        yield wrong("virus-scanner", f"clamd does not answer ({problem}): files wait.", "Start it, or mend CLAMD_URL.")
    else:
        said = "clamd answers." if not found else "clamd calls six harmless letters a virus."
        yield well("virus-scanner", said) if not found else wrong("virus-scanner", said, "Look at its signatures.")


def files_folder() -> Iterator[Finding]:
    for name, folder in folders().items():
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=folder):
                pass
        except OSError as problem:
            said = f"Nothing can be written to the folder {folder} ({type(problem).__name__})."
            yield wrong("files-folder", said, f"Let the login under which this runs write there ({name}).")
            continue
        yield from _room(name, folder)


def _room(name: str, folder: Path) -> Iterator[Finding]:
    usage = shutil.disk_usage(folder)
    said = f"{usage.free // 1024**2} MB are left in {folder}."
    if usage.free < DISK_FREE or usage.free < usage.total * DISK_SHARE:
        yield wrong("files-folder", f"Nearly no room: {said}", "Make room, or move the folder.")
    else:
        yield well("files-folder", f"It can be written to ({name}). {said} Whether web and worker share it, look on each host.")


def one_sent(to: str) -> Finding:
    """An e-mail to that address, by the way that this installation's own go."""
    text = "If you read this, the escalation tracker can send e-mails. There is nothing to do.\n"
    try:
        with installations_way() as way:
            way.send(Outgoing(new_message_id(), to, "A test of the escalation tracker", text))
    except NotTaken as problem:
        return wrong("mail", f"Nobody took the test e-mail ({problem.wrong.value}).", "The page says what each kind means.")
    return well("mail", "The test e-mail was taken. Look whether it arrives.")


CHECKS = (broker, mail, notify, virus_scanner, files_folder)
