"""The invented agencies and people of a partnership, read from a file and made into rows; knows no disagreement."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field

from partnerships import services as partnership_services
from partnerships.directory import writing
from partnerships.models import Agency, Contact, MemberRole, Membership, Post, User
from partnerships.protocol import Protocol
from partnerships.protocol_terms import Capacity, Sector, StageKind

from ..permissions import Viewer
from .stories import Almanac

HERE = Path(__file__).parent / "people"

# What a person with a role of the protocol may do in the product, where the file says nothing else.
ROLES: dict[Capacity, MemberRole] = {
    Capacity.PRACTITIONER: MemberRole.PRACTITIONER,
    Capacity.LEAD: MemberRole.LEAD,
    Capacity.SENIOR_MANAGER: MemberRole.SENIOR_MANAGER,
    Capacity.REPRESENTATIVE: MemberRole.REPRESENTATIVE,
    Capacity.ADVISER: MemberRole.ADVISER,
    Capacity.DECISION_MAKER: MemberRole.DECISION_MAKER,
    Capacity.PARTNERSHIP_OFFICE: MemberRole.PARTNERSHIP_MANAGER,
    Capacity.SUB_GROUP: MemberRole.ADVISER,
    Capacity.MEDIATOR: MemberRole.ADVISER,
}


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Somebody(Part):
    name: str
    job: str
    protocol_role: str = Field(default="", alias="as")
    role: MemberRole | None = None
    telephone: str = ""
    # The post of the agency that they hold, by its title; days are working days from today.
    holds: str = ""
    deputy: bool = False
    away: tuple[int, int] | None = None
    check_by: int | None = None

    def email(self, domain: str) -> str:
        """priya.nair@moorside-hospital.example"""
        return f"{self.name.lower().replace(' ', '.')}@{domain}"


class OfficeFile(Part):
    domain: str
    people: tuple[Somebody, ...]


class AgencyFile(Part):
    key: str
    domain: str
    people: tuple[Somebody, ...]
    name: str = ""
    sector: Sector = Sector.OTHER
    posts: dict[StageKind, str | tuple[str, ...]] = {}

    def ladder(self) -> list[tuple[str, str]]:
        titles = {kind: (said,) if isinstance(said, str) else said for kind, said in self.posts.items()}
        return [(kind.value, title) for kind in StageKind for title in titles.get(kind, ())]


class ContactFile(Part):
    key: str
    email: str


class CastFile(Part):
    office: OfficeFile
    agencies: tuple[AgencyFile, ...]
    contacts: tuple[ContactFile, ...] = ()


@dataclass(frozen=True)
class Player:
    """One invented person with everything that a story needs of them."""

    user: User
    viewer: Viewer
    agency: Agency | None
    protocol_role: str
    job: str
    telephone: str


@dataclass(frozen=True)
class Cast:
    players: dict[str, Player]
    agencies: dict[str, Agency]


def read_cast(slug: str) -> CastFile:
    return CastFile.model_validate(yaml.safe_load((HERE / f"{slug}.yml").read_text()))


def settle(slug: str, protocol: Protocol, almanac: Almanac) -> Cast:
    """The partnership's invented agencies, people and addresses, made where they are not there yet. Needs its scope."""
    file = read_cast(slug)
    agencies: dict[str, Agency] = {}
    players: dict[str, Player] = {}
    for part in file.agencies:
        agency = agencies[part.key] = _agency(part)
        players |= {known.name: _player(known, part.domain, agency, protocol) for known in part.people}
        _holders(agency, part, almanac)
    players |= {known.name: _player(known, file.office.domain, None, protocol) for known in file.office.people}
    for contact in file.contacts:
        # The protocol names the contact and gives no address; an address that is known is never replaced.
        Contact.objects.filter(key=contact.key, email="").update(email=contact.email)
    return Cast(players, agencies)


def _agency(part: AgencyFile) -> Agency:
    agency, _ = Agency.objects.get_or_create(key=part.key, defaults={"name": part.name, "sector": part.sector})
    if not agency.email_domains:
        agency.email_domains = [part.domain]
        agency.save(update_fields=["email_domains"])
    _ladder(agency, part)
    return agency


def _ladder(agency: Agency, part: AgencyFile) -> None:
    """Posts are added at the kinds of step at which neither the protocol nor anybody else has named one."""
    there = list(Post.objects.filter(agency=agency, active=True).order_by("height").values_list("kind", "title"))
    named = {kind for kind, _ in there}
    if added := [(kind, title) for kind, title in part.ladder() if kind not in named]:
        order = list(StageKind)
        ladder = sorted([*there, *added], key=lambda post: order.index(StageKind(post[0])))
        writing.keep_agency(
            agency,
            name=agency.name,
            sector=agency.sector,
            email_domains=agency.email_domains,
            posts=ladder,
            active=agency.active,
        )


def _holders(agency: Agency, part: AgencyFile, almanac: Almanac) -> None:
    posts = {post.title: post for post in Post.objects.filter(agency=agency, active=True)}
    for known in part.people:
        if not known.holds or known.holds not in posts:
            continue  # an administrator has renamed or retired it
        away_from, away_until = (almanac.day(day) for day in known.away) if known.away else (None, None)
        writing.keep_holder(
            None,
            post=posts[known.holds],
            name=known.name,
            email=known.email(part.domain),
            telephone=known.telephone,
            deputy=known.deputy,
            absent_from=away_from,
            absent_until=away_until,
            review_by=None if known.check_by is None else almanac.day(known.check_by),
        )


def _player(known: Somebody, domain: str, agency: Agency | None, protocol: Protocol) -> Player:
    email = known.email(domain)
    user = User.objects.filter(email=email).first()
    if user is None:
        # No password: demo people come in by the demo door, or with a code sent to the demo mailbox.
        user = User.objects.create_user(email, name=known.name, is_demo=True)
    member: Membership = partnership_services.add_member(
        user,
        role=known.role or ROLES[protocol.role(known.protocol_role).capacity],
        agency=agency,
        job_title=known.job,
        telephone=known.telephone,
        protocol_role=known.protocol_role,
    )
    return Player(user, Viewer.of(user, [member]), agency, known.protocol_role, known.job, known.telephone)
