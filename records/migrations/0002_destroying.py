"""What was written about one disagreement can be destroyed when its time is up, and in no other way.

The application may not remove the words of an entry, and does not get the right to. It may ask one procedure, which belongs
to the eraser: a role that nobody signs in as, that row security holds in the caller's scope, and that may remove words, but
no entry. The procedure looks for itself whether it may, from the chronology and not from what the application says of it."""

from django.db import migrations

from partnerships.walls import ERASER

# In the order in which their keys let them go. An outcome refers to the panel that arrived at it.
GO_WHOLE = (
    "escalation_outcome", "escalation_sideprocessrecord", "escalation_party", "escalation_check", "escalation_action",
    "escalation_learning", "escalation_deadline", "escalation_invitation", "escalation_attachment", "escalation_sharedacross",
    "records_disclosure",
)  # fmt: skip
# Everything that points at a disagreement, but for what outlives it: the log of reading, and the certificate.
OF_A_DISAGREEMENT = (
    *GO_WHOLE, "escalation_chronologyentry", "escalation_link", "notifications_notice", "records_legalhold",
    "records_retentionreview",
)  # fmt: skip

# The one home of the rule: from when it is counted, and until when it is kept. Nothing where no rule is stored, or where it
# has not ended. "Ended" is what the chronology says: the disagreement's own row could be changed. What was done to the
# record, and not to the disagreement, does not make its years begin again.
RULE = """
CREATE FUNCTION record_counted_from(which bigint) RETURNS date LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT (CASE a.kept_from WHEN 'last_entry' THEN last_one.at ELSE ended.at END AT TIME ZONE 'Europe/London')::date
    FROM escalation_disagreement d
    JOIN partnerships_arrangements a ON a.partnership_id = d.partnership_id AND a.keep_years > 0
    CROSS JOIN LATERAL (
        SELECT e.state, e.at FROM escalation_chronologyentry e WHERE e.disagreement_id = d.id
            AND e.kind NOT IN ('hold_placed', 'hold_lifted', 'disclosed', 'destroyed') ORDER BY e.seq DESC LIMIT 1
    ) last_one
    CROSS JOIN LATERAL (
        SELECT e.at FROM escalation_chronologyentry e WHERE e.disagreement_id = d.id
            AND e.seq > coalesce((SELECT max(o.seq) FROM escalation_chronologyentry o WHERE o.disagreement_id = d.id
                AND o.state NOT IN ('resolved', 'closed', 'withdrawn')), 0) ORDER BY e.seq LIMIT 1
    ) ended
    WHERE d.id = which AND d.destroyed_at IS NULL
        AND d.state IN ('closed', 'withdrawn') AND last_one.state IN ('closed', 'withdrawn')
$$;
CREATE FUNCTION record_kept_until(which bigint) RETURNS date LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT (record_counted_from(d.id) + make_interval(years => a.keep_years::int))::date
    FROM escalation_disagreement d JOIN partnerships_arrangements a ON a.partnership_id = d.partnership_id
    WHERE d.id = which
$$;
"""

DESTROY = f"""
CREATE FUNCTION destroy_record(which bigint) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
    scope bigint := nullif(current_setting('app.partnership_id', true), '')::bigint;
    d record; review record; last_one record; rule text; moment timestamptz; kept_until date;
    counts jsonb := '{{}}'; letters bigint[]; one text; gone bigint; certificate bigint;
BEGIN
    -- First of all, and so that nobody can begin to refer to it: whoever places a hold locks it first as well.
    SELECT id, reference, state, destroyed_at INTO d FROM escalation_disagreement
        WHERE id = which AND partnership_id = scope FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'There is no such disagreement in this scope' USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT now() + clock_ahead INTO moment FROM partnerships_partnership WHERE id = scope;
    kept_until := record_kept_until(which);
    IF d.destroyed_at IS NOT NULL THEN
        RAISE EXCEPTION 'It was destroyed already' USING ERRCODE = 'integrity_constraint_violation';
    ELSIF kept_until IS NULL THEN
        RAISE EXCEPTION 'It has not ended, or no rule says how long it is kept' USING ERRCODE = 'integrity_constraint_violation';
    ELSIF kept_until > (moment AT TIME ZONE 'Europe/London')::date THEN
        RAISE EXCEPTION 'It is kept until %', kept_until USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF EXISTS (SELECT FROM records_legalhold WHERE disagreement_id = which AND lifted_at IS NULL) OR 'hold_placed' =
            (SELECT kind FROM escalation_chronologyentry WHERE disagreement_id = which
                AND kind IN ('hold_placed', 'hold_lifted') ORDER BY seq DESC LIMIT 1) THEN
        RAISE EXCEPTION 'It is under a legal hold' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    SELECT decision, reviewed_by_id, reviewed_at INTO review FROM records_retentionreview
        WHERE disagreement_id = which ORDER BY reviewed_at DESC, id DESC LIMIT 1;
    IF review.decision IS DISTINCT FROM 'destroy' OR review.reviewed_at < (SELECT max(at) FROM escalation_chronologyentry
            WHERE disagreement_id = which AND kind <> 'destroyed') THEN
        RAISE EXCEPTION 'Nobody has reviewed it since' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    SELECT kind, seq, hash INTO last_one FROM escalation_chronologyentry WHERE disagreement_id = which ORDER BY seq DESC LIMIT 1;
    IF last_one.kind <> 'destroyed' THEN
        RAISE EXCEPTION 'Its chronology does not say so' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    SELECT format('Kept for %s %s after %s on %s, so until %s.', keep_years, CASE keep_years WHEN 1 THEN 'year' ELSE 'years' END,
            CASE kept_from WHEN 'last_entry' THEN 'the last thing that happened to it' ELSE 'it ended' END,
            to_char(record_counted_from(which), 'FMDD FMMonth YYYY'), to_char(kept_until, 'FMDD FMMonth YYYY'))
        INTO rule FROM partnerships_arrangements WHERE partnership_id = scope;

    -- The words, and with them their salts. Words that an entry of another disagreement names are not this one's to take.
    DELETE FROM escalation_chronologywords w WHERE w.partnership_id = scope
        AND w.id IN (SELECT words_id FROM escalation_chronologyentry WHERE disagreement_id = which)
        AND NOT EXISTS (SELECT FROM escalation_chronologyentry e WHERE e.partnership_id = scope AND e.words_id = w.id
            AND e.disagreement_id <> which);
    GET DIAGNOSTICS gone = ROW_COUNT;
    counts := counts || jsonb_build_object('escalation_chronologywords', gone);

    -- An e-mail about this one alone goes. Of one that was about others too stays that it was sent.
    letters := ARRAY(SELECT DISTINCT message_id FROM notifications_notice
        WHERE disagreement_id = which AND message_id IS NOT NULL);
    DELETE FROM notifications_setaside
        WHERE entry_id IN (SELECT id FROM escalation_chronologyentry WHERE disagreement_id = which);
    DELETE FROM notifications_notice WHERE disagreement_id = which;
    GET DIAGNOSTICS gone = ROW_COUNT;
    counts := counts || jsonb_build_object('notifications_notice', gone);
    DELETE FROM notifications_message m WHERE id = ANY (letters)
        AND NOT EXISTS (SELECT FROM notifications_notice n WHERE n.message_id = m.id);
    GET DIAGNOSTICS gone = ROW_COUNT;
    counts := counts || jsonb_build_object('notifications_message', gone);
    UPDATE notifications_message SET subject = 'Destroyed with a record', last_error = '',
        text = 'What this e-mail said was destroyed, because one of the records that it spoke of was.' WHERE id = ANY (letters);
    GET DIAGNOSTICS gone = ROW_COUNT;
    counts := counts || jsonb_build_object('notifications_message.text', gone);

    DELETE FROM escalation_link WHERE disagreement_id = which OR other_id = which;
    GET DIAGNOSTICS gone = ROW_COUNT;
    counts := counts || jsonb_build_object('escalation_link', gone);
    FOREACH one IN ARRAY ARRAY{list(GO_WHOLE)!r} LOOP
        EXECUTE format('DELETE FROM %I WHERE disagreement_id = $1', one) USING which;
        GET DIAGNOSTICS gone = ROW_COUNT;
        counts := counts || jsonb_build_object(one, gone);
    END LOOP;
    -- That somebody reviewed or held it stays, without their words.
    UPDATE records_legalhold SET reason = '' WHERE disagreement_id = which;
    UPDATE records_retentionreview SET reason = '' WHERE disagreement_id = which;

    INSERT INTO records_destructioncertificate (partnership_id, number, reference, disagreement_id, rule, destroyed_by_id,
            destroyed_at, counts, chain_seq, chain_hash)
        VALUES (scope, gen_random_uuid(), d.reference, which, rule, review.reviewed_by_id, moment, counts, last_one.seq,
            encode(last_one.hash, 'hex'))
        RETURNING id INTO certificate;
    -- What its chronology is checked against stays: state, rung, marks, version of the protocol, days.
    UPDATE escalation_disagreement SET destroyed_at = moment, answers = '{{}}', child_reference = '', child_status = '',
        category = '', common_category = '', urgency = '', brought_in = '[]', waiting_for = '', needed_by = NULL,
        decided_on = NULL, raising_agency_id = NULL, receiving_agency_id = NULL WHERE id = which;
    RETURN certificate;
END $$;
REVOKE ALL ON FUNCTION destroy_record(bigint) FROM PUBLIC;
"""  # noqa: S608  (names of ours, here and below)

# A row without a word of it; entries and the rule are read.
RIGHTS = f"""
GRANT UPDATE (destroyed_at, answers, child_reference, child_status, category, common_category, urgency, brought_in,
    waiting_for, needed_by, decided_on, raising_agency_id, receiving_agency_id) ON escalation_disagreement TO {ERASER};
GRANT SELECT (id, partnership_id, reference, state, destroyed_at) ON escalation_disagreement TO {ERASER};
GRANT SELECT (id, partnership_id, disagreement_id, seq, kind, at, state, words_id, hash)
    ON escalation_chronologyentry TO {ERASER};
GRANT SELECT (id, partnership_id), DELETE ON escalation_chronologywords TO {ERASER};
GRANT SELECT (id, partnership_id, disagreement_id, other_id), DELETE ON escalation_link TO {ERASER};
GRANT SELECT (id, partnership_id, disagreement_id, message_id), DELETE ON notifications_notice TO {ERASER};
GRANT SELECT (id, partnership_id, entry_id), DELETE ON notifications_setaside TO {ERASER};
GRANT SELECT (id, partnership_id), DELETE, UPDATE (subject, text, last_error) ON notifications_message TO {ERASER};
GRANT SELECT (id, partnership_id, disagreement_id, lifted_at), UPDATE (reason) ON records_legalhold TO {ERASER};
GRANT SELECT (id, partnership_id, disagreement_id, decision, reviewed_by_id, reviewed_at), UPDATE (reason)
    ON records_retentionreview TO {ERASER};
GRANT SELECT (id, partnership_id), INSERT ON records_destructioncertificate TO {ERASER};
GRANT USAGE ON SEQUENCE records_destructioncertificate_id_seq TO {ERASER};
GRANT SELECT (partnership_id, keep_years, kept_from) ON partnerships_arrangements TO {ERASER};
GRANT SELECT (id, clock_ahead) ON partnerships_partnership TO {ERASER};
{" ".join(f"GRANT SELECT (id, partnership_id, disagreement_id), DELETE ON {table} TO {ERASER};" for table in GO_WHOLE)}
GRANT CREATE ON SCHEMA public TO {ERASER};
ALTER FUNCTION destroy_record(bigint) OWNER TO {ERASER};
REVOKE CREATE ON SCHEMA public FROM {ERASER};
"""  # noqa: S608

# Only the eraser says that something is destroyed; then nothing is written into its row again, nor beside it. The lock is
# the one that the key itself takes a moment later: whoever comes while it is being destroyed waits, and then finds it so.
STAYS_SO = f"""
CREATE FUNCTION what_is_destroyed_stays_so() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF OLD.destroyed_at IS NOT NULL
            OR (NEW.destroyed_at IS DISTINCT FROM OLD.destroyed_at AND current_user <> '{ERASER}') THEN
        RAISE EXCEPTION 'A record is destroyed by its own procedure alone, and then stays so'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
-- Afterwards, not before: a trigger that stands before an update takes the strongest lock on the row where a key is among the
-- columns that are set, though it keeps its value, and two who link each other's disagreements would wait for each other.
CREATE TRIGGER destroyed_stays_so AFTER UPDATE ON escalation_disagreement
    FOR EACH ROW EXECUTE FUNCTION what_is_destroyed_stays_so();
"""
NOTHING_ADDED = """
CREATE FUNCTION nothing_is_added_to_what_is_destroyed() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE destroyed timestamptz;
BEGIN
    SELECT destroyed_at INTO destroyed FROM escalation_disagreement
        WHERE partnership_id = NEW.partnership_id AND id = NEW.disagreement_id FOR KEY SHARE;
    IF destroyed IS NOT NULL THEN
        RAISE EXCEPTION 'This record was destroyed, and nothing is added to it' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
"""
ON_EVERY_TABLE = "\n".join(
    f"CREATE TRIGGER a_destroyed_record_gets_nothing BEFORE INSERT ON {table} FOR EACH ROW"
    " EXECUTE FUNCTION nothing_is_added_to_what_is_destroyed();"
    for table in OF_A_DISAGREEMENT
)
NOT_GONE = (
    " ".join(f"DROP TRIGGER a_destroyed_record_gets_nothing ON {table};" for table in OF_A_DISAGREEMENT)
    + " DROP TRIGGER destroyed_stays_so ON escalation_disagreement; DROP FUNCTION what_is_destroyed_stays_so();"
    " DROP FUNCTION nothing_is_added_to_what_is_destroyed();"
)


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0001_initial"),
        ("escalation", "0011_files"),
        ("notifications", "0003_set_aside"),
        ("rehearsal", "0001_a_rehearsal_can_be_deleted"),
    ]

    operations = [
        migrations.RunSQL(RULE, "DROP FUNCTION record_kept_until(bigint); DROP FUNCTION record_counted_from(bigint);"),
        migrations.RunSQL(DESTROY, "DROP FUNCTION destroy_record(bigint)"),
        migrations.RunSQL(RIGHTS, f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {ERASER}"),
        migrations.RunSQL(STAYS_SO + NOTHING_ADDED + ON_EVERY_TABLE, NOT_GONE),
    ]
