"""Where a practitioner begins: danger first, then talking, then whether this is the right way at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views import View

from partnerships import selectors as partnership_selectors
from partnerships.models import Contact, Membership, ProtocolVersion
from partnerships.protocol import Protocol, Signpost
from partnerships.protocol_terms import Asked, Capacity

from .. import services
from ..forms.raising import Setting
from ..forms.raising_flat import parts_of
from ..forms.raising_start import NONE, StartForm
from ..models import Disagreement
from ..permissions import Viewer, may_raise
from ..selectors import drafts_of, ladder
from .acting import viewer_of


def in_force() -> ProtocolVersion | None:
    return partnership_selectors.version_in_force()


def nothing_in_force(request: HttpRequest) -> HttpResponse:
    return render(request, "escalation/start/no_protocol.html", status=409)


class StartView(View):
    """The right-door check. Reading it is open to every member; going on is for those who may raise."""

    def get(self, request: HttpRequest, *, slug: str) -> HttpResponse:
        version = in_force()
        return nothing_in_force(request) if version is None else self._page(request, version)

    def post(self, request: HttpRequest, *, slug: str) -> HttpResponse:
        if (version := in_force()) is None:
            return nothing_in_force(request)
        form = StartForm(request.POST, protocol=version.protocol)
        if not form.is_valid():
            return self._page(request, version, form, status=422)
        way = form.cleaned_data["way"]
        if way != NONE:
            return redirect("escalation:signpost", slug, way)
        return redirect(first_page(begin(viewer_of(request)), slug))

    def _page(
        self, request: HttpRequest, version: ProtocolVersion, form: StartForm | None = None, *, status: int = 200
    ) -> HttpResponse:
        protocol, viewer = version.protocol, viewer_of(request)
        context = {
            "form": form or StartForm(protocol=protocol),
            "protocol": protocol,
            "danger": next((signed(s) for s in protocol.signposts if s.danger), None),
            "guidance": [g.text for g in protocol.guidance if g.at == "start"],
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
        if (version := in_force()) is None:
            return nothing_in_force(request)
        signpost = next((s for s in version.protocol.signposts if s.key == key), None)
        if signpost is None:
            raise Http404
        context = {
            "sign": signed(signpost),
            "protocol": version.protocol,
            "office": None if signpost.danger else office(version.protocol),
            "assumed": [(p, r) for p, r in partnership_selectors.assumed_here(version, parts=("signposts",)) if r == signpost],
        }
        return render(request, "escalation/start/signpost.html", context)


class NewDraftView(View):
    """Begin to write one. Reloading its address only leads back to the start."""

    def get(self, request: HttpRequest, *, slug: str) -> HttpResponse:
        return redirect("escalation:start", slug)

    def post(self, request: HttpRequest, *, slug: str) -> HttpResponse:
        if in_force() is None:
            return nothing_in_force(request)
        return redirect(first_page(begin(viewer_of(request)), slug))


def begin(viewer: Viewer) -> Disagreement:
    """A draft to write in. One begun and left empty is taken again, so that a second press does not leave two."""
    if not (verdict := may_raise(viewer)):
        raise PermissionDenied(verdict.sentence)
    return drafts_of(viewer).filter(answers={}).first() or services.start_draft(viewer)


def first_page(draft: Disagreement, slug: str) -> str:
    return reverse("escalation:draft_step", args=[slug, draft.key, "who"])


@dataclass(frozen=True)
class Signed:
    """A signpost with its local contact, as far as the partnership has entered one."""

    signpost: Signpost
    contact: Contact | None

    @property
    def reachable(self) -> bool:
        """Whether there is a number or an address to use, besides 999."""
        found = self.contact
        return found is not None and bool(found.email or found.address or found.telephone.replace("999", ""))


def signed(signpost: Signpost) -> Signed:
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
    found = ["The child's reference in your own system (not a name)"]
    if "talk" in asked:
        found.append("Who you have talked to about it, and when")
    if setting.asks(Asked.LINE_MANAGER_NAMED):
        found.append("The name and work e-mail address of the line manager of the person you disagree with")
    else:
        found.append("The name and work e-mail address of the person you disagree with")
    if setting.asks(Asked.NEEDED_BY):
        found.append("Any date that matters for the child")
    return found
