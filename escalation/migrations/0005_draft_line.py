from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("escalation", "0003_raised_as_and_process_answers")]

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
