"""The office's pages of what was learned: what waits, the items, one item, its actions, and whether it changed anything."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from escalation.forms.noticing import Noticed, Noticing
from escalation.models import Learning
from escalation.permissions import Viewer
from escalation.views.acting import viewer_of
from partnerships import selectors as partnership_selectors

from .. import returns, review, selectors, services
from ..afterwards import later_figures
from ..briefing import category_name, category_names
from ..forms.fields import categories, sub_groups
from ..forms.items import ActionForm, AskOnForm, ItemForm, JudgeForm, StandsForm
from ..identifying import noticed_in, of_learning, pair_is_few, sources_of
from ..models import Action, Item, Progress, ReturnPeriod
from ..permissions import may_say_how_it_stands
from ..selectors import SHOW_WORDS, Show
from .shared import asks_first, done, found_or_404, numbers, office, sent

PER_PAGE = 25
FORM = ["GET", "HEAD", "POST"]
ITEMS = Item.objects.select_related("raising_agency", "receiving_agency", "made_by", "judged_by")
ACTIONS = Action.objects.select_related("item", "owner", "owner_agency")


@require_safe
def home(request: HttpRequest, slug: str) -> HttpResponse:
    """What is followed, with what waits for the office above it."""
    viewer, day = office(request), partnership_selectors.today()
    which = next((show for show in Show if show == request.GET.get("show")), Show.OPEN)
    group, theme = request.GET.get("sub_group", "")[:120], request.GET.get("theme", "")[:60]
    page = Paginator(selectors.items(which, day=day, sub_group=group, theme=theme), PER_PAGE).get_page(request.GET.get("page"))
    counts = selectors.counted(day=day)
    period = ReturnPeriod.objects.first()
    context = {
        "page": page, "which": which, "group": group, "theme": theme, "day": day,
        "shows": [(show, SHOW_WORDS[show], counts[show]) for show in Show],
        "groups": sub_groups(), "themes": categories(), "category_names": category_names(),
        "waiting": selectors.to_take_up(viewer).count(),
        "due_actions": list(selectors.actions_due(by=day)[:PER_PAGE]),
        "period": period, "period_open": bool(period and period.due >= day),
        "reviews": [(one, one.sentence(day)) for one in review.near_or_passed(day)],
        "asked_by": returns.protocol_asks(),
    }  # fmt: skip
    return render(request, "learning/home.html", context)


@require_safe
def take_up(request: HttpRequest, slug: str) -> HttpResponse:
    """What was recorded on disagreements and is in no item, with a tick each."""
    viewer, nothing = office(request), request.GET.get("show") == "none"
    page = Paginator(selectors.to_take_up(viewer, nothing_further=nothing), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "learning/take_up.html", {"page": page, "nothing": nothing})


@require_http_methods(FORM)
def new(request: HttpRequest, slug: str) -> HttpResponse:
    """Written down anew: from what is ticked, which stands beside it to be read, or from a theme alone."""
    viewer = office(request)
    asked = request.POST if request.method == "POST" else request.GET
    wanted = numbers(asked.getlist("learning"), most=services.MOST_SOURCES)
    read = selectors.recorded(viewer, wanted)
    form = ItemForm(sent(request), initial=_from(read))
    noticed, status = None, 422 if form.errors else 200
    if form.is_valid():
        noticed = noticed_in_item(form, wanted)
        if not asks_first(form, request, noticed):
            made: list[Item] = []
            act = lambda: made.append(services.make_item(viewer, written=form.written(), learning=wanted))  # noqa: E731
            status = done(form, act)
            if not status:
                messages.success(request, "It is written down. Say now what is to be done about it.")
                return redirect("learning:item", slug, made[0].pk)
            noticed = None
    return render(request, "learning/edit.html", {"form": form, "read": read, "noticed": noticed}, status=status)


def _from(read: list[Learning]) -> dict[str, Any]:
    """What all of them have in common. The words are not taken over: they are written again."""
    themes, groups = {one.disagreement.category for one in read}, {one.sub_group for one in read}
    known = dict(categories())
    category = next(iter(themes)) if len(themes) == 1 else ""
    group = next(iter(groups)) if len(groups) == 1 else ""
    return {"category": category if category in known else "", "sub_group": group if group in sub_groups() else ""}


def noticed_in_item(form: ItemForm, learning: list[int]) -> Noticing:
    """What its texts and its two agencies give away."""
    found = noticed_in(form.texts(), known=of_learning(learning))
    raiser, receiver = form.written().between
    if raiser is None or receiver is None or not pair_is_few(raiser, receiver):
        return found
    few = "There are so few disagreements between these two agencies that naming both says which one is meant."
    return Noticing((*found.found, Noticed("raising_agency", few)), found.mark)


@require_safe
def item(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One item: what it says, what is done, whether it changed anything, and every step."""
    viewer, day = office(request), partnership_selectors.today()
    one = found_or_404(ITEMS, number)
    context = {
        "item": one, "day": day, "category": category_name(one.category), "done": one.progress == Progress.DONE,
        "actions": list(one.actions.select_related("owner", "owner_agency")),
        "entries": one.entries.select_related("by", "action")[:200],
        "learned_from": selectors.learned_from(one, viewer),
        "later": later_figures(one, day=day),
        "briefing": one.briefings.first(),
        "asking": bool(one.progress == Progress.DONE and one.ask_on and one.ask_on <= day),
    }  # fmt: skip
    return render(request, "learning/item.html", context)


@require_http_methods(FORM)
def change(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    viewer = office(request)
    one = found_or_404(ITEMS, number)
    form = ItemForm(sent(request), item=one)
    noticed, status = None, 422 if form.errors else 200
    if form.is_valid():
        noticed = noticed_in_item(form, sources_of(one.pk))
        if not asks_first(form, request, noticed):
            version = form.cleaned_data["version"]
            act = lambda: services.change_item(one.pk, viewer=viewer, version=version, written=form.written())  # noqa: E731
            status, noticed = done(form, act, fresh_version=lambda: one.version), None
            if not status:
                messages.success(request, "It is changed.")
                return redirect("learning:item", slug, one.pk)
    read = selectors.learned_from(one, viewer).records
    return render(request, "learning/edit.html", {"form": form, "item": one, "read": read, "noticed": noticed}, status=status)


@require_http_methods(FORM)
def add_action(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    viewer = office(request)
    one = found_or_404(ITEMS, number)
    form = ActionForm(sent(request), version=one.version)
    return _acted(request, viewer, form, one, None)


@require_http_methods(FORM)
def change_action(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    viewer = office(request)
    action = found_or_404(ACTIONS, number)
    form = ActionForm(sent(request), action=action)
    return _acted(request, viewer, form, action.item, action)


def _acted(request: HttpRequest, viewer: Viewer, form: ActionForm, one: Item, action: Action | None) -> HttpResponse:
    noticed, status = None, 422 if form.errors else 200
    if form.is_valid():
        noticed = noticed_in(form.texts(), known=of_learning(sources_of(one.pk)))
        if not asks_first(form, request, noticed):
            own = {"viewer": viewer, "version": form.cleaned_data["version"], **form.planned()}
            act = lambda: services.change_action(action.pk, **own) if action else services.add_action(one.pk, **own)  # noqa: E731
            status, noticed = done(form, act, fresh_version=lambda: (action or one).version), None
            if not status:
                messages.success(request, "The action is changed." if action else "The action is added.")
                return redirect("learning:item", one.partnership.slug, one.pk)
    context = {"form": form, "item": one, "action": action, "noticed": noticed}
    return render(request, "learning/edit_action.html", context, status=status)


@require_http_methods(FORM)
def action(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One action, for whoever does it and for the office: how it stands, and what is to be done about it."""
    viewer = viewer_of(request)
    one = found_or_404(ACTIONS, number)
    if not (verdict := may_say_how_it_stands(viewer, one)):
        raise PermissionDenied(verdict.sentence)
    form = StandsForm(sent(request), action=one)
    noticed, status = None, 422 if form.errors else 200
    if form.is_valid():
        noticed = noticed_in(form.texts(), known=of_learning(sources_of(one.item_id)))
        if not asks_first(form, request, noticed):
            own = {name: form.cleaned_data[name] for name in ("version", "progress", "words")}
            act = lambda: services.say_how_it_stands(one.pk, viewer=viewer, **own)  # noqa: E731
            status, noticed = done(form, act, fresh_version=lambda: one.version), None
            if not status:
                messages.success(request, "How it stands is written down.")
                name, back = ("learning:item", one.item_id) if viewer.is_office else ("learning:action", one.pk)
                return redirect(name, slug, back)
    context = {"form": form, "action": one, "noticed": noticed, "day": partnership_selectors.today()}
    return render(request, "learning/action.html", context, status=status)


@require_http_methods(FORM)
def judge(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Did it change anything? Two forms: to say so, and to be asked on another day."""
    viewer, day = office(request), partnership_selectors.today()
    one = found_or_404(ITEMS, number)
    if one.progress != Progress.DONE:
        messages.info(request, "It can be said whether it changed anything once something was done.")
        return redirect("learning:item", slug, one.pk)
    later = request.POST.get("do") == "later"
    judging = JudgeForm(None if later else sent(request), item=one)
    asking = AskOnForm(sent(request) if later else None, item=one)
    form = asking if later else judging
    noticed, status = None, 422 if form.errors else 200
    if form.is_valid():
        given = form.cleaned_data
        noticed = None if later else noticed_in(form.texts(), known=of_learning(sources_of(one.pk)))
        if noticed is None or not asks_first(form, request, noticed):
            verb = services.ask_on if later else services.judge
            act = lambda: verb(one.pk, viewer=viewer, **given)  # noqa: E731
            status, noticed = done(form, act, fresh_version=lambda: one.version), None
            if not status:
                messages.success(request, "You will be asked on that day." if later else "Your answer is written down.")
                return redirect("learning:item", slug, one.pk)
    context = {"item": one, "judging": judging, "asking": asking, "forms": [judging, asking], "noticed": noticed}
    context |= {"later": later_figures(one, day=day), "day": day}
    return render(request, "learning/judge.html", context, status=status)
