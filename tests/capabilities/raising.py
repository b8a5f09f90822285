"""What the capability tests of raising share: further protocols published, and what came of a form."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from escalation.models import Disagreement, Party
from escalation.selectors import visible
from escalation.views.what_was_written import written
from partnerships import services as partnership_services
from partnerships.models import ProtocolVersion
from partnerships.protocol import Protocol
from partnerships.protocol_file import read_protocol
from tests.world import World

PROTOCOLS = Path(__file__).resolve().parent.parent / "protocols"
NONE = "None of these"


def read(name: str) -> Protocol:
    reading = read_protocol((PROTOCOLS / name).read_bytes(), name=name)
    assert reading.protocol is not None, reading.problems
    return reading.protocol


def publish(world: World, protocol: Protocol) -> ProtocolVersion:
    with world.scope():
        version = partnership_services.draft_protocol(protocol)
        return partnership_services.publish_protocol(version, effective_from=date(2025, 1, 1))


def altered(protocol: Protocol, **parts: Any) -> Protocol:
    return Protocol.model_validate(protocol.model_dump(mode="json") | parts)


def only(world: World) -> Disagreement:
    with world.scope():
        return visible(world.viewer(world.office)).exclude(state="draft").get()


def words(world: World, disagreement: Disagreement) -> dict[str, str]:
    with world.scope():
        return {one["key"]: one["value"] for one in written(disagreement)}


def parties(world: World, disagreement: Disagreement) -> list[tuple[str, str, str, str]]:
    with world.scope():
        found = Party.objects.filter(disagreement=disagreement).select_related("agency")
        return sorted((p.side, p.role, p.name, p.agency.name) for p in found)
