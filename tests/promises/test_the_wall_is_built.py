"""The wall between partnerships, as the database's own catalogue shows it: no table, key, role or function without it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models

from partnerships.scope import ScopedModel, ScopedQuerySet
from partnerships.walls import DELETE_REHEARSAL, DESTROY_RECORD, ERASER, IN_SCOPE, OWN_ROW, TIMEKEEPER, UNDO_TAKING_IN

from .database import raw, scoped_tables

pytestmark = pytest.mark.django_db
ROOT = Path(settings.BASE_DIR)
APP, OWNER = "esc_app", "esc_owner"

# Tables that belong to no partnership, and why that is right.
UNSCOPED_MODELS = {
    "partnerships.Partnership": "its name and address must be known before anybody signs in",
    "partnerships.User": "police and health staff serve several partnerships with one sign-in",
    "partnerships.SharedDefinition": "rules offered to every partnership, without contacts, agencies or names; a trigger"
    " lets the sharer alone write it",
    "partnerships.BankHoliday": "the nation's public list, the same for everybody",
    "escalation.ChainEndPublished": "that the ends of all chains were published on a day; of no partnership",
    "notifications.ReportsMailbox": "the installation's mailbox of what came back: whose it was is known only when it was read",
    "accounts.AccountMail": "a sign-in code is for a person, before it is known which partnership they want",
    "accounts.SignOn": "offered to who comes before it is known who they are; its secret is not in it",
    "account.EmailAddress": "allauth's: of a person, as above",
    "account.EmailConfirmation": "allauth's: of a person, as above",
    "mfa.Authenticator": "allauth's: a person's second factor, one for all their partnerships",
    "socialaccount.SocialAccount": "allauth's: of a person, as above",
    "socialaccount.SocialApp": "allauth's, and empty: single sign-ons are accounts.SignOn",
    "socialaccount.SocialToken": "allauth's, and empty: no token of another system is kept",
    "usersessions.UserSession": "allauth's: where a person is signed in, so that they can end it",
    "auth.Permission": "Django's own list of its models; nothing is decided by it",
    "auth.Group": "Django's own, and empty: roles are memberships",
    "contenttypes.ContentType": "Django's own list of its models",
    "operations.Heartbeat": "when a process last did its work; whoever watches processes is in no partnership",
    "operations.Alarm": "of what the operators were told; of no partnership",
    "sessions.Session": "a person's sign-in, before a partnership is chosen",
}
UNSCOPED_TABLES_WITHOUT_MODEL = {
    "auth_group_permissions": "Django's own, and empty",
    "cache_entry": "rate limits of signing in, by address",
    "django_migrations": "what has been migrated",
}
# The only columns that the timekeeper may read of every partnership: ids, states and instants. No word, no name.
TIMEKEEPER_READS = {
    ("escalation_attachment", "partnership_id"), ("escalation_attachment", "state"),
    ("escalation_chronologyentry", "partnership_id"), ("escalation_chronologyentry", "seq"),
    ("escalation_deadline", "due_at"), ("escalation_deadline", "near_at"), ("escalation_deadline", "partnership_id"),
    ("escalation_deadline", "passed_noted_at"), ("escalation_deadline", "paused_at"), ("escalation_deadline", "stopped_at"),
    *(("escalation_disagreement", name) for name in ("id", "partnership_id", "reference", "state", "raised_at", "ended_at")),
    ("escalation_disagreement", "turn"),
    ("escalation_disagreement", "destroyed_at"),
    *(("escalation_elsewheremarker", name) for name in ("partnership_id", "owner_id", "reference", "state", "ended_on")),
    ("escalation_sharedacross", "disagreement_id"), ("escalation_sharedacross", "other_id"),
    *(("insight_countingcursor", name) for name in ("partnership_id", "seq", "building")),
    *(("insight_comparisonagreement", name) for name in ("partnership_id", "other_id", "ended_at")),
    *(("insight_comparisoncount", name) for name in ("partnership_id", "year", "kind", "shown")),
    ("notifications_announcecursor", "partnership_id"), ("notifications_announcecursor", "seq"),
    ("notifications_message", "next_attempt_at"), ("notifications_message", "partnership_id"),
    ("notifications_message", "state"), ("notifications_message", "message_id"),
    *(("notifications_notice", name) for name in ("partnership_id", "message_id", "held_until")),
    *(("notifications_webhookdelivery", name) for name in ("partnership_id", "state", "next_attempt_at")),
    ("notifications_setaside", "partnership_id"), ("notifications_setaside", "retry_at"),
    ("partnerships_partnership", "clock_ahead"), ("partnerships_partnership", "id"),
    # What those who run the product count and how old it is (operations/migrations/0001_initial.py): instants and kinds.
    ("escalation_attachment", "added_at"), ("escalation_chronologyentry", "at"),
    *(("notifications_message", name) for name in ("created_at", "wrong", "dealt")),
    ("notifications_webhookdelivery", "happened_at"),
    *(("notifications_webhookendpoint", name) for name in ("partnership_id", "failing_since", "switched_off_at", "ended_at")),
}  # fmt: skip
# Of disagreements it sees those alone that were shared with another partnership.
SHARED_ALONE = "id in select escalation_sharedacross.disagreement_id from escalation_sharedacross"
# The one that tells more than ids: what another partnership shares with the one in scope (tests/across/).
MARKERS = "shared_with_the_partnership_in_scope()"
# And another: numbers of those who agreed to show them to the one in scope (tests/walls/test_comparing.py).
COMPARED = "compared_with_the_partnership_in_scope()"
# And one more: for whoever runs the product, how much waits in each partnership and since when (tests/operations/).
WAITS = "what_waits_in_partnerships(timestamp with time zone)"
# The id of the one partnership in whose scope a message lies, for whoever knows its Message-ID (tests/notifications/).
WHOSE_MESSAGE = "partnership_of_message(text)"
DEFINERS = {
    "partnerships_with_entries_set_aside(timestamp with time zone)",
    "partnerships_with_entries_to_announce()",
    "partnerships_with_entries_to_count()",
    "partnerships_with_files_to_scan()",
    "partnerships_without_turns()",
    "partnerships_with_markers_to_write()",
    "partnerships_with_messages_to_send(timestamp with time zone)",
    "partnerships_with_notices_held(timestamp with time zone)",
    "partnerships_with_timescales_due(timestamp with time zone)",
    "partnerships_with_webhooks_to_send(timestamp with time zone)",
}


def scoped_models() -> list[type[ScopedModel]]:
    return [model for model in apps.get_models(include_auto_created=True) if issubclass(model, ScopedModel)]


def inner_keys() -> list[tuple[type[ScopedModel], models.ForeignKey]]:
    """Every key from a partnership's row to another row of a partnership."""
    return [
        (model, field)
        for model in scoped_models()
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey) and issubclass(field.related_model, ScopedModel)
    ]


def test_every_model_is_a_partnerships_or_has_a_reason_not_to_be() -> None:
    others = {model._meta.label for model in apps.get_models(include_auto_created=True)} - {
        model._meta.label for model in scoped_models()
    }
    # Tables that Django makes by itself for many-to-many fields cannot carry the partnership: none of ours is one.
    assert others - {"auth.Group_permissions"} == set(UNSCOPED_MODELS)


def test_every_model_of_a_partnership_is_read_through_the_scope_alone() -> None:
    for model in scoped_models():
        assert isinstance(model._default_manager.get_queryset(), ScopedQuerySet), model
        assert [manager.name for manager in model._meta.managers] == ["objects"], model


def test_every_table_is_behind_the_wall_or_on_the_list() -> None:
    every = {name for (name,) in raw("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")}
    listed = {apps.get_model(label)._meta.db_table for label in UNSCOPED_MODELS} | set(UNSCOPED_TABLES_WITHOUT_MODEL)
    assert every - listed == set(scoped_tables()) == {model._meta.db_table for model in scoped_models()}
    assert raw("SELECT relname FROM pg_class WHERE relkind IN ('v', 'm', 'f') AND relnamespace = 'public'::regnamespace") == []


def test_row_security_is_on_and_forced_on_every_table_of_a_partnership() -> None:
    shown = raw("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity ORDER BY 1")
    assert [name for (name,) in shown] == scoped_tables()


def _plain(condition: str | None) -> str:
    """A policy's condition without the casts, brackets and line breaks that PostgreSQL adds."""
    return re.sub(r"::\w+|[()\s]", "", condition or "").lower()


def test_the_policies_are_these_and_no_other() -> None:
    inside, own_row = _plain(IN_SCOPE), _plain(OWN_ROW)
    expected = set()
    for table in scoped_tables():
        reading = f"{inside}or{own_row}" if table == "partnerships_membership" else inside
        expected |= {
            (table, "in_scope_read", "{public}", "SELECT", reading, ""),
            (table, "in_scope_insert", "{public}", "INSERT", "", inside),
            (table, "in_scope_update", "{public}", "UPDATE", inside, inside),
        }
        if table == "escalation_disagreement":
            expected.add((table, "drafts_alone_go", "{public}", "DELETE", f"{inside}andstate='draft'", ""))
            rehearsed = f"{inside}andis_a_rehearsalpartnership_id"
            expected.add((table, "rehearsals_go", f"{{{OWNER}}}", "DELETE", rehearsed, ""))
            no_turn = "turnisnullandstate<>'draft'anddestroyed_atisnull"
            expected.add((table, "timekeeper_turns", f"{{{TIMEKEEPER}}}", "SELECT", no_turn, ""))
            removed = f"{inside}andis_being_removedpartnership_id"
            expected.add((table, "a_removed_partnership_goes", f"{{{OWNER}}}", "DELETE", removed, ""))
        else:
            expected.add((table, "in_scope_delete", "{public}", "DELETE", inside, ""))
        if table in {name for name, _ in TIMEKEEPER_READS}:
            seen = _plain(SHARED_ALONE) if table == "escalation_disagreement" else "true"
            expected.add((table, "timekeeper", f"{{{TIMEKEEPER}}}", "SELECT", seen, ""))
    found = raw("SELECT tablename, policyname, roles::text, cmd, qual, with_check FROM pg_policies")
    assert {(*which, _plain(qual), _plain(check)) for *which, qual, check in found} == expected
    assert raw("SELECT DISTINCT permissive FROM pg_policies") == [("PERMISSIVE",)]


def test_every_key_inside_a_partnership_carries_the_partnership() -> None:
    expected = {
        (model._meta.db_table, ("partnership_id", field.column), field.related_model._meta.db_table)
        for model, field in inner_keys()
    }
    found = raw(
        "SELECT c.conrelid::regclass::text, (SELECT array_agg(a.attname::text ORDER BY k.place) FROM unnest(c.conkey)"
        " WITH ORDINALITY AS k(number, place) JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.number),"
        " c.confrelid::regclass::text, c.condeferrable, c.convalidated FROM pg_constraint c"
        " WHERE c.contype = 'f' AND c.connamespace = 'public'::regnamespace"
    )
    scoped = set(scoped_tables())
    inner = [(table, tuple(columns), target, *how) for table, columns, target, *how in found if target in scoped]
    # Each once, and no single-column key beside it. None can be put off to COMMIT, when the page has been made already.
    assert len(inner) == len(expected)
    assert {(table, columns, target) for table, columns, target, *_ in inner} == expected
    assert {tuple(how) for _, _, _, *how in inner} == {(False, True)}


def test_every_table_of_a_partnership_has_the_pair_that_such_keys_refer_to() -> None:
    pairs = raw(
        "SELECT conrelid::regclass::text FROM pg_constraint WHERE contype = 'u' AND conname ="
        " conrelid::regclass::text || '_same_partnership' AND pg_get_constraintdef(oid) = 'UNIQUE (partnership_id, id)'"
        " ORDER BY 1"
    )
    assert [table for (table,) in pairs] == scoped_tables()


def test_the_application_has_rows_and_nothing_else() -> None:
    assert raw(
        "SELECT rolname, rolsuper, rolbypassrls, rolcreatedb, rolcreaterole, rolreplication FROM pg_roles"
        " WHERE rolname = current_user"
    ) == [(APP, False, False, False, False, False)]
    assert raw("SELECT 1 FROM pg_auth_members WHERE member = current_user::regrole") == []
    assert raw("SELECT has_schema_privilege('public', 'CREATE'), has_database_privilege(current_database(), 'CREATE')") == [
        (False, False)
    ]
    assert raw("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'") == [(OWNER,)]
    kept = raw(
        "SELECT table_name, string_agg(privilege_type::text, ' ' ORDER BY privilege_type::text) FROM"
        " information_schema.table_privileges WHERE grantee = current_user GROUP BY 1"
    )
    usual = "DELETE INSERT SELECT UPDATE"
    assert {table: rights for table, rights in kept if rights != usual} == {
        "django_migrations": "SELECT",
        "escalation_chainendpublished": "INSERT SELECT",
        "escalation_chronologyentry": "INSERT SELECT",
        "escalation_chronologywords": "INSERT SELECT",
        "escalation_reading": "INSERT SELECT",
        "learning_itementry": "INSERT SELECT",
        "meetings_issued": "INSERT SELECT",
        "partnerships_administrationentry": "INSERT SELECT",
        "records_destructioncertificate": "INSERT SELECT",
    }


def test_the_helpers_cannot_sign_in_and_read_only_what_they_must() -> None:
    assert raw(
        "SELECT rolname, rolcanlogin, rolsuper, rolbypassrls FROM pg_roles WHERE rolname IN (%s, %s) ORDER BY 1",
        [ERASER, TIMEKEEPER],
    ) == [(ERASER, False, False, False), (TIMEKEEPER, False, False, False)]
    reads = raw(
        "SELECT table_name, column_name, privilege_type FROM information_schema.column_privileges WHERE grantee = %s",
        [TIMEKEEPER],
        login="owner",
    )
    assert {(table, column) for table, column, _ in reads} == TIMEKEEPER_READS
    assert {right for *_, right in reads} == {"SELECT"}
    # A mere member does not see with their eyes: the owner would otherwise read every partnership.
    assert raw("SELECT pg_has_role(%s, %s, 'USAGE')", [OWNER, TIMEKEEPER]) == [(False,)]
    assert raw("SELECT has_schema_privilege(%s, 'public', 'CREATE')", [TIMEKEEPER]) == [(False,)]


def test_the_functions_that_see_past_the_wall_return_ids_and_nothing_else() -> None:
    found = raw(
        "SELECT oid::regprocedure::text, proowner::regrole::text, proretset, prorettype::regtype::text, proconfig::text,"
        " provolatile::text, (SELECT array_agg(DISTINCT a.grantee::regrole::text ORDER BY a.grantee::regrole::text)"
        " FROM aclexplode(proacl) a) FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace"
    )
    # Beside them one, which is the owner's and tells nothing: what it deletes, and what not, is in tests/rehearsal_walk/.
    # And two of the eraser's, who sees no more than the scope does: what they destroy, and what not, is in tests/records/ and
    # tests/pages/test_taking_in.py.
    others = {MARKERS, COMPARED, WAITS, WHOSE_MESSAGE, DELETE_REHEARSAL, DESTROY_RECORD, UNDO_TAKING_IN}
    assert {name for name, *_ in found} == DEFINERS | others
    assert {tuple(map(str, rest)) for name, *rest in found if name in DEFINERS | {WHOSE_MESSAGE}} == {
        (TIMEKEEPER, "True", "bigint", '{"search_path=public, pg_temp"}', "s", str([APP, TIMEKEEPER]))
    }
    assert {tuple(map(str, rest)) for name, *rest in found if name in (MARKERS, COMPARED, WAITS)} == {
        (TIMEKEEPER, "True", "record", '{"search_path=public, pg_temp"}', "s", str([APP, TIMEKEEPER]))
    }
    assert {tuple(map(str, rest)) for name, *rest in found if name in (DESTROY_RECORD, UNDO_TAKING_IN)} == {
        (ERASER, "False", "bigint", '{"search_path=public, pg_temp"}', "v", str([APP, ERASER]))
    }


def test_no_migration_needs_a_superuser() -> None:
    """CREATE EXTENSION would: the owner is a plain login wherever the product runs."""
    needing = re.compile(r"create\s+extension|CreateExtension|\w+Extension\(|superuser", re.IGNORECASE)
    migrations = [path for path in ROOT.glob("*/migrations/*.py") if needing.search(path.read_text())]
    assert migrations == []
