"""Part of the raising form: on what basis it is shared, and whether the family knows; must not know any page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from partnerships.form_fields import Radios
from partnerships.protocol_terms import Asked
from partnerships.written import say, written

from .base import words
from .raising import Filling, Part, Setting, optional


class Sharing(Part):
    """What it rests on that this is shared, and whether the family knows: recorded, never a gate (O-09, practice.md 4.2)."""

    key = "sharing"
    title = _("Sharing information")
    _engaged = (
        ("agree", _("Yes, and they agree")),
        ("disagree", _("Yes, and they do not agree")),
        ("unsafe", _("No: asking could put the child or somebody else at risk")),
        ("not_yet", _("Not yet")),
    )

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        self.basis = setting.asks(Asked.SHARING_BASIS)
        self.family = setting.asks(Asked.FAMILY_ENGAGED)
        self.wanted = any((self.basis, self.family))

    def fields(self) -> dict[str, forms.Field]:
        found: dict[str, forms.Field] = {}
        if self.family:
            label = written(self.family.asks) or gettext("Does the family know?")
            found["family_engaged"] = forms.ChoiceField(
                label=label if self.family.must else optional(label),
                help_text=written(self.family.hint),
                required=self.family.must,
                choices=[(value, gettext(said)) for value, said in self._engaged],
                widget=Radios,
            )
        if self.basis:
            label = written(self.basis.asks) or gettext("On what basis is it shared?")
            found["sharing_basis"] = words(
                label if self.basis.must else optional(label),
                required=self.basis.must,
                hint=written(self.basis.hint),
                rows=2,
                missing=say(gettext("Answer the question: %(label)s"), label=label),
            )
        return found

    def fill(self, given: Mapping[str, Any], filling: Filling) -> None:
        if given.get("family_engaged"):
            filling.answers[Asked.FAMILY_ENGAGED.value] = dict(self._engaged)[given["family_engaged"]]
        if given.get("sharing_basis"):
            filling.answers[Asked.SHARING_BASIS.value] = given["sharing_basis"]
