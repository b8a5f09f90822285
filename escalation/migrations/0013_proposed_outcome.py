"""An outcome that both sides see before it is fixed."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from partnerships.walls import ERASER, RowSecurity, SamePartnershipKey

TABLE = "escalation_proposedoutcome"

# Its words go with the record, after the outcome that refers to it; and nothing is added to a record that was destroyed.
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
ALONE, BOTH = "'escalation_outcome',", f"'escalation_outcome', '{TABLE}',"


class Migration(migrations.Migration):
    dependencies = [
        ("escalation", "0012_shared_drafts"),
        ("records", "0002_destroying"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField("disagreement", "proposed_by_side", models.CharField(blank=True, default="", max_length=12)),
        migrations.CreateModel(
            name="ProposedOutcome",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "side",
                    models.CharField(choices=[("raising", "Raising side"), ("receiving", "Receiving side")], max_length=12),
                ),
                ("text", models.TextField()),
                ("outstanding", models.TextField(blank=True)),
                ("plan", models.JSONField(default=list)),
                ("answers", models.JSONField(default=dict)),
                ("proposed_at", models.DateTimeField()),
                (
                    "ended",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("agreed", "Agreed"),
                            ("not_agreed", "Not agreed"),
                            ("withdrawn", "Taken back"),
                            ("replaced", "Worded anew"),
                            ("lapsed", "Not answered before it moved on"),
                        ],
                        max_length=10,
                    ),
                ),
                ("ended_at", models.DateTimeField(null=True)),
                ("reply", models.TextField(blank=True)),
                (
                    "disagreement",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="proposals",
                        to="escalation.disagreement",
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                (
                    "proposed_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
            ],
            options={
                "ordering": ["proposed_at", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended", "")), fields=("disagreement",), name="one_proposal_waits"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended", ""), ("ended_at", None)),
                            models.Q(models.Q(("ended", ""), _negated=True), ("ended_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="proposal_waits_or_has_ended",
                    ),
                ],
            },
        ),
        migrations.AddField(
            "outcome",
            "proposal",
            models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="escalation.proposedoutcome",
            ),
        ),
        RowSecurity(TABLE),
        SamePartnershipKey(TABLE, "disagreement_id", "escalation_disagreement"),
        SamePartnershipKey("escalation_outcome", "proposal_id", TABLE),
        migrations.RunSQL(GOES_WITH_THE_RECORD, STAYS),
        migrations.RunSQL(
            NAMED.format(eraser=ERASER, was=ALONE, becomes=BOTH), NAMED.format(eraser=ERASER, was=BOTH, becomes=ALONE)
        ),
    ]
