"""What the tracker keeps: views that were saved, and who in the office follows a disagreement."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("escalation", "0015_dashboards")]

    operations: list[object] = []
