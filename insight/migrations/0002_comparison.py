"""What partnerships are compared by: each its own agreements and counts, and the one function that tells them to the other.

The function sees past the wall, and returns for the partnership in scope alone: who offers it numbers, and the numbers of
those with whom it has itself agreed. Either takes it back, and from that moment there is nothing to be seen by the other."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from partnerships.walls import TIMEKEEPER, RowSecurity, TimekeeperMayRead

KINDS = ("all", "practitioner", "manager", "senior", "partnership")
SHOWN = r"^([0-9]{1,9}|fewer than [0-9]{1,2}|not shown)$"
FUNCTION = f"""
CREATE FUNCTION compared_with_the_partnership_in_scope()
RETURNS TABLE (other_id bigint, agreed boolean, year smallint, kind varchar, shown varchar)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT theirs.partnership_id, own.other_id IS NOT NULL, c.year, c.kind, c.shown
    FROM insight_comparisonagreement theirs
    LEFT JOIN insight_comparisonagreement own
        ON own.partnership_id = theirs.other_id AND own.other_id = theirs.partnership_id AND own.ended_at IS NULL
    LEFT JOIN insight_comparisoncount c ON c.partnership_id = theirs.partnership_id AND own.other_id IS NOT NULL
    WHERE theirs.other_id = nullif(current_setting('app.partnership_id', true), '')::bigint AND theirs.ended_at IS NULL
$$;
REVOKE ALL ON FUNCTION compared_with_the_partnership_in_scope() FROM PUBLIC;
GRANT CREATE ON SCHEMA public TO {TIMEKEEPER};
ALTER FUNCTION compared_with_the_partnership_in_scope() OWNER TO {TIMEKEEPER};
REVOKE CREATE ON SCHEMA public FROM {TIMEKEEPER};
"""  # noqa: S608  (names of ours)


class Migration(migrations.Migration):
    dependencies = [("insight", "0001_initial"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.CreateModel(
            name="ComparisonAgreement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("agreed_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "agreed_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "other",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partnerships.partnership"
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
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("partnership", "other"),
                        name="agreed_to_compare_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ComparisonCount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField()),
                ("kind", models.CharField(max_length=20)),
                ("shown", models.CharField(max_length=20)),
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
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("partnership", "year", "kind"), name="compared_once"),
                    models.CheckConstraint(condition=models.Q(("kind__in", KINDS)), name="compared_by_kind_of_step"),
                    models.CheckConstraint(condition=models.Q(("shown__regex", SHOWN)), name="compared_by_numbers_alone"),
                ],
            },
        ),
        RowSecurity("insight_comparisonagreement"),
        RowSecurity("insight_comparisoncount"),
        TimekeeperMayRead("insight_comparisonagreement", "partnership_id", "other_id", "ended_at"),
        TimekeeperMayRead("insight_comparisoncount", "partnership_id", "year", "kind", "shown"),
        migrations.RunSQL(FUNCTION, "DROP FUNCTION compared_with_the_partnership_in_scope()"),
    ]
