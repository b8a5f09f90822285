"""Putting one partnership back from a backup: its rows come in as they were, and nothing is made anew beside them.

A trigger that fires when a row is added (the chain, what guards destroyed records, and whatever comes later) lets a row through
that the tables' owner puts back, of the partnership that is being put back and of no other. The owner could switch triggers off
anyway; that would stop everybody's work while it lasts, and this does not."""

from django.db import migrations

BEING_RESTORED = """
CREATE FUNCTION is_being_restored(partnership bigint) RETURNS boolean LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT coalesce(nullif(current_setting('app.restoring', true), '')::bigint = partnership, false) AND current_user =
        (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = 'public.escalation_chronologyentry'::regclass)
$$;
"""
# Asked first, and cheap: nothing is being put back nearly always.
UNLESS = "(((COALESCE(current_setting('app.restoring'::text, true), ''::text) = ''::text) OR (NOT is_being_restored(new.partnership_id))))"

# A later migration that adds such a trigger ends with SELECT let_restored_rows_in(); the promises look for it.
LET_IN = f"""
CREATE FUNCTION let_restored_rows_in() RETURNS integer LANGUAGE plpgsql SET search_path = public, pg_temp AS $body$
DECLARE one record; changed integer := 0;
BEGIN
    FOR one IN SELECT t.tgname, t.tgrelid::regclass AS name, pg_get_triggerdef(t.oid) AS written FROM pg_trigger t
            WHERE NOT t.tgisinternal AND (t.tgtype & 4) > 0 AND (t.tgtype & 8) = 0 AND t.tgqual IS NULL AND EXISTS (
                SELECT FROM pg_attribute a WHERE a.attrelid = t.tgrelid AND a.attname = 'partnership_id' AND NOT a.attisdropped) LOOP
        EXECUTE format('DROP TRIGGER %I ON %s', one.tgname, one.name);
        EXECUTE replace(one.written, ' FOR EACH ROW EXECUTE ', $when$ FOR EACH ROW WHEN {UNLESS} EXECUTE $when$);
        changed := changed + 1;
    END LOOP;
    RETURN changed;
END $body$;
REVOKE ALL ON FUNCTION let_restored_rows_in() FROM PUBLIC;
SELECT let_restored_rows_in();
"""
KEEP_OUT = """
DO $body$
DECLARE one record;
BEGIN
    FOR one IN SELECT t.tgname, t.tgrelid::regclass AS name, pg_get_triggerdef(t.oid) AS written FROM pg_trigger t
            WHERE NOT t.tgisinternal AND pg_get_triggerdef(t.oid) LIKE '%%is_being_restored%%' LOOP
        EXECUTE format('DROP TRIGGER %%I ON %%s', one.tgname, one.name);
        EXECUTE regexp_replace(one.written, ' WHEN \\(.*\\) EXECUTE ', ' EXECUTE ');
    END LOOP;
END $body$;
DROP FUNCTION let_restored_rows_in();
""".replace("%%", "%")


class Migration(migrations.Migration):
    dependencies = [
        ("operations", "0001_initial"),
        ("escalation", "0022_pages"),
        ("notifications", "0008_announcing"),
        ("records", "0003_removing"),
        ("rehearsal", "0001_a_rehearsal_can_be_deleted"),
        ("insight", "0003_pages"),
    ]

    operations = [
        migrations.RunSQL(BEING_RESTORED, "DROP FUNCTION is_being_restored(bigint)"),
        migrations.RunSQL(LET_IN, KEEP_OUT),
    ]
