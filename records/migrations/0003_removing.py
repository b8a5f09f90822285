"""A partnership that leaves can be removed whole, by the tables' owner and by nobody else.

The application does not get the right to ask for it. What guards the chronology, published protocols and shared definitions
lets go for the owner alone, and only of the partnership that this procedure says is being removed."""

from django.db import migrations

from partnerships.walls import IN_SCOPE

# Anybody can set a setting; whose rows they are only the owner is.
BEING_REMOVED = """
CREATE FUNCTION is_being_removed(partnership bigint) RETURNS boolean LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT coalesce(nullif(current_setting('app.removing', true), '')::bigint = partnership, false) AND current_user =
        (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = 'public.escalation_chronologyentry'::regclass)
$$;
"""

LET_GO = """
CREATE OR REPLACE FUNCTION chronology_is_only_added_to() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' AND (is_a_rehearsal(OLD.partnership_id){removed}) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'The chronology is only added to' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE OR REPLACE FUNCTION published_protocol_never_changes() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' AND (is_a_rehearsal(OLD.partnership_id){removed}) THEN
        RETURN OLD;
    END IF;
    IF OLD.status = 'published' THEN
        RAISE EXCEPTION 'A published protocol never changes: version % of partnership %', OLD.number, OLD.partnership_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE OR REPLACE FUNCTION shared_definition_is_the_sharers() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE'{removed_sharer} THEN
        RETURN OLD;
    END IF;
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'A shared definition is withdrawn, never deleted' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.sharer_id IS DISTINCT FROM nullif(current_setting('app.partnership_id', true), '')::bigint THEN
        RAISE EXCEPTION 'Only the partnership that shares a definition may write it'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND (OLD.withdrawn_at IS NOT NULL OR NEW.withdrawn_at IS NULL
            OR (to_jsonb(NEW) - 'withdrawn_at') IS DISTINCT FROM (to_jsonb(OLD) - 'withdrawn_at')) THEN
        RAISE EXCEPTION 'A shared definition never changes' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
"""
LETS_GO = LET_GO.format(
    removed=" OR is_being_removed(OLD.partnership_id)", removed_sharer=" AND is_being_removed(OLD.sharer_id)"
)
HOLDS_FAST = LET_GO.format(removed="", removed_sharer=" AND false")

# Which tables there are is asked of the catalogue, and in which order their keys let them go: a new table cannot be
# forgotten. Row security is forced on the owner as well, so each step reaches the rows of the scope that it opens.
REMOVE = f"""
CREATE POLICY a_removed_partnership_goes ON escalation_disagreement FOR DELETE TO CURRENT_USER
    USING ({IN_SCOPE} AND is_being_removed(partnership_id));

CREATE FUNCTION remove_rows_of(going bigint) RETURNS jsonb LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    waiting oid[]; free oid[]; one oid; gone bigint; stayed bigint; counts jsonb := '{{}}';
BEGIN
    PERFORM FROM escalation_disagreement WHERE partnership_id = going ORDER BY id FOR UPDATE;
    PERFORM FROM notifications_announcecursor WHERE partnership_id = going FOR UPDATE;
    PERFORM FROM partnerships_partnership WHERE id = going FOR UPDATE;
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
            EXECUTE format('DELETE FROM %s WHERE partnership_id = $1', one::regclass) USING going;
            GET DIAGNOSTICS gone = ROW_COUNT;
            EXECUTE format('SELECT count(*) FROM %s WHERE partnership_id = $1', one::regclass) INTO stayed USING going;
            IF stayed > 0 THEN
                RAISE EXCEPTION '% rows of % did not go with their partnership', stayed, one::regclass;
            END IF;
            counts := counts || jsonb_build_object(one::regclass::text, gone);
        END LOOP;
        waiting := ARRAY(SELECT t FROM unnest(waiting) t WHERE NOT t = ANY (free));
    END LOOP;
    RETURN counts;
END $$;

-- What refers to it from outside its own rows: with its own partnership's column, in the scope of each other partnership
-- (markers of what was shared across a border); without, at once (what it offered to all, its single sign-ons).
CREATE FUNCTION remove_what_refers_to(going bigint) RETURNS jsonb LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    k record; other bigint; gone bigint; counts jsonb := '{{}}';
BEGIN
    FOR k IN SELECT c.conrelid, a.attname, EXISTS (SELECT FROM pg_attribute p WHERE p.attrelid = c.conrelid
                AND p.attname = 'partnership_id' AND NOT p.attisdropped) AS scoped
            FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey)
            WHERE c.contype = 'f' AND c.confrelid = 'partnerships_partnership'::regclass AND a.attname <> 'partnership_id'
                AND c.conrelid NOT IN ('partnerships_partnership'::regclass, 'partnerships_user'::regclass) LOOP
        FOR other IN SELECT id FROM partnerships_partnership WHERE CASE WHEN k.scoped THEN id <> going ELSE id = going END LOOP
            PERFORM set_config('app.partnership_id', other::text, true);
            EXECUTE format('DELETE FROM %s WHERE %I = $1', k.conrelid::regclass, k.attname) USING going;
            GET DIAGNOSTICS gone = ROW_COUNT;
            IF gone > 0 THEN
                counts := counts || jsonb_build_object(format('%s.%s', k.conrelid::regclass, k.attname), gone
                    + coalesce((counts ->> format('%s.%s', k.conrelid::regclass, k.attname))::bigint, 0));
            END IF;
        END LOOP;
    END LOOP;
    PERFORM set_config('app.partnership_id', going::text, true);
    RETURN counts;
END $$;

-- A person who is in no other partnership, and no operator. Somebody to whom another partnership's rows still point keeps
-- a row without their name and address; everybody else has none.
CREATE FUNCTION remove_person_of_nowhere(person bigint) RETURNS text LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    k record; addressed text;
BEGIN
    PERFORM set_config('app.user_id', person::text, true);
    SELECT email INTO addressed FROM partnerships_user WHERE id = person AND NOT is_operator;
    IF addressed IS NULL OR EXISTS (SELECT FROM partnerships_membership WHERE user_id = person) THEN
        RETURN 'stays';
    END IF;
    DELETE FROM django_session WHERE session_key IN (SELECT session_key FROM usersessions_usersession WHERE user_id = person);
    DELETE FROM account_emailconfirmation
        WHERE email_address_id IN (SELECT id FROM account_emailaddress WHERE user_id = person);
    DELETE FROM socialaccount_socialtoken
        WHERE account_id IN (SELECT id FROM socialaccount_socialaccount WHERE user_id = person);
    DELETE FROM accounts_accountmail WHERE lower("to") = lower(addressed);
    FOR k IN SELECT c.conrelid, a.attname
            FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey)
            WHERE c.contype = 'f' AND c.confrelid = 'partnerships_user'::regclass AND NOT EXISTS (
                SELECT FROM pg_attribute p WHERE p.attrelid = c.conrelid AND p.attname = 'partnership_id'
                    AND NOT p.attisdropped) LOOP
        EXECUTE format('DELETE FROM %s WHERE %I = $1', k.conrelid::regclass, k.attname) USING person;
    END LOOP;
    BEGIN
        DELETE FROM partnerships_user WHERE id = person;
        SET CONSTRAINTS ALL IMMEDIATE;
        RETURN 'deleted';
    EXCEPTION WHEN foreign_key_violation THEN
        UPDATE partnerships_user SET name = 'Somebody who has left', email = 'left-' || person || '@left.invalid',
            password = '!', is_active = false WHERE id = person;
        RETURN 'made nameless';
    END;
END $$;

CREATE FUNCTION remove_partnership(going bigint) RETURNS jsonb LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    rehearsal bigint; people bigint[]; person bigint; held bigint; end_of_chain jsonb; counts jsonb; beside jsonb;
    fates jsonb := '{{"deleted": 0, "made nameless": 0, "stays": 0}}'; fate text;
BEGIN
    FOR rehearsal IN SELECT id FROM partnerships_partnership WHERE rehearsal_of_id = going ORDER BY id LOOP
        PERFORM set_config('app.partnership_id', rehearsal::text, true);
        PERFORM delete_rehearsal(rehearsal);
    END LOOP;
    PERFORM set_config('app.partnership_id', going::text, true);
    PERFORM FROM escalation_disagreement WHERE partnership_id = going ORDER BY id FOR UPDATE;
    SELECT count(*) INTO held FROM records_legalhold WHERE partnership_id = going AND lifted_at IS NULL;
    IF held > 0 THEN
        RAISE EXCEPTION 'Under a legal hold: %', held USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NOT EXISTS (SELECT FROM partnerships_administrationentry
            WHERE partnership_id = going AND did = 'exported' AND at > now() - interval '30 days') THEN
        RAISE EXCEPTION 'Not exported within the last 30 days' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    SELECT jsonb_build_object('seq', seq, 'hash', encode(hash, 'hex')) INTO end_of_chain FROM escalation_chronologyentry
        WHERE partnership_id = going ORDER BY seq DESC LIMIT 1;
    people := ARRAY(
        SELECT user_id FROM partnerships_membership WHERE partnership_id = going
        UNION SELECT user_id FROM escalation_invitation WHERE partnership_id = going AND user_id IS NOT NULL ORDER BY 1
    );
    PERFORM set_config('app.removing', going::text, true);
    beside := remove_what_refers_to(going);
    counts := remove_rows_of(going);
    DELETE FROM partnerships_partnership WHERE id = going;
    -- What still refers to something of it is found here, and is no matter of one person.
    SET CONSTRAINTS ALL IMMEDIATE;
    SET CONSTRAINTS ALL DEFERRED;
    PERFORM set_config('app.partnership_id', '', true), set_config('app.removing', '', true);
    FOREACH person IN ARRAY people LOOP
        fate := remove_person_of_nowhere(person);
        fates := jsonb_set(fates, ARRAY[fate], to_jsonb((fates ->> fate)::bigint + 1));
    END LOOP;
    PERFORM set_config('app.user_id', '', true);
    RETURN jsonb_build_object('rows', counts, 'beside', beside, 'people', fates, 'end_of_chain', end_of_chain);
END $$;
REVOKE ALL ON FUNCTION remove_partnership(bigint), remove_rows_of(bigint), remove_what_refers_to(bigint),
    remove_person_of_nowhere(bigint) FROM PUBLIC;
"""  # noqa: S608  (names of ours)
NOT_REMOVED = """
DROP FUNCTION remove_partnership(bigint); DROP FUNCTION remove_rows_of(bigint); DROP FUNCTION remove_what_refers_to(bigint);
DROP FUNCTION remove_person_of_nowhere(bigint); DROP POLICY a_removed_partnership_goes ON escalation_disagreement;
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0002_destroying"), ("accounts", "0003_sign_on_wall"), ("partnerships", "0007_arrangements")]

    operations = [
        migrations.RunSQL(BEING_REMOVED, "DROP FUNCTION is_being_removed(bigint)"),
        migrations.RunSQL(LETS_GO, HOLDS_FAST),
        migrations.RunSQL(REMOVE, NOT_REMOVED),
    ]
