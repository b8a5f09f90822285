"""Which partnerships have files that wait to be scanned: ids only."""

from django.db import migrations

from partnerships.walls import TIMEKEEPER, TimekeeperMayRead

WAITING = f"""
CREATE FUNCTION partnerships_with_files_to_scan() RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT DISTINCT partnership_id FROM escalation_attachment WHERE state = 'waiting'
$$;
REVOKE ALL ON FUNCTION partnerships_with_files_to_scan() FROM PUBLIC;
GRANT CREATE ON SCHEMA public TO {TIMEKEEPER};
ALTER FUNCTION partnerships_with_files_to_scan() OWNER TO {TIMEKEEPER};
REVOKE CREATE ON SCHEMA public FROM {TIMEKEEPER};
"""


class Migration(migrations.Migration):
    dependencies = [("escalation", "0010_across")]

    operations = [
        TimekeeperMayRead("escalation_attachment", "partnership_id", "state"),
        migrations.RunSQL(WAITING, "DROP FUNCTION partnerships_with_files_to_scan()"),
    ]
