"""What somebody said on the telephone or wrote, recorded by the office through the API: the act's own form and service."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import Http404
from drf_spectacular.plumbing import ResolvedComponent
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from partnerships.token_scopes import TokenScope

from ..actions import ACTIONS, Action
from ..for_somebody import CAME_BY, FOR_OTHERS, may_for, may_record_for_others, stands_for, ties_of
from ..forms.noticing import noticed
from ..models import Disagreement, Party
from ..moves import NotPermitted, Refused
from ..permissions import Ties, Viewer
from ..views.for_somebody import recorded_for, verbs_for
from .acting import NOT_HERE, asked, valid_form
from .asked import FieldSerializer
from .base import ApiView
from .office import OneView, at_version, door
from .once import Done
from .schema import VERSION
from .sending import SENT, SendSchema
from .serializers import DoneSerializer, Read


class RecordableSerializer(Read):
    """Somebody who takes part, and what the office can record for them now."""

    number = serializers.IntegerField()
    name = serializers.CharField()
    side = serializers.CharField()
    role = serializers.CharField()
    verbs = serializers.ListField(child=serializers.CharField())


class RecordingFormSerializer(Read):
    version = serializers.IntegerField()
    asks = FieldSerializer(many=True)


class ForWhomView(ApiView):
    """Everybody who takes part, each with what can be recorded for them now: from a telephone call, an e-mail or a talk."""

    refusals: ClassVar[dict[str, list[str]]] = {"GET": ["401", "404"]}

    @extend_schema(
        operation_id="for_whom", tags=["office"], summary="List for whom can be recorded",
        responses=RecordableSerializer(many=True),
    )  # fmt: skip
    def get(self, request: Request, *, slug: str, reference: str) -> Response:
        _, disagreement = door(request, reference, may_record_for_others)
        people = _people(disagreement)
        told = [
            {
                "number": party.pk,
                "name": party.name,
                "side": party.side,
                "role": party.role_name(disagreement.protocol),
                "verbs": [one["verb"] for one in verbs_for(party, disagreement, people)],
            }
            for party in people
        ]
        return Response(RecordableSerializer(told, many=True).data)


def _people(disagreement: Disagreement) -> list[Party]:
    return [party for party in disagreement.people if party.left_at is None]  # type: ignore[attr-defined]


class ForSomebodySchema(SendSchema):
    """What is recorded differs with the verb: its own fields, as they are read at the same address, and these two."""

    def get_request_serializer(self) -> Any:
        if self.method != "POST":
            return None
        described = {
            "type": "object",
            "required": ["came_at", "came_by", "version"],
            "properties": {
                "came_by": {"type": "string", "enum": list(CAME_BY), "description": "How it reached the office"},
                "came_at": {"type": "string", "format": "date-time", "description": "When they telephoned, wrote or said it"},
                "version": {"type": "integer", "minimum": 0, "description": VERSION},
            },
            "patternProperties": {"^[a-z][a-z0-9_]*$": {"description": "The verb's own fields"}},
            "additionalProperties": False,
        }
        name = "ForSomebodyRequest"
        component = ResolvedComponent(name, ResolvedComponent.SCHEMA, described, name)  # type: ignore[no-untyped-call]
        self.registry.register_on_missing(component)
        return {"application/json": component.ref}


class ForSomebodyView(OneView):
    """What somebody said or wrote, recorded by the office for them and marked so. They are told."""

    schema = ForSomebodySchema()
    versioned = ("POST",)
    done = "It is recorded for them. Who has an e-mail address here is told."
    needs: ClassVar[dict[str, TokenScope]] = {"GET": TokenScope.READ, "POST": TokenScope.OFFICE_WORK}
    refusals: ClassVar[dict[str, list[str]]] = {"GET": ["401", "404", "409"], "POST": SENT}
    which: ClassVar[list[OpenApiParameter]] = [
        OpenApiParameter("party", OpenApiTypes.INT, OpenApiParameter.PATH, description="The number of somebody who takes part"),
        OpenApiParameter("verb", {"type": "string", "enum": list(FOR_OTHERS)}, OpenApiParameter.PATH),
    ]

    @extend_schema(
        operation_id="record_for_form", tags=["office"], summary="What is asked to record it", parameters=which,
        responses=RecordingFormSerializer,
    )  # fmt: skip
    def get(self, request: Request, *, slug: str, reference: str, party: int, verb: str) -> Response:
        _, disagreement, action, holds = self._action(request, reference, party, verb)
        if not (verdict := action.verdict(disagreement, holds)):
            raise NotPermitted(verdict.sentence)
        if not action.offered(disagreement):
            raise Refused(NOT_HERE)
        form = action.form(disagreement=disagreement, viewer=self.stands)
        return Response(RecordingFormSerializer({"version": disagreement.version, "asks": asked(form)}).data)

    @extend_schema(
        operation_id="record_for", tags=["office"], summary="Record it for somebody", parameters=which, responses=DoneSerializer
    )
    def post(self, request: Request, *, slug: str, reference: str, **which: Any) -> Response:
        return super().post(request, slug=slug, reference=reference, **which)

    def do(self, request: Request, reference: str, *, party: int, verb: str) -> Done:  # type: ignore[override]
        office, disagreement, action, holds = self._action(request, reference, party, verb)
        sent = at_version(request, disagreement)
        form = valid_form(action, sent, viewer=self.stands, disagreement=disagreement, holds=holds)
        warnings = [str(sentence) for sentence in noticed(form).sentences]
        return self.done_by(office, reference, action.run(form).pk, warnings)

    def _action(self, request: Request, reference: str, number: int, verb: str) -> tuple[Viewer, Disagreement, Action, Ties]:
        """Whether it is theirs to do is asked as if they asked."""
        office, disagreement = door(request, reference, may_record_for_others)
        people = _people(disagreement)
        party = next((one for one in people if one.pk == number), None)
        if party is None or verb not in ACTIONS:
            raise Http404
        if not (verdict := may_for(verb, party, disagreement, people)):
            raise NotPermitted(verdict.sentence)
        self.stands = stands_for(party)
        return office, disagreement, recorded_for(ACTIONS[verb], party, office), ties_of(party, disagreement, people)
