"""Everything ever raised, in numbers, with what was destroyed since: for the office, as it is and as it may be published."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from .. import numbers as counting
from ..permissions import may_see_numbers
from .acting import viewer_of


@never_cache
@require_safe
def numbers(request: HttpRequest, slug: str) -> HttpResponse:
    viewer = viewer_of(request)
    if not (verdict := may_see_numbers(viewer)):
        raise PermissionDenied(verdict.sentence)
    if not viewer.is_office:
        # Observers see years that are over, of which none can be taken from another: all that was ever raised holds them.
        return redirect("insight:home", slug)
    published = request.GET.get("published") == "1"
    found = counting.numbers(published=published)
    context = {
        "found": found,
        "published": published,
        "tables": [(table, [{"text": text} for text in table.head], _rows(table)) for table in found.tables],
    }
    return render(request, "escalation/numbers.html", context)


def _rows(table: counting.Table) -> list[list[dict[str, Any]]]:
    return [[{"text": cell, "header": not place} for place, cell in enumerate(row)] for row in table.rows]
