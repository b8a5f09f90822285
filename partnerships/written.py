"""Words that are not the page's own, and the page's sentences around them; knows no page, form or protocol.

In a page of another language the protocol's and people's words stay as they were written, and a screen reader must be told
so (WCAG 3.1.2). Where a whole element holds them, `{% as_written %}` says it. Where a label, a choice or an answer may be
either, the words themselves know: in an English page these are drawn as any other text, byte for byte."""

from __future__ import annotations

from django.forms.utils import flatatt
from django.utils.html import conditional_escape, escape, format_html
from django.utils.safestring import SafeString, mark_safe

from .languages import RECORD, TAGS, page_tag


class Written(str):
    """What somebody wrote, the protocol or a person."""

    __slots__ = ()

    def __str__(self) -> str:
        return self

    def __html__(self) -> SafeString:
        return self.around(escape(self))

    @staticmethod
    def attributes() -> dict[str, str]:
        """For an element of which they are all there is."""
        return {} if page_tag() == TAGS[RECORD] else {"lang": TAGS[RECORD]}

    @staticmethod
    def around(drawn: SafeString) -> SafeString:
        attributes = Written.attributes()
        return format_html("<span{}>{}</span>", flatatt(attributes), drawn) if attributes else drawn


class Said(str):
    """A sentence of the page, in which such words stand. `bare`: what it is without a remark beside it, where it has one."""

    __slots__ = ("bare", "drawn")
    drawn: SafeString
    bare: str

    def __str__(self) -> str:
        return self

    def __html__(self) -> SafeString:
        return self.drawn


def _said(words: str) -> Said:
    said = Said(words)
    said.bare = ""
    return said


def say(sentence: str, **words: object) -> Said:
    """A translated sentence with its %(places)s filled in."""
    said = _said(sentence % words)
    shown = {name: conditional_escape(word if isinstance(word, str) else str(word)) for name, word in words.items()}
    said.drawn = mark_safe(escape(sentence) % shown)  # noqa: S308  (every part of it is escaped)
    return said


def joined(*parts: str, by: str = " ") -> Said:
    """Sentences one after another, without those that are empty."""
    kept = [part for part in parts if part]
    said = _said(by.join(kept))
    said.drawn = mark_safe(by.join(conditional_escape(part) for part in kept))  # noqa: S308  (every part of it is escaped)
    return said


def written(words: str) -> str:
    """Nothing stays nothing, so that a page can ask whether there is anything."""
    return Written(words) if words else ""


def plain(label: str) -> str:
    """A question outside its form, where it no longer matters whether it had to be answered."""
    return (label.bare if isinstance(label, Said) else "") or label
