"""What concerns another partnership too: what the task that marks it there may learn of it, and nothing else.

The record is its owner's. A task in the other partnership's scope asks a function which sees past the wall, and which
returns for the partnership in scope alone: the owner's id, the reference, the state and two days. Of disagreements the
function's own role can see those that were shared, in these columns; no other row."""

from django.db import migrations

from partnerships.walls import TIMEKEEPER, TimekeeperMayRead

SHARED_ROWS_ALONE = f"""
GRANT SELECT (id, partnership_id, reference, state, raised_at, ended_at) ON escalation_disagreement TO {TIMEKEEPER};
CREATE POLICY timekeeper ON escalation_disagreement FOR SELECT TO {TIMEKEEPER}
    USING (id IN (SELECT disagreement_id FROM escalation_sharedacross));
"""
TAKEN_AWAY = f"""
DROP POLICY timekeeper ON escalation_disagreement;
REVOKE SELECT (id, partnership_id, reference, state, raised_at, ended_at) ON escalation_disagreement FROM {TIMEKEEPER};
"""

FUNCTIONS = f"""
CREATE FUNCTION shared_with_the_partnership_in_scope()
RETURNS TABLE (owner_id bigint, reference varchar, state varchar, raised_on date, ended_on date)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT d.partnership_id, d.reference, d.state, (d.raised_at AT TIME ZONE 'Europe/London')::date,
        (d.ended_at AT TIME ZONE 'Europe/London')::date
    FROM escalation_sharedacross s JOIN escalation_disagreement d ON d.id = s.disagreement_id
    WHERE s.other_id = nullif(current_setting('app.partnership_id', true), '')::bigint
$$;
CREATE FUNCTION partnerships_with_markers_to_write() RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT DISTINCT s.other_id
    FROM escalation_sharedacross s JOIN escalation_disagreement d ON d.id = s.disagreement_id
    LEFT JOIN escalation_elsewheremarker m
        ON m.partnership_id = s.other_id AND m.owner_id = d.partnership_id AND m.reference = d.reference
    WHERE m.reference IS NULL OR m.state <> d.state
        OR m.ended_on IS DISTINCT FROM (d.ended_at AT TIME ZONE 'Europe/London')::date
$$;
REVOKE ALL ON FUNCTION shared_with_the_partnership_in_scope() FROM PUBLIC;
REVOKE ALL ON FUNCTION partnerships_with_markers_to_write() FROM PUBLIC;
GRANT CREATE ON SCHEMA public TO {TIMEKEEPER};
ALTER FUNCTION shared_with_the_partnership_in_scope() OWNER TO {TIMEKEEPER};
ALTER FUNCTION partnerships_with_markers_to_write() OWNER TO {TIMEKEEPER};
REVOKE CREATE ON SCHEMA public FROM {TIMEKEEPER};
"""
GONE = "DROP FUNCTION partnerships_with_markers_to_write(); DROP FUNCTION shared_with_the_partnership_in_scope()"


class Migration(migrations.Migration):
    dependencies = [("escalation", "0009_record")]

    operations = [
        TimekeeperMayRead("escalation_sharedacross", "disagreement_id", "other_id"),
        TimekeeperMayRead("escalation_elsewheremarker", "partnership_id", "owner_id", "reference", "state", "ended_on"),
        migrations.RunSQL(SHARED_ROWS_ALONE, TAKEN_AWAY),
        migrations.RunSQL(FUNCTIONS, GONE),
    ]
