"""The one key to a partnership's rows: a context variable that managers require and the setting that row security reads."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections, models, transaction
from django.db.models import Q
from django.utils import timezone

_M_co = TypeVar("_M_co", bound=models.Model, covariant=True)


@dataclass(frozen=True)
class Scope:
    partnership_id: int | None
    user_id: int | None
    ahead: timedelta = timedelta(0)
    using: str = DEFAULT_DB_ALIAS
    memory: dict[str, Any] = field(default_factory=dict, compare=False)


_T = TypeVar("_T")


class ScopeError(RuntimeError):
    """Rows of a partnership were asked for outside that partnership's scope: a programming error, never shown as data."""


_current: ContextVar[Scope | None] = ContextVar("partnership_scope", default=None)


def scope_if_any() -> Scope | None:
    return _current.get()


def current_scope() -> Scope:
    scope = _current.get()
    if scope is None:
        raise ScopeError("Rows of a partnership can be read or written only inside partnership_scope().")
    return scope


def current_partnership_id() -> int:
    partnership_id = current_scope().partnership_id
    if partnership_id is None:
        raise ScopeError("This needs a partnership in scope; only a person is.")
    return partnership_id


def _tell_database(scope: Scope | None, *, using: str) -> None:
    """SET LOCAL, which dies with the transaction: a session-wide SET would leak to the next user of the connection."""
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT set_config('app.partnership_id', %s, true), set_config('app.user_id', %s, true)",
            [str((scope and scope.partnership_id) or ""), str((scope and scope.user_id) or "")],
        )


def once_per_scope(key: str, make: Callable[[], _T]) -> _T:
    """Something of the partnership that one request or task asks for again and again, made once in its scope."""
    memory = current_scope().memory
    if key not in memory:
        _read_ahead(key)
    if key not in memory:
        memory[key] = make()
    found: _T = memory[key]
    return found


def read_ahead(keys: Collection[str], read: Callable[[], Mapping[str, Any]]) -> None:
    """From now on, in this scope, whichever of these is asked for first is read with all the others."""
    current_scope().memory[_AHEAD] = (keys, read)


def once_read_ahead(key: str) -> Any:
    """One of them, or None where nothing is read ahead in this scope."""
    _read_ahead(key)
    return current_scope().memory.get(key)


def _read_ahead(key: str) -> None:
    memory = current_scope().memory
    keys, read = memory.get(_AHEAD, ((), dict))
    if key in keys and key not in memory:
        memory.update({name: found for name, found in read().items() if name not in memory})


_AHEAD = "what is read with one another"


def forget(key: str) -> None:
    current_scope().memory.pop(key, None)


@contextmanager
def enter(scope: Scope) -> Iterator[None]:
    """For this module and replica.py: everybody else opens a scope by `partnership_scope()` or `reading_scope()`."""
    with transaction.atomic(using=scope.using):
        before = _current.get()
        token = _current.set(scope)
        try:
            _tell_database(scope, using=scope.using)
            yield
            # Not in `finally`, nor where the work is to be undone: the rollback itself takes the setting back.
            # The outermost transaction takes it along as well.
            connection = connections[scope.using]
            if connection.savepoint_ids and not connection.needs_rollback:
                _tell_database(before, using=scope.using)
        finally:
            _current.reset(token)


def partnership_scope(
    partnership_id: int, *, user_id: int | None = None, ahead: timedelta | None = None
) -> AbstractContextManager[None]:
    """Open one partnership's rows for the length of one transaction; nested use gives the outer scope back. `ahead` is how
    far the clock of a rehearsal has been moved forward; inside a scope of the same partnership it is that one's."""
    if ahead is None:
        outer = _current.get()
        ahead = outer.ahead if outer is not None and outer.partnership_id == partnership_id else timedelta(0)
    return enter(Scope(partnership_id, user_id, ahead))


def present() -> datetime:
    """The time in the partnership in scope: the time it is, except in a rehearsal, whose clock can be moved forward."""
    scope = _current.get()
    return timezone.now() + (scope.ahead if scope else timedelta(0))


def person_scope(user_id: int) -> AbstractContextManager[None]:
    """Open a person's own memberships only, before it is known which partnership they want."""
    return enter(Scope(None, user_id))


# No partnership has this id.
NOWHERE = 0


@contextmanager
def nowhere() -> Iterator[None]:
    """A scope in which there is nothing, and the database is not even asked: to describe forms without any partnership."""
    token = _current.set(Scope(NOWHERE, None))
    try:
        yield
    finally:
        _current.reset(token)


class ScopedQuerySet(models.QuerySet[_M_co]):
    """Refuses to touch the database outside a scope and adds the partnership to every query, beside row security.

    The check is made on evaluation, so that class-level querysets (forms, filters, the API's schema) can be built anywhere.
    """

    def _enforce(self) -> None:
        partnership_id = current_partnership_id()
        marked = getattr(self.query, "scoped_to", None)
        if partnership_id == NOWHERE:
            self.query.set_empty()
        elif marked is None and not self.query.combinator:
            self.query.add_q(Q(partnership_id=partnership_id))
            self.query.scoped_to = partnership_id  # type: ignore[attr-defined]
        elif marked is not None and marked != partnership_id:
            raise ScopeError("A query made in one partnership's scope was evaluated in another's.")

    def _fetch_all(self) -> None:
        if self._result_cache is None:
            self._enforce()
        super()._fetch_all()

    def iterator(self, chunk_size: int | None = None) -> Iterator[_M_co]:
        self._enforce()
        return super().iterator(chunk_size)

    def count(self) -> int:
        self._enforce()
        return super().count()

    def exists(self) -> bool:
        self._enforce()
        return super().exists()

    def aggregate(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        self._enforce()
        return super().aggregate(*args, **kwargs)

    def update(self, **kwargs: Any) -> int:
        self._enforce()
        return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        self._enforce()
        return super().delete()

    def bulk_create(self, objs: Iterable[_M_co], *args: Any, **kwargs: Any) -> list[_M_co]:
        rows = list(objs)
        for row in rows:
            _own(row)
        return super().bulk_create(rows, *args, **kwargs)


def in_scope(found: Any) -> Any:
    """For who puts the question into SQL themselves: narrowed to the partnership as it would be when it is evaluated."""
    found._enforce()
    return found


def _own(row: models.Model) -> None:
    """Give a new row the partnership in scope; refuse one that names another."""
    partnership_id = current_partnership_id()
    if getattr(row, "partnership_id", None) is None:
        row.partnership_id = partnership_id  # type: ignore[attr-defined]
    elif row.partnership_id != partnership_id:  # type: ignore[attr-defined]
        raise ScopeError("A row of one partnership cannot be saved in another's scope.")


class ScopedModel(models.Model):
    """A row that belongs to one partnership. Its table has forced row security and its keys carry the partnership."""

    partnership = models.ForeignKey("partnerships.Partnership", on_delete=models.PROTECT, related_name="+", editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        _own(self)
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        _own(self)
        return super().delete(*args, **kwargs)


def same_partnership_key(to: str | type[models.Model], **options: Any) -> Any:
    """A foreign key to a row of the same partnership.

    Foreign-key checks bypass row security, so the real constraint is a composite one, (partnership_id, id), made in the
    migrations by `SamePartnershipKey`; Django's own single-column constraint is left out.
    """
    options.setdefault("on_delete", models.PROTECT)
    return models.ForeignKey(to, db_constraint=False, **options)
