"""A mail server that takes everything and keeps nothing, in a process of its own: `python -m bench.letterbox`.

It says on which port it listens. It does as little as a server of SMTP can, so that what is measured is who sends."""

from __future__ import annotations

import asyncio
from typing import Any

ANSWERS = {
    b"EHLO": b"250-here\r\n250-PIPELINING\r\n250 ENHANCEDSTATUSCODES\r\n",
    b"MAIL": b"250 2.1.0 yes\r\n", b"RCPT": b"250 2.1.5 yes\r\n",
    b"DATA": b"354 go on\r\n", b"RSET": b"250 2.0.0 yes\r\n", b"QUIT": b"221 2.0.0 bye\r\n",
}  # fmt: skip
END = b"\r\n.\r\n"


class Letterbox(asyncio.Protocol):
    taken = 0

    def connection_made(self, transport: Any) -> None:
        self.transport, self.waiting, self.reading = transport, b"", False
        transport.write(b"220 here\r\n")

    def data_received(self, data: bytes) -> None:
        self.waiting += data
        answers = []
        while self.waiting:
            if self.reading:
                found = self.waiting.find(END)
                if found < 0:
                    break
                self.waiting, self.reading = self.waiting[found + len(END) :], False
                Letterbox.taken += 1
                answers.append(b"250 2.0.0 taken\r\n")
                continue
            order, ended, rest = self.waiting.partition(b"\r\n")
            if not ended:
                break
            self.waiting, what = rest, order[:4].upper()
            self.reading = what == b"DATA"
            answers.append(ANSWERS.get(what, b"500 5.5.1 what\r\n"))
        if answers:
            self.transport.write(b"".join(answers))


async def main() -> None:
    server = await asyncio.get_running_loop().create_server(Letterbox, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
