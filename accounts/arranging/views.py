"""The page of a partnership's arrangements; decides nothing itself."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from partnerships.doing import PartnershipRefused
from partnerships.permissions import roles_of
from partnerships.views import memberships_of, only

from ..proof import fresh_proof
from . import writing
from .forms import ArrangementsForm, in_words
from .permissions import why_not_arrange, why_not_who_may_see


@only(why_not_arrange)
@fresh_proof
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def arrangements(request: HttpRequest, slug: str) -> HttpResponse:
    roles = roles_of(memberships_of(request))
    refusal = why_not_who_may_see(roles)
    before = writing.arranged()
    form = ArrangementsForm(request.POST if request.method == "POST" else None, arranged=before, may_open=not refusal)
    status = 422 if form.is_bound and not form.is_valid() else 200
    if status == 200 and form.is_bound:
        try:
            changed = writing.arrange(form.values(), by=request.user, roles=roles, shown=form.cleaned_data["shown"])  # type: ignore[arg-type]
        except PartnershipRefused as problem:
            form, status = _refused(request, form, problem, may_open=not refusal), 409
        else:
            messages.success(
                request, "The arrangements are saved." if changed else "Nothing was different, so nothing is changed."
            )
            return redirect("accounts:arrangements", slug)
    context = {"form": form, "refusal": refusal, "who_may_see": in_words(writing.arranged()) if refusal else []}
    return render(request, "accounts/arranging/arrangements.html", context, status=status)


def _refused(request: HttpRequest, form: ArrangementsForm, problem: PartnershipRefused, *, may_open: bool) -> ArrangementsForm:
    """What was typed stays. After somebody else's change the next press is held against what is there now."""
    if isinstance(problem, writing.ChangedMeanwhile):
        now = writing.arranged()
        typed = request.POST.copy()
        typed["shown"] = writing.digest_of(now)
        form = ArrangementsForm(typed, arranged=now, may_open=may_open)
        form.is_valid()
    form.add_error(None, str(problem))
    return form
