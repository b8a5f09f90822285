"""The invented agencies and people of a rehearsal: somebody for every role of its protocols; knows no page and no clock."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from escalation.demo.cast import ROLES
from partnerships.models import Agency, Contact, MemberRole, Membership, Partnership, Post, User
from partnerships.protocol import Protocol, Role
from partnerships.protocol_terms import Capacity, Sector, Side, StageKind

# A panel wants a third agency that is not in dispute, so two are too few to try everything.
ENOUGH_AGENCIES = 4
# People are invented for so many agencies at most, one of each sector first: more could not be told apart.
MOST_PEOPLED = 8
INVENTED: dict[Sector, tuple[str, dict[StageKind, str]]] = {
    Sector.HEALTH: ("Moorside Hospital", {StageKind.PRACTITIONER: "Midwife", StageKind.MANAGER: "Head of safeguarding"}),
    Sector.SOCIAL_CARE: (
        "Children's social care",
        {StageKind.PRACTITIONER: "Social worker", StageKind.MANAGER: "Team manager", StageKind.SENIOR: "Service manager"},
    ),
    Sector.EDUCATION: (
        "Larkfield School",
        {StageKind.PRACTITIONER: "Class teacher", StageKind.MANAGER: "Designated safeguarding lead"},
    ),
    Sector.POLICE: ("Police", {StageKind.PRACTITIONER: "Detective constable", StageKind.MANAGER: "Detective sergeant"}),
    Sector.EARLY_HELP: ("Early help", {StageKind.PRACTITIONER: "Family support worker"}),
    Sector.YOUTH_JUSTICE: ("Youth justice service", {StageKind.PRACTITIONER: "Youth justice worker"}),
    Sector.HOUSING: ("Housing service", {StageKind.PRACTITIONER: "Housing officer"}),
    Sector.PROBATION: ("Probation service", {StageKind.PRACTITIONER: "Probation officer"}),
    Sector.VOLUNTARY: ("A voluntary group", {StageKind.PRACTITIONER: "Youth worker"}),
}
# Which post of an agency's own ladder somebody of that capacity has.
POST_OF: dict[Capacity, StageKind] = {
    Capacity.PRACTITIONER: StageKind.PRACTITIONER,
    Capacity.LEAD: StageKind.MANAGER,
    Capacity.SENIOR_MANAGER: StageKind.SENIOR,
    Capacity.REPRESENTATIVE: StageKind.PARTNERSHIP,
}
FIRST = (
    "Asha", "Ben", "Carys", "Dilip", "Edith", "Farid", "Grace", "Hugo", "Imani", "Jonas",
    "Keziah", "Lewis", "Mina", "Niall", "Oona", "Piotr", "Quentin", "Rhian", "Samir", "Tess",
    "Umar", "Verity", "Wanda", "Xenia", "Yusuf", "Zoe", "Alec", "Bronwen", "Cosmo", "Delia",
)  # fmt: skip
LAST = (
    "Moss", "Thorne", "Vale", "Birch", "Cliff", "Dell", "Fenn", "Grove", "Heath", "Ives",
    "Jarrow", "Knoll", "Lane", "Marsh", "Nettle", "Oakes", "Penn", "Quill", "Ridge", "Stone",
    "Tarn", "Underhill", "Vickers", "Wharf", "Yarrow", "Ash", "Brook", "Croft", "Drake", "Elm",
)  # fmt: skip


@dataclass(frozen=True)
class Part:
    """One part to be cast: what the person may do, for which agency, in which role of the protocol."""

    member_role: MemberRole
    title: str
    agency: Agency | None = None
    protocol_role: str = ""


def settle(rehearsal: Partnership, protocols: Sequence[Protocol]) -> list[Membership]:
    """Agencies where the protocols have too few, addresses that nobody has, and the people. Needs the rehearsal's scope,
    with the protocols published in it."""
    _agencies(protocols)
    for contact in Contact.objects.all():
        # A real inbox of the protocol must not even stand in a rehearsal; and one without an address would be told nothing.
        contact.email = f"{contact.key.replace('_', '-')}@{rehearsal.slug}.example"
        contact.save(update_fields=["email"])
    return _people(rehearsal, list(_parts(protocols, _peopled())))


def _agencies(protocols: Iterable[Protocol]) -> None:
    """Where the protocols name few agencies, or speak of a sector that none of them is of, invented ones stand in."""
    there = set(Agency.objects.values_list("sector", flat=True))
    spoken_of = {sector for p in protocols for rule in p.notice_rules for sector in rule.when.sectors} & set(INVENTED)
    wanted = [sector for sector in INVENTED if sector in spoken_of - there]
    short = ENOUGH_AGENCIES - Agency.objects.count() - len(wanted)
    wanted += [sector for sector in INVENTED if sector not in there and sector not in wanted][: max(0, short)]
    for sector in wanted:
        name, posts = INVENTED[sector]
        agency = Agency.objects.create(key=f"invented_{sector}", name=f"{name} (invented)", sector=sector)
        Post.objects.bulk_create(
            Post(agency=agency, kind=kind, height=height, title=title)
            for height, (kind, title) in enumerate(posts.items(), start=1)
        )


def _peopled() -> list[Agency]:
    """One agency of each sector first, then the others, in the order of their names."""
    seen: set[str] = set()
    first: list[Agency] = []
    later: list[Agency] = []
    for agency in Agency.objects.filter(active=True).prefetch_related("posts"):
        (later if agency.sector in seen else first).append(agency)
        seen.add(agency.sector)
    return [*first, *later][:MOST_PEOPLED]


def _parts(protocols: Iterable[Protocol], agencies: Sequence[Agency]) -> Iterator[Part]:
    """Every role: in each agency where it is a role of the two sides, and once where it is the partnership's or nobody's.
    Then those whom the product needs and no protocol names: who keeps the partnership, and who only reads its figures."""
    roles = list({role.key: role for protocol in protocols for role in protocol.roles}.values())
    for agency in agencies:
        for role in roles:
            if role.side not in (Side.PARTNERSHIP, Side.OUTSIDE):
                yield Part(ROLES[role.capacity], _title(role, agency), agency, role.key)
    beside = [role for role in roles if role.side in (Side.PARTNERSHIP, Side.OUTSIDE)]
    for role in beside:
        yield Part(ROLES[role.capacity], role.name, None, role.key)
    if all(ROLES[role.capacity] != MemberRole.PARTNERSHIP_MANAGER for role in beside):
        yield Part(MemberRole.PARTNERSHIP_MANAGER, "Partnership manager")
    yield Part(MemberRole.PROTOCOL_ADMINISTRATOR, "Protocol administrator")
    yield Part(MemberRole.OBSERVER, "Observer")


def _title(role: Role, agency: Agency) -> str:
    """What the post is called there, and the role beside it where that says something else."""
    posts = [post for post in agency.posts.all() if post.kind == POST_OF.get(role.capacity)]
    title = min(posts, key=lambda post: post.height).title if posts else ""
    return (f"{title}: {role.name}" if title and title.lower() != role.name.lower() else role.name)[:120]


def _people(rehearsal: Partnership, parts: Sequence[Part]) -> list[Membership]:
    users = [_user(number, part, rehearsal) for number, part in enumerate(parts)]
    return Membership.objects.bulk_create(
        Membership(user=user, role=part.member_role, agency=part.agency, job_title=part.title, protocol_role=part.protocol_role)
        for user, part in zip(User.objects.bulk_create(users), parts, strict=True)
    )


def _user(number: int, part: Part, rehearsal: Partnership) -> User:
    """Nobody can sign in as this person: never active, without a password, at an address that cannot exist."""
    first, last = FIRST[number % len(FIRST)], LAST[(number + number // len(FIRST)) % len(LAST)]
    where = part.agency.key.replace("_", "-") if part.agency else "partnership"
    email = User.objects.normalise(f"{first}.{last}@{where}.{rehearsal.slug}.example")
    user = User(email=email, name=f"{first} {last}", is_active=False, rehearses=rehearsal)
    user.set_unusable_password()
    return user
