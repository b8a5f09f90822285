"""A draft to edit, and what a test asks of it: its address, what is stored, and a form exactly as a browser would send it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from partnerships import services
from partnerships.models import ProtocolVersion
from partnerships.protocol import Protocol
from tests.journeys.visitor import Visitor
from tests.world import World


class Drafted:
    """One draft of one partnership, looked at by its administrator."""

    def __init__(self, world: World, protocol: Protocol | None = None) -> None:
        self.world = world
        with world.scope():
            self.number = services.draft_protocol(protocol or world.protocol).number
        self.visitor = Visitor(world.administrator)

    def address(self, *parts: str | int) -> str:
        return "/".join([f"/p/{self.world.slug}/administration/protocol/{self.number}", *map(str, parts)]) + "/"

    @property
    def version(self) -> ProtocolVersion:
        with self.world.scope():
            found: ProtocolVersion = ProtocolVersion.objects.get(number=self.number)
            return found

    @property
    def protocol(self) -> Protocol:
        return Protocol.model_validate(self.version.definition)

    def opens(self, *parts: str | int) -> Visitor:
        page = self.visitor.opens(self.address(*parts))
        assert page.status == 200, f"{self.address(*parts)}: {page.status}"
        return page

    def revised(self, change: Callable[[dict[str, Any]], object]) -> None:
        """What somebody else does to the draft in the meantime."""
        plain = self.protocol.model_dump(mode="json")
        change(plain)
        with self.world.scope():
            services.revise_draft(self.version, protocol=Protocol.model_validate(plain), expected_digest=self.version.digest)

    def problems_beside(self, field: str) -> list[str]:
        """What the page says of one field of the form."""
        places = self.visitor.page.every(cls="escalation-problems")
        found = [place for place in places if place.attributes.get("data-problems") == field]
        return [one.text.removeprefix("Problem: ") for place in found for one in place.every(cls="escalation-problem")]
