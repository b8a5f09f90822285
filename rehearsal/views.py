"""The pages on which a protocol is rehearsed before it is published: the start, the timeline and its file."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from escalation.exporting import BYTE_ORDER_MARK, Line, harmless
from notifications import gathering
from notifications.audiences import Person
from partnerships import selectors
from partnerships.editor.sections_words import plain_sentences
from partnerships.ladder import openings
from partnerships.models import Agency, Contact, ProtocolVersion, VersionStatus
from partnerships.permissions import why_not_keep
from partnerships.protocol import Protocol
from partnerships.protocol_problems import clocks, holders, names, problems_with
from partnerships.scope import present
from partnerships.views import only, partnership_of
from partnerships.working_days import LONDON

from . import wording
from .casting import Cast
from .forecast import Forecast, forecast, in_office_hours
from .situation import Situation

HEADINGS = (
    "Date", "Time", "What happens", "In words", "Timescale that starts", "By when", "How it was counted", "Held by",
    "Told", "Side", "Who that is", "Asked", "Clause",
)  # fmt: skip


# Without these a rehearsal cannot be told at all.
FIRST = (names.repeated, names.unknown, clocks.clocks, holders.loops)


def version_of(number: int) -> ProtocolVersion:
    """A draft or a published version of the partnership; anything else is not there."""
    found = ProtocolVersion.objects.filter(number=number).first()
    if found is None:
        raise Http404
    return found


def faults_of(version: ProtocolVersion) -> list[str]:
    """Why a draft cannot be rehearsed yet: it names what is not there, its clocks cannot be counted, or nothing can begin.
    Whatever else keeps it from being published is told beside the rehearsal (`doubts_of`). A published one has none."""
    if version.status == VersionStatus.PUBLISHED:
        return []
    found = plain_sentences(version.protocol, (problem for check in FIRST for problem in check(version.protocol)))
    return found if found or openings(version.protocol) else ["A disagreement cannot start anywhere: say at which step it may."]


def doubts_of(version: ProtocolVersion) -> int:
    """How many problems keep a draft from being published, and not from being rehearsed."""
    return 0 if version.status == VersionStatus.PUBLISHED else len(problems_with(version.protocol))


@only(why_not_keep)
@require_safe
def index(request: HttpRequest, slug: str) -> HttpResponse:
    """Which version is to be rehearsed, and how."""
    versions = ProtocolVersion.objects.defer("definition").order_by("-number")
    drafts = [version for version in versions if version.status == VersionStatus.DRAFT]
    published = [version for version in versions if version.status == VersionStatus.PUBLISHED]
    return render(request, "rehearsal/index.html", {"drafts": drafts, "published": published})


@only(why_not_keep)
@require_safe
def timeline(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """What would happen if nobody acted."""
    version = version_of(number)
    context: dict[str, Any] = {"version": version, "protocol": version.protocol, "faults": faults_of(version)}
    if context["faults"]:
        return render(request, "rehearsal/timeline.html", context)
    context["doubts"] = doubts_of(version)
    form = context["form"] = _form(request, version)
    if not form.is_valid():
        return render(request, "rehearsal/timeline.html", context, status=422)
    found = _foretold(form)
    query = request.GET.urlencode()
    context |= {
        "entries": wording.timeline(found, calendar=selectors.calendar()),
        "summary": wording.summary(found),
        "ending": wording.ending(found),
        "moves_up": form.moves_up,
        "chosen": form.chosen(),
        "file": f"{reverse('rehearsal:timeline_file', args=[slug, number])}{f'?{query}' if query else ''}",
        "more_open": any(name in request.GET for name in form.folded()),
    }
    return render(request, "rehearsal/timeline.html", context)


@only(why_not_keep)
@require_safe
def timeline_file(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The same timeline for a spreadsheet: a line for each person told, and one for what nobody is told of."""
    version = version_of(number)
    if faults_of(version) or not (form := _form(request, version)).is_valid():
        return redirect(f"{reverse('rehearsal:timeline', args=[slug, number])}?{request.GET.urlencode()}")
    writer = csv.writer(Line())
    lines = [BYTE_ORDER_MARK + writer.writerow(HEADINGS)]
    for entry in wording.timeline(_foretold(form), calendar=selectors.calendar()):
        lines += [writer.writerow([harmless(cell) for cell in row]) for row in rows_of(entry)]
    response = HttpResponse("".join(lines), content_type="text/csv; charset=utf-8")
    name = f"if-nobody-acts-{partnership_of(request).slug}-version-{number}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


def rows_of(entry: wording.Entry) -> Iterator[list[str]]:
    local = entry.at.astimezone(LONDON)
    day, time = f"{local:%Y-%m-%d}", f"{local:%H:%M}"
    for event in entry.events:
        first = [day, time, event.sort, " ".join((event.title + ".", *event.sentences))]
        yield [*first, *[""] * 8, event.clause]
        for date in event.dates:
            yield [day, time, event.sort, event.title, date.purpose, date.by, date.why, date.held_by, "", "", "", "", date.clause]
        for told in event.told:
            asks = " ".join(told.asks)
            yield [day, time, event.sort, event.title, "", "", "", "", told.role, told.side, told.who, asks, told.clause]
        for sentence in event.nobody:
            yield [day, time, event.sort, event.title, "", "", "", "", "Nobody", "", sentence, "", ""]


def _form(request: HttpRequest, version: ProtocolVersion) -> Situation:
    """Where no time is chosen, the next office hours are proposed: then most people raise one."""
    proposed = in_office_hours(present(), selectors.calendar())
    return Situation(request.GET, version=version, agencies=Agency.objects.filter(active=True), now=proposed)


def _foretold(form: Situation) -> Forecast:
    cast = Cast(directory=directory(form.protocol), agencies=form.sides())
    return forecast(form.protocol, form.start, calendar=selectors.calendar(), cast=cast, until=form.until, moves_up=form.moves_up)


def directory(protocol: Protocol) -> tuple[Person, ...]:
    """Whom the partnership has listed today, and the contacts that publishing this protocol would add to them."""
    contacts = list(Contact.objects.order_by("pk"))
    known = {contact.key for contact in contacts}
    added = [Person(role=part.role or "", email=part.email) for part in protocol.contacts if part.key not in known and part.email]
    return (*gathering.directory(contact for contact in contacts if contact.active), *added)
