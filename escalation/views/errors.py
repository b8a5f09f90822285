"""Error pages that say what to do and lose nothing that was typed."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's safety check failed: usually a page left open over a sign-out. The browser's Back keeps what was typed."""
    return render(request, "403_csrf.html", status=403)
