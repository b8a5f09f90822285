"""Which parts of the raising form share a page, and what that page is called; must not know what a draft holds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from .raising import Part


@dataclass(frozen=True)
class FormPage:
    """One page of the form: the parts that are met together. `apart`: read back part by part, each under its own heading."""

    key: str
    title: str
    parts: tuple[Part, ...]
    apart: bool = False

    @property
    def usual(self) -> bool:
        return all(part.usual for part in self.parts)

    @property
    def keys(self) -> frozenset[str]:
        return frozenset({self.key, *(part.key for part in self.parts)})


@dataclass(frozen=True)
class _Sheet:
    key: str
    title: str
    parts: tuple[str, ...]
    apart: bool = False


# A question has a page of its own only where its answer changes what is asked next.
SHEETS = (
    _Sheet("whom", "", ("whom",)),
    _Sheet("who", _("Who disagrees with whom?"), ("who", "where")),
    _Sheet("together", "", ("together",)),
    _Sheet("talk", _("Talking so far"), ("talk", "sharing")),
    _Sheet("concern", _("What is it about?"), ("agreed", "concern", "wanted", "by_when"), apart=True),
    _Sheet("child", _("Which child, and what kind of disagreement?"), ("child", "kind")),
    _Sheet("more", "", ("more",)),
    _Sheet("people", "", ("people",)),
)


def pages_of(parts: Iterable[Part]) -> list[FormPage]:
    """The pages that these parts make, in the order of the form. A page of one part has that part's title."""
    by_key = {part.key: part for part in parts}
    found = []
    for sheet in SHEETS:
        on_it = tuple(by_key[key] for key in sheet.parts if key in by_key)
        if on_it:
            title = on_it[0].title if len(on_it) == 1 else sheet.title
            found.append(FormPage(sheet.key, gettext(title), on_it, sheet.apart))
    return found
