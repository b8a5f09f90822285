"""What a filled form seems to hold that is better left out, to be asked about once; knows no single form and no page."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from partnerships.scope import present
from partnerships.written import plain, say

from ..gentle import BIRTH, NAME, NAME_AND_BIRTH, NHS_NUMBER, in_reference, in_words

CHILD_REFERENCE = "child_reference"
SURE = "sure"
LOOKS_LIKE = {
    NHS_NUMBER: _("That looks like an NHS number. Use a reference from your own system instead."),
    BIRTH: _("That looks like a date of birth. Use a reference from your own system instead."),
    NAME: _("That looks like a name. Use a reference from your own system instead."),
}
SEEMS_TO_HOLD = {
    NHS_NUMBER: _("“%(label)s” seems to hold an NHS number. Leave it out, and use the child’s local reference."),
    NAME_AND_BIRTH: _(
        "“%(label)s” seems to hold a full name with a date of birth. Leave it out, and use the child’s local reference."
    ),
}


@dataclass(frozen=True)
class Noticed:
    name: str
    sentence: str


@dataclass(frozen=True)
class Noticing:
    """All of a form. `mark` stands for exactly these texts: sent along with them, it says that they are meant."""

    found: tuple[Noticed, ...]
    mark: str

    def __bool__(self) -> bool:
        return bool(self.found)

    @property
    def sentences(self) -> list[str]:
        return [one.sentence for one in self.found]

    def meant(self, posted: Mapping[str, str]) -> bool:
        return posted.get(SURE) == self.mark


def noticed(form: forms.BaseForm) -> Noticing:
    """For a valid form. It refuses nothing, and what was typed goes nowhere but back to whoever typed it."""
    found, texts = [], []
    for name, text, like in _likenesses(form):
        found.append(Noticed(name, _sentence(str(form.fields[name].label or gettext("This text")), name, like)))
        texts.append(f"{name}={text}")
    return Noticing(tuple(found), hashlib.sha256("\0".join(texts).encode()).hexdigest()[:16])


def _likenesses(form: forms.BaseForm) -> Iterator[tuple[str, str, str]]:
    today = timezone.localdate(present())
    for name, field in form.fields.items():
        text = form.cleaned_data.get(name)
        if not isinstance(text, str) or not _typed_freely(field):
            continue
        like = in_reference(text) if name == CHILD_REFERENCE else in_words(text, today=today)
        if like:
            yield name, text, like


def _typed_freely(field: forms.Field) -> bool:
    if not isinstance(field, forms.CharField) or isinstance(field, forms.EmailField):
        return False
    return getattr(field.widget, "input_type", "") not in ("tel", "hidden", "password")


def _sentence(label: str, name: str, like: str) -> str:
    if name == CHILD_REFERENCE:
        return gettext(LOOKS_LIKE[like])
    return say(gettext(SEEMS_TO_HOLD[like]), label=plain(label))
