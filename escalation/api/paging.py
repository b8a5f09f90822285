"""A page of a list that goes on where the last one ended, whatever came in between; knows no filter and no permission.

The cursor holds the last row's place in the order, signed, so that nobody makes one up. Passing rows over by number
(offset) is the older way: it is slow far down, and a row that is raised meanwhile is shown twice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from django.core import signing
from django.db.models import Q
from django.http import QueryDict
from rest_framework.pagination import BasePagination, LimitOffsetPagination
from rest_framework.request import Request
from rest_framework.response import Response

from .changes import OFFSETS
from .errors import Invalid

MOST = 200
USUAL = 50
FURTHEST = 10**9
SALT = "escalation.api.cursor"
NO_CURSOR = "This cursor is not one of ours, or of another order. Begin again without it."
BOTH = "Send a cursor or an offset, not both."


@dataclass(frozen=True)
class Order:
    """By which time rows are put in order, those of one instant by their number; and what that is good for."""

    field: str
    newest_first: bool
    words: str

    @property
    def by(self) -> tuple[str, str]:
        sign = "-" if self.newest_first else ""
        return f"{sign}{self.field}", f"{sign}pk"

    def beyond(self, moment: datetime | int, pk: int) -> Q:
        """What comes after this row. The first condition says nothing new, and lets the database begin in the index."""
        after = "lt" if self.newest_first else "gt"
        if self.field == "pk":
            return Q(**{f"pk__{after}": pk})
        strictly, level = Q(**{f"{self.field}__{after}": moment}), Q(**{self.field: moment, f"pk__{after}": pk})
        return Q(**{f"{self.field}__{after}e": moment}) & (strictly | level)


ORDERS: Mapping[str, Order] = {
    "newest": Order("raised_at", True, "the newest first"),
    "last_changed": Order("changed_at", True, "what changed last first"),
    "first_changed": Order("changed_at", False, "what changed first first, to keep a copy up to date"),
}


class Pages(BasePagination):
    """50 at a time, 200 at most. How many there are in all is counted for the first page alone. The first of `orders` is
    the usual one; a list that is new has never been passed over by number, and does not begin with it."""

    orders: ClassVar[Mapping[str, Order]] = {}
    offsets = False

    @property
    def parameters(self) -> tuple[str, ...]:
        return ("limit", "cursor", *(("order",) if self.orders else ()), *(("offset",) if self.offsets else ()))

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        self.request = request
        order = self._order(request)
        if self.offsets and "offset" in request.query_params:
            if "cursor" in request.query_params:
                raise Invalid({"cursor": [BOTH]})
            self.by_number: ByNumber | None = ByNumber()
            return list(self.by_number.paginate_queryset(queryset.order_by(*order.by), request, view) or [])
        self.by_number = None
        limit = whole_number(request, "limit", least=1, most=MOST, usual=USUAL)
        cursor = request.query_params.get("cursor")
        self.count = None if cursor else queryset.count()
        beyond = order.beyond(*read_cursor(cursor, order)) if cursor else Q()
        rows = list(queryset.filter(beyond).order_by(*order.by)[: limit + 1])
        self.next = self._onward(order, rows[limit - 1]) if len(rows) > limit else None
        return rows[:limit]

    def _order(self, request: Request) -> Order:
        name = request.query_params.get("order", next(iter(self.orders)))
        if name not in self.orders:
            raise Invalid({"order": [f"Send one of: {', '.join(self.orders)}."]})
        return self.orders[name]

    def _onward(self, order: Order, last: Any) -> str:
        sent: QueryDict = self.request.query_params.copy()
        sent["cursor"] = make_cursor(order, getattr(last, order.field), last.pk)
        return f"{self.request.build_absolute_uri(self.request.path)}?{sent.urlencode()}"

    def get_paginated_response(self, data: Any) -> Response:
        if self.by_number is not None:
            return OFFSETS.told(self.by_number.get_paginated_response(data))
        answer = Response({"count": self.count, "next": self.next, "previous": None, "results": data})
        if self.next:
            answer["Link"] = f'<{self.next}>; rel="next"'
        return answer

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["count", "next", "previous", "results"],
            "properties": {
                "count": {"type": ["integer", "null"], "description": "How many there are in all; null beyond the first page"},
                "next": link | {"description": "The next page; null: this is the last"},
                "previous": link | {"description": "Deprecated with offset, which alone fills it", "deprecated": True},
                "results": schema,
            },
        }

    def get_schema_operation_parameters(self, view: object) -> list[dict[str, object]]:
        def said(name: str, words: str, schema: dict[str, object], **more: object) -> dict[str, object]:
            return {"name": name, "in": "query", "schema": schema, "description": words, **more}

        names = list(self.orders)
        orders = "; ".join(f"{name}: {order.words}" for name, order in self.orders.items())
        offset = {"type": "integer", "minimum": 0, "maximum": FURTHEST}
        return [
            said("limit", "How many at once", {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL}),
            said("cursor", "Where the page before ended: from its next", {"type": "string", "minLength": 1}),
            *([said("order", orders, {"type": "string", "enum": names, "default": names[0]})] if names else []),
            *([said("offset", OFFSETS.words, offset, deprecated=True)] if self.offsets else []),
        ]


class DisagreementPages(Pages):
    orders = ORDERS
    offsets = True


class ByNumber(LimitOffsetPagination):
    """The older way."""

    default_limit = USUAL
    max_limit = MOST

    def get_limit(self, request: Request) -> int:
        return whole_number(request, "limit", least=1, most=MOST, usual=USUAL)

    def get_offset(self, request: Request) -> int:
        return whole_number(request, "offset", least=0, most=FURTHEST, usual=0)


def make_cursor(order: Order, moment: datetime | int, pk: int) -> str:
    shown = moment.isoformat() if isinstance(moment, datetime) else moment
    return signing.dumps([*order.by, shown, pk], salt=SALT)


def read_cursor(text: str, order: Order) -> tuple[datetime | int, int]:
    """Raises Invalid where it was not made here, or for another order."""
    try:
        by, then_by, moment, pk = signing.loads(text, salt=SALT)
    except (signing.BadSignature, ValueError) as unknown:
        raise Invalid({"cursor": [NO_CURSOR]}) from unknown
    if (by, then_by) != order.by:
        raise Invalid({"cursor": [NO_CURSOR]})
    return datetime.fromisoformat(moment) if isinstance(moment, str) else int(moment), int(pk)


def whole_number(request: Request, name: str, *, least: int, most: int, usual: int) -> int:
    text = request.query_params.get(name)
    if text is None:
        return usual
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 12 else -1
    if not least <= number <= most:
        raise Invalid({name: [f"Send a whole number from {least} to {most}."]})
    return number
