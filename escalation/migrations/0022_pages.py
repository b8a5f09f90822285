"""By which indexes pages are found among very many."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("escalation", "0021_sweeping")]
    operations = []
