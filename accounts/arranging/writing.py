"""Changing what a partnership has arranged; knows no page. Which fields changed is logged, and never what was typed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from partnerships.administering import Did, note_administration
from partnerships.arrangements import Arrangements, arrangements
from partnerships.doing import PartnershipRefused, one_at_a_time
from partnerships.models import Partnership, User
from partnerships.scope import current_partnership_id, forget

from .permissions import WHO_MAY_SEE, why_not_arrange, why_not_who_may_see

CHANGED_MEANWHILE = (
    "Somebody changed the arrangements while you were looking at them. Nothing of yours is saved yet: what you typed stands "
    "below. Read it again, and save it if it is still right."
)
# Stand on the partnership itself, because they are asked before anybody has signed in.
BEFORE_SIGN_IN = ("passwords", "welsh")


class ChangedMeanwhile(PartnershipRefused):
    """Not what the person saw when they began to type."""


def arranged() -> dict[str, Any]:
    """Every arrangement of the partnership in scope, by its name."""
    found = arrangements()
    names = [field.name for field in Arrangements._meta.concrete_fields if field.name not in ("id", "partnership")]
    before_sign_in = Partnership.objects.values(*BEFORE_SIGN_IN).get(pk=current_partnership_id())
    return {**{name: getattr(found, name) for name in names}, **before_sign_in}


def digest_of(values: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:32]


@transaction.atomic
def arrange(values: Mapping[str, Any], *, by: User, roles: frozenset[str], shown: str) -> list[str]:
    """Save what changed, and say which it was. Of two who save at the same moment the second waits, and is told."""
    if refusal := why_not_arrange(roles):
        raise PartnershipRefused(refusal)
    one_at_a_time()
    forget("arrangements")
    before = arranged()
    if digest_of(before) != shown:
        raise ChangedMeanwhile(CHANGED_MEANWHILE)
    changed = sorted(name for name, value in values.items() if before[name] != value)
    if set(changed) & set(WHO_MAY_SEE) and (refusal := why_not_who_may_see(roles)):
        raise PartnershipRefused(refusal)
    if not changed:
        return []
    row = arrangements()
    for name in changed:
        if name in BEFORE_SIGN_IN:
            Partnership.objects.filter(pk=current_partnership_id()).update(**{name: values[name]})
        else:
            setattr(row, name, values[name])
    row.save()
    forget("arrangements")
    note_administration(Did.REARRANGED, by=by, fields=changed)
    return changed
