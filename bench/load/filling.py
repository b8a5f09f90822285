"""A page's form as a browser would send it: what stands in it already, and for what is empty an answer; knows no HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from html.parser import HTMLParser
from typing import Any

WORDS = "Said on the telephone and written down at once."


@dataclass
class Field:
    name: str
    kind: str
    value: str = ""
    checked: bool = False
    options: list[str] = field(default_factory=list)


class Form(HTMLParser):
    """The first form of a page that keeps what is typed (data-keep); every other page's forms are the frame's own."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.fields: list[Field] = []
        self.action: str | None = None
        self._inside = self._done = False
        self._area: Field | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form" and "data-keep" in given and not self._done:
            self._inside, self.action = True, given.get("action", "")
        if not self._inside:
            return
        name = given.get("name", "")
        if tag == "input" and name:
            self.fields.append(Field(name, given.get("type", "text"), given.get("value", ""), "checked" in given))
        elif tag in ("textarea", "select") and name:
            self.fields.append(Field(name, tag))
            self._area = self.fields[-1]
        elif tag == "option" and self._area is not None:
            self._area.options.append(given.get("value", ""))
            if "selected" in given:
                self._area.value = given.get("value", "")

    def handle_data(self, data: str) -> None:
        if self._area is not None and self._area.kind == "textarea":
            self._area.value += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form" and self._inside:
            self._inside, self._done = False, True
        if tag in ("textarea", "select"):
            self._area = None

    def sent(self, answers: Mapping[str, Any]) -> list[tuple[str, str]]:
        """What is known of the answers, else what stands there, else anything that such a field takes."""
        found: list[tuple[str, str]] = []
        for one in self.fields:
            value = _known(one, answers)
            if one.kind == "hidden":
                found.append((one.name, one.value))
            elif one.kind in ("radio", "checkbox"):
                if one.value in (value if isinstance(value, list) else [value]) or (value is None and one.checked):
                    found.append((one.name, one.value))
            elif one.kind not in ("submit", "file", "button"):
                found.append((one.name, str(value) if value not in (None, True) else self._anything(one)))
        return found + self._first_of_each_radio(found)

    def _first_of_each_radio(self, found: list[tuple[str, str]]) -> list[tuple[str, str]]:
        chosen = {name for name, _ in found}
        missing: dict[str, str] = {}
        for one in self.fields:
            if one.kind == "radio" and one.name not in chosen:
                missing.setdefault(one.name, one.value)
        return list(missing.items())

    @staticmethod
    def _anything(one: Field) -> str:
        if one.value.strip():
            return one.value.strip()
        if one.kind == "select":
            return next((value for value in one.options if value), "")
        part = one.name.rpartition("-")[2]
        if part in ("day", "month", "year"):
            return str(getattr(date.today(), part))  # noqa: DTZ011  (a person's own calendar)
        if part == "time":
            return "09:00"
        return WORDS if one.kind == "textarea" else ""


def _known(one: Field, answers: Mapping[str, Any]) -> Any:
    """An answer by the name of its field; the three boxes of a date have theirs by their part."""
    if one.name in answers:
        value = answers[one.name]
        return (one.value if value else "") if value in (True, False) else value
    name, _, part = one.name.rpartition("-")
    whole = answers.get(name)
    return whole.get(part) if isinstance(whole, Mapping) else None
