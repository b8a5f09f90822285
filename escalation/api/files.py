"""Files that lie with a disagreement, for programs: list, add, download, by the pages' own rules and words."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from partnerships.arrangements import arrangements
from partnerships.token_scopes import TokenScope
from partnerships.uploading import given_up

from ..files.kinds import CONTENT_TYPES, FileRefused
from ..forms.files import AddFileForm
from ..models import Attachment
from ..moves import NotPermitted, Refused
from ..permissions import may_add_file
from ..services.attaching import add_file, largest_file, too_large, why_no_files
from ..views.acting import get_for
from ..views.files import CannotBeOpened, attachment_of, handed_out
from .acting import hold, tied
from .base import ApiView
from .errors import Away, Invalid, TooLarge
from .once import Done, once

STATES = [state.value for state in Attachment.State if state is not Attachment.State.REMOVED]


class FileSerializer(serializers.ModelSerializer[Attachment]):
    """A file. It can be opened where its state is "clean"; one that is "waiting" is about to be scanned for viruses."""

    id = serializers.UUIDField(source="key")
    state = serializers.ChoiceField(STATES)
    added_by = serializers.CharField(source="added_by.name")

    class Meta:
        model = Attachment
        fields = read_only_fields = ["id", "name", "content_type", "size", "sha256", "state", "added_by", "added_at"]


class FilesView(ApiView):
    """The files that lie with a disagreement. What was taken away stands in the chronology alone."""

    needs: ClassVar[dict[str, TokenScope]] = {"GET": TokenScope.READ, "POST": TokenScope.ACT}
    parser_classes = [MultiPartParser]
    once = ("POST",)
    refusals: ClassVar[dict[str, list[str]]] = {
        "GET": ["401", "404"],
        "POST": ["400", "401", "403", "404", "409", "413", "415"],
    }

    @extend_schema(operation_id="files", tags=["files"], summary="List its files", responses=FileSerializer(many=True))
    def get(self, request: Request, *, slug: str, reference: str) -> Response:
        _, disagreement = get_for(request, reference)
        lying = Attachment.objects.filter(disagreement=disagreement).exclude(state=Attachment.State.REMOVED)
        return Response(FileSerializer(lying.select_related("added_by").order_by("pk"), many=True).data)

    @extend_schema(
        operation_id="add_file",
        tags=["files"],
        summary="Add a file",
        request={
            "multipart/form-data": {
                "type": "object",
                "required": ["file"],
                "properties": {
                    "file": {"type": "string", "format": "binary", "description": "With a name that says its kind"},
                    "about": {"type": "string", "maxLength": 200, "description": "What it is. No name of a child."},
                },
            }
        },
        responses={201: OpenApiResponse(FileSerializer, description="Added.")},
    )
    def post(self, request: Request, *, slug: str, reference: str) -> Response:
        """By those who take part and the partnership office, where the partnership keeps files. It is scanned before
        anybody opens it."""
        return once(
            request, do=lambda: self._add(request, reference), again=lambda known: self._told(request, reference, **known)
        )

    def _add(self, request: Request, reference: str) -> Done:
        viewer, disagreement = get_for(request, reference)
        if not (verdict := may_add_file(tied(viewer, disagreement))):
            raise NotPermitted(verdict.sentence)
        if reason := why_no_files():
            raise Refused(reason)
        form = AddFileForm(request.data, request.FILES, megabytes=arrangements().attachment_megabytes)
        if given_up(request._request):
            raise TooLarge(too_large())
        hold(form, {})
        file = form.cleaned_data["file"]
        if file.size > largest_file():
            raise TooLarge(too_large())
        about = form.cleaned_data["about"]
        try:
            added = add_file(disagreement.pk, viewer=viewer, file=file, size=file.size, name=file.name, about=about)
        except FileRefused as refused:
            raise Invalid({"file": [str(refused)]}, str(refused)) from refused
        known = {"file": str(added.key)}
        return Done(self._told(request, reference, **known), known)

    def _told(self, request: Request, reference: str, *, file: str) -> Response:
        _, disagreement = get_for(request, reference)
        added = Attachment.objects.filter(disagreement=disagreement, key=file).select_related("added_by").first()
        if added is None or added.state == Attachment.State.REMOVED:  # somebody took it away since
            raise Http404
        return Response(FileSerializer(added).data, status=201, headers={"Location": f"{request.path}{file}/"})


class FileView(ApiView):
    """One file, to be saved. That it was read is logged."""

    refusals: ClassVar[dict[str, list[str]]] = {"GET": ["401", "404", "409", "503"]}

    @extend_schema(
        operation_id="file",
        tags=["files"],
        summary="Download a file",
        responses={(200, kind): OpenApiTypes.BINARY for kind in [*sorted(CONTENT_TYPES), "application/octet-stream"]},
    )
    def get(self, request: Request, *, slug: str, reference: str, file: UUID) -> HttpResponse:
        _, disagreement = get_for(request, reference)
        try:
            return handed_out(request._request, disagreement, attachment_of(disagreement, file))
        except CannotBeOpened as why:
            if why.status == 503:
                raise Away(str(why)) from why
            raise Refused(str(why)) from why


def _largest(request: HttpRequest) -> int:
    return largest_file()


def files_view() -> Any:
    """Read while it comes in (uploading.py): this address takes as much as the partnership's files may be long."""
    view: Any = FilesView.as_view()
    view.largest_upload = _largest
    return view
