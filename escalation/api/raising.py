"""Raising a disagreement through the API: the pages' whole form at once, from flat JSON."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from partnerships import selectors as partnership_selectors
from partnerships.models import ProtocolVersion
from partnerships.protocol import MAIN
from partnerships.token_scopes import TokenScope

from .. import services
from ..forms.noticing import noticed
from ..forms.raising_flat import RaiseForm
from ..moves import NotPermitted, Refused
from ..permissions import Viewer, may_raise
from ..selectors import find
from ..views.acting import viewer_of
from .acting import asked, hold
from .asked import RaisingFormSerializer
from .base import ApiView
from .conditional import tag_of
from .errors import Invalid
from .once import Done, once
from .payload import fields_sent, read
from .schema import RaiseSchema
from .serializers import RaisedSerializer
from .views import DisagreementList, whole

NOTHING_IN_FORCE = "No protocol is in force in this partnership yet, so nothing can be raised."
# What the form's later questions depend on; a program may send it to be asked the right ones.
DEPENDS_ON = {
    "raised_as": "For whom it is raised, where the protocol lets one choose",
    "about": "A child or a theme, where the protocol lets one choose",
    "raising_agency": "The key of an agency: its members can then be chosen",
    "receiving_agency": "The key of an agency: its members can then be chosen",
    "part": "Your part in it",
    "to": "Where it starts: what is asked differs with the stage",
    "child_status": "What the child is: some questions and steps are only for some",
    "category": "What it is mainly about: some questions and steps are only for some",
    "urgency": "How urgent it is: some questions and steps are only for some",
}


NO_SUCH_PROTOCOL = "No protocol of that name is in force here."
LINE = OpenApiParameter(
    "protocol", OpenApiTypes.STR, description="The key of one of the partnership's protocols, where it has more than one"
)


def version_in_force(request: Request) -> ProtocolVersion:
    """The protocol that was named, or the partnership's main one."""
    named = request.query_params.get("protocol", "")
    version = partnership_selectors.version_in_force(line=named or MAIN)
    if version is None and named:
        raise Invalid({"protocol": [NO_SUCH_PROTOCOL]}, NO_SUCH_PROTOCOL)
    if version is None:
        raise Refused(NOTHING_IN_FORCE)
    return version


class DisagreementsView(DisagreementList):
    schema = RaiseSchema()
    needs: ClassVar[dict[str, TokenScope]] = {"GET": TokenScope.READ, "POST": TokenScope.RAISE}
    once = ("POST",)
    refusals: ClassVar[dict[str, list[str]]] = DisagreementList.refusals | {
        "POST": ["400", "401", "403", "404", "409", "413", "415"]
    }

    @extend_schema(
        operation_id="raise",
        tags=["disagreements"],
        summary="Raise a disagreement",
        responses={201: OpenApiResponse(RaisedSerializer, description="Raised.")},
        parameters=[LINE],
        filters=False,
    )
    def post(self, request: Request, *, slug: str) -> Response:
        """The whole form at once. What it takes is read at raising/."""
        return once(request, do=lambda: self._raise(request), again=lambda known: self._raised(request, **known))

    def _raise(self, request: Request) -> Done:
        viewer = viewer_of(request)
        if not (verdict := may_raise(viewer)):
            raise NotPermitted(verdict.sentence)
        sent, version = fields_sent(request.data), version_in_force(request)
        form = filled(sent, viewer=viewer, version=version)
        draft = services.start_draft(viewer, line=version.line)
        services.raise_disagreement(draft.pk, viewer=viewer, particulars=form.particulars())
        reference = type(draft).objects.values_list("reference", flat=True).get(pk=draft.pk)
        known: dict[str, Any] = {"reference": str(reference), "warnings": [str(sentence) for sentence in noticed(form).sentences]}
        return Done(self._raised(request, **known), known)

    def _raised(self, request: Request, *, reference: str, warnings: list[str]) -> Response:
        """The answer, also where it was raised by an earlier request: the disagreement as it is now."""
        viewer = viewer_of(request)
        raised = find(viewer, reference)
        if raised is None:  # somebody has taken it from them since
            raise Http404
        headers = {"Location": f"{request.path}{reference}/", "ETag": tag_of(viewer, raised)}
        return Response(whole(viewer, raised) | {"warnings": warnings}, status=201, headers=headers)


def filled(sent: dict[str, Any], *, viewer: Viewer, version: ProtocolVersion) -> RaiseForm:
    """The whole form, filled and valid. Raises Invalid or Refused."""
    protocol = version.protocol
    fields = RaiseForm(sent, viewer=viewer, protocol=protocol, proposing=False).fields
    typed, problems = read(fields, sent)
    form = RaiseForm(typed, viewer=viewer, protocol=protocol, proposing=False)
    hold(form, problems)
    return form


class FormView(ApiView):
    """What raising a disagreement takes here. Some of it depends on what is known: send that, to be asked the rest."""

    needs: ClassVar[dict[str, TokenScope]] = {"GET": TokenScope.RAISE}
    refusals: ClassVar[dict[str, list[str]]] = {"GET": ["400", "401", "404", "409"]}

    @extend_schema(
        operation_id="raise_form",
        tags=["disagreements"],
        summary="What raising takes",
        parameters=[LINE, *(OpenApiParameter(name, OpenApiTypes.STR, description=words) for name, words in DEPENDS_ON.items())],
        responses=RaisingFormSerializer,
    )
    def get(self, request: Request, *, slug: str) -> Response:
        viewer, protocol = viewer_of(request), version_in_force(request).protocol
        known: dict[str, Any] = {name: request.query_params[name] for name in DEPENDS_ON if name in request.query_params}
        form = RaiseForm(known, viewer=viewer, protocol=protocol)
        verdict = may_raise(viewer)
        return Response(RaisingFormSerializer({"verdict": verdict, "asks": asked(form) if verdict else []}).data)
