"""The office's pages on how long records are kept: whose time is up, the review, the certificates, a legal hold."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.proof import fresh_proof
from escalation.models import Disagreement
from escalation.moves import NotPermitted, Refused
from escalation.permissions import Viewer
from escalation.states import State
from escalation.views.acting import get_for, viewer_of
from partnerships import selectors
from partnerships.arrangements import arrangements

from . import keeping
from .destroying import destroy
from .forms_keeping import DESTROY, HoldForm, ReviewForm
from .models import DestructionCertificate, StatisticalRow
from .permissions import may_keep_records
from .wording import destroyed_lines

PER_PAGE = 50
# The address has to carry them, and a person to look at them.
MOST_AT_ONCE = 50


def keeping_viewer(request: HttpRequest) -> Viewer:
    viewer = viewer_of(request)
    if not (verdict := may_keep_records(viewer)):
        raise PermissionDenied(verdict.sentence)
    return viewer


@require_safe
def kept(request: HttpRequest, slug: str) -> HttpResponse:
    """Records whose time is up, with a tick each; below them those that a hold or a review keeps all the same."""
    keeping_viewer(request)
    day, arranged = selectors.today(), arrangements()
    page = Paginator(keeping.to_review(day), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "rule": keeping.rule_words(arranged),
        "has_rule": bool(arranged.keep_years),
        "page": page,
        "rows": [(row, keeping.why(row, arranged)) for row in page],
        "set_aside": list(keeping.time_up(day).filter(Q(held=True) | keeping.kept_longer(day))[:PER_PAGE]),
        "unfinished": Disagreement.objects.filter(state=State.RESOLVED, destroyed_at=None).count(),
    }
    return render(request, "records/kept.html", context)


@fresh_proof
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, slug: str) -> HttpResponse:
    """One decision about all that were ticked. Each is done by itself: what can no longer be done is said, and stays here."""
    viewer = keeping_viewer(request)
    asked = request.POST if request.method == "POST" else request.GET
    chosen = list(keeping.to_review(selectors.today()).filter(reference__in=asked.getlist("which")[:MOST_AT_ONCE]))
    if not chosen:
        messages.info(request, "Nothing was chosen that can be reviewed now.")
        return redirect("records:kept", slug)
    form = ReviewForm(request.POST if request.method == "POST" else None, several=len(chosen) > 1)
    if form.is_valid():
        done, refused = _decide(chosen, form, viewer)
        if done:
            messages.success(request, _done_words(len(done), destroyed=form.cleaned_data["decision"] == DESTROY))
        if not refused:
            certificates = [one for one in done if isinstance(one, DestructionCertificate)]
            if len(certificates) == 1:
                return redirect("records:certificate", slug, certificates[0].number)
            return redirect("records:certificates" if certificates else "records:kept", slug)
        for sentence in refused.values():
            form.add_error(None, sentence)
        chosen = [row for row in chosen if row.pk in refused]
    arranged = arrangements()
    context = {"form": form, "rows": [(row, keeping.why(row, arranged)) for row in chosen]}
    return render(request, "records/review.html", context, status=422 if form.errors else 200)


def _decide(chosen: Sequence[Disagreement], form: ReviewForm, viewer: Viewer) -> tuple[list[object], dict[int, str]]:
    """What was done, and why the others were not. In ascending order of id, as every two disagreements are locked."""
    given = form.cleaned_data
    done: list[object] = []
    refused: dict[int, str] = {}
    for row in sorted(chosen, key=lambda row: row.pk):
        try:
            with transaction.atomic():
                if given["decision"] == DESTROY:
                    done.append(destroy(row.pk, viewer=viewer, reason=given["reason"]))
                else:
                    done.append(keeping.keep_longer(row.pk, viewer=viewer, until=given["keep_until"], reason=given["reason"]))
        except (Refused, NotPermitted) as problem:
            refused[row.pk] = str(problem)
    return done, refused


def _done_words(number: int, *, destroyed: bool) -> str:
    what = "record was" if number == 1 else "records were"
    return f"{number} {what} destroyed." if destroyed else f"{number} {what} reviewed, and kept."


@require_safe
def certificates(request: HttpRequest, slug: str) -> HttpResponse:
    """Every certificate of destruction, the newest first."""
    keeping_viewer(request)
    found = DestructionCertificate.objects.select_related("destroyed_by").order_by("-destroyed_at", "-pk")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "records/certificates.html", {"page": page, "counted": StatisticalRow.objects.count()})


@require_safe
def certificate(request: HttpRequest, slug: str, key: UUID) -> HttpResponse:
    """One certificate, to print."""
    keeping_viewer(request)
    found = DestructionCertificate.objects.select_related("destroyed_by").filter(number=key).first()
    if found is None:
        raise Http404
    return render(request, "records/certificate.html", {"certificate": found, "lines": destroyed_lines(found.counts)})


@fresh_proof
@require_http_methods(["GET", "HEAD", "POST"])
def hold(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """Whether it is under a legal hold; to place one, and to lift it."""
    viewer, disagreement = get_for(request, reference)
    if not (verdict := may_keep_records(viewer)):
        raise PermissionDenied(verdict.sentence)
    placed = keeping.hold_on(disagreement)
    form = HoldForm(request.POST if request.method == "POST" else None, lifting=placed is not None)
    status = 422 if form.errors else 200
    if form.is_valid():
        # What the page showed: two who press at once must not undo each other.
        act = keeping.lift_hold if request.POST.get("do") == "lift" else keeping.place_hold
        try:
            act(disagreement.pk, viewer=viewer, reason=form.cleaned_data["reason"])
        except Refused as problem:
            form.add_error(None, str(problem))
            status = 409
        else:
            messages.success(request, "The legal hold is lifted." if act is keeping.lift_hold else "A legal hold is placed.")
            return redirect(disagreement.get_absolute_url())
    context = {"form": form, "disagreement": disagreement, "placed": placed}
    return render(request, "records/hold.html", context, status=status)
