"""What noting many timescales at once needs."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("escalation", "0020_taken_in")]
    operations = []
