"""Reminding whoever's turn it is, and saying who in the office follows it: one disagreement, or many from the tracker."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from ..forms.tracker_many import FollowForm
from ..models import Disagreement
from ..moves import NotPermitted, Refused
from ..permissions import Viewer, may_track
from ..services.following import IN_PEACE, LeftOut, chase, follow
from ..tracker import counted, tracked
from .acting import get_for
from .tracker import asked_of, narrowed, tracking_viewer

# So many at once: each is an act of its own, and more would be a flood of e-mails rather than a considered reminder.
AT_ONCE = 100
NONE_CHOSEN = "You chose none. Tick the boxes beside the references, or choose “all that match”."


@dataclass(frozen=True)
class Result:
    """What became of one of them: done with what, or not and why."""

    disagreement: Disagreement
    done: str = ""
    refused: str = ""
    left_out: tuple[LeftOut, ...] = ()


@require_POST
def many(request: HttpRequest, slug: str) -> HttpResponse:
    """First which, and how many; then, once that is confirmed, each on its own: what cannot be done is told by its reference
    and the reason, and the rest is done."""
    viewer = tracking_viewer(request)
    act = request.POST.get("act", "")
    if act not in ("chase", "follow"):
        raise PermissionDenied("There is nothing of this kind to do here.")
    asked = asked_of(request, viewer)
    rest = asked.query().urlencode()
    context: dict[str, Any] = {"act": act, "rest": rest, "at_once": AT_ONCE, "in_peace": IN_PEACE}
    refs = [ref for ref in dict.fromkeys(request.POST.getlist("ref")) if "\x00" not in ref]
    if request.POST.get("which") == "all" and "sure" not in request.POST:
        fitting = narrowed(asked, viewer)
        context["count"] = count = counted(fitting)
        chosen = list(fitting[:AT_ONCE]) if count.number <= AT_ONCE else []
    else:
        context["count"] = len(refs)
        chosen = list(tracked(viewer).filter(reference__in=refs).order_by("pk")) if len(refs) <= AT_ONCE else []
    form = FollowForm(request.POST if "sure" in request.POST and act == "follow" else None, user=viewer.user)
    if not chosen:
        too_many = f"That is {context['count']}. At most {AT_ONCE} at once: narrow the tracker further first."
        context["refused"] = too_many if context["count"] else NONE_CHOSEN
        return render(request, "escalation/tracker_many.html", context, status=422)
    context |= {"form": form, "chosen": chosen}
    if "sure" not in request.POST:
        return render(request, "escalation/tracker_many.html", context)
    if act == "follow" and not form.is_valid():
        return render(request, "escalation/tracker_many.html", context, status=422)
    does = _chases(viewer) if act == "chase" else _follows(viewer, form)
    context["results"] = [_each(one, does) for one in sorted(chosen, key=lambda d: d.pk)]
    context["done"] = sum(1 for result in context["results"] if result.done)
    return render(request, "escalation/tracker_done.html", context)


Does = Callable[[Disagreement], Result]


def _each(one: Disagreement, does: Does) -> Result:
    try:
        return does(one)
    except (Refused, NotPermitted) as refused:
        return Result(one, refused=str(refused))


def _chases(viewer: Viewer) -> Does:
    def does(one: Disagreement) -> Result:
        found = chase(one.pk, viewer=viewer)
        return Result(one, done=f"Reminded: {', '.join(found.reminded)}", left_out=found.left_out)

    return does


def _follows(viewer: Viewer, form: FollowForm) -> Does:
    who = form.who

    def does(one: Disagreement) -> Result:
        follow(one.pk, viewer=viewer, who=who)
        return Result(one, done=f"Followed by {who.name}" if who else "Followed by nobody yet")

    return does


def _one(request: HttpRequest, reference: str) -> tuple[Viewer, Disagreement]:
    viewer, disagreement = get_for(request, reference)
    if not (verdict := may_track(viewer)):
        raise PermissionDenied(verdict.sentence)
    return viewer, disagreement


@require_http_methods(["GET", "HEAD", "POST"])
def chase_one(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    viewer, disagreement = _one(request, reference)
    context: dict[str, Any] = {"disagreement": disagreement, "in_peace": IN_PEACE}
    if request.method != "POST":
        return render(request, "escalation/tracker_chase.html", context)
    try:
        found = chase(disagreement.pk, viewer=viewer)
    except Refused as refused:
        return render(request, "escalation/tracker_chase.html", context | {"refused": str(refused)}, status=409)
    out = "".join(f" Not reminded: {one}." for one in found.left_out)
    messages.success(request, f"A reminder goes to {', '.join(found.reminded)}.{out}")
    return redirect(disagreement.get_absolute_url())


@require_http_methods(["GET", "HEAD", "POST"])
def follow_one(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    viewer, disagreement = _one(request, reference)
    form = FollowForm(request.POST if request.method == "POST" else None, user=viewer.user, now=disagreement.followed_by)
    context: dict[str, Any] = {"disagreement": disagreement, "form": form}
    if request.method != "POST":
        return render(request, "escalation/tracker_follow.html", context)
    if not form.is_valid():
        return render(request, "escalation/tracker_follow.html", context, status=422)
    try:
        follow(disagreement.pk, viewer=viewer, who=form.who)
    except Refused as refused:
        form.add_error(None, str(refused))
        return render(request, "escalation/tracker_follow.html", context, status=409)
    messages.success(request, f"{form.who.name} follows it." if form.who else "Nobody follows it yet.")
    return redirect(disagreement.get_absolute_url())
