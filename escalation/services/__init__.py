"""Everything that can be done to a disagreement: one function a verb. Knows forms, pages and e-mail not at all."""

from .doing import what_changed, why_not
from .keeping import (
    acknowledge,
    add_action,
    book_conversation,
    confirm_on_file,
    finish_action,
    flag,
    link,
    open_it,
    record_gate,
    record_learning,
    record_progress,
    tell_raiser,
    unflag,
)
from .particulars import Particulars, Person, facts_of
from .people import change_party, pass_on
from .raising import discard_draft, log_settled, move_draft, raise_disagreement, save_draft, start_draft
from .side_processes import Seat, end_side_process, membership_warning, start_side_process
from .steps import (
    close,
    confirm_outcome,
    dispute_outcome,
    escalate,
    record_agreement,
    record_decision,
    reopen,
    step_back,
    withdraw,
)
from .timescales import (
    note_timescales,
    note_undelivered,
    partnerships_with_timescales_due,
    pause_clock,
    recount_clocks,
    resume_clock,
    vary_timescale,
)

__all__ = [
    "Particulars", "Person", "Seat", "acknowledge", "add_action", "book_conversation", "change_party", "close",
    "confirm_on_file", "confirm_outcome", "discard_draft", "dispute_outcome", "end_side_process", "escalate",
    "facts_of", "finish_action", "flag", "link", "log_settled", "membership_warning", "move_draft", "note_timescales",
    "note_undelivered", "open_it", "partnerships_with_timescales_due", "pass_on", "pause_clock", "raise_disagreement",
    "record_agreement", "record_decision", "record_gate", "record_learning", "record_progress", "recount_clocks",
    "reopen", "resume_clock", "save_draft", "start_draft", "start_side_process", "step_back", "tell_raiser", "unflag", "vary_timescale",
    "what_changed", "why_not", "withdraw",
]  # fmt: skip
