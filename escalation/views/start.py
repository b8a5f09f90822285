"""Where a practitioner begins: danger first, then talking, then whether this is the right way at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views import View

from partnerships import selectors as partnership_selectors
from partnerships.languages import the_records_language
from partnerships.models import Contact, Membership, ProtocolVersion
from partnerships.protocol import MAIN, Protocol, RouteOut, Signpost
from partnerships.protocol_terms import Asked, Capacity
from partnerships.written import Written, say

from .. import services
from ..forms.raising import Setting
from ..forms.raising_flat import parts_of
from ..forms.raising_pages import pages_of
from ..forms.raising_start import NONE, StartForm
from ..models import Disagreement
from ..permissions import Viewer, may_raise
from ..selectors import drafts_of, ladder
from .acting import viewer_of

# Of several protocols, the one that a page is about is named in its address.
PROTOCOL = "protocol"


def in_force(line: str = MAIN) -> ProtocolVersion | None:
    return partnership_selectors.version_in_force(line=line)


def chosen(request: HttpRequest) -> ProtocolVersion | None:
    """The protocol that the page is about: the one named, the only one, or (of several, none named) none yet."""
    versions = partnership_selectors.versions_in_force()
    named = request.GET.get(PROTOCOL) or request.POST.get(PROTOCOL)
    found = next((version for version in versions if version.line == named), None)
    return found or (versions[0] if len(versions) == 1 else None)


def address(name: str, slug: str, *more: str, line: str) -> str:
    """The address of a page about one of the partnership's protocols; the main one needs no mention where it is alone."""
    several = len(partnership_selectors.versions_in_force()) > 1
    return reverse(f"escalation:{name}", args=[slug, *more]) + (f"?{PROTOCOL}={line}" if several else "")


def nothing_in_force(request: HttpRequest) -> HttpResponse:
    return render(request, "escalation/start/no_protocol.html", status=409)


class StartView(View):
    """The right-door check. Reading it is open to every member; going on is for those who may raise."""

    def get(self, request: HttpRequest, *, slug: str) -> HttpResponse:
        version = chosen(request)
        return self._choose(request) if version is None else self._page(request, version)

    def post(self, request: HttpRequest, *, slug: str) -> HttpResponse:
        if (version := chosen(request)) is None:
            return self._choose(request)
        form = StartForm(request.POST, protocol=version.protocol)
        if not form.is_valid():
            return self._page(request, version, form, status=422)
        way = form.cleaned_data["way"]
        if way != NONE:
            return redirect(address("signpost", slug, way, line=version.line))
        return redirect(first_page(begin(viewer_of(request), line=version.line), slug, viewer=viewer_of(request)))

    @staticmethod
    def _choose(request: HttpRequest) -> HttpResponse:
        """Danger first here too; then the partnership's protocols, each in its own words."""
        versions = partnership_selectors.versions_in_force()
        if not versions:
            return nothing_in_force(request)
        signposts = [s for version in versions for s in version.protocol.signposts]
        context = {
            "danger": next((signed(s) for s in signposts if s.danger), None),
            "ways": [way(request, version) for version in versions],
            "drafts": list(drafts_of(viewer_of(request))),
            "verdict": may_raise(viewer_of(request)),
        }
        return render(request, "escalation/start/choose.html", context)

    def _page(
        self, request: HttpRequest, version: ProtocolVersion, form: StartForm | None = None, *, status: int = 200
    ) -> HttpResponse:
        protocol, viewer = version.protocol, viewer_of(request)
        context = {
            "form": form or StartForm(protocol=protocol),
            "protocol": protocol,
            "line": version.line,
            "several": len(partnership_selectors.versions_in_force()) > 1,
            "danger": next((signed(s) for s in protocol.signposts if s.danger), None),
            "guidance": [Written(g.text) for g in protocol.guidance if g.at == "start"],
            "at_hand": at_hand(Setting(viewer, protocol)),
            "rungs": ladder(protocol),
            "drafts": list(drafts_of(viewer)),
            "verdict": may_raise(viewer),
            "assumed": partnership_selectors.assumed_here(version, parts=("signposts", "stages")),
        }
        return render(request, "escalation/start/start.html", context, status=status)


class SignpostView(View):
    """This is not the way, here is the way."""

    def get(self, request: HttpRequest, *, slug: str, key: str) -> HttpResponse:
        if (version := chosen(request) or in_force()) is None:
            return nothing_in_force(request)
        signpost = next((s for s in version.protocol.signposts if s.key == key), None)
        if signpost is None:
            raise Http404
        context = {
            "sign": signed(signpost),
            "protocol": version.protocol,
            "back": address("start", slug, line=version.line),
            "leads_to": leads_to(request, signpost.protocol),
            "office": None if signpost.danger else office(version.protocol),
            "assumed": [(p, r) for p, r in partnership_selectors.assumed_here(version, parts=("signposts",)) if r == signpost],
        }
        return render(request, "escalation/start/signpost.html", context)


class NewDraftView(View):
    """Begin to write one. Reloading its address only leads back to the start."""

    def get(self, request: HttpRequest, *, slug: str) -> HttpResponse:
        return redirect("escalation:start", slug)

    def post(self, request: HttpRequest, *, slug: str) -> HttpResponse:
        if not partnership_selectors.versions_in_force():
            return nothing_in_force(request)
        if (version := chosen(request)) is None:
            return redirect("escalation:start", slug)
        viewer = viewer_of(request)
        return redirect(first_page(begin(viewer, line=version.line), slug, viewer=viewer))


def begin(viewer: Viewer, *, line: str = MAIN) -> Disagreement:
    """A draft to write in. One begun and left empty is taken again, so that a second press does not leave two."""
    if not (verdict := may_raise(viewer)):
        raise PermissionDenied(verdict.sentence)
    empty = drafts_of(viewer).filter(answers={}, line=line, raised_by=viewer.user)
    with the_records_language():
        return empty.first() or services.start_draft(viewer, line=line)


def first_page(draft: Disagreement, slug: str, *, viewer: Viewer) -> str:
    version = in_force(draft.line)
    pages = pages_of(parts_of(Setting(viewer, version.protocol, draft.answers))) if version else []
    step = next((page.key for page in pages if not page.usual), "who")
    return reverse("escalation:draft_step", args=[slug, draft.key, step])


@dataclass(frozen=True)
class Way:
    """One of the partnership's protocols as the start page offers it."""

    title: str
    button: str
    href: str
    document: str


def way(request: HttpRequest, version: ProtocolVersion) -> Way:
    protocol = version.protocol
    href = address("start", request.resolver_match.kwargs["slug"], line=version.line)  # type: ignore[union-attr]
    return Way(protocol.title, protocol.raise_button, href, protocol.source.document)


def leads_to(request: HttpRequest, line: str | None) -> Way | None:
    """The other protocol that a signpost or a route leads to, where one of that key is in force."""
    version = in_force(line) if line else None
    return way(request, version) if version else None


@dataclass(frozen=True)
class Signed:
    """A signpost (or a route out) with its local contact, as far as the partnership has entered one."""

    signpost: Signpost | RouteOut
    contact: Contact | None

    @property
    def advice(self) -> list[str]:
        return [Written(line) for line in self.signpost.advice]

    @property
    def warning(self) -> str:
        return say(gettext("%(danger)s? Do not use this form."), danger=Written(getattr(self.signpost, "answer", "")))

    @property
    def reachable(self) -> bool:
        """Whether there is a number or an address to use, besides 999."""
        found = self.contact
        return found is not None and bool(found.email or found.address or found.telephone.replace("999", ""))


def signed(signpost: Signpost | RouteOut) -> Signed:
    return Signed(signpost, partnership_selectors.contact(signpost.contact) if signpost.contact else None)


def office(protocol: Protocol) -> dict[str, Any]:
    """Whom to ask where no contact is entered: the partnership's inbox, and the people who look after disagreements."""
    keys = [role.key for role in protocol.roles if role.capacity == Capacity.PARTNERSHIP_OFFICE]
    inbox = Contact.objects.filter(active=True, role__in=keys).exclude(email="").first()
    managers = Membership.objects.filter(active=True, role="partnership_manager").select_related("user").order_by("user__name")
    return {"inbox": inbox, "managers": list(managers[:3])}


def at_hand(setting: Setting) -> list[str]:
    """What to have ready, by what this protocol asks at the usual start."""
    asked = {part.key: part for part in parts_of(setting)}
    found = [gettext("The child's reference in your own system (not a name)")] if "child" in asked else []
    if "talk" in asked:
        found.append(gettext("Who you have talked to about it, and when"))
    if setting.asks(Asked.LINE_MANAGER_NAMED):
        found.append(gettext("The name and work e-mail address of the line manager of the person you disagree with"))
    else:
        found.append(gettext("The name and work e-mail address of the person you disagree with"))
    if setting.asks(Asked.NEEDED_BY):
        found.append(gettext("Any date that matters for the child"))
    return found
