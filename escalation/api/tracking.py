"""The tracker's views for programs: which there are, what one shows row by row, and the same as a file."""

from __future__ import annotations

from typing import ClassVar

from django.http import Http404
from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from partnerships import selectors as partnership_selectors
from partnerships.scope import present
from partnerships.token_scopes import TokenScope

from ..exporting import KINDS
from ..models import Disagreement
from ..moves import NotPermitted
from ..permissions import Viewer, may_track
from ..reading import note_list_read
from ..selectors import visible
from ..tracker import ORDERS, counted, page_of, tracked
from ..tracker.pages import key_of
from ..tracker.saved import View, views_for
from ..views.acting import viewer_of
from ..views.exporting import file_of
from ..views.tracker import Asked, asked_of
from .base import ApiView
from .errors import Invalid
from .paging import MOST, NO_CURSOR, USUAL, Pages, whole_number
from .sending import only
from .serializers import DisagreementSerializer, Read
from .views import context_for

KEY = OpenApiParameter("key", OpenApiTypes.STR, OpenApiParameter.PATH, description="The key of a view")


class ViewSerializer(Read):
    """A view: a name for filters, columns and an order. `filters` are those of the tracker's page, by name."""

    key = serializers.CharField()
    name = serializers.CharField()
    about = serializers.CharField()
    shared = serializers.BooleanField()
    own = serializers.SerializerMethodField(help_text="Whether you saved it")
    filters = serializers.DictField(child=serializers.ListField(child=serializers.CharField()))
    columns = serializers.ListField(child=serializers.CharField())

    def get_own(self, view: View) -> bool:
        return view.saved is not None and view.saved.made_by_id == self.context["viewer"].user.pk


class RowPages(Pages):
    """In the view's own order, by the tracker's own keys."""

    def rows_of(self, request: Request, asked: Asked, viewer: Viewer) -> list[Disagreement]:
        self.request, self.by_number = request, None
        limit = whole_number(request, "limit", least=1, most=MOST, usual=USUAL)
        cursor = request.query_params.get("cursor", "")
        if cursor and key_of(cursor) is None:
            raise Invalid({"cursor": [NO_CURSOR]})
        now, calendar = present(), partnership_selectors.calendar()
        fitting = asked.filters.fitting(tracked(viewer), at=now, calendar=calendar)
        page = page_of(fitting, ORDERS[asked.filters.order], after=cursor, size=limit)
        self.count = None if cursor else counted(fitting).number
        self.next = self._to(page.after) if page.after else None
        whole = {d.pk: d for d in visible(viewer, drafts=False).filter(pk__in=page.numbers)} if page.numbers else {}
        return [whole[number] for number in page.numbers if number in whole]

    def _to(self, cursor: str) -> str:
        sent = self.request.query_params.copy()
        sent["cursor"] = cursor
        return f"{self.request.build_absolute_uri(self.request.path)}?{sent.urlencode()}"


def tracking(request: Request) -> Viewer:
    viewer = viewer_of(request._request)
    if not (verdict := may_track(viewer)):
        raise NotPermitted(verdict.sentence)
    return viewer


def of_view(request: Request, viewer: Viewer, key: str) -> Asked:
    """What a view shows, as it was saved; 404 where there is none that this person may use."""
    return asked_of(request._request, viewer, key=key)


class ViewsView(ApiView):
    """The views that are always there, then your own and those that the office shares."""

    needs: ClassVar[dict[str, TokenScope]] = {"GET": TokenScope.OFFICE}
    refusals: ClassVar[dict[str, list[str]]] = {"GET": ["400", "401", "404"]}

    @extend_schema(
        operation_id="tracker_views", tags=["tracker"], summary="List the views of the tracker",
        responses=ViewSerializer(many=True),
    )  # fmt: skip
    def get(self, request: Request, *, slug: str) -> Response:
        viewer = tracking(request)
        only(request)
        views = list(views_for(viewer.user).values())
        return Response(ViewSerializer(views, many=True, context={"viewer": viewer}).data)


class ViewRowsView(ApiView):
    """What one view shows, in its own order. Beyond ten thousand, count says that there are more."""

    pagination_class = RowPages
    refusals: ClassVar[dict[str, list[str]]] = {"GET": ["400", "401", "404"]}

    @extend_schema(
        operation_id="tracker_view", tags=["tracker"], summary="List what a view shows", parameters=[KEY],
        responses=DisagreementSerializer(many=True),
    )  # fmt: skip
    def get(self, request: Request, *, slug: str, key: str) -> Response:
        viewer, pages = tracking(request), RowPages()
        only(request, *pages.parameters)
        asked = of_view(request, viewer, key)
        rows = pages.rows_of(request, asked, viewer)
        note_list_read(request._request, asked.filters.given)
        return pages.get_paginated_response(DisagreementSerializer(rows, many=True, context=context_for(viewer)).data)


class ViewFileView(ApiView):
    """What one view shows, as the file that its page offers: CSV, XLSX or ODS. That it was taken is logged."""

    needs: ClassVar[dict[str, TokenScope]] = {"GET": TokenScope.OFFICE}
    refusals: ClassVar[dict[str, list[str]]] = {"GET": ["400", "401", "404"]}

    @extend_schema(
        operation_id="tracker_file",
        tags=["tracker"],
        summary="Take a view as a file",
        parameters=[KEY, OpenApiParameter("kind", {"type": "string", "enum": list(KINDS)}, OpenApiParameter.PATH)],
        responses={(200, kind.content_type.partition(";")[0]): OpenApiTypes.BINARY for kind in KINDS.values()},
    )
    def get(self, request: Request, *, slug: str, key: str, kind: str) -> HttpResponseBase:
        viewer = tracking(request)
        only(request)
        if kind not in KINDS:
            raise Http404
        return file_of(request._request, viewer, of_view(request, viewer, key), kind)
