"""A person at a browser without JavaScript: reads pages, fills forms by their labels, presses buttons by their words."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.test import Client

from partnerships.models import User
from tests.pages.markup import Element, read

TYPED_INTO = ("input", "textarea", "select")


class Visitor:
    """What a person does on a page. Every act fails with what the page offered instead, so that a story reads on."""

    def __init__(self, user: User | None = None) -> None:
        self.client = Client()
        if user is not None:
            self.client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        self.url = "/"
        self.status = 0
        self.page = Element("page", {})
        self.typed: dict[str, list[str]] = {}

    # ---------------------------------------------------------------- reading
    def opens(self, address: str) -> Visitor:
        return self._arrive(self.client.get(address, follow=True), address)

    def _arrive(self, response: Any, address: str) -> Visitor:
        for to, _ in response.redirect_chain:
            address = urljoin(address, to)
        self.url, self.status = address, response.status_code
        self.page, self.typed = read(response.content.decode()), {}
        assert self.status < 500, f"{self.address} answered {self.status}"
        return self

    @property
    def address(self) -> str:
        """Where the person is, without what stands behind a question mark."""
        return urlsplit(self.url).path

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
            assert words in self.words, f"not on {self.address}: {words!r}\n{self.words}"
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

    @property
    def told(self) -> list[str]:
        """The sentences of the banners above the page: what the last act did."""
        return [banner.text for banner in self.page.every(cls="govuk-notification-banner__heading")]

    def links(self) -> dict[str, str]:
        return {a.text: a.attributes.get("href", "") for a in self.page.every(tag="a")}

    # ---------------------------------------------------------------- doing
    def follows(self, text: str) -> Visitor:
        found = _named(text, [(words, href) for words, href in self.links().items()])
        assert found is not None, f"no link {text!r} on {self.address}: {sorted(self.links())}"
        return self.opens(urljoin(self.url, found))

    def fills(self, label: str, value: str | date | datetime, *, under: str = "") -> Visitor:
        """Type into a box, choose in a list, or fill the boxes of a date, by the words beside it. Where two questions
        have a box of the same name, `under` says which question."""
        field = self._field(label, under=under)
        if isinstance(value, (date, datetime)) and "govuk-date-input" in field.classes:
            return self._fill_date(field, value)
        if field.tag == "select":
            options = [(option.text, option.attributes.get("value", option.text)) for option in field.every(tag="option")]
            chosen = _named(str(value), options)
            assert chosen is not None, f"{label!r} offers {[text for text, _ in options]}"
            self.typed[field.attributes["name"]] = [chosen]
        else:
            self.typed[field.attributes["name"]] = [str(value)]
        return self

    def _fill_date(self, field: Element, value: date) -> Visitor:
        for box in field.every(tag="input"):
            part = box.attributes["name"].rpartition("-")[2]
            words = f"{value:%H:%M}" if part == "time" else str(getattr(value, part))
            self.typed[box.attributes["name"]] = [words]
        return self

    def asks(self, label: str, *, under: str = "") -> bool:
        """Whether the page has such a box or choice."""
        return self._found(label, under=under) is not None

    def _field(self, label: str, *, under: str = "") -> Element:
        found = self._found(label, under=under)
        labels = [one.text for tag in ("legend", "label") for one in self.page.every(tag=tag)]
        assert found is not None, f"no field {label!r}{f' under {under!r}' if under else ''} on {self.address}: {labels}"
        return found

    def _found(self, label: str, *, under: str) -> Element | None:
        where = self._question(under) if under else self.page
        if where is None:
            return None
        for group in where.every(cls="govuk-form-group"):
            legends = [legend.text for legend in group.every(tag="legend")]
            dates = group.every(cls="govuk-date-input")
            if dates and legends and label in legends[0]:
                return dates[0]
        target = _named(label, [(found.text, found.attributes.get("for", "")) for found in where.every(tag="label")])
        fields = [e for tag in TYPED_INTO for e in where.every(tag=tag) if target and e.attributes.get("id") == target]
        return fields[0] if fields else None

    def _question(self, words: str) -> Element | None:
        """The innermost set of fields whose question holds these words."""
        legends = [(f.first(tag="legend").text, f) for f in self.page.every(tag="fieldset") if f.every(tag="legend")]
        return next((fieldset for text, fieldset in reversed(legends) if words in text), None)

    def chooses(self, *choices: str, under: str = "") -> Visitor:
        """Press radios or tick boxes by their words."""
        for choice in choices:
            field = self._field(choice, under=under)
            name, value = field.attributes["name"], field.attributes.get("value", "on")
            if field.attributes.get("type") == "checkbox":
                ticked = self.typed.get(name, standing_in(self.page).get(name, []))
                self.typed[name] = [*(one for one in ticked if one != value), value]
            else:
                self.typed[name] = [value]
        return self

    def presses(self, text: str) -> Visitor:
        """Submit the form that the button is in, with everything that stands in it; or follow a link drawn as a button, or
        one of the acts under their headings."""
        pressed = _named(text, [(b.text, (form, b)) for form in self.page.every(tag="form") for b in form.every(tag="button")])
        if pressed is not None:
            return self._submit(*pressed)
        drawn = [a for a in self.page.every(tag="a") if a.attributes.get("role") == "button"]
        drawn += [a for below in self.page.every(cls="escalation-more") for a in below.every(tag="a")]
        href = _named(text, [(a.text, a.attributes["href"]) for a in drawn])
        offered = [b.text for b in [*self.page.every(tag="button"), *drawn]]
        assert href is not None, f"no button {text!r} on {self.address}: {offered}; refusals {self.refusals}"
        return self.opens(urljoin(self.url, href))

    def _submit(self, form: Element, button: Element) -> Visitor:
        data = standing_in(form) | self.typed
        if button.attributes.get("name"):
            data[button.attributes["name"]] = [button.attributes.get("value", "")]
        address = urljoin(self.url, button.attributes.get("formaction") or form.attributes.get("action") or self.url)
        if form.attributes.get("method", "get").lower() == "get":
            return self._arrive(self.client.get(urljoin(address, urlsplit(address).path), data, follow=True), address)
        self.client.handler.enforce_csrf_checks = True  # a form without its token is refused, as in real life
        try:
            return self._arrive(self.client.post(address, data, follow=True), address)
        finally:
            self.client.handler.enforce_csrf_checks = False


def _named(words: str, candidates: list[tuple[str, Any]]) -> Any:
    """What is called exactly so, or else what these words are a part of, first on the page first; or nothing."""
    exact = [found for text, found in candidates if text == words]
    return next(iter(exact or [found for text, found in candidates if words in text]), None)


def standing_in(form: Element) -> dict[str, list[str]]:
    """What a browser would send if the person typed nothing."""
    data: dict[str, list[str]] = {}
    for field in form.every(tag="input"):
        kind, name = field.attributes.get("type", "text"), field.attributes.get("name", "")
        if not name or kind in {"submit", "button"} or (kind in {"radio", "checkbox"} and "checked" not in field.attributes):
            continue
        data.setdefault(name, []).append(field.attributes.get("value", "on" if kind == "checkbox" else ""))
    for field in form.every(tag="textarea"):
        # As it stands, lines and all; a browser leaves out the line end with which the template begins it.
        data[field.attributes["name"]] = ["".join(c for c in field.children if isinstance(c, str)).removeprefix("\n")]
    for field in form.every(tag="select"):
        options = field.every(tag="option")
        chosen = [o for o in options if "selected" in o.attributes] or options[:1]
        data[field.attributes["name"]] = [o.attributes.get("value", o.text) for o in chosen]
    return data
