"""Endpoints for webhooks, for programs: which there are, a new one, a test, sending again, an end. As the pages do it."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from escalation.api.once import Done, once
from escalation.api.sending import OfficeView, filled, found
from escalation.moves import NotPermitted, Refused
from partnerships.doing import PartnershipRefused
from partnerships.form_dates import GovukDateTimeField
from partnerships.models import Agency
from partnerships.permissions import roles_of, why_not_keep
from partnerships.token_scopes import TokenScope

from . import keeping, sending
from .forms import EndpointForm
from .models import WebhookDelivery, WebhookEndpoint
from .permissions import why_not_tell

BEGINS = "msg_"


class EndpointSerializer(serializers.ModelSerializer[WebhookEndpoint]):
    """A system that is told. `agency`: of whose disagreements alone; null: of all."""

    agency = serializers.CharField(source="agency.key", allow_null=True, default=None)
    not_delivered = serializers.SerializerMethodField(help_text="How many things did not arrive and are tried no more")

    class Meta:
        model = WebhookEndpoint
        fields = read_only_fields = [
            "id", "name", "url", "agency", "made_at", "secret_made_at", "failing_since", "switched_off_at", "not_delivered",
        ]  # fmt: skip

    def get_not_delivered(self, endpoint: WebhookEndpoint) -> int:
        return int(self.context["lost"].get(endpoint.pk, 0))


class MadeSerializer(EndpointSerializer):
    """The endpoint, and its secret: in the answer that made it alone, never again, also not where it is sent again."""

    secret = serializers.SerializerMethodField()

    class Meta(EndpointSerializer.Meta):
        fields = read_only_fields = [*EndpointSerializer.Meta.fields, "secret"]

    def get_secret(self, endpoint: WebhookEndpoint) -> str | None:
        secret: str | None = self.context["secret"]
        return secret


class TriedSerializer(serializers.Serializer[Any]):
    """What came back to a test. `state`: taken, gave_up, or held where nothing may leave. Never more of it than this."""

    state = serializers.ChoiceField(["taken", "gave_up", "held"])
    status = serializers.IntegerField(allow_null=True)
    milliseconds = serializers.IntegerField(allow_null=True)
    problem = serializers.CharField(allow_blank=True)


class ReplayedSerializer(serializers.Serializer[Any]):
    """How many things are sent again."""

    count = serializers.IntegerField()


class ReplayForm(forms.Form):
    since = GovukDateTimeField(
        label="Everything since this moment", called="The time", not_future=True, required=False, help_text=""
    )
    id = forms.CharField(label="Or the one with this webhook-id", max_length=40, required=False)

    def clean_id(self) -> UUID | None:
        typed = str(self.cleaned_data["id"])
        try:
            return UUID(typed.removeprefix(BEGINS)) if typed else None
        except ValueError:
            raise ValidationError("Send a webhook-id as it came, like msg_ and 32 letters and digits") from None

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or self.cleaned_data
        if not self.errors and bool(typed.get("since")) == bool(typed.get("id")):
            raise ValidationError("Send since or id: one of them")
        return typed


def _roles(request: Request) -> frozenset[str]:
    return roles_of(request._request.memberships)  # type: ignore[attr-defined]


def _keeping(request: Request) -> None:
    if reason := why_not_keep(_roles(request)):
        raise NotPermitted(reason)


def _one(request: Request, number: int, *, changes: bool = False) -> WebhookEndpoint:
    _keeping(request)
    endpoint = found(WebhookEndpoint.objects.filter(ended_at=None).select_related("agency"), number)
    if changes and (reason := why_not_tell(_roles(request), agency=endpoint.agency)):
        raise NotPermitted(reason)
    return endpoint


class EndpointsView(OfficeView):
    """The systems that are told that something happened. What they are told is in the how-to page on connecting a system."""

    body = "WebhookRequest"
    needs: ClassVar[dict[str, TokenScope]] = {"GET": TokenScope.WEBHOOKS, "POST": TokenScope.WEBHOOKS}
    refusals: ClassVar[dict[str, list[str]]] = OfficeView.refusals | {"GET": ["401", "404"]}

    @staticmethod
    def specimen() -> forms.BaseForm:
        return EndpointForm(roles=frozenset())

    @extend_schema(
        operation_id="webhooks", tags=["webhooks"], summary="List the systems that are told",
        responses=EndpointSerializer(many=True),
    )  # fmt: skip
    def get(self, request: Request, *, slug: str) -> Response:
        _keeping(request)
        context = {"lost": keeping.not_delivered()}
        return Response(EndpointSerializer(keeping.running(), many=True, context=context).data)

    @extend_schema(
        operation_id="add_webhook",
        tags=["webhooks"],
        summary="Have a system told",
        responses={201: OpenApiResponse(MadeSerializer, description="Made. Its secret is not given again.")},
    )
    def post(self, request: Request, *, slug: str) -> Response:
        """`of`: the key of an agency, whose disagreements alone it is told of, or all."""
        return once(request, do=lambda: self._make(request), again=lambda known: self._told(request, **known))

    def _make(self, request: Request) -> Done:
        _keeping(request)
        form = filled(lambda data: EndpointForm(data, roles=_roles(request)), request.data)
        typed = form.cleaned_data
        agency: Agency | None = typed["of"]
        try:
            made, secret = keeping.make(name=typed["name"], url=typed["url"], agency=agency, by=request.user)  # type: ignore[arg-type]
        except PartnershipRefused as refused:
            raise Refused(str(refused)) from refused
        return Done(self._told(request, made.pk, secret), {"number": made.pk})

    def _told(self, request: Request, number: int, secret: str | None = None) -> Response:
        context = {"lost": keeping.not_delivered(), "secret": secret}
        return Response(MadeSerializer(_one(request, number), context=context).data, status=201)


class EndView(OfficeView):
    """It is told nothing any more, and cannot be started again."""

    needs: ClassVar[dict[str, TokenScope]] = {"POST": TokenScope.WEBHOOKS}

    @extend_schema(
        operation_id="end_webhook",
        tags=["webhooks"],
        summary="Tell a system nothing any more",
        request=None,
        responses={204: None},
    )
    def post(self, request: Request, *, slug: str, number: int) -> Response:
        return once(request, do=lambda: self._end(request, number), again=lambda known: Response(status=204))

    def _end(self, request: Request, number: int) -> Done:
        keeping.end(_one(request, number), by=request.user)  # type: ignore[arg-type]
        return Done(Response(status=204), {})


class TestView(OfficeView):
    """Something that is about nothing is sent at once, and once."""

    needs: ClassVar[dict[str, TokenScope]] = {"POST": TokenScope.WEBHOOKS}

    @extend_schema(
        operation_id="test_webhook", tags=["webhooks"], summary="Send a system a test", request=None, responses=TriedSerializer
    )
    def post(self, request: Request, *, slug: str, number: int) -> Response:
        return once(request, do=lambda: self._test(request, number), again=Response)

    def _test(self, request: Request, number: int) -> Done:
        partnership = request._request.partnership  # type: ignore[attr-defined]
        known = dict(TriedSerializer(sending.test(_one(request, number), partnership)).data)
        return Done(Response(known), known)


class ReplayView(OfficeView):
    """What it was told is sent again, under the same ids: everything since a moment, or one thing."""

    body = "ReplayRequest"
    needs: ClassVar[dict[str, TokenScope]] = {"POST": TokenScope.WEBHOOKS}

    @staticmethod
    def specimen() -> forms.BaseForm:
        return ReplayForm()

    @extend_schema(operation_id="replay_webhook", tags=["webhooks"], summary="Send again", responses=ReplayedSerializer)
    def post(self, request: Request, *, slug: str, number: int) -> Response:
        return once(request, do=lambda: self._replay(request, number), again=Response)

    def _replay(self, request: Request, number: int) -> Done:
        endpoint = _one(request, number, changes=True)
        typed = filled(ReplayForm, request.data).cleaned_data
        one = WebhookDelivery.objects.filter(endpoint=endpoint, key=typed["id"]).first() if typed["id"] else None
        which: dict[str, Any] = {"number": one.pk if one else 0} if typed["id"] else {"since": typed["since"]}
        try:
            known = {"count": keeping.send_again(endpoint, **which)}
        except PartnershipRefused as refused:
            raise Refused(str(refused)) from refused
        return Done(Response(known), known)
