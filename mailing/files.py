"""The ways out of a demonstration, of training and of tests: a folder of files, or one of Django's own; knows no row."""

from __future__ import annotations

import contextlib
import hashlib
import os
from pathlib import Path
from types import TracebackType
from typing import Self

from django.core.mail import EmailMessage, get_connection

from .outgoing import NotTaken, Outgoing, Taken, Wrong
from .writing import on_the_wire


class FolderTransport:
    """One file for each e-mail, under a name made of its Message-ID: a second attempt writes over the first. A file is there
    whole or not at all, and what is there is on the disk."""

    def __init__(self, folder: str | Path, *, sender: str, reply_to: str = "") -> None:
        self.folder, self.sender, self.reply_to = Path(folder), sender, reply_to

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None) -> None:
        pass

    def send(self, message: Outgoing) -> Taken:
        whole = on_the_wire(message, sender=self.sender, reply_to=self.reply_to).replace(b"\r\n", b"\n")
        name = hashlib.sha256(message.message_id.encode()).hexdigest()[:24]
        half, done = self.folder / f".{name}.{os.getpid()}", self.folder / f"{name}.eml"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with half.open("wb") as file:
                file.write(whole)
                file.flush()
                os.fsync(file.fileno())
            half.replace(done)
        except OSError as problem:  # the disk is full, or the folder is not ours
            with contextlib.suppress(OSError):
                half.unlink()
            raise NotTaken(f"{type(problem).__name__} {problem.errno}", wrong=Wrong.OURS) from None
        return Taken()


class DjangoTransport:
    """Through whatever EMAIL_BACKEND names: memory in tests, the console of whoever develops."""

    def __init__(self, *, sender: str, reply_to: str = "") -> None:
        self.sender, self.reply_to = sender, reply_to

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None) -> None:
        pass

    def send(self, message: Outgoing) -> Taken:
        reply_to = message.reply_to or self.reply_to
        email = EmailMessage(
            subject=message.subject,
            body=message.text,
            from_email=message.sender or self.sender,
            to=[message.to],
            reply_to=[reply_to] if reply_to else None,
            headers={"Message-ID": message.message_id, "Auto-Submitted": "auto-generated"},
            connection=get_connection(fail_silently=False),
        )
        try:
            email.send()
        except OSError as problem:
            raise NotTaken(type(problem).__name__, wrong=Wrong.AWAY) from None
        except ValueError as problem:
            raise NotTaken(type(problem).__name__, wrong=Wrong.MESSAGE) from None
        return Taken()
