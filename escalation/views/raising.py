"""Writing a disagreement and raising it: each page of the form, check your answers, and what happens next."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.html import conditional_escape
from django.utils.translation import gettext
from django.views import View

from partnerships import date_words
from partnerships import selectors as partnership_selectors
from partnerships.ladder import Position, rung_words
from partnerships.languages import the_records_language
from partnerships.protocol_terms import RaisedAs, Side
from partnerships.scope import present
from partnerships.working_days import LONDON, Calendar, Unit
from partnerships.written import Written, joined, written

from .. import services
from ..clocks import last_day_of
from ..forms.noticing import noticed
from ..forms.raising import BY, SAVED, RaisingForm, kept
from ..forms.raising_draft import Draft
from ..forms.raising_forecast import Clock, Raising, by_the_end, by_the_hour, clocks_on, told_on
from ..forms.raising_pages import FormPage
from ..merging import About, Likely, alike
from ..models import Deadline, Disagreement
from ..moves import Refused, Stale
from ..selectors import timescale
from ..services import Particulars
from ..turns import ball
from .acting import get_for
from .coming_in import telephone_meanwhile
from .drafting import CHECK, DraftPage, changed_questions


class DraftStepView(DraftPage):
    """One page of the form. Whatever is typed is kept, also where it is refused."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.from_check = request.GET.get("back") == CHECK
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, *, slug: str, key: UUID, step: str) -> HttpResponse:
        """A step that this protocol has no use for (any more) leads to the list."""
        if (page := self.draft.page(step)) is None:
            return redirect(self.address("draft"))
        return self._page(request, page, self.draft.form(page))

    def post(self, request: HttpRequest, *, slug: str, key: UUID, step: str) -> HttpResponse:
        if (page := self.draft.page(step)) is None:
            return self.no_longer_asked(request)
        form = self.draft.form(page, _without_nul(request.POST))
        if self._changed_elsewhere(request, page, form):
            return self._other_window(request, page, form)
        before = {route.key for route in self.draft.routes}
        if not self._save(page, form):
            return self.meanwhile(request)
        if "later" in request.POST:
            messages.success(request, gettext("Saved. You find it under My disagreements when you come back."))
            return redirect(self.address("draft"))
        for name in _with_nul(request.POST, form):
            told = gettext("A hidden character that cannot be kept was taken out. Check what you typed, then go on")
            form.refuse(name, told)
        if not form.is_valid():
            return self._page(request, page, form, status=422)
        if (found := noticed(form)) and not found.meant(request.POST):
            return self._page(request, page, form, noticed=found)
        if self.draft.leads_away(page, before=before):
            return redirect(f"{self.address('draft_elsewhere')}?after={page.key}")
        return redirect(self._onward(page))

    def _save(self, page: FormPage, form: RaisingForm) -> bool:
        saved_under = {f"{SAVED}{part.key}": self.draft.version.pk for part in form.parts}
        by = {f"{BY}{page.key}": {"who": self.viewer.user.pk, "at": present().isoformat()}}
        try:
            answers = {**form.typed(), **saved_under, **by}
            with the_records_language():
                saved = services.save_draft(self.draft.disagreement.pk, viewer=self.viewer, answers=answers)
        except Refused:
            return False
        self.draft = Draft(saved, viewer=self.draft.viewer, version=self.draft.version)
        return True

    def _changed_elsewhere(self, request: HttpRequest, page: FormPage, form: RaisingForm) -> bool:
        """Another window, or the other of the two, saved this page after it was made, and holds something else."""
        mark, typed = request.POST.get("held"), form.typed()
        if not mark or mark == self.draft.mark(page):
            return False
        return any((self.draft.answers.get(name) or "") != (value or "") for name, value in typed.items())

    def _other_window(self, request: HttpRequest, page: FormPage, form: RaisingForm) -> HttpResponse:
        form.is_valid()
        who = self.changed_by(page.key)
        told = gettext("You changed this page in another window. What you typed here is below; send it to keep it instead")
        title = gettext("Saved in the other window")
        if who:
            told = gettext("%(who)s changed this page meanwhile. What you typed here is below; send it to keep it instead") % {
                "who": who
            }
            title = gettext("Saved by %(who)s") % {"who": who}
        form.add_error(None, told)
        shown = [answer for part in page.parts for answer in part.shown(self.draft.whole)]
        elsewhere = [{"key": one.question, "value": conditional_escape(one.answer)} for one in shown]
        return self._page(request, page, form, status=409, elsewhere=elsewhere, elsewhere_title=title)

    def _onward(self, page: FormPage) -> str:
        following = self.draft.next_step(after=page.key)
        if following is None or (self.from_check and not following.problems):
            return self.address("draft_check")
        return self.address("draft_step", following.key) + (f"?back={CHECK}" if self.from_check else "")

    def _page(self, request: HttpRequest, page: FormPage, form: RaisingForm, *, status: int = 200, **more: Any) -> HttpResponse:
        keys = [step.key for step in self.draft.steps if not self._aside(step.key)]
        before = keys[keys.index(page.key) - 1] if page.key in keys[1:] else None
        back = self.address("draft_step", before) if before else self.address("draft")
        context = {
            "form": form,
            "page": page,
            "held": self.draft.mark(page),
            "back": self.address("draft_check") if self.from_check else back,
            "number": keys.index(page.key) + 1 if page.key in keys else 0,
            "count": len(keys),
            "changed": self.draft.changed.get(page.key, []),
            "aside": self._beside(page, keys),
        }
        return self.show(request, "step", context | more, status=status)

    def _aside(self, key: str) -> bool:
        page = self.draft.page(key)
        return page is not None and page.usual

    def _beside(self, page: FormPage, keys: list[str]) -> dict[str, Any] | None:
        """On the first page, what is taken as usual without being asked, and where to say otherwise."""
        usual = next((one for one in self.draft.pages if one.usual), None)
        if usual is None or page.key != keys[0]:
            return None
        said = joined(*(one.answer for part in usual.parts for one in part.shown(self.draft.whole)), by=". ")
        return {"said": said, "href": self.address("draft_step", usual.key)}


class DraftCheckView(DraftPage):
    """Check your answers, see what will happen, raise it."""

    def get(self, request: HttpRequest, *, slug: str, key: UUID) -> HttpResponse:
        return self._page(request)

    def post(self, request: HttpRequest, *, slug: str, key: UUID) -> HttpResponse:
        if request.POST.get("protocol", str(self.draft.version.pk)) != str(self.draft.version.pk):
            told = gettext("The protocol changed while you were writing. Look at the questions that changed, then raise it")
            return self._page(request, refused=told, status=409)
        if not self.draft.whole.is_valid():
            return self._page(request, status=422)
        try:
            with the_records_language():
                particulars = self.draft.whole.particulars()
                entry = services.raise_disagreement(self.draft.disagreement.pk, viewer=self.viewer, particulars=particulars)
        except Stale:
            return self.meanwhile(request)
        except Refused as refused:
            return self._page(request, refused=Written(refused), status=409)
        return redirect("escalation:raised", slug, entry.disagreement.reference)

    def _page(self, request: HttpRequest, *, refused: str = "", status: int = 200) -> HttpResponse:
        draft = self.draft
        check = f"?back={CHECK}"
        problems = [
            {"sentence": p.sentence, "href": f"{self.address('draft_step', p.step)}{check}#{p.target}"} for p in draft.problems
        ]
        context = {
            "cards": [self._card(*one) for one in draft.shown()],
            "problems": problems,
            "refused": refused,
            "changed": changed_questions(self),
            "assumed": partnership_selectors.assumed_here(
                draft.version, parts=("stages", "time_limits", "notice_rules"), stage=draft.whole.setting.stage.key
            ),
        }
        if not draft.problems:
            context |= self._forecast(present())
        return self.show(request, "check", context, status=status)

    def _card(self, page: FormPage, title: str, shown: list[Any]) -> dict[str, Any]:
        step = f"{self.address('draft_step', page.key)}?back={CHECK}"
        rows = [
            {
                "key": one.question,
                "value": conditional_escape(one.answer),
                "href": f"{step}#id_{one.name}",
                "change": one.question,
            }
            for one in shown
        ]
        return {"title": title, "rows": rows or [{"key": title, "value": "", "href": step}]}

    def _alike(self, given: Particulars) -> list[Likely]:
        """What may be the same already, of what this person may see: the other agency may have raised it an hour ago."""
        if given.thematic:
            return []
        people = frozenset(person.email.lower() for person in given.people if person.email)
        return alike(self.viewer, About(given.raising_agency, given.receiving_agency, given.child_reference, people, present()))

    def _forecast(self, at: datetime) -> dict[str, Any]:
        draft = self.draft
        particulars = draft.whole.particulars()
        raising = Raising.about_to(draft.version.protocol, particulars)
        band = next((u for u in draft.version.protocol.urgency_bands if u.key == particulars.urgency), None)
        return {
            "alike": self._alike(particulars),
            "to": Written(rung_words(draft.version.protocol, particulars.to)),
            "told": told_on(raising),
            "clocks": clocks_on(raising, at=at, calendar=partnership_selectors.calendar()),
            "urgent": written(band.advice) if band else "",
        }


class RaisedView(View):
    """What happens next, by when, by whom; who has been told; and what to do if it is still unsafe."""

    def get(self, request: HttpRequest, *, slug: str, reference: str) -> HttpResponse:
        viewer, disagreement = get_for(request, reference)
        if viewer.user.pk not in (disagreement.raised_by_id, disagreement.shared_with_id) or not disagreement.stage:
            return redirect(disagreement.get_absolute_url())
        now, calendar = present(), partnership_selectors.calendar()
        to = first_rung(disagreement)
        people: list[Any] = disagreement.people  # type: ignore[attr-defined]
        band = next((u for u in disagreement.protocol.urgency_bands if u.key == disagreement.urgency), None)
        context = {
            "disagreement": disagreement,
            "to": Written(rung_words(disagreement.protocol, to)),
            "ball": ball(disagreement),
            "acts": disagreement.raised_as != RaisedAs.THIRD_PARTY,
            "callers": [p for p in people if p.side == Side.RECEIVING and p.telephone and p.left_at is None],
            "told": told_on(Raising.done(disagreement, people, to=to)),
            "clocks": [running(d, at=now, calendar=calendar) for d in disagreement.running],  # type: ignore[attr-defined]
            "urgent": written(band.advice) if band else "",
            "telephone_meanwhile": telephone_meanwhile(disagreement),
            "protocol": disagreement.protocol,
        }
        return render(request, "escalation/raise/raised.html", context)


def running(deadline: Deadline, *, at: datetime, calendar: Calendar) -> Clock:
    found = timescale(deadline, at=at, calendar=calendar)
    if deadline.unit == Unit.CLOCK_HOURS:
        due = deadline.due_at.astimezone(LONDON)
        by = by_the_hour(due, date_words.day(due), deadline.strength)
    else:
        by = by_the_end(last_day_of(deadline.due_at), deadline.strength)
    return Clock(Written(deadline.purpose), by, found.why)


def first_rung(disagreement: Disagreement) -> Position:
    """Where it was raised: it may have moved since."""
    entry = disagreement.chronology.filter(kind="raised").first()
    return Position.model_validate(entry.data["to"]) if entry else disagreement.position


def _with_nul(posted: Any, form: RaisingForm) -> list[str]:
    return [name for name in form.fields if any("\x00" in value for value in posted.getlist(name))]


def _without_nul(posted: Any) -> Any:
    """The database cannot hold a NUL, and no person typed one: it is taken out, and said."""
    if not any("\x00" in value for values in posted.lists() for value in values[1]):
        return posted
    cleaned = posted.copy()
    for name, values in posted.lists():
        cleaned.setlist(name, [kept(value) for value in values])
    return cleaned
