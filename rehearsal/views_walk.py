"""The pages of walking through a protocol: begin and list rehearsals; be somebody, move the clock, delete it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from itertools import groupby
from typing import Any, Concatenate, ParamSpec, cast

from django.contrib import messages
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from partnerships import rehearsing, selectors
from partnerships.models import Membership, Partnership, ProtocolVersion
from partnerships.permissions import why_not_keep
from partnerships.protocol_problems import problems_with
from partnerships.scope import present
from partnerships.templatetags.govuk import moment as moment_words
from partnerships.views import only, partnership_of

from . import walking, walking_clock
from .forms_walk import DayForm
from .walking_bar import part_of

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]
COMING = 10


def of_the_real(view: View[P]) -> View[P]:
    """A page of the real partnership. In a rehearsal its place is where whom to be is chosen: there is none of a rehearsal."""

    @wraps(view)
    def checked(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if partnership_of(request).rehearsal_of_id is not None:
            return redirect("rehearsal:be", partnership_of(request).slug)
        return view(request, *args, **kwargs)

    return cast("View[P]", checked)


def backstage(view: View[P]) -> View[P]:
    """A page of a rehearsal, for whoever looks after the real partnership, whomever they are being; nowhere else."""

    @wraps(view)
    def checked(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if getattr(request, "rehearsed_by", None) is None:
            raise Http404
        return view(request, *args, **kwargs)

    return cast("View[P]", checked)


# ---------------------------------------------------------------- in the real partnership
@of_the_real
@only(why_not_keep)
@require_http_methods(["GET", "HEAD", "POST"])
def walk(request: HttpRequest, slug: str) -> HttpResponse:
    """The rehearsals there are, the versions that can be walked, and those that nobody has deleted for long."""
    partnership = partnership_of(request)
    found = list(walking.rehearsals_of(partnership))
    old = [rehearsal for rehearsal in found if walking.is_old(rehearsal)]
    if request.method == "POST":
        for rehearsal in old:
            walking.delete(rehearsal)
            rehearsing.be_nobody(request.session, rehearsal.pk)
        messages.success(request, f"{_count(len(old), 'rehearsal')} deleted, with everything in {_them(len(old))}.")
        return redirect("rehearsal:walk", slug)
    versions = ProtocolVersion.objects.defer("definition").order_by(F("effective_from").desc(nulls_first=True), "-number")
    context = {
        "rehearsals": [(rehearsal, rehearsal in old) for rehearsal in found],
        "old": len(old),
        "versions": versions,
        "days": walking.KEPT_UNASKED.days,
    }
    return render(request, "rehearsal/walk.html", context)


@of_the_real
@only(why_not_keep)
@require_http_methods(["GET", "HEAD", "POST"])
def walk_version(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Begin a rehearsal of one version, draft or published; where that cannot be, every reason why."""
    version = ProtocolVersion.objects.filter(number=number).first()
    if version is None:
        raise Http404
    partnership = partnership_of(request)
    refused = False
    if request.method == "POST":
        try:
            rehearsal = walking.begin(partnership, version)
        except walking.CannotWalk:
            refused = True  # the page says why
        else:
            return redirect("rehearsal:be", rehearsal.slug)
    context = {
        "version": version,
        "reasons": walking.why_not_walk(partnership, version),
        "has_problems": bool(problems_with(version.protocol)),
    }
    return render(request, "rehearsal/walk_version.html", context, status=409 if refused else 200)


# ---------------------------------------------------------------- in a rehearsal
@backstage
@require_http_methods(["GET", "HEAD", "POST"])
def be(request: HttpRequest, slug: str) -> HttpResponse:
    """Choose whom to be: one button for each invented person."""
    people = list(
        Membership.objects.filter(active=True)
        .select_related("user", "agency")
        .order_by(F("agency__name").asc(nulls_last=True), "pk")
    )
    if request.method == "POST":
        chosen = next((member for member in people if str(member.pk) == request.POST.get("member")), None)
        if chosen is None:
            raise Http404
        rehearsing.be(request.session, partnership_of(request), chosen.user)
        messages.success(request, f"You are being {chosen.user.name}: {part_of(chosen)}.")
        return redirect("escalation:dashboard", slug)
    groups = [(members[0].agency, members) for members in (list(found) for _, found in groupby(people, key=_agency_id))]
    version = selectors.version_in_force()
    context = {"groups": groups, "roles": {role.key: role.name for role in version.protocol.roles} if version else {}}
    return render(request, "rehearsal/walk_be.html", context)


def _agency_id(member: Membership) -> int | None:
    return member.agency_id


@backstage
@require_http_methods(["GET", "HEAD", "POST"])
def clock(request: HttpRequest, slug: str) -> HttpResponse:
    """Let time go by: to the next thing that would happen, by a working day, or to a day that is typed."""
    how = request.POST.get("how", "")
    form = DayForm(request.POST if how == "day" else None)
    problem = ""
    if request.method == "POST" and (how != "day" or form.is_valid()):
        try:
            moved = walking_clock.move(to=_asked_for(how, form))
        except walking_clock.CannotMove as refused:
            problem = str(refused)
        else:
            messages.success(request, _what_happened(moved))
            return redirect(_back(request, slug))
    if problem and form.is_bound:
        form.add_error("day", problem)
    context: dict[str, Any] = {
        "form": form,
        "problem": "" if form.is_bound else problem,
        "next": walking_clock.next_instant(present()),
        "coming": walking_clock.coming(COMING),
    }
    return render(request, "rehearsal/walk_clock.html", context, status=_status(request, form))


def _asked_for(how: str, form: DayForm) -> datetime:
    if how == "day":
        return walking_clock.morning_of(form.cleaned_data["day"])
    if how == "working_day":
        return walking_clock.next_working_day(present())
    following = walking_clock.next_instant(present())
    if following is None:
        raise walking_clock.CannotMove("Nothing would happen by itself: no timescale is running here.")
    return following


def _status(request: HttpRequest, form: DayForm) -> int:
    if request.method != "POST":
        return 200
    return 422 if form.is_bound else 409


def _what_happened(moved: walking_clock.Moved) -> str:
    noted = f"{_count(moved.noted, 'timescale')} came near or passed on the way" if moved.noted else "Nothing happened by itself"
    letters = f", and {_count(moved.letters, 'e-mail')} would have been sent" if moved.letters else ""
    stopped = " The clock was stopped there because so much happened: move it on again." if moved.stopped_early else ""
    return f"It is {moment_words(moved.at)} now. {noted}{letters}.{stopped}"


def _back(request: HttpRequest, slug: str) -> str:
    """The page on which the button was pressed, where it is one of this rehearsal's."""
    back = request.POST.get("back", "")
    own = back.startswith(f"/p/{slug}/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return back if own else reverse("rehearsal:clock", args=[slug])


@backstage
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask first; then everything of it goes in one step."""
    rehearsal = partnership_of(request)
    if request.method == "POST":
        real = _real(rehearsal)
        walking.delete(rehearsal)
        rehearsing.be_nobody(request.session, rehearsal.pk)
        messages.success(request, "The rehearsal was deleted, with everything in it.")
        return redirect("rehearsal:walk", real.slug)
    return render(request, "rehearsal/walk_delete.html", {"real": _real(rehearsal)})


def _real(rehearsal: Partnership) -> Partnership:
    if rehearsal.rehearsal_of is None:
        raise Http404
    return rehearsal.rehearsal_of


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _them(number: int) -> str:
    return "it" if number == 1 else "them"
