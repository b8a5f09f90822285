"""A person at a browser without JavaScript: reads pages, fills forms by their labels, presses buttons by their words."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.test import Client

from partnerships.models import User
from tests.pages.markup import Element, read


class Visitor:
    """What a person does on a page. Every act fails with what the page offered instead, so that a story reads on."""

    def __init__(self, user: User | None = None) -> None:
        self.client = Client()
        if user is not None:
            self.client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        self.address = "/"
        self.status = 0
        self.page = Element("page", {})
        self.typed: dict[str, list[str]] = {}

    # ---------------------------------------------------------------- reading
    def opens(self, address: str) -> Visitor:
        return self._arrive(self.client.get(address, follow=True), address)

    def _arrive(self, response: Any, address: str) -> Visitor:
        for to, _ in response.redirect_chain:
            address = urljoin(address, to)
        self.address, self.status = urlsplit(address).path, response.status_code
        self.page, self.typed = read(response.content.decode()), {}
        assert self.status < 500, f"{self.address} answered {self.status}"
        return self

    @property
    def title(self) -> str:
        return self.page.first(tag="title").text

    @property
    def heading(self) -> str:
        return self.page.first(tag="h1").text

    @property
    def words(self) -> str:
        return self.page.first(tag="main").text

    def sees(self, *expected: str) -> Visitor:
        for words in expected:
            assert words in self.words, f"not on {self.address}: {words!r}\n{self.words[:6000]}"
        return self

    def does_not_see(self, *unexpected: str) -> Visitor:
        for words in unexpected:
            assert words not in self.words, f"on {self.address}: {words!r}"
        return self

    @property
    def refusals(self) -> list[str]:
        """The sentences of the error summary."""
        summary = self.page.every(cls="govuk-error-summary__list")
        return [item.text for item in summary[0].every(tag="li")] if summary else []

    def links(self) -> dict[str, str]:
        return {a.text: a.attributes.get("href", "") for a in self.page.every(tag="a")}

    # ---------------------------------------------------------------- doing
    def follows(self, text: str) -> Visitor:
        links = self.links()
        found = next((href for words, href in links.items() if words == text), None) or next(
            (href for words, href in links.items() if text in words), None
        )
        assert found is not None, f"no link {text!r} on {self.address}: {sorted(links)}"
        return self.opens(urljoin(self.address, found))

    def fills(self, label: str, value: str | date | datetime) -> Visitor:
        """Type into a box, choose in a list, or fill the boxes of a date, by the words beside it."""
        field = self._field(label)
        if isinstance(value, (date, datetime)) and "govuk-date-input" in field.classes:
            return self._fill_date(field, value)
        if field.tag == "select":
            options = {option.text: option.attributes.get("value", option.text) for option in field.every(tag="option")}
            assert str(value) in options, f"{label!r} offers {sorted(options)}"
            self.typed[field.attributes["name"]] = [options[str(value)]]
        else:
            self.typed[field.attributes["name"]] = [str(value)]
        return self

    def _fill_date(self, field: Element, value: date) -> Visitor:
        for box in field.every(tag="input"):
            part = box.attributes["name"].rpartition("-")[2]
            words = f"{value:%H:%M}" if part == "time" else str(getattr(value, part))
            self.typed[box.attributes["name"]] = [words]
        return self

    def _field(self, label: str) -> Element:
        for group in self.page.every(cls="govuk-form-group"):
            legends = [legend.text for legend in group.every(tag="legend")]
            dates = group.every(cls="govuk-date-input")
            if dates and legends and label in legends[0]:
                return dates[0]
        labels = [(found.text, found.attributes.get("for", "")) for found in self.page.every(tag="label")]
        wanted = [target for text, target in labels if text == label] or [target for text, target in labels if label in text]
        assert wanted, f"no field {label!r} on {self.address}: {[text for text, _ in labels]}"
        return next(
            e for tag in ("input", "textarea", "select") for e in self.page.every(tag=tag) if e.attributes.get("id") == wanted[0]
        )

    def chooses(self, *choices: str) -> Visitor:
        """Press radios or tick boxes by their words."""
        for choice in choices:
            field = self._field(choice)
            name, value = field.attributes["name"], field.attributes.get("value", "on")
            if field.attributes.get("type") == "checkbox":
                self.typed.setdefault(name, [])
                self.typed[name] = [*self.typed[name], value]
            else:
                self.typed[name] = [value]
        return self

    def presses(self, text: str) -> Visitor:
        """Submit the form that the button is in, with everything that stands in it."""
        for form in self.page.every(tag="form"):
            buttons = [b for b in form.every(tag="button") if b.text == text] or [b for b in form.every(tag="button") if text in b.text]
            if buttons:
                return self._submit(form, buttons[0])
        offered = [b.text for b in self.page.every(tag="button")]
        raise AssertionError(f"no button {text!r} in a form on {self.address}: {offered}; refusals {self.refusals}")

    def _submit(self, form: Element, button: Element) -> Visitor:
        data = standing_in(form) | self.typed
        if button.attributes.get("name"):
            data[button.attributes["name"]] = [button.attributes.get("value", "")]
        address = urljoin(self.address, form.attributes.get("action") or self.address)
        if form.attributes.get("method", "get").lower() == "get":
            return self._arrive(self.client.get(address, data, follow=True), address)
        return self._arrive(self.client.post(address, data, follow=True), address)


def standing_in(form: Element) -> dict[str, list[str]]:
    """What a browser would send if the person typed nothing."""
    data: dict[str, list[str]] = {}
    for field in form.every(tag="input"):
        kind, name = field.attributes.get("type", "text"), field.attributes.get("name", "")
        if not name or kind in {"submit", "button"} or (kind in {"radio", "checkbox"} and "checked" not in field.attributes):
            continue
        data.setdefault(name, []).append(field.attributes.get("value", "on" if kind == "checkbox" else ""))
    for field in form.every(tag="textarea"):
        data[field.attributes["name"]] = [field.text]
    for field in form.every(tag="select"):
        options = field.every(tag="option")
        chosen = [o for o in options if "selected" in o.attributes] or options[:1]
        data[field.attributes["name"]] = [o.attributes.get("value", o.text) for o in chosen]
    return data
