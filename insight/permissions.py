"""Who may see what a partnership's disagreements amount to, as it is and as it may be published; the one place that decides."""

from __future__ import annotations

from escalation.moves import YES, Verdict, no
from escalation.permissions import Viewer, may_see_numbers

__all__ = ["may_look_behind", "may_see_figures"]


def may_see_figures(viewer: Viewer) -> Verdict:
    """The office, and observers: these see them only as they may be published, which `sees_all` tells."""
    return may_see_numbers(viewer)


def sees_all(viewer: Viewer) -> bool:
    """Every count as it is, and the disagreements behind it."""
    return viewer.is_office


def may_look_behind(viewer: Viewer) -> Verdict:
    """The list behind a number names disagreements, and silence names agencies: the office's, as the tracker is."""
    return YES if viewer.is_office else no("Only the partnership manager sees what stands behind the numbers.")
