"""Who looks after how long records are kept, and how they are given away: the one place of this app that decides."""

from __future__ import annotations

from escalation.moves import YES, Verdict, no
from escalation.permissions import Viewer


def may_keep_records(viewer: Viewer) -> Verdict:
    """Reviewing a record needs reading it, so it is the office's; protocol administrators and operators read none."""
    return YES if viewer.is_office else no("Only the partnership manager looks after how long records are kept.")


def may_give_away(viewer: Viewer) -> Verdict:
    """A copy for somebody outside, or everything: as may_keep_records, with the reason of who asked for that."""
    return YES if viewer.is_office else no("Only the partnership manager takes copies of records out of the tracker.")
