"""The pages of a partnership's own data: its protocol, what was assumed in it, going live, and its colour."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from . import selectors, services
from .colours import stylesheet
from .directory.reading import to_check
from .editor.drafting import likenesses
from .editor.listing import waiting_entries
from .forms import ConfirmForm, GoLiveForm
from .models import Agency, AssumptionConfirmation, Contact, Membership, Partnership, ProtocolVersion
from .permissions import roles_of, why_not_confirm, why_not_keep, why_not_take_live
from .protocol import MAIN
from .protocol_page import Question, Reader, places, questions
from .templatetags.govuk import day as day_words

P = ParamSpec("P")
# What may be kept by a browser: the colour changes hardly ever, and a page without it is still a page.
THEME_SECONDS = 3600
LARGEST = 2**31 - 1


def partnership_of(request: HttpRequest) -> Partnership:
    partnership: Partnership = request.partnership  # type: ignore[attr-defined]
    return partnership


def memberships_of(request: HttpRequest) -> list[Membership]:
    memberships: list[Membership] = request.memberships  # type: ignore[attr-defined]
    return memberships


View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def only(why_not: Callable[[frozenset[str]], str]) -> Callable[[View[P]], View[P]]:
    """A page for those whom a rule of permissions.py lets in; the others get its sentence."""

    def guard(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if refusal := why_not(roles_of(memberships_of(request))):
                raise PermissionDenied(refusal)
            return view(request, *args, **kwargs)

        return cast("View[P]", guarded)

    return guard


@require_safe
def theme(request: HttpRequest, slug: str) -> HttpResponse:
    """The partnership's colour as the one variable that the stylesheet knows (static/escalation.css)."""
    response = HttpResponse(stylesheet(partnership_of(request).colour), content_type="text/css; charset=utf-8")
    response["Cache-Control"] = f"private, max-age={THEME_SECONDS}"
    return response


@require_safe
def protocol(request: HttpRequest, slug: str, number: int | None = None) -> HttpResponse:
    """The protocol in force, or another published version, to read: for every member."""
    versions = selectors.published_versions()
    in_force = selectors.version_in_force()
    chosen = in_force if number is None else next((v for v in versions if v.number == number), None)
    if number is not None and chosen is None:
        raise Http404
    if chosen is not None and chosen.line != MAIN:
        in_force = selectors.version_in_force(line=chosen.line)
    context: dict[str, Any] = {
        "versions": [version for version in versions if chosen is None or version.line == chosen.line],
        "others": [one for one in selectors.versions_in_force() if chosen is not None and one.line != chosen.line],
        "version": chosen,
        "in_force": in_force,
        "may_keep": not why_not_keep(roles_of(memberships_of(request))),
        "today": selectors.today(),
    }
    if chosen is not None:
        context |= _protocol_context(chosen)
    return render(request, "partnerships/protocol.html", context)


def _protocol_context(version: ProtocolVersion) -> dict[str, Any]:
    confirmed = confirmed_words(version)
    reader = Reader(version.protocol, confirmed)
    sections = reader.sections()
    stands = places(sections)
    asked = [(question, stands[question.key]) for question in questions(version.protocol, confirmed)]
    return {
        "protocol": version.protocol,
        "likeness": likenesses([version]).get(version.pk),
        "rungs": reader.rungs(),
        "sections": sections,
        "open_questions": [(question, section) for question, section in asked if not question.confirmed],
        "answered": [(question, section) for question, section in asked if question.confirmed],
        "contacts": Contact.objects.filter(active=True).select_related("agency"),
    }


def confirmed_words(version: ProtocolVersion) -> dict[str, str]:
    """Path of an assumed rule -> who confirmed it, and when."""
    return {path: _confirmation_words(word) for path, word in selectors.confirmations(version).items()}


def _confirmation_words(word: AssumptionConfirmation) -> str:
    which = f" for version {word.carried_from}" if word.carried_from else ""
    return f"Confirmed{which} by {word.confirmed_by} ({word.confirmer_role}) on {day_words(word.confirmed_at)}"


@only(why_not_keep)
@require_safe
def administration(request: HttpRequest, slug: str) -> HttpResponse:
    """What can be looked after, and what of it wants attention now."""
    version = selectors.version_in_force()
    today = selectors.today()
    context = {
        "version": version,
        "agency_count": Agency.objects.filter(active=True).count(),
        "contact_count": Contact.objects.filter(active=True).count(),
        "to_check": sum(len(due) for due in to_check(today)),
        "unconfirmed": sum(len(selectors.unconfirmed(one)) for one in selectors.versions_in_force()) if version else 0,
    }
    return render(request, "partnerships/administration.html", context)


@only(why_not_keep)
@require_http_methods(["GET", "HEAD", "POST"])
def assumptions(request: HttpRequest, slug: str) -> HttpResponse:
    """What was assumed in the protocol in force, and the way to the same page of every other version that has some left."""
    version = selectors.version_in_force()
    waiting = [entry for entry in waiting_entries() if version is None or entry.version.pk != version.pk]
    if version is None:
        return render(request, "partnerships/assumptions.html", {"version": None, "waiting": waiting})
    return confirming(request, slug, version, template="partnerships/assumptions.html", waiting=waiting)


def confirming(request: HttpRequest, slug: str, version: ProtocolVersion, *, template: str, **more: Any) -> HttpResponse:
    """What the document did not give, each with its question; an administrator confirms it in their name and role."""
    refusal = why_not_confirm(roles_of(memberships_of(request)))
    asked = questions(version.protocol, confirmed_words(version))
    typed = request.POST if request.method == "POST" else None
    form = ConfirmForm(typed, questions=asked, initial={"role": _last_role(request)})
    if request.method == "POST":
        if refusal:
            raise PermissionDenied(refusal)
        if form.is_valid():
            done = _confirm(request, version, [q for q in asked if q.key in form.cleaned_data["questions"]], form)
            messages.success(request, f"{done} rule{'' if done == 1 else 's'} confirmed.")
            return redirect(request.path)
    context = {
        "form": form,
        "version": version,
        "refusal": refusal,
        "open_questions": [question for question in asked if not question.confirmed],
        "open_rules": sum(len(question.paths) for question in asked if not question.confirmed),
        "answered": [question for question in asked if question.confirmed],
        **more,
    }
    return render(request, template, context, status=_status(form))


def _confirm(request: HttpRequest, version: ProtocolVersion, answered: list[Question], form: ConfirmForm) -> int:
    """Confirm every rule that rests on these questions; how many."""
    paths = [path for question in answered for path in question.paths]
    for path in paths:
        services.confirm_assumption(version, path=path, by=request.user, role=form.cleaned_data["role"])  # type: ignore[arg-type]
    return len(paths)


def _last_role(request: HttpRequest) -> str:
    """The role this person gave last, so that thirty answers do not need it typed thirty times."""
    own = AssumptionConfirmation.objects.filter(confirmed_by_id=request.user.pk or 0).order_by("-confirmed_at", "-pk")
    last = own.values_list("confirmer_role", flat=True).first()
    return last or next((member.job_title for member in memberships_of(request) if member.job_title), "")


@only(why_not_take_live)
@require_http_methods(["GET", "HEAD", "POST"])
def going_live(request: HttpRequest, slug: str) -> HttpResponse:
    """What stands between training and the real thing, and the one button."""
    partnership = partnership_of(request)
    form = GoLiveForm(request.POST if request.method == "POST" else None)
    refused = False
    if request.method == "POST" and form.is_valid() and partnership.in_training:
        try:
            services.go_live(partnership)
        except services.PartnershipRefused:
            refused = True  # the page says why, beside the button
        else:
            messages.success(request, f"{partnership.name} is live.")
            return redirect("partnerships:going_live", slug)
    version = selectors.version_in_force()
    context = {
        "form": form,
        "obstacle": services.why_not_live() if partnership.in_training else "",
        "version": version,
        "unconfirmed": sum(len(selectors.unconfirmed(one)) for one in selectors.versions_in_force()) if version else 0,
    }
    return render(request, "partnerships/going_live.html", context, status=409 if refused else _status(form))


def _status(form: Any) -> int:
    return 422 if form.is_bound and not form.is_valid() else 200
