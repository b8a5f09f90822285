"""Definitions that partnerships share, confirmations that were carried over, and one version of a protocol for each day."""

import django.db.models.deletion
from django.db import migrations, models

# The wall for a table that all may read: who writes must be the sharer, in the sharer's own scope, and nothing is ever
# rewritten. To take an offer back is the one change there is.
ONLY_THE_SHARER = """
CREATE FUNCTION shared_definition_is_the_sharers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
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
CREATE TRIGGER only_the_sharer BEFORE INSERT OR UPDATE OR DELETE ON partnerships_shareddefinition
    FOR EACH ROW EXECUTE FUNCTION shared_definition_is_the_sharers();
"""


class Migration(migrations.Migration):
    dependencies = [("partnerships", "0004_directory")]

    operations = [
        migrations.CreateModel(
            name="SharedDefinition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("shared_by", models.CharField(max_length=200)),
                ("name", models.CharField(max_length=200)),
                ("line", models.CharField(default="main", max_length=40)),
                ("number", models.PositiveIntegerField()),
                ("definition", models.JSONField()),
                ("digest", models.CharField(db_index=True, max_length=64)),
                ("shared_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
                (
                    "sharer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partnerships.partnership"
                    ),
                ),
            ],
            options={"ordering": ["shared_by", "name", "-shared_at", "-pk"]},
        ),
        migrations.AddConstraint(
            model_name="shareddefinition",
            constraint=models.UniqueConstraint(
                condition=models.Q(("withdrawn_at", None)), fields=("sharer", "line", "number"), name="version_shared_once"
            ),
        ),
        migrations.AddField(
            model_name="assumptionconfirmation",
            name="carried_from",
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddConstraint(
            model_name="protocolversion",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "published")),
                fields=("partnership", "line", "effective_from"),
                name="one_version_from_each_day",
            ),
        ),
        migrations.RunSQL(
            ONLY_THE_SHARER,
            "DROP TRIGGER only_the_sharer ON partnerships_shareddefinition; DROP FUNCTION shared_definition_is_the_sharers();",
        ),
    ]
