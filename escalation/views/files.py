"""Files that lie with a disagreement: add one, open one, take one away. Each asks first who may see the disagreement."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from partnerships.arrangements import arrangements
from partnerships.uploading import given_up

from ..files import scanner, store
from ..files.kinds import CONTENT_TYPES, FileRefused
from ..files.listing import KEPT, lying_with
from ..forms.files import AddFileForm, RemoveFileForm
from ..models import Attachment, Disagreement, Reading
from ..moves import NotPermitted, Refused
from ..permissions import Ties, Viewer, may_add_file, may_remove_file, ties
from ..reading import note_reading
from ..services.attaching import add_file, largest_file, remove_file, too_large, why_no_files
from ..states import State
from .acting import get_for

ADD = "Add a file"
# A file is data: whatever a browser makes of it, it may load nothing, run nothing, and is no page of ours.
BOXED_IN = "sandbox; default-src 'none'; frame-ancestors 'none'"

WAITS = "This file waits to be scanned for viruses. It can be opened after that: try again in a minute or two."
LOST = "This file is not where it should be. Tell whoever runs the product."
CHANGED = "This file is not what was added: it was changed on the disk, so it is not handed out. Tell whoever runs the product."


def files_of(disagreement: Disagreement, viewer: Viewer, tied: Ties) -> dict[str, Any]:
    """What the disagreement's own page shows of its files."""
    open_to_files = disagreement.standing not in (State.CLOSED, State.WITHDRAWN)
    return {
        "files": lying_with(disagreement, viewer),
        "may_add_file": open_to_files and bool(may_add_file(tied)) and not why_no_files(),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    viewer, disagreement = get_for(request, reference)
    tied = ties(viewer, disagreement, disagreement.people)  # type: ignore[attr-defined]
    if not (verdict := may_add_file(tied)):
        raise PermissionDenied(verdict.sentence)
    if reason := why_no_files():
        return _not_now(request, disagreement, reason)
    megabytes = arrangements().attachment_megabytes
    if request.method != "POST":
        return _page(request, disagreement, AddFileForm(megabytes=megabytes))
    form = AddFileForm(request.POST, request.FILES, megabytes=megabytes)
    if given_up(request):
        form.errors.clear()
        form.add_error("file", too_large())
        return _page(request, disagreement, form, status=413)
    if not form.is_valid():
        return _page(request, disagreement, form, status=422)
    file = form.cleaned_data["file"]
    try:
        attachment = add_file(
            disagreement.pk, viewer=viewer, file=file, size=file.size, name=file.name, about=form.cleaned_data["about"]
        )
    except NotPermitted as refused:
        raise PermissionDenied(str(refused)) from refused
    except (FileRefused, Refused) as refused:
        form.add_error("file" if isinstance(refused, FileRefused) else None, str(refused))
        status = 413 if file.size > largest_file() else 422 if isinstance(refused, FileRefused) else 409
        return _page(request, disagreement, form, status=status)
    waits = " It can be opened once it was scanned for viruses." if attachment.state == Attachment.State.WAITING else ""
    messages.success(request, f"The file was added.{waits}")
    return redirect(disagreement.get_absolute_url())


add.largest_upload = lambda request: largest_file()  # type: ignore[attr-defined]  # read while it comes in (uploading.py)


@require_safe
def download(request: HttpRequest, slug: str, reference: str, file: UUID) -> HttpResponse:
    """The bytes, to be saved and not shown, to whoever may see the disagreement; that they were read is logged."""
    _, disagreement = get_for(request, reference)
    try:
        return handed_out(request, disagreement, attachment_of(disagreement, file))
    except CannotBeOpened as why:
        return _not_now(request, disagreement, str(why), status=why.status)


class CannotBeOpened(Exception):
    """It is there, and cannot be handed out now: why, and with which status that is told."""

    def __init__(self, sentence: str, status: int) -> None:
        super().__init__(sentence)
        self.status = status


def handed_out(request: HttpRequest, disagreement: Disagreement, attachment: Attachment) -> HttpResponse:
    """To a page or to a program. Raises CannotBeOpened."""
    if attachment.state != Attachment.State.CLEAN:
        raise CannotBeOpened(WAITS, 409)
    try:
        content = store.read(attachment.partnership_id, attachment.key, sha256=attachment.sha256)
    except store.StoreAway as gone:
        raise CannotBeOpened(LOST, 503) from gone
    except store.Changed as changed:
        raise CannotBeOpened(CHANGED, 503) from changed
    note_reading(request, Reading.What.FILE, disagreement=disagreement, attachment=attachment.pk)
    content_type = attachment.content_type if attachment.content_type in CONTENT_TYPES else "application/octet-stream"
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=attachment.name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = BOXED_IN
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, slug: str, reference: str, file: UUID) -> HttpResponse:
    viewer, disagreement = get_for(request, reference)
    attachment = attachment_of(disagreement, file)
    if not (verdict := may_remove_file(viewer, added_by=attachment.added_by_id)):
        raise PermissionDenied(verdict.sentence)
    form = RemoveFileForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            remove_file(disagreement.pk, viewer=viewer, key=attachment.key, reason=form.cleaned_data["reason"])
        except Refused as refused:
            return _not_now(request, disagreement, str(refused), status=409)
        messages.success(request, "The file was taken away, and what was in it destroyed.")
        return redirect(disagreement.get_absolute_url())
    context = {"form": form, "disagreement": disagreement, "attachment": attachment}
    return render(request, "escalation/files/remove.html", context, status=422 if form.is_bound else 200)


def attachment_of(disagreement: Disagreement, key: UUID) -> Attachment:
    """One that lies with this very disagreement, or 404."""
    found = Attachment.objects.filter(disagreement=disagreement, key=key, state__in=KEPT).first()
    if found is None:
        raise Http404
    return found


def _page(request: HttpRequest, disagreement: Disagreement, form: AddFileForm, *, status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "disagreement": disagreement, "scanned": scanner.configured(), "title": ADD}
    return render(request, "escalation/files/add.html", context, status=status)


def _not_now(request: HttpRequest, disagreement: Disagreement, sentence: str, *, status: int = 403) -> HttpResponse:
    context = {"sentence": sentence, "disagreement": disagreement, "title": "Files"}
    return render(request, "escalation/not_now.html", context, status=status)
