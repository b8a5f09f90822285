"""Numbers only: what observers see of a partnership, and the office as it is and as it may be published."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
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
    published = not viewer.is_office or request.GET.get("published") == "1"
    found = counting.numbers(published=published)
    context = {
        "found": found,
        "published": published,
        "may_choose": viewer.is_office,
        "tables": [(table, [{"text": text} for text in table.head], _rows(table)) for table in found.tables],
    }
    return render(request, "escalation/numbers.html", context)


def _rows(table: counting.Table) -> list[list[dict[str, Any]]]:
    return [[{"text": cell, "header": not place} for place, cell in enumerate(row)] for row in table.rows]
