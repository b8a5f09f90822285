"""The views of the tracker: those that are always there, and those that were saved, one's own and the office's; knows no page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from partnerships.models import MemberRole, Membership, User

from ..in_hand import Turn
from ..models import OpensWith, SavedView
from ..moves import YES, Refused, Verdict, no
from .columns import BY_KEY
from .narrowing import CONCERN, ME, OVER, Period
from .orders import Order
from .rows import Standing

Filters = Mapping[str, list[str]]
MOST_VIEWS = 60


@dataclass(frozen=True)
class View:
    """A name for filters, columns in their order, and the order of rows. No columns: the table as it comes, in a file all."""

    key: str
    name: str
    about: str = ""
    filters: Filters = field(default_factory=dict)
    columns: tuple[str, ...] = ()
    saved: SavedView | None = None

    @property
    def shared(self) -> bool:
        return self.saved is not None and self.saved.shared


LIVE_VIEW = View("live", "Live", "Everything that is not closed or withdrawn, the soonest due first.")
BUILT_IN: tuple[View, ...] = (
    LIVE_VIEW,
    View("beyond", "Beyond their timescale", "Live, and the first date has gone by.", {"timescale": [Standing.BEYOND]}),
    View("ours", "Waiting for us", "Something is asked of the partnership office.", {"turn": [Turn.OFFICE]}),
    View(
        "concern",
        "Serious or stuck",
        "Live, and marked, or with the partnership itself, or beyond a date for more than five working days.",
        {"concern": [CONCERN]},
    ),
    View(
        "ended",
        "Ended this quarter",
        "Resolved, closed or withdrawn since the quarter began, the last first.",
        {"state": [OVER], "ended": [Period.THIS_QUARTER], "sort": [Order.ENDED]},
    ),
    View("mine", "With my name", "Live, and followed by you.", {"owner": [ME]}),
)


def views_for(user: User) -> dict[str, View]:
    """By key: those that are always there, then one's own and those that the office shares, by name."""
    found = SavedView.objects.filter(Q(made_by=user) | Q(shared=True)).select_related("made_by")[: 2 * MOST_VIEWS]
    return {view.key: view for view in (*BUILT_IN, *(view_of(saved) for saved in found))}


def view_of(saved: SavedView) -> View:
    columns = tuple(key for key in saved.columns if key in BY_KEY)
    return View(str(saved.key), saved.name, filters=saved.filters, columns=columns, saved=saved)


def opens_with(user: User, views: Mapping[str, View]) -> View:
    """The view with which somebody's tracker opens. One that is gone, or shared no more, is the first again."""
    chosen = OpensWith.objects.filter(user=user).values_list("view", flat=True).first()
    return views.get(chosen or "", LIVE_VIEW)


def open_with(user: User, view: View) -> None:
    OpensWith.objects.update_or_create(user=user, defaults={"view": view.key})


def may_change(user: User, saved: SavedView) -> Verdict:
    """A shared view is its maker's to change: others have bookmarked what it shows, and can save one of their own from it.
    Once its maker has left the office, it is anybody's there."""
    if saved.made_by_id == user.pk:
        return YES
    here = Membership.objects.filter(role=MemberRole.PARTNERSHIP_MANAGER, active=True, user=saved.made_by_id).exists()
    if saved.shared and not here:
        return YES
    return no(f"This view is {saved.made_by.name}’s to change. Save one of your own from it.")


def save_view(user: User, *, name: str, shared: bool, columns: list[str], filters: Filters, key: UUID | None = None) -> SavedView:
    """A new view, or what one shows from now on. Raises Refused where another of one's own has that name."""
    with transaction.atomic():
        saved = SavedView(made_by=user) if key is None else SavedView.objects.select_for_update().get(key=key)
        others = SavedView.objects.filter(made_by_id=saved.made_by_id, name__iexact=name).exclude(pk=saved.pk)
        if others.exists() or name.casefold() in {view.name.casefold() for view in BUILT_IN}:
            raise Refused("There is a view of that name already. Give it another.")
        if key is None and SavedView.objects.filter(made_by=user).count() >= MOST_VIEWS:
            raise Refused(f"You have {MOST_VIEWS} views. Take one away first.")
        saved.name, saved.shared, saved.columns, saved.filters = name, shared, columns, dict(filters)
        saved.save()
        return saved
