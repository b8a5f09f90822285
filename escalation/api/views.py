"""What the API shows: the same disagreements to the same people as the pages; decides nothing about who may see what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from partnerships import selectors as partnership_selectors
from partnerships.models import Agency, Post
from partnerships.protocol import Protocol
from partnerships.scope import present
from partnerships.token_scopes import TokenScope

from ..corrections import texts_of
from ..for_somebody import recorded_by
from ..models import ChronologyEntry, Disagreement
from ..permissions import Viewer
from ..reading import note_list_read
from ..selectors import timescale, visible
from ..sentences import sentence
from ..states import Kind
from ..views.acting import get_for, viewer_of
from .base import ApiView
from .conditional import has_it, tag_of, unchanged
from .filters import DisagreementFilters, Filters
from .paging import DisagreementPages
from .serializers import (
    AgencySerializer,
    DeadlineSerializer,
    DisagreementSerializer,
    EntrySerializer,
    ProtocolVersionSerializer,
    WholeDisagreementSerializer,
)


def context_for(viewer: Viewer, protocol: Protocol | None = None) -> dict[str, Any]:
    """What serializers need that is the same for every row: who reads, now, and the days that do not count."""
    return {"viewer": viewer, "protocol": protocol, "at": present(), "calendar": partnership_selectors.calendar()}


class DisagreementList(ApiView, ListAPIView[Disagreement]):
    """Every disagreement that you may see, the newest first. To keep a copy up to date, ask with order=first_changed and
    changed_since, follow next to its end, and begin again a few minutes before the last change that you have."""

    queryset = Disagreement.objects.none()
    serializer_class = DisagreementSerializer
    filter_backends = [Filters]
    filterset_class = DisagreementFilters
    pagination_class = DisagreementPages
    refusals: ClassVar[dict[str, list[str]]] = {"GET": ["400", "401", "404"]}

    def get_queryset(self) -> QuerySet[Disagreement]:
        seen: QuerySet[Disagreement] = visible(viewer_of(self.request))
        return seen.exclude(state="draft")

    def get_serializer_context(self) -> dict[str, Any]:
        if getattr(self, "swagger_fake_view", False):
            return {}
        return context_for(viewer_of(self.request))

    @extend_schema(operation_id="disagreements", tags=["disagreements"], summary="List disagreements")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        answer = self.list(request, *args, **kwargs)
        note_list_read(request._request, request.query_params)
        return answer


class DisagreementView(ApiView):
    """One disagreement with everything that its page shows. Reading it here is not noted as "seen": a program may
    read for nobody. Once a person has it, acknowledge it."""

    @extend_schema(operation_id="disagreement", tags=["disagreements"], summary="Read one", responses=WholeDisagreementSerializer)
    def get(self, request: Request, *, slug: str, reference: str) -> HttpResponse:
        viewer, disagreement = get_for(request, reference)
        tag = tag_of(viewer, disagreement)
        if has_it(request, tag):
            return unchanged(tag)
        return Response(whole(viewer, disagreement), headers={"ETag": tag})


def whole(viewer: Viewer, disagreement: Disagreement) -> dict[str, Any]:
    return WholeDisagreementSerializer(disagreement, context=context_for(viewer, disagreement.protocol)).data


class ChronologyView(ApiView):
    """Everything that happened to it, in order."""

    @extend_schema(
        operation_id="chronology", tags=["disagreements"], summary="Read its chronology",
        responses=EntrySerializer(many=True),
    )  # fmt: skip
    def get(self, request: Request, *, slug: str, reference: str) -> Response:
        _, disagreement = get_for(request, reference)
        return Response(EntrySerializer(chronology(disagreement), many=True).data)


@dataclass(frozen=True)
class Told:
    """One entry as it is told: its place within the disagreement, its sentence and its words."""

    number: int
    entry: ChronologyEntry
    sentence: str
    by: str | None
    words: str | None
    words_destroyed: bool
    corrects: int | None
    corrected_by: list[int]


def _by(disagreement: Disagreement, entry: ChronologyEntry) -> str | None:
    people = disagreement.people if "for_party" in entry.data else ()  # type: ignore[attr-defined]
    return recorded_by(str(entry.actor), entry.data, people) if entry.actor else None


def chronology(disagreement: Disagreement) -> list[Told]:
    entries = list(ChronologyEntry.objects.filter(disagreement=disagreement).select_related("actor").order_by("seq"))
    texts = texts_of(entries)
    numbers = {entry.seq: number for number, entry in enumerate(entries, start=1)}
    pointing = {entry.seq: entry.data["corrects"] for entry in entries if entry.kind == Kind.CORRECTED}
    return [
        Told(
            number=number,
            entry=entry,
            sentence=sentence(entry, disagreement.protocol),
            by=_by(disagreement, entry),
            words=texts.get(entry.words_id) if entry.words_id else None,
            words_destroyed=entry.words_id is not None and entry.words_id not in texts,
            corrects=numbers[pointing[entry.seq]] if entry.seq in pointing else None,
            corrected_by=[numbers[seq] for seq, old in pointing.items() if old == entry.seq],
        )
        for number, entry in enumerate(entries, start=1)
    ]


class DeadlinesView(ApiView):
    """Its running clocks, the soonest first, each with its words and how its date was counted."""

    @extend_schema(
        operation_id="deadlines", tags=["disagreements"], summary="Read its timescales",
        responses=DeadlineSerializer(many=True),
    )  # fmt: skip
    def get(self, request: Request, *, slug: str, reference: str) -> Response:
        _, disagreement = get_for(request, reference)
        now: datetime = present()
        calendar = partnership_selectors.calendar()
        clocks = [timescale(d, at=now, calendar=calendar) for d in disagreement.running]  # type: ignore[attr-defined]
        return Response(DeadlineSerializer(clocks, many=True).data)


class ProtocolView(ApiView):
    """The protocol in force today."""

    needs: ClassVar[dict[str, TokenScope]] = {"GET": TokenScope.DIRECTORY}

    @extend_schema(
        operation_id="protocol", tags=["partnership"], summary="Read the protocol", responses=ProtocolVersionSerializer
    )
    def get(self, request: Request, *, slug: str) -> Response:
        version = partnership_selectors.version_in_force()
        if version is None:
            raise Http404
        return Response(ProtocolVersionSerializer(version).data)


class AgenciesView(ApiView):
    """The agencies of the partnership, each with its own ladder of posts."""

    needs: ClassVar[dict[str, TokenScope]] = {"GET": TokenScope.DIRECTORY}

    @extend_schema(
        operation_id="agencies", tags=["partnership"], summary="List the agencies", responses=AgencySerializer(many=True)
    )
    def get(self, request: Request, *, slug: str) -> Response:
        found = Agency.objects.prefetch_related(Prefetch("posts", queryset=Post.objects.filter(active=True)))
        return Response(AgencySerializer(found, many=True).data)
