"""What somebody inside one partnership can reach of another: nothing, by any query, write, key or id."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from operator import itemgetter, methodcaller
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, IntegrityError, models, transaction
from django.utils import timezone

from escalation import services
from escalation.models import Disagreement, Party
from escalation.moves import Refused
from partnerships.models import Agency, ClosureDay, Membership, ProtocolVersion
from partnerships.protocol_terms import Side
from partnerships.scope import ScopedModel, ScopeError, partnership_scope, person_scope
from partnerships.selectors import memberships_of
from tests.properties.deeds import FACTS, Choosing, Deed
from tests.world import TUESDAY, World, days, shipped_protocol

from .database import raw, scoped_tables
from .full_world import fill
from .test_the_wall_is_built import DEFINERS, inner_keys

pytestmark = pytest.mark.django_db
APPEND_ONLY = (
    "escalation_chronologyentry", "escalation_chronologywords", "escalation_reading", "partnerships_administrationentry",
    "records_destructioncertificate",
    "learning_itementry", "meetings_issued",
)  # fmt: skip


class Filled(World):
    """A partnership with a row in every table. Both have the same protocol: only the wall tells them apart."""

    def __init__(self, slug: str) -> None:
        super().__init__(slug, shipped_protocol("enfield"))
        self.disagreement = fill(self)

    def rows(self) -> dict[str, tuple[int, str]]:
        """How many rows each table has, and what they say."""
        with self.scope():
            return {
                table: raw(f"SELECT count(*), md5(string_agg(t::text, '|' ORDER BY id)) FROM {table} t")[0]  # type: ignore[misc]
                for table in scoped_tables()
            }


@pytest.fixture
def here(db: None) -> Filled:
    return Filled("enfield")


@pytest.fixture
def there(db: None) -> Iterator[Filled]:
    """The other partnership, in which nothing may have changed when the test is over."""
    other = Filled("elsewhere")
    before = other.rows()
    yield other
    assert other.rows() == before


@contextmanager
def refused_by_the_database(*reasons: str) -> Iterator[None]:
    with pytest.raises(DatabaseError, match="|".join(reasons)), transaction.atomic():
        yield


def test_both_have_a_row_in_every_table(here: Filled, there: Filled) -> None:
    """Or what follows would prove nothing about the empty ones. A new model must be filled in full_world.py."""
    assert [table for table, (count, _) in here.rows().items() if not count] == []
    assert [table for table, (count, _) in there.rows().items() if not count] == []


def test_raw_sql_sees_nothing_outside_a_scope_and_only_its_own_inside(here: Filled, there: Filled) -> None:
    for table in scoped_tables():
        seen = f"SELECT DISTINCT partnership_id FROM {table}"
        assert raw(seen) == []
        with here.scope():
            assert raw(seen) == [(here.partnership.pk,)]
            assert raw(f"SELECT 1 FROM {table} WHERE partnership_id = %s", [there.partnership.pk]) == []


@pytest.mark.parametrize(
    "evaluate",
    [
        list, len, bool, repr,
        *(methodcaller(name) for name in ("count", "exists", "first", "last", "delete", "in_bulk", "get", "create")),
        methodcaller("get", pk=1), methodcaller("get_or_create", pk=1), methodcaller("update", pk=1),
        methodcaller("earliest", "pk"), methodcaller("aggregate", models.Max("pk")), itemgetter(0),
        lambda found: list(found[:2]), lambda found: list(found.iterator()), lambda found: list(found.values("pk")),
        lambda found: list(found.values_list("pk", flat=True)), lambda found: list(found.union(found)),
        lambda found: list(found.select_for_update()), lambda found: list(found.reverse()),
        lambda found: found.bulk_create([found.model()]), lambda found: found.contains(found.model(pk=1)),
    ],
)  # fmt: skip
@pytest.mark.parametrize("model", [Disagreement, ClosureDay, Membership, ProtocolVersion])
def test_outside_a_scope_a_query_can_be_built_but_not_asked(model: type[ScopedModel], evaluate: Callable[..., Any]) -> None:
    built = model.objects.filter(pk__gt=0).exclude(pk=2).order_by("pk")
    with pytest.raises(ScopeError, match=r"only inside partnership_scope\(\)"):
        evaluate(built.all())


def test_a_query_asked_in_one_partnership_is_not_asked_again_in_another(here: Filled, there: Filled) -> None:
    found = Disagreement.objects.order_by("pk")
    with here.scope():
        assert found.exists()
    with there.scope(), pytest.raises(ScopeError, match="evaluated in another's"):
        found.count()


def test_a_row_is_not_saved_or_deleted_in_another_partnerships_scope(here: Filled, there: Filled) -> None:
    with there.scope():
        agency, draft = (
            Agency.objects.get(key="school"),
            Agency(key="new", name="New", sector="other", partnership=there.partnership),
        )
    with here.scope():
        for write in (agency.save, agency.delete, draft.save, lambda: Agency.objects.bulk_create([draft])):
            with pytest.raises(ScopeError, match="saved in another's"):
                write()


def test_rows_are_neither_put_nor_moved_nor_taken_across(here: Filled, there: Filled) -> None:
    theirs = there.partnership.pk
    with here.scope():
        with refused_by_the_database("row-level security"):
            raw("INSERT INTO partnerships_closureday (partnership_id, day, name) VALUES (%s, '2026-10-01', 'Shut')", [theirs])
        for table in scoped_tables():
            with refused_by_the_database("row-level security", "permission denied for table", "published protocol never"):
                raw(f"UPDATE {table} SET partnership_id = %s", [theirs])
            if table not in APPEND_ONLY:
                assert raw(f"UPDATE {table} SET partnership_id = partnership_id WHERE partnership_id = %s", [theirs]) == [(0,)]
                assert raw(f"DELETE FROM {table} WHERE partnership_id = %s", [theirs]) == [(0,)]


def test_no_key_can_point_across(here: Filled, there: Filled) -> None:
    """Foreign keys are checked past row security, so the keys themselves carry the partnership."""
    for model, field in inner_keys():
        table, target = model._meta.db_table, field.related_model._meta.db_table
        with there.scope():
            ((foreign,),) = raw(f"SELECT id FROM {target} ORDER BY id DESC LIMIT 1")
        with here.scope(), refused_by_the_database(f"{table}_{field.column}_wall", f"permission denied for table {table}"):
            raw(f"UPDATE {table} SET {field.column} = %s WHERE ctid = (SELECT ctid FROM {table} LIMIT 1)", [foreign])


def test_a_new_row_cannot_point_across_either(here: Filled, there: Filled) -> None:
    with here.scope(), pytest.raises(IntegrityError, match="escalation_party_disagreement_id_wall"), transaction.atomic():
        Party.objects.create(
            disagreement_id=there.disagreement.pk, side="raising", role="lead", name="Pat", joined_at=timezone.now(),
            agency=here.agencies["school"],
        )  # fmt: skip


def test_no_verb_reaches_another_partnerships_disagreement(here: Filled, there: Filled) -> None:
    theirs = there.disagreement
    with here.scope(here.office):
        office = here.viewer(here.office)
        for verb, facts_for in FACTS.items():
            facts = facts_for(Deed(here, here.disagreement, at=TUESDAY, choose=Choosing()))
            with pytest.raises(Refused, match="no longer there"):
                getattr(services, verb)(theirs.pk, viewer=office, version=theirs.version, at=TUESDAY, **facts)
        assert services.open_it(theirs.pk, viewer=office, at=TUESDAY) is None


def test_no_verb_takes_another_partnerships_row_by_its_id(here: Filled, there: Filled) -> None:
    with there.scope():
        theirs = {
            rows: getattr(there.disagreement, rows).latest("pk").pk
            for rows in ("deadlines", "actions", "side_processes", "parties")
        }
    person = services.Person(side=Side.RECEIVING, role="lead", name="Pat")
    ids: dict[str, dict[str, Any]] = {
        "vary_timescale": {"deadline": theirs["deadlines"], "last_day": TUESDAY.date(), "reason": "A report", "safe": True},
        "pause_clock": {"deadline": theirs["deadlines"], "reason": "Court"},
        "resume_clock": {"deadline": theirs["deadlines"], "reason": "Court"},
        "finish_action": {"action": theirs["actions"]},
        "end_side_process": {"record": theirs["side_processes"], "outcome": "Both heard"},
        "change_party": {"leaving": theirs["parties"], "person": person, "reason": "Leave"},
    }
    before = here.rows()
    for verb, facts in ids.items():
        with pytest.raises(Refused):
            here.do(verb, here.disagreement, by=here.office, at=TUESDAY, **facts)
    assert here.rows() == before


def test_no_verb_takes_another_partnerships_agency_or_disagreement(here: Filled, there: Filled) -> None:
    """Even handed over as an object, which no form would do."""
    person = here.acting_people(here.disagreement.position)[-1]
    agency = there.agencies["police"]
    before = here.rows()
    with pytest.raises(IntegrityError, match="_wall"):
        here.do("pass_on", here.disagreement, by=here.office, person=person, agency=agency, reason="Theirs")
    with pytest.raises(IntegrityError, match="_wall"):
        here.do("link", here.disagreement, by=here.office, other=there.disagreement, how="related")
    with pytest.raises(Refused, match="one of the two agencies"):
        here.do("confirm_on_file", here.disagreement, by=here.office, agency=agency)
    with pytest.raises(IntegrityError, match="_wall"):
        here.raised(receiving_agency=agency)
    assert here.rows() == before


def test_a_person_alone_sees_their_own_memberships_and_nothing_else(here: Filled, there: Filled) -> None:
    both = here.stranger
    with there.scope():
        Membership.objects.create(user=both, role="practitioner")
    try:
        with person_scope(both.pk):
            assert {m.partnership_id for m in memberships_of(both.pk)} == {here.partnership.pk, there.partnership.pk}
            assert {user for (user,) in raw("SELECT user_id FROM partnerships_membership")} == {both.pk}
            others = [table for table in scoped_tables() if table != "partnerships_membership"]
            assert [table for table in others if raw(f"SELECT 1 FROM {table} LIMIT 1")] == []
            assert raw("UPDATE partnerships_membership SET role = 'partnership_manager'") == [(0,)]
            with refused_by_the_database("row-level security"):
                raw(
                    "INSERT INTO partnerships_membership (partnership_id, user_id, role, job_title, telephone, protocol_role,"
                    " active) VALUES (%s, %s, 'partnership_manager', '', '', '', true)",
                    [there.partnership.pk, both.pk],
                )
    finally:
        with there.scope():
            Membership.objects.filter(user=both).delete()


def test_the_setting_is_gone_after_a_scope_and_after_an_error_in_one(here: Filled) -> None:
    setting = "SELECT current_setting('app.partnership_id', true), current_setting('app.user_id', true)"
    with here.scope(here.office):
        assert raw(setting) == [(str(here.partnership.pk), str(here.office.pk))]
    assert raw(setting) == [("", "")]
    with pytest.raises(ZeroDivisionError), here.scope(here.office):
        raise ZeroDivisionError
    assert raw("SELECT coalesce(current_setting('app.partnership_id', true), '')") == [("",)]
    with pytest.raises(ScopeError):
        Disagreement.objects.count()


def test_a_scope_inside_a_scope_gives_the_outer_one_back(here: Filled, there: Filled) -> None:
    def both() -> tuple[list[Any], list[Any]]:
        names = raw(
            "SELECT slug FROM partnerships_partnership p JOIN partnerships_agency a ON a.partnership_id = p.id GROUP BY 1"
        )
        return names, sorted({agency.partnership_id for agency in Agency.objects.all()})

    school = here.agencies["school"]
    mine = ([("enfield",)], [here.partnership.pk])
    with here.scope():
        with there.scope():
            assert both() == ([("elsewhere",)], [there.partnership.pk])
        assert both() == mine
        with pytest.raises(IntegrityError), there.scope():
            raw("INSERT INTO partnerships_closureday (partnership_id, day) VALUES (%s, NULL)", [there.partnership.pk])
        assert both() == mine
        with pytest.raises(ScopeError), partnership_scope(there.partnership.pk):
            school.save()
        assert both() == mine


def test_what_sees_past_the_wall_tells_ids_of_partnerships_alone(here: Filled, there: Filled) -> None:
    late = TUESDAY + days(60)
    told = {}
    for function in DEFINERS:
        name, takes = function.removesuffix(")").split("(")
        told[name] = {row for (row,) in raw(f"SELECT {name}({'%s' if takes else ''})", [late] if takes else [])}
    assert told == {
        "partnerships_with_timescales_due": {here.partnership.pk, there.partnership.pk},
        "partnerships_without_turns": set(),
        "partnerships_with_entries_set_aside": {here.partnership.pk, there.partnership.pk},
        "partnerships_with_messages_to_send": set(),  # in training mode nothing waits to be sent
        "partnerships_with_entries_to_announce": set(),
        "partnerships_with_entries_to_count": set(),
        "partnerships_with_webhooks_to_send": set(),  # nor to other systems
        "partnerships_with_notices_held": set(),  # nobody there wishes for a morning's e-mail
        "partnerships_with_files_to_scan": {here.partnership.pk, there.partnership.pk},
        "partnerships_with_markers_to_write": {here.partnership.pk},  # the first shares with itself, the other with it
    }


def test_every_model_has_its_table_in_this_test() -> None:
    assert {m._meta.db_table for m in apps.get_models() if issubclass(m, ScopedModel)} == set(scoped_tables())
