"""Who chooses whose word is taken for who somebody is: the one place that decides. A refusal's sentence, or nothing."""

from __future__ import annotations

from partnerships.models import MemberRole


def why_not_choose(roles: frozenset[str]) -> str:
    """A provider that somebody names, or a domain that they add to one, can come in as anybody with such an address, the
    partnership manager included. Protocol administrators see no disagreement (0013); they look at it, try it and end it."""
    if MemberRole.PARTNERSHIP_MANAGER in roles:
        return ""
    return (
        "Whose word is taken for who somebody is, is for a partnership manager to choose, because protocol administrators "
        "see no disagreement."
    )
