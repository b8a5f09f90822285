"""Which disagreements a list holds: the filters of the API, none of which is guessed at; knows no permission."""

from __future__ import annotations

from datetime import UTC, datetime

import django_filters
from django.db.models import QuerySet
from django_filters.rest_framework import DjangoFilterBackend, IsoDateTimeFilter
from rest_framework.pagination import LimitOffsetPagination
from rest_framework.request import Request

from partnerships.protocol_terms import StageKind

from ..models import Disagreement
from ..states import STATE_WORDS, State
from .errors import Invalid

MOST = 200
FURTHEST = 10**9


class DisagreementFilters(django_filters.FilterSet):
    state = django_filters.MultipleChoiceFilter(
        choices=[(s.value, STATE_WORDS[s]) for s in State if s is not State.DRAFT], help_text="May be given more than once"
    )
    stage = django_filters.CharFilter(help_text="The key of a stage of the protocol")
    stage_kind = django_filters.MultipleChoiceFilter(
        choices=[(k.value, k.value) for k in StageKind], help_text="May be given more than once"
    )
    raising = django_filters.CharFilter("raising_agency__key", help_text="The key of an agency")
    receiving = django_filters.CharFilter("receiving_agency__key", help_text="The key of an agency")
    category = django_filters.CharFilter(help_text="The key of a category of the protocol")
    changed_since = IsoDateTimeFilter(method="since", help_text="A date and time like 2026-09-21T10:30:00+01:00")

    class Meta:
        model = Disagreement
        fields: list[str] = []

    def since(self, found: QuerySet[Disagreement], _: str, moment: datetime) -> QuerySet[Disagreement]:
        """In UTC: the database knows fewer zones than Python does."""
        try:
            return found.filter(changed_at__gte=moment.astimezone(UTC))
        except OverflowError as outside:
            raise Invalid({"changed_since": ["Send a date and time within the years that there are."]}) from outside


class Filters(DjangoFilterBackend):
    """A filter spelt wrong, or empty, would show everything as if it had been applied; it is refused."""

    def get_filterset_kwargs(self, request: Request, queryset: object, view: object) -> dict[str, object]:
        known = {*DisagreementFilters.base_filters, *Pages.parameters}
        there = ", ".join(sorted(known))
        sent = request.query_params
        wrong = {name: ["Say what to look for, or leave this out."] for name in sent if not all(sent.getlist(name))}
        wrong |= {name: [f"There is no such filter. The filters are: {there}."] for name in sent if name not in known}
        if wrong:
            raise Invalid(wrong)
        return dict(super().get_filterset_kwargs(request, queryset, view))


class Pages(LimitOffsetPagination):
    """50 at a time, 200 at most."""

    parameters = ("limit", "offset")
    default_limit = 50
    max_limit = MOST

    def get_schema_operation_parameters(self, view: object) -> list[dict[str, object]]:
        limit = {"type": "integer", "minimum": 1, "maximum": MOST, "default": self.default_limit}
        offset = {"type": "integer", "minimum": 0, "maximum": FURTHEST, "default": 0}
        return [
            {"name": "limit", "in": "query", "schema": limit, "description": "How many at once"},
            {"name": "offset", "in": "query", "schema": offset, "description": "How many to pass over first"},
        ]

    def get_limit(self, request: Request) -> int:
        return _number(request, "limit", least=1, most=MOST, usual=self.default_limit)

    def get_offset(self, request: Request) -> int:
        return _number(request, "offset", least=0, most=FURTHEST, usual=0)


def _number(request: Request, name: str, *, least: int, most: int, usual: int) -> int:
    text = request.query_params.get(name)
    if text is None:
        return usual
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 12 else -1
    if not least <= number <= most:
        raise Invalid({name: [f"Send a whole number from {least} to {most}."]})
    return number
