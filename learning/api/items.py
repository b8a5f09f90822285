"""Learning items and what is done about them, for programs: the pages' own forms and services, and the same warnings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from escalation.api.errors import Invalid
from escalation.api.once import Done, once
from escalation.api.paging import Order, Pages
from escalation.api.sending import SENT, OfficeView, filled, found, in_pages, only
from escalation.moves import NotPermitted
from escalation.permissions import Viewer
from escalation.views.acting import viewer_of
from partnerships import selectors as partnership_selectors
from partnerships.form_fields import Checkboxes
from partnerships.token_scopes import TokenScope

from .. import selectors, services
from ..forms.items import ActionForm, AskOnForm, ItemForm, JudgeForm, StandsForm
from ..identifying import noticed_in, of_learning, sources_of
from ..models import Action, Item
from ..permissions import may_follow, may_say_how_it_stands
from ..selectors import Show
from ..views.items import ACTIONS, ITEMS, noticed_in_item
from .shown import ActionDoneSerializer, ItemSerializer, LearnedSerializer, WholeItemSerializer

SHOW = OpenApiParameter("show", {"type": "string", "enum": [show.value for show in Show]}, description="Which; all without it")
SUB_GROUP = OpenApiParameter("sub_group", OpenApiTypes.STR, description="The name of a sub-group")
THEME = OpenApiParameter("theme", OpenApiTypes.STR, description="The key of a category, or a word of the office's own")


class NewestFirst(Pages):
    orders: ClassVar[Mapping[str, Order]] = {"newest": Order("made_at", True, "the newest first")}


class NewestRecorded(Pages):
    orders: ClassVar[Mapping[str, Order]] = {"newest": Order("pk", True, "the newest first")}


class Numbers(forms.MultipleChoiceField):
    """Numbers of records, as text; whether they are there is asked when they are used."""

    def valid_value(self, value: str) -> bool:
        return value.isascii() and value.isdigit() and len(value) < 19


class NewItemForm(ItemForm):
    """The page's form, with the records that are ticked beside it. What is new has no version."""

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        del self.fields["version"]
        unknown = {
            "invalid_choice": "Send the numbers of records, as text",
            "invalid_list": "Send the numbers of records, as text",
        }
        self.fields["learning"] = Numbers(
            label="The numbers of the records of learning it comes from",
            required=False,
            widget=Checkboxes,
            error_messages=unknown,
        )


def following(request: Request) -> Viewer:
    viewer: Viewer = viewer_of(request._request)
    if not (verdict := may_follow(viewer)):
        raise NotPermitted(verdict.sentence)
    return viewer


def whole(viewer: Viewer, item: Item, warnings: Sequence[str] = ()) -> dict[str, Any]:
    context = {"learned_from": selectors.learned_from(item, viewer), "warnings": warnings}
    return dict(WholeItemSerializer(item, context=context).data)


class ToTakeUpView(OfficeView):
    """What was recorded on disagreements and is in no item yet; at most the newest 500."""

    @extend_schema(
        operation_id="learning_to_take_up", tags=["learning"], summary="List what waits to be taken up",
        responses=LearnedSerializer(many=True),
    )  # fmt: skip
    def get(self, request: Request, *, slug: str) -> Response:
        viewer = following(request)
        only(request)
        return Response(LearnedSerializer(selectors.to_take_up(viewer), many=True).data)


class ItemsView(OfficeView):
    """What the partnership learned and follows."""

    body = "LearningItemRequest"
    pagination_class = NewestFirst

    @staticmethod
    def specimen() -> forms.BaseForm:
        return NewItemForm()

    @extend_schema(
        operation_id="learning_items", tags=["learning"], summary="List learning items",
        parameters=[SHOW, SUB_GROUP, THEME], responses=ItemSerializer(many=True),
    )  # fmt: skip
    def get(self, request: Request, *, slug: str) -> Response:
        following(request)
        pages = NewestFirst()
        only(request, "show", "sub_group", "theme", *pages.parameters)
        asked = {name: request.query_params.get(name, "") for name in ("sub_group", "theme")}
        show = request.query_params.get("show", Show.ALL)
        if show not in list(Show):
            raise Invalid({"show": [f"Send one of: {', '.join(Show)}."]})
        rows = selectors.items(Show(show), day=partnership_selectors.today(), **asked)
        rows = rows.select_related("raising_agency", "receiving_agency")
        return in_pages(pages, rows, request, lambda page: ItemSerializer(page, many=True).data)

    @extend_schema(
        operation_id="add_learning_item",
        tags=["learning"],
        summary="Write down an item",
        responses={201: OpenApiResponse(WholeItemSerializer, description="Written down.")},
    )
    def post(self, request: Request, *, slug: str) -> Response:
        """From records of disagreements, or from a theme alone. Say in your own words what was learned, and name nobody."""
        return once(request, do=lambda: self._make(request), again=lambda known: self._told(request, **known))

    def _make(self, request: Request) -> Done:
        viewer = following(request)
        form = filled(NewItemForm, request.data)
        learning = [int(number) for number in form.cleaned_data["learning"]]
        made = services.make_item(viewer, written=form.written(), learning=learning)
        known = {"item": made.pk}
        return Done(self._told(request, made.pk, noticed_in_item(form, learning).sentences), known)

    def _told(self, request: Request, item: int, warnings: Sequence[str] = ()) -> Response:
        answer = whole(following(request), found(ITEMS, item), warnings)
        return Response(answer, status=201, headers={"Location": f"{request.path}{item}/"})


class ItemView(OfficeView):
    """One item, with its actions and every step."""

    refusals: ClassVar[dict[str, list[str]]] = {"GET": ["401", "404"]}

    @extend_schema(operation_id="learning_item", tags=["learning"], summary="Read an item", responses=WholeItemSerializer)
    def get(self, request: Request, *, slug: str, number: int) -> Response:
        viewer = following(request)
        return Response(whole(viewer, found(ITEMS, number)))


class OfItemView(OfficeView):
    """One form about one item; the answer is the item as it is then."""

    needs: ClassVar[dict[str, TokenScope]] = {"POST": TokenScope.OFFICE_WORK}

    def post(self, request: Request, *, slug: str, number: int) -> Response:
        return once(request, do=lambda: self._do(request, number), again=lambda known: self._told(request, **known))

    def _do(self, request: Request, number: int) -> Done:
        viewer = following(request)
        warnings = self.do(viewer, found(ITEMS, number), request.data)
        return Done(self._told(request, number, warnings), {"item": number})

    def do(self, viewer: Viewer, item: Item, sent: object) -> list[str]:
        raise NotImplementedError

    def _told(self, request: Request, item: int, warnings: Sequence[str] = ()) -> Response:
        return Response(whole(following(request), found(ITEMS, item), warnings))


def noticed(form: Any, item_id: int) -> list[str]:
    return noticed_in(form.texts(), known=of_learning(sources_of(item_id))).sentences


class ChangeView(OfItemView):
    """What it says from now on, the whole of it. What it said before is not kept."""

    body = "LearningItemChangeRequest"

    @staticmethod
    def specimen() -> forms.BaseForm:
        return ItemForm()

    @extend_schema(
        operation_id="change_learning_item", tags=["learning"], summary="Change an item", responses=WholeItemSerializer
    )
    def post(self, request: Request, *, slug: str, number: int) -> Response:
        return super().post(request, slug=slug, number=number)

    def do(self, viewer: Viewer, item: Item, sent: object) -> list[str]:
        form = filled(lambda data: ItemForm(data, item=item), sent)
        warnings = noticed_in_item(form, sources_of(item.pk)).sentences
        services.change_item(item.pk, viewer=viewer, version=form.cleaned_data["version"], written=form.written())
        return warnings


class AddActionView(OfItemView):
    """What is to be done, by whom and by when. `version` is the item's."""

    body = "LearningActionRequest"

    @staticmethod
    def specimen() -> forms.BaseForm:
        return ActionForm()

    @extend_schema(operation_id="add_learning_action", tags=["learning"], summary="Add an action", responses=WholeItemSerializer)
    def post(self, request: Request, *, slug: str, number: int) -> Response:
        return super().post(request, slug=slug, number=number)

    def do(self, viewer: Viewer, item: Item, sent: object) -> list[str]:
        form = filled(lambda data: ActionForm(data, version=item.version), sent)
        services.add_action(item.pk, viewer=viewer, version=form.cleaned_data["version"], **form.planned())
        return noticed(form, item.pk)


class JudgeView(OfItemView):
    """Did it change anything? The office's own answer, in words; perhaps to be asked again on a day."""

    body = "JudgementRequest"

    @staticmethod
    def specimen() -> forms.BaseForm:
        return JudgeForm(item=Item())

    @extend_schema(operation_id="judge_learning", tags=["learning"], summary="Say what it changed", responses=WholeItemSerializer)
    def post(self, request: Request, *, slug: str, number: int) -> Response:
        return super().post(request, slug=slug, number=number)

    def do(self, viewer: Viewer, item: Item, sent: object) -> list[str]:
        form = filled(lambda data: JudgeForm(data, item=item), sent)
        services.judge(item.pk, viewer=viewer, **form.cleaned_data)
        return noticed(form, item.pk)


class AskOnView(OfItemView):
    """Another day on which it is asked whether it changed anything."""

    body = "AskOnRequest"

    @staticmethod
    def specimen() -> forms.BaseForm:
        return AskOnForm(item=Item())

    @extend_schema(operation_id="ask_learning_on", tags=["learning"], summary="Ask on another day", responses=WholeItemSerializer)
    def post(self, request: Request, *, slug: str, number: int) -> Response:
        return super().post(request, slug=slug, number=number)

    def do(self, viewer: Viewer, item: Item, sent: object) -> list[str]:
        form = filled(lambda data: AskOnForm(data, item=item), sent)
        services.ask_on(item.pk, viewer=viewer, **form.cleaned_data)
        return []


class ActionView(OfficeView):
    """One action, for whoever does it and for the office."""

    body = "LearningProgressRequest"
    refusals: ClassVar[dict[str, list[str]]] = {"GET": ["401", "404"], "POST": SENT}
    needs: ClassVar[dict[str, TokenScope]] = {"GET": TokenScope.READ, "POST": TokenScope.ACT}

    @staticmethod
    def specimen() -> forms.BaseForm:
        return StandsForm(action=Action())

    @extend_schema(operation_id="learning_action", tags=["learning"], summary="Read an action", responses=ActionDoneSerializer)
    def get(self, request: Request, *, slug: str, number: int) -> Response:
        return Response(ActionDoneSerializer(self._theirs(request, number)[1]).data)

    @extend_schema(
        operation_id="say_how_learning_stands", tags=["learning"], summary="Say how an action stands",
        responses=ActionDoneSerializer,
    )  # fmt: skip
    def post(self, request: Request, *, slug: str, number: int) -> Response:
        return once(request, do=lambda: self._do(request, number), again=lambda known: self._told(request, **known))

    def _do(self, request: Request, number: int) -> Done:
        viewer, action = self._theirs(request, number)
        form = filled(lambda data: StandsForm(data, action=action), request.data)
        services.say_how_it_stands(action.pk, viewer=viewer, **form.cleaned_data)
        return Done(self._told(request, number, noticed(form, action.item_id)), {"action": number})

    def _theirs(self, request: Request, number: int) -> tuple[Viewer, Action]:
        """Who is of no use to it is told so, of an action that is there."""
        viewer, action = viewer_of(request._request), found(ACTIONS, number)
        if not (verdict := may_say_how_it_stands(viewer, action)):
            raise NotPermitted(verdict.sentence)
        return viewer, action

    def _told(self, request: Request, action: int, warnings: Sequence[str] = ()) -> Response:
        _, row = self._theirs(request, action)
        return Response(ActionDoneSerializer(row, context={"warnings": warnings}).data)


class ChangeActionView(OfficeView):
    """Another day, or somebody else who does it. `version` is the action's."""

    body = "LearningActionRequest"
    needs: ClassVar[dict[str, TokenScope]] = {"POST": TokenScope.OFFICE_WORK}

    @staticmethod
    def specimen() -> forms.BaseForm:
        return ActionForm()

    @extend_schema(
        operation_id="change_learning_action", tags=["learning"], summary="Change an action", responses=ActionDoneSerializer
    )
    def post(self, request: Request, *, slug: str, number: int) -> Response:
        return once(request, do=lambda: self._do(request, number), again=lambda known: self._told(**known))

    def _do(self, request: Request, number: int) -> Done:
        viewer = following(request)
        action = found(ACTIONS, number)
        form = filled(lambda data: ActionForm(data, action=action), request.data)
        services.change_action(action.pk, viewer=viewer, version=form.cleaned_data["version"], **form.planned())
        return Done(self._told(number, noticed(form, action.item_id)), {"action": number})

    @staticmethod
    def _told(action: int, warnings: Sequence[str] = ()) -> Response:
        return Response(ActionDoneSerializer(found(ACTIONS, action), context={"warnings": warnings}).data)
