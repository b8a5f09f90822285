"""Small tools to tell stories about notices with: who was told, by which rules, in which messages."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from django.utils import timezone

from escalation.models import Disagreement
from mailing.outgoing import Outgoing, Taken
from notifications import services
from notifications.models import Message, Notice

from ..world import World


@dataclass
class Remembered:
    """A transport that sends nothing and remembers everything; `then` is called with each message first."""

    sent: list[Outgoing] = field(default_factory=list)
    then: Callable[[Outgoing], None] = lambda message: None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *problem: object) -> None:
        pass

    def send(self, message: Outgoing) -> Taken:
        self.then(message)
        self.sent.append(message)
        return Taken()


def go_live(world: World) -> World:
    world.partnership.live_since = timezone.now()
    world.partnership.save(update_fields=["live_since"])
    return world


def announce(world: World, *, at: datetime | None = None) -> int:
    return services.announce(world.partnership.pk, at=at)


def told(world: World, disagreement: Disagreement, *, kind: str) -> dict[str, list[str]]:
    """Who was told of the last entry of a kind, by the name before the @, each with the rules that named them."""
    with world.scope():
        notices = Notice.objects.filter(disagreement=disagreement, entry__kind=kind).order_by("-entry__seq")
        last = [notice for notice in notices if notice.entry_id == notices[0].entry_id] if notices else []
        return {notice.email.partition("@")[0]: notice.rules for notice in sorted(last, key=lambda n: n.email)}


def messages(world: World) -> list[Message]:
    with world.scope():
        return list(Message.objects.order_by("pk"))


def to(found: Iterable[Message], name: str) -> list[Message]:
    return [message for message in found if message.to_email.startswith(f"{name}@")]
