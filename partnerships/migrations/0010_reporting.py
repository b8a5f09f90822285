"""More that the log of administration knows: whose systems are told."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("partnerships", "0009_token_scopes")]

    operations = [
        migrations.AlterField(
            "administrationentry",
            "did",
            models.CharField(
                choices=[
                    ("let_in", "Let somebody in"),
                    ("role_changed", "Changed what somebody may do"),
                    ("let_out", "Ended somebody’s access"),
                    ("rearranged", "Changed an arrangement"),
                    ("sign_on_added", "Added a single sign-on"),
                    ("sign_on_changed", "Changed a single sign-on"),
                    ("sign_on_ended", "Ended a single sign-on"),
                    ("agency_changed", "Changed an agency"),
                    ("contact_changed", "Changed a contact"),
                    ("exported", "Exported the partnership’s data"),
                    ("token_made", "Made a token for a program"),
                    ("webhook_made", "Said that another system is told"),
                    ("webhook_changed", "Changed how another system is told"),
                    ("webhook_ended", "Ended that another system is told"),
                    ("signed_out_everywhere", "Ended somebody’s sessions"),
                ],
                max_length=30,
            ),
        ),
    ]
