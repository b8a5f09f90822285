"""Packs and reports as they were issued, for programs: the value, and the same as a file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.http import Http404, HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from documents.kept import from_value
from escalation.api.once import Done, once
from escalation.api.paging import Order, Pages
from escalation.api.sending import OfficeView, found, in_pages, only
from escalation.models import Reading
from escalation.reading import note_reading
from partnerships.token_scopes import TokenScope

from .. import services
from ..models import Issued
from ..views.taking import FORMATS, file_of
from .meetings import MEETINGS, IssuedSerializer, preparing

ISSUED = Issued.objects.select_related("meeting__partnership", "report__partnership", "issued_by")


class WholeIssuedSerializer(IssuedSerializer):
    """With the document as a value: its title and its parts, each a heading, a paragraph, bullets, a table or a picture."""

    content = serializers.DictField()

    class Meta(IssuedSerializer.Meta):
        fields = [*IssuedSerializer.Meta.fields, "content"]
        read_only_fields = fields


class IssuedPages(Pages):
    orders: ClassVar[Mapping[str, Order]] = {"newest": Order("pk", True, "the newest first")}


class IssuedListView(OfficeView):
    """Every pack and report that was issued."""

    pagination_class = IssuedPages

    @extend_schema(
        operation_id="issued", tags=["meetings"], summary="List what was issued", responses=IssuedSerializer(many=True)
    )
    def get(self, request: Request, *, slug: str) -> Response:
        preparing(request)
        pages = IssuedPages()
        only(request, *pages.parameters)
        return in_pages(pages, ISSUED.defer("content"), request, lambda page: IssuedSerializer(page, many=True).data)


class IssuedView(OfficeView):
    """One of them, word for word and number for number as it was issued."""

    refusals: ClassVar[dict[str, list[str]]] = {"GET": ["401", "404"]}

    @extend_schema(operation_id="issued_one", tags=["meetings"], summary="Read what was issued", responses=WholeIssuedSerializer)
    def get(self, request: Request, *, slug: str, number: int) -> Response:
        preparing(request)
        row = found(ISSUED, number)
        from_value(row.content, digest=row.digest)
        note_reading(request._request, Reading.What.TRACKER, list="issued", issued=row.pk)
        return Response(WholeIssuedSerializer(row).data)


class IssuedFileView(OfficeView):
    """One of them as PDF, DOCX or HTML. That it was taken is logged."""

    refusals: ClassVar[dict[str, list[str]]] = {"GET": ["401", "404"]}

    @extend_schema(
        operation_id="issued_file",
        tags=["meetings"],
        summary="Take what was issued as a file",
        parameters=[OpenApiParameter("kind", {"type": "string", "enum": list(FORMATS)}, OpenApiParameter.PATH)],
        responses={(200, kind.partition(";")[0]): OpenApiTypes.BINARY for kind, _ in FORMATS.values()},
    )
    def get(self, request: Request, *, slug: str, number: int, kind: str) -> HttpResponse:
        preparing(request)
        row = found(ISSUED, number)
        if kind not in FORMATS:
            raise Http404
        return file_of(request._request, from_value(row.content, digest=row.digest), kind, issued=row.pk)


class IssueView(OfficeView):
    """The pack of a meeting, as it is now: it stays so."""

    needs: ClassVar[dict[str, TokenScope]] = {"POST": TokenScope.OFFICE_WORK}

    @extend_schema(
        operation_id="issue_pack",
        tags=["meetings"],
        summary="Issue its pack",
        request=None,
        responses={201: OpenApiResponse(WholeIssuedSerializer, description="Issued.")},
    )
    def post(self, request: Request, *, slug: str, number: int) -> Response:
        return once(request, do=lambda: self._issue(request, number), again=lambda known: self._told(**known))

    def _issue(self, request: Request, number: int) -> Done:
        viewer = preparing(request)
        made = services.issue_pack(found(MEETINGS, number), viewer=viewer)
        known: dict[str, Any] = {"issued": made.pk}
        return Done(self._told(**known), known)

    @staticmethod
    def _told(issued: int) -> Response:
        return Response(WholeIssuedSerializer(found(ISSUED, issued)).data, status=201)
