"""Everything that is kept about one disagreement, in parts that are given or left out; reads rows, decides nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import groupby

from django.utils.formats import date_format

from escalation.corrections import texts_of
from escalation.for_somebody import recorded_by
from escalation.models import Attachment, Check, ChronologyEntry, Disagreement, Learning, Party, Reading
from escalation.proposals import shown
from escalation.selectors import SIDE_WORDS, under, where
from escalation.sentences import sentence
from escalation.states import STATE_WORDS, Kind
from escalation.views.chronology import DESTROYED
from escalation.views.what_was_written import written
from notifications.models import Message, Notice
from partnerships.protocol_terms import Side
from partnerships.templatetags.govuk import moment

from .redacting import Part

BY_PROGRAM = ", by a program"
Lines = Iterable[tuple[str, str]]


def gather(disagreement: Disagreement, *, until: datetime, readings: bool, without: int | None = None) -> list[Part]:
    """What the record held at a moment, in the order of a reader. `without`: the disclosure whose own entry is no part of
    what it gives. Files are named; what is in them is given beside the copy."""
    return [
        *_about(disagreement),
        *_people(disagreement, until),
        *_happened(disagreement, until, without),
        *_outcomes(disagreement, until),
        *_followed(disagreement, until),
        *_side_processes(disagreement, until),
        *_files(disagreement, until),
        *_told(disagreement, until),
        *(_read(disagreement, until) if readings else ()),
    ]


def _part(key: str, section: str, heading: str, lines: Lines) -> Part:
    return Part(key, section, heading, tuple((label, text) for label, text in lines if text))


def _day(day: date | None) -> str:
    return date_format(day, "j F Y") if day else ""


def _about(d: Disagreement) -> Iterator[Part]:
    standing = (
        ("Reference", d.reference or ""),
        ("State", STATE_WORDS[d.standing]),
        ("Where it stands", where(d)),
        ("Protocol", under(d) or str(d.protocol_version or "")),
        ("Raised by the agency", str(d.raising_agency or "")),
        ("Raised with the agency", str(d.receiving_agency or "")),
        ("Raised on", moment(d.raised_at)),
        ("Ended on", moment(d.ended_at)),
    )
    yield _part("standing", "What it is about", "Where it stands", standing)
    for row in written(d):
        yield _part(f"about_{_short(row['key'])}", "What it is about", row["key"], [("Answer", row["value"])])


def _people(d: Disagreement, until: datetime) -> Iterator[Part]:
    for party in Party.objects.filter(disagreement=d, joined_at__lte=until).select_related("agency").order_by("joined_at", "pk"):
        lines = (
            ("Side", SIDE_WORDS[Side(party.side)]),
            ("Role", party.role_name(d.protocol)),
            ("Name", party.name),
            ("Post", party.job_title),
            ("Agency", str(party.agency or "")),
            ("E-mail", party.email),
            ("Telephone", party.telephone),
            ("First opened it on", moment(party.first_opened_at)),
            ("From", moment(party.joined_at)),
            ("Until", moment(party.left_at)),
        )
        yield _part(f"party_{party.pk}", "Who takes part", party.name, lines)


def _happened(d: Disagreement, until: datetime, without: int | None) -> Iterator[Part]:
    entries = [
        entry
        for entry in ChronologyEntry.objects.filter(disagreement=d, at__lte=until)
        .select_related("actor", "on_behalf_of")
        .order_by("seq")
        if not (entry.kind == Kind.DISCLOSED and entry.data.get("disclosure") == without)
    ]
    texts = texts_of(entries)
    numbers = {entry.seq: number for number, entry in enumerate(entries, start=1)}
    people = list(Party.objects.filter(disagreement=d))
    for entry in entries:
        destroyed = DESTROYED if entry.words_id and entry.words_id not in texts else ""
        lines = (
            ("When", moment(entry.at)),
            ("By", recorded_by(str(entry.actor), entry.data, people) if entry.actor else "The tracker itself"),
            ("On behalf of", str(entry.on_behalf_of) if entry.on_behalf_of and "for_party" not in entry.data else ""),
            ("Corrects", f"Entry {numbers.get(entry.data['corrects'], '')}" if "corrects" in entry.data else ""),
            ("Words", destroyed or (texts[entry.words_id] if entry.words_id else "")),
        )
        heading = f"{numbers[entry.seq]}. {sentence(entry, d.protocol)}"
        yield _part(f"entry_{entry.seq}", "What happened", heading, lines)


def _proposed(d: Disagreement, until: datetime) -> Iterator[Part]:
    """What one side proposed as the outcome, and what became of it until then. Words that were agreed stand below as well."""
    for proposal in d.proposals.filter(proposed_at__lte=until).select_related("proposed_by", "ended_by"):
        answered = proposal.ended_at is not None and proposal.ended_at <= until
        plan = (f"{one['what']} ({one['owner']}, by {_day(date.fromisoformat(one['due']))})" for one in proposal.plan)
        said = shown(proposal, d.protocol).answers
        lines = (
            ("Words", proposal.text),
            ("Who does what by when", "\n".join(plan)),
            ("Still to be done", proposal.outstanding),
            *said,
            ("Proposed by", f"{proposal.proposed_by}, {SIDE_WORDS[Side(proposal.side)]}"),
            ("Proposed on", moment(proposal.proposed_at)),
            ("What became of it", f"{proposal.get_ended_display()}, {moment(proposal.ended_at)}" if answered else ""),
            ("By", str(proposal.ended_by) if answered and proposal.ended_by else ""),
            ("What is still disagreed", proposal.reply if answered else ""),
        )
        yield _part(f"proposal_{proposal.pk}", "Outcomes", "Proposed", lines)


def _outcomes(d: Disagreement, until: datetime) -> Iterator[Part]:
    yield from _proposed(d, until)
    for outcome in d.outcomes.filter(recorded_at__lte=until).select_related("recorded_by", "proposal__proposed_by"):
        lines = (
            ("Words", outcome.text),
            ("Still to be done", outcome.outstanding),
            ("Proposed by", str(outcome.proposal.proposed_by) if outcome.proposal else ""),
            ("Agreed by" if outcome.proposal else "Recorded by", str(outcome.recorded_by)),
            ("Recorded on", moment(outcome.recorded_at)),
            ("Confirmed in writing on", moment(outcome.confirmed_at)),
            ("Not agreed after all, on", moment(outcome.disputed_at)),
        )
        yield _part(f"outcome_{outcome.pk}", "Outcomes", outcome.get_how_display(), lines)


def _followed(d: Disagreement, until: datetime) -> Iterator[Part]:
    for action in d.actions.all():
        done = (("Who", action.owner), ("By", _day(action.due)), ("Done on", moment(action.finished_at)))
        yield _part(f"action_{action.pk}", "Actions", action.what, done)
    for check in Check.objects.filter(disagreement=d, at__lte=until).select_related("agency", "by"):
        noted = (("Agency", str(check.agency or "")), ("By", str(check.by)), ("On", moment(check.at)), ("Answer", check.answer))
        yield _part(f"check_{check.pk}", "Checks", check.what.replace("_", " ").capitalize(), noted)
    for learned in Learning.objects.filter(disagreement=d, recorded_at__lte=until):
        lines = (
            ("Words", learned.text),
            ("Needs", learned.get_needs_display()),
            ("Taken up by", learned.sub_group),
            ("Recorded on", moment(learned.recorded_at)),
        )
        yield _part(f"learning_{learned.pk}", "Learning", f"Learning, {moment(learned.recorded_at)}", lines)


def _side_processes(d: Disagreement, until: datetime) -> Iterator[Part]:
    for record in d.side_processes.filter(started_at__lte=until).select_related("started_by"):
        lines = (
            ("Started by", str(record.started_by)),
            ("Started on", moment(record.started_at)),
            ("Members", ", ".join(member["name"] for member in record.members)),
            ("Members before", ", ".join(member["name"] for member in record.former)),
            ("What was lacking", record.warning),
            ("Why it went on", record.accepted),
            ("Choice", record.choice),
            ("Answers", "\n".join(str(answer) for answer in record.answers)),
            ("Outcome", record.outcome),
            ("Ended on", moment(record.ended_at)),
        )
        name = d.protocol.side_process(record.process).name
        yield _part(f"side_{record.pk}", "Beside the steps", name, lines)


def _files(d: Disagreement, until: datetime) -> Iterator[Part]:
    for file in Attachment.objects.filter(disagreement=d, added_at__lte=until).select_related("added_by"):
        lines = (
            ("Added by", str(file.added_by)),
            ("Added on", moment(file.added_at)),
            ("Size", f"{file.size:,} bytes"),
            ("State", file.get_state_display()),
            ("SHA-256", file.sha256),
        )
        yield _part(f"file_{file.pk}", "Files", file.name, lines)


def _told(d: Disagreement, until: datetime) -> Iterator[Part]:
    """By recipient: what one person was told is given or left out as a whole."""
    notices = Notice.objects.filter(disagreement=d, message__created_at__lte=until).select_related("message")
    messages = {notice.message.pk: notice.message for notice in notices.order_by("message_id") if notice.message}
    told: dict[str, list[Message]] = {}
    for message in messages.values():
        told.setdefault(message.to_email, []).append(message)
    for email, theirs in told.items():
        lines = (
            (message.subject, f"{message.get_state_display()}, {moment(message.sent_at or message.created_at)}")
            for message in theirs
        )
        yield _part(f"told_{_short(email)}", "Who was told", f"{theirs[0].to_name} <{email}>", lines)


def _read(d: Disagreement, until: datetime) -> Iterator[Part]:
    """By reader, each look in a line."""
    found = Reading.objects.filter(disagreement=d, at__lte=until).select_related("by").order_by("by_id", "at", "pk")
    for reader, theirs in groupby(found, key=lambda reading: reading.by):
        lines = [
            (moment(reading.at), f"{reading.get_what_display()}{BY_PROGRAM if reading.by_program else ''}") for reading in theirs
        ]
        yield _part(f"reader_{reader.pk}", "Who read it", str(reader), lines)


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:10]
