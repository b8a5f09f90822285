"""Protocols that no area has yet: the small one with changes, written as data alone, and the way to a disagreement's page."""

from __future__ import annotations

from typing import Any

from escalation.models import Disagreement
from partnerships.protocol import Protocol
from tests.journeys.visitor import Visitor
from tests.pages.markup import Element
from tests.protocols_as_data.small import small
from tests.world import World


def protocol(changes: dict[str, Any]) -> Protocol:
    return Protocol.model_validate(small(changes))


def address(disagreement: Disagreement, verb: str = "") -> str:
    page = f"/p/{disagreement.partnership.slug}/d/{disagreement.reference}/"
    return f"{page}{verb}/" if verb else page


def page_of(world: World, person: str, disagreement: Disagreement) -> Visitor:
    return Visitor(getattr(world, person)).opens(address(disagreement))


def rungs(page: Visitor) -> dict[str, str]:
    """Each rung of the picture by its number, with what is said of it."""
    return {
        rung.first(cls="escalation-ladder__mark").text: _said(rung) for rung in page.page.every(cls="escalation-ladder__rung")
    }


def _said(rung: Element) -> str:
    name = rung.first(cls="escalation-ladder__name")
    told = [
        e.text
        for cls in ("escalation-ladder__here", "escalation-ladder__said", "govuk-visually-hidden")
        for e in name.every(cls=cls)
    ]
    return told[0] if told else ""


def ball(page: Visitor) -> str:
    """Who has the ball, as this person is told, and what else is said of it."""
    said = [*page.page.every(cls="escalation-ball__sentence"), *page.page.every(cls="escalation-ball__after")]
    return " ".join(one.text for one in said)


def entries(page: Visitor) -> list[str]:
    """The titles of the chronology, the oldest first."""
    return [title.text for title in page.page.every(cls="moj-timeline__title")]
