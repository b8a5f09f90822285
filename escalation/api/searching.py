"""Searching for programs: the words come in a body, and stand in no address and no log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import unescape
from typing import Any, ClassVar

from django import forms
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from partnerships.token_scopes import TokenScope

from ..forms.searching import SearchForm
from ..models import Disagreement, Reading
from ..reading import note_reading
from ..searching import extracts, matching
from ..selectors import visible
from ..views.acting import viewer_of
from ..views.older import asks_for_proof
from .base import ApiView
from .paging import ORDERS, Order, Pages
from .sending import SendSchema, filled, in_pages
from .serializers import DisagreementSerializer, Read
from .views import context_for


class FoundSerializer(Read):
    """One that was found. `extract`: a few words around each place, with what was found between ** and **; null where it is
    not quoted."""

    disagreement = DisagreementSerializer()
    extract = serializers.CharField(allow_null=True)


class FoundPages(Pages):
    orders: ClassVar[Mapping[str, Order]] = {"newest": ORDERS["newest"]}


class SearchView(ApiView):
    """Everything that you may see in which all of the words stand, the newest first. To go on, send the same body to next."""

    schema = SendSchema()
    body = "SearchRequest"
    pagination_class = FoundPages
    needs: ClassVar[dict[str, TokenScope]] = {"POST": TokenScope.READ}
    refusals: ClassVar[dict[str, list[str]]] = {"POST": ["400", "401", "403", "404", "413", "415"]}

    @staticmethod
    def specimen() -> forms.BaseForm:
        return SearchForm()

    @extend_schema(
        operation_id="search", tags=["disagreements"], summary="Search what was written",
        responses={200: OpenApiResponse(FoundSerializer(many=True), description="What was found.")},
    )  # fmt: skip
    def post(self, request: Request, *, slug: str) -> Response:
        words = filled(SearchForm, request.data).cleaned_data["words"]
        viewer = viewer_of(request._request)
        context = context_for(viewer)

        def show(page: Sequence[Disagreement]) -> list[Any]:
            quoted = extracts([d for d in page if not asks_for_proof(request._request, d)], words)
            note_reading(request._request, Reading.What.SEARCH, filters=["words"], quoted=sorted(quoted))
            rows = [{"disagreement": d, "extract": _plain(quoted[d.pk]) if d.pk in quoted else None} for d in page]
            return list(FoundSerializer(rows, many=True, context=context).data)

        return in_pages(FoundPages(), matching(visible(viewer, drafts=False), words), request, show)


def _plain(extract: str) -> str:
    """No HTML for a program: what was escaped for a page is as it was typed."""
    return unescape(str(extract).replace("<mark>", "**").replace("</mark>", "**"))
