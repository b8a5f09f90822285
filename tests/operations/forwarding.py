"""A little door to the database server that can be shut: whoever is inside is cut off, and who knocks is refused."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress


class Door:
    def __init__(self, host: str, port: int) -> None:
        self.where = (host, port)
        self.listener: socket.socket | None = None
        self.inside: list[socket.socket] = []
        self.port = 0
        self.open()

    def open(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", self.port))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._answer, args=(self.listener,), daemon=True).start()

    def shut(self) -> None:
        assert self.listener is not None
        with suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for one in self.inside:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        self.inside.clear()

    def _answer(self, listener: socket.socket) -> None:
        while True:
            try:
                here, _ = listener.accept()
            except OSError:
                return
            self.inside.append(here)
            there = socket.create_connection(self.where)
            self.inside.append(there)
            for one, other in ((here, there), (there, here)):
                threading.Thread(target=self._carry, args=(one, other), daemon=True).start()

    @staticmethod
    def _carry(one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while data := one.recv(65536):
                other.sendall(data)
            other.shutdown(socket.SHUT_WR)
        for end in (one, other):
            end.close()
