"""The words that the office searches, and everybody else over what they may see."""

import django.db.models.deletion
from django.db import migrations, models

import escalation.models.searching
from partnerships.walls import ERASER, RowSecurity, SamePartnershipKey

TABLE = "escalation_searchtext"

# The one home of what is searched. What is left out of it is found by a filter (stage, category, dates), or is nobody's words.
# Of a record of more than 200,000 characters the beginning alone, so that no act can fail because there is too much to search.
SEARCHED = """
CREATE FUNCTION searched_text(which bigint) RETURNS text LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT left(concat_ws(E'\\n', d.reference, d.child_reference,
        (SELECT string_agg(a.name, E'\\n' ORDER BY a.id) FROM partnerships_agency a
            WHERE a.id IN (d.raising_agency_id, d.receiving_agency_id)
                OR a.id IN (SELECT p.agency_id FROM escalation_party p WHERE p.disagreement_id = d.id)),
        (SELECT string_agg(concat_ws(', ', p.name, p.job_title), E'\\n' ORDER BY p.id) FROM escalation_party p
            WHERE p.disagreement_id = d.id),
        (SELECT string_agg(v #>> '{}', E'\\n') FROM jsonb_path_query(d.answers, 'strict $.** ? (@.type() == "string")') v),
        (SELECT string_agg(w.text, E'\\n' ORDER BY e.seq) FROM escalation_chronologyentry e
            JOIN escalation_chronologywords w ON w.partnership_id = e.partnership_id AND w.id = e.words_id
            WHERE e.disagreement_id = d.id),
        (SELECT string_agg(concat_ws(E'\\n', o.text, o.outstanding), E'\\n' ORDER BY o.id) FROM escalation_outcome o
            WHERE o.disagreement_id = d.id),
        (SELECT string_agg(concat_ws(E'\\n', o.text, o.outstanding, o.reply), E'\\n' ORDER BY o.id)
            FROM escalation_proposedoutcome o WHERE o.disagreement_id = d.id),
        (SELECT string_agg(concat_ws(', ', o.what, o.owner), E'\\n' ORDER BY o.id) FROM escalation_action o
            WHERE o.disagreement_id = d.id),
        (SELECT string_agg(o.text, E'\\n' ORDER BY o.id) FROM escalation_learning o WHERE o.disagreement_id = d.id),
        (SELECT string_agg(o.outcome, E'\\n' ORDER BY o.id) FROM escalation_sideprocessrecord o WHERE o.disagreement_id = d.id),
        (SELECT string_agg(o.name, E'\\n' ORDER BY o.id) FROM escalation_attachment o WHERE o.disagreement_id = d.id)
    ), 200000) FROM escalation_disagreement d WHERE d.id = which
$$;
-- As it was written (names, phrases), and beside it by its English stems.
CREATE FUNCTION searched_lexemes(which bigint) RETURNS tsvector LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
DECLARE said text := coalesce(searched_text(which), '');
BEGIN
    RETURN to_tsvector('simple', said) || to_tsvector('english', said);
EXCEPTION WHEN program_limit_exceeded THEN  -- words that no language has: fewer of them, rather than an act refused
    said := left(said, 20000);
    RETURN to_tsvector('simple', said) || to_tsvector('english', said);
END $$;
"""
GONE = "DROP FUNCTION searched_lexemes(bigint); DROP FUNCTION searched_text(bigint);"
# What was written before there was anything to search it by. Row security holds the owner too: partnership by partnership.
WRITTEN_BEFORE = f"""
DO $$ DECLARE one record; BEGIN
    FOR one IN SELECT id FROM partnerships_partnership LOOP
        PERFORM set_config('app.partnership_id', one.id::text, true);
        INSERT INTO {TABLE} (partnership_id, disagreement_id, lexemes) SELECT d.partnership_id, d.id, searched_lexemes(d.id)
            FROM escalation_disagreement d WHERE d.state <> 'draft' AND d.destroyed_at IS NULL;
    END LOOP;
    PERFORM set_config('app.partnership_id', '', true);
END $$;
"""  # noqa: S608  (names of ours)

GOES_WITH_THE_RECORD = f"""
GRANT SELECT (id, partnership_id, disagreement_id), DELETE ON {TABLE} TO {ERASER};
CREATE TRIGGER a_destroyed_record_gets_nothing BEFORE INSERT ON {TABLE} FOR EACH ROW
    EXECUTE FUNCTION nothing_is_added_to_what_is_destroyed();
"""
STAYS = f"DROP TRIGGER a_destroyed_record_gets_nothing ON {TABLE}; REVOKE ALL ON {TABLE} FROM {ERASER};"
# The procedure names the tables that it empties: this one's name is put among them.
NAMED = """
GRANT CREATE ON SCHEMA public TO {eraser};
SET ROLE {eraser};
DO $patch$
DECLARE
    before text := pg_get_functiondef('destroy_record(bigint)'::regprocedure);
    later text := replace(before, $q${was}$q$, $q${becomes}$q$);
BEGIN
    IF later = before THEN
        RAISE EXCEPTION 'The procedure that destroys a record does not name the table of outcomes';
    END IF;
    EXECUTE later;
END $patch$;
RESET ROLE;
REVOKE CREATE ON SCHEMA public FROM {eraser};
"""
ALONE, BOTH = "'escalation_outcome',", f"'{TABLE}', 'escalation_outcome',"


class Migration(migrations.Migration):
    dependencies = [("escalation", "0016_tracker"), ("records", "0003_removing")]

    operations = [
        migrations.CreateModel(
            name="SearchText",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("lexemes", escalation.models.searching.LexemesField()),
                (
                    "disagreement",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="escalation.disagreement",
                    ),
                ),
                (
                    "partnership",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="partnerships.partnership",
                    ),
                ),
            ],
            options={"constraints": [models.UniqueConstraint(fields=("partnership", "disagreement"), name="search_text_once")]},
        ),
        RowSecurity(TABLE),
        SamePartnershipKey(TABLE, "disagreement_id", "escalation_disagreement"),
        migrations.RunSQL(GOES_WITH_THE_RECORD, STAYS),
        migrations.RunSQL(
            NAMED.format(eraser=ERASER, was=ALONE, becomes=BOTH), NAMED.format(eraser=ERASER, was=BOTH, becomes=ALONE)
        ),
        migrations.RunSQL(SEARCHED, GONE),
        migrations.RunSQL(WRITTEN_BEFORE, migrations.RunSQL.noop),
    ]
