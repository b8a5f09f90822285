"""A rehearsal stays apart from everything real, has its own time, and can be deleted whole; nothing else can.

The application may not remove an entry, and does not get the right to. It may ask one procedure, which belongs to the
tables' owner, to delete the rehearsal in whose scope it stands; the procedure and the triggers look for themselves whether
it is one, and that can never be said of a partnership later."""

from django.db import migrations

from partnerships.walls import IN_SCOPE, TIMEKEEPER

IS_A_REHEARSAL = """
CREATE FUNCTION is_a_rehearsal(partnership bigint) RETURNS boolean LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM partnerships_partnership WHERE id = partnership AND rehearsal_of_id IS NOT NULL)
$$;
"""

# Or somebody with the application's password could call a real partnership a rehearsal, and delete it.
BORN_SO = """
CREATE FUNCTION rehearsals_are_born_so() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.rehearsal_of_id IS DISTINCT FROM OLD.rehearsal_of_id THEN
        RAISE EXCEPTION 'A partnership is made as a rehearsal or never is one' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER born_so BEFORE UPDATE ON partnerships_partnership FOR EACH ROW EXECUTE FUNCTION rehearsals_are_born_so();

CREATE FUNCTION nobody_is_rehearsed_later() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.rehearses_id IS DISTINCT FROM OLD.rehearses_id THEN
        RAISE EXCEPTION 'A person is invented for a rehearsal or never is' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER nobody_is_rehearsed_later BEFORE UPDATE ON partnerships_user
    FOR EACH ROW EXECUTE FUNCTION nobody_is_rehearsed_later();
"""

# In a rehearsal there is nobody real, and its people are nowhere else.
ITS_OWN_PEOPLE = """
CREATE FUNCTION a_rehearsal_has_its_own_people() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF (SELECT rehearses_id FROM partnerships_user WHERE id = NEW.user_id) IS DISTINCT FROM
            (SELECT id FROM partnerships_partnership WHERE id = NEW.partnership_id AND rehearsal_of_id IS NOT NULL) THEN
        RAISE EXCEPTION 'A rehearsal has its own invented people, and they are nowhere else'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER its_own_people BEFORE INSERT OR UPDATE ON partnerships_membership
    FOR EACH ROW EXECUTE FUNCTION a_rehearsal_has_its_own_people();
"""

SHARES_NOTHING = """
CREATE FUNCTION a_rehearsal_shares_nothing() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF is_a_rehearsal(NEW.sharer_id) THEN
        RAISE EXCEPTION 'A rehearsal shares nothing' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER a_rehearsal_shares_nothing BEFORE INSERT ON partnerships_shareddefinition
    FOR EACH ROW EXECUTE FUNCTION a_rehearsal_shares_nothing();
"""

LET_GO = """
CREATE OR REPLACE FUNCTION chronology_is_only_added_to() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' AND is_a_rehearsal(OLD.partnership_id) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'The chronology is only added to' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE OR REPLACE FUNCTION published_protocol_never_changes() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' AND is_a_rehearsal(OLD.partnership_id) THEN
        RETURN OLD;
    END IF;
    IF OLD.status = 'published' THEN
        RAISE EXCEPTION 'A published protocol never changes: version % of partnership %', OLD.number, OLD.partnership_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
"""
HOLD_FAST = """
CREATE OR REPLACE FUNCTION chronology_is_only_added_to() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The chronology is only added to' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE OR REPLACE FUNCTION published_protocol_never_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status = 'published' THEN
        RAISE EXCEPTION 'A published protocol never changes: version % of partnership %', OLD.number, OLD.partnership_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
"""

# Which tables there are is asked of the catalogue, and in which order their keys let them go: a new table cannot be
# forgotten. Row security is forced on the owner as well, so it reaches no row but those of the scope.
DELETE = f"""
CREATE POLICY rehearsals_go ON escalation_disagreement FOR DELETE TO CURRENT_USER
    USING ({IN_SCOPE} AND is_a_rehearsal(partnership_id));

CREATE FUNCTION delete_rehearsal(rehearsal bigint) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
    waiting oid[]; free oid[]; one oid; stayed bigint;
BEGIN
    IF NOT is_a_rehearsal(rehearsal) THEN
        RAISE EXCEPTION 'Only a rehearsal can be deleted' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF nullif(current_setting('app.partnership_id', true), '')::bigint IS DISTINCT FROM rehearsal THEN
        RAISE EXCEPTION 'A rehearsal is deleted in its own scope' USING ERRCODE = 'insufficient_privilege';
    END IF;
    -- In the order of everybody else: a worker that holds one of these will want to refer to the partnership.
    PERFORM FROM escalation_disagreement WHERE partnership_id = rehearsal ORDER BY id FOR UPDATE;
    PERFORM FROM notifications_announcecursor WHERE partnership_id = rehearsal FOR UPDATE;
    PERFORM FROM partnerships_partnership WHERE id = rehearsal FOR UPDATE;
    waiting := ARRAY(
        SELECT c.oid FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
            WHERE a.attname = 'partnership_id' AND NOT a.attisdropped AND c.relkind IN ('r', 'p')
                AND c.relnamespace = 'public'::regnamespace
    );
    WHILE cardinality(waiting) > 0 LOOP
        free := ARRAY(
            SELECT t FROM unnest(waiting) t WHERE NOT EXISTS (
                SELECT FROM pg_constraint k WHERE k.contype = 'f' AND k.confrelid = t AND k.conrelid <> t
                    AND k.conrelid = ANY (waiting)
            )
        );
        IF cardinality(free) = 0 THEN
            RAISE EXCEPTION 'The tables of a partnership refer to each other in a circle';
        END IF;
        FOREACH one IN ARRAY free LOOP
            EXECUTE format('DELETE FROM %s WHERE partnership_id = $1', one::regclass) USING rehearsal;
            EXECUTE format('SELECT count(*) FROM %s WHERE partnership_id = $1', one::regclass) INTO stayed USING rehearsal;
            IF stayed > 0 THEN
                RAISE EXCEPTION '% rows of % did not go with their rehearsal', stayed, one::regclass;
            END IF;
        END LOOP;
        waiting := ARRAY(SELECT t FROM unnest(waiting) t WHERE NOT t = ANY (free));
    END LOOP;
    DELETE FROM partnerships_user WHERE rehearses_id = rehearsal;
    DELETE FROM partnerships_partnership WHERE id = rehearsal;
    -- What still refers to something of it is found here, and not at COMMIT, when the page has been made.
    SET CONSTRAINTS ALL IMMEDIATE;
    SET CONSTRAINTS ALL DEFERRED;
END $$;
REVOKE ALL ON FUNCTION delete_rehearsal(bigint) FROM PUBLIC;
"""

# Beat asks at the time it is; in a rehearsal whose clock was moved it is later.
DUE = """
GRANT SELECT (clock_ahead) ON partnerships_partnership TO {timekeeper};
GRANT CREATE ON SCHEMA public TO {timekeeper};
SET ROLE {timekeeper};
CREATE OR REPLACE FUNCTION partnerships_with_timescales_due(moment timestamptz) RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT p.id FROM partnerships_partnership p WHERE EXISTS (
        SELECT FROM escalation_deadline d WHERE d.partnership_id = p.id AND d.stopped_at IS NULL
            AND d.passed_noted_at IS NULL AND d.paused_at IS NULL AND d.due_at <= moment + p.clock_ahead
    ) OR EXISTS (
        SELECT FROM escalation_deadline d WHERE d.partnership_id = p.id AND d.stopped_at IS NULL
            AND d.near_at IS NOT NULL AND d.paused_at IS NULL AND d.near_at <= moment + p.clock_ahead
    )
$$;
RESET ROLE;
REVOKE CREATE ON SCHEMA public FROM {timekeeper};
""".format(timekeeper=TIMEKEEPER)
DUE_BEFORE = """
GRANT CREATE ON SCHEMA public TO {timekeeper};
SET ROLE {timekeeper};
CREATE OR REPLACE FUNCTION partnerships_with_timescales_due(moment timestamptz) RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT partnership_id FROM escalation_deadline
        WHERE stopped_at IS NULL AND passed_noted_at IS NULL AND paused_at IS NULL AND due_at <= moment
    UNION
    SELECT partnership_id FROM escalation_deadline
        WHERE stopped_at IS NULL AND near_at IS NOT NULL AND paused_at IS NULL AND near_at <= moment
$$;
RESET ROLE;
REVOKE CREATE ON SCHEMA public FROM {timekeeper};
REVOKE SELECT (clock_ahead) ON partnerships_partnership FROM {timekeeper};
""".format(timekeeper=TIMEKEEPER)


class Migration(migrations.Migration):
    dependencies = [
        ("escalation", "0003_raised_as_and_process_answers"),
        ("notifications", "0003_set_aside"),
        ("partnerships", "0006_people_of_a_rehearsal"),
    ]

    operations = [
        migrations.RunSQL(IS_A_REHEARSAL, "DROP FUNCTION is_a_rehearsal(bigint)"),
        migrations.RunSQL(
            BORN_SO,
            "DROP TRIGGER born_so ON partnerships_partnership; DROP TRIGGER nobody_is_rehearsed_later ON partnerships_user;"
            "DROP FUNCTION rehearsals_are_born_so(); DROP FUNCTION nobody_is_rehearsed_later();",
        ),
        migrations.RunSQL(
            ITS_OWN_PEOPLE,
            "DROP TRIGGER its_own_people ON partnerships_membership; DROP FUNCTION a_rehearsal_has_its_own_people();",
        ),
        migrations.RunSQL(
            SHARES_NOTHING,
            "DROP TRIGGER a_rehearsal_shares_nothing ON partnerships_shareddefinition; DROP FUNCTION a_rehearsal_shares_nothing();",
        ),
        migrations.RunSQL(LET_GO, HOLD_FAST),
        migrations.RunSQL(
            DELETE, "DROP FUNCTION delete_rehearsal(bigint); DROP POLICY rehearsals_go ON escalation_disagreement;"
        ),
        migrations.RunSQL(DUE, DUE_BEFORE),
    ]
