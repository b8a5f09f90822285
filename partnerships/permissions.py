"""Who looks after a partnership's own data: the one place that decides. Each answer is a refusal's sentence, or nothing."""

from __future__ import annotations

from collections.abc import Iterable

from .models import MemberRole, Membership

KEEPERS = frozenset({MemberRole.PROTOCOL_ADMINISTRATOR, MemberRole.PARTNERSHIP_MANAGER})


def roles_of(memberships: Iterable[Membership]) -> frozenset[str]:
    return frozenset(member.role for member in memberships)


def why_not_keep(roles: frozenset[str]) -> str:
    """Agencies, contacts and closures are looked after by the two roles that look after the partnership's own data."""
    return "" if roles & KEEPERS else "Only a protocol administrator or the partnership manager may change this."


def why_not_know_domains(roles: frozenset[str]) -> str:
    """Whoever is named at an address of such a domain comes in without anybody looking. Protocol administrators see no
    disagreement, and with a domain of their own would come to be let in (docs/decisions/0013)."""
    if MemberRole.PARTNERSHIP_MANAGER in roles:
        return ""
    return (
        "Only a partnership manager may say which e-mail domains are known to be an agency’s own. Whoever is named "
        "with such an address is let in."
    )


def why_not_edit(roles: frozenset[str]) -> str:
    """A draft is entered by either of the two that keep the partnership's data; confirming it is the administrator's alone."""
    return "" if roles & KEEPERS else "Only a protocol administrator or the partnership manager may edit the protocol."


def why_not_confirm(roles: frozenset[str]) -> str:
    """That an assumed rule is right is an administrator's word (architecture.md section 4), not the office's."""
    if MemberRole.PROTOCOL_ADMINISTRATOR in roles:
        return ""
    return "Only a protocol administrator may confirm what was assumed in the protocol."


def why_not_publish(roles: frozenset[str]) -> str:
    """What everybody will work under, and what others may take over, is the protocol administrator's word."""
    if MemberRole.PROTOCOL_ADMINISTRATOR in roles:
        return ""
    return "Only a protocol administrator may publish or share a protocol."


def why_not_take_live(roles: frozenset[str]) -> str:
    return "" if roles & KEEPERS else "Only a protocol administrator or the partnership manager may take the partnership live."
