"""A single sign-on is written by its own partnership alone, stays with its issuer and its secret, and no domain has two."""

from django.db import migrations, models

# Not scoped, as it is read before anybody is signed in: so that who writes must stand in the scope of the partnership that
# provides it. Which secret goes to which issuer never changes: a secret cannot be sent elsewhere by pointing its row there.
ONLY_ITS_PARTNERSHIP = """
CREATE FUNCTION sign_on_is_its_partnerships() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    here bigint := nullif(current_setting('app.partnership_id', true), '')::bigint;
BEGIN
    IF (TG_OP <> 'INSERT' AND OLD.provided_for_id IS DISTINCT FROM here)
            OR (TG_OP <> 'DELETE' AND NEW.provided_for_id IS DISTINCT FROM here) THEN
        RAISE EXCEPTION 'Only the partnership that provides a single sign-on may write it'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    IF TG_OP = 'UPDATE' AND (NEW.key, NEW.issuer, NEW.secret_name) IS DISTINCT FROM (OLD.key, OLD.issuer, OLD.secret_name) THEN
        RAISE EXCEPTION 'A single sign-on keeps its issuer and its secret' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF EXISTS (SELECT FROM partnerships_partnership WHERE id = NEW.provided_for_id AND rehearsal_of_id IS NOT NULL) THEN
        RAISE EXCEPTION 'Nobody signs in to a rehearsal' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.active THEN
        PERFORM pg_advisory_xact_lock(hashtext('accounts_signon'));
        IF EXISTS (SELECT FROM accounts_signon other WHERE other.id IS DISTINCT FROM NEW.id AND other.active
                AND other.domains ?| ARRAY(SELECT jsonb_array_elements_text(NEW.domains))) THEN
            RAISE EXCEPTION 'One single sign-on speaks for a domain' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER only_its_partnership BEFORE INSERT OR UPDATE OR DELETE ON accounts_signon
    FOR EACH ROW EXECUTE FUNCTION sign_on_is_its_partnerships();
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_single_sign_on")]

    operations = [
        migrations.AlterField("signon", "secret_name", models.CharField(max_length=60, unique=True)),
        migrations.RunSQL(
            ONLY_ITS_PARTNERSHIP,
            "DROP TRIGGER only_its_partnership ON accounts_signon; DROP FUNCTION sign_on_is_its_partnerships();",
        ),
    ]
