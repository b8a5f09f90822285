"""What a release may do to the tables while the release before it still runs on them (docs/operations/upgrade.md)."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command

from tests.promises.database import raw

from . import before

pytestmark = pytest.mark.django_db

SQUAWK = Path(sys.executable).parent / "squawk"
# Of taste, or what deploy/migrate.sh sets for every statement of every migration.
NOT_OURS = (
    "prefer-text-field", "prefer-bigint-over-int", "prefer-bigint-over-smallint", "prefer-identity", "prefer-robust-stmts",
    "prefer-timestamp-tz", "require-lock-timeout", "require-statement-timeout", "transaction-nesting", "ban-char-field",
    "require-enum-value-ordering", "ban-uncommitted-transaction", "adding-field-with-default",
)  # fmt: skip
NAMES = re.compile(
    r"\s*(?:ALTER TABLE(?: IF EXISTS)?(?: ONLY)?|DROP TABLE(?: IF EXISTS)?"
    r"|CREATE (?:UNIQUE )?INDEX(?: CONCURRENTLY)?(?: IF NOT EXISTS)? \S+ ON) \"?(\w+)\"?",
    re.IGNORECASE,
)
# What the linter says without knowing what PostgreSQL knows, and why it takes no time all the same.
ALL_THE_SAME = {
    ("notifications.0007_returned", "notifications_message", "adding-foreign-key-constraint"): "the column is new and empty: "
    "a key that comes with such a column is not checked against the rows",
}


def statements(sql: str) -> list[str]:
    """One SQL statement after another; a function's body is one word of its statement."""
    return [part for part in re.split(r";\s*(?=(?:[^$]*\$\$[^$]*\$\$)*[^$]*$)", sql) if part.strip()]


def findings(sql: str) -> list[tuple[str, str]]:
    """What the linter says of each statement that touches a table of the release before: (table, rule)."""
    there, found = before.columns(), []
    for statement in statements(sql):
        named = NAMES.match("\n".join(line for line in statement.splitlines() if not line.startswith("--")))
        if named is None or named.group(1) not in there:
            continue
        argv = [
            str(SQUAWK),
            "--reporter",
            "json",
            "--pg-version",
            "15",
            "--exclude",
            ",".join(NOT_OURS),
            "--stdin-filepath",
            "a.sql",
        ]
        done = subprocess.run(argv, input=statement + ";\n", capture_output=True, text=True, check=False)
        found += [(named.group(1), one["rule_name"]) for one in json.loads(done.stdout or "[]")]
    return found


@pytest.mark.django_db(transaction=True)  # an index that is made concurrently is made in no transaction
def test_no_migration_since_the_release_before_holds_a_table_of_it_for_long() -> None:
    said = {}
    for app, name in before.migrations_since():
        out = io.StringIO()
        call_command("sqlmigrate", app, name, database="owner", stdout=out, no_color=True)
        said |= {(f"{app}.{name}", *one): True for one in findings(out.getvalue())}
    assert [one for one in said if one not in ALL_THE_SAME] == []
    assert set(ALL_THE_SAME) <= set(said)


def test_the_linter_finds_what_would_hold_a_table() -> None:
    """The check itself, on what a careless migration would do."""
    careless = """BEGIN;
    ALTER TABLE "escalation_disagreement" ADD COLUMN "x" integer NOT NULL;
    CREATE INDEX "i" ON "escalation_disagreement" ("state");
    ALTER TABLE escalation_party ADD CONSTRAINT c CHECK (name <> '');
    ALTER TABLE "escalation_disagreement" DROP COLUMN "category";
    ALTER TABLE "escalation_deadline" RENAME COLUMN "label" TO "words";
    ALTER TABLE "escalation_deadline" ALTER COLUMN "label" TYPE text;
    CREATE TABLE "brand_new" ("id" bigint); CREATE INDEX "k" ON "brand_new" ("id");
    COMMIT;"""
    assert findings(careless) == [
        ("escalation_disagreement", "adding-required-field"),
        ("escalation_disagreement", "require-concurrent-index-creation"),
        ("escalation_party", "constraint-missing-not-valid"),
        ("escalation_disagreement", "ban-drop-column"),
        ("escalation_deadline", "renaming-column"),
        ("escalation_deadline", "changing-column-type"),
    ]


def test_what_the_release_before_reads_and_writes_is_still_there() -> None:
    """Every column that its code names, and nothing new that its INSERT would have to fill."""
    stands: dict[str, dict[str, tuple[str, str | None]]] = {}
    told = "SELECT table_name, column_name, is_nullable, column_default, is_identity FROM information_schema.columns"
    for table, column, nullable, default, identity in raw(f"{told} WHERE table_schema = 'public'", login="owner"):
        filled = default is not None or identity == "YES" or nullable == "YES"
        stands.setdefault(table, {})[column] = ("filled" if filled else "asked", default)
    gone = {(table, column) for table, held in before.columns().items() for column in held if column not in stands.get(table, {})}
    asked = {
        (table, column)
        for table, held in before.columns().items()
        for column, (how, _) in stands.get(table, {}).items()
        if column not in held and how == "asked"
    }
    assert (gone, asked) == (set(), set())
