"""Doing something through the API: the pages' own table of actions, forms and services, with JSON at the door."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.db.models import prefetch_related_objects
from django.http import QueryDict
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from partnerships.token_scopes import TokenScope

from ..actions import ACTIONS, Action, Button, buttons
from ..forms.base import ActingForm
from ..forms.noticing import noticed
from ..models import ChronologyEntry, Disagreement
from ..moves import NotPermitted, Refused, Stale
from ..permissions import Ties, Viewer, may, ties
from ..selectors import find
from ..services import what_changed, why_not
from ..views.acting import get_for, viewer_of
from .asked import FormSerializer, OfferedSerializer
from .base import ApiView
from .conditional import PreconditionFailed, matches, tag_of
from .errors import WHOLE, Errors, Invalid, RefusedAtField
from .once import Done, once
from .payload import choices_of, fields_sent, kind_of, posted, read
from .schema import ActSchema
from .serializers import DoneSerializer, EntrySerializer
from .views import chronology, whole

NOT_HERE = "This is not open here now."
NO_VERSION = "Send the version that you read: the number stands in the disagreement."


class ActionsView(ApiView):
    """Every action that this protocol and this moment offer; what you may not do now, with the reason."""

    @extend_schema(
        operation_id="actions", tags=["actions"], summary="List what can be done", responses=OfferedSerializer(many=True)
    )
    def get(self, request: Request, *, slug: str, reference: str) -> Response:
        viewer, disagreement = get_for(request, reference)
        prefetch_related_objects([disagreement], "actions", "side_processes")
        return Response(OfferedSerializer(buttons(disagreement, tied(viewer, disagreement)), many=True).data)


def tied(viewer: Viewer, disagreement: Disagreement) -> Ties:
    return ties(viewer, disagreement, disagreement.people)  # type: ignore[attr-defined]


class ActView(ApiView):
    """One action. Each verb has an address of its own, so that the description can say what it takes."""

    schema = ActSchema()
    verb = ""
    needs: ClassVar[dict[str, TokenScope]] = {"GET": TokenScope.READ, "POST": TokenScope.ACT}
    once = versioned = ("POST",)
    refusals: ClassVar[dict[str, list[str]]] = {
        "GET": ["401", "404"],
        "POST": ["400", "401", "403", "404", "409", "413", "415"],
    }

    @extend_schema(responses=FormSerializer)
    def get(self, request: Request, *, slug: str, reference: str) -> Response:
        """What it takes now, with the choices of this moment."""
        viewer, disagreement = get_for(request, reference)
        action = ACTIONS[self.verb]
        verdict = action.verdict(disagreement, tied(viewer, disagreement))
        button = Button(action.verb, action.text(disagreement), action.main, verdict)
        asks = asked(action.form(disagreement=disagreement, viewer=viewer)) if verdict else []
        shown = {"version": disagreement.version, "asks": asks} | vars(button)
        return Response(FormSerializer(shown).data)

    @extend_schema(responses=DoneSerializer)
    def post(self, request: Request, *, slug: str, reference: str) -> Response:
        return once(
            request,
            do=lambda: self._do(request, reference),
            again=lambda known: self._told(viewer_of(request), reference, **known),
        )

    def _do(self, request: Request, reference: str) -> Done:
        viewer, disagreement = get_for(request, reference)
        sent = fields_sent(request.data)
        if (fits := matches(request, disagreement)) is not None:
            sent = {"version": disagreement.version} | sent
        try:
            if fits is False:
                raise Stale(what_changed(disagreement))
            form = valid_form(ACTIONS[self.verb], sent, viewer=viewer, disagreement=disagreement)
            warnings = noticed(form).sentences
            entry = ACTIONS[self.verb].run(form)
        except Stale as changed:
            if fits is None:
                raise
            raise PreconditionFailed(str(changed)) from changed
        known: dict[str, Any] = {"entry": entry.pk, "warnings": [str(sentence) for sentence in warnings]}
        return Done(self._told(viewer, reference, **known), known)

    def _told(self, viewer: Viewer, reference: str, *, entry: int, warnings: list[str]) -> Response:
        return what_was_done(viewer, reference, done=ACTIONS[self.verb].done, entry=entry, warnings=warnings)


def what_was_done(viewer: Viewer, reference: str, *, done: str, entry: int, warnings: list[str]) -> Response:
    """The answer, also where it was done by an earlier request: what was done stays, the disagreement is as it is now."""
    after = find(viewer, reference)
    row = ChronologyEntry.objects.select_related("disagreement").get(pk=entry)
    told = next(each for each in chronology(after or row.disagreement) if each.entry.pk == entry)
    return Response(
        {
            "done": done,
            "warnings": warnings,
            "entry": EntrySerializer(told).data,
            "disagreement": whole(viewer, after) if after is not None else None,
        },
        headers={"ETag": tag_of(viewer, after)} if after is not None else None,
    )


def valid_form(
    action: Action, sent: object, *, viewer: Viewer, disagreement: Disagreement, holds: Ties | None = None
) -> ActingForm:
    """The action's form, filled and valid; in the order of the pages: may they, has somebody changed it, is it open here
    now, and only then what was typed. `holds`: their ties, where they are not the viewer's own. Raises NotPermitted, Stale,
    Refused or Invalid."""
    if not (verdict := may(action.verb, holds or tied(viewer, disagreement))):
        raise NotPermitted(verdict.sentence)
    form = action.form(QueryDict(), disagreement=disagreement, viewer=viewer)
    typed, problems = read(form.fields, fields_sent(sent))
    form.data = posted(typed)
    if "version" in typed and typed["version"] != str(disagreement.version):
        raise Stale(what_changed(disagreement))
    if not action.possible(disagreement):
        raise Refused(why_not(disagreement, action.verb))
    if not action.offered(disagreement):
        raise Refused(NOT_HERE)
    if "version" not in typed:
        problems.setdefault("version", [NO_VERSION])
    hold(form, problems)
    return form


def hold(form: forms.Form, problems: Errors) -> None:
    """Raise what is wrong with a form, beside the `problems` found while it was filled; nothing where all is well."""
    errors = {(WHOLE if name == "__all__" else name): [str(e) for e in found] for name, found in form.errors.items()}
    errors |= {name: list(found) for name, found in problems.items()}
    refused = [e.messages[0] for found in form.errors.as_data().values() for e in found if e.code == "refused"]
    if refused and not problems:
        raise RefusedAtField(" ".join(refused), errors)
    if errors:
        raise Invalid(errors)


def asked(form: forms.Form) -> list[dict[str, Any]]:
    """The fields of a form as JSON, with the choices of this moment."""
    return [
        {
            "name": name,
            "label": str(field.label or ""),
            "hint": str(field.help_text),
            "type": kind_of(field).described["type"],
            "required": field.required,
            "choices": shown_choices(field) if isinstance(field, forms.ChoiceField) else None,
        }
        for name, field in form.fields.items()
    ]


def shown_choices(field: forms.ChoiceField) -> list[dict[str, str]]:
    return [{"value": value, "label": label} for value, label in choices_of(field)]
