"""Which disagreements a list holds: the filters of the API, none of which is guessed at; knows no permission."""

from __future__ import annotations

from datetime import UTC, date, datetime

import django_filters
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db.models import QuerySet
from django_filters.rest_framework import DjangoFilterBackend, IsoDateTimeFilter
from rest_framework.request import Request

from partnerships import selectors as partnership_selectors
from partnerships.protocol_terms import StageKind
from partnerships.scope import present

from ..models import Disagreement
from ..states import STATE_WORDS, State
from ..tracker.narrowing import CONCERNS, SEVERAL, TURNS, Asking, of_concern, since, until
from ..tracker.rows import STANDING_WORDS
from .errors import Invalid
from .paging import DisagreementPages

Found = QuerySet[Disagreement]
VERSION = RegexValidator(r"^[\w-]{1,40}\.\d{1,6}\Z")
WITHIN = [MinValueValidator(date(1990, 1, 1)), MaxValueValidator(date(2200, 1, 1))]


class DisagreementFilters(django_filters.FilterSet):
    state = django_filters.MultipleChoiceFilter(
        choices=[(s.value, STATE_WORDS[s]) for s in State if s is not State.DRAFT], help_text="May be given more than once"
    )
    stage = django_filters.CharFilter(help_text="The key of a stage of the protocol")
    stage_kind = django_filters.MultipleChoiceFilter(
        choices=[(k.value, k.value) for k in StageKind], help_text="May be given more than once"
    )
    raising = django_filters.CharFilter("raising_agency__key", help_text="The key of an agency")
    receiving = django_filters.CharFilter("receiving_agency__key", help_text="The key of an agency")
    category = django_filters.CharFilter(help_text="The key of a category of the protocol")
    urgency = django_filters.CharFilter(method="narrowed", help_text="The key of an urgency band of the protocol")
    mark = django_filters.CharFilter(method="narrowed", help_text="The key of a mark of the protocol, or any")
    child = django_filters.CharFilter(method="narrowed", help_text="The key of a child’s status of the protocol")
    protocol = django_filters.CharFilter(method="narrowed", help_text="The key of one of the partnership’s protocols")
    version = django_filters.CharFilter(
        method="narrowed",
        help_text="A version of a protocol, like main.3",
        validators=[VERSION],
    )
    timescale = django_filters.MultipleChoiceFilter(
        method="narrowed_by_each",
        choices=[(key.value, words) for key, words in STANDING_WORDS.items()],
        help_text="May be given more than once",
    )
    turn = django_filters.MultipleChoiceFilter(
        method="narrowed_by_each", choices=[(str(key), words) for key, words in TURNS.items()], help_text="Whose turn it is"
    )
    concern = django_filters.ChoiceFilter(
        method="of_concern", choices=list(CONCERNS.items()), help_text="Marked, at the partnership’s step, or long beyond"
    )
    raised_from = django_filters.DateFilter(method="from_day", validators=WITHIN, help_text="The first day, like 2026-09-21")
    raised_to = django_filters.DateFilter(method="to_day", validators=WITHIN, help_text="The last day")
    ended_from = django_filters.DateFilter(method="from_day", validators=WITHIN, help_text="The first day")
    ended_to = django_filters.DateFilter(method="to_day", validators=WITHIN, help_text="The last day")
    changed_since = IsoDateTimeFilter(method="changed", help_text="A date and time like 2026-09-21T10:30:00+01:00")

    class Meta:
        model = Disagreement
        fields: list[str] = []

    def narrowed(self, found: Found, name: str, value: str) -> Found:
        return self.narrowed_by_each(found, name, [value])

    def narrowed_by_each(self, found: Found, name: str, values: list[str]) -> Found:
        """As the tracker does, whose rule it is."""
        return found.filter(SEVERAL[name](values, self._asking)) if values else found

    def of_concern(self, found: Found, _: str, value: str) -> Found:
        return found.filter(of_concern(self._asking))

    def from_day(self, found: Found, name: str, day: date) -> Found:
        return found.filter(since(f"{name.removesuffix('_from')}_at", day))

    def to_day(self, found: Found, name: str, day: date) -> Found:
        return found.filter(until(f"{name.removesuffix('_to')}_at", day))

    @property
    def _asking(self) -> Asking:
        return Asking(at=present(), calendar=partnership_selectors.calendar())

    def changed(self, found: Found, _: str, moment: datetime) -> Found:
        """In UTC: the database knows fewer zones than Python does."""
        try:
            return found.filter(changed_at__gte=moment.astimezone(UTC))
        except OverflowError as outside:
            raise Invalid({"changed_since": ["Send a date and time within the years that there are."]}) from outside


class Filters(DjangoFilterBackend):
    """A filter spelt wrong, or empty, would show everything as if it had been applied; it is refused."""

    def get_filterset_kwargs(self, request: Request, queryset: object, view: object) -> dict[str, object]:
        known = {*DisagreementFilters.base_filters, *DisagreementPages().parameters}
        there = ", ".join(sorted(known))
        sent = request.query_params
        wrong = {name: ["Say what to look for, or leave this out."] for name in sent if not all(sent.getlist(name))}
        wrong |= {name: [f"There is no such filter. The filters are: {there}."] for name in sent if name not in known}
        if wrong:
            raise Invalid(wrong)
        return dict(super().get_filterset_kwargs(request, queryset, view))
