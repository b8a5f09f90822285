"""The accessibility statement that the law asks of a public body: the product's, and a partnership's with its own contact.

Public Sector Bodies (Websites and Mobile Applications) (No. 2) Accessibility Regulations 2018, regulation 8. Open to
everybody, as it has to be; of a partnership it shows its name and how to reach its office."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from . import selectors
from .models import Partnership
from .scope import partnership_scope

# To be set anew by whoever looks at the whole statement again, at least once a year.
PREPARED = date(2026, 11, 22)


@login_not_required
@require_safe
def product(request: HttpRequest) -> HttpResponse:
    """For whoever is in no partnership, or not signed in."""
    return render(request, "accessibility/statement.html", {"prepared": PREPARED, "contact": settings.ACCESSIBILITY_CONTACT})


@login_not_required
@require_safe
def partnership(request: HttpRequest, slug: str) -> HttpResponse:
    """The same statement with the partnership's office to turn to. A rehearsal has no statement of its own."""
    found = get_object_or_404(Partnership, slug=slug, rehearsal_of=None)
    with partnership_scope(found.pk):
        version = selectors.version_in_force()
        office = selectors.office_of(version.protocol) if version else None
    context = {"about": found, "office": office, "prepared": PREPARED, "contact": settings.ACCESSIBILITY_CONTACT}
    return render(request, "accessibility/statement.html", context)
