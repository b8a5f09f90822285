"""The form renderer: turns any Django form into Design System markup; must not know any form of ours.

`FORM_RENDERER = "config.forms.GovukRenderer"`. A bound field knows which of four templates draws it, which ids describe
it, and where a link in the error summary must land. The markup is held against the kit's own fixtures in
tests/pages/test_components.py. A form may set, as class attributes:

* `label_size`: "s" (default), "m", "l" or "" for plain labels
* `page_heading`: the name of the one field whose label is the page's heading
* `mark_optional`: True adds "(optional)" to the labels of fields that may be left empty
"""

from __future__ import annotations

from html import escape
from typing import Any, NamedTuple

from django import forms
from django.core import validators
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField, BoundWidget
from django.forms.renderers import TemplatesSetting
from django.utils.safestring import mark_safe
from django.utils.translation import gettext

from partnerships.form_dates import DateParts
from partnerships.form_fields import Words

GROUPS = {"radios", "checkboxes", "date", "several"}
# Attributes that browsers act on behind people's backs: they cut a pasted text, block the form with a bubble of their own,
# or vanish when typing starts. The server answers instead, in words. Django leaves out an attribute whose value is False.
SILENT = {"maxlength": False, "minlength": False, "placeholder": False, "required": False}


class FieldError(NamedTuple):
    """One sentence about a field, and the id of the input where a person can put it right."""

    sentence: str
    target: str


class Choice(NamedTuple):
    """One radio or checkbox, with its hint and the fields that open under it."""

    option: BoundWidget
    hint: str
    hint_id: str
    revealed: list[BoundField]

    @property
    def tag(self) -> str:
        """As Django's four templates for it draw it. A page with many filters has a hundred of them."""
        data = self.option.data
        shown = {"type": data["type"], "name": data["name"], "value": data["value"], **data["attrs"]}
        given = [(name, own) for name, own in shown.items() if own is not False and own is not None]
        attrs = (f" {escape(name)}" if own is True else f' {escape(name)}="{escape(str(own))}"' for name, own in given)
        return mark_safe(f"<input{''.join(attrs)}>")  # noqa: S308  (each name and value is escaped)


def kind_of(widget: forms.Widget) -> str:
    """The Design System's component for a widget. Order matters: Django's checkboxes are a subclass of its radios."""
    if isinstance(widget, DateParts):
        return "date"
    if isinstance(widget, forms.CheckboxSelectMultiple):
        return "checkboxes"
    if isinstance(widget, forms.RadioSelect):
        return "radios"
    if isinstance(widget, forms.CheckboxInput):
        return "checkbox"
    if isinstance(widget, forms.Textarea):
        return "textarea"
    if isinstance(widget, forms.Select):
        return "select"
    if isinstance(widget, forms.PasswordInput):
        return "password"
    if isinstance(widget, forms.FileInput):
        return "file"
    return "several" if widget.use_fieldset else "input"


class GovukBoundField(BoundField):
    """A field of a form with its data, as the Design System draws it."""

    @property
    def kind(self) -> str:
        return kind_of(self.field.widget)

    @property
    def template_name(self) -> str:
        own = getattr(self.field, "template_name", None)
        if own:
            return str(own)
        if self.kind in GROUPS:
            return "forms/group.html"
        return "forms/checkbox.html" if self.kind == "checkbox" else "forms/labelled.html"

    @property
    def heading(self) -> bool:
        """The label of this field is the heading of its page."""
        return getattr(self.form, "page_heading", None) == self.name

    @property
    def label_size(self) -> str:
        return "l" if self.heading else getattr(self.form, "label_size", "s")

    @property
    def optional(self) -> bool:
        wanted = getattr(self.form, "mark_optional", False) and not self.field.required and not self.is_revealed
        return wanted and "optional" not in str(self.label)

    @property
    def hint_id(self) -> str:
        return f"{self.auto_id}-hint" if self.help_text else ""

    @property
    def error_id(self) -> str:
        return f"{self.auto_id}-error" if self.errors else ""

    @property
    def count_limit(self) -> int | None:
        """The limit that a character count shows, or None when nothing is counted."""
        widget = self.field.widget
        return getattr(self.field, "max_length", None) if isinstance(widget, Words) and widget.counted else None

    @property
    def aria_describedby(self) -> str:
        count = f"{self.auto_id}-info" if self.count_limit else ""
        return " ".join(one for one in (count, self.hint_id, self.error_id) if one)

    def build_widget_attrs(self, attrs: dict[str, Any], widget: forms.Widget | None = None) -> dict[str, Any]:
        widget = widget or self.field.widget
        attrs = {**super().build_widget_attrs(attrs, widget)}
        attrs.pop("aria-invalid", None)  # the kit leaves it out: the message beside the field says more
        attrs.pop("required", None)
        if widget.is_hidden:
            return attrs
        kind = kind_of(widget)
        if kind not in GROUPS:
            attrs |= SILENT
        attrs["class"] = " ".join(self._classes(widget, kind))
        if kind == "textarea":
            attrs |= {"cols": False, "rows": widget.attrs.get("rows") if isinstance(widget, Words) else "5"}
        if kind == "date":
            attrs |= {"class": False, "wrong_parts": self._wrong_parts()}
        if kind == "password":
            attrs |= {"spellcheck": "false", "autocapitalize": "none"}
        input_type = getattr(widget, "input_type", "")
        if input_type == "email":
            attrs["spellcheck"] = "false"
        if self._asks_about_somebody(input_type) and "autocomplete" not in widget.attrs:
            attrs["autocomplete"] = "off"
        return attrs

    def _asks_about_somebody(self, input_type: str) -> bool:
        """A name, an address or a number, which a browser would fill in with its owner's. Nearly all are somebody else's here;
        a field about oneself says so by its own `autocomplete` (WCAG 2.2, 1.3.5)."""
        return input_type in ("email", "tel") or self.name == "name" or self.name.endswith("_name")

    @property
    def error_sentences(self) -> list[FieldError]:
        """Every refusal of this field in words, the sentence naming the field, with the input to go to."""
        found = []
        for error in self._refusals():
            parts = _parts(error)
            target = f"{self.auto_id}-{parts[0]}" if parts else self._first_input()
            found += [FieldError(sentence, target) for sentence in _sentences(error, self)]
        return found

    @property
    def choices(self) -> list[Choice]:
        found = []
        for option in self.subwidgets:
            own_id = option.id_for_label or ""
            hint = option.data.get("hint", "")
            found.append(
                Choice(
                    option=option,
                    hint=hint,
                    hint_id=f"{own_id}-item-hint",
                    revealed=[self.form[name] for name in option.data.get("reveals", ())],
                )
            )
        return found

    @property
    def is_revealed(self) -> bool:
        """Drawn under a choice of another field, not in its own place."""
        revealing = (getattr(field.widget, "reveals", {}) for field in self.form.fields.values())
        return any(self.name in names for reveals in revealing for names in reveals.values())

    def _refusals(self) -> list[ValidationError]:
        return self.errors.as_data() if self.errors else []

    def _wrong_parts(self) -> tuple[str, ...]:
        """The boxes of a date to mark: those that the refusals name, or all when one names none."""
        marked: list[str] = []
        for error in self._refusals():
            marked += _parts(error) or getattr(self.field.widget, "parts", ())
        return tuple(marked)

    def _first_input(self) -> str:
        """The input itself, or the first radio or checkbox of a group: a group has no id to jump to."""
        if self.kind in ("radios", "checkboxes"):
            return (self.subwidgets[0].id_for_label or "") if self.subwidgets else ""
        return self.id_for_label or self.auto_id

    def _classes(self, widget: forms.Widget, kind: str) -> list[str]:
        base = {
            "radios": "govuk-radios__input",
            "checkboxes": "govuk-checkboxes__input",
            "checkbox": "govuk-checkboxes__input",
            "textarea": "govuk-textarea",
            "select": "govuk-select",
            "file": "govuk-file-upload",
        }.get(kind, "govuk-input")
        classes = [base]
        if kind == "password":
            classes += ["govuk-password-input__input", "govuk-js-password-input-input"]
        if self.errors and kind in ("textarea", "select", "input", "password", "file"):
            classes.append(f"{base}--error")
        if self.count_limit:
            classes.append("govuk-js-character-count")
        return [*classes, *str(widget.attrs.get("class", "")).split()]


class GovukRenderer(TemplatesSetting):
    """Every form of the product, of Django and of the sign-in package, drawn by templates/forms/."""

    form_template_name = "forms/form.html"
    field_template_name = "forms/labelled.html"
    bound_field_class = GovukBoundField


def _parts(error: ValidationError) -> tuple[str, ...]:
    """Which boxes of a date a refusal is about."""
    return tuple(error.params.get("parts", ())) if isinstance(error.params, dict) else ()


def _sentences(error: ValidationError, field: GovukBoundField) -> list[str]:
    """A refusal in words. Django's own sentences ("This field is required.") name no field, so they are replaced; a
    sentence that a form has written itself is left as it is."""
    own = _DEFAULTS.get(str(error.code))
    if own is None or error.message not in own[0]:
        return [str(one) for one in error.messages]
    facts = dict(error.params or {}) if isinstance(error.params, dict) else {}
    return [own[1](field, facts)]


def _named(field: GovukBoundField) -> str:
    """A label inside a sentence: "Your name" becomes "your name"; "NHS number" stays."""
    label = str(field.label).strip()
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def _missing(field: GovukBoundField, facts: dict[str, Any]) -> str:
    label = str(field.label).strip()
    if field.kind == "checkbox":
        return gettext("Tick the box: %(label)s") % {"label": label}
    if label.endswith("?"):
        return gettext("Answer the question: %(label)s") % {"label": label}
    if field.kind == "password" and label == gettext("Password"):
        return gettext("Enter your password")
    if field.kind in ("radios", "checkboxes", "select"):
        return gettext("Select %(what)s") % {"what": _named(field)}
    return gettext("Enter %(what)s") % {"what": _named(field)}


def _too_long(field: GovukBoundField, facts: dict[str, Any]) -> str:
    limit, used, label = facts.get("limit_value", 0), facts.get("show_value", 0), str(field.label).strip()
    facts = {"what": label, "limit": f"{limit:,}", "used": f"{used:,}"}
    if label.endswith("?"):
        return gettext("Your answer to “%(what)s” must be %(limit)s characters or fewer. You have used %(used)s") % facts
    return gettext("%(what)s must be %(limit)s characters or fewer. You have used %(used)s") % facts


_DEFAULTS: dict[str, Any] = {
    "required": ([forms.Field.default_error_messages["required"]], _missing),
    "invalid": (
        [validators.EmailValidator.message],
        lambda field, facts: gettext("Enter an e-mail address in the right form, like name@organisation.example"),
    ),
    "invalid_choice": (
        [
            forms.ChoiceField.default_error_messages["invalid_choice"],
            forms.ModelChoiceField.default_error_messages["invalid_choice"],
        ],
        lambda field, facts: gettext("Choose one of the answers shown"),
    ),
    "max_length": ([validators.MaxLengthValidator.message], _too_long),
    "null_characters_not_allowed": (
        [validators.ProhibitNullCharactersValidator.message],
        lambda field, facts: gettext(
            "This text holds a hidden character that cannot be kept. Type it again, or paste it as plain text"
        ),
    ),
}
