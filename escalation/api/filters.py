"""Which disagreements a list holds: the filters of the API, none of which is guessed at; knows no permission."""

from __future__ import annotations

from datetime import UTC, datetime

import django_filters
from django.db.models import QuerySet
from django_filters.rest_framework import DjangoFilterBackend, IsoDateTimeFilter
from rest_framework.request import Request

from partnerships.protocol_terms import StageKind

from ..models import Disagreement
from ..states import STATE_WORDS, State
from .errors import Invalid
from .paging import DisagreementPages


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
        known = {*DisagreementFilters.base_filters, *DisagreementPages().parameters}
        there = ", ".join(sorted(known))
        sent = request.query_params
        wrong = {name: ["Say what to look for, or leave this out."] for name in sent if not all(sent.getlist(name))}
        wrong |= {name: [f"There is no such filter. The filters are: {there}."] for name in sent if name not in known}
        if wrong:
            raise Invalid(wrong)
        return dict(super().get_filterset_kwargs(request, queryset, view))
