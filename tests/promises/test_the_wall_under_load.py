"""The wall with committed rows: for the owner's login, for threads side by side, and for a connection used again."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection, connections, transaction

from escalation.models import Disagreement
from partnerships.scope import ScopeError
from tests.world import World

from .database import as_owner, at_once, raw, scoped_tables

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def worlds(transactional_db: None) -> tuple[World, World]:
    here, there = World("barnsley"), World("wiltshire")
    here.raised()
    there.raised()
    there.raised()
    return here, there


def test_the_owner_of_the_tables_sees_no_row_either(worlds: tuple[World, World]) -> None:
    """Row security is forced on the owner, and the helpers' policies are not inherited."""
    for table in scoped_tables():
        assert raw(f"SELECT 1 FROM {table} LIMIT 1", login="owner") == []
    here, there = worlds
    with transaction.atomic(using="owner"):
        raw("SELECT set_config('app.partnership_id', %s, true)", [str(here.partnership.pk)], login="owner")
        assert raw("SELECT count(*) FROM escalation_disagreement", login="owner") == [(1,)]
    as_owner(here.partnership.pk, "UPDATE escalation_disagreement SET category = 'changed'")
    with there.scope():
        assert Disagreement.objects.filter(category="changed").count() == 0


def test_threads_side_by_side_each_see_their_own(worlds: tuple[World, World]) -> None:
    here, there = worlds

    def look(world: World) -> Callable[[], list[int]]:
        def go() -> list[int]:
            seen = []
            for _ in range(10):
                with world.scope():
                    seen.append(Disagreement.objects.count())
                    seen += [number for (number,) in raw("SELECT count(*) FROM escalation_disagreement")]
                with pytest.raises(ScopeError):
                    Disagreement.objects.count()
                seen += [number for (number,) in raw("SELECT count(*) FROM escalation_disagreement")]
            return seen

        return go

    outcomes = at_once([look(here), look(there)] * 4)
    assert outcomes == [[1, 1, 0] * 10, [2, 2, 0] * 10] * 4


def test_a_connection_used_again_after_an_error_knows_nothing_of_the_last_scope(worlds: tuple[World, World]) -> None:
    here, there = worlds
    with pytest.raises(ZeroDivisionError), here.scope(here.office):
        assert 1 / (Disagreement.objects.count() - 1)
    session = raw("SELECT pg_backend_pid()")
    assert raw("SELECT count(*), coalesce(current_setting('app.partnership_id', true), '') FROM escalation_disagreement") == [
        (0, "")
    ]
    with there.scope():
        assert Disagreement.objects.count() == 2
    assert raw("SELECT pg_backend_pid()") == session  # the same connection all the while, as in production


def test_a_scope_ends_with_its_transaction_whatever_the_session_remembers(worlds: tuple[World, World]) -> None:
    """A connection pooler hands the session to somebody else between two transactions."""
    here, _ = worlds
    with here.scope():
        pass
    with transaction.atomic():
        assert raw("SELECT count(*) FROM escalation_disagreement") == [(0,)]
    connection.close()
    assert raw("SELECT count(*) FROM escalation_disagreement") == [(0,)]
    connections["owner"].close()
