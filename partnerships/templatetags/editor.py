"""What the editor's templates ask of a part's form: a field by its name, its problems, whether something is said inside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.forms.boundfield import BoundField
from django.utils.safestring import SafeString

from partnerships.editor.forms import Group, PartForm
from partnerships.editor.forms_fields import Leaf

register = template.Library()


@register.filter
def bound(form: PartForm, name: str) -> SafeString:
    """A field with its label, hint and refusals, as every form draws it."""
    return form[name].as_field_group()


@register.filter
def asked(form: PartForm, name: str) -> BoundField:
    return form[name]


@register.filter
def words(form: PartForm, text: str) -> str:
    return form.choosing.words(text)


@register.filter
def a(noun: str) -> str:
    """An agency, a role."""
    return f"{'an' if noun[:1].lower() in 'aeiou' else 'a'} {noun}"


@register.filter
def at(problems: Mapping[str, list[str]] | None, field: str) -> list[str]:
    return (problems or {}).get(field, [])


@register.filter
def opens(group: Group, form: PartForm) -> bool:
    """Whether something folded has to be seen: it says something, or something in it is refused."""
    folded: list[Any] = group.folded if group.kind != "when" else list(group.nodes.values())
    leaves = [node for node in folded if isinstance(node, Leaf)]
    if any(node.field in form.errors for node in leaves):
        return True
    return group.kind == "when" and any(form[leaf.field].value() not in (None, "", [], "either") for leaf in leaves)
