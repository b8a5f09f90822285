"""What was taken in from a tracker kept before, and how a taking in is undone; and by which index a person's own are found
among very many."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from partnerships.walls import ERASER, RowSecurity, SamePartnershipKey

TABLE = "escalation_takenin"
# The old reference goes with the record, as what it is searched by does.
GOES_WITH_THE_RECORD = f"""
GRANT SELECT (id, partnership_id, disagreement_id, taking_id), DELETE ON {TABLE} TO {ERASER};
GRANT SELECT (data) ON escalation_chronologyentry TO {ERASER};
GRANT SELECT (id, partnership_id, undone_at) ON escalation_takingin TO {ERASER};
CREATE TRIGGER a_destroyed_record_gets_nothing BEFORE INSERT ON {TABLE} FOR EACH ROW
    EXECUTE FUNCTION nothing_is_added_to_what_is_destroyed();
"""
STAYS = f"""DROP TRIGGER a_destroyed_record_gets_nothing ON {TABLE}; REVOKE ALL ON {TABLE} FROM {ERASER};
REVOKE ALL ON escalation_takingin FROM {ERASER}; REVOKE SELECT (data) ON escalation_chronologyentry FROM {ERASER};"""  # noqa: S608  (names of ours, here and below)
NAMED = """
GRANT CREATE ON SCHEMA public TO {eraser};
SET ROLE {eraser};
DO $patch$
DECLARE
    before text := pg_get_functiondef('destroy_record(bigint)'::regprocedure);
    later text := replace(before, $q${was}$q$, $q${becomes}$q$);
BEGIN
    IF later = before THEN
        RAISE EXCEPTION 'The procedure that destroys a record does not name the table of what is searched';
    END IF;
    EXECUTE later;
END $patch$;
RESET ROLE;
REVOKE CREATE ON SCHEMA public FROM {eraser};
"""
ALONE, BOTH = "'escalation_searchtext',", f"'{TABLE}', 'escalation_searchtext',"
# Its years are counted from the day on which it ended, which the entry says, and not from the day on which it was taken in.
COUNTED_FROM = """
CREATE OR REPLACE FUNCTION record_counted_from(which bigint) RETURNS date LANGUAGE sql STABLE
SET search_path = public, pg_temp AS $$
    SELECT CASE a.kept_from WHEN 'last_entry' THEN last_one.day ELSE ended.day END
    FROM escalation_disagreement d
    JOIN partnerships_arrangements a ON a.partnership_id = d.partnership_id AND a.keep_years > 0
    CROSS JOIN LATERAL (
        SELECT e.state, {day} AS day FROM escalation_chronologyentry e WHERE e.disagreement_id = d.id
            AND e.kind NOT IN ('hold_placed', 'hold_lifted', 'disclosed', 'destroyed') ORDER BY e.seq DESC LIMIT 1
    ) last_one
    CROSS JOIN LATERAL (
        SELECT {day} AS day FROM escalation_chronologyentry e WHERE e.disagreement_id = d.id
            AND e.seq > coalesce((SELECT max(o.seq) FROM escalation_chronologyentry o WHERE o.disagreement_id = d.id
                AND o.state NOT IN ('resolved', 'closed', 'withdrawn')), 0) ORDER BY e.seq LIMIT 1
    ) ended
    WHERE d.id = which AND d.destroyed_at IS NULL
        AND d.state IN ('closed', 'withdrawn') AND last_one.state IN ('closed', 'withdrawn')
$$;
"""
OF_THE_ENTRY = "(e.at AT TIME ZONE 'Europe/London')::date"
OF_THE_FILE = f"coalesce(CASE e.kind WHEN 'taken_in' THEN (e.data ->> 'ended_on')::date END, {OF_THE_ENTRY})"

# All of one taking in or nothing. It looks for itself: each has no other entry than that it was taken in and that this is undone.
UNDO = f"""
CREATE FUNCTION undo_taking_in(which bigint) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
    scope bigint := nullif(current_setting('app.partnership_id', true), '')::bigint;
    moment timestamptz; these bigint[]; one text;
BEGIN
    these := ARRAY(SELECT d.id FROM escalation_disagreement d WHERE d.partnership_id = scope AND d.id IN (
        SELECT t.disagreement_id FROM {TABLE} t WHERE t.partnership_id = scope AND t.taking_id = which
    ) ORDER BY d.id FOR UPDATE);
    IF EXISTS (SELECT FROM unnest(these) AS one_of WHERE ARRAY['taken_in', 'taken_in_undone'] IS DISTINCT FROM
            ARRAY(SELECT e.kind::text FROM escalation_chronologyentry e WHERE e.disagreement_id = one_of ORDER BY e.seq)) THEN
        RAISE EXCEPTION 'Something else has happened since, or its chronology does not say so'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    SELECT now() + clock_ahead INTO moment FROM partnerships_partnership WHERE id = scope;
    DELETE FROM escalation_chronologywords w WHERE w.partnership_id = scope
        AND w.id IN (SELECT words_id FROM escalation_chronologyentry WHERE disagreement_id = ANY (these))
        AND NOT EXISTS (SELECT FROM escalation_chronologyentry e WHERE e.partnership_id = scope AND e.words_id = w.id
            AND e.disagreement_id <> ALL (these));
    DELETE FROM escalation_link WHERE disagreement_id = ANY (these) OR other_id = ANY (these);
    FOREACH one IN ARRAY ARRAY['{TABLE}', 'escalation_searchtext', 'escalation_outcome', 'escalation_deadline'] LOOP
        EXECUTE format('DELETE FROM %I WHERE disagreement_id = ANY ($1)', one) USING these;
    END LOOP;
    UPDATE escalation_disagreement SET destroyed_at = moment, answers = '{{}}', child_reference = '', child_status = '',
        category = '', common_category = '', urgency = '', brought_in = '[]', waiting_for = '', needed_by = NULL,
        decided_on = NULL, raising_agency_id = NULL, receiving_agency_id = NULL WHERE id = ANY (these);
    RETURN cardinality(these);
END $$;
REVOKE ALL ON FUNCTION undo_taking_in(bigint) FROM PUBLIC;
GRANT CREATE ON SCHEMA public TO {ERASER};
ALTER FUNCTION undo_taking_in(bigint) OWNER TO {ERASER};
REVOKE CREATE ON SCHEMA public FROM {ERASER};
"""  # noqa: S608  (names of ours)

# What it was called before finds it too.
SEARCHED = """
DO $patch$
DECLARE
    before text := pg_get_functiondef('searched_text(bigint)'::regprocedure);
    later text := replace(before, $q${was}$q$, $q${becomes}$q$);
BEGIN
    IF later = before THEN
        RAISE EXCEPTION 'What is searched does not begin with the reference';
    END IF;
    EXECUTE later;
END $patch$;
"""
REFERENCE = "d.reference, d.child_reference,"
OLD_TOO = f"""d.reference, (SELECT t.old_reference FROM {TABLE} t WHERE t.disagreement_id = d.id), d.child_reference,"""  # noqa: S608


def _person(on_delete: object = django.db.models.deletion.PROTECT, **options: object) -> models.ForeignKey:
    return models.ForeignKey(on_delete=on_delete, related_name="+", to=settings.AUTH_USER_MODEL, **options)


def _partnership() -> tuple[str, models.Field]:
    return (
        "partnership",
        models.ForeignKey(
            editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partnerships.partnership"
        ),
    )


def _key(to: str, name: str) -> models.ForeignKey:
    return models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name=name, to=to)


def _number() -> tuple[str, models.Field]:
    return ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))


class Migration(migrations.Migration):
    dependencies = [
        ("escalation", "0019_idempotency"),
        ("records", "0003_removing"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        # Without these, who somebody is on any disagreement is read from every row of the partnership.
        migrations.AddIndex("party", models.Index(fields=["partnership", "email"], name="party_by_address")),
        migrations.AddIndex(
            "sideprocessrecord",
            models.Index(fields=["partnership"], name="has_members", condition=models.Q(("members", []), _negated=True)),
        ),
        migrations.AddField("disagreement", "taken_in", models.BooleanField(db_default=False, default=False, editable=False)),
        migrations.CreateModel(
            name="TrackerUpload",
            fields=[
                _number(),
                ("at", models.DateTimeField()),
                ("name", models.CharField(max_length=200)),
                ("digest", models.CharField(max_length=64)),
                ("rows", models.JSONField(default=list)),
                ("lost", models.JSONField(default=list)),
                ("head", models.PositiveIntegerField(default=0)),
                ("columns", models.JSONField(default=dict)),
                ("choices", models.JSONField(default=dict)),
                ("by", _person(django.db.models.deletion.CASCADE)),
                _partnership(),
            ],
        ),
        migrations.CreateModel(
            name="TakingIn",
            fields=[
                _number(),
                ("at", models.DateTimeField()),
                ("name", models.CharField(max_length=200)),
                ("sha256", models.CharField(max_length=64)),
                ("number", models.PositiveIntegerField()),
                ("undone_at", models.DateTimeField(null=True)),
                ("by", _person()),
                ("undone_by", _person(null=True)),
                _partnership(),
            ],
            options={"ordering": ["-at", "-pk"], "verbose_name_plural": "takings in"},
        ),
        migrations.CreateModel(
            name="TakenIn",
            fields=[
                _number(),
                ("row", models.PositiveIntegerField()),
                ("old_reference", models.CharField(blank=True, max_length=60)),
                ("same", models.CharField(max_length=64)),
                ("disagreement", _key("escalation.disagreement", "came_from")),
                ("taking", _key("escalation.takingin", "rows")),
                _partnership(),
            ],
            options={
                "ordering": ["row"],
                "verbose_name_plural": "taken in",
                "constraints": [
                    models.UniqueConstraint(fields=("partnership", "disagreement"), name="taken_in_from_one_row"),
                    models.UniqueConstraint(fields=("partnership", "same"), name="taken_in_once"),
                ],
            },
        ),
        *(RowSecurity(f"escalation_{name}") for name in ("trackerupload", "takingin", "takenin")),
        SamePartnershipKey(TABLE, "disagreement_id", "escalation_disagreement"),
        SamePartnershipKey(TABLE, "taking_id", "escalation_takingin"),
        migrations.RunSQL(GOES_WITH_THE_RECORD, STAYS),
        migrations.RunSQL(
            NAMED.format(eraser=ERASER, was=ALONE, becomes=BOTH), NAMED.format(eraser=ERASER, was=BOTH, becomes=ALONE)
        ),
        migrations.RunSQL(COUNTED_FROM.format(day=OF_THE_FILE), COUNTED_FROM.format(day=OF_THE_ENTRY)),
        migrations.RunSQL(UNDO, "DROP FUNCTION undo_taking_in(bigint)"),
        migrations.RunSQL(SEARCHED.format(was=REFERENCE, becomes=OLD_TOO), SEARCHED.format(was=OLD_TOO, becomes=REFERENCE)),
    ]
