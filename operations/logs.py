"""What a line of a log says, and what it never says: words, form values, addresses with a query, what an exception was told.

Loaded by the settings, before any app. Every line carries which request or task it belongs to. An exception is its type and
the places in our code and others', because its text may quote what somebody typed (a database does: "Key (name)=(…)")."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from django.http import HttpRequest
from pythonjsonlogger.json import JsonFormatter

NO_ADDRESS = "(no such address)"
# What others put beside a line, and why it goes: the whole request with its query, a task's arguments and their text.
DROPPED = ("request", "data")
FAILED = "Task %(name)s[%(id)s] failed: %(exc)s"


@dataclass(frozen=True)
class Doing:
    """Which task is being done."""

    task_id: str
    task: str
    partnership: int | None = None


REQUEST: ContextVar[str] = ContextVar("request_number", default="")
TASK: ContextVar[Doing | None] = ContextVar("task_being_done", default=None)


class SaysWhere(logging.Filter):
    """On every handler: the request or the task that a line belongs to; and of Django's, gunicorn's and Celery's own lines
    no address, no query, no argument and no exception's words."""

    def filter(self, record: logging.LogRecord) -> bool:
        if number := REQUEST.get():
            record.request_id = number
        if (doing := TASK.get()) is not None:
            record.task_id, record.task, record.partnership = doing.task_id, doing.task, doing.partnership
        _without_address(record)
        _without_words_of(record)
        for name in DROPPED:
            record.__dict__.pop(name, None)
        record.stack_info = None
        return True


def _without_address(record: logging.LogRecord) -> None:
    """Django writes the path of what it refuses or breaks at, gunicorn the address with its query."""
    request = getattr(record, "request", None)
    if isinstance(request, HttpRequest) and isinstance(record.args, tuple):
        match = request.resolver_match
        record.args = tuple((match.route if match else NO_ADDRESS) if arg == request.path else arg for arg in record.args)
    elif record.name.startswith("gunicorn") and isinstance(record.args, tuple):
        record.args = tuple("(address)" if isinstance(arg, str) and arg.startswith("/") else arg for arg in record.args)


def _without_words_of(record: logging.LogRecord) -> None:
    """Celery writes the text of an exception and the whole of its traceback into the line itself."""
    if record.name == "celery.app.trace" and isinstance(record.args, Mapping) and record.exc_info:
        kind = record.exc_info[0]
        record.msg = FAILED
        known = {name: record.args.get(name) for name in ("name", "id")}
        record.args = {**known, "exc": kind.__name__ if kind else "?"}
    elif isinstance(record.args, tuple) and any(isinstance(arg, BaseException) for arg in record.args):
        record.args = tuple(type(arg).__name__ if isinstance(arg, BaseException) else arg for arg in record.args)


def places(kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None) -> str:
    """An exception, and what it came from: types and places, and not a word of any."""
    found: list[str] = []
    while problem is not None or kind is not None:
        where = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace, limit=-40)]
        found.append(" < ".join([kind.__name__ if kind else "?", *reversed(where)]))
        before = (problem.__cause__ or (None if problem.__suppress_context__ else problem.__context__)) if problem else None
        kind, problem, trace = (type(before), before, before.__traceback__) if before is not None else (None, None, None)
    return " | from ".join(found)


class Line(logging.Formatter):
    """For a screen. An exception as `places` says it, unless a developer's DEBUG asks for the `whole` of it."""

    def __init__(self, *args: Any, whole: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        self.whole = whole

    def formatException(self, ei: Any) -> str:  # noqa: N802  (logging's name)
        return super().formatException(ei) if self.whole else places(*ei)


class Json(JsonFormatter):
    """One object a line, for whoever collects them; exceptions as above."""

    def __init__(self, *args: Any, whole: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        self.whole = whole

    def formatException(self, ei: Any) -> Any:  # noqa: N802
        return super().formatException(ei) if self.whole else places(*ei)
