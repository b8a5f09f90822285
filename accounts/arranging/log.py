"""The page of what was done to the partnership itself: who let whom in, and who rearranged what."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from partnerships.administering import AdministrationEntry, Did
from partnerships.models import Agency
from partnerships.templatetags.govuk import moment
from partnerships.views import only

from ..members.reading import protocol_roles
from .log_sentences import Names, sentence
from .permissions import why_not_read_log

PER_PAGE = 25
HEAD = [{"text": "What was done"}, {"text": "By"}, {"text": "When"}]


class LogFilters(forms.Form):
    """Read from the address; what is not known there narrows nothing."""

    who = forms.CharField(
        label="Person", required=False, max_length=100, help_text="Who did it, or to whom: part of a name or an address."
    )
    did = forms.ChoiceField(label="What was done", required=False, choices=[("", "Anything"), *Did.choices])

    def chosen(self) -> dict[str, str]:
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


@only(why_not_read_log)
@never_cache
@require_safe
def log(request: HttpRequest, slug: str) -> HttpResponse:
    form = LogFilters(request.GET)
    chosen = form.chosen()
    page = Paginator(_narrowed(chosen), PER_PAGE).get_page(request.GET.get("page"))
    names = Names({agency.key: agency.name for agency in Agency.objects.all()}, protocol_roles())
    context = {
        "form": form,
        "page": page,
        "count": page.paginator.count,
        "head": HEAD,
        "rows": [_row(entry, names) for entry in page],
        "narrowed": bool(chosen),
    }
    return render(request, "accounts/arranging/log.html", context)


def _narrowed(chosen: dict[str, str]) -> QuerySet[AdministrationEntry]:
    found = AdministrationEntry.objects.select_related("by", "about")
    for word in chosen.get("who", "").split():
        wanted = [Q(**{f"{who}__{what}__icontains": word}) for who in ("by", "about") for what in ("name", "email")]
        found = found.filter(reduce(or_, wanted))
    return found.filter(did=chosen["did"]) if "did" in chosen else found


def _row(entry: AdministrationEntry, names: Names) -> list[dict[str, Any]]:
    by = str(entry.by) if entry.by else "A command on the server"
    return [{"text": sentence(entry, names), "header": True}, {"text": by}, {"text": moment(entry.at)}]
