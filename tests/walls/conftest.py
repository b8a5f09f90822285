"""Both worlds, built once for all modules of this folder, which take back what they change."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from tests.promises.database import raw, scoped_tables

from .two_worlds import MARK, Place


@pytest.fixture(scope="package")
def both(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Place, Place]]:
    with django_db_blocker.unblock(), transaction.atomic():
        here = Place("enfield")
        _far_apart()
        there = Place("elsewhere", mark=MARK)
        assert here.clients.keys() == there.clients.keys()  # signed in here: a test takes back the sessions that it begins
        yield here, there
        transaction.set_rollback(True)


@pytest.fixture
def here(both: tuple[Place, Place], db: None) -> Place:
    return both[0]


@pytest.fixture
def there(both: tuple[Place, Place], db: None) -> Place:
    return both[1]


def _far_apart() -> None:
    """Ids of the second world that are nobody's in the first, whatever table they are of. A sequence is never taken back,
    and never set back: rows of a first world, made where an earlier one ended, would be in the way."""
    for table in scoped_tables():
        sequence = f"pg_get_serial_sequence('{table}', 'id')::regclass"
        raw(f"SELECT setval({sequence}, nextval({sequence}) + 100000)", login="owner")
