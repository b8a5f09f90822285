"""Delivery under measurement, in a process of its own: `python -m bench.posting`, told what is wanted as one line of JSON.

Each round lets a bare loop send as many e-mails over one connection as wait in the outbox (the floor), and then lets the
product deliver those, by the application's own login. Both speak to one mail server in a third process (letterbox.py).
The bare loop's e-mails are finished bytes, made before its time begins; the product makes its own within its time."""

from __future__ import annotations

import json
import smtplib
import sys
import time
from typing import Any

import django

DONE = "bench: "
TEXT = """Dear Reader {n},

BEN-{n:05} – Stage 1: practitioner to practitioner

It could not be settled where it was, so it has moved up. It now stands at Stage 2.

What is asked: Please talk to the other side, and record what you agreed.

By: Friday 20 November

Open it:
https://tracker.example/p/bench/d/BEN-{n:05}/

Nothing about the child or the concern is in this e-mail, on purpose. Please do not put it into an answer either: write it on the
page.

The partnership
"""


def bare(port: int, letters: list[tuple[str, bytes]]) -> float:
    with smtplib.SMTP("127.0.0.1", port, "tracker.example", timeout=20) as connection:
        connection.ehlo()
        began = time.perf_counter()
        for to, whole in letters:
            connection.sendmail("tracker@tracker.example", [to], whole)
        return time.perf_counter() - began


def wait_in_the_outbox(partnership: int, number: int) -> None:
    from datetime import timedelta  # noqa: PLC0415

    from django.utils import timezone  # noqa: PLC0415

    from notifications.models import Message  # noqa: PLC0415
    from partnerships.scope import partnership_scope  # noqa: PLC0415

    at = timezone.now() - timedelta(seconds=1)
    with partnership_scope(partnership):
        Message.objects.all().update(state="sent", next_attempt_at=None)
        Message.objects.bulk_create(
            (
                Message(
                    message_id=f"<{at.timestamp()}.{n}@tracker.example>",
                    to_name=f"Reader {n}",
                    to_email=f"reader.{n}@bench.example",
                    subject=f"BEN-{n:05}: it has moved up a step",
                    text=TEXT.format(n=n),
                    state="waiting",
                    created_at=at,
                    next_attempt_at=at,
                )
                for n in range(number)
            ),
            batch_size=2_000,
        )


def finished(number: int) -> list[tuple[str, bytes]]:
    from mailing.outgoing import Outgoing  # noqa: PLC0415
    from mailing.writing import on_the_wire  # noqa: PLC0415

    return [
        (
            f"reader.{n}@bench.example",
            on_the_wire(
                Outgoing(f"<{n}@bare.example>", f"reader.{n}@bench.example", f"BEN-{n:05}: it has moved up", TEXT.format(n=n)),
                sender="tracker@tracker.example",
            ),
        )
        for n in range(number)
    ]


def measure(*, port: int, partnership: int, number: int, rounds: int) -> dict[str, Any]:
    from mailing.smtp import Server, SmtpTransport  # noqa: PLC0415
    from notifications.models import Message  # noqa: PLC0415
    from notifications.sending import deliver  # noqa: PLC0415
    from partnerships.scope import partnership_scope  # noqa: PLC0415

    letters = finished(number)
    times: dict[str, list[float]] = {"floor": [], "delivering": []}
    sent = 0
    for _ in range(rounds):
        wait_in_the_outbox(partnership, number)
        times["floor"].append(bare(port, letters))
        way = SmtpTransport(Server("127.0.0.1", port, name="tracker.example"), sender="Tracker <tracker@tracker.example>")
        began = time.perf_counter()
        sent += deliver(partnership, transport=way)
        times["delivering"].append(time.perf_counter() - began)
    with partnership_scope(partnership):
        left = Message.objects.exclude(state="sent").count()
    return {"times": times, "number": number, "sent": sent, "left": left}


def main() -> None:
    django.setup()
    print(DONE + json.dumps(measure(**json.loads(sys.stdin.readline()))), flush=True)


if __name__ == "__main__":
    main()
