"""Where logs go and in which form, as a value for LOGGING; what a line may say is operations/logs.py's to know."""

from __future__ import annotations

from typing import Any

# Two lines for each task every two seconds say nothing that a heartbeat does not.
QUIET = ("celery.worker.strategy", "celery.app.trace", "celery.beat")


def logging_settings(*, form: str, level: str, whole: bool = False) -> dict[str, Any]:
    """`form`: json or line. `whole`: exceptions with their words, for a developer's DEBUG alone."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {"()": "operations.logs.Line", "fmt": "%(asctime)s %(levelname)s %(name)s %(message)s", "whole": whole},
            # One object a line: what is logged can end no line and begin no other. The time is UTC, and says so.
            "json": {
                "()": "operations.logs.Json",
                "fmt": "%(levelname)s %(name)s %(message)s",
                "timestamp": True,
                "whole": whole,
            },
        },
        # The secret address of a calendar is in no line. Django's own handlers, which know no such filters, are left out.
        "filters": {
            "feeds": {"()": "notifications.feed_address.HidesFeeds"},
            "where": {"()": "operations.logs.SaysWhere"},
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "filters": ["feeds", "where"], "formatter": form}},
        "loggers": {
            **{name: {"handlers": [], "level": "INFO", "propagate": True} for name in ("django", "django.server")},
            **{name: {"level": "WARNING"} for name in QUIET},
        },
        "root": {"handlers": ["console"], "level": level},
    }
