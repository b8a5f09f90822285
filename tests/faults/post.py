"""A mail server that does what mail servers do on bad days, and keeps every e-mail that it took; knows no row and no product."""

from __future__ import annotations

import email
import socket
import socketserver
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import policy
from enum import Enum
from pathlib import Path


class Mood(Enum):
    TAKES = "takes what it is given"
    AWAY = "refuses every connection"
    BUSY = "says of every e-mail: not now"
    HANGS = "accepts a connection and says nothing"
    SLOW = "takes a quarter of a second over every answer"
    DROPS = "takes a whole e-mail, keeps it, and hangs up without a word"
    HOLDS_BEFORE = "lets an e-mail be announced, and does not answer"
    HOLDS_AFTER = "takes a whole e-mail, keeps it, and does not answer"


@dataclass(frozen=True)
class Taken:
    """An e-mail as it arrived. Two with one Message-ID are the same e-mail twice."""

    message_id: str
    to: str
    subject: str
    text: str


class _Talk(socketserver.StreamRequestHandler):
    server: _Server

    def handle(self) -> None:
        post = self.server.post
        with post.changed:
            post.talks.add(self.connection)
        try:
            if post.mood == Mood.HANGS:
                post.wait_until_not(Mood.HANGS)
                return
            self.say("220 post.example")
            self.talk(post)
        except OSError:
            pass  # the other end is gone, or we have hung up
        finally:
            with post.changed:
                post.talks.discard(self.connection)

    def say(self, line: str) -> None:
        if self.server.post.mood == Mood.SLOW:
            time.sleep(0.25)
        self.wfile.write(f"{line}\r\n".encode())

    def talk(self, post: Post) -> None:
        while line := self.rfile.readline():
            word = line.split()[0].upper().decode() if line.split() else ""
            if post.mood == Mood.HANGS:
                return post.wait_until_not(Mood.HANGS)
            if word == "EHLO":
                self.say("250-post.example\r\n250-8BITMIME\r\n250 SMTPUTF8")
            elif word == "MAIL":
                if not post.held(Mood.HOLDS_BEFORE):
                    return None
                self.say("451 4.3.2 not now" if post.mood == Mood.BUSY else "250 ok")
            elif word == "DATA":
                self.say("354 go on")
                if not self.take(post):
                    return None
            elif word == "QUIT":
                return self.say("221 bye")
            else:
                self.say("250 ok")
        return None

    def take(self, post: Post) -> bool:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b"."))
        if not line:
            return False  # it went away in the middle: nothing was taken
        taken = post.keep(b"".join(lines))
        if post.mood == Mood.DROPS:
            post.dropped.append(taken.message_id)
            return False
        if not post.held(Mood.HOLDS_AFTER):
            return False
        self.say("250 taken")
        return True


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True
    post: Post


class Post:
    """The server and its box. `mood` may be changed while it runs, and is that of every conversation at once."""

    def __init__(self) -> None:
        self.mood = Mood.TAKES
        self.changed = threading.Condition()
        self.box: list[Taken] = []
        self.dropped: list[str] = []
        self.talks: set[socket.socket] = set()
        self.holding = 0
        self.port = 0
        self.folder: Path | None = None
        self._server: _Server | None = None

    def open(self) -> None:
        self._server = _Server(("127.0.0.1", self.port), _Talk)
        self._server.post, self.port = self, self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def shut(self) -> None:
        if self._server:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def is_now(self, mood: Mood) -> None:
        with self.changed:
            before, self.mood = self.mood, mood
            self.changed.notify_all()
            if mood != Mood.TAKES and before == Mood.TAKES:
                for talk in self.talks:  # a connection that was kept open from before is no way past a bad day
                    talk.shutdown(socket.SHUT_RDWR)
        if mood == Mood.AWAY:
            self.shut()
        elif self._server is None:
            self.open()

    @contextmanager
    def on_a_bad_day(self, mood: Mood) -> Iterator[None]:
        self.is_now(mood)
        try:
            yield
        finally:
            self.is_now(Mood.TAKES)

    def reads(self, folder: Path) -> None:
        """E-mails that are kept as files there count as arrived, each when it is looked for."""
        self.folder = folder

    def look(self) -> None:
        known = {taken.message_id for taken in self.box}
        for file in sorted(self.folder.glob("*.eml")) if self.folder else []:
            found = email.message_from_bytes(file.read_bytes(), policy=policy.default)
            if found["Message-ID"] not in known:
                self.keep(file.read_bytes())

    # ---------------------------------------------------------------- in a conversation

    def keep(self, raw: bytes) -> Taken:
        found = email.message_from_bytes(raw, policy=policy.default)
        taken = Taken(str(found["Message-ID"]), str(found["To"]), str(found["Subject"]), found.get_content())
        with self.changed:
            self.box.append(taken)
            self.changed.notify_all()
        return taken

    def held(self, mood: Mood) -> bool:
        """Waits for as long as the mood lasts. False where it did: the conversation then ends without an answer."""
        if self.mood != mood:
            return True
        with self.changed:
            self.holding += 1
            self.changed.notify_all()
            self.changed.wait_for(lambda: self.mood != mood)
            self.holding -= 1
        return False

    def wait_until_not(self, mood: Mood) -> None:
        self.held(mood)

    # ---------------------------------------------------------------- for whoever watches

    def waits_until(self, *, holding: int = 0, taken: int = 0, seconds: float = 60) -> None:
        with self.changed:
            ready = self.changed.wait_for(lambda: self.holding >= holding and len(self.box) >= taken, seconds)
        assert ready, f"the mail server holds {self.holding} and has taken {len(self.box)}"

    def times(self) -> Counter[str]:
        self.look()
        with self.changed:
            return Counter(taken.message_id for taken in self.box)
