"""When an action is offered and what its button says: what this protocol and this moment have a use for; knows no form."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _

from partnerships.protocol_terms import Asked
from partnerships.scope import present
from partnerships.written import say, written

from .corrections import correctable
from .models import ChronologyEntry, Deadline, Disagreement
from .moves import YES, Verdict, no
from .permissions import Ties, may_change_clock
from .requirements import asked_to_be_satisfied
from .states import Kind, State
from .turns import silences


def escalate_label(disagreement: Disagreement) -> str:
    return say(_("Move up to the next %(step)s"), step=written(disagreement.protocol.step_word))


def decision_label(disagreement: Disagreement) -> str:
    """The authority's own button; below it, where a panel that may decide was held, the panel's."""
    if has_authority(disagreement) or not panels_held(disagreement):
        authority = disagreement.protocol.stage(disagreement.stage).authority if disagreement.stage else None
        return written(authority.button) if authority else _("Record the decision")
    names = {disagreement.protocol.side_process(record.process).name for record in disagreement.panels_held}
    return say(_("Record what was decided by: %(names)s"), names=written(" or ".join(sorted(names))))


def panels_held(disagreement: Disagreement) -> bool:
    return bool(disagreement.stage and disagreement.panels_held)


def withdraw_label(disagreement: Disagreement) -> str:
    """Where nobody answered, and the protocol lets it end so, the button says it."""
    silent = disagreement.stage and any(s.rule.means == "may_close" for s in silences(disagreement, at=present()))
    return _("Close it: nobody answered") if silent else _("Withdraw it")


def has_authority(disagreement: Disagreement) -> bool:
    stage = disagreement.protocol.stage(disagreement.stage) if disagreement.stage else None
    return stage is not None and stage.authority is not None and stage.authority.kind != "mediates"


def beside(disagreement: Disagreement) -> bool:
    """Whether something runs beside the steps, or instead of them."""
    return any(record.ended_at is None for record in disagreement.side_processes.all())


def asks_in_writing(disagreement: Disagreement) -> bool:
    return any(r.what == "written_confirmation" for r in disagreement.protocol.requirements)


def running(disagreement: Disagreement) -> list[Deadline]:
    """Its clocks that have not stopped: as `selectors.visible` read them, or read now."""
    found: list[Deadline] | None = getattr(disagreement, "running", None)
    return list(disagreement.deadlines.filter(stopped_at=None)) if found is None else found


def paused(disagreement: Disagreement) -> bool:
    return any(clock.paused_at is not None for clock in running(disagreement))


def ticking(disagreement: Disagreement) -> bool:
    return any(clock.paused_at is None for clock in running(disagreement))


def ahead(disagreement: Disagreement) -> bool:
    return any(clock.paused_at is None and clock.passed_noted_at is None for clock in running(disagreement))


def theirs(wanted: Callable[[Deadline], bool]) -> Callable[[Disagreement, Ties], Verdict]:
    """Whether one of the clocks that the verb is for is theirs to change; if not, why not."""

    def narrower(disagreement: Disagreement, tied: Ties) -> Verdict:
        verdicts = [may_change_clock(tied, clock.held_by) for clock in running(disagreement) if wanted(clock)]
        return next((verdict for verdict in verdicts if verdict), verdicts[0] if verdicts else YES)

    return narrower


def propose_label(disagreement: Disagreement) -> str:
    return _("Propose other words") if proposal_waits(disagreement) else _("Propose an outcome")


def proposal_waits(disagreement: Disagreement) -> bool:
    return bool(disagreement.proposed_by_side)


def has_situation(disagreement: Disagreement) -> bool:
    return bool(disagreement.protocol.urgency_bands or disagreement.protocol.child_statuses)


def asked_if_satisfied(disagreement: Disagreement) -> bool:
    return disagreement.standing == State.RESOLVED and bool(asked_to_be_satisfied(disagreement.protocol))


def acknowledged(disagreement: Disagreement) -> bool:
    """Whether the receiving side has said "I have this" at the present rung; whoever it was passed on to has not yet."""
    kinds = [Kind.ACKNOWLEDGED, Kind.PASSED_ON]
    told: list[ChronologyEntry] | None = getattr(disagreement, "told", None)  # as its page has read them
    if told is not None:
        said = [e.kind for e in told if (e.stage, e.tier) == (disagreement.stage, disagreement.tier) and e.kind in kinds]
    else:
        here = ChronologyEntry.objects.filter(disagreement=disagreement, stage=disagreement.stage, tier=disagreement.tier)
        said = list(here.filter(kind__in=kinds).order_by("seq").values_list("kind", flat=True))
    return said[-1:] == [Kind.ACKNOWLEDGED]


def raiser_told(disagreement: Disagreement) -> bool:
    """Whether they were told of this outcome; one reached after a reopening is told anew."""
    since = disagreement.ended_at
    return any(check.what == Asked.RAISER_TOLD and (since is None or check.at >= since) for check in disagreement.checks.all())


def gates(disagreement: Disagreement) -> bool:
    return any(stage.gates for stage in disagreement.protocol.stages)


def wrote_something(disagreement: Disagreement, tied: Ties) -> Verdict:
    """An entry is corrected by whoever wrote it, or by the office."""
    return YES if correctable(disagreement, tied.viewer) else no(_("There is nothing here that you wrote."))
