"""A rehearsal goes whole, in one step, although its chronology is only added to; nothing that is real can go that way."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from escalation import services
from escalation.models import Disagreement
from notifications.services import announce
from partnerships import services as partnership_services
from partnerships.models import Partnership, User
from partnerships.scope import partnership_scope
from partnerships.services import draft_protocol
from partnerships.walls import DELETE_REHEARSAL
from rehearsal import walking
from tests.journeys.visitor import Visitor
from tests.promises.database import as_owner, at_once, raw, scoped_tables
from tests.promises.full_world import fill
from tests.world import World, shipped_protocol

from .conftest import WALK, Rehearsed, raised_in

pytestmark = pytest.mark.django_db


class Invented(World):
    """A rehearsal with a row in every table, made by the same services as everybody's."""

    def __init__(self, real: World) -> None:
        self.rehearsal = Partnership.objects.create(
            slug="rehearsed", name="Rehearsal", reference_prefix="RRR", rehearsal_of=real.partnership
        )
        super().__init__("rehearsed", shipped_protocol("enfield"))

    def person(self, name: str, role: str, agency: str | None = None, *, protocol_role: str = "") -> User:
        email = f"{name}@{self.slug}.example"
        if not User.objects.filter(email=email).exists():
            User.objects.create_user(email, name=name, is_active=False, rehearses=self.rehearsal)
        return super().person(name, role, agency, protocol_role=protocol_role)


@pytest.fixture
def slipped_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """The product makes no token in a rehearsal; its table is tried all the same."""

    def issue(user: User, *, name: str, **_: Any) -> None:
        raw(
            "INSERT INTO partnerships_apitoken (partnership_id, user_id, name, digest, scopes, created_at, expires_at)"
            " VALUES (current_setting('app.partnership_id')::bigint, %s, %s, md5(random()::text), '[]', now(), now())",
            [user.pk, name],
        )

    monkeypatch.setattr(partnership_services, "issue_token", issue)


def counts(partnership_id: int) -> dict[str, tuple[int, str]]:
    with partnership_scope(partnership_id):
        return {
            table: raw(f"SELECT count(*), md5(coalesce(string_agg(t::text, '|' ORDER BY id), '')) FROM {table} t")[0]  # type: ignore[misc]
            for table in scoped_tables()
        }


def unscoped() -> dict[str, list[tuple[Any, ...]]]:
    tables = ("partnerships_partnership", "partnerships_user", "partnerships_bankholiday", "partnerships_shareddefinition")
    return {table: raw(f"SELECT t::text FROM {table} t ORDER BY id") for table in tables}


def chains() -> str:
    """What the verification says of every partnership; it raises where one does not verify."""
    out = StringIO()
    call_command("verify_chronology", stdout=out)
    return out.getvalue()


@pytest.mark.django_db(transaction=True)
def test_every_row_of_it_goes_and_no_other_is_touched(transactional_db: None, slipped_in: None) -> None:
    enfield, havering = World("enfield"), World("havering")
    fill(enfield)
    havering.raised()
    before = unscoped(), counts(enfield.partnership.pk), counts(havering.partnership.pk), chains()
    invented = Invented(enfield)
    fill(invented)
    number = invented.partnership.pk
    # Or what follows would prove nothing about the empty ones: a new table must be filled in full_world.py.
    assert [table for table, (rows, _) in counts(number).items() if not rows] == []
    walking.delete(invented.partnership)
    assert {rows for rows, _ in counts(number).values()} == {0}
    assert (unscoped(), counts(enfield.partnership.pk), counts(havering.partnership.pk), chains()) == before


def test_one_that_has_been_walked_goes_with_its_people(rehearsed: Rehearsed) -> None:
    people, number = User.objects.filter(rehearses=rehearsed.partnership), rehearsed.partnership.pk
    everybody = User.objects.count() - people.count()
    assert people.count() > 20
    walking.delete(rehearsed.partnership)
    assert (User.objects.filter(email__contains=rehearsed.slug).count(), User.objects.count()) == (0, everybody)
    assert not Partnership.objects.filter(pk=number).exists()


@pytest.mark.django_db(transaction=True)
def test_it_goes_while_the_workers_are_at_it(transactional_db: None) -> None:
    """Whoever comes too late finds nothing, or is told by the database that there is nothing to refer to any more."""
    rehearsed = Rehearsed(World("barnsley"))
    number = rehearsed.partnership.pk
    for _ in range(3):
        raised_in(rehearsed)
    at = timezone.now() + timedelta(days=30)
    outcomes = at_once(
        [
            lambda: walking.delete(rehearsed.partnership),
            lambda: services.note_timescales(number, at=at),
            lambda: announce(number, at=at),
            lambda: services.note_timescales(number, at=at),
        ]
    )
    assert outcomes[0] is None
    assert {type(outcome) for outcome in outcomes} <= {type(None), int, IntegrityError, Partnership.DoesNotExist}
    assert {rows for rows, _ in counts(number).values()} == {0}
    assert not Partnership.objects.filter(pk=number).exists()


def test_deleting_it_twice_is_refused_the_second_time(rehearsed: Rehearsed) -> None:
    walking.delete(rehearsed.partnership)
    with pytest.raises(DatabaseError, match="Only a rehearsal can be deleted"):
        walking.delete(rehearsed.partnership)


# ---------------------------------------------------------------- what cannot be deleted
def asked_to_delete(number: int) -> None:
    """By the application's own login, as raw SQL."""
    with transaction.atomic():
        raw(f"SELECT {DELETE_REHEARSAL.partition('(')[0]}(%s)", [number])


def test_a_real_partnership_is_refused(barnsley: World) -> None:
    barnsley.raised()
    before = counts(barnsley.partnership.pk)
    for scope in (barnsley.scope(), transaction.atomic()):
        with pytest.raises(DatabaseError, match="Only a rehearsal can be deleted"), scope:
            asked_to_delete(barnsley.partnership.pk)
    with pytest.raises(DatabaseError, match="Only a rehearsal can be deleted"):
        asked_to_delete(2**40)
    assert counts(barnsley.partnership.pk) == before


def test_a_rehearsal_is_deleted_in_its_own_scope_alone(rehearsed: Rehearsed, havering: World) -> None:
    for scope in (transaction.atomic(), havering.scope(), rehearsed.world.scope(), Rehearsed(rehearsed.world).scope()):
        with pytest.raises(DatabaseError, match="in its own scope"), scope:
            asked_to_delete(rehearsed.partnership.pk)
    assert Partnership.objects.filter(pk=rehearsed.partnership.pk).exists()


@pytest.mark.django_db(transaction=True)
def test_a_real_partnership_cannot_be_called_a_rehearsal_first(transactional_db: None) -> None:
    barnsley, havering = World("barnsley"), World("havering")
    call_it_so = "UPDATE partnerships_partnership SET rehearsal_of_id = %s, live_since = NULL WHERE id = %s"
    for login in ("default", "owner"):
        with pytest.raises(DatabaseError, match="made as a rehearsal or never is one"), transaction.atomic(using=login):
            raw(call_it_so, [havering.partnership.pk, barnsley.partnership.pk], login=login)


def test_a_real_person_cannot_be_called_invented_first(rehearsed: Rehearsed) -> None:
    with pytest.raises(DatabaseError, match="invented for a rehearsal or never is"), transaction.atomic():
        raw(
            "UPDATE partnerships_user SET rehearses_id = %s, is_active = false, is_demo = false WHERE id = %s",
            [rehearsed.partnership.pk, rehearsed.world.midwife.pk],
        )


def test_the_application_may_ask_for_it_and_do_none_of_it_itself(rehearsed: Rehearsed) -> None:
    with rehearsed.scope():
        for table in ("escalation_chronologyentry", "escalation_chronologywords"):
            with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
                raw(f"DELETE FROM {table}")
    found = raw(
        "SELECT oid::regprocedure::text, proowner::regrole::text, proconfig::text, prorettype::regtype::text,"
        " (SELECT array_agg(DISTINCT a.grantee::regrole::text ORDER BY a.grantee::regrole::text) FROM aclexplode(proacl) a)"
        " FROM pg_proc WHERE prosecdef AND proowner = 'esc_owner'::regrole AND pronamespace = 'public'::regnamespace"
    )
    assert found == [(DELETE_REHEARSAL, "esc_owner", '{"search_path=public, pg_temp"}', "void", ["esc_app", "esc_owner"])]


@pytest.mark.django_db(transaction=True)
def test_the_triggers_let_nothing_real_go_and_change_nothing_of_a_rehearsal(transactional_db: None) -> None:
    barnsley = World("barnsley")
    rehearsed = Rehearsed(barnsley)
    barnsley.raised()
    with rehearsed.scope():
        published = raw("SELECT count(*) FROM partnerships_protocolversion WHERE status = 'published'")
    assert published == [(1,)]
    for login, table, sentence in (
        ("owner", "escalation_chronologyentry", "only added to"),
        ("owner", "partnerships_protocolversion", "published protocol never changes"),
        ("default", "partnerships_protocolversion", "published protocol never changes"),
    ):
        for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET partnership_id = partnership_id"):
            with transaction.atomic(using=login):
                raw("SELECT set_config('app.partnership_id', %s, true)", [str(barnsley.partnership.pk)], login=login)
                with pytest.raises(DatabaseError, match=sentence), transaction.atomic(using=login):
                    raw(statement, login=login)
    with pytest.raises(DatabaseError, match="published protocol never changes"), rehearsed.scope():
        raw("UPDATE partnerships_protocolversion SET title = 'another'")


@pytest.mark.django_db(transaction=True)
def test_disagreements_of_a_real_partnership_stay_even_where_the_owner_deletes(transactional_db: None) -> None:
    """The owner's own policy lets disagreements of rehearsals go, and no others than drafts elsewhere."""
    barnsley = World("barnsley")
    raised = barnsley.raised()
    as_owner(barnsley.partnership.pk, "DELETE FROM escalation_disagreement")
    with barnsley.scope():
        assert [found.pk for found in Disagreement.objects.all()] == [raised.pk]


# ---------------------------------------------------------------- old ones
def test_those_older_than_thirty_days_are_offered_together(rehearsed: Rehearsed) -> None:
    world, kept = rehearsed.world, Rehearsed(rehearsed.world)
    page = rehearsed.keeper(world.office).opens(WALK)
    page.does_not_see("older than 30 days", "Not needed any more?")
    Partnership.objects.filter(pk=rehearsed.partnership.pk).update(created_at=timezone.now() - timedelta(days=30))
    page.opens(WALK).sees("1 of them is older than 30 days.", "Not needed any more?").presses("Delete the old rehearsal")
    assert page.told == ["1 rehearsal deleted, with everything in it."]
    assert list(Partnership.objects.filter(rehearsal_of=world.partnership)) == [kept.partnership]
    page.does_not_see("older than 30 days")


def test_a_press_with_nothing_old_deletes_nothing(rehearsed: Rehearsed) -> None:
    page = rehearsed.keeper()
    page.opens(WALK)
    page.client.post(WALK)
    assert Partnership.objects.filter(pk=rehearsed.partnership.pk).exists()


def test_there_are_so_many_at_a_time_and_no_more(rehearsed: Rehearsed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walking, "MOST_AT_A_TIME", 1)
    page = rehearsed.keeper().opens(f"{WALK}1/")
    page.sees("It cannot be walked yet", "There are 1 rehearsals already. Delete one that is not used any more.")
    assert page.client.post(f"{WALK}1/").status_code == 409


def test_a_draft_that_cannot_work_is_not_walked_and_says_all_that_is_wrong(barnsley: World) -> None:
    broken = barnsley.protocol.model_copy(update={"stages": barnsley.protocol.stages[:1], "time_limits": ()})
    with barnsley.scope():
        version = draft_protocol(broken)
        reasons = walking.why_not_walk(barnsley.partnership, version)
    assert len(reasons) > 3
    page = Visitor(barnsley.administrator).opens(f"{WALK}2/")
    page.sees("It cannot be walked yet", *(" ".join(reason.split()) for reason in reasons))
    answer = page.client.post(f"{WALK}2/")
    assert (answer.status_code, Partnership.objects.filter(rehearsal_of=barnsley.partnership).count()) == (409, 0)
