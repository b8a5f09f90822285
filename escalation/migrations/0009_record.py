"""Reserved for the record."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("escalation", "0008_invited")]

    operations = []
