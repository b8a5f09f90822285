"""What runs or ran beside the steps of one disagreement, as its page shows it: a card for each; decides nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from partnerships.models import Agency
from partnerships.protocol import Protocol, SideProcess
from partnerships.protocol_sentences import listed
from partnerships.protocol_terms import ProcessKind
from partnerships.written import Written, say, written

from ..models import Disagreement, SideProcessRecord
from ..services import may_end

# What those who sit on each kind of thing do there.
SITTING: dict[ProcessKind, str] = {
    ProcessKind.PANEL: gettext_noop("Sits on it"),
    ProcessKind.HIGH_RISK_PANEL: gettext_noop("Sits on it"),
    ProcessKind.MEDIATION: gettext_noop("Mediates"),
    ProcessKind.MEETING: gettext_noop("Meets"),
    ProcessKind.REFLECTIVE_SESSION: gettext_noop("In the core group"),
    ProcessKind.CONFERENCE_REQUEST: gettext_noop("Takes part"),
    ProcessKind.DEEP_DIVE: gettext_noop("Looks into it"),
    ProcessKind.LOG: gettext_noop("Keeps it"),
}


@dataclass(frozen=True)
class Card:
    """What templates/escalation/parts/beside.html shows. `rows` are a summary list's."""

    record: SideProcessRecord
    name: str
    rows: tuple[dict[str, object], ...]
    last_resort: str


def cards(disagreement: Disagreement) -> list[Card]:
    records = list(disagreement.side_processes.all())
    wanted = {member["agency"] for record in records for member in record.members if member["agency"]}
    agencies = {a.pk: a.name for a in Agency.objects.filter(pk__in=wanted)} if wanted else {}
    return [_card(record, disagreement.protocol, agencies) for record in records]


def _card(record: SideProcessRecord, protocol: Protocol, agencies: Mapping[int, str]) -> Card:
    process = protocol.side_process(record.process)
    who = [f"{member['name']}{_of(agencies.get(member['agency'] or 0))}" for member in record.members]
    rows: list[tuple[str, object]] = [
        (_("What it is"), _what(process, protocol)),
        (_(SITTING[process.kind]), who),
        (_("Why it goes on all the same"), written(record.accepted)),
    ]
    rows += _ended(record, process) if record.ended_at else _running(process, protocol)
    asked_for = process.choices and record.choice == process.choices[0]
    return Card(
        record=record,
        name=process.name,
        rows=tuple(_row(key, value) for key, value in rows if value),
        last_resort=process.last_resort if record.ended_at and not asked_for else "",
    )


def _row(key: str, value: object) -> dict[str, object]:
    return {"key": key, "paragraphs" if isinstance(value, list) else "value": value, "written": isinstance(value, Written)}


def _of(agency: str | None) -> str:
    return f" ({agency})" if agency else ""


def _what(process: SideProcess, protocol: Protocol) -> list[str]:
    beside = (
        _("It takes the place of the %(steps)s: while it runs, the dates stand still and nothing moves up.")
        if process.instead
        else _("It runs beside the %(steps)s, which go on.")
    )
    decides = _("What it arrives at may be recorded as the decision.") if process.may_decide else _("It does not decide.")
    return [say(beside, steps=written(f"{protocol.step_word}s")), decides]


def _running(process: SideProcess, protocol: Protocol) -> list[tuple[str, object]]:
    roles = listed((protocol.role(key).name for key in may_end(process)), last="or")
    asks = [written(part) for part in (process.asks, *process.questions) if part]
    office = _("The partnership manager")
    ends = _("%(roles)s, whoever takes part in it, or the partnership manager")
    if process.kind == ProcessKind.LOG:
        ends = _("%(roles)s, or the partnership manager")
    return [
        (_("What is asked"), asks),
        (_("How it can end"), written("; ".join(process.choices))),
        (_("Who can end it"), say(ends, roles=written(roles)) if roles else office),
    ]


def _ended(record: SideProcessRecord, process: SideProcess) -> list[tuple[str, object]]:
    answered = [(written(question), written(answer)) for question, answer in zip(process.questions, record.answers, strict=False)]
    return [(_("How it ended"), written(record.choice)), (_("What came of it"), written(record.outcome)), *answered]
