"""Reading from a second server that follows the first (DATABASE_REPLICA_URL): under the same scope, and never for writing.

What is read there may be some moments old, so it is for what is long and is not acted upon: files of the whole tracker, and
figures. Everything else is read where it is written."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, DatabaseError, models

from .scope import current_scope, enter, partnership_scope, scope_if_any

logger = logging.getLogger(__name__)
REPLICA = "replica"


class Router:
    """Reads go to the second server inside `reading_scope()` alone. What was read there is written, if ever, to the first."""

    def db_for_read(self, model: type[models.Model], **hints: Any) -> str | None:
        scope = scope_if_any()
        if scope is not None and scope.using == REPLICA:
            return REPLICA
        return self.db_for_write(model, **hints)

    def db_for_write(self, model: type[models.Model], **hints: Any) -> str | None:
        instance = hints.get("instance")
        return DEFAULT_DB_ALIAS if instance is not None and instance._state.db == REPLICA else None

    def allow_relation(self, one: models.Model, other: models.Model, **hints: Any) -> bool | None:
        """The same rows stand on both."""
        return True if REPLICA in (one._state.db, other._state.db) else None


@contextmanager
def reading_scope(partnership_id: int, *, user_id: int | None = None, ahead: timedelta | None = None) -> Iterator[None]:
    """A partnership's scope for reading much: on the second server where there is one and it answers, else on the first.

    The first is told the scope as well, so that a question put past the models finds the same partnership's rows there."""
    with ExitStack() as entered:
        entered.enter_context(partnership_scope(partnership_id, user_id=user_id, ahead=ahead))
        if REPLICA in settings.DATABASES:
            try:
                entered.enter_context(enter(replace(current_scope(), using=REPLICA, memory={})))
            except DatabaseError as problem:
                logger.warning("read from the first server, because the second does not answer: %s", type(problem).__name__)
        yield
