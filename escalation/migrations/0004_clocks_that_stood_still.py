from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("escalation", "0003_raised_as_and_process_answers"),
    ]

    operations = [
        migrations.AddField(
            model_name="deadline",
            name="pauses",
            field=models.JSONField(default=list),
        ),
        migrations.AlterField(
            model_name="chronologyentry",
            name="kind",
            field=models.CharField(
                choices=[
                    ("raised", "raised"),
                    ("escalated", "escalated"),
                    ("stepped_back", "stepped_back"),
                    ("seen", "seen"),
                    ("acknowledged", "acknowledged"),
                    ("conversation_booked", "conversation_booked"),
                    ("conversation_held", "conversation_held"),
                    ("passed_on", "passed_on"),
                    ("party_changed", "party_changed"),
                    ("situation_changed", "situation_changed"),
                    ("linked", "linked"),
                    ("progress_recorded", "progress_recorded"),
                    ("flagged", "flagged"),
                    ("unflagged", "unflagged"),
                    ("gate_recorded", "gate_recorded"),
                    ("agreement_recorded", "agreement_recorded"),
                    ("outcome_confirmed", "outcome_confirmed"),
                    ("outcome_disputed", "outcome_disputed"),
                    ("decision_recorded", "decision_recorded"),
                    ("raiser_told", "raiser_told"),
                    ("satisfied", "satisfied"),
                    ("not_satisfied", "not_satisfied"),
                    ("confirmed_on_file", "confirmed_on_file"),
                    ("learning_recorded", "learning_recorded"),
                    ("action_added", "action_added"),
                    ("action_finished", "action_finished"),
                    ("reopened", "reopened"),
                    ("closed", "closed"),
                    ("withdrawn", "withdrawn"),
                    ("settled_logged", "settled_logged"),
                    ("side_process_started", "side_process_started"),
                    ("side_process_ended", "side_process_ended"),
                    ("clock_paused", "clock_paused"),
                    ("clock_resumed", "clock_resumed"),
                    ("timescale_varied", "timescale_varied"),
                    ("timescale_near", "timescale_near"),
                    ("timescale_passed", "timescale_passed"),
                    ("timescales_recounted", "timescales_recounted"),
                    ("notice_undelivered", "notice_undelivered"),
                ],
                max_length=30,
            ),
        ),
    ]
