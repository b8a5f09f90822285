"""Form fields and widgets in the Design System's shape, for every app's forms; must not know any form or page.

Stock Django fields need nothing from here: the renderer (config/forms.py) dresses them. These add what stock ones lack:
a hint at each choice, questions that open under a choice, and long text with a count. Dates are in form_dates.py.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from .written import Said, Written


class _ChoicesWithMore:
    """What radios and checkboxes share: `hints` by value, and `reveals`: the names of fields that a value opens.

    A revealed field is an ordinary, not required field of the same form; the form's clean() asks for it when the choice
    that opens it was made. It opens by stylesheet alone (escalation.css), so it works without JavaScript; the kit's script
    would set aria-expanded on a radio, which ARIA does not allow.
    """

    def __init__(
        self,
        *args: Any,
        hints: Mapping[str, str] | None = None,
        reveals: Mapping[str, Sequence[str]] | None = None,
        **kwargs: Any,
    ) -> None:
        self.hints = dict(hints or {})
        self.reveals = {value: tuple(names) for value, names in (reveals or {}).items()}
        super().__init__(*args, **kwargs)

    def create_option(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option: dict[str, Any] = super().create_option(*args, **kwargs)  # type: ignore[misc]
        value, own_id = str(option["value"]), option["attrs"].get("id", "")
        option["hint"] = self.hints.get(value, "")
        option["reveals"] = self.reveals.get(value, ())
        if option["hint"]:
            option["attrs"]["aria-describedby"] = f"{own_id}-item-hint"
        return option


class Radios(_ChoicesWithMore, forms.RadioSelect):
    """Choose one. `inline` sets two short answers side by side."""

    def __init__(self, *args: Any, inline: bool = False, **kwargs: Any) -> None:
        self.inline = inline
        super().__init__(*args, **kwargs)


class Checkboxes(_ChoicesWithMore, forms.CheckboxSelectMultiple):
    """Choose any number."""


class Choice(forms.Select):
    """Choose one from a list in which words of the protocol may stand: what is chosen from holds no markup, so each says
    for itself in which language it is."""

    def create_option(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option: dict[str, Any] = super().create_option(*args, **kwargs)
        if isinstance(option["label"], Written | Said):
            option["attrs"] |= option["label"].attributes() if isinstance(option["label"], Written) else {}
            option["label"] = "".join(option["label"])
        return option


class Words(forms.Textarea):
    """A box for long text; `counted` shows how much is left, once `threshold` per cent of the limit is used."""

    def __init__(self, attrs: dict[str, Any] | None = None, *, rows: int = 5, counted: bool = True, threshold: int = 0) -> None:
        self.counted, self.threshold = counted, threshold
        super().__init__({"rows": str(rows), **(attrs or {})})


class WordsField(forms.CharField):
    """Long text. A line end counts as one character, as the counter on the page counts it; a browser posts two."""

    widget = Words

    def to_python(self, value: Any) -> str | None:
        if isinstance(value, str):
            value = value.replace("\r\n", "\n")
        return super().to_python(value)
