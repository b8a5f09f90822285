from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("escalation", "0004_clocks_that_stood_still")]

    operations = [
        migrations.AddField(
            model_name="disagreement",
            name="line",
            field=models.CharField(default="main", max_length=40),
        ),
        migrations.AddField(
            model_name="party",
            name="called",
            field=models.CharField(blank=True, max_length=200),
        ),
    ]
