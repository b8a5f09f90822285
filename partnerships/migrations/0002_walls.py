"""Forced row security and tenant-carrying keys on every table of a partnership; published protocols never change."""

from django.db import migrations

from partnerships.walls import RowSecurity, SamePartnershipKey

PUBLISHED_NEVER_CHANGES = """
CREATE FUNCTION published_protocol_never_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status = 'published' THEN
        RAISE EXCEPTION 'A published protocol never changes: version % of partnership %', OLD.number, OLD.partnership_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER published_never_changes BEFORE UPDATE OR DELETE ON partnerships_protocolversion
    FOR EACH ROW EXECUTE FUNCTION published_protocol_never_changes();
"""

# The database cache (rate limits of signing in): the web process never talks to Redis.
CACHE_TABLE = """
CREATE TABLE cache_entry (cache_key varchar(255) PRIMARY KEY, value text NOT NULL, expires timestamptz NOT NULL);
CREATE INDEX cache_entry_expires ON cache_entry (expires);
"""


class Migration(migrations.Migration):
    dependencies = [("partnerships", "0001_initial")]

    operations = [
        RowSecurity("partnerships_agency"),
        RowSecurity("partnerships_post"),
        RowSecurity("partnerships_membership", or_own=True),
        RowSecurity("partnerships_contact"),
        RowSecurity("partnerships_protocolversion"),
        RowSecurity("partnerships_assumptionconfirmation"),
        RowSecurity("partnerships_closureday"),
        RowSecurity("partnerships_apitoken"),
        SamePartnershipKey("partnerships_post", "agency_id", "partnerships_agency"),
        SamePartnershipKey("partnerships_membership", "agency_id", "partnerships_agency"),
        SamePartnershipKey("partnerships_contact", "agency_id", "partnerships_agency"),
        SamePartnershipKey("partnerships_assumptionconfirmation", "version_id", "partnerships_protocolversion"),
        migrations.RunSQL(
            PUBLISHED_NEVER_CHANGES,
            "DROP TRIGGER published_never_changes ON partnerships_protocolversion; DROP FUNCTION published_protocol_never_changes();",
        ),
        migrations.RunSQL(CACHE_TABLE, "DROP TABLE cache_entry"),
    ]
