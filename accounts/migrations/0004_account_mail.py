"""Account mail is claimed while it is sent, and says what went wrong with it last."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_sign_on_wall")]

    operations = [
        migrations.AddField("accountmail", "claimed_at", models.DateTimeField(null=True)),
        migrations.AddField("accountmail", "wrong", models.CharField(blank=True, db_default="", default="", max_length=10)),
    ]
