"""Areas that came with no release: their protocols are read from files of the tests, and their people are invented."""

from __future__ import annotations

from pathlib import Path

from partnerships.models import User
from partnerships.protocol_file import read_protocol
from tests.world import World

from .telling import Story
from .visitor import Visitor

FILES = Path(__file__).resolve().parent.parent / "protocols"


def elsewhere(name: str, **seniors: str) -> World:
    """A partnership under the file of that name. `seniors` are people by their short name and role of the protocol: one
    for each of the two agencies, where the role is of both sides, and else one of the partnership's own."""
    path = FILES / f"{name}.yml"
    reading = read_protocol(path.read_bytes(), name=path.name)
    assert reading.protocol is not None, reading.problems
    world = World(name.replace("_", ""), reading.protocol)
    for person in (world.office, world.midwife, world.social_worker, world.hospital_lead, world.team_manager):
        assert person
    for short, role in seniors.items():
        if world.protocol.role(role).side == "both":
            for agency in ("hospital", "social_care"):
                world.person(f"{short}.{agency}", "senior_manager", agency, protocol_role=role)
        else:
            world.person(short, "decision_maker", protocol_role=role)
    return world


def named(story: Story, name: str) -> Visitor:
    return story.visitor(User.objects.get(email=f"{name}@{story.world.slug}.example"))


def starts(story: Story, name: str = "midwife") -> Visitor:
    """To the first page of the form, past the signposts."""
    page = named(story, name).opens(f"/p/{story.world.slug}/start/")
    return page.chooses("None of these").presses("Continue")
