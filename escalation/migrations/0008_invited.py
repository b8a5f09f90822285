"""Reserved for inviting."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("escalation", "0007_letting_in_and_reading")]

    operations = []
