"""Agencies' returns for programs: the rounds, how they are arranged, what an agency answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.http import Http404
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from escalation.api.once import Done, once
from escalation.api.sending import SENT, OfficeView, filled, found, only
from escalation.moves import NotPermitted
from escalation.views.acting import viewer_of
from insight.figure import Period
from partnerships.models import Agency
from partnerships.token_scopes import TokenScope

from .. import returns
from ..briefing import category_names
from ..forms.returns import ArrangeForm, AskNowForm, ReturnForm
from ..identifying import noticed_in
from ..models import AgencyReturn, ReturnPeriod, ReturnsArranged
from ..permissions import answers_for, may_answer
from ..questions import asked_with, in_words
from ..views.returns import LAST_ROUNDS, NOBODY
from .items import following
from .shown import AnsweredSerializer, ArrangedSerializer, RoundSerializer, WholeRoundSerializer

OWN = tuple(f"A question of the partnership's own, number {place}" for place in range(1, returns.MOST_OWN + 1))


class RoundsView(OfficeView):
    """Every round so far, the newest first; the last 40."""

    body = "AskNowRequest"

    @staticmethod
    def specimen() -> forms.BaseForm:
        return AskNowForm()

    @extend_schema(
        operation_id="return_rounds", tags=["learning"], summary="List rounds of returns", responses=RoundSerializer(many=True)
    )
    def get(self, request: Request, *, slug: str) -> Response:
        following(request)
        only(request)
        return Response(RoundSerializer(ReturnPeriod.objects.all()[:LAST_ROUNDS], many=True).data)

    @extend_schema(
        operation_id="ask_for_returns",
        tags=["learning"],
        summary="Ask the agencies now",
        responses={201: OpenApiResponse(RoundSerializer, description="Asked.")},
    )
    def post(self, request: Request, *, slug: str) -> Response:
        """About days that are over, without waiting for the usual day."""
        return once(request, do=lambda: self._ask(request), again=lambda known: self._told(**known))

    def _ask(self, request: Request) -> Done:
        viewer = following(request)
        form = filled(AskNowForm, request.data)
        asked = returns.ask(viewer, period=Period(form.cleaned_data["first"], form.cleaned_data["last"]))
        return Done(self._told(asked.pk), {"number": asked.pk})

    @staticmethod
    def _told(number: int) -> Response:
        return Response(RoundSerializer(found(ReturnPeriod.objects.all(), number)).data, status=201)


class ArrangedView(OfficeView):
    """How often agencies are asked."""

    body = "ArrangeReturnsRequest"
    refusals: ClassVar[dict[str, list[str]]] = {"GET": ["401", "404"], "POST": SENT}

    @staticmethod
    def specimen() -> forms.BaseForm:
        return ArrangeForm(arranged=ReturnsArranged())

    @extend_schema(
        operation_id="returns_arranged", tags=["learning"], summary="Read how returns are arranged", responses=ArrangedSerializer
    )
    def get(self, request: Request, *, slug: str) -> Response:
        following(request)
        return self._told({})

    @extend_schema(operation_id="arrange_returns", tags=["learning"], summary="Arrange the returns", responses=ArrangedSerializer)
    def post(self, request: Request, *, slug: str) -> Response:
        return once(request, do=lambda: self._arrange(request), again=self._told)

    def _arrange(self, request: Request) -> Done:
        viewer = following(request)
        form = filled(lambda data: ArrangeForm(data, arranged=returns.arranged()), request.data)
        returns.arrange(viewer, **form.cleaned_data)
        return Done(self._told({}), {})

    @staticmethod
    def _told(_: dict[str, Any]) -> Response:
        return Response(ArrangedSerializer(returns.arranged()).data)


def _answers(line: returns.Line, period: ReturnPeriod) -> dict[str, Any]:
    given, themes = line.answered, category_names()
    answers = [(each["text"], in_words(each, given.answers, themes=themes)) for each in period.questions] if given else []
    return {
        "agency": line.agency.key,
        "name": line.agency.name,
        "answered_at": given.answered_at if given else None,
        "told_by": given.told_by if given else "",
        "answers": [{"question": question, "answer": words} for question, words in answers],
    }


class RoundView(OfficeView):
    """One round: who has answered and who has not, by name, and what was answered."""

    refusals: ClassVar[dict[str, list[str]]] = {"GET": ["401", "404"]}

    @extend_schema(operation_id="return_round", tags=["learning"], summary="Read a round", responses=WholeRoundSerializer)
    def get(self, request: Request, *, slug: str, number: int) -> Response:
        following(request)
        period = found(ReturnPeriod.objects.all(), number)
        lines = [_answers(line, period) for line in returns.who_has_answered(period)]
        return Response(dict(RoundSerializer(period).data) | {"agencies": lines})


class AnswerView(OfficeView):
    """One agency's answers, by its lead or a senior manager, or by the office for whoever tells it (`told_by`). Answers that
    are sent again take the place of those before."""

    body = "ReturnRequest"
    needs: ClassVar[dict[str, TokenScope]] = {"POST": TokenScope.ACT}

    @staticmethod
    def specimen() -> forms.BaseForm:
        form = ReturnForm(period=ReturnPeriod(questions=asked_with(OWN)), by_office=True)
        form.fields["themes"] = forms.MultipleChoiceField(label="What were they about? Keys of categories", required=False)
        form.fields["other_themes"] = forms.CharField(label="Other themes, between commas", required=False, max_length=300)
        form.fields["told_by"].required = False  # of the office alone
        return form

    @extend_schema(operation_id="answer_return", tags=["learning"], summary="Answer a return", responses=AnsweredSerializer)
    def post(self, request: Request, *, slug: str, number: int, agency: str) -> Response:
        return once(request, do=lambda: self._answer(request, number, agency), again=lambda known: self._told(**known))

    def _answer(self, request: Request, number: int, key: str) -> Done:
        viewer, period = viewer_of(request._request), found(ReturnPeriod.objects.all(), number)
        agency = Agency.objects.filter(key=key).first()
        if agency is None:
            raise Http404
        if not (verdict := may_answer(viewer, agency)):
            raise NotPermitted(verdict.sentence)
        by_office = agency.pk not in answers_for(viewer)
        form = filled(lambda data: ReturnForm(data, period=period, by_office=by_office), request.data)
        told_by = form.cleaned_data.get("told_by", "")
        returns.answer(period, agency=agency, viewer=viewer, answers=form.answers(), told_by=told_by)
        warnings = noticed_in(form.texts(), known=NOBODY).sentences
        return Done(self._told(number, key, warnings), {"number": number, "key": key})

    @staticmethod
    def _told(number: int, key: str, warnings: Sequence[str] = ()) -> Response:
        period = found(ReturnPeriod.objects.all(), number)
        given = AgencyReturn.objects.select_related("agency").get(period=period, agency__key=key)
        return Response(_answers(returns.Line(given.agency, given), period) | {"warnings": list(warnings)})
