"""The manual's page of who may see and who may do what, made by asking the permission modules; decides nothing itself.

What somebody may do to a disagreement hangs on what binds them to it and not on the role they have in the partnership, but
for the office; so the table's columns are those ties, and each cell is what `may` answers for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from accounts.arranging.permissions import why_not_arrange, why_not_read_log, why_not_who_may_see
from accounts.members.permissions import SEE_MORE, why_not_let_in
from accounts.single_sign_on.permissions import why_not_choose
from partnerships.models import MemberRole, User
from partnerships.permissions import (
    why_not_confirm,
    why_not_edit,
    why_not_keep,
    why_not_know_domains,
    why_not_publish,
    why_not_take_live,
)
from partnerships.protocol_terms import Side

from .permissions import (
    PERMISSIONS,
    Ties,
    Viewer,
    may,
    may_let_in,
    may_raise,
    may_see_numbers,
    may_see_readers,
    may_see_team,
    may_share_across,
    may_track,
)

YES, NO, NOT_FOUND = "yes", "no", "404"
ARRANGED = "if arranged"
INVITED = "if invited"


def _ties(*roles: str, **own: object) -> Ties:
    """Somebody with these roles in the partnership, and nothing that binds them but what is given."""
    viewer = Viewer(user=User(name="Somebody"), roles=frozenset(roles), agency_ids=frozenset(), protocol_roles=frozenset())
    nothing = Ties(
        viewer=viewer, is_raiser=False, sides=frozenset(), roles=frozenset(), manages=False, acts_here=False, decides_here=False,
        beside=frozenset(), closers="the managers of either side",
    )  # fmt: skip
    return replace(nothing, **own)  # type: ignore[arg-type]


def _party(role: MemberRole, side: Side, **own: object) -> Ties:
    return _ties(role, sides=frozenset({side}), roles=frozenset({"of their side"}), named=True, **own)


@dataclass(frozen=True)
class Standing:
    """One column: what binds somebody to a disagreement that they can see."""

    key: str
    words: str
    tied: Ties


STANDINGS: tuple[Standing, ...] = (
    Standing("raiser", "raised it, and takes part", _party(MemberRole.PRACTITIONER, Side.RAISING, is_raiser=True, recorded=True)),
    Standing("raising", "takes part on the raising side", _party(MemberRole.PRACTITIONER, Side.RAISING)),
    Standing(
        "raising manager", "manager on the raising side who acts at this step",
        _party(MemberRole.LEAD, Side.RAISING, manages=True, acts_here=True, closes=True),
    ),
    Standing("receiving", "takes part on the receiving side", _party(MemberRole.PRACTITIONER, Side.RECEIVING)),
    Standing(
        "receiving manager", "manager on the receiving side who acts at this step",
        _party(MemberRole.LEAD, Side.RECEIVING, manages=True, acts_here=True, closes=True),
    ),
    Standing("recorder", "recorded it for two other agencies", _ties(MemberRole.PRACTITIONER, recorded=True)),
    Standing("colleague", "works at one of the two agencies and is not named", _ties(MemberRole.SENIOR_MANAGER)),
    Standing("beside", "was brought in beside the two sides", _ties(MemberRole.ADVISER, beside=frozenset({"brought in"}))),
    Standing(
        "decider", "decides at this step, and is not named",
        _ties(MemberRole.DECISION_MAKER, decides_here=True, beside=frozenset({"decides"})),
    ),
    Standing("panel", "sits on a panel that runs", _ties(MemberRole.ADVISER, sits_on=frozenset({1}))),
    Standing("mediator", "mediates or has mediated", _ties(MemberRole.ADVISER, sits_on=frozenset({1}), mediates=True)),
    Standing("office", "partnership manager, not named", _ties(MemberRole.PARTNERSHIP_MANAGER)),
    Standing(
        "named office", "partnership manager who takes part on the raising side",
        _party(MemberRole.PARTNERSHIP_MANAGER, Side.RAISING),
    ),
)  # fmt: skip


def cells() -> dict[str, dict[str, bool]]:
    """Verb -> standing -> whether it may be done, where state and protocol offer it."""
    return {verb: {each.key: bool(may(verb, each.tied)) for each in STANDINGS} for verb in PERMISSIONS}


# Who may see, role by role: seeing.py decides it in the database, and the test of this table asks there.
RELATIONS = (
    "named in it, or sits on its panel", "own agency is one of the two", "its protocol role was brought in",
    "nothing binds them to it", "of another partnership",
)  # fmt: skip
SEES: Mapping[str, tuple[str, str, str, str, str]] = {
    MemberRole.PRACTITIONER: (YES, ARRANGED, YES, NOT_FOUND, NOT_FOUND),
    MemberRole.LEAD: (YES, ARRANGED, YES, NOT_FOUND, NOT_FOUND),
    MemberRole.SENIOR_MANAGER: (YES, ARRANGED, YES, NOT_FOUND, NOT_FOUND),
    MemberRole.REPRESENTATIVE: (YES, NOT_FOUND, YES, NOT_FOUND, NOT_FOUND),
    MemberRole.ADVISER: (YES, NOT_FOUND, YES, NOT_FOUND, NOT_FOUND),
    MemberRole.DECISION_MAKER: (YES, NOT_FOUND, YES, NOT_FOUND, NOT_FOUND),
    MemberRole.PARTNERSHIP_MANAGER: (YES, YES, YES, YES, NOT_FOUND),
    MemberRole.PROTOCOL_ADMINISTRATOR: (YES, NOT_FOUND, NOT_FOUND, NOT_FOUND, NOT_FOUND),
    MemberRole.OBSERVER: (YES, NOT_FOUND, NOT_FOUND, NOT_FOUND, NOT_FOUND),
    MemberRole.GUEST: (INVITED, NOT_FOUND, NOT_FOUND, NOT_FOUND, NOT_FOUND),
}
OPERATOR = (NOT_FOUND,) * len(RELATIONS)


def _of_roles(rule: Callable[[frozenset[str]], str]) -> Callable[[MemberRole], bool]:
    return lambda role: not rule(frozenset({role}))


def _of_viewer(rule: Callable[[Viewer], object]) -> Callable[[MemberRole], bool]:
    return lambda role: bool(rule(_ties(role).viewer))


# What is done to the partnership itself, and to its lists.
RIGHTS: Mapping[str, Callable[[MemberRole], bool]] = {
    "Raise a disagreement": _of_viewer(may_raise),
    "The tracker and its export": _of_viewer(may_track),
    "The numbers of the partnership": _of_viewer(may_see_numbers),
    "Their team's page": _of_viewer(may_see_team),
    "Who read what": _of_viewer(may_see_readers),
    "Let in whoever was named and waits": _of_viewer(may_let_in),
    "Bring in another partnership's people": lambda role: bool(may_share_across(_ties(role))),
    "Agencies, contacts and closures": _of_roles(why_not_keep),
    "E-mail domains known to be an agency's own": _of_roles(why_not_know_domains),
    "Single sign-on: whose word is taken": _of_roles(why_not_choose),
    "Enter a draft of the protocol": _of_roles(why_not_edit),
    "Confirm what was assumed in it": _of_roles(why_not_confirm),
    "Publish or share it": _of_roles(why_not_publish),
    "Go live": _of_roles(why_not_take_live),
    "Let people in, change and end their access": _of_roles(why_not_let_in),
    "Arrangements: who may see": _of_roles(why_not_who_may_see),
    "Arrangements: the rest": _of_roles(why_not_arrange),
    "The administration log": _of_roles(why_not_read_log),
}


def permissions_page() -> str:
    lines = ["# Who may see, and who may do what\n", INTRO, "## Who may see a disagreement\n", SEEING]
    lines += [_head("role", RELATIONS), *(_line(MemberRole(role).label, row) for role, row in SEES.items())]
    lines += [_line("Operator of the installation", OPERATOR), "", "## Who may do what to it\n", DOING]
    lines += [f"* **{each.key}**: {each.words}" for each in STANDINGS]
    lines += ["", _head("verb", tuple(each.key for each in STANDINGS))]
    lines += [_line(f"`{verb}`", tuple(_word(found) for found in row.values())) for verb, row in cells().items()]
    roles = tuple(MemberRole)
    lines += ["", "## Who looks after what\n", _head("page", tuple(role.label for role in roles))]
    lines += [_line(words, tuple(_word(rule(role)) for role in roles)) for words, rule in RIGHTS.items()]
    only = ", ".join(role.label.lower() for role in MemberRole if role in SEE_MORE)
    lines += ["", GIVING.format(only=only), "", "## What a refusal says\n", *_refusals()]
    return "\n".join(lines) + "\n"


def _refusals() -> list[str]:
    """Each sentence once, with the verbs that are refused by it."""
    found: dict[str, list[str]] = {}
    for verb in PERMISSIONS:
        for each in STANDINGS:
            verdict = may(verb, each.tied)
            if not verdict and verb not in found.setdefault(verdict.sentence, []):
                found[verdict.sentence].append(verb)
    return [f"* {sentence} ({', '.join(f'`{verb}`' for verb in verbs)})" for sentence, verbs in found.items()]


def _word(found: bool) -> str:
    return YES if found else NO


def _head(first: str, names: tuple[str, ...]) -> str:
    return f"| {first} | {' | '.join(names)} |\n|{'---|' * (len(names) + 1)}"


def _line(first: str, row: tuple[str, ...]) -> str:
    return f"| {first} | {' | '.join(row)} |"


INTRO = """Everything of another partnership answers 404, whatever the role and whatever is asked for, as if it did not exist. A
table says what a role or a tie may; the state of the disagreement and its protocol say what is offered at that moment, and may
leave an act to other people than usual (the protocol's own page says so).
"""
SEEING = """"If arranged": where the partnership's arrangements say that an agency sees what it takes part in, from when it was
raised; reading is not acting. "If invited": from when they are let in until the arrangements' number of days after its end. A
draft is its author's alone, and what was destroyed is nobody's. Program tokens see what their owner sees.
"""
DOING = """Columns are what binds somebody to a disagreement that they can see. Whoever is or was named in it neither mediates nor
decides nor sits on a panel, whatever else they are. Beside this table: which of the managers may change a clock hangs on whose
clock it is; which role starts or ends a panel or the like, and who closes, is the protocol's.
"""
GIVING = """Nobody changes their own access: another partnership manager or protocol administrator does. Only a partnership
manager gives, changes or ends what lets somebody see disagreements in which they are not named: {only}; any role under the
protocol but those of practitioners and leads; and, where agencies see what they take part in, every role in an agency. The
last partnership manager and the last protocol administrator stay."""
