"""Writing a disagreement and raising it: the list of steps, each step, check your answers, and what happens next."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views import View

from partnerships import selectors as partnership_selectors
from partnerships.ladder import Position, rung_words
from partnerships.protocol_terms import RaisedAs
from partnerships.scope import present
from partnerships.working_days import Calendar, Unit

from .. import services
from ..forms.noticing import noticed
from ..forms.raising import SAVED, Part, RaisingForm, kept
from ..forms.raising_draft import Draft
from ..forms.raising_forecast import Clock, Raising, clocks_on, told_on
from ..models import Deadline, Disagreement
from ..moves import Refused, Stale
from ..permissions import may_raise
from ..selectors import timescale
from ..turns import ball
from .acting import get_for, viewer_of
from .coming_in import telephone_meanwhile
from .start import in_force, nothing_in_force

CHECK = "check"


class DraftPage(View):
    """A page of one's own draft. Not there, not theirs and another partnership's are told alike; one raised already leads
    to what became of it; one that was discarded in another window does not take typed words with it."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.slug, self.viewer = kwargs["slug"], viewer_of(request)
        found = Disagreement.objects.filter(key=kwargs["key"], raised_by=self.viewer.user).first()
        if found is None:
            return self.not_there(request)
        if found.state != "draft":
            return self.raised_already(request, found)
        if not (verdict := may_raise(self.viewer)):
            raise PermissionDenied(verdict.sentence)
        version = in_force(found.line)
        if version is None:
            return nothing_in_force(request)
        self.draft = Draft(found, viewer=self.viewer, version=version)
        return super().dispatch(request, *args, **kwargs)

    @staticmethod
    def not_there(request: HttpRequest) -> HttpResponse:
        if request.method == "POST" and (typed := _worth_keeping(request.POST)):
            return render(request, "escalation/raise/gone.html", {"typed": typed}, status=404)
        raise Http404

    def meanwhile(self, request: HttpRequest) -> HttpResponse:
        """Another window raised or discarded it between this one's reading and its writing."""
        found = Disagreement.objects.filter(pk=self.draft.disagreement.pk).first()
        return self.not_there(request) if found is None else self.raised_already(request, found)

    def raised_already(self, request: HttpRequest, found: Disagreement) -> HttpResponse:
        """Posting the last page twice, or from a second window, lands where the first did."""
        if request.method == "GET":
            messages.info(request, f"This was raised already, as {found.reference}.")
        return redirect("escalation:raised", self.slug, found.reference)

    def address(self, name: str, *more: str) -> str:
        return reverse(f"escalation:{name}", args=[self.slug, self.draft.disagreement.key, *more])

    def show(self, request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
        protocol = self.draft.version.protocol
        shared = {
            "draft": self.draft,
            "key": self.draft.disagreement.key,
            "protocol": protocol,
            "under": protocol.title if len(partnership_selectors.versions_in_force()) > 1 else "",
        }
        return render(request, f"escalation/raise/{template}.html", shared | context, status=status)


class DraftView(DraftPage):
    """The list of steps, each with how far it is."""

    def get(self, request: HttpRequest, *, slug: str, key: UUID) -> HttpResponse:
        draft = self.draft
        tasks = [
            {
                "text": step.title,
                "href": self.address("draft_step", step.key),
                "status": step.status,
                "colour": "" if step.done and not step.changed else "yellow" if step.saved else "blue",
            }
            for step in draft.steps
        ]
        following = draft.next_step()
        onward = self.address("draft_step", following.key) if following else self.address("draft_check")
        return self.show(
            request, "tasks", {"tasks": tasks, "onward": onward, "following": following, "changed": changed_questions(self)}
        )


class DraftStepView(DraftPage):
    """One part of the form. Whatever is typed is kept, also where it is refused."""

    part: Part

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.from_check = request.GET.get("back") == CHECK
        return super().dispatch(request, *args, **kwargs)

    def _find(self, step: str) -> Part | None:
        return self.draft.part(step)

    def get(self, request: HttpRequest, *, slug: str, key: UUID, step: str) -> HttpResponse:
        """A step that this protocol has no use for (any more) leads to the list."""
        if (part := self._find(step)) is None:
            return redirect(self.address("draft"))
        return self._page(request, part, self.draft.page(part))

    def post(self, request: HttpRequest, *, slug: str, key: UUID, step: str) -> HttpResponse:
        if (part := self._find(step)) is None:
            return redirect(self.address("draft"))
        form = self.draft.page(part, _without_nul(request.POST))
        if self._changed_elsewhere(request, part, form):
            return self._other_window(request, part, form)
        before = {route.key for route in self.draft.routes}
        if not self._save(part, form):
            return self.meanwhile(request)
        if "later" in request.POST:
            messages.success(request, "Saved. You find it under My disagreements when you come back.")
            return redirect(self.address("draft"))
        for name in _with_nul(request.POST, form):
            form.refuse(name, "A hidden character that cannot be kept was taken out. Check what you typed, then go on")
        if not form.is_valid():
            return self._page(request, part, form, status=422)
        if (found := noticed(form)) and not found.meant(request.POST):
            return self._page(request, part, form, noticed=found)
        if self.draft.leads_away(part, before=before):
            return redirect(f"{self.address('draft_elsewhere')}?after={part.key}")
        return redirect(self._onward(part))

    def _save(self, part: Part, form: RaisingForm) -> bool:
        answers = {**form.typed(), f"{SAVED}{part.key}": self.draft.version.pk}
        try:
            saved = services.save_draft(self.draft.disagreement.pk, viewer=self.viewer, answers=answers)
        except Refused:
            return False
        self.draft = Draft(saved, viewer=self.viewer, version=self.draft.version)
        return True

    def _changed_elsewhere(self, request: HttpRequest, part: Part, form: RaisingForm) -> bool:
        """Another window saved this part after this page was made, and holds something else."""
        mark, typed = request.POST.get("held"), form.typed()
        if not mark or mark == self.draft.mark(part):
            return False
        return any((self.draft.answers.get(name) or "") != (value or "") for name, value in typed.items())

    def _other_window(self, request: HttpRequest, part: Part, form: RaisingForm) -> HttpResponse:
        form.is_valid()
        form.add_error(None, "You changed this page in another window. What you typed here is below; send it to keep it instead")
        elsewhere = [{"key": one.question, "value": one.answer} for one in part.shown(self.draft.whole)]
        return self._page(request, part, form, status=409, elsewhere=elsewhere)

    def _onward(self, part: Part) -> str:
        following = self.draft.next_step(after=part.key)
        if following is None or (self.from_check and not following.problems):
            return self.address("draft_check")
        return self.address("draft_step", following.key) + (f"?back={CHECK}" if self.from_check else "")

    def _page(self, request: HttpRequest, part: Part, form: RaisingForm, *, status: int = 200, **more: Any) -> HttpResponse:
        before = self.draft.before(part.key)
        back = self.address("draft_step", before) if before else self.address("draft")
        keys = [step.key for step in self.draft.steps]
        context = {
            "form": form,
            "part": part,
            "guidance": guidance(part),
            "held": self.draft.mark(part),
            "back": self.address("draft_check") if self.from_check else back,
            "number": keys.index(part.key) + 1,
            "count": len(keys),
            "changed": self.draft.changed.get(part.key, []),
        }
        return self.show(request, "step", context | more, status=status)


def guidance(part: Part) -> list[str]:
    """The protocol's advice for this part, where it starts."""
    stage = part.setting.stage.key
    return [g.text for at in part.guidance for g in part.protocol.guidance if g.at == at and (not g.stages or stage in g.stages)]


class DraftCheckView(DraftPage):
    """Check your answers, see what will happen, raise it."""

    def get(self, request: HttpRequest, *, slug: str, key: UUID) -> HttpResponse:
        return self._page(request)

    def post(self, request: HttpRequest, *, slug: str, key: UUID) -> HttpResponse:
        if request.POST.get("protocol", str(self.draft.version.pk)) != str(self.draft.version.pk):
            told = "The protocol changed while you were writing. Look at the questions that changed, then raise it"
            return self._page(request, refused=told, status=409)
        if not self.draft.whole.is_valid():
            return self._page(request, status=422)
        try:
            entry = services.raise_disagreement(
                self.draft.disagreement.pk, viewer=self.viewer, particulars=self.draft.whole.particulars()
            )
        except Stale:
            return self.meanwhile(request)
        except Refused as refused:
            return self._page(request, refused=str(refused), status=409)
        return redirect("escalation:raised", slug, entry.disagreement.reference)

    def _page(self, request: HttpRequest, *, refused: str = "", status: int = 200) -> HttpResponse:
        draft = self.draft
        check = f"?back={CHECK}"
        problems = [
            {"sentence": p.sentence, "href": f"{self.address('draft_step', p.step)}{check}#{p.target}"} for p in draft.problems
        ]
        context = {
            "cards": [self._card(part, shown) for part, shown in draft.shown()],
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

    def _card(self, part: Part, shown: list[Any]) -> dict[str, Any]:
        step = f"{self.address('draft_step', part.key)}?back={CHECK}"
        rows = [
            {"key": one.question, "value": one.answer, "href": f"{step}#id_{one.name}", "change": one.question} for one in shown
        ]
        return {"title": part.title, "rows": rows or [{"key": part.title, "value": "", "href": step}]}

    def _forecast(self, at: datetime) -> dict[str, Any]:
        draft = self.draft
        particulars = draft.whole.particulars()
        raising = Raising.about_to(draft.version.protocol, particulars)
        band = next((u for u in draft.version.protocol.urgency_bands if u.key == particulars.urgency), None)
        return {
            "to": rung_words(draft.version.protocol, particulars.to),
            "told": told_on(raising),
            "clocks": clocks_on(raising, at=at, calendar=partnership_selectors.calendar()),
            "urgent": band.advice if band else "",
        }


class DraftDiscardView(DraftPage):
    def get(self, request: HttpRequest, *, slug: str, key: UUID) -> HttpResponse:
        return self.show(request, "discard", {})

    def post(self, request: HttpRequest, *, slug: str, key: UUID) -> HttpResponse:
        try:
            services.discard_draft(self.draft.disagreement.pk, viewer=self.viewer)
        except Refused as refused:
            messages.info(request, str(refused))
        else:
            messages.success(request, "The draft is discarded. Nothing of it is kept.")
        return redirect("escalation:mine", slug)


class RaisedView(View):
    """What happens next, by when, by whom; who has been told; and what to do if it is still unsafe."""

    def get(self, request: HttpRequest, *, slug: str, reference: str) -> HttpResponse:
        viewer, disagreement = get_for(request, reference)
        if disagreement.raised_by_id != viewer.user.pk or not disagreement.stage:
            return redirect(disagreement.get_absolute_url())
        now, calendar = present(), partnership_selectors.calendar()
        to = first_rung(disagreement)
        people: list[Any] = disagreement.people  # type: ignore[attr-defined]
        band = next((u for u in disagreement.protocol.urgency_bands if u.key == disagreement.urgency), None)
        context = {
            "disagreement": disagreement,
            "to": rung_words(disagreement.protocol, to),
            "ball": ball(disagreement),
            "acts": disagreement.raised_as != RaisedAs.THIRD_PARTY,
            "told": told_on(Raising.done(disagreement, people, to=to)),
            "clocks": [running(d, at=now, calendar=calendar) for d in disagreement.running],  # type: ignore[attr-defined]
            "urgent": band.advice if band else "",
            "telephone_meanwhile": telephone_meanwhile(disagreement),
            "protocol": disagreement.protocol,
        }
        return render(request, "escalation/raise/raised.html", context)


def running(deadline: Deadline, *, at: datetime, calendar: Calendar) -> Clock:
    found = timescale(deadline, at=at, calendar=calendar)
    until = "" if deadline.unit == Unit.CLOCK_HOURS else "the end of "
    return Clock(deadline.purpose, f"By {until}{found.last_day} ({deadline.strength})", found.why)


def first_rung(disagreement: Disagreement) -> Position:
    """Where it was raised: it may have moved since."""
    entry = disagreement.chronology.filter(kind="raised").first()
    return Position.model_validate(entry.data["to"]) if entry else disagreement.position


def changed_questions(page: DraftPage) -> list[dict[str, str]]:
    """The questions that the protocol changed since they were answered, each with the way to it."""
    return [
        {"question": question, "href": f"{page.address('draft_step', part)}?back={CHECK}"}
        for part, questions in page.draft.changed.items()
        for question in questions
    ]


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


def _worth_keeping(posted: Mapping[str, str]) -> list[str]:
    """Words that somebody typed, to be copied before they are lost; choices can be made again."""
    return [text for name, text in posted.items() if name not in ("csrfmiddlewaretoken", "held") and " " in text.strip()]
