"""What a page is held against: a bare Django view of the same rows.

Bare means: behind the same middleware (session, sign-in, membership, scope and row-level security, one transaction); the
same rows, chosen by the same question of who may see them and in the same order, read by the ORM with one query for each
table, and counted where the page counts; put into one plain template of one table. No menu, no frame, no words of the
protocol, no reasons, no forms, nothing that says what may be done."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from typing import Any

from django.db.models import Count, F, Prefetch
from django.db.models.functions import TruncQuarter
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.template import loader
from django.views.decorators.http import require_safe

from escalation.in_hand import LIVE, SOONEST, live, raised_here, to_act_on
from escalation.models import ChronologyEntry, ChronologyWords, Deadline, Disagreement, Party
from escalation.permissions import Viewer
from escalation.seeing import visible_to
from escalation.states import State
from escalation.tracker import ORDERS, Order
from partnerships.scope import partnership_scope, present
from partnerships.working_days import LONDON

PER_PAGE, ON_A_PAGE, BY_PROGRAM = 25, 20, 50
SOONEST_OF_ALL = (ORDERS[Order.DUE].by.asc(), "pk")  # type: ignore[attr-defined]
BESIDE = ("checks", "actions", "outcomes", "learning", "side_processes", "proposals")


@require_safe
def bare(request: HttpRequest, slug: str, name: str) -> HttpResponseBase:
    viewer = Viewer.of(request.user, request.memberships)  # type: ignore[attr-defined, arg-type]
    return VIEWS[name](request, viewer)


def rows(viewer: Viewer) -> Any:
    found = Disagreement.objects.filter(visible_to(viewer)).exclude(state=State.DRAFT)
    return found.select_related("raising_agency", "receiving_agency", "protocol_version").defer("protocol_version__definition")


def with_people(found: Any) -> Any:
    people = Prefetch("parties", queryset=Party.objects.select_related("agency"), to_attr="people")
    running = Prefetch("deadlines", queryset=Deadline.objects.filter(stopped_at=None), to_attr="running")
    return found.prefetch_related(people, running)


def page(template: str, context: dict[str, Any]) -> HttpResponse:
    return HttpResponse(loader.get_template(f"bench/{template}.html").render(context))


def tracker(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """The rows of a page of the tracker, with their people and clocks; `at` is how deep it lies."""
    found, at = rows(viewer), int(request.GET.get("at", 0)) * PER_PAGE
    if "live" in request.GET or "beyond" in request.GET:
        found = found.filter(state__in=LIVE)
    if "beyond" in request.GET:
        found = found.filter(next_due__lte=present())
    for name, field in (("state", "state"), ("agency", "raising_agency__key")):
        if value := request.GET.get(name):
            found = found.filter(**{field: value})
    order = {"oldest": ("raised_at", "pk"), "newest": ("-raised_at", "-pk")}.get(request.GET.get("order", ""))
    ordered = found.order_by(*(order or (F("next_due").asc(nulls_last=True), "-raised_at", "-pk")))
    return page("rows", {"rows": list(with_people(ordered)[at : at + PER_PAGE]), "count": found.count()})


def first(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    found = live(viewer).filter(to_act_on(viewer))
    return page("rows", {"rows": list(found.order_by(*SOONEST)[:ON_A_PAGE]), "count": found.count()})


def mine(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    found = rows(viewer).filter(raised_here(viewer))
    order = (F("ended_at").desc(nulls_first=True), "-raised_at", "-pk")
    return page("rows", {"rows": list(with_people(found.order_by(*order))[:ON_A_PAGE]), "count": found.count()})


def disagreement(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """One, with all that lies with it, and its chronology with the words."""
    d = with_people(rows(viewer).prefetch_related(*BESIDE)).get(reference=request.GET["reference"])
    entries = list(ChronologyEntry.objects.filter(disagreement=d).select_related("actor"))
    words = {w.pk: w.text for w in ChronologyWords.objects.filter(pk__in=[e.words_id for e in entries if e.words_id])}
    beside = [one for name in BESIDE for one in getattr(d, name).all()]
    return page(
        "one",
        {
            "d": d,
            "beside": beside,
            "entries": [(entry, words.get(entry.words_id, "") if entry.words_id else "") for entry in entries],
        },
    )


def listed(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """The rows with their people and clocks, which the page of a program says as well."""
    found = with_people(rows(viewer).order_by("-raised_at", "-pk"))[:BY_PROGRAM]
    names = ("reference", "raised_at", "changed_at", "ended_at", "state", "stage", "tier", "category", "urgency", "flags")
    results = [
        {name: getattr(d, name) for name in names}
        | {"agencies": [d.raising_agency.key, d.receiving_agency.key] if d.receiving_agency else []}
        | {"people": [p.name for p in d.people], "clocks": [(c.label, c.due_at) for c in d.running]}
        for d in found
    ]
    return JsonResponse({"count": rows(viewer).count(), "results": results})


def searched(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """A word looked for in what was written of the same partnership, by the plainest means the database has."""
    said = ChronologyWords.objects.filter(text__icontains=request.GET["q"]).values("pk")
    told = ChronologyEntry.objects.filter(words_id__in=said).values("disagreement")
    found = rows(viewer).filter(pk__in=told).order_by("-raised_at", "-pk")
    return page("rows", {"rows": list(with_people(found)[:PER_PAGE]), "count": found.count()})


def figures(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """The rows of a year counted four ways, in the database."""
    since, until = (
        datetime.combine(date.fromisoformat(request.GET[name]), time.min, tzinfo=LONDON) for name in ("since", "until")
    )
    year = rows(viewer).select_related(None).filter(raised_at__gte=since, raised_at__lt=until)
    ways = [
        year.annotate(by=TruncQuarter("raised_at")).values("by"),
        year.values(by=F("state")),
        year.values(by=F("common_category")),
        year.values(by=F("raising_agency")),
    ]
    counted = [(one["by"], one["n"]) for way in ways for one in way.annotate(n=Count("pk")).order_by("by")]
    return page("figures", {"counted": counted})


def exported(request: HttpRequest, viewer: Viewer) -> StreamingHttpResponse:
    """A bare streamed query: what is stored of every column that the file shows, joins and all, in the file's order, by a
    cursor of the server, through csv. Nothing is put into words, no working day counted, no person or clock read."""
    partnership = request.partnership  # type: ignore[attr-defined]

    def lines() -> Iterator[str]:
        with partnership_scope(partnership.pk, user_id=viewer.user.pk):
            writer = csv.writer(_Line())
            for row in rows(viewer).order_by(*SOONEST_OF_ALL).values_list(*_shown()).iterator(chunk_size=500):
                yield writer.writerow(row)

    return StreamingHttpResponse(lines(), content_type="text/csv")


class _Line:
    def write(self, text: str) -> str:
        return text


def _plain() -> tuple[str, ...]:
    names = ("reference", "raised_at", "stage", "state", "category", "common_category", "urgency", "child_status", "ended_at")
    return (*names, "raising_agency__name", "receiving_agency__name", "protocol_version__number")


def _shown() -> tuple[str, ...]:
    """Of each column of the tracker what is stored of it."""
    own = (name for name in _plain() if name != "child_status")
    more = ("tier", "stage_kind", "flags", "opened_directly", "raised_as", "thematic", "next_due", "turn_since", "changed_at")
    return (*own, *more, "protocol_version__title", "followed_by__name")


VIEWS: dict[str, Callable[[HttpRequest, Viewer], HttpResponseBase]] = {
    "tracker": tracker,
    "first": first,
    "mine": mine,
    "disagreement": disagreement,
    "api": listed,
    "search": searched,
    "figures": figures,
    "export": exported,
}
