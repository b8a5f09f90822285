"""A disagreement, its people, its clocks and its record; must not know who is e-mailed or what a page looks like."""

from .access import Attachment, ElsewhereMarker, Invitation, Reading, SharedAcross
from .disagreement import Disagreement, ReferenceCounter
from .particulars import Action, Check, Learning, Link, Outcome, Party, ProposedOutcome, SideProcessRecord
from .programs import SentOnce
from .record import ChainEndPublished, ChronologyEntry, ChronologyWords, Deadline
from .searching import SearchText
from .taking_in import TakenIn, TakingIn, TrackerUpload
from .tracker import OpensWith, SavedView

__all__ = [
    "Action", "Attachment", "ChainEndPublished", "Check", "ChronologyEntry", "ChronologyWords", "Deadline", "Disagreement",
    "ElsewhereMarker", "Invitation", "Learning", "Link", "OpensWith", "Outcome", "Party", "ProposedOutcome", "Reading",
    "ReferenceCounter", "SavedView", "SearchText", "SentOnce", "SharedAcross", "SideProcessRecord", "TakenIn", "TakingIn",
    "TrackerUpload",
]  # fmt: skip
