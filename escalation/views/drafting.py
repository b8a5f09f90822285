"""A draft's own pages beside its form: the door to it, its list of steps, who else may write in it, and discarding it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import conditional_escape
from django.utils.translation import gettext
from django.views import View

from partnerships import selectors as partnership_selectors
from partnerships.languages import the_records_language
from partnerships.models import Membership, User
from partnerships.read_together import ASKED_OF_FORMS, only_reads
from partnerships.templatetags.govuk import moment
from partnerships.written import Written

from .. import services
from ..forms.raising import BY
from ..forms.raising_draft import Draft
from ..forms.raising_share import ShareForm
from ..models import Disagreement
from ..moves import Refused
from ..permissions import Viewer, may_raise
from ..selectors import drafts_of
from .acting import viewer_of
from .start import in_force, nothing_in_force

CHECK = "check"


class DraftPage(View):
    """A page of a draft that one may write in: one's own, or one that a colleague shares. Not there, not theirs and another
    partnership's are told alike; one raised already leads to what became of it; one that was discarded in another window
    does not take typed words with it."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.slug, self.viewer = kwargs["slug"], viewer_of(request)
        if request.method == "POST":
            only_reads(ASKED_OF_FORMS)  # what is posted here changes what is written in the draft, never what it is asked
        found = self._found(kwargs["key"])
        if found is None:
            return self.not_there(request)
        if found.state != "draft":
            return self.raised_already(request, found)
        if not (verdict := may_raise(self.viewer)):
            raise PermissionDenied(verdict.sentence)
        version = in_force(found.line)
        if version is None:
            return nothing_in_force(request)
        self.draft = Draft(found, viewer=_author_of(found, self.viewer), version=version)
        return super().dispatch(request, *args, **kwargs)

    def _found(self, key: UUID) -> Disagreement | None:
        own = Disagreement.objects.filter(Q(destroyed_at=None) | ~Q(state="draft"), raised_by=self.viewer.user, key=key).first()
        if own is not None:  # as nearly always: no colleague need be asked for
            own.raised_by = self.viewer.user
            return own
        raised = Disagreement.objects.filter(services.raised_from_a_draft_of(self.viewer), key=key)
        return (drafts_of(self.viewer).filter(key=key) | raised).select_related("raised_by", "shared_with").first()

    @property
    def own(self) -> bool:
        """Whether whoever looks began it; the other of the two writes in it, and neither shares nor discards it."""
        return self.draft.disagreement.raised_by_id == self.viewer.user.pk

    @staticmethod
    def not_there(request: HttpRequest) -> HttpResponse:
        if request.method == "POST" and (typed := _worth_keeping(request.POST)):
            return render(request, "escalation/raise/gone.html", {"typed": typed}, status=404)
        raise Http404

    def no_longer_asked(self, request: HttpRequest) -> HttpResponse:
        """A page that another window, the other of the two or a new version of the protocol has taken out of the form."""
        if typed := _worth_keeping(request.POST):
            onward = self.address("draft")
            return render(request, "escalation/raise/gone.html", {"typed": typed, "onward": onward}, status=409)
        return redirect(self.address("draft"))

    def meanwhile(self, request: HttpRequest) -> HttpResponse:
        """Another window raised, discarded or took it back between this one's reading and its writing."""
        found = self._found(self.draft.disagreement.key)
        return self.not_there(request) if found is None else self.raised_already(request, found)

    def raised_already(self, request: HttpRequest, found: Disagreement) -> HttpResponse:
        """Posting the last page twice, or from a second window, lands where the first did. Words that somebody was typing
        meanwhile are shown to be copied: led away, they would have lost them."""
        if request.method == "POST" and (typed := _worth_keeping(request.POST)):
            return render(request, "escalation/raise/gone.html", {"typed": typed, "raised": found}, status=409)
        if request.method == "GET":
            told = gettext("This was raised already, as %(reference)s.")
            messages.info(request, told % {"reference": found.reference})
        return redirect("escalation:raised", self.slug, found.reference)

    def address(self, name: str, *more: str) -> str:
        return reverse(f"escalation:{name}", args=[self.slug, self.draft.disagreement.key, *more])

    def changed_by(self, page: str) -> str:
        """Who changed this page last, where it was the other of the two."""
        last = LastChange.of(self.draft.answers.get(f"{BY}{page}"))
        return self.name_of(last) if last and last.who != self.viewer.user.pk else ""

    def name_of(self, last: LastChange) -> str:
        disagreement = self.draft.disagreement
        two = {u.pk: u for u in (disagreement.raised_by, disagreement.shared_with) if u is not None}
        if last.who == self.viewer.user.pk:
            return gettext("you")
        return str(two[last.who]) if last.who in two else gettext("a colleague")

    def show(self, request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
        protocol = self.draft.version.protocol
        shared = {
            "draft": self.draft,
            "key": self.draft.disagreement.key,
            "own": self.own,
            "protocol": protocol,
            "under": Written(protocol.title) if len(partnership_selectors.versions_in_force()) > 1 else "",
        }
        response = render(request, f"escalation/raise/{template}.html", shared | context, status=status)
        response["Cache-Control"] = "private, no-store"  # after signing out, Back must not show it
        return response


@dataclass(frozen=True)
class LastChange:
    """Who saved a page last, and when."""

    who: int
    at: datetime

    @classmethod
    def of(cls, kept: Mapping[str, Any] | None) -> LastChange | None:
        return cls(kept["who"], datetime.fromisoformat(kept["at"])) if kept else None


class DraftView(DraftPage):
    """The list of steps, each with how far it is."""

    def get(self, request: HttpRequest, *, slug: str, key: UUID) -> HttpResponse:
        draft = self.draft
        together = draft.disagreement.shared_with_id is not None
        tasks = [
            {
                "text": step.title,
                "href": self.address("draft_step", step.key),
                "status": step.status,
                "colour": "" if step.done and not step.changed else "yellow" if step.saved else "blue",
                "hint": self._last(step.by) if together else "",
            }
            for step in draft.steps
        ]
        following = draft.next_step()
        onward = self.address("draft_step", following.key) if following else self.address("draft_check")
        context = {
            "tasks": tasks,
            "onward": onward,
            "following": following,
            "changed": changed_questions(self),
            "may_share": self.own and services.colleagues_for(self.viewer).exists(),
        }
        return self.show(request, "tasks", context)

    def _last(self, kept: Mapping[str, Any] | None) -> str:
        last = LastChange.of(kept)
        if last is None:
            return ""
        told = gettext("Last changed by %(who)s on %(when)s")
        return told % {"who": self.name_of(last), "when": moment(last.at)}


class DraftShareView(DraftPage):
    """The author lets one colleague of their own agency write in it and raise it, or no longer."""

    def get(self, request: HttpRequest, *, slug: str, key: UUID) -> HttpResponse:
        return self._page(request, self._form()) if self.own else redirect(self.address("draft"))

    def post(self, request: HttpRequest, *, slug: str, key: UUID) -> HttpResponse:
        if not self.own:
            raise PermissionDenied(services.AUTHOR_ALONE)
        if "take_back" in request.POST:
            return self._share(request, None, gettext("Only you can see this draft now."))
        form = self._form(request.POST)
        if not form.is_valid():
            return self._page(request, form, status=422)
        colleague = form.colleague()
        told = gettext(
            "%(colleague)s can now see this draft, change it and raise it. They were sent an e-mail that says nothing of it."
        )
        return self._share(request, colleague, told % {"colleague": colleague})

    def _share(self, request: HttpRequest, colleague: User | None, told: str) -> HttpResponse:
        address = reverse("escalation:draft", args=[self.slug, self.draft.disagreement.key])
        try:
            whole = settings.BASE_URL.rstrip("/") + address
            with the_records_language():
                services.share_draft(self.draft.disagreement.pk, viewer=self.viewer, colleague=colleague, address=whole)
        except Refused as refused:
            messages.info(request, conditional_escape(Written(refused)))
        else:
            messages.success(request, told)
        return redirect(address)

    def _form(self, data: Any = None) -> ShareForm:
        members = list(services.colleagues_for(self.viewer))
        return ShareForm(data, members=members, proposed=self._proposed(members))

    def _proposed(self, members: list[Membership]) -> Membership | None:
        """Whom the draft names as the manager of its own side, or the only one who is that."""
        lead = self.draft.whole.setting.lead
        named = self.draft.answers.get(f"raising_{lead.key}_member") if lead else None
        leads = [member for member in members if member.role == "lead"]
        return next((m for m in members if str(m.pk) == named), leads[0] if len(leads) == 1 else None)

    def _page(self, request: HttpRequest, form: ShareForm, *, status: int = 200) -> HttpResponse:
        return self.show(request, "share", {"form": form}, status=status)


class DraftDiscardView(DraftPage):
    def get(self, request: HttpRequest, *, slug: str, key: UUID) -> HttpResponse:
        return self.show(request, "discard", {}) if self.own else redirect(self.address("draft"))

    def post(self, request: HttpRequest, *, slug: str, key: UUID) -> HttpResponse:
        try:
            with the_records_language():
                services.discard_draft(self.draft.disagreement.pk, viewer=self.viewer)
        except Refused as refused:
            messages.info(request, conditional_escape(Written(refused)))
        else:
            messages.success(request, gettext("The draft is discarded. Nothing of it is kept."))
        return redirect("escalation:mine", slug)


def changed_questions(page: DraftPage) -> list[dict[str, str]]:
    """The questions that the protocol changed since they were answered, each with the way to it."""
    return [
        {"question": question, "href": f"{page.address('draft_step', part)}?back={CHECK}"}
        for part, questions in page.draft.changed.items()
        for question in questions
    ]


def _author_of(draft: Disagreement, viewer: Viewer) -> Viewer:
    """Whom the questions are about, whoever of the two looks."""
    if draft.raised_by_id == viewer.user.pk:
        return viewer
    return Viewer.of(draft.raised_by, Membership.objects.filter(user=draft.raised_by, active=True))


def _worth_keeping(posted: Mapping[str, str]) -> list[str]:
    """Words that somebody typed, to be copied before they are lost; choices can be made again."""
    return [text for name, text in posted.items() if name not in ("csrfmiddlewaretoken", "held") and " " in text.strip()]
