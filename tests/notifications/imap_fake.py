"""A mailbox that is reached by IMAP4rev1, as a real little server on this machine: what the reading of reports asks of one, and
refusals for all else; shares nothing with the product.

    with imap_fake.running() as box:
        box.url                      # imap://reports:secret@127.0.0.1:port/INBOX
        box.put(b"From: ...")        # what came, with a number of its own (UID)
        box.folders["Read"]          # {uid: bytes}
        box.seen                     # the UIDs whose \\Seen flag was ever set: reading must not set it
"""

from __future__ import annotations

import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

USER, PASSWORD = "reports", "se cret/@"
LITERAL = re.compile(rb"\{(\d+)\}$")


@dataclass
class Box:
    port: int = 0
    folders: dict[str, dict[int, bytes]] = field(default_factory=lambda: {"INBOX": {}})
    epoch: int = 7
    next_uid: int = 1
    seen: set[int] = field(default_factory=set)
    deleted: set[int] = field(default_factory=set)
    said: list[str] = field(default_factory=list)
    lock: threading.RLock = field(default_factory=threading.RLock)

    @property
    def url(self) -> str:
        return f"imap://{USER}:se%20cret%2F%40@127.0.0.1:{self.port}/INBOX"

    def put(self, mail: bytes, folder: str = "INBOX") -> int:
        with self.lock:
            uid, self.next_uid = self.next_uid, self.next_uid + 1
            self.folders[folder][uid] = mail
            return uid


class Conversation(socketserver.StreamRequestHandler):
    box: Box
    folder = ""
    let_in = False

    def handle(self) -> None:
        self._say("* OK IMAP4rev1 here")
        while line := self.rfile.readline():
            tag, _, rest = line.strip().decode("ascii", "replace").partition(" ")
            self.box.said.append(re.sub(r"(?i)^(LOGIN \S+).*", r"\1", rest))
            name, _, arguments = rest.partition(" ")
            if name.upper() == "UID":
                name, _, arguments = arguments.partition(" ")
                name = f"uid_{name}"
            answer = getattr(self, f"do_{name.lower()}", None)
            if answer is None or (not self.let_in and name.upper() not in ("CAPABILITY", "LOGIN", "LOGOUT")):
                self._say(f"{tag} BAD not understood")
                continue
            with self.box.lock:
                self._say(f"{tag} {answer(arguments)}")
            if name.upper() == "LOGOUT":
                return

    def _say(self, line: str) -> None:
        self.wfile.write(line.encode("latin-1") + b"\r\n")

    def _in(self) -> dict[int, bytes]:
        return self.box.folders[self.folder]

    def do_capability(self, _: str) -> str:
        self._say("* CAPABILITY IMAP4rev1")
        return "OK done"

    def do_login(self, arguments: str) -> str:
        self.let_in = [_unquoted(word) for word in re.findall(r'"[^"]*"|\S+', arguments)] == [USER, PASSWORD]
        return "OK come in" if self.let_in else "NO [AUTHENTICATIONFAILED] not known"

    def do_logout(self, _: str) -> str:
        self._say("* BYE")
        return "OK done"

    def do_select(self, arguments: str) -> str:
        name = _unquoted(arguments)
        if name not in self.box.folders:
            return "NO [NONEXISTENT] no such folder"
        self.folder = name
        self._say(f"* {len(self._in())} EXISTS")
        self._say(f"* OK [UIDVALIDITY {self.box.epoch}] valid")
        return "OK [READ-WRITE] chosen"

    def do_status(self, arguments: str) -> str:
        name, _, asked = arguments.partition("(")
        folder = self.box.folders.get(_unquoted(name.strip()))
        if folder is None:
            return "NO no such folder"
        known = {"MESSAGES": len(folder), "RECENT": 0, "UIDNEXT": self.box.next_uid, "UIDVALIDITY": self.box.epoch, "UNSEEN": 0}
        self._say(f'* STATUS "{_unquoted(name.strip())}" ({" ".join(f"{n} {known[n]}" for n in asked.rstrip(")").split())})')
        return "OK done"

    def do_list(self, arguments: str) -> str:
        name = _unquoted(re.findall(r'"[^"]*"|\S+', arguments)[-1])
        for folder in self.box.folders:
            if name in ("*", folder):
                self._say(f'* LIST () "/" "{folder}"')
        return "OK done"

    def do_create(self, arguments: str) -> str:
        self.box.folders.setdefault(_unquoted(arguments), {})
        return "OK made"

    def do_uid_search(self, arguments: str) -> str:
        first = int(re.fullmatch(r"UID (\d+):\*", arguments.strip("()"))[1])  # type: ignore[index]
        there = sorted(self._in())
        # As the standard has it: `*` is the last number, and a range is read both ways round.
        found = [uid for uid in there if uid >= min(first, there[-1])] if there else []
        self._say(f"* SEARCH {' '.join(map(str, found))}".rstrip())
        return "OK done"

    def do_uid_fetch(self, arguments: str) -> str:
        uid, _, asked = arguments.partition(" ")
        part = re.fullmatch(r"\(BODY(\.PEEK)?\[\]<0\.(\d+)>\)", asked)
        if part is None:
            return "BAD not that"
        mail = self._in().get(int(uid))
        if mail is not None:
            if not part[1]:
                self.box.seen.add(int(uid))
            piece = mail[: int(part[2])]
            self.wfile.write(f"* 1 FETCH (UID {uid} BODY[]<0> {{{len(piece)}}}\r\n".encode() + piece + b")\r\n")
        return "OK done"

    def do_uid_copy(self, arguments: str) -> str:
        uid, _, name = arguments.partition(" ")
        target = self.box.folders.get(_unquoted(name))
        if target is None:
            return "NO [TRYCREATE] no such folder"
        self.box.put(self._in()[int(uid)], _unquoted(name))
        return "OK done"

    def do_uid_store(self, arguments: str) -> str:
        uid, what, flags = arguments.split(" ", 2)
        if (what, flags) != ("+FLAGS", r"(\Deleted)"):
            return "BAD not that"
        self.box.deleted.add(int(uid))
        return "OK done"

    def do_expunge(self, _: str) -> str:
        for uid in self.box.deleted & set(self._in()):
            del self._in()[uid]
        return "OK done"


def _unquoted(word: str) -> str:
    return word.strip().removeprefix('"').removesuffix('"')


@contextmanager
def running() -> Iterator[Box]:
    box = Box()
    handler = type("Conversation", (Conversation,), {"box": box})
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        box.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield box
        server.shutdown()
        thread.join()
