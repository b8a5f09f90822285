"""The page "What words mean": the product's own, for everybody, and a partnership's, with the terms of its protocol."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from . import selectors
from .glossary import by_letter, own_terms, terms


@login_not_required
@require_safe
def everybody(request: HttpRequest) -> HttpResponse:
    """The field's words and this tracker's, which say nothing of any partnership."""
    return render(request, "words/words.html", {"letters": by_letter(terms())})


@require_safe
def partnership(request: HttpRequest, slug: str) -> HttpResponse:
    """For every member: what the protocol in force calls people and meetings, then the field's words."""
    version = selectors.version_in_force()
    own = own_terms(version.protocol) if version else []
    return render(request, "words/words.html", {"letters": by_letter(terms()), "own": own, "version": version})
