"""The partnership's days off: adding or removing one counts the running clocks again, in the same transaction."""

from __future__ import annotations

from datetime import date, timedelta

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from partnerships import selectors as partnership_selectors
from partnerships import services as partnership_services
from partnerships.forms import ClosureForm
from partnerships.models import ClosureDay
from partnerships.permissions import why_not_keep
from partnerships.views import only

from .. import services

AHEAD = timedelta(days=400)


@only(why_not_keep)
@require_http_methods(["GET", "HEAD", "POST"])
def closures(request: HttpRequest, slug: str) -> HttpResponse:
    """Every closure, the bank holidays ahead, and the form for one more."""
    calendar = partnership_selectors.calendar()
    form = ClosureForm(request.POST if request.method == "POST" else None, calendar=calendar)
    if form.is_valid():
        try:
            with transaction.atomic():
                closure = partnership_services.add_closure(**form.cleaned_data)
                moved = services.recount_clocks()
        except partnership_services.PartnershipRefused as refused:
            form.add_error("day", str(refused))
        else:
            messages.success(request, f"{_day(closure.day)} is closed now. {_moved(moved)}")
            return redirect("escalation:closures", slug)
    today = partnership_selectors.today()
    found = list(ClosureDay.objects.all())
    context = {
        "form": form,
        "ahead": [closure for closure in found if closure.day >= today],
        "past": [closure for closure in reversed(found) if closure.day < today],
        "bank_holidays": [
            (day, name)
            for day, name in sorted(calendar.closed.items())
            if today <= day <= today + AHEAD and day not in calendar.own
        ],
        "known_until": calendar.known_until,
    }
    return render(request, "escalation/closures.html", context, status=422 if form.errors else 200)


@only(why_not_keep)
@require_http_methods(["GET", "HEAD", "POST"])
def remove_closure(request: HttpRequest, slug: str, day: str) -> HttpResponse:
    """Ask first, because dates move; then the day counts again."""
    closure = _closure(day)
    if request.method == "POST":
        with transaction.atomic():
            partnership_services.remove_closure(closure)
            moved = services.recount_clocks()
        messages.success(request, f"{_day(closure.day)} counts as a working day again. {_moved(moved)}")
        return redirect("escalation:closures", slug)
    return render(request, "escalation/closure_remove.html", {"closure": closure})


def _closure(day: str) -> ClosureDay:
    try:
        found = ClosureDay.objects.filter(day=date.fromisoformat(day)).first()
    except ValueError:
        found = None
    if found is None:
        raise Http404
    return found


def _day(day: date) -> str:
    return f"{day:%A} {day.day} {day:%B} {day.year}"


def _moved(number: int) -> str:
    if not number:
        return "No running timescale is affected."
    return f"{number} running timescale{' was' if number == 1 else 's were'} counted again; each says so in its chronology."
