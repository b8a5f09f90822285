"""Forced row security, tenant-carrying keys, the append-only chained chronology, and what the timekeeper may read."""

from django.db import migrations

from partnerships.walls import IN_SCOPE, TIMEKEEPER, RowSecurity, SamePartnershipKey, TimekeeperMayRead

DRAFTS_ALONE_GO = (
    f"""DROP POLICY in_scope_delete ON escalation_disagreement;
    CREATE POLICY drafts_alone_go ON escalation_disagreement FOR DELETE USING ({IN_SCOPE} AND state = 'draft');""",
    f"""DROP POLICY drafts_alone_go ON escalation_disagreement;
    CREATE POLICY in_scope_delete ON escalation_disagreement FOR DELETE USING ({IN_SCOPE});""",
)

# Recipe 1. The lock is held to commit, so `seq` is in order of commitment; ids are drawn before the lock and are not.
CHAIN = """
CREATE FUNCTION chain_chronology() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE last record;
BEGIN
    PERFORM pg_advisory_xact_lock(7201, NEW.partnership_id::int);
    SELECT seq, hash INTO last FROM escalation_chronologyentry
        WHERE partnership_id = NEW.partnership_id ORDER BY seq DESC LIMIT 1;
    NEW.seq := coalesce(last.seq, 0) + 1;
    NEW.previous_hash := last.hash;
    NEW.words_digest := NULL;
    IF NEW.words_id IS NOT NULL THEN
        SELECT sha256(salt || convert_to(text, 'UTF8')) INTO NEW.words_digest FROM escalation_chronologywords
            WHERE id = NEW.words_id AND partnership_id = NEW.partnership_id;
        IF NEW.words_digest IS NULL THEN
            RAISE EXCEPTION 'The words of a chronology entry must be saved before it' USING ERRCODE = 'foreign_key_violation';
        END IF;
    END IF;
    NEW.recipe := 1;
    NEW.hash := chronology_hash(NEW);
    RETURN NEW;
END $$;

CREATE FUNCTION chronology_hash(e escalation_chronologyentry) RETURNS bytea LANGUAGE sql STABLE
SET search_path = public, pg_temp AS $$
    SELECT sha256(coalesce(e.previous_hash, ''::bytea) || convert_to(jsonb_build_array(e.recipe, e.seq, e.partnership_id,
        e.disagreement_id, e.kind, to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), e.actor_id,
        e.on_behalf_of_id, e.state, e.stage, e.tier, e.data, encode(e.words_digest, 'hex'))::text, 'UTF8'))
$$;

CREATE FUNCTION chronology_is_only_added_to() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The chronology is only added to' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER chain BEFORE INSERT ON escalation_chronologyentry
    FOR EACH ROW EXECUTE FUNCTION chain_chronology();
CREATE TRIGGER only_added_to BEFORE UPDATE OR DELETE ON escalation_chronologyentry
    FOR EACH ROW EXECUTE FUNCTION chronology_is_only_added_to();
CREATE TRIGGER words_are_only_added_to BEFORE UPDATE ON escalation_chronologywords
    FOR EACH ROW EXECUTE FUNCTION chronology_is_only_added_to();
COMMENT ON TABLE escalation_chronologywords IS 'append-only: only the eraser role may destroy rows, and none may change them';
"""
UNCHAIN = """
DROP TRIGGER words_are_only_added_to ON escalation_chronologywords;
DROP TRIGGER only_added_to ON escalation_chronologyentry; DROP TRIGGER chain ON escalation_chronologyentry;
DROP FUNCTION chain_chronology(); DROP FUNCTION chronology_hash(escalation_chronologyentry);
DROP FUNCTION chronology_is_only_added_to();
"""

# Ids of partnerships only, one indexed query; the worker then opens each one's own scope. It belongs to a role of its
# own: owned by the table's owner it would see no row outside a scope, because row security is forced on the owner too.
DUE = f"""
CREATE FUNCTION partnerships_with_timescales_due(moment timestamptz) RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT partnership_id FROM escalation_deadline
        WHERE stopped_at IS NULL AND passed_noted_at IS NULL AND paused_at IS NULL AND due_at <= moment
    UNION
    SELECT partnership_id FROM escalation_deadline
        WHERE stopped_at IS NULL AND near_at IS NOT NULL AND paused_at IS NULL AND near_at <= moment
$$;
REVOKE ALL ON FUNCTION partnerships_with_timescales_due(timestamptz) FROM PUBLIC;
GRANT CREATE ON SCHEMA public TO {TIMEKEEPER};
ALTER FUNCTION partnerships_with_timescales_due(timestamptz) OWNER TO {TIMEKEEPER};
REVOKE CREATE ON SCHEMA public FROM {TIMEKEEPER};
"""

SCOPED = (
    "disagreement", "party", "check", "outcome", "action", "learning", "link", "sideprocessrecord", "deadline",
    "chronologyentry", "chronologywords", "referencecounter",
)  # fmt: skip
OF_DISAGREEMENT = (
    "party", "check", "outcome", "action", "learning", "link", "sideprocessrecord", "deadline", "chronologyentry",
)  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("escalation", "0001_initial"), ("partnerships", "0002_walls")]

    operations = [
        *[RowSecurity(f"escalation_{table}") for table in SCOPED],
        migrations.RunSQL(*DRAFTS_ALONE_GO),
        *[SamePartnershipKey(f"escalation_{table}", "disagreement_id", "escalation_disagreement") for table in OF_DISAGREEMENT],
        SamePartnershipKey("escalation_disagreement", "protocol_version_id", "partnerships_protocolversion"),
        SamePartnershipKey("escalation_disagreement", "raising_agency_id", "partnerships_agency"),
        SamePartnershipKey("escalation_disagreement", "receiving_agency_id", "partnerships_agency"),
        SamePartnershipKey("escalation_party", "agency_id", "partnerships_agency"),
        SamePartnershipKey("escalation_check", "agency_id", "partnerships_agency"),
        SamePartnershipKey("escalation_link", "other_id", "escalation_disagreement"),
        migrations.RunSQL(CHAIN, UNCHAIN),
        TimekeeperMayRead(
            "escalation_deadline", "partnership_id", "due_at", "near_at", "stopped_at", "passed_noted_at", "paused_at"
        ),
        migrations.RunSQL(DUE, "DROP FUNCTION partnerships_with_timescales_due(timestamptz)"),
    ]
