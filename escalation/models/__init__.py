"""A disagreement, its people, its clocks and its record; must not know who is e-mailed or what a page looks like."""

from .disagreement import Disagreement, ReferenceCounter
from .particulars import Action, Check, Learning, Link, Outcome, Party, SideProcessRecord
from .record import ChronologyEntry, ChronologyWords, Deadline

__all__ = [
    "Action", "Check", "ChronologyEntry", "ChronologyWords", "Deadline", "Disagreement", "Learning",
    "Link", "Outcome", "Party", "ReferenceCounter", "SideProcessRecord",
]  # fmt: skip
