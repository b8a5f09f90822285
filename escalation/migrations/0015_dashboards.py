"""Whose turn it is, kept beside each disagreement: lists of many are chosen and put in order by it in the database.

What there is already has none yet: the clockwork is told which partnerships have some of that, and works it out
(services/turning.py)."""

from django.db import migrations, models

from partnerships.walls import TIMEKEEPER

# Of disagreements the functions' own role sees those that were shared with another partnership (0010), and now those of which
# nobody has said yet whose turn it is: none, most of the time. Of these the columns that it asks for.
SEES = f"""
GRANT SELECT (turn, destroyed_at) ON escalation_disagreement TO {TIMEKEEPER};
CREATE POLICY timekeeper_turns ON escalation_disagreement FOR SELECT TO {TIMEKEEPER}
    USING (turn IS NULL AND state <> 'draft' AND destroyed_at IS NULL);
"""
NO_LONGER = f"""
REVOKE SELECT (turn, destroyed_at) ON escalation_disagreement FROM {TIMEKEEPER};
DROP POLICY timekeeper_turns ON escalation_disagreement;
"""  # noqa: S608  (names of ours)


WITHOUT_TURNS = f"""
CREATE FUNCTION partnerships_without_turns() RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT DISTINCT partnership_id FROM escalation_disagreement
        WHERE turn IS NULL AND state <> 'draft' AND destroyed_at IS NULL
$$;
REVOKE ALL ON FUNCTION partnerships_without_turns() FROM PUBLIC;
GRANT CREATE ON SCHEMA public TO {TIMEKEEPER};
ALTER FUNCTION partnerships_without_turns() OWNER TO {TIMEKEEPER};
REVOKE CREATE ON SCHEMA public FROM {TIMEKEEPER};
"""  # noqa: S608  (names of ours)


class Migration(migrations.Migration):
    dependencies = [("escalation", "0014_answering")]

    operations = [
        migrations.AddField("disagreement", "turn", models.JSONField(editable=False, null=True)),
        migrations.AddField("disagreement", "turn_due", models.DateTimeField(editable=False, null=True)),
        migrations.AddField("party", "has_turn", models.BooleanField(default=False, editable=False)),
        migrations.AddIndex("disagreement", models.Index(fields=["partnership", "state", "turn_due"], name="soonest_due_first")),
        migrations.AddIndex(
            "disagreement",
            models.Index(
                fields=["partnership"],
                name="turn_not_known",
                condition=models.Q(turn__isnull=True, destroyed_at=None) & ~models.Q(state="draft"),
            ),
        ),
        migrations.RunSQL(SEES, NO_LONGER),
        migrations.RunSQL(WITHOUT_TURNS, "DROP FUNCTION partnerships_without_turns()"),
    ]
