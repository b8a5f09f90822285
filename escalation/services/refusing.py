"""Why an act is not possible now, in words, in the language of whoever asks; knows no form and writes nothing."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from partnerships.ladder import moves_from, rung_words
from partnerships.written import joined, say, written

from ..models import Disagreement
from ..states import STATE_WORDS, State

_CHANGED = gettext_noop("changed in this way")
# What each verb does, to say why it cannot be done now.
_DONE: dict[str, str] = {
    "escalate": gettext_noop("moved up"),
    "step_back": gettext_noop("taken a step back"),
    "record_agreement": gettext_noop("recorded as agreed"),
    "propose_outcome": gettext_noop("given a proposed outcome"),
    "agree_to_proposal": gettext_noop("agreed as proposed"),
    "confirm_outcome": gettext_noop("confirmed in writing"),
    "dispute_outcome": gettext_noop("disputed"),
    "record_decision": gettext_noop("decided"),
    "reopen": gettext_noop("reopened"),
    "close": gettext_noop("closed"),
    "withdraw": gettext_noop("withdrawn"),
    "raise": gettext_noop("raised"),
    "log_settled": gettext_noop("logged as settled"),
}


def why_not(disagreement: Disagreement, verb: str) -> str:
    """Why a verb is not possible now, in words; the same sentence is the disabled button's hint."""
    state = disagreement.standing
    done = _(_DONE.get(verb, _CHANGED))
    if state == State.OPEN and disagreement.stage:
        here = written(rung_words(disagreement.protocol, disagreement.position))
        if verb == "escalate" and disagreement.waiting_for:
            instead = disagreement.protocol.side_process(disagreement.waiting_for)
            instead_of = {"name": written(instead.name), "steps": written(f"{disagreement.protocol.step_word}s")}
            said = _("%(name)s takes the place of the %(steps)s for now: it can move up once that has ended.")
            return joined(say(said, **instead_of), _who_ends(disagreement))
        if verb == "escalate":
            return say(_("%(step)s is the highest step of this protocol, so it cannot be moved up."), step=here)
        if verb == "step_back":
            return say(_("%(step)s is the lowest step, so it cannot be taken a step back."), step=here)
        if verb == "record_decision":
            said = _("At %(step)s nobody decides: the two sides agree.")
            if moves_from(disagreement.protocol, disagreement.position, disagreement.facts):
                said = _("At %(step)s nobody decides: the two sides agree, or it moves up.")
            return say(said, step=here)
    now = {"state": _(STATE_WORDS[state]).lower(), "done": done}
    return _("This disagreement is %(state)s, so it cannot be %(done)s now.") % now


def _who_ends(disagreement: Disagreement) -> str:
    instead = disagreement.protocol.side_process(disagreement.waiting_for)
    may_end = " or ".join(disagreement.protocol.role(key).name for key in instead.ended_by or instead.started_by)
    return say(_("Who can end it: %(who)s, or the partnership manager."), who=written(may_end))
