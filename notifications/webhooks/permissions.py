"""Who may have which system told: the one place that decides. A refusal's sentence, or nothing.

What is told holds no word of anybody's, but says what exists and how it stands; and the answer to it may be asked for by the
API alone, with somebody's token. So who sees every disagreement has a system told of every one, and nobody else does."""

from __future__ import annotations

from partnerships.arrangements import arrangements
from partnerships.models import Agency, MemberRole
from partnerships.permissions import why_not_keep

ALL_IS_THE_OFFICES = (
    "Only a partnership manager may have a system told of every disagreement, because protocol administrators see none. "
    "Choose an agency, or ask a partnership manager."
)
AGENCIES_DO_NOT_SEE = (
    "This partnership does not let people see all that their own agency takes part in. So no system of an agency can be told "
    "of it. The partnership manager can change that under Arrangements."
)


def why_not_tell(roles: frozenset[str], *, agency: Agency | None) -> str:
    """Make such an endpoint, give it a new secret, switch it on, send to it again."""
    if refusal := why_not_keep(roles):
        return refusal
    if agency is None:
        return "" if MemberRole.PARTNERSHIP_MANAGER in roles else ALL_IS_THE_OFFICES
    return "" if arrangements().agency_sees else AGENCIES_DO_NOT_SEE
