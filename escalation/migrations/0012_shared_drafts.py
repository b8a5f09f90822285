"""A draft that two people may complete."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("escalation", "0011_files")]

    operations = []
