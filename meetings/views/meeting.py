"""One meeting: its days, its pack as it would be issued now, what it decided, and whether that was done."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from documents.html import as_section
from escalation.models import Reading
from escalation.moves import Refused
from escalation.reading import note_reading
from partnerships import selectors as partnership_selectors

from .. import groups, services
from ..forms import OFFICES_OWN, DecisionForm, DoneForm, MeetingForm
from ..models import Decision, Meeting
from ..pack import pack
from .asking import meeting_of, preparing_viewer

GET_OR_POST = ["GET", "HEAD", "POST"]


@require_http_methods(GET_OR_POST)
def new(request: HttpRequest, slug: str) -> HttpResponse:
    """Filled in with the group that was asked for and the days since its last meeting: one press makes the pack."""
    viewer = preparing_viewer(request)
    known = groups.sub_groups()
    today = partnership_selectors.today()
    asked = request.GET.get("group", "")
    group = asked if asked in known else (known[0] if known else "")
    initial = {"group": group or OFFICES_OWN, "held_on": today, "first": min(groups.begins(group, today), today)}
    form = MeetingForm(request.POST if request.method == "POST" else None, groups=known, initial=initial)
    return _kept(request, form, None, viewer) or _filled_in(request, form, None)


@require_http_methods(GET_OR_POST)
def change(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    viewer = preparing_viewer(request)
    found = meeting_of(number)
    form = MeetingForm(request.POST if request.method == "POST" else None, groups=groups.sub_groups(), meeting=found)
    return _kept(request, form, found, viewer) or _filled_in(request, form, found)


def _kept(request: HttpRequest, form: MeetingForm, found: Meeting | None, viewer: Any) -> HttpResponse | None:
    if not form.is_valid():
        return None
    try:
        meeting = services.keep_meeting(found, viewer=viewer, **form.facts())
    except Refused as twice:
        form.add_error("held_on", str(twice))
        return None
    return redirect(meeting.get_absolute_url())


def _filled_in(request: HttpRequest, form: MeetingForm, found: Meeting | None) -> HttpResponse:
    context = {"form": form, "meeting": found}
    return render(request, "meetings/change.html", context, status=422 if form.errors else 200)


@require_safe
def meeting(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The pack as it is now. What was issued stands beside, and stays as it was."""
    viewer = preparing_viewer(request)
    found = meeting_of(number)
    document = pack(viewer, found)
    note_reading(request, Reading.What.TRACKER, list="pack for a meeting")
    context = {
        "meeting": found,
        "document": document,
        "body": mark_safe(as_section(document)),  # noqa: S308  (documents.html escapes every word)
        "issued": list(found.issued.select_related("issued_by")),
        "decisions": list(found.decisions.all()),
    }
    return render(request, "meetings/meeting.html", context)


@require_POST
def issue(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    viewer = preparing_viewer(request)
    issued = services.issue_pack(meeting_of(number), viewer=viewer)
    messages.success(request, "The pack is issued. It stays as it is now.")
    return redirect("meetings:issued", slug, issued.pk)


@require_http_methods(GET_OR_POST)
def decide(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Write down what the meeting decided."""
    viewer = preparing_viewer(request)
    found = meeting_of(number)
    form = DecisionForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        services.record_decision(found, viewer=viewer, **form.cleaned_data)
        messages.success(request, "The decision is written down. The next pack says it.")
        return redirect(found.get_absolute_url())
    return render(request, "meetings/decide.html", {"form": form, "meeting": found}, status=422 if form.errors else 200)


@require_http_methods(GET_OR_POST)
def done(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Say that what was decided is done."""
    preparing_viewer(request)
    decision = Decision.objects.select_related("meeting__partnership").filter(pk=number).first()
    if decision is None:
        raise Http404
    initial = {"done_on": decision.done_on or partnership_selectors.today(), "came_of_it": decision.came_of_it}
    form = DoneForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        services.say_done(decision, **form.cleaned_data)
        messages.success(request, "It is written down as done.")
        return redirect(decision.meeting.get_absolute_url())
    return render(request, "meetings/done.html", {"form": form, "decision": decision}, status=422 if form.errors else 200)
