"""What stands behind a number, and agencies that raised none: the office's lists."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from escalation.api.base import ApiView
from escalation.api.errors import Invalid
from escalation.api.paging import ORDERS, Order, Pages
from escalation.api.sending import in_pages, only
from escalation.api.serializers import DisagreementSerializer, Read
from escalation.api.views import context_for
from escalation.reading import note_list_read
from escalation.selectors import visible
from partnerships import selectors as partnership_selectors
from partnerships.models import Agency
from partnerships.token_scopes import TokenScope

from ..behind import behind
from ..cohorts import UnknownKey
from ..figure import Period
from ..measures import figure
from ..permissions import may_look_behind
from ..views.silent import SILENT, contacts_of
from .asked import ANY_PERIOD, period_of
from .figures import permitted

NO_KEY = "Send the key of a number, as it stands beside it in the figure."


class NewestFirst(Pages):
    orders: ClassVar[Mapping[str, Order]] = {"newest": ORDERS["newest"]}


class BehindView(ApiView):
    """The disagreements behind one number, by its key and for the period of its figure."""

    pagination_class = NewestFirst
    refusals: ClassVar[dict[str, list[str]]] = {"GET": ["400", "401", "404"]}

    @extend_schema(
        operation_id="behind",
        tags=["figures"],
        summary="List what stands behind a number",
        parameters=[
            OpenApiParameter("key", OpenApiTypes.STR, required=True, description="From a cell of the figure"),
            *ANY_PERIOD,
        ],
        responses=DisagreementSerializer(many=True),
    )
    def get(self, request: Request, *, slug: str) -> Response:
        viewer = permitted(request, may_look_behind)
        pages = NewestFirst()
        chosen = period_of(request, "key", *pages.parameters)
        try:
            counted = behind(request.query_params.get("key", ""), chosen.period).order_by().values("pk")
        except UnknownKey as unknown:
            raise Invalid({"key": [NO_KEY]}) from unknown
        rows = visible(viewer, drafts=False).filter(pk__in=counted)
        context = context_for(viewer)
        answer = in_pages(pages, rows, request, lambda page: DisagreementSerializer(page, many=True, context=context).data)
        note_list_read(request._request, ["behind"])
        return answer


class ContactThereSerializer(Read):
    name = serializers.CharField()
    post = serializers.CharField(source="post.title")
    deputy = serializers.BooleanField()


class SilentAgencySerializer(Read):
    """An agency that raised none. `known`: what is known of it, by the words of `SilenceSerializer.head`."""

    agency = serializers.CharField(help_text="Its key")
    name = serializers.CharField()
    known = serializers.ListField(child=serializers.CharField())
    contacts = ContactThereSerializer(many=True)


class SilenceSerializer(Read):
    """`says` and `fair` stand above the list, and belong to it: none of it is an order of merit."""

    says = serializers.CharField()
    fair = serializers.CharField()
    head = serializers.ListField(child=serializers.CharField())
    agencies = SilentAgencySerializer(many=True)


class SilenceView(ApiView):
    """Agencies that raised none in so many months, by name: a question to each of them."""

    needs: ClassVar[dict[str, TokenScope]] = {"GET": TokenScope.OFFICE}
    refusals: ClassVar[dict[str, list[str]]] = {"GET": ["400", "401", "404"]}

    @extend_schema(operation_id="silence", tags=["figures"], summary="List silent agencies", responses=SilenceSerializer)
    def get(self, request: Request, *, slug: str) -> Response:
        permitted(request, may_look_behind)
        only(request)
        today = partnership_selectors.today()
        made = figure(SILENT, Period(today, today))
        numbers = [int(row.key) for row in made.rows]
        contacts, keys = contacts_of(numbers), dict(Agency.objects.filter(pk__in=numbers).values_list("pk", "key"))
        told: dict[str, Any] = {
            "says": made.says,
            "fair": made.fair,
            "head": list(made.head[1:]),
            "agencies": [
                {
                    "agency": keys[int(row.key)],
                    "name": row.name,
                    "known": [cell.words for cell in row.cells],
                    "contacts": contacts.get(int(row.key), []),
                }
                for row in made.rows
            ],
        }
        return Response(SilenceSerializer(told).data)
