"""Whose turn it is, kept beside each disagreement: lists of many are chosen and put in order by it in the database.

What there is already has none yet: its partnership counts as one whose clockwork has something to do, which works it out
(services/turning.py)."""

from django.db import migrations, models

from partnerships.walls import TIMEKEEPER

BEFORE = """
CREATE OR REPLACE FUNCTION partnerships_with_timescales_due(moment timestamptz) RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT partnership_id FROM escalation_deadline
        WHERE stopped_at IS NULL AND passed_noted_at IS NULL AND paused_at IS NULL AND due_at <= moment
    UNION
    SELECT partnership_id FROM escalation_deadline
        WHERE stopped_at IS NULL AND near_at IS NOT NULL AND paused_at IS NULL AND near_at <= moment
$$;
"""
WITHOUT_A_TURN = """
    UNION
    SELECT partnership_id FROM escalation_disagreement
        WHERE turn IS NULL AND state <> 'draft' AND destroyed_at IS NULL
$$;
"""


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


def as_timekeeper(function: str) -> str:
    """Replaced by its own role: the table's owner sees no row outside a scope."""
    lent = f"GRANT CREATE ON SCHEMA public TO {TIMEKEEPER}; SET LOCAL ROLE {TIMEKEEPER};"
    return f"{lent} {function} RESET ROLE; REVOKE CREATE ON SCHEMA public FROM {TIMEKEEPER};"


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
        migrations.RunSQL(as_timekeeper(BEFORE.replace("\n$$;\n", WITHOUT_A_TURN)), as_timekeeper(BEFORE)),
    ]
