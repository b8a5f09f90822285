"""Who prepares meetings and reports, and who sees what waits for a sub-group: the one place of this app that decides."""

from __future__ import annotations

from escalation.beside_the_ladder import keeps_a_log
from escalation.moves import YES, Verdict, no
from escalation.permissions import Viewer


def may_prepare(viewer: Viewer) -> Verdict:
    """A pack speaks of everything raised in the partnership, so it is the office's, as the tracker is."""
    return YES if viewer.is_office else no("Only the partnership manager prepares meetings and reports.")


def may_see_waiting(viewer: Viewer) -> Verdict:
    """The office, and whoever the protocol lets end a log or begin a deep dive; each sees what they may see anyway."""
    if viewer.is_office or keeps_a_log(viewer):
        return YES
    return no("What waits for a sub-group is for the partnership manager and those who decide there.")
