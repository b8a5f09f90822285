"""Fields that look the same for everybody who has the same to choose from: drawn once in a process; knows no page.

A page with many filters spends more time drawing what nobody has chosen than all its rows. What was chosen, typed or refused is
drawn each time; of what was not, nothing but the language, the label and the choices is on the page, and by these it is kept."""

from __future__ import annotations

from django.forms.boundfield import BoundField
from django.utils.safestring import SafeString
from django.utils.translation import get_language

_DRAWN: dict[tuple[object, ...], SafeString] = {}
_AT_MOST = 1_000


def drawn(field: BoundField) -> SafeString:
    if field.value() or field.errors:
        return field.as_field_group()
    choices = tuple((str(value), str(words)) for value, words in getattr(field.field, "choices", ()))
    key = (get_language(), type(field.form), field.name, str(field.label), choices)
    if key not in _DRAWN:
        if len(_DRAWN) >= _AT_MOST:
            _DRAWN.clear()
        _DRAWN[key] = field.as_field_group()
    return _DRAWN[key]
