"""The pages of a protocol's versions: the list, a new draft, a file in and out, confirming, publishing, discarding."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from .. import selectors
from ..models import ProtocolVersion, VersionStatus
from ..permissions import roles_of, why_not_edit, why_not_keep, why_not_publish
from ..protocol import MAIN
from ..protocol_file import read_protocol, write_protocol
from ..templatetags.govuk import day as day_in_words
from ..views import confirming, memberships_of, only
from ..working_days import add_working_days
from . import drafting, publishing
from .comparing import Comparison
from .forms_versions import ANOTHER, NOTHING, ImportForm, NewForm, PublishForm, mendable
from .listing import lines

MOST_BYTES_SHOWN = 200


def version_or_404(number: int) -> ProtocolVersion:
    """A version of the partnership in scope; another partnership's is not there."""
    found = ProtocolVersion.objects.filter(number=number).first() if number < 2**31 else None
    if found is None:
        raise Http404
    return found


@only(why_not_keep)
@require_safe
def versions(request: HttpRequest, slug: str) -> HttpResponse:
    roles = roles_of(memberships_of(request))
    context = {
        "lines": lines(),
        "may_edit": not why_not_edit(roles),
        "may_publish": not why_not_publish(roles),
        "today": selectors.today(),
    }
    return render(request, "partnerships/editor/versions.html", context)


@only(why_not_edit)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, slug: str) -> HttpResponse:
    """A new draft: from nothing, or as a copy of something that is there."""
    found = lines()
    kind, _, _ = (token := request.GET.get("from", "")).partition(":")
    initial = {"line": found[0].key if found else MAIN} | ({"begin": kind, kind: token} if kind else {})
    form = NewForm(request.POST if request.method == "POST" else None, lines=found, initial=initial)
    if form.is_valid():
        draft = _begun(form.cleaned_data)
        if draft is None:
            form.add_error("begin", "That definition is not there any more. Choose another")
        else:
            messages.success(request, f"Version {draft.number} is a draft. Nobody works under it until it is published.")
            return redirect("editor:draft", slug, draft.number)
    return render(request, "partnerships/editor/new.html", {"form": form}, status=_status(form))


def _begun(given: dict[str, Any]) -> ProtocolVersion | None:
    line = given.get("line") or MAIN
    if line == ANOTHER:
        line = drafting.free_line(given["called"])
    if given["begin"] == NOTHING:
        return drafting.draft_from_nothing(given["title"], step_word=given["step_word"], line=line)
    found = drafting.definition(given[given["begin"]])
    if found is None:
        return None
    return drafting.draft_from(found, line=line, title=given.get("called") or "")


@only(why_not_edit)
@require_http_methods(["GET", "HEAD", "POST"])
def import_file(request: HttpRequest, slug: str) -> HttpResponse:
    """A file becomes a draft, or comes back with everything that is wrong with it beside its text, to be mended here."""
    context: dict[str, Any] = {"problems": []}
    form = ImportForm()
    if request.method == "POST":
        form = ImportForm(request.POST, request.FILES)
        if form.is_valid():
            raw = form.raw()
            reading = read_protocol(raw, name="the file")
            if reading.protocol is not None:
                draft = drafting.draft_from_file(reading.protocol)
                messages.success(request, f"Version {draft.number} is a draft, as the file says it.")
                return redirect("editor:draft", slug, draft.number)
            text, guessed = mendable(raw)
            written = text.split("\n")
            context["problems"] = [
                (one.line, one.sentence, written[one.line - 1][:MOST_BYTES_SHOWN] if one.line <= len(written) else "")
                for one in reading.problems
            ]
            context |= {"text": text, "guessed": guessed, "lost": not text and bool(raw)}
        else:
            context["text"] = request.POST.get("text", "")
    context |= {"form": form, "refused": bool(context["problems"])}
    status = 422 if context["problems"] or (form.is_bound and not form.is_valid()) else 200
    return render(request, "partnerships/editor/import.html", context, status=status)


@only(why_not_keep)
@require_safe
def export(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The same YAML as the files that come with the product; imported again it is the same version."""
    version = version_or_404(number)
    response = HttpResponse(write_protocol(version.protocol), content_type="application/yaml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{slug}-{version.line}-version-{number}.yml"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


@only(why_not_keep)
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """What was assumed in one version, of whichever protocol: a draft too, so that it can go live on its first day."""
    return confirming(request, slug, version_or_404(number), template="partnerships/editor/confirm.html")


@only(why_not_publish)
@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """What would change, what stands in the way, and from which day."""
    version = version_or_404(number)
    form = PublishForm(request.POST if request.method == "POST" else None, initial={"digest": version.digest})
    reasons: list[str] = []
    if form.is_valid():
        day = form.cleaned_data["day"]
        try:
            done = publishing.publish(version, day=day, by=request.user, digest=form.cleaned_data["digest"])  # type: ignore[arg-type]
        except publishing.NotNow as refused:
            reasons = refused.reasons
        else:
            said = f"Version {done.number} is published, and in force from {day_in_words(day)}. {publishing.day_words(day)}"
            messages.success(request, said.strip())
            return redirect("editor:versions", slug)
    context = _publish_context(version) | {"form": form, "version": version, "reasons": reasons}
    return render(request, "partnerships/editor/publish.html", context, status=409 if reasons else _status(form))


def _publish_context(version: ProtocolVersion) -> dict[str, Any]:
    if version.status == VersionStatus.PUBLISHED:
        return {"obstacles": publishing.obstacles(version), "published": True}
    before = publishing.replacing(version)
    comparison = before.comparison or Comparison(())
    today = selectors.today()
    return {
        "before": before.version,
        "comparison": comparison,
        "sections": [{"id": s.id, "title": s.title, "rows": s.changed} for s in comparison.sections if s.changed],
        "obstacles": publishing.obstacles(version),
        "unconfirmed": len(selectors.unconfirmed(version)),
        "next_working_day": add_working_days(today, 1, selectors.calendar()),
        "today": today,
    }


@only(why_not_edit)
@require_http_methods(["GET", "HEAD", "POST"])
def discard(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Ask first: what was typed goes with it."""
    version = version_or_404(number)
    refusals = [publishing.PUBLISHED] if version.status == VersionStatus.PUBLISHED else []
    if request.method == "POST" and not refusals:
        try:
            publishing.discard(version)
        except publishing.NotNow as refused:
            refusals = refused.reasons
        else:
            messages.success(request, f"Version {number}, a draft, is discarded.")
            return redirect("editor:versions", slug)
    status = 409 if refusals and request.method == "POST" else 200
    return render(request, "partnerships/editor/discard.html", {"version": version, "refusals": refusals}, status=status)


def _status(form: Any) -> int:
    return 422 if form.is_bound and not form.is_valid() else 200
