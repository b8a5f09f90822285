"""The pages of agencies' returns: the rounds, how they are arranged, who has answered, and one agency's answers."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from escalation.views.acting import viewer_of
from insight.figure import Period
from partnerships import selectors as partnership_selectors
from partnerships.models import Agency

from .. import returns
from ..briefing import category_names
from ..forms.returns import ArrangeForm, AskNowForm, ReturnForm
from ..identifying import Known, noticed_in
from ..models import AgencyReturn, ReturnPeriod
from ..permissions import answers_for, may_answer
from ..questions import in_words
from .items import FORM
from .shared import asks_first, done, found_or_404, office, sent

LAST_ROUNDS = 40
NOBODY = Known(frozenset(), frozenset())


@require_http_methods(FORM)
def rounds(request: HttpRequest, slug: str) -> HttpResponse:
    """Every round so far, how often there is one, and asking about other days now."""
    viewer = office(request)
    form = AskNowForm(sent(request))
    status = 422 if form.errors else 200
    if form.is_valid():
        period = Period(form.cleaned_data["first"], form.cleaned_data["last"])
        status = done(form, lambda: returns.ask(viewer, period=period))
        if not status:
            messages.success(request, "The agencies are asked. Each gets one e-mail on the next working day.")
            return redirect("learning:returns", slug)
    counts = [(period, period.returns.count()) for period in ReturnPeriod.objects.all()[:LAST_ROUNDS]]
    context = {
        "form": form, "counts": counts, "arranged": returns.arranged(), "asked_by": returns.protocol_asks(),
        "agencies": Agency.objects.filter(active=True).count(), "day": partnership_selectors.today(),
    }  # fmt: skip
    return render(request, "learning/returns.html", context, status=status)


@require_http_methods(FORM)
def arrange(request: HttpRequest, slug: str) -> HttpResponse:
    viewer = office(request)
    form = ArrangeForm(sent(request), arranged=returns.arranged())
    status = 422 if form.errors else 200
    if form.is_valid():
        status = done(form, lambda: returns.arrange(viewer, **form.cleaned_data))
        if not status:
            messages.success(request, "It is arranged so from now on.")
            return redirect("learning:returns", slug)
    context = {"form": form, "asked_by": returns.protocol_asks()}
    return render(request, "learning/arrange_returns.html", context, status=status)


@require_safe
def one_round(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Who has answered and who has not, by name, and what was answered."""
    office(request)
    period = found_or_404(ReturnPeriod.objects.all(), number)
    themes = category_names()
    lines = returns.who_has_answered(period)
    answered = [
        (line, [(q["text"], in_words(q, line.answered.answers, themes=themes)) for q in period.questions])
        for line in lines
        if line.answered
    ]
    context = {
        "period": period, "answered": answered, "waiting": [line.agency for line in lines if not line.answered],
        "day": partnership_selectors.today(),
    }  # fmt: skip
    return render(request, "learning/round.html", context)


@require_http_methods(FORM)
def answer_return(request: HttpRequest, slug: str, number: int, key: str) -> HttpResponse:
    """One agency's answers, by its lead or senior manager, or by the office for whoever tells it."""
    viewer = viewer_of(request)
    period = found_or_404(ReturnPeriod.objects.all(), number)
    agency = Agency.objects.filter(key=key).first()
    if agency is None:
        raise Http404
    if not (verdict := may_answer(viewer, agency)):
        raise PermissionDenied(verdict.sentence)
    by_office = agency.pk not in answers_for(viewer)
    answered = AgencyReturn.objects.filter(period=period, agency=agency).select_related("answered_by").first()
    form = ReturnForm(sent(request), period=period, answered=answered, by_office=by_office)
    noticed, status = None, 422 if form.errors else 200
    if form.is_valid():
        noticed = noticed_in(form.texts(), known=NOBODY)
        if not asks_first(form, request, noticed):
            told = form.cleaned_data.get("told_by", "")
            given = {"agency": agency, "viewer": viewer, "answers": form.answers(), "told_by": told}
            status, noticed = done(form, lambda: returns.answer(period, **given)), None
            if not status:
                messages.success(request, f"The answers of {agency.name} are written down. Thank you.")
                return redirect(*(("learning:round", slug, period.pk) if viewer.is_office else ("escalation:dashboard", slug)))
    context = {
        "form": form, "period": period, "agency": agency, "answered": answered, "by_office": by_office, "noticed": noticed,
    }  # fmt: skip
    return render(request, "learning/answer_return.html", context, status=status)
