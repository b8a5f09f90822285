"""The people of Barnsley's stories: those of the policy's own example, and those around them."""

from __future__ import annotations

from partnerships.models import User
from tests.world import World

PAGE = "/p/barnsley/d/BAR-0001/"
INBOX = "barnsleysafeguardingchildrenspartnership@barnsley.gov.uk"
OFFICE = (INBOX, "office")
LEADS = ("hospital.lead", "team.manager")
WORKERS = ("midwife", "social.worker")
SENIORS = ("matron", "service.manager", "head.of.safeguarding", "head.of.social.work")
MEMBERS = ("representative.hospital", "representative.social_care")


def the_people_of_barnsley(world: World) -> World:
    """Everybody exists before the story begins, so that whoever is not written to is left out by a rule."""
    for person in (world.office, world.hospital_lead, world.social_worker, world.team_manager, world.midwife):
        assert person
    for person in (matron(world), service_manager(world), head_of_safeguarding(world), head_of_social_work(world)):
        assert person
    for agency in ("hospital", "social_care", "school"):
        world.person(f"representative.{agency}", "representative", agency, protocol_role="representative")
    world.person("designated.nurse", "adviser", "hospital", protocol_role="designated_nurse")
    partner(world)
    return world


def matron(world: World) -> User:
    return world.person("matron", "senior_manager", "hospital", protocol_role="senior_manager")


def service_manager(world: World) -> User:
    return world.person("service.manager", "senior_manager", "social_care", protocol_role="senior_manager")


def head_of_safeguarding(world: World) -> User:
    return world.person("head.of.safeguarding", "senior_manager", "hospital", protocol_role="head_of_service")


def head_of_social_work(world: World) -> User:
    return world.person("head.of.social.work", "senior_manager", "social_care", protocol_role="head_of_service")


def partner(world: World) -> User:
    return world.decider("safeguarding_partner")
