"""What the dashboards are read by."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("escalation", "0014_answering")]

    operations = []
