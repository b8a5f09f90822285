"""Migration operations that build the wall between partnerships: forced row security and keys that carry the partnership.

Holds SQL only; must not import models."""

from django.db import migrations

IN_SCOPE = "partnership_id = nullif(current_setting('app.partnership_id', true), '')::bigint"
OWN_ROW = "user_id = nullif(current_setting('app.user_id', true), '')::bigint"
TIMEKEEPER = "esc_timekeeper"
ERASER = "esc_eraser"
# The owner's one definer function: it deletes a rehearsal, and looks for itself whether it is one (rehearsal/migrations).
DELETE_REHEARSAL = "delete_rehearsal(bigint)"
# The eraser's: it destroys what was written about one disagreement, and looks for itself whether it may (records/migrations).
DESTROY_RECORD = "destroy_record(bigint)"
# The eraser's too: it takes away what was taken in from an old tracker, where nothing else has happened (escalation/migrations).
UNDO_TAKING_IN = "undo_taking_in(bigint)"


class RowSecurity(migrations.RunSQL):
    """Fail-closed row security on a table, and the unique pair that same-partnership keys refer to.

    Without a scope nothing is visible and nothing can be written, to the tables' owner as well (FORCE).
    `or_own` also lets a person see their own rows (memberships, before a partnership is chosen); it never lets them write.
    """

    def __init__(self, table: str, *, or_own: bool = False) -> None:
        reading = f"{IN_SCOPE} OR {OWN_ROW}" if or_own else IN_SCOPE
        super().__init__(
            f"""ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
            ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
            CREATE POLICY in_scope_read ON {table} FOR SELECT USING ({reading});
            CREATE POLICY in_scope_insert ON {table} FOR INSERT WITH CHECK ({IN_SCOPE});
            CREATE POLICY in_scope_update ON {table} FOR UPDATE USING ({IN_SCOPE}) WITH CHECK ({IN_SCOPE});
            CREATE POLICY in_scope_delete ON {table} FOR DELETE USING ({IN_SCOPE});
            ALTER TABLE {table} ADD CONSTRAINT {table}_same_partnership UNIQUE (partnership_id, id);""",
            f"""ALTER TABLE {table} DROP CONSTRAINT {table}_same_partnership;
            DROP POLICY in_scope_read ON {table}; DROP POLICY in_scope_insert ON {table};
            DROP POLICY in_scope_update ON {table}; DROP POLICY in_scope_delete ON {table};
            ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY; ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;""",
        )


class SamePartnershipKey(migrations.RunSQL):
    """A foreign key that cannot point at another partnership's row. Not deferrable: a deferred one would fail at COMMIT,
    after the page has been made."""

    def __init__(self, table: str, column: str, target: str) -> None:
        name = f"{table}_{column}_wall"
        super().__init__(
            f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY (partnership_id, {column}) "
            f"REFERENCES {target} (partnership_id, id)",
            f"ALTER TABLE {table} DROP CONSTRAINT {name}",
        )


class TimekeeperMayRead(migrations.RunSQL):
    """Let the definer functions' role read these columns of every partnership's rows, and nothing else."""

    def __init__(self, table: str, *columns: str) -> None:
        read = f"GRANT SELECT ({', '.join(columns)}) ON {table} TO {TIMEKEEPER}"
        see = f"CREATE POLICY timekeeper ON {table} FOR SELECT TO {TIMEKEEPER} USING (true)"
        take_away = f"DROP POLICY timekeeper ON {table}; REVOKE SELECT ON {table} FROM {TIMEKEEPER}"  # noqa: S608  (names of ours)
        super().__init__(f"{read}; {see};", take_away)
