"""Forced row security and tenant-carrying keys for notices; which partnerships have something to announce or send."""

from django.db import migrations

from partnerships.walls import TIMEKEEPER, RowSecurity, SamePartnershipKey, TimekeeperMayRead

WORK = f"""
CREATE FUNCTION partnerships_with_entries_to_announce() RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT p.id FROM partnerships_partnership p
        LEFT JOIN notifications_announcecursor c ON c.partnership_id = p.id
        WHERE EXISTS (SELECT 1 FROM escalation_chronologyentry e WHERE e.partnership_id = p.id AND e.seq > coalesce(c.seq, 0))
$$;
CREATE FUNCTION partnerships_with_messages_to_send(moment timestamptz) RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT DISTINCT partnership_id FROM notifications_message
        WHERE state IN ('waiting', 'sending') AND next_attempt_at <= moment
$$;
REVOKE ALL ON FUNCTION partnerships_with_entries_to_announce() FROM PUBLIC;
REVOKE ALL ON FUNCTION partnerships_with_messages_to_send(timestamptz) FROM PUBLIC;
GRANT SELECT (id) ON partnerships_partnership TO {TIMEKEEPER};
GRANT CREATE ON SCHEMA public TO {TIMEKEEPER};
ALTER FUNCTION partnerships_with_entries_to_announce() OWNER TO {TIMEKEEPER};
ALTER FUNCTION partnerships_with_messages_to_send(timestamptz) OWNER TO {TIMEKEEPER};
REVOKE CREATE ON SCHEMA public FROM {TIMEKEEPER};
"""
UNDO = """
DROP FUNCTION partnerships_with_entries_to_announce(); DROP FUNCTION partnerships_with_messages_to_send(timestamptz);
"""


class Migration(migrations.Migration):
    dependencies = [("notifications", "0001_initial"), ("escalation", "0002_walls")]

    operations = [
        RowSecurity("notifications_announcecursor"),
        RowSecurity("notifications_message"),
        RowSecurity("notifications_notice"),
        SamePartnershipKey("notifications_notice", "entry_id", "escalation_chronologyentry"),
        SamePartnershipKey("notifications_notice", "disagreement_id", "escalation_disagreement"),
        SamePartnershipKey("notifications_notice", "message_id", "notifications_message"),
        TimekeeperMayRead("notifications_announcecursor", "partnership_id", "seq"),
        TimekeeperMayRead("notifications_message", "partnership_id", "state", "next_attempt_at"),
        TimekeeperMayRead("escalation_chronologyentry", "partnership_id", "seq"),
        migrations.RunSQL(WORK, UNDO),
    ]
