"""The pages on which the office puts two disagreements together that are one, and parts them again."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View

from accounts.proof import fresh_proof

from ..forms.base import ActingForm
from ..forms.merging import MergeForm, PartForm
from ..merging import likely, may_merge, merged_here
from ..models import ChronologyEntry, Disagreement, Reading
from ..moves import NotPermitted, Refused, Stale
from ..permissions import Viewer
from ..reading import note_reading
from ..selectors import Linked
from ..services import what_changed
from ..services.merging import merge, part
from .acting import get_for
from .chronology import Chronology, Item
from .older import asks_for_proof


@method_decorator(fresh_proof, name="dispatch")
class MergeView(View):
    """It changes who may see, so it wants fresh proof of who asks."""

    form: type[ActingForm] = MergeForm
    service: Callable[..., ChronologyEntry] = staticmethod(merge)
    title = "Put it together with another"
    done = "They are put together. Everybody of both is told, and takes part in the one that goes on."

    def get(self, request: HttpRequest, *, slug: str, reference: str) -> HttpResponse:
        viewer, disagreement = self._find(request, reference)
        initial = {"into": request.GET.get("into", "")[:20]}
        return self._page(request, self.form(disagreement=disagreement, viewer=viewer, initial=initial))

    def post(self, request: HttpRequest, *, slug: str, reference: str) -> HttpResponse:
        viewer, disagreement = self._find(request, reference)
        form = self.form(request.POST, disagreement=disagreement, viewer=viewer)
        if not form.is_valid():
            return self._page(request, form, status=422)
        try:
            self.service(disagreement.pk, viewer=viewer, version=form.cleaned_data["version"], **form.facts())
        except NotPermitted as refused:
            raise PermissionDenied(str(refused)) from refused
        except Stale:
            form.reread()
            form.full_clean()
            form.add_error(None, f"{what_changed(disagreement)} What you typed is kept below.")
            return self._page(request, form, status=409)
        except Refused as refused:
            form.add_error(None, str(refused))
            return self._page(request, form, status=409)
        messages.success(request, self.done)
        return redirect(disagreement.get_absolute_url())

    @staticmethod
    def _find(request: HttpRequest, reference: str) -> tuple[Viewer, Disagreement]:
        viewer, disagreement = get_for(request, reference)
        if not (verdict := may_merge(viewer)):
            raise PermissionDenied(verdict.sentence)
        return viewer, disagreement

    def _page(self, request: HttpRequest, form: ActingForm, *, status: int = 200) -> HttpResponse:
        found = likely(form.viewer, form.disagreement) if self.form is MergeForm else []
        context: dict[str, Any] = {"form": form, "disagreement": form.disagreement, "title": self.title, "likely": found}
        return render(request, "escalation/merge.html", context, status=status)


class PartView(MergeView):
    form = PartForm
    service = staticmethod(part)
    title = "Part them again: they are two after all"
    done = "They are two again. This one is open where it stood."


def read_along(request: HttpRequest, links: Iterable[Linked]) -> list[Linked]:
    """Of what was put together with one, that whose entries its page shows: whoever reads them has read that one too, and it
    is noted. What ended long ago wants fresh proof of who reads, here as on its own page; until then its link leads there."""
    found = [link for link in links if link.merged == "here" and link.other and not asks_for_proof(request, link.other)]
    for other in merged_here(found):
        note_reading(request, Reading.What.DISAGREEMENT, disagreement=other)
    return found


def with_merged(items: list[Item], links: Iterable[Linked], viewer: Viewer) -> list[Item]:
    """The entries of one disagreement, and in their order those of what was put together with it, each marked with whose it
    is. Only of what this person may see."""
    own = list(items)
    for other in merged_here(links):
        said = _("From %(reference)s") % {"reference": other.reference}
        for item in Chronology(other, viewer).items():
            anchor = f"{other.reference}-{item.anchor}"
            href = f"#{other.reference}-{item.href[1:]}" if item.href.startswith("#") else item.href
            own.append(replace(item, anchor=anchor, href=href, lines=(said, *item.lines)))
    return sorted(own, key=lambda item: item.at) if len(own) > len(items) else own
