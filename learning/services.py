"""The verbs of learning: written down, changed, acted on, followed, judged. Each locks its item, and leaves a step in its log.

Must not know any form or page: pages and programs call the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from django.db import transaction

from escalation.models import Disagreement, Learning
from escalation.moves import NotPermitted, Refused, Stale
from escalation.permissions import Viewer, visible_to
from partnerships import selectors
from partnerships.models import Agency, User
from partnerships.scope import present

from .models import OPEN, Action, Item, ItemEntry, Judgement, Progress, Source
from .months import later
from .permissions import may_follow, may_say_how_it_stands

_T = TypeVar("_T")
Did = ItemEntry.Did
# After so many months it is asked whether it changed anything, unless the office says another day.
ASK_AFTER_MONTHS = 6
MOST_THEMES, LONGEST_THEME, MOST_SOURCES = 8, 60, 50
CHANGED_MEANWHILE = "Somebody changed this while you were reading."


@dataclass(frozen=True)
class Written:
    """What an item says. `between`: the raising and the receiving agency, where it is about two."""

    title: str
    learned: str
    happened: str = ""
    category: str = ""
    themes: Sequence[str] = ()
    between: tuple[Agency | None, Agency | None] = (None, None)
    sub_group: str = ""


@dataclass(frozen=True)
class Owner:
    """Whoever does an action: a member, an agency, or somebody with a name. One of them is needed."""

    member: User | None = None
    agency: Agency | None = None
    name: str = ""


@transaction.atomic
def make_item(viewer: Viewer, *, written: Written, learning: Iterable[int] = (), at: datetime | None = None) -> Item:
    """`learning`: the numbers of what was recorded on disagreements and led to it; none where it comes from a theme."""
    _office(viewer)
    moment = at or present()
    sources = _sources(viewer, learning)
    item = Item(made_by=viewer.user, made_at=moment)
    _write(item, written)
    item.save()
    Source.objects.bulk_create([Source(item=item, learning=number) for number in sources])
    _step(item, Did.MADE, viewer, moment)
    if item.sub_group:
        _step(item, Did.ASSIGNED, viewer, moment, words=item.sub_group)
    return item


def _sources(viewer: Viewer, learning: Iterable[int]) -> list[int]:
    wanted = sorted(set(learning))
    if len(wanted) > MOST_SOURCES:
        raise Refused(f"Put at most {MOST_SOURCES} records of learning into one item.")
    seen = Disagreement.objects.filter(visible_to(viewer))
    found = set(Learning.objects.filter(pk__in=wanted, disagreement__in=seen).values_list("pk", flat=True)) if wanted else set()
    if found != set(wanted):
        raise Refused("Something that you chose is not there any more. Choose again.")
    return wanted


@transaction.atomic
def change_item(item_id: int, *, viewer: Viewer, version: int, written: Written, at: datetime | None = None) -> Item:
    """What it said before is not kept: had it named somebody, the log would go on naming them."""
    item = _locked(item_id, viewer, version)
    moment, group = at or present(), item.sub_group
    _write(item, written)
    _save(item)
    _step(item, Did.CHANGED, viewer, moment)
    if item.sub_group != group:
        _step(item, Did.ASSIGNED, viewer, moment, words=item.sub_group or "No sub-group")
    return item


def _write(item: Item, written: Written) -> None:
    if not written.title.strip() or not written.learned.strip():
        raise Refused("Give it a name, and say what was learned.")
    raiser, receiver = written.between
    if (raiser is None) != (receiver is None):
        raise Refused("Choose both agencies, or none.")
    item.title, item.learned, item.happened = written.title.strip(), written.learned.strip(), written.happened.strip()
    item.category, item.sub_group = written.category, written.sub_group.strip()
    item.themes = themes(written.themes)
    item.raising_agency, item.receiving_agency = raiser, receiver


def themes(typed: Iterable[str]) -> list[str]:
    """The office's own words, each once, whatever the case in which it is typed."""
    found = {" ".join(word.split()).casefold(): " ".join(word.split()) for word in typed if word.strip()}
    if len(found) > MOST_THEMES:
        raise Refused(f"Use at most {MOST_THEMES} theme words.")
    if any(len(word) > LONGEST_THEME for word in found.values()):
        raise Refused(f"A theme word has at most {LONGEST_THEME} characters.")
    return sorted(found.values(), key=str.casefold)


@transaction.atomic
def add_action(
    item_id: int, *, viewer: Viewer, version: int, kind: str, what: str, owner: Owner, due: date, at: datetime | None = None
) -> Action:
    item = _locked(item_id, viewer, version)
    action = Action(item=item)
    _plan(action, kind=kind, what=what, owner=owner, due=due)
    action.save()
    _settle(item, at or present())
    _step(item, Did.ACTION_ADDED, viewer, at or present(), action=action)
    return action


@transaction.atomic
def change_action(
    action_id: int, *, viewer: Viewer, version: int, kind: str, what: str, owner: Owner, due: date, at: datetime | None = None
) -> Action:
    """Another day or another owner: whoever does it is reminded anew, once, on that day."""
    _office(viewer)
    item, action = _locked_action(action_id, version)
    before = (action.due, action.owner_id)
    _plan(action, kind=kind, what=what, owner=owner, due=due)
    if (action.due, action.owner_id) != before:
        action.reminded_on = None
    action.version += 1
    action.save()
    _step(item, Did.ACTION_CHANGED, viewer, at or present(), action=action)
    return action


def _plan(action: Action, *, kind: str, what: str, owner: Owner, due: date) -> None:
    if not what.strip():
        raise Refused("Say what is to be done.")
    if kind not in Action.Kind.values:
        raise Refused("Choose whether it is a policy, training or a briefing.")
    if owner.member is None and owner.agency is None and not owner.name.strip():
        raise Refused("Say who does it.")
    action.kind, action.what, action.due = kind, what.strip(), due
    action.owner, action.owner_agency, action.owner_name = owner.member, owner.agency, owner.name.strip()


@transaction.atomic
def say_how_it_stands(
    action_id: int, *, viewer: Viewer, version: int, progress: str, words: str = "", at: datetime | None = None
) -> Action:
    """How far an action is, or a note on it. With the last one done the item is, and the day is set on which it is asked
    whether it changed anything."""
    moment, said = at or present(), words.strip()
    item, action = _locked_action(action_id, version)
    if not (verdict := may_say_how_it_stands(viewer, action)):
        raise NotPermitted(verdict.sentence)
    if progress not in Progress.values:
        raise Refused("Choose how it stands.")
    if progress == Progress.NOT_DONE and not said:
        raise Refused("Say why it will not be done.")
    if progress == action.progress and not said:
        raise Refused("Say what is new, or choose how it stands now.")
    moved = progress != action.progress
    action.progress = progress
    action.why_not = said if progress == Progress.NOT_DONE else ""
    action.done_on = selectors.today(moment) if progress == Progress.DONE and moved else action.done_on
    action.done_on = action.done_on if progress == Progress.DONE else None
    action.version += 1
    action.save()
    _step(item, Did(progress) if moved else Did.NOTED, viewer, moment, action=action, words=said)
    _settle(item, moment)
    return action


def _settle(item: Item, moment: datetime) -> None:
    """What an item is follows from its actions: open while one is; done once one is done; else it will not be."""
    found = set(item.actions.values_list("progress", flat=True))
    if Progress.UNDER_WAY in found or (Progress.NOT_BEGUN in found and Progress.DONE in found):
        progress = Progress.UNDER_WAY
    elif Progress.NOT_BEGUN in found or not found:
        progress = Progress.NOT_BEGUN
    else:
        progress = Progress.DONE if Progress.DONE in found else Progress.NOT_DONE
    if progress == Progress.DONE and item.done_on is None:
        item.done_on = selectors.today(moment)
        item.ask_on = later(item.done_on, months=ASK_AFTER_MONTHS)
        item.asked_on = None
    elif progress != Progress.DONE:
        item.done_on = item.ask_on = item.asked_on = None
    item.progress = progress
    _save(item)


@transaction.atomic
def ask_on(item_id: int, *, viewer: Viewer, version: int, day: date, at: datetime | None = None) -> Item:
    """Another day on which it is asked whether it changed anything."""
    item, moment = _locked(item_id, viewer, version), at or present()
    if item.progress != Progress.DONE:
        raise Refused("It can be asked whether it changed anything once something was done.")
    if day <= selectors.today(moment):
        raise Refused("Choose a day that is still ahead.")
    item.ask_on, item.asked_on = day, None
    _save(item)
    _step(item, Did.ASK_ON, viewer, moment)
    return item


@transaction.atomic
def judge(
    item_id: int,
    *,
    viewer: Viewer,
    version: int,
    judgement: str,
    words: str,
    again: date | None = None,
    at: datetime | None = None,
) -> Item:
    """The office's own answer, in words, beside the figures. `again`: a later day on which it is asked once more."""
    item, moment = _locked(item_id, viewer, version), at or present()
    if item.progress != Progress.DONE:
        raise Refused("It can be said whether it changed anything once something was done.")
    if judgement not in Judgement.values:
        raise Refused("Choose whether it changed anything.")
    if not words.strip():
        raise Refused("Say what makes you think so.")
    if again is not None and again <= selectors.today(moment):
        raise Refused("Choose a day that is still ahead.")
    item.judgement, item.judged_words, item.judged_by, item.judged_at = judgement, words.strip(), viewer.user, moment
    item.ask_on, item.asked_on = again, None
    _save(item)
    _step(item, Did.JUDGED, viewer, moment, words=Judgement(judgement).label)
    return item


# ---------------------------------------------------------------------- shared
def stepped(item: Item, did: ItemEntry.Did, *, viewer: Viewer, at: datetime) -> None:
    """A step of something else that belongs to an item (its briefing)."""
    _step(item, did, viewer, at)


def locked_item(item_id: int, viewer: Viewer) -> Item:
    _office(viewer)
    return _get(Item.objects.select_for_update(of=("self",)).filter(pk=item_id).first)


def _office(viewer: Viewer) -> None:
    if not (verdict := may_follow(viewer)):
        raise NotPermitted(verdict.sentence)


def _locked(item_id: int, viewer: Viewer, version: int) -> Item:
    item = locked_item(item_id, viewer)
    if item.version != version:
        raise Stale(CHANGED_MEANWHILE)
    return item


def _locked_action(action_id: int, version: int) -> tuple[Item, Action]:
    """The item first, as everywhere: two who finish the last two actions at once wait for each other."""
    known = _get(Action.objects.filter(pk=action_id).first)
    item = _get(Item.objects.select_for_update(of=("self",)).filter(pk=known.item_id).first)
    action = _get(Action.objects.select_for_update(of=("self",)).filter(pk=action_id).first)
    if action.version != version:
        raise Stale(CHANGED_MEANWHILE)
    return item, action


def _get(find: Callable[[], _T | None]) -> _T:
    found = find()
    if found is None:
        raise Refused("It is not there any more.")
    return found


def _save(item: Item) -> None:
    item.version += 1
    item.save()


def _step(item: Item, did: ItemEntry.Did, viewer: Viewer, at: datetime, *, action: Action | None = None, words: str = "") -> None:
    ItemEntry.objects.create(item=item, action=action, did=did, by=viewer.user, at=at, words=words)


def is_open(item: Item) -> bool:
    return item.progress in OPEN
