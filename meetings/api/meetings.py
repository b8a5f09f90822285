"""Meetings, what they decided and what waits for them, for programs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from escalation.api.base import ApiView
from escalation.api.once import Done, once
from escalation.api.paging import Order, Pages
from escalation.api.sending import OfficeView, filled, found, in_pages, only
from escalation.api.serializers import Read
from escalation.api.specimen import OWN
from escalation.models import Reading
from escalation.moves import NotPermitted
from escalation.permissions import Viewer
from escalation.reading import note_reading
from escalation.views.acting import viewer_of
from partnerships.token_scopes import TokenScope

from .. import groups, queue, services
from ..forms import DecisionForm, DoneForm, MeetingForm
from ..models import Decision, Issued, Meeting
from ..permissions import may_prepare, may_see_waiting

MEETINGS = Meeting.objects.select_related("partnership")


class DecisionSerializer(serializers.ModelSerializer[Decision]):
    """What a meeting decided, and what became of it."""

    number = serializers.IntegerField(source="pk")
    meeting = serializers.IntegerField(source="meeting_id")
    about = serializers.ChoiceField(Decision.About.values)

    class Meta:
        model = Decision
        fields = read_only_fields = [
            "number", "meeting", "about", "words", "owner", "due", "done_on", "came_of_it", "recorded_at",
        ]  # fmt: skip


class MeetingSerializer(serializers.ModelSerializer[Meeting]):
    """One meeting of a sub-group; `last` is null where it looks up to the day on which its pack is issued."""

    number = serializers.IntegerField(source="pk")
    group = serializers.CharField()

    class Meta:
        model = Meeting
        fields = ["number", "group", "sub_group", "held_on", "first", "last", "notes"]
        read_only_fields = fields


class IssuedSerializer(serializers.ModelSerializer[Issued]):
    """A pack or a report as it was issued: of a meeting, or of a report on a year. `digest` says that nobody changed it."""

    number = serializers.IntegerField(source="pk")
    meeting = serializers.IntegerField(source="meeting_id", allow_null=True)
    report = serializers.IntegerField(source="report_id", allow_null=True)

    class Meta:
        model = Issued
        fields = ["number", "meeting", "report", "first", "last", "issued_at", "digest"]
        read_only_fields = fields


class WholeMeetingSerializer(MeetingSerializer):
    """With what it decided and the packs that were issued for it."""

    decisions = DecisionSerializer(many=True)
    issued = IssuedSerializer(many=True)

    class Meta(MeetingSerializer.Meta):
        fields = [*MeetingSerializer.Meta.fields, "decisions", "issued"]
        read_only_fields = fields


class MeetingPages(Pages):
    orders: ClassVar[Mapping[str, Order]] = {"newest": Order("pk", True, "what was entered last first")}


def preparing(request: Request) -> Viewer:
    viewer: Viewer = viewer_of(request._request)
    if not (verdict := may_prepare(viewer)):
        raise NotPermitted(verdict.sentence)
    return viewer


class MeetingsView(OfficeView):
    """Every meeting that was entered."""

    body = "MeetingRequest"
    pagination_class = MeetingPages

    @staticmethod
    def specimen() -> forms.BaseForm:
        return MeetingForm(groups=[f"{OWN}_group"])

    @extend_schema(operation_id="meetings", tags=["meetings"], summary="List meetings", responses=MeetingSerializer(many=True))
    def get(self, request: Request, *, slug: str) -> Response:
        preparing(request)
        pages = MeetingPages()
        only(request, *pages.parameters)
        return in_pages(pages, MEETINGS, request, lambda page: MeetingSerializer(page, many=True).data)

    @extend_schema(
        operation_id="add_meeting",
        tags=["meetings"],
        summary="Enter a meeting",
        responses={201: OpenApiResponse(WholeMeetingSerializer, description="Entered.")},
    )
    def post(self, request: Request, *, slug: str) -> Response:
        """`group`: a sub-group of the protocol's, "another" with its name in `named`, or "-" for the office's own."""
        return once(request, do=lambda: self._enter(request), again=lambda known: self._told(request, **known))

    def _enter(self, request: Request) -> Done:
        viewer = preparing(request)
        form = filled(lambda data: MeetingForm(data, groups=groups.sub_groups()), request.data)
        kept = services.keep_meeting(None, viewer=viewer, **form.facts())
        return Done(self._told(request, kept.pk), {"meeting": kept.pk})

    def _told(self, request: Request, meeting: int) -> Response:
        row = found(MEETINGS, meeting)
        headers = {"Location": f"{request.path}{meeting}/"}
        return Response(WholeMeetingSerializer(row).data, status=201, headers=headers)


class MeetingView(OfficeView):
    """One meeting, with its decisions and the packs that were issued."""

    refusals: ClassVar[dict[str, list[str]]] = {"GET": ["401", "404"]}

    @extend_schema(operation_id="meeting", tags=["meetings"], summary="Read a meeting", responses=WholeMeetingSerializer)
    def get(self, request: Request, *, slug: str, number: int) -> Response:
        preparing(request)
        return Response(WholeMeetingSerializer(found(MEETINGS, number)).data)


class DecideView(OfficeView):
    """What the meeting decided. The next pack says it, and whether it was done."""

    body = "DecisionRequest"
    needs: ClassVar[dict[str, TokenScope]] = {"POST": TokenScope.OFFICE_WORK}

    @staticmethod
    def specimen() -> forms.BaseForm:
        return DecisionForm()

    @extend_schema(
        operation_id="record_meeting_decision",
        tags=["meetings"],
        summary="Record what it decided",
        responses={201: OpenApiResponse(DecisionSerializer, description="Recorded.")},
    )
    def post(self, request: Request, *, slug: str, number: int) -> Response:
        return once(request, do=lambda: self._decided(request, number), again=lambda known: decision(**known, status=201))

    def _decided(self, request: Request, number: int) -> Done:
        viewer = preparing(request)
        meeting = found(MEETINGS, number)
        form = filled(DecisionForm, request.data)
        made = services.record_decision(meeting, viewer=viewer, **form.cleaned_data)
        return Done(decision(made.pk, status=201), {"number": made.pk})


class DoneView(OfficeView):
    """That what was decided is done, and what came of it."""

    body = "DecisionDoneRequest"
    needs: ClassVar[dict[str, TokenScope]] = {"POST": TokenScope.OFFICE_WORK}

    @staticmethod
    def specimen() -> forms.BaseForm:
        return DoneForm()

    @extend_schema(
        operation_id="meeting_decision_done", tags=["meetings"], summary="Say that it is done", responses=DecisionSerializer
    )
    def post(self, request: Request, *, slug: str, number: int) -> Response:
        return once(request, do=lambda: self._done(request, number), again=lambda known: decision(**known))

    def _done(self, request: Request, number: int) -> Done:
        preparing(request)
        row = found(Decision.objects.all(), number)
        services.say_done(row, **filled(DoneForm, request.data).cleaned_data)
        return Done(decision(number), {"number": number})


def decision(number: int, *, status: int = 200) -> Response:
    return Response(DecisionSerializer(found(Decision.objects.all(), number)).data, status=status)


# ---------------------------------------------------------------- what waits
class WaitingForSerializer(Read):
    """A log or a deep dive that waits for somebody's word."""

    disagreement = serializers.CharField(source="disagreement.reference")
    process = serializers.CharField(source="process.name")
    since = serializers.DateField()
    for_whom = serializers.CharField()
    may_decide = serializers.BooleanField(help_text="Whether you may")
    asks = serializers.CharField()


class SentSerializer(Read):
    """Learning that was sent to a sub-group and that nobody has taken up."""

    disagreement = serializers.CharField(source="disagreement.reference")
    sub_group = serializers.CharField()
    needs = serializers.CharField()
    on = serializers.DateField()


class QueueSerializer(Read):
    waiting = WaitingForSerializer(many=True)
    sent = SentSerializer(many=True, help_text="For the partnership office alone")


class WaitingView(ApiView):
    """What waits for a sub-group, the longest waiting first: for the office, and for those who decide there."""

    refusals: ClassVar[dict[str, list[str]]] = {"GET": ["400", "401", "404"]}

    @extend_schema(operation_id="waiting", tags=["meetings"], summary="List what waits", responses=QueueSerializer)
    def get(self, request: Request, *, slug: str) -> Response:
        viewer = viewer_of(request._request)
        if not (verdict := may_see_waiting(viewer)):
            raise NotPermitted(verdict.sentence)
        only(request)
        note_reading(request._request, Reading.What.TRACKER, list="waiting for a sub-group")
        told: dict[str, Any] = {"waiting": queue.waiting(viewer), "sent": queue.sent(viewer) if viewer.is_office else []}
        return Response(QueueSerializer(told).data)
