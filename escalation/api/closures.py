"""Days that do not count, for programs: those that there are, one more, one fewer; each counts the running clocks again."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, ClassVar

from django import forms
from django.http import Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from partnerships import selectors as partnership_selectors
from partnerships import services as partnership_services
from partnerships.forms import ClosureForm
from partnerships.models import ClosureDay
from partnerships.permissions import roles_of, why_not_keep
from partnerships.token_scopes import TokenScope

from .. import services
from ..moves import NotPermitted
from .errors import RefusedAtField
from .once import Done, once
from .sending import SENT, OfficeView, filled

AHEAD, BACK = timedelta(days=400), timedelta(days=400)


class ClosureSerializer(serializers.Serializer[Any]):
    """A day that does not count as a working day, besides Saturdays and Sundays."""

    day = serializers.DateField()
    name = serializers.CharField()
    own = serializers.BooleanField(help_text="The partnership's own day off, and no bank holiday")


class MovedSerializer(serializers.Serializer[Any]):
    """What became of it: a day, and how many running timescales were counted again. Each says so in its chronology."""

    day = serializers.DateField()
    counted_again = serializers.IntegerField()


def keeping(request: Request) -> None:
    if reason := why_not_keep(roles_of(request._request.memberships)):  # type: ignore[attr-defined]
        raise NotPermitted(reason)


class ClosuresView(OfficeView):
    """Days that do not count, a year back and a year ahead: with them a program counts working days as the tracker does."""

    body = "ClosureRequest"
    needs: ClassVar[dict[str, TokenScope]] = {"GET": TokenScope.DIRECTORY, "POST": TokenScope.OFFICE_WORK}
    refusals: ClassVar[dict[str, list[str]]] = {"GET": ["401", "404"], "POST": SENT}

    @staticmethod
    def specimen() -> forms.BaseForm:
        return ClosureForm(calendar=None)  # type: ignore[arg-type]

    @extend_schema(
        operation_id="closures", tags=["partnership"], summary="List the days off", responses=ClosureSerializer(many=True)
    )
    def get(self, request: Request, *, slug: str) -> Response:
        calendar, today = partnership_selectors.calendar(), partnership_selectors.today()
        days = [
            {"day": day, "name": name, "own": day in calendar.own}
            for day, name in sorted(calendar.closed.items())
            if today - BACK <= day <= today + AHEAD
        ]
        return Response(ClosureSerializer(days, many=True).data)

    @extend_schema(
        operation_id="add_closure",
        tags=["partnership"],
        summary="Add a day off",
        responses={201: OpenApiResponse(MovedSerializer, description="It does not count any more.")},
    )
    def post(self, request: Request, *, slug: str) -> Response:
        """By those who look after the partnership. Running timescales are counted again."""
        return once(request, do=lambda: self._add(request), again=self._told)

    def _add(self, request: Request) -> Done:
        keeping(request)
        form = filled(lambda data: ClosureForm(data, calendar=partnership_selectors.calendar()), request.data)
        try:
            closure = partnership_services.add_closure(**form.cleaned_data)
        except partnership_services.PartnershipRefused as refused:
            raise RefusedAtField(str(refused), {"day": [str(refused)]}) from refused
        known = {"day": closure.day.isoformat(), "counted_again": services.recount_clocks()}
        return Done(self._told(known), known)

    @staticmethod
    def _told(known: dict[str, Any]) -> Response:
        return Response(known, status=201)


class RemoveClosureView(OfficeView):
    """The day counts as a working day again."""

    needs: ClassVar[dict[str, TokenScope]] = {"POST": TokenScope.OFFICE_WORK}

    @extend_schema(
        operation_id="remove_closure",
        tags=["partnership"],
        summary="Take a day off away",
        request=None,
        parameters=[OpenApiParameter("day", OpenApiTypes.DATE, OpenApiParameter.PATH)],
        responses=MovedSerializer,
    )
    def post(self, request: Request, *, slug: str, day: str) -> Response:
        return once(request, do=lambda: self._remove(request, day), again=Response)

    def _remove(self, request: Request, day: str) -> Done:
        keeping(request)
        try:
            closure = ClosureDay.objects.filter(day=date.fromisoformat(day)).first()
        except ValueError:
            closure = None
        if closure is None:
            raise Http404
        known: dict[str, Any] = {"day": closure.day.isoformat()}
        partnership_services.remove_closure(closure)
        known["counted_again"] = services.recount_clocks()
        return Done(Response(known), known)
