"""A language of which every word is known by its brackets, and what of a page is in no language but English."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from devstack import words
from tests.pages.markup import Element

# Words that are data: names of the world that the tests make, addresses, browsers, and what is called the same in any language.
DATA = re.compile(
    r"[\w.@-]+@[\w.-]+|Partnership manager|Office|Midwife|Barnsley|Havering|Safeguarding Children Partnership|English|Cymraeg"
    r"|JavaScript|127\.0\.0\.1|[A-Z]{4}-[A-Z]{4}|GOV\.UK|otpauth\S*"
)


def catalogue(folder: Path) -> Path:
    """The made-up language in the place of Welsh; for `settings.LOCALE_PATHS`."""
    folder = folder / "cy" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    said = {
        key: [f"⟦{text}⟧" for text in ([key.text, *[key.plural] * (words.FORMS - 1)] if key.plural else [key.text])]
        for key in words.marked()
    }
    (folder / "django.mo").write_bytes(words.mo(said))
    return folder.parents[1]


def shown(page: Element) -> list[str]:
    """What people read or hear of a page, piece by piece, but for what is said to be in another language."""
    if page.tag in ("script", "style", "code", "textarea") or (
        page.attributes.get("lang") in ("cy", "en-GB") and page.tag != "html"
    ):
        return []
    names = ("aria-label", "alt", "title", "placeholder", "data-says-none", "data-i18n.show-password")
    pieces = [page.attributes[name] for name in names if name in page.attributes]
    for child in page.children:
        pieces += [child] if isinstance(child, str) else shown(child)
    return pieces


def english_on(page: Element, *, names: Iterable[str] = ()) -> list[str]:
    """What is left in English; `names` are called the same in any language."""
    text = "\n".join(shown(page))
    for name in names:
        text = text.replace(name, "")
    while (less := re.sub(r"⟦[^⟦⟧]*⟧", "", text)) != text:
        text = less
    return [line.strip() for line in DATA.sub("", text).splitlines() if re.search(r"[A-Za-z]{3,}", line)]
