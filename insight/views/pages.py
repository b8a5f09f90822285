"""The overview and one page for each theme: figures of a period, each as chart, table and sentence, beside the one before."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from escalation.permissions import Viewer
from escalation.views.acting import viewer_of

from .. import measures
from ..choosing import Chosen, PeriodForm
from ..measures import MEASURES, THEME_TITLES, Theme
from ..permissions import may_see_figures, sees_all
from ..shown import Shown, shown


@never_cache
@require_safe
def home(request: HttpRequest, slug: str) -> HttpResponse:
    frame = Frame(request, slug)
    first: dict[Theme, str] = {}
    for key, measure in MEASURES.items():
        first.setdefault(measure.theme, key)
    themes = [
        (frame.address("insight:theme", theme=theme.value), THEME_TITLES[theme], frame.says(key)) for theme, key in first.items()
    ]
    return frame.page("insight/home.html", themes=themes)


@never_cache
@require_safe
def theme(request: HttpRequest, slug: str, theme: str) -> HttpResponse:
    if theme not in [each.value for each in Theme]:
        raise Http404
    frame = Frame(request, slug)
    figures = [frame.shown(key) for key, measure in MEASURES.items() if measure.theme == theme]
    return frame.page("insight/theme.html", figures=figures, title=THEME_TITLES[Theme(theme)], theme=theme)


class Frame:
    """What every page of figures begins with: who looks, at which period, and whether every count is shown as it is."""

    def __init__(self, request: HttpRequest, slug: str) -> None:
        self.request, self.slug = request, slug
        self.viewer: Viewer = viewer_of(request)
        if not (verdict := may_see_figures(self.viewer)):
            raise PermissionDenied(verdict.sentence)
        self.form = PeriodForm(request.GET)
        self.chosen: Chosen = self.form.chosen
        self.published = not sees_all(self.viewer) or request.GET.get("published") == "1"

    def address(self, name: str, **parts: str) -> str:
        """Another page, about the same period and shown in the same way."""
        where = reverse(name, kwargs={"slug": self.slug, **parts})
        return f"{where}?{query}" if (query := self.query()) else where

    def query(self, *, published: bool | None = None) -> str:
        shown_so = self.published if published is None else published
        marked = "published=1" if shown_so and sees_all(self.viewer) else ""
        return "&".join(part for part in (self.chosen.query, marked) if part)

    def says(self, key: str) -> str:
        return measures.figure(key, self.chosen.period, published=self.published).says

    def shown(self, key: str) -> Shown:
        now, then = (
            measures.figure(key, period, published=self.published) for period in (self.chosen.period, self.chosen.beside)
        )
        behind = "" if self.published else reverse("insight:behind", args=[self.slug])
        return shown(now, behind=behind, query=self.chosen.query, before=then)

    def _place(self, name: str, parts: dict[str, str], text: str) -> dict[str, Any]:
        where = reverse(name, kwargs={"slug": self.slug, **parts})
        return {"text": text, "href": self.address(name, **parts), "current": where == self.request.path}

    def page(self, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
        other = self.query(published=not self.published)
        pages = [
            ("insight:home", {}, "Overview"),
            *(("insight:theme", {"theme": each.value}, title) for each, title in THEME_TITLES.items()),
        ]
        frame = {
            "places": [self._place(name, parts, text) for name, parts, text in pages],
            "form": self.form,
            "chosen": self.chosen,
            "published": self.published,
            "may_choose": sees_all(self.viewer),
            "other_href": f"?{other}" if other else self.request.path,
            "suffix": f"?{query}" if (query := self.query()) else "",
        }
        status = 422 if self.form.errors else status
        return render(self.request, template, frame | context, status=status)
