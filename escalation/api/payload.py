"""From JSON to what a form takes: one table of kinds of field, for reading what was sent and for describing what is taken."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import IO, Any

from django import forms
from django.conf import settings
from django.http import QueryDict
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from partnerships.form_dates import GovukDateField, GovukDateTimeField

from .errors import WHOLE, Invalid, TooLarge

Typed = dict[str, str | bool | list[str]]
NOT_AN_OBJECT = "Send one JSON object, with a member for each field."
NOT_STORED = "This text has a character that cannot be stored."


class JSONObject(BaseParser):
    """JSON in UTF-8, no longer than a form may be. The stock parser reads a body of any length, and takes its word for
    the encoding."""

    media_type = "application/json"

    def parse(self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0
        body = stream.read(most + 1)
        if len(body) > most:
            raise TooLarge
        try:
            return json.loads(body.decode())
        except (ValueError, RecursionError) as unreadable:
            raise ParseError("This is not JSON in UTF-8.") from unreadable


@dataclass(frozen=True)
class Kind:
    """What JSON value stands for one kind of form field, how a reader is told so, and how the OpenAPI file says it."""

    types: type | tuple[type, ...]
    ask: str
    described: Mapping[str, str]


YES_OR_NO = Kind(bool, "Send true or false.", {"type": "boolean"})
NUMBER = Kind(int, "Send a whole number.", {"type": "integer"})
LIST = Kind(list, "Send a list of texts.", {"type": "array"})
DAY = Kind(str, "Send a date like 2026-09-21.", {"type": "string", "format": "date"})
MOMENT = Kind(str, "Send a date and time like 2026-09-21T10:30:00+01:00.", {"type": "string", "format": "date-time"})
EMAIL = Kind(str, "Send text.", {"type": "string", "format": "email"})
TEXT = Kind(str, "Send text.", {"type": "string"})


def kind_of(field: forms.Field) -> Kind:
    if isinstance(field, forms.BooleanField):
        return YES_OR_NO
    if isinstance(field, forms.MultipleChoiceField):
        return LIST
    if isinstance(field, forms.IntegerField) or (isinstance(field, forms.TypedChoiceField) and field.coerce is int):
        return NUMBER
    if isinstance(field, GovukDateTimeField):
        return MOMENT
    if isinstance(field, GovukDateField):
        return DAY
    return EMAIL if isinstance(field, forms.EmailField) else TEXT


def choices_of(field: forms.ChoiceField) -> list[tuple[str, str]]:
    """What can be chosen, without the empty choice: that is `null`."""
    offered: Any = field.choices
    return [(str(value), str(label)) for value, label in offered if value != ""]


def fields_sent(sent: object) -> dict[str, Any]:
    if not isinstance(sent, dict):
        raise Invalid({WHOLE: [NOT_AN_OBJECT]}, NOT_AN_OBJECT)
    return sent


def read(fields: Mapping[str, forms.Field], sent: Mapping[str, Any]) -> tuple[Typed, dict[str, list[str]]]:
    """What was sent as somebody would have typed it, and what cannot be taken, by field.

    A value of the wrong type is never guessed at. `null` is a field left empty. A field that is not there is refused, so
    that a word spelt wrong is not lost in silence."""
    typed: Typed = {}
    problems: dict[str, list[str]] = {}
    for name, value in sent.items():
        if name not in fields:
            there = ", ".join(sorted(fields))
            problems[_shown(name)] = [f"There is no such field here. The fields are: {there}."]
        elif value is not None and (wrong := _wrong(fields[name], value)):
            problems[name] = [wrong]
        elif value is not None and value is not False:
            typed[name] = value if isinstance(value, list | bool) else str(value)
    return typed, problems


def posted(typed: Typed) -> QueryDict:
    """The same as a browser would have posted it."""
    data = QueryDict(mutable=True)
    for name, value in typed.items():
        data.setlist(name, value if isinstance(value, list) else [str(value)])
    return data


def _wrong(field: forms.Field, value: Any) -> str:
    """Why a value does not fit its field; empty when it does."""
    kind = kind_of(field)
    if not isinstance(value, kind.types) or (isinstance(value, bool) and kind is not YES_OR_NO):
        return kind.ask
    texts = value if isinstance(value, list) else [value]
    if kind is LIST and not all(isinstance(each, str) for each in texts):
        return kind.ask
    if not all(_storable(each) for each in texts if isinstance(each, str)):
        return NOT_STORED
    most = getattr(field, "max_length", None)
    if most is not None and len(str(value)) > most:
        # The form takes the space around a text away before it counts; the description of the API does not.
        return str(field.error_messages.get("max_length") or f"Use {most:,} characters or fewer.")
    return kind.ask if kind in (DAY, MOMENT) and value and not _is_iso(str(value), kind) else ""


def _storable(text: str) -> bool:
    """JSON may hold a NUL and half a character; the database holds neither."""
    try:
        return "\x00" not in text and bool(text.encode() or True)
    except UnicodeEncodeError:
        return False


def _is_iso(text: str, kind: Kind) -> bool:
    try:
        if kind is DAY:
            return date.fromisoformat(text).isoformat() == text
        return bool(datetime.fromisoformat(text).astimezone(UTC))
    except (ValueError, OverflowError):
        return False


def _shown(name: str) -> str:
    """A name that somebody made up, short and in characters that can be sent back."""
    return name[:60].encode(errors="replace").decode()
