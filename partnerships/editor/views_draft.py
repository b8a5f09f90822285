"""The pages on which a draft is edited: the overview, a section, one part, and all that is wrong; decides nothing itself."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from .. import services
from ..models import ProtocolVersion, VersionStatus
from ..permissions import why_not_edit
from ..protocol import Protocol
from ..views import LARGEST, only
from .parts import said
from .places import ABOUT, LISTS, SINGLE, Place, copied, count, is_known, moved, part_at, referring, without_part
from .saving import Editing, digest_shown
from .sections import BY_LIST, BY_SLUG, Draft, Fault, next_after


def draft_at(slug: str, number: int) -> tuple[ProtocolVersion, Draft]:
    version = ProtocolVersion.objects.filter(number=number).first() if number <= LARGEST else None
    if version is None:
        raise Http404
    return version, Draft(version.protocol, version.definition, slug, number)


def refused_if_published(request: HttpRequest, version: ProtocolVersion) -> HttpResponse | None:
    if version.status != VersionStatus.PUBLISHED:
        return None
    return render(request, "partnerships/editor/draft_published.html", {"version": version}, status=409)


@only(why_not_edit)
@require_safe
def draft(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Every section with what it holds and what is wrong with it, and the ladder as it stands."""
    version, shown = draft_at(slug, number)
    if page := refused_if_published(request, version):
        return page
    faults = shown.faults()
    context = {
        "version": version,
        "draft": shown,
        "sections": shown.sections(faults),
        "faults": faults,
        "rungs": shown.rungs(),
    }
    return render(request, "partnerships/editor/draft.html", context)


@only(why_not_edit)
@require_safe
def check(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """All that is wrong at once, section by section, each with the way to the field."""
    version, shown = draft_at(slug, number)
    if page := refused_if_published(request, version):
        return page
    faults = shown.faults()
    titles = {section["slug"]: section["title"] for section in shown.sections(faults)}
    groups: dict[str, list[Fault]] = {}
    for fault in faults:
        groups.setdefault(titles[fault.section], []).append(fault)
    context = {"version": version, "draft": shown, "groups": groups, "number_of_faults": len(faults)}
    return render(request, "partnerships/editor/draft_check.html", context)


@only(why_not_edit)
@require_safe
def section(request: HttpRequest, slug: str, number: int, section: str) -> HttpResponse:
    """The parts of one section, each with its problems and what can be done with it."""
    version, shown = draft_at(slug, number)
    if page := refused_if_published(request, version):
        return page
    if section not in BY_SLUG:
        if section not in BY_LIST:
            raise Http404
        return redirect(f"{shown.address('section', section=BY_LIST[section].slug)}#{section}")
    faults = shown.faults()
    chosen = BY_SLUG[section]
    context = {
        "version": version,
        "draft": shown,
        "section": chosen,
        "title": shown.choosing.words(chosen.title),
        "intro": shown.choosing.words(chosen.intro),
        "listings": [shown.listing(name, faults) for name in chosen.lists],
        "rungs": shown.rungs() if "stages" in chosen.lists else [],
        "number_of_faults": len(faults),
        "next": (after := next_after(chosen)),
        "next_title": shown.choosing.words(after.title) if after else "",
    }
    return render(request, "partnerships/editor/section.html", context)


def _place(shown: Draft, name: str, index: int | None) -> Place:
    """The place that an address names; a part that is not there is not found, and neither is a second of what is one."""
    if not is_known(name):
        raise Http404
    here = count(shown.definition, name)
    if index is None:
        if name in (*SINGLE, ABOUT) and here:
            raise Http404
        return Place(name, here)
    if index >= here:
        raise Http404
    return Place(name, index)


@only(why_not_edit)
@require_http_methods(["GET", "HEAD", "POST"])
def part(request: HttpRequest, slug: str, number: int, section: str, index: int | None = None) -> HttpResponse:
    """One part: to read and change, to check, and to save."""
    version, shown = draft_at(slug, number)
    if page := refused_if_published(request, version):
        return page
    if request.method == "POST" and digest_shown(request) != version.digest:
        return _changed_meanwhile(request, version, shown, section, index)
    editing = Editing(shown, _place(shown, section, index), new=index is None, request=request)
    if request.method != "POST" or "row" in request.POST:
        return _page(request, version, editing)
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({"problems": editing.checked()})
    revised = editing.revised()
    if revised is None or "check" in request.POST:
        return _page(request, version, editing, status=422 if revised is None else 200)
    try:
        services.revise_draft(version, protocol=revised, expected_digest=version.digest)
    except services.DraftChanged:
        version, shown = draft_at(slug, number)
        return _changed_meanwhile(request, version, shown, section, index)
    except services.PartnershipRefused as refused:
        editing.form.add_error(None, str(refused))
        return _page(request, version, editing, status=409)
    messages.success(request, f"{editing.called_in(revised)}: saved.{editing.left_over(revised)}")
    return redirect(f"{shown.address('section', section=BY_LIST[section].slug)}#{section}")


def _page(request: HttpRequest, version: ProtocolVersion, editing: Editing, *, status: int = 200) -> HttpResponse:
    context = {
        "version": version,
        "draft": editing.draft,
        "editing": editing,
        "form": editing.form,
        "section": BY_LIST[editing.place.name],
        "section_title": editing.draft.choosing.words(BY_LIST[editing.place.name].title),
        "digest": version.digest,
    }
    return render(request, "partnerships/editor/part.html", context, status=status)


def _changed_meanwhile(
    request: HttpRequest, version: ProtocolVersion, shown: Draft, name: str, index: int | None
) -> HttpResponse:
    """Somebody else saved first. Nothing typed is lost: it stands on the form, against the draft as it is now, and the
    part is looked for where it stands now."""
    if not is_known(name):
        raise Http404
    editing = Editing.again(shown, name, index, request)
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({"problems": {}, "changed": True})
    editing.form.full_clean()
    editing.form.add_error(None, editing.what_happened)
    return _page(request, version, editing, status=409)


@only(why_not_edit)
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, slug: str, number: int, section: str, index: int) -> HttpResponse:
    """Take a part out, after a page that lists what speaks of it."""
    version, shown = draft_at(slug, number)
    if page := refused_if_published(request, version):
        return page
    place = _place(shown, section, index)
    if section == ABOUT:
        raise Http404
    refusal = ""
    if request.method == "POST":
        if section in ("stages", "roles") and count(shown.definition, section) == 1:
            refusal = f"A protocol needs at least one {shown.choosing.words(said(Protocol, section).one)}. Add another one first."
        elif not (refusal := _store(version, without_part(shown.definition, place), digest_shown(request))):
            messages.success(request, "Taken out.")
            return redirect(f"{shown.address('section', section=BY_LIST[section].slug)}#{section}")
    item = shown.listing(section, []).items[index]
    key = str(part_at(shown.definition, place).get("key", ""))
    speaking = [shown.speaking_of(path) for path in referring(shown.protocol, section, key)] if section in LISTS and key else []
    context = {
        "version": version,
        "draft": shown,
        "item": item,
        "one": shown.choosing.words(said(Protocol, section).one),
        "section": BY_LIST[section],
        "speaking": list(dict.fromkeys(speaking)),
        "refusal": refusal,
    }
    return render(request, "partnerships/editor/part_remove.html", context, status=409 if refusal else 200)


def _store(version: ProtocolVersion, definition: dict[str, Any], expected: str) -> str:
    """The sentence why it could not be stored, or nothing."""
    try:
        services.revise_draft(version, protocol=Protocol.model_validate(definition), expected_digest=expected)
    except services.PartnershipRefused as refused:
        return str(refused)
    return ""


@only(why_not_edit)
@require_POST
def rearrange(request: HttpRequest, slug: str, number: int, section: str, index: int, act: str) -> HttpResponse:
    """One place up or down, or the same once more."""
    version, shown = draft_at(slug, number)
    if page := refused_if_published(request, version):
        return page
    place = _place(shown, section, index)
    if section not in LISTS:
        raise Http404
    changed = copied(shown.definition, place) if act == "copy" else moved(shown.definition, place, {"up": -1, "down": 1}[act])
    if refusal := _store(version, changed, digest_shown(request)):
        messages.error(request, refusal)
    elif act == "copy":
        return redirect(shown.address_of(Place(section, index + 1)))
    return redirect(f"{shown.address('section', section=BY_LIST[section].slug)}#{section}")
