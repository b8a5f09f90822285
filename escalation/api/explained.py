"""The page that says what each kind of problem means: for those who write programs, so it is public."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from partnerships.program_problem import KINDS


@login_not_required
@require_safe
def problems(request: HttpRequest) -> HttpResponse:
    return render(request, "escalation/api_problems.html", {"kinds": KINDS.values()})
