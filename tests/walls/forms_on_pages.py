"""Reads what a page lets somebody send: each form with where it goes, what it would send as it stands, what is chosen in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlencode, urljoin, urlsplit

from tests.pages.markup import Element, read

TYPED = {"text", "email", "tel", "url", "search", "number", "password", "date"}


@dataclass(frozen=True)
class OnPage:
    """`chosen`: the names of what is picked from a list, and `hidden` of what the page sends by itself; `options`: the values
    that are offered under each of them; `typed`: the names of what is typed into a line; `ticks`: of boxes without a value, which
    say yes whatever is sent for them."""

    where: str
    method: str
    sends: tuple[tuple[str, str], ...]
    options: dict[str, tuple[str, ...]]
    hidden: frozenset[str]
    typed: frozenset[str]
    ticks: frozenset[str]

    def with_value(self, name: str, value: str) -> str:
        return urlencode([*((key, sent) for key, sent in self.sends if key != name), (name, value)])


def forms_on(html: str, where: str) -> list[OnPage]:
    return [_form(form, where) for form in read(html).every(tag="form")]


def _form(form: Element, where: str) -> OnPage:
    sends: list[tuple[str, str]] = []
    options: dict[str, list[str]] = {}
    hidden = set()
    for name, kind, value, taken in _controls(form):
        if name == "csrfmiddlewaretoken":
            continue
        if kind in ("choice", "hidden"):
            options.setdefault(name, []).append(value)
        if kind == "hidden":
            hidden.add(name)
        if taken or (kind == "choice" and value and name not in dict(sends)):
            sends.append((name, value))
    action = urlsplit(urljoin(where, form.attributes.get("action") or where)).path
    return OnPage(
        where=action,
        method=form.attributes.get("method", "get").upper(),
        sends=tuple(sends),
        options={name: tuple(values) for name, values in options.items()},
        hidden=frozenset(hidden),
        typed=frozenset(name for name, kind, _, _ in _controls(form) if kind == "typed"),
        ticks=frozenset(
            each.attributes.get("name", "")
            for each in form.every(tag="input")
            if each.attributes.get("type") == "checkbox" and not each.attributes.get("value")
        ),
    )


def _controls(form: Element) -> list[tuple[str, str, str, bool]]:
    """(name, kind, value, whether it is sent as it stands) of everything in a form."""
    found = []
    for each in form.every(tag="input"):
        name, kind = each.attributes.get("name", ""), each.attributes.get("type", "text")
        value = each.attributes.get("value", "")
        if kind in ("radio", "checkbox"):
            found.append((name, "choice", value, "checked" in each.attributes))
        elif kind == "hidden":
            found.append((name, "hidden", value, True))
        elif kind in TYPED:
            found.append((name, "typed", value or ("3" if kind == "number" else "Words about it"), True))
    found += [(each.attributes["name"], "typed", "Words about it", True) for each in form.every(tag="textarea")]
    for select in form.every(tag="select"):
        found += [
            (select.attributes["name"], "choice", option.attributes.get("value", ""), "selected" in option.attributes)
            for option in select.every(tag="option")
        ]
    return [(name, kind, value, taken) for name, kind, value, taken in found if name]


def in_place_of(value: str, *, number: int, key: str, uuid: str) -> str:
    """A value of the same make with another id in it."""
    if re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", value):
        return uuid
    return re.sub(r"\d+", str(number), value) if re.search(r"\d", value) else key
