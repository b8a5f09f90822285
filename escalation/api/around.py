"""What stands around the disagreements: contacts, days off, who is a member, and drafts that a program begins for its person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from partnerships.models import Contact, MemberRole, Membership
from partnerships.permissions import roles_of, why_not_keep
from partnerships.token_scopes import TokenScope

from .. import services
from ..forms.raising_flat import RaiseForm
from ..models import Disagreement
from ..moves import NotPermitted
from ..permissions import may_raise
from ..seeing import drafts_for
from ..views.acting import viewer_of
from .base import ApiView
from .errors import Invalid
from .once import Done, once
from .paging import Order, Pages
from .payload import fields_sent, read
from .raising import LINE, version_in_force
from .schema import DraftSchema


class ContactSerializer(serializers.ModelSerializer[Contact]):
    """An inbox, a front door, a post outside any agency. What is not known of it is empty."""

    email = serializers.CharField()
    agency = serializers.CharField(source="agency.key", allow_null=True, default=None)

    class Meta:
        model = Contact
        fields = read_only_fields = ["key", "role", "name", "agency", "email", "telephone", "address", "note", "review_by"]


class ContactsView(ApiView):
    """Addresses and telephone numbers of the directory, by name."""

    needs: ClassVar[dict[str, TokenScope]] = {"GET": TokenScope.DIRECTORY}

    @extend_schema(
        operation_id="contacts", tags=["partnership"], summary="List the contacts", responses=ContactSerializer(many=True)
    )
    def get(self, request: Request, *, slug: str) -> Response:
        found = Contact.objects.filter(active=True).select_related("agency")
        return Response(ContactSerializer(found, many=True).data)


class MemberSerializer(serializers.ModelSerializer[Membership]):
    """Who has access here, and in which role. `person`: what is sent where one of them is asked for."""

    person = serializers.IntegerField(source="user_id")
    name = serializers.CharField(source="user.name")
    email = serializers.CharField(source="user.email")
    role = serializers.ChoiceField(MemberRole.values)
    agency = serializers.CharField(source="agency.key", allow_null=True, default=None)

    class Meta:
        model = Membership
        fields = read_only_fields = ["id", "person", "name", "email", "role", "agency", "job_title", "telephone", "protocol_role"]


class MemberPages(Pages):
    orders: ClassVar[Mapping[str, Order]] = {"oldest": Order("pk", False, "who was let in first first")}


class MembersView(ApiView, ListAPIView[Membership]):
    """Everybody with access: for those who look after the partnership, as the page of people is."""

    queryset = Membership.objects.none()
    serializer_class = MemberSerializer
    pagination_class = MemberPages
    needs: ClassVar[dict[str, TokenScope]] = {"GET": TokenScope.OFFICE}
    refusals: ClassVar[dict[str, list[str]]] = {"GET": ["400", "401", "404"]}

    def get_queryset(self) -> QuerySet[Membership]:
        if reason := why_not_keep(roles_of(self.request._request.memberships)):  # type: ignore[attr-defined]
            raise NotPermitted(reason)
        found: QuerySet[Membership] = Membership.objects.filter(active=True).select_related("user", "agency")
        return found

    @extend_schema(operation_id="members", tags=["partnership"], summary="List who has access")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.list(request, *args, **kwargs)


class DraftSerializer(serializers.ModelSerializer[Disagreement]):
    """A draft: begun, and not raised. Its page is where its author goes on with it."""

    page = serializers.SerializerMethodField()
    protocol = serializers.CharField(source="line")
    began_at = serializers.DateTimeField(source="created_at")

    class Meta:
        model = Disagreement
        fields = read_only_fields = ["key", "page", "protocol", "began_at", "changed_at"]

    def get_page(self, draft: Disagreement) -> str:
        return settings.BASE_URL + str(reverse("escalation:draft", args=[self.context["slug"], draft.key]))


class DraftsView(ApiView):
    """Drafts that you may write in. A program begins one with what it knows, and its person completes it on the page: what
    they read there before they raise it is theirs to check."""

    schema = DraftSchema()
    needs: ClassVar[dict[str, TokenScope]] = {"GET": TokenScope.RAISE, "POST": TokenScope.RAISE}
    once = ("POST",)
    refusals: ClassVar[dict[str, list[str]]] = {"GET": ["401", "404"], "POST": ["400", "401", "403", "404", "409", "413", "415"]}

    @extend_schema(operation_id="drafts", tags=["drafts"], summary="List your drafts", responses=DraftSerializer(many=True))
    def get(self, request: Request, *, slug: str) -> Response:
        drafts = Disagreement.objects.filter(drafts_for(viewer_of(request._request))).order_by("-changed_at", "-pk")
        return Response(DraftSerializer(drafts, many=True, context={"slug": slug}).data)

    @extend_schema(
        operation_id="begin_draft",
        tags=["drafts"],
        summary="Begin a draft",
        parameters=[LINE],
        responses={201: OpenApiResponse(DraftSerializer, description="Begun.")},
    )
    def post(self, request: Request, *, slug: str) -> Response:
        """With as much of the form as is known: nothing is required. What it takes is read at raising/."""
        return once(request, do=lambda: self._begin(request, slug), again=lambda known: self._told(request, slug, **known))

    def _begin(self, request: Request, slug: str) -> Done:
        viewer = viewer_of(request._request)
        if not (verdict := may_raise(viewer)):
            raise NotPermitted(verdict.sentence)
        sent, version = fields_sent(request.data), version_in_force(request)
        typed, problems = read(RaiseForm(sent, viewer=viewer, protocol=version.protocol).fields, sent)
        if problems:
            raise Invalid(problems)
        draft = services.start_draft(viewer, line=version.line)
        services.save_draft(draft.pk, viewer=viewer, answers=typed)
        known = {"key": str(draft.key)}
        return Done(self._told(request, slug, **known), known)

    def _told(self, request: Request, slug: str, *, key: str) -> Response:
        draft = _draft(request, UUID(key))
        return Response(DraftSerializer(draft, context={"slug": slug}).data, status=201)


class DiscardView(ApiView):
    """Nothing is kept of a draft that is discarded. Only whoever began it does that."""

    needs: ClassVar[dict[str, TokenScope]] = {"POST": TokenScope.RAISE}
    refusals: ClassVar[dict[str, list[str]]] = {"POST": ["401", "403", "404", "409"]}

    @extend_schema(operation_id="discard_draft", tags=["drafts"], summary="Discard a draft", request=None, responses={204: None})
    def post(self, request: Request, *, slug: str, key: UUID) -> Response:
        services.discard_draft(_draft(request, key).pk, viewer=viewer_of(request._request))
        return Response(status=204)


def _draft(request: Request, key: UUID) -> Disagreement:
    """One that this person may write in, or 404."""
    found = Disagreement.objects.filter(drafts_for(viewer_of(request._request)), key=key).first()
    if found is None:
        raise Http404
    return found
