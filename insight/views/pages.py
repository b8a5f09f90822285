"""The overview and one page for each theme: figures of a period, each as chart, table and sentence, beside the one before."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from escalation.permissions import Viewer
from escalation.views.acting import viewer_of
from partnerships.models import Partnership

from .. import measures, periods
from ..asking import Question, questions
from ..choosing import Chosen, PeriodForm
from ..counting import catch_up
from ..figure import Figure, Period
from ..measures import MEASURES, THEME_TITLES, Theme
from ..permissions import may_see_figures, sees_all
from ..shown import Shown, shown

# Silence names agencies, and has a page of its own for the office.
OWN_PAGE = frozenset({"silent-agencies"})
FILES = (("pdf", "PDF"), ("docx", "Word"), ("csv", "CSV, for a spreadsheet"))


@never_cache
@require_safe
def home(request: HttpRequest, slug: str) -> HttpResponse:
    frame = Frame(request, slug)
    first: dict[Theme, str] = {}
    for key, measure in MEASURES.items():
        first.setdefault(measure.theme, key)
    themes = [
        (frame.address("insight:theme", theme=theme.value), THEME_TITLES[theme], frame.figure(key).says)
        for theme, key in first.items()
    ]
    asked = [] if frame.published else questions(frame.figure, frame.earlier)
    return frame.page("insight/home.html", themes=themes, questions=[(one, frame.leads(one)) for one in asked])


@never_cache
@require_safe
def theme(request: HttpRequest, slug: str, theme: str) -> HttpResponse:
    if theme not in [each.value for each in Theme]:
        raise Http404
    frame = Frame(request, slug)
    figures = [frame.shown(figure.key) for figure in frame.figures(Theme(theme))]
    files = [(frame.address("insight:take", theme=theme, kind=kind), words) for kind, words in FILES]
    title = THEME_TITLES[Theme(theme)]
    return frame.page("insight/theme.html", figures=figures, title=title, theme=theme, files=files)


class Frame:
    """What every page of figures begins with: who looks, at which period, and whether every count is shown as it is."""

    def __init__(self, request: HttpRequest, slug: str) -> None:
        self.request, self.slug = request, slug
        self.viewer: Viewer = viewer_of(request)
        if not (verdict := may_see_figures(self.viewer)):
            raise PermissionDenied(verdict.sentence)
        self.partnership: Partnership = request.partnership  # type: ignore[attr-defined]
        self.published = not sees_all(self.viewer) or request.GET.get("published") == "1"
        self.form = PeriodForm(request.GET, published=self.published)
        self.chosen: Chosen = self.form.chosen
        self.waiting = catch_up()
        self._made: dict[tuple[str, Period], Figure] = {}

    # ------------------------------------------------------------------ figures
    def figure(self, key: str) -> Figure:
        return self._figure(key, self.chosen.period)

    def earlier(self, key: str) -> Figure:
        return self._figure(key, self.chosen.beside)

    def _figure(self, key: str, period: Period) -> Figure:
        """Each is made once for a page, however often it is spoken of there."""
        if (key, period) not in self._made:
            self._made[key, period] = measures.figure(key, period, published=self.published, waiting=self.waiting)
        return self._made[key, period]

    def figures(self, theme: Theme) -> list[Figure]:
        keys = [key for key, measure in MEASURES.items() if measure.theme == theme and key not in OWN_PAGE]
        return [self.figure(key) for key in keys]

    def shown(self, key: str) -> Shown:
        behind = "" if self.published else reverse("insight:behind", args=[self.slug])
        when = periods.when(self.chosen.beside)
        return shown(self.figure(key), behind=behind, query=self.chosen.query, before=self.earlier(key), when=when)

    # ------------------------------------------------------------------ addresses
    def address(self, name: str, **parts: str) -> str:
        """Another page, about the same period and shown in the same way."""
        where = reverse(name, kwargs={"slug": self.slug, **parts})
        return f"{where}?{query}" if (query := self.query()) else where

    def query(self, *, published: bool | None = None) -> str:
        shown_so = self.published if published is None else published
        marked = "published=1" if shown_so and sees_all(self.viewer) else ""
        return "&".join(part for part in (self.chosen.query, marked) if part)

    def leads(self, question: Question) -> tuple[str, str]:
        """Where a question can be looked into, and what the link is called."""
        if question.silence:
            return reverse("insight:silence", args=[self.slug]), "Show these agencies"
        if question.theme:
            return self.address("insight:theme", theme=question.theme), "Show the figures"
        query = "&".join(part for part in (urlencode({"key": question.behind}), self.chosen.query) if part)
        return f"{reverse('insight:behind', args=[self.slug])}?{query}", "Show these disagreements"

    # ------------------------------------------------------------------ the page
    def _places(self) -> list[dict[str, Any]]:
        pages: list[tuple[str, dict[str, str], str]] = [("insight:home", {}, "Overview")]
        pages += [("insight:theme", {"theme": each.value}, title) for each, title in THEME_TITLES.items()]
        return [
            {
                "text": text,
                "href": self.address(name, **parts),
                "current": reverse(name, kwargs={"slug": self.slug, **parts}) == self.request.path,
            }
            for name, parts, text in pages
        ]

    def page(self, template: str, **context: Any) -> HttpResponse:
        query, other = self.query(), self.query(published=not self.published)
        frame = {
            "places": self._places(),
            "form": self.form,
            "chosen": self.chosen,
            "published": self.published,
            "may_choose": sees_all(self.viewer),
            "other_href": f"?{other}" if other else self.request.path,
            "suffix": f"?{query}" if query else "",
        }
        return render(self.request, template, frame | context, status=422 if self.form.errors else 200)
