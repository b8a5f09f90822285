"""The page that runs the last real disagreements through a draft, for each keeper of the protocol as far as they may see."""

from __future__ import annotations

from dataclasses import dataclass

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from escalation.permissions import may_track
from escalation.views.acting import viewer_of
from partnerships import selectors
from partnerships.models import ProtocolVersion
from partnerships.permissions import why_not_keep
from partnerships.scope import present
from partnerships.views import only

from .past import Past, last, untouched
from .replaying import Change, differences
from .views import doubts_of, faults_of, version_of

NUMBERS = ("10", "25", "50", "100", "200")


class HowMany(forms.Form):
    label_size = "s"

    last = forms.ChoiceField(
        label="How many of the last disagreements",
        choices=[(number, number) for number in NUMBERS],
        error_messages={"invalid_choice": "Choose one of the numbers in the list: 200 at most"},
    )


@dataclass(frozen=True)
class Replayed:
    """One disagreement. `title` is its reference only for whoever may read it."""

    title: str
    href: str
    changes: tuple[Change, ...]


@only(why_not_keep)
@require_safe
def replay(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """What would have been different. A protocol administrator may not read disagreements: they see a number in the place
    of the reference, and the steps, dates and roles alone."""
    version = version_of(number)
    form = HowMany({"last": request.GET.get("last") or NUMBERS[0]})
    context = {"version": version, "protocol": version.protocol, "form": form, "faults": faults_of(version)}
    if context["faults"]:
        return render(request, "rehearsal/replay.html", context)
    context["doubts"] = doubts_of(version)
    if not form.is_valid():
        return render(request, "rehearsal/replay.html", context, status=422)
    found = _replayed(version, at_most=int(form.cleaned_data["last"]), named=bool(may_track(viewer_of(request))))
    different = [one for one in found if one.changes]
    context |= {
        "found": found,
        "different": different,
        "same": [one for one in found if not one.changes],
        "refused": sum(bool(change.refused) for one in found for change in one.changes),
        "dates": sum(bool(change.dates) for one in found for change in one.changes),
        "told": sum(bool(change.told) for one in found for change in one.changes),
        "shown": True,
    }
    return render(request, "rehearsal/replay.html", context)


def _replayed(version: ProtocolVersion, *, at_most: int, named: bool) -> list[Replayed]:
    calendar, now = selectors.calendar(), present()
    with untouched():
        past = last(at_most, line=version.line)
        return [
            Replayed(
                title=str(one.row.reference) if named else f"Disagreement {place} of {len(past)}",
                href=_address(one) if named else "",
                changes=tuple(differences(one, version, calendar=calendar, now=now)),
            )
            for place, one in enumerate(past, start=1)
        ]


def _address(past: Past) -> str:
    return past.row.get_absolute_url()
