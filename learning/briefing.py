"""The seven-minute briefing on a learning item: its draft, the look through it before it is taken, and its document.

The headings are those that partnerships use for such a page: what it is, what happened, what we learned, what to do
differently, questions for a team, where to read on. Nothing in it may name anybody (identifying.py)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from django.db import transaction

from documents.document import Bullets, Document, Heading, Paragraph, Part
from escalation.forms.noticing import Noticing
from escalation.moves import Refused, Stale
from escalation.permissions import Viewer
from partnerships import selectors
from partnerships.models import Partnership
from partnerships.protocol import MAIN, Protocol
from partnerships.protocol_lists import Category
from partnerships.scope import current_partnership_id, present

from . import services
from .identifying import noticed_in, of_learning, sources_of
from .models import Action, Briefing, Item, ItemEntry, Progress

HEADINGS: dict[str, str] = {
    "about": "What is this about?",
    "happened": "What happened",
    "learned": "What we learned",
    "differently": "What to do differently",
    "questions": "Questions for your team",
    "read_on": "Where to read on",
}
# Read as a list: one line, one point.
LISTS = frozenset({"differently", "questions", "read_on"})
FIELDS = ("title", *HEADINGS)
QUESTIONS = (
    "When did we last challenge another agency, or were challenged? What made it easier or harder?",
    "What would we do if we met this tomorrow?",
    "Does everybody in the team know how to take a disagreement further?",
)
MOST_GUIDANCE = 4


def first_draft(item: Item) -> dict[str, str]:
    """What the item gives for each part, as a beginning. Everything can be written otherwise."""
    version = selectors.version_in_force()
    protocol = version.protocol if version else None
    about = "Learning from disagreements between professionals."
    if protocol and (category := category_name(item.category)):
        about += f" The theme is: {category}."
    actions = item.actions.exclude(progress=Progress.NOT_DONE)
    return {
        "title": item.title,
        "about": about,
        "happened": item.happened,
        "learned": item.learned,
        "differently": "\n".join(action.what for action in actions),
        "questions": "\n".join(QUESTIONS),
        "read_on": "\n".join(_guidance(protocol)) if protocol else "",
    }


def _guidance(protocol: Protocol) -> list[str]:
    """Advice of the protocol that holds at every step, each with its clause."""
    found = [guidance for guidance in protocol.guidance if not guidance.stages][:MOST_GUIDANCE]
    lines = [f"{' '.join(g.text.split())}{f' ({g.clause})' if g.clause else ''}" for g in found]
    return [f"{protocol.source.document}{f', {protocol.source.version}' if protocol.source.version else ''}", *lines]


def category_name(key: str) -> str:
    """What the protocol calls a category; of one that only an earlier version knew, as that called it."""
    return next((category.name for _, category in _categories(key)), "")


def category_names() -> dict[str, str]:
    """Of every category that any version knew, as the newest calls it."""
    versions = [*selectors.published_versions()[::-1], *selectors.versions_in_force()[::-1]]
    return {category.key: category.name for version in versions for category in version.protocol.categories}


def category_line(key: str) -> str:
    """Of which of the partnership's protocols it is a category."""
    return next((line for line, _ in _categories(key)), MAIN)


def _categories(key: str) -> Iterator[tuple[str, Category]]:
    for version in [*selectors.versions_in_force(), *selectors.published_versions()]:
        yield from ((version.line, category) for category in version.protocol.categories if category.key == key)


def texts(briefing: Briefing) -> dict[str, str]:
    return {name: getattr(briefing, name) for name in FIELDS}


@transaction.atomic
def write(item_id: int, *, viewer: Viewer, version: int, written: Mapping[str, str], at: datetime | None = None) -> Briefing:
    """Keep it as it stands now. What was looked through before has to be looked through again, if a word is different.
    `version`: the text that they had before them (0: none); Stale where somebody has written another since."""
    item = services.locked_item(item_id, viewer)
    there = Briefing.objects.filter(item=item).first()
    if version != (there.version if there else 0):
        raise Stale(services.CHANGED_MEANWHILE)
    if not written.get("title", "").strip():
        raise Refused("Give the briefing a title.")
    moment = at or present()
    briefing = there or Briefing(item=item)
    for name in FIELDS:
        setattr(briefing, name, written.get(name, "").strip().replace("\r\n", "\n"))
    briefing.written_by, briefing.written_at = viewer.user, moment
    briefing.save()
    services.stepped(item, ItemEntry.Did.BRIEFING_WRITTEN, viewer=viewer, at=moment)
    return briefing


def looked_through(briefing: Briefing) -> Noticing:
    """What the check finds in it. Its mark stands for exactly these texts."""
    labels = {"title": "Title"} | HEADINGS
    known = of_learning(sources_of(briefing.item_id))
    return noticed_in({name: (labels[name], text) for name, text in texts(briefing).items()}, known=known)


def may_be_taken(briefing: Briefing) -> bool:
    return bool(briefing.checked) and briefing.checked == looked_through(briefing).mark


@transaction.atomic
def confirm(item_id: int, *, viewer: Viewer, mark: str, at: datetime | None = None) -> Briefing:
    """Somebody has looked through exactly this text and says that nobody can be known by it."""
    item = services.locked_item(item_id, viewer)
    briefing = Briefing.objects.filter(item=item).first()
    if briefing is None:
        raise Refused("There is no briefing yet.")
    if looked_through(briefing).mark != mark:
        raise Refused("The text has changed since you looked through it. Look again.")
    briefing.checked = mark
    briefing.save(update_fields=["checked"])
    services.stepped(item, ItemEntry.Did.BRIEFING_CHECKED, viewer=viewer, at=at or present())
    return briefing


def document(briefing: Briefing) -> Document:
    """As a value, of which every file is made (documents/)."""
    partnership = Partnership.objects.get(pk=current_partnership_id())
    parts: list[Part] = []
    for name, heading in HEADINGS.items():
        text = getattr(briefing, name).strip()
        if not text:
            continue
        parts.append(Heading(heading))
        lines = [line.strip("-*• \t") for line in text.split("\n")]
        if name in LISTS:
            parts.append(Bullets(tuple(line for line in lines if line)))
        else:
            parts += [Paragraph(" ".join(block.split())) for block in text.split("\n\n") if block.strip()]
    return Document(
        title=briefing.title,
        subtitle="Seven-minute briefing",
        author=partnership.name,
        made_on=selectors.today(briefing.written_at),
        parts=tuple(parts),
    )


def planned(item: Item) -> list[Action]:
    return [action for action in item.actions.all() if action.kind == Action.Kind.BRIEFING]
