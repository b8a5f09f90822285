"""The pages of definitions that partnerships share: what is offered, offering a version of one's own, taking it back."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ..models import VersionStatus
from ..permissions import roles_of, why_not_edit, why_not_keep, why_not_publish
from ..shared import SharedDefinition
from ..views import memberships_of, only
from . import publishing
from .drafting import is_own, offers
from .sharing import local_words
from .views_versions import version_or_404


@only(why_not_keep)
@require_safe
def shared(request: HttpRequest, slug: str) -> HttpResponse:
    """What can be drafted from, the newest of each; and every version that this partnership itself offers."""
    roles = roles_of(memberships_of(request))
    rows = offers()
    own = [row for row in SharedDefinition.objects.filter(withdrawn_at=None).defer("definition") if is_own(row)]
    context = {
        "others": [row for row in rows if not is_own(row)],
        "own": own,
        "may_edit": not why_not_edit(roles),
        "may_publish": not why_not_publish(roles),
    }
    return render(request, "partnerships/editor/shared.html", context)


@only(why_not_publish)
@require_http_methods(["GET", "HEAD", "POST"])
def share(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """What would be shared and what would not, and the button."""
    version = version_or_404(number)
    reasons: list[str] = []
    if request.method == "POST":
        try:
            row = publishing.share(version)
        except publishing.NotNow as refused:
            reasons = refused.reasons
        else:
            messages.success(request, f"{row.name}, version {row.number}, is shared with every partnership here.")
            return redirect("editor:shared", slug)
    context = {
        "version": version,
        "reasons": reasons,
        "draft": version.status == VersionStatus.DRAFT,
        "local_words": local_words(version.protocol),
    }
    return render(request, "partnerships/editor/share.html", context, status=409 if reasons else 200)


@only(why_not_publish)
@require_POST
def withdraw(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Another partnership's offer is no page of this one's."""
    row = SharedDefinition.objects.filter(pk=number).first()
    if row is None or not is_own(row):
        raise Http404
    publishing.withdraw(row)
    messages.success(request, f"{row.name}, version {row.number}, is not shared any more. Drafts that came from it keep.")
    return redirect("editor:shared", slug)
