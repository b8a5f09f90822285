"""Measures and their figures as JSON: as they may be published, for a dashboard, and as they are, for the office alone."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import Http404
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from escalation.api.base import ApiView
from escalation.api.sending import only
from escalation.api.serializers import Read
from escalation.moves import NotPermitted, Verdict
from escalation.permissions import Viewer
from escalation.views.acting import viewer_of
from partnerships.token_scopes import TokenScope

from ..choosing import Chosen
from ..figure import Figure, Row
from ..hiding import Adds
from ..measures import MEASURES, OVER_TIME, THEME_TITLES, Measure, Theme, figure
from ..permissions import may_look_behind, may_see_figures
from ..taking import head_of
from .asked import ANY_PERIOD, BY, PUBLISHED_PERIOD, by_of, period_of

MEASURE = OpenApiParameter(
    "measure", {"type": "string", "enum": list(MEASURES)}, OpenApiParameter.PATH, description="The key of a measure"
)


class MeasureSerializer(Read):
    """What is counted, what is left out, and what to know before reading anything into it."""

    key = serializers.ChoiceField(list(MEASURES))
    title = serializers.CharField()
    theme = serializers.ChoiceField([theme.value for theme in Theme])
    theme_title = serializers.SerializerMethodField()
    counts = serializers.CharField()
    leaves_out = serializers.CharField()
    fair = serializers.CharField()
    published = serializers.SerializerMethodField(help_text="Whether it is among what may be published")
    over_time = serializers.SerializerMethodField(help_text="Whether by says how it is cut")

    def get_theme_title(self, measure: Measure) -> str:
        return THEME_TITLES[measure.theme]

    def get_published(self, measure: Measure) -> bool:
        return measure.adds is not Adds.NOT

    def get_over_time(self, measure: Measure) -> bool:
        return measure.key in OVER_TIME


class CellSerializer(Read):
    """One number. `words`: as it is shown; `count`: where it counts disagreements and may be shown; `behind`: the key with
    which the disagreements behind it are listed, or null."""

    words = serializers.CharField()
    count = serializers.IntegerField(allow_null=True)
    behind = serializers.CharField(allow_null=True)


class FigureRowSerializer(Read):
    key = serializers.CharField()
    name = serializers.CharField()
    cells = CellSerializer(many=True)


class FigureSerializer(Read):
    """One figure of a period. `says`: what it shows, in a sentence; `fair`: what to know before reading anything into it.
    `head`: of the column of names and of each cell. `n`: how many it is about."""

    measure = serializers.ChoiceField(list(MEASURES))
    title = serializers.CharField()
    first = serializers.DateField()
    last = serializers.DateField()
    published = serializers.BooleanField(help_text="Whether small counts are hidden")
    says = serializers.CharField()
    fair = serializers.CharField()
    n = serializers.IntegerField()
    unit = serializers.CharField()
    head = serializers.ListField(child=serializers.CharField())
    rows = FigureRowSerializer(many=True)
    total = FigureRowSerializer(allow_null=True)


EXAMPLE = OpenApiExample(
    "The highest kind of step",
    {
        "measure": "kind-reached", "title": "The highest kind of step they reached", "first": "2025-04-01",
        "last": "2026-03-31", "published": False, "says": "9 were raised.", "fair": "", "n": 9, "unit": "disagreements",
        "head": ["", "Disagreements"],
        "rows": [
            {"key": "manager", "name": "Managers", "cells": [{"words": "7", "count": 7, "behind": "raised/kind=manager"}]},
            {"key": "senior", "name": "Senior managers", "cells": [{"words": "2", "count": 2, "behind": "raised/kind=senior"}]},
        ],
        "total": {"key": "all", "name": "All", "cells": [{"words": "9", "count": 9, "behind": "raised"}]},
    },
    response_only=True,
)  # fmt: skip


def permitted(request: Request, verdict: Any) -> Viewer:
    viewer: Viewer = viewer_of(request._request)
    said: Verdict = verdict(viewer)
    if not said:
        raise NotPermitted(said.sentence)
    return viewer


def as_json(made: Figure, chosen: Chosen, *, published: bool) -> dict[str, Any]:
    return {
        "measure": made.key, "title": made.title, "first": chosen.period.first, "last": chosen.period.last,
        "published": published, "says": made.says, "fair": made.fair, "n": made.n, "unit": made.unit,
        "head": list(head_of(made)), "rows": [_row(row) for row in made.rows],
        "total": _row(made.total) if made.total else None,
    }  # fmt: skip


def _row(row: Row) -> dict[str, Any]:
    cells = [{"words": cell.words, "count": cell.count, "behind": cell.behind or None} for cell in row.cells]
    return {"key": row.key, "name": row.name, "cells": cells}


def known(measure: str) -> str:
    if measure not in MEASURES:
        raise Http404
    return measure


class MeasuresView(ApiView):
    """Everything that is counted, in the order of the pages."""

    needs: ClassVar[dict[str, TokenScope]] = {"GET": TokenScope.FIGURES}
    refusals: ClassVar[dict[str, list[str]]] = {"GET": ["400", "401", "404"]}

    @extend_schema(operation_id="measures", tags=["figures"], summary="List the measures", responses=MeasureSerializer(many=True))
    def get(self, request: Request, *, slug: str) -> Response:
        permitted(request, may_see_figures)
        only(request)
        return Response(MeasureSerializer(list(MEASURES.values()), many=True).data)


class PublishedView(ApiView):
    """A figure as it may be published, for a dashboard that has no right to read disagreements: of one financial year that
    is over, with small counts hidden and nothing behind them. Any other period could be taken from one of these."""

    needs: ClassVar[dict[str, TokenScope]] = {"GET": TokenScope.FIGURES}
    refusals: ClassVar[dict[str, list[str]]] = {"GET": ["400", "401", "404"]}

    @extend_schema(
        operation_id="published_figure",
        tags=["figures"],
        summary="Read a published figure",
        parameters=[MEASURE, PUBLISHED_PERIOD],
        responses=FigureSerializer,
    )
    def get(self, request: Request, *, slug: str, measure: str) -> Response:
        permitted(request, may_see_figures)
        chosen = period_of(request, published=True)
        made = figure(known(measure), chosen.period, published=True)
        return Response(FigureSerializer(as_json(made, chosen, published=True)).data)


class FigureView(ApiView):
    """A figure as it is, with the keys of what stands behind each number: for the partnership office. Small counts can point
    at one child or one person."""

    needs: ClassVar[dict[str, TokenScope]] = {"GET": TokenScope.OFFICE}
    refusals: ClassVar[dict[str, list[str]]] = {"GET": ["400", "401", "404"]}

    @extend_schema(
        operation_id="figure",
        tags=["figures"],
        summary="Read a figure as it is",
        parameters=[MEASURE, *ANY_PERIOD, BY],
        responses=FigureSerializer,
        examples=[EXAMPLE],
    )
    def get(self, request: Request, *, slug: str, measure: str) -> Response:
        permitted(request, may_look_behind)
        chosen = period_of(request, "by")
        made = figure(known(measure), chosen.period, by=by_of(request))
        return Response(FigureSerializer(as_json(made, chosen, published=False)).data)
