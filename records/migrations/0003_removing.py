"""Reserved for removing a partnership."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("records", "0002_destroying")]

    operations = []
