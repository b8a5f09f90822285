"""Everything that can be done to a disagreement: one function a verb. Knows forms, pages and e-mail not at all."""

from .closing import close, may_answer_for, record_satisfaction, tell_raiser, unsatisfied
from .correcting import correct
from .doing import what_changed
from .drafts import (
    AUTHOR_ALONE,
    colleagues_for,
    discard_draft,
    move_draft,
    raised_from_a_draft_of,
    save_draft,
    share_draft,
    start_draft,
)
from .keeping import (
    acknowledge,
    add_action,
    book_conversation,
    change_situation,
    confirm_on_file,
    finish_action,
    flag,
    link,
    open_it,
    record_conversation,
    record_gate,
    record_learning,
    record_progress,
    unflag,
)
from .particulars import Particulars, Person, facts_of
from .people import change_party, pass_on
from .planning import Planned
from .proposing import agree_to_proposal, decline_proposal, planned, propose_outcome, withdraw_proposal
from .raising import log_settled, raise_disagreement
from .refusing import why_not
from .side_processes import (
    Seat,
    change_side_process,
    end_side_process,
    has_role,
    may_end,
    membership_warning,
    offered_at,
    start_side_process,
)
from .steps import (
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
    partnerships_with_timescales_due,
    pause_clock,
    recount_clocks,
    resume_clock,
    vary_timescale,
)
from .undelivered import note_told_instead, note_undelivered

__all__ = [
    "AUTHOR_ALONE", "Particulars", "Person", "Planned", "Seat", "acknowledge", "add_action", "agree_to_proposal",
    "book_conversation", "change_party", "change_side_process", "change_situation", "close", "colleagues_for",
    "confirm_on_file", "confirm_outcome", "correct", "decline_proposal", "discard_draft", "dispute_outcome",
    "end_side_process", "escalate", "facts_of", "finish_action", "flag", "has_role", "link", "log_settled",
    "may_answer_for", "may_end", "membership_warning", "move_draft", "note_timescales", "note_told_instead", "note_undelivered",
    "offered_at", "open_it", "partnerships_with_timescales_due", "pass_on", "pause_clock", "planned",
    "propose_outcome", "raise_disagreement", "raised_from_a_draft_of", "record_agreement", "record_conversation",
    "record_decision", "record_gate", "record_learning", "record_progress", "record_satisfaction", "recount_clocks",
    "reopen", "resume_clock", "save_draft", "share_draft", "start_draft", "start_side_process", "step_back",
    "tell_raiser", "unflag", "unsatisfied", "vary_timescale", "what_changed", "why_not", "withdraw",
    "withdraw_proposal",
]  # fmt: skip
