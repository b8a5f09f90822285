"""What every page's frame needs: the partnership, the places this person may go, and whom to telephone in danger."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from partnerships import selectors as partnership_selectors
from partnerships.models import Contact, MemberRole, Partnership
from partnerships.protocol import Protocol

from .beside_the_ladder import keeps_a_log
from .in_hand import number_to_act_on
from .models import Invitation
from .permissions import Viewer, may_raise, may_see_numbers, may_see_team


@dataclass(frozen=True)
class Place:
    text: str
    href: str
    current: bool = False
    count: int | None = None
    count_label: str = ""
    written: bool = False  # the words are the protocol’s own


def navigation(request: HttpRequest) -> dict[str, Any]:
    partnership: Partnership | None = getattr(request, "partnership", None)
    if partnership is None:
        return {"navigation": [], "demo_doors": settings.DEMO_DOORS}
    viewer = Viewer.of(request.user, request.memberships)  # type: ignore[attr-defined, arg-type]
    return {
        "partnership": partnership,
        "viewer": viewer,
        "demo_doors": settings.DEMO_DOORS,
        "home_href": reverse("escalation:dashboard", args=[partnership.slug]),
        # What is a person's own (e-mails, calendar, how they sign in, tokens) stands behind their name.
        "account_href": "" if viewer.is_guest or not viewer.roles else reverse("notifications:you", args=[partnership.slug]),
        "danger_href": "" if viewer.is_guest else reverse("escalation:start", args=[partnership.slug]),
        "danger_contact": SimpleLazyObject(_danger_contact),
        "coming_in": SimpleLazyObject(lambda: Invitation.objects.filter(state=Invitation.State.HELD).count()),
        # A page that draws no menu asks for nothing that is in it.
        "navigation": SimpleLazyObject(lambda: _navigation(request, partnership, viewer)),
    }


def _navigation(request: HttpRequest, partnership: Partnership, viewer: Viewer) -> list[Place]:
    """The first place has the number of what waits there, on every page."""
    waiting = number_to_act_on(viewer) if viewer.roles else 0
    found = [replace(place, current=request.path == place.href) for place in _places(partnership, viewer)]
    return [replace(place, count=waiting or None, count_label=_("waiting")) if i == 0 else place for i, place in enumerate(found)]


def raise_words() -> str:
    """What raising is called here: the protocol's own words, and plain ones where there are several to choose from."""
    known = partnership_selectors.versions_in_force()
    default: str = Protocol.model_fields["raise_button"].default
    return known[0].protocol.raise_button if len(known) == 1 else default


def _places(partnership: Partnership, viewer: Viewer) -> list[Place]:
    """The places that are open to this person; what is not open is not shown. In a rehearsal none is before it is chosen
    whom to be."""
    if not viewer.roles:
        return []
    places = [(_("Yours to act on"), "escalation:dashboard")]
    if may_raise(viewer):
        places.append((raise_words(), "escalation:start"))
    if viewer.is_office:
        places.append((_("Tracker"), "escalation:tracker"))
    elif may_raise(viewer):
        places.append((_("My disagreements"), "escalation:mine"))
    if may_see_team(viewer):
        places.append((_("Your team"), "escalation:team"))
    places += _amounting(viewer)
    if not viewer.is_guest:
        places.append((_("Directory"), "partnerships:directory"))
    places.append((_("Protocol"), "partnerships:protocol"))
    if viewer.roles & {MemberRole.PARTNERSHIP_MANAGER, MemberRole.PROTOCOL_ADMINISTRATOR}:
        places.append((_("Administration"), "partnerships:administration"))
    if partnership.rehearsal_of_id is not None:
        places.append((_("Mailbox (rehearsal)"), "notifications:mailbox"))
    elif settings.DEMO_DOORS and partnership.in_training:
        places.append((_("Mailbox (demo)"), "notifications:mailbox"))
    # What raising is called is the protocol's to say; the other places are ours.
    own = "escalation:start"
    return [Place(text, reverse(name, args=[partnership.slug]), written=name == own) for text, name in places]


def _amounting(viewer: Viewer) -> list[tuple[str, str]]:
    """Where somebody finds what it all amounts to, and what is made of it."""
    if viewer.is_office:
        return [(_("Insight"), "insight:home"), (_("Meetings and learning"), "meetings:home")]
    found = [(_("Numbers"), "insight:home")] if may_see_numbers(viewer) else []
    return [*found, (_("Waiting for a sub-group"), "meetings:waiting")] if keeps_a_log(viewer) else found


def _danger_contact() -> Contact | None:
    """The local number for a child at risk, where the partnership has entered one besides 999."""
    version = partnership_selectors.version_in_force()
    danger = next((s for s in version.protocol.signposts if s.danger), None) if version else None
    contact = partnership_selectors.contact(danger.contact) if danger and danger.contact else None
    return contact if contact and contact.telephone and contact.telephone != "999" else None
