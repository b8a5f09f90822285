"""What the partnership office does to one disagreement beside the table of actions: the pages' forms and services."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django import forms
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from partnerships.token_scopes import TokenScope

from ..forms.base import ActingForm
from ..forms.coming_in import EndForm
from ..forms.merging import MergeForm, PartForm
from ..forms.noticing import noticed
from ..forms.tracker_many import FollowForm
from ..merging import may_merge
from ..models import ChronologyEntry, Disagreement, Invitation
from ..moves import NotPermitted, Stale, Verdict
from ..permissions import Viewer, may_end_access, may_track
from ..services import what_changed
from ..services.following import chase, follow
from ..services.inviting import end_access, opened_by, side_of
from ..services.merging import merge, part
from ..states import Kind
from ..views.acting import get_for, viewer_of
from ..views.coming_in import open_of
from .acting import tied, what_was_done
from .base import ApiView
from .conditional import PreconditionFailed, matches
from .once import Done, once
from .payload import fields_sent
from .sending import SENT, SendSchema, filled, found
from .serializers import DoneSerializer
from .specimen import acting


class OneView(ApiView):
    """One act of the office's on one disagreement. `done`: what is said once it is; `service` comes back with its entry."""

    schema = SendSchema()
    body: ClassVar[str] = ""
    done: ClassVar[str] = ""
    once = ("POST",)
    needs: ClassVar[dict[str, TokenScope]] = {"POST": TokenScope.OFFICE_WORK}
    refusals: ClassVar[dict[str, list[str]]] = {"POST": SENT}

    def post(self, request: Request, *, slug: str, reference: str, **which: Any) -> Response:
        return once(
            request,
            do=lambda: self.do(request, reference, **which),
            again=lambda known: self.told(viewer_of(request._request), reference, **known),
        )

    def do(self, request: Request, reference: str) -> Done:
        raise NotImplementedError

    def told(self, viewer: Viewer, reference: str, *, entry: int, warnings: list[str] | None = None) -> Response:
        return what_was_done(viewer, reference, done=self.done, entry=entry, warnings=warnings or [])

    def done_by(self, viewer: Viewer, reference: str, entry: int, warnings: list[str] | None = None) -> Done:
        """Of the warnings nothing is kept for a second answer: they may name people."""
        return Done(self.told(viewer, reference, entry=entry, warnings=warnings), {"entry": entry})


def door(request: Request, reference: str, rule: Callable[[Viewer], Verdict]) -> tuple[Viewer, Disagreement]:
    """As on the pages: who may not see it finds nothing, who may see it and may not do this is told so."""
    viewer, disagreement = get_for(request._request, reference)
    if not (verdict := rule(viewer)):
        raise NotPermitted(verdict.sentence)
    return viewer, disagreement


def at_version(request: Request, disagreement: Disagreement) -> dict[str, Any]:
    """What was sent, with the version that If-Match names in its place where it named one; raises PreconditionFailed."""
    sent, fits = fields_sent(request.data), matches(request, disagreement)
    if fits is False:
        raise PreconditionFailed(what_changed(disagreement))
    sent = {"version": disagreement.version} | sent if fits else sent
    if "version" in sent and sent["version"] != disagreement.version:
        raise Stale(what_changed(disagreement))
    return sent


class FollowView(OneView):
    """Who in the office follows it: the person of a member, or "nobody"."""

    body = "FollowRequest"
    done = "Who follows it is written down."

    @staticmethod
    def specimen() -> forms.BaseForm:
        form = forms.Form()
        form.fields["who"] = forms.ChoiceField(label="Who follows it: the person of a member, as text, or nobody")
        return form

    @extend_schema(operation_id="follow", tags=["office"], summary="Say who follows it", responses=DoneSerializer)
    def post(self, request: Request, *, slug: str, reference: str, **which: Any) -> Response:
        return super().post(request, slug=slug, reference=reference, **which)

    def do(self, request: Request, reference: str) -> Done:
        viewer, disagreement = door(request, reference, may_track)
        form = filled(lambda data: FollowForm(data, user=viewer.user, now=disagreement.followed_by), request.data)
        return self.done_by(viewer, reference, follow(disagreement.pk, viewer=viewer, who=form.who).pk)


class ChaseView(OneView):
    """One considered reminder to whoever's turn it is. Whoever was reminded is left in peace for three working days; who was
    left out, and why, stands in the warnings."""

    done = "A reminder is on its way. To whom, the entry says."

    @extend_schema(operation_id="chase", tags=["office"], summary="Remind them", request=None, responses=DoneSerializer)
    def post(self, request: Request, *, slug: str, reference: str, **which: Any) -> Response:
        return super().post(request, slug=slug, reference=reference, **which)

    def do(self, request: Request, reference: str) -> Done:
        viewer, disagreement = door(request, reference, may_track)
        left_out = chase(disagreement.pk, viewer=viewer).left_out
        entry = ChronologyEntry.objects.filter(disagreement=disagreement, kind=Kind.CHASED).latest("seq")
        return self.done_by(viewer, reference, entry.pk, [f"Not reminded: {one}." for one in left_out])


class MergeView(OneView):
    """It ends, and leads to the one that goes on. Everybody of both reads both from then on."""

    body = "MergeRequest"
    done = "They are put together. Everybody of both is told, and takes part in the one that goes on."
    form: ClassVar[type[ActingForm]] = MergeForm
    service: Callable[..., ChronologyEntry] = staticmethod(merge)
    versioned = ("POST",)

    @classmethod
    def specimen(cls) -> forms.BaseForm:
        return acting(cls.form)

    @extend_schema(operation_id="merge", tags=["office"], summary="Put two together", responses=DoneSerializer)
    def post(self, request: Request, *, slug: str, reference: str, **which: Any) -> Response:
        return super().post(request, slug=slug, reference=reference, **which)

    def do(self, request: Request, reference: str) -> Done:
        viewer, disagreement = door(request, reference, may_merge)
        sent = at_version(request, disagreement)
        form = filled(lambda data: self.form(data, disagreement=disagreement, viewer=viewer), sent)
        entry = self.service(disagreement.pk, viewer=viewer, version=form.cleaned_data["version"], **form.facts())
        return self.done_by(viewer, reference, entry.pk, [str(sentence) for sentence in noticed(form).sentences])


class PartView(MergeView):
    """They were two after all: this one is open again where it stood."""

    body = "PartRequest"
    done = "They are two again. This one is open where it stood."
    form = PartForm
    service = staticmethod(part)

    @extend_schema(operation_id="part", tags=["office"], summary="Part two again", responses=DoneSerializer)
    def post(self, request: Request, *, slug: str, reference: str, **which: Any) -> Response:
        return super().post(request, slug=slug, reference=reference, **which)


# ---------------------------------------------------------------- who was let in
class InvitedSerializer(serializers.ModelSerializer[Invitation]):
    """Somebody who is no member and was let in, or waits to be. `opened`: how often they opened it."""

    number = serializers.IntegerField(source="pk")
    held = serializers.SerializerMethodField(help_text="Whether their address waits for the office")
    opened = serializers.SerializerMethodField()
    may_end = serializers.SerializerMethodField()

    class Meta:
        model = Invitation
        fields = read_only_fields = ["number", "name", "email", "held", "opened", "may_end"]

    def get_held(self, invitation: Invitation) -> bool:
        return invitation.state == Invitation.State.HELD

    def get_opened(self, invitation: Invitation) -> int:
        return int(opened_by(invitation).count())

    def get_may_end(self, invitation: Invitation) -> bool:
        return bool(may_end_access(self.context["tied"], side_of(invitation)))


class AccessView(ApiView):
    """Who was let in to read this one: those alone whose access you may end."""

    refusals: ClassVar[dict[str, list[str]]] = {"GET": ["401", "404"]}

    @extend_schema(operation_id="access", tags=["office"], summary="List who was let in", responses=InvitedSerializer(many=True))
    def get(self, request: Request, *, slug: str, reference: str) -> Response:
        viewer, disagreement = get_for(request._request, reference)
        holds = tied(viewer, disagreement)
        mine = [one for one in open_of(disagreement) if may_end_access(holds, side_of(one))]
        return Response(InvitedSerializer(mine, many=True, context={"tied": holds}).data)


class EndAccessView(OneView):
    """A wrong recipient, taken out at once: their link is dead and their place is empty."""

    body = "EndAccessRequest"
    done = "They cannot open this any more."

    @staticmethod
    def specimen() -> forms.BaseForm:
        return EndForm()

    @extend_schema(operation_id="end_access", tags=["office"], summary="End somebody's access", responses=DoneSerializer)
    def post(self, request: Request, *, slug: str, reference: str, **which: Any) -> Response:
        return super().post(request, slug=slug, reference=reference, **which)

    def do(self, request: Request, reference: str, *, number: int) -> Done:  # type: ignore[override]
        viewer, disagreement = get_for(request._request, reference)
        invitation = found(open_of(disagreement), number)
        if not (verdict := may_end_access(tied(viewer, disagreement), side_of(invitation))):
            raise NotPermitted(verdict.sentence)
        form = filled(EndForm, request.data)
        entry = end_access(invitation.pk, viewer=viewer, reason=form.cleaned_data["reason"])
        return self.done_by(viewer, reference, entry.pk, [str(sentence) for sentence in noticed(form).sentences])
