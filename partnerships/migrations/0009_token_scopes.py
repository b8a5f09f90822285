"""What a token may be used for, and when it last was. Those that there are may go on doing everything."""

from django.db import migrations, models

import partnerships.token_scopes


class Migration(migrations.Migration):
    dependencies = [("partnerships", "0008_languages")]

    operations = [
        migrations.AddField("apitoken", "scopes", models.JSONField(default=partnerships.token_scopes.everything)),
        migrations.AddField("apitoken", "last_used_at", models.DateTimeField(editable=False, null=True)),
    ]
