"""Who may do what to a disagreement: the one place that decides; every refusal is a sentence. Who may see it: seeing.py."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import wraps
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from partnerships.models import MemberRole
from partnerships.protocol_sentences import listed, role_words
from partnerships.protocol_terms import AuthorityKind, Capacity, RaisedAs, Side
from partnerships.written import say, written

from .conflict import is_named, mediations
from .models import Disagreement, Party, SideProcessRecord
from .moves import YES, Verdict, no
from .seeing import Viewer, known_to, visible_to
from .states import Kind

# Who may see and who may do are asked for in one place.
__all__ = ["Viewer", "known_to", "visible_to"]

PARTIES = gettext_noop("Only the people who act for one of the two sides may do this.")
CLOSERS = gettext_noop("The managers of either side, or the partnership manager, close it.")
MEDIATES = gettext_noop("You mediate in this disagreement, and a mediator settles nothing: it is for the two sides to record.")
ACTING = gettext_noop("Only the managers who act at this step, on either side, may do this.")
SIDES_ALONE = gettext_noop("The two sides propose and answer an outcome themselves. The partnership manager does it for neither.")
DECIDERS = gettext_noop("those who decide")
HOLDERS = {
    Side.RAISING.value: gettext_noop("the raising side"), Side.RECEIVING.value: gettext_noop("the receiving side"),
    Side.BOTH.value: gettext_noop("the two sides"),
}  # fmt: skip


# What a protocol's own permissions are about (Permit.act): the verb, and the kind of entry that it leaves.
PERMITTED = {
    "move_up": "escalate", "step_back": "step_back", "agree": "record_agreement", "withdraw": "withdraw", "reopen": "reopen",
}  # fmt: skip
DONE = {
    "move_up": Kind.ESCALATED, "step_back": Kind.STEPPED_BACK, "agree": Kind.AGREEMENT_RECORDED, "withdraw": Kind.WITHDRAWN,
    "reopen": Kind.REOPENED,
}  # fmt: skip


@dataclass(frozen=True)
class Ties:
    """What binds a viewer to one disagreement: their sides, their roles there, whether they act at this rung, the roles
    in which they stand beside the two sides (the Chair, a sub-group's chair), the panels and the like on which they sit, and
    whether they mediate or have mediated in it."""

    viewer: Viewer
    is_raiser: bool
    sides: frozenset[str]
    roles: frozenset[str]
    manages: bool
    acts_here: bool
    decides_here: bool
    beside: frozenset[str]
    sits_on: frozenset[int] = frozenset()
    mediates: bool = False
    # Wrote it down, whether for their own side or (as a third party, W 2.7) for two other agencies without acting for one.
    recorded: bool = False
    # Takes part, or took part and has left.
    named: bool = False
    closes: bool = False
    office_closes: bool = True
    closers: str = ""
    # What the protocol gives to other people than usual at this step: for each such verb, whether it is given to these.
    permits: Mapping[str, Verdict] = field(default_factory=dict)

    @property
    def is_party(self) -> bool:
        return bool(self.sides) or self.is_raiser


def ties(
    viewer: Viewer,
    disagreement: Disagreement,
    parties: Iterable[Party],
    processes: Iterable[SideProcessRecord] | None = None,
) -> Ties:
    """`processes` are its side processes; a list that offers no act of theirs hands over none, and saves the question."""
    people = list(parties)
    own = [p for p in people if p.left_at is None and p.is_of(viewer.user)]
    roles = frozenset(p.role for p in own)
    acting: set[str] = set()
    deciding = None
    managing: set[str] = set()
    beside: set[str] = set()
    if disagreement.stage:
        stage = disagreement.protocol.stage(disagreement.stage)
        beside = {r.key for r in disagreement.protocol.roles if r.side in (Side.PARTNERSHIP, Side.OUTSIDE)}
        acting = set(stage.acting(disagreement.tier))
        deciding = stage.authority.by if stage.authority and stage.authority.kind != AuthorityKind.MEDIATES else None
        managing = {r.key for r in disagreement.protocol.roles if r.capacity in (Capacity.LEAD, Capacity.SENIOR_MANAGER)}
    held = list(disagreement.side_processes.all() if processes is None and disagreement.stage else processes or ())
    return Ties(
        viewer=viewer,
        is_raiser=viewer.user.pk in disagreement.wrote[:1] and disagreement.raised_as != RaisedAs.THIRD_PARTY,
        recorded=viewer.user.pk in disagreement.wrote,
        named=is_named(viewer.user, people),
        sides=frozenset(p.side for p in own),
        roles=roles,
        manages=bool(roles & managing),
        acts_here=bool(roles & acting),
        decides_here=(deciding is not None and deciding in viewer.protocol_roles) or _on_a_panel(viewer, disagreement, held),
        beside=viewer.protocol_roles & beside,
        sits_on=frozenset(record.pk for record in held if record.ended_at is None and record.seats(viewer.user)),
        mediates=_mediates(viewer, disagreement, held),
        permits=_permits(viewer, disagreement, own),
        **_closing(viewer, disagreement, roles, manages=bool(roles & managing)),
    )


def _permits(viewer: Viewer, disagreement: Disagreement, own: Iterable[Party]) -> dict[str, Verdict]:
    if disagreement.protocol_version is None or not disagreement.stage:
        return {}
    protocol = disagreement.protocol
    beside = {role.key for role in protocol.roles if role.side in (Side.PARTNERSHIP, Side.OUTSIDE)}
    held = (viewer.protocol_roles & beside) | {key for p in own for key in (p.role, f"{p.side}.{p.role}")}
    found = {}
    for permit in protocol.permits:
        if permit.by and disagreement.stage in (permit.stages or (disagreement.stage,)):
            given = bool(held & set(permit.by)) or (permit.office and viewer.is_office)
            named = listed((role_words(protocol, key) for key in permit.by), last="or")
            also = _("The protocol leaves this to: %(who)s, or for the partnership manager.")
            said = also if permit.office else _("The protocol leaves this to: %(who)s.")
            found[PERMITTED[permit.act]] = YES if given else no(say(said, who=written(named)))
    return found


def used_up(disagreement: Disagreement, verb: str, *, at: datetime) -> Verdict:
    """What the protocol lets be done so many times, or only until a timescale has passed, and that is over."""
    if disagreement.protocol_version is None or not disagreement.stage:
        return YES
    recorded_as = "record_agreement" if verb == "agree_to_proposal" else verb
    for permit in disagreement.protocol.permits:
        if PERMITTED[permit.act] != recorded_as or disagreement.stage not in (permit.stages or (disagreement.stage,)):
            continue
        if permit.times and disagreement.chronology.filter(kind=DONE[permit.act]).count() >= permit.times:
            said = ngettext(
                "The protocol lets this be done %(number)s time in all, and it has been.",
                "The protocol lets this be done %(number)s times in all, and it has been.",
                permit.times,
            )
            return no(said % {"number": permit.times})
        ended = disagreement.deadlines.filter(time_limit=permit.within).order_by("-starts_at").first() if permit.within else None
        if ended is not None and ended.due_at <= at:
            return no(say(_("The protocol lets this be done %(within)s, and that time has passed."), within=written(ended.label)))
    return YES


def _closing(viewer: Viewer, disagreement: Disagreement, roles: frozenset[str], *, manages: bool) -> dict[str, Any]:
    """Whether the protocol lets them close it, and who else may, in words."""
    closing = disagreement.protocol.closing if disagreement.protocol_version else None
    if closing is None:
        return {"closes": manages}
    named = [disagreement.protocol.role(key).name for key in closing.by] or [_("the managers of either side")]
    return {
        "closes": bool((roles | viewer.protocol_roles) & set(closing.by)) if closing.by else manages,
        "office_closes": closing.office,
        "closers": ", ".join([*named, *([_("the partnership manager")] if closing.office else [])]),
    }


def _on_a_panel(viewer: Viewer, disagreement: Disagreement, held: Iterable[SideProcessRecord]) -> bool:
    """A panel that was held and may decide: whoever sat on it, or ends it by their role, records what it decided."""
    for record in held:
        process = disagreement.protocol.side_process(record.process)
        ends_it = viewer.protocol_roles & set(process.ended_by)
        if process.may_decide and record.ended_at is not None and (ends_it or record.seats(viewer.user)):
            return True
    return False


def _mediates(viewer: Viewer, disagreement: Disagreement, held: Iterable[SideProcessRecord]) -> bool:
    """By person: by the address that was given, or by the name. It lasts when the mediation has ended (W 3.1c)."""
    user = viewer.user
    return any(record.names(name=user.name, email=user.email) for record in mediations(disagreement, held))


def _parties(t: Ties) -> Verdict:
    return YES if t.is_party or t.viewer.is_office else no(_(PARTIES))


def _acting(t: Ties) -> Verdict:
    if t.acts_here or t.viewer.is_office or (t.manages and t.is_party):
        return YES
    return no(_(ACTING))


def _proposing(t: Ties) -> Verdict:
    """Those who act for a side at this step, or to whom the protocol leaves the agreement; the office is no side."""
    if t.is_party and (t.acts_here or t.manages or t.permits.get("record_agreement")):
        return YES
    return no(_(SIDES_ALONE if t.viewer.is_office and not t.is_party else ACTING))


def _agreeing(t: Ties) -> Verdict:
    """To agree to what was proposed fixes it, so it is for those who may record an agreement."""
    recording = t.permits.get("record_agreement", YES)
    return recording and _proposing(t)


def _receiving_manager(t: Ties) -> Verdict:
    """B Stage One: the receiving line manager confirms in writing to their counterpart. The office may in their place, but
    not where it is itself that counterpart's side."""
    in_their_place = t.viewer.is_office and not (t.is_raiser or Side.RAISING in t.sides)
    if in_their_place or (Side.RECEIVING in t.sides and (t.manages or t.acts_here)):
        return YES
    return no(_("The receiving side's manager confirms the outcome in writing."))


def _side_process(t: Ties) -> Verdict:
    """A panel is called by the Chair and a deep dive by the sub-group's chair (H 2.10, W 3.1a), who are of neither side.
    Which of them may start which process is the protocol's to say, and is checked where it starts."""
    return YES if t.is_party or t.beside or t.sits_on or t.viewer.is_office else no(_(PARTIES))


def _settles(rule: Callable[[Ties], Verdict]) -> Callable[[Ties], Verdict]:
    """Whoever mediates records neither the agreement nor its confirmation, whatever else they are (W 2.3, W 3.1c)."""

    @wraps(rule)
    def not_as_a_mediator(t: Ties) -> Verdict:
        return no(_(MEDIATES)) if t.mediates else rule(t)

    return not_as_a_mediator


def _worker(t: Ties) -> Verdict:
    """What keeps it going is for both sides, and for whoever decides while it is with them."""
    return YES if t.decides_here else _parties(t)


def _writer(t: Ties) -> Verdict:
    """Those who have ever had something to write. Whether an entry is theirs to correct is looked at where it is done."""
    return YES if t.recorded or t.beside or t.sits_on or t.mediates else _worker(t)


def _keeper(t: Ties) -> Verdict:
    """Those who might hold a clock; which of them holds which, `may_change_clock` says."""
    return YES if t.decides_here else _acting(t)


def _receiving(t: Ties) -> Verdict:
    return YES if Side.RECEIVING in t.sides or t.viewer.is_office else no(_("This is for the receiving side to do."))


def _raising(t: Ties) -> Verdict:
    return YES if t.is_raiser or Side.RAISING in t.sides or t.viewer.is_office else no(_("This is for the raising side to do."))


def _decider(t: Ties) -> Verdict:
    """Conflict of interest (conflict.py): somebody named in a disagreement cannot decide it, the office included, and
    having left it makes nobody somebody who may."""
    if t.is_party or t.named:
        return no(_("You are named in this disagreement, so you cannot decide it."))
    if t.recorded:
        return no(_("You recorded this disagreement for others, so you cannot decide it."))
    if t.decides_here or t.viewer.is_office:
        return YES
    return no(_("Only the people who decide at this step may record the decision."))


def _closer(t: Ties) -> Verdict:
    """The managers of either side or the office, unless the protocol says otherwise who may close (Protocol.closing)."""
    if t.closes or (t.viewer.is_office and t.office_closes):
        return YES
    return no(_("It is closed by: %(who)s.") % {"who": t.closers}) if t.closers else no(_(CLOSERS))


def may_change_clock(t: Ties, held_by: str) -> Verdict:
    """A date is changed, and a clock stopped for a while, by those who hold it: the managers of a side its own and those
    of both, whoever decides the partnership's; the office any."""
    if t.viewer.is_office or (t.decides_here and held_by in (Side.PARTNERSHIP, Side.OUTSIDE)):
        return YES
    if (t.acts_here or t.manages) and t.sides and (held_by == Side.BOTH or held_by in t.sides):
        return YES
    whose = _(HOLDERS.get(held_by, DECIDERS))
    return no(_("This date is held by %(whose)s: they, or the partnership manager, may change it.") % {"whose": whose})


def _seer(t: Ties) -> Verdict:
    return YES


PERMISSIONS: dict[str, Callable[[Ties], Verdict]] = {
    "acknowledge": _receiving,
    "book_conversation": _worker,
    "record_conversation": _worker,
    "record_progress": _worker,
    "change_situation": _parties,
    "escalate": _parties,
    "step_back": _acting,
    "propose_outcome": _settles(_proposing),
    "agree_to_proposal": _settles(_agreeing),
    "decline_proposal": _settles(_proposing),
    "withdraw_proposal": _settles(_proposing),
    "record_agreement": _settles(_acting),
    "confirm_outcome": _settles(_receiving_manager),
    "dispute_outcome": _parties,
    "record_decision": _settles(_decider),
    "pass_on": _receiving,
    "change_party": _acting,
    "vary_timescale": _keeper,
    "pause_clock": _keeper,
    "resume_clock": _keeper,
    "flag": _parties,
    "unflag": _parties,
    "record_gate": _parties,
    "start_side_process": _side_process,
    "change_side_process": _side_process,
    "end_side_process": _side_process,
    "withdraw": _raising,
    "tell_raiser": _parties,
    "record_satisfaction": _parties,
    "confirm_on_file": _parties,
    "record_learning": _parties,
    "add_action": _worker,
    "finish_action": _parties,
    "link": _parties,
    "correct": _writer,
    "reopen": _parties,
    "close": _closer,
    "open": _seer,
}


def may(verb: str, tied: Ties) -> Verdict:
    own = tied.permits.get(verb)
    if own is None:
        return PERMISSIONS[verb](tied)
    return no(_(MEDIATES)) if tied.mediates and verb == "record_agreement" else own


def may_raise(viewer: Viewer) -> Verdict:
    """Anyone who works with children in the partnership may raise; those who only look after the product may not."""
    workers = viewer.roles - {MemberRole.PROTOCOL_ADMINISTRATOR, MemberRole.OBSERVER, MemberRole.GUEST}
    return YES if workers else no(_("Your role here does not raise disagreements."))


def may_let_in(viewer: Viewer) -> Verdict:
    """Who comes in is the office's to say: a protocol administrator sees no disagreement, and so not to what."""
    return YES if viewer.is_office else no(_("Only the partnership manager says who is let in."))


def may_end_access(t: Ties, sides: frozenset[str]) -> Verdict:
    """A wrong recipient is taken out by the office, or by a manager of the side that named them; `sides` is theirs."""
    if t.viewer.is_office or (t.manages and bool(t.sides & sides)):
        return YES
    return no(_("The partnership manager, or a manager of the side that named them, ends their access."))


def may_track(viewer: Viewer) -> Verdict:
    """The tracker and its export show everything raised in the partnership, so they are the office's."""
    return YES if viewer.is_office else no(_("Only the partnership manager sees everything that was raised in the partnership."))


def may_see_team(viewer: Viewer) -> Verdict:
    """Whoever answers for other people's work at an agency. What they see there is no more than they may see anyway."""
    answers = viewer.roles & {MemberRole.LEAD, MemberRole.SENIOR_MANAGER}
    return YES if answers else no(_("Your team’s page is for safeguarding leads, line managers and senior managers."))


def may_see_readers(viewer: Viewer) -> Verdict:
    """Who read what is for whoever answers for the record, and for nobody whom it is about."""
    return YES if viewer.is_office else no(_("Only the partnership manager sees who has read what."))


def may_share_across(t: Ties) -> Verdict:
    """Bringing in another partnership's people is dealing with that partnership, and opens the record beyond this one's own
    agencies: the office's, whoever asks for it."""
    return YES if t.viewer.is_office else no(_("Only the partnership manager brings in people of another partnership."))


def may_add_file(t: Ties) -> Verdict:
    """Whoever keeps it going may put a file with it: both sides, those who decide while it is with them, and the office."""
    return _worker(t)


def may_copy_for_file(t: Ties) -> Verdict:
    """The text for an agency's own record is for whoever acts for one of the two agencies, and for the office."""
    return _parties(t)


def may_remove_file(viewer: Viewer, *, added_by: int) -> Verdict:
    if viewer.is_office or viewer.user.pk == added_by:
        return YES
    return no(_("Only the person who added the file, or the partnership manager, may take it away."))


def may_see_numbers(viewer: Viewer) -> Verdict:
    """Observers see numbers only, and nobody else sees the whole partnership's but the office."""
    seeing = viewer.is_office or MemberRole.OBSERVER in viewer.roles
    return YES if seeing else no(_("Only observers and the partnership manager see the numbers of the whole partnership."))
