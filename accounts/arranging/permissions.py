"""Who may change which arrangement: the one place that decides. Each answer is a refusal's sentence, or nothing."""

from __future__ import annotations

from partnerships.models import MemberRole
from partnerships.permissions import KEEPERS

# Who sees a disagreement, for how long, and by which way of signing in. Protocol administrators see none, and would open
# them to themselves or to others with these; the rest opens nothing, and is theirs to look after as well.
WHO_MAY_SEE = ("agency_sees", "older_after_days", "guest_days", "passwords")


def why_not_arrange(roles: frozenset[str]) -> str:
    if roles & KEEPERS:
        return ""
    return "Only the partnership manager or a protocol administrator may look after the arrangements."


def why_not_who_may_see(roles: frozenset[str]) -> str:
    if MemberRole.PARTNERSHIP_MANAGER in roles:
        return ""
    return "Who may see is for a partnership manager to change, because protocol administrators see no disagreement."


def why_not_read_log(roles: frozenset[str]) -> str:
    if roles & KEEPERS:
        return ""
    return "Only the partnership manager or a protocol administrator may read what was done to the partnership."
