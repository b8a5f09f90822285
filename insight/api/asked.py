"""Which period a program asks about: the choices of the pages, none of which is guessed at."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from escalation.api.errors import Invalid
from escalation.api.sending import only

from ..choosing import DAYS, NAMES, Chosen, PeriodForm
from ..periods import By

NAMED = [*(name for name in NAMES if name != DAYS)]
PERIOD = OpenApiParameter(
    "period",
    {"type": "string", "pattern": f"^({'|'.join(NAMED)}|year-20[0-9]{{2}})$"},
    description=f"One of {', '.join(NAMED)}, or a financial year by the one in which it began, like year-2024. "
    "Without it this financial year until today.",
)
PUBLISHED_PERIOD = OpenApiParameter(
    "period",
    {"type": "string", "pattern": "^(last-year|year-20[0-9]{2})$"},
    description="A financial year that is over: last-year, or the one in which it began, like year-2024",
)
SINCE = OpenApiParameter("since", OpenApiTypes.DATE, description="The first day, with until, instead of period")
UNTIL = OpenApiParameter("until", OpenApiTypes.DATE, description="The last day")
BY = OpenApiParameter("by", {"type": "string", "enum": [by.value for by in By]}, description="How a figure over time is cut")
ANY_PERIOD = [PERIOD, SINCE, UNTIL]
WHICH = "Send one of: {}."


def period_of(request: Request, *more: str, published: bool = False) -> Chosen:
    """What was asked for, or the usual period; raises Invalid for anything that the page would pass over."""
    days = () if published else ("since", "until")
    only(request, "period", *days, *more)
    sent: dict[str, Any] = {name: request.query_params[name] for name in ("period", *days) if name in request.query_params}
    if set(sent) & {"since", "until"}:
        if "period" in sent:
            raise Invalid({"period": ["Send a period or two days, not both."]})
        sent["period"] = DAYS
    form = PeriodForm(sent, published=published)
    if sent.get("period", form.usual) not in (*form.offered, *([DAYS] if set(sent) & {"since", "until"} else [])):
        raise Invalid({"period": [WHICH.format(", ".join(form.offered))]})
    if form.errors:
        raise Invalid({name: [str(error) for error in errors] for name, errors in form.errors.items()})
    return form.chosen


def by_of(request: Request) -> By | None:
    given = request.query_params.get("by")
    if given is not None and given not in list(By):
        raise Invalid({"by": [WHICH.format(", ".join(By))]})
    return By(given) if given else None
