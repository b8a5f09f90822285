"""How something is done to a disagreement that is no verb of its protocol: the same lock, the same entry, a rule of its own.

It knows no particular act; `doing` is the same for the verbs."""

from __future__ import annotations

from collections.abc import Callable

from ..models import Disagreement
from ..moves import NotPermitted, Verdict
from ..permissions import Ties, Viewer, ties
from ..selectors import visible
from .doing import lock


def locked_for(disagreement_id: int, *, viewer: Viewer, rule: Callable[[Ties], Verdict]) -> Disagreement:
    """The row, locked, for somebody who may see it and whom the rule lets. Raises NotPermitted or Refused, with a sentence;
    what they may not see is told as what is not there. Needs a transaction."""
    found = lock(disagreement_id)
    if not visible(viewer).filter(pk=found.pk).exists():
        raise NotPermitted("This disagreement is no longer there.")
    if not (verdict := rule(ties(viewer, found, found.parties.all()))):
        raise NotPermitted(verdict.sentence)
    return found
