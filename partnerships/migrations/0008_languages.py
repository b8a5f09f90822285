"""The languages that pages are offered in."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("partnerships", "0007_arrangements")]

    operations = [
        migrations.AddField(
            model_name="partnership",
            name="welsh",
            field=models.BooleanField(default=False),
        ),
    ]
