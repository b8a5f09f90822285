"""The languages that pages are offered in."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("partnerships", "0007_arrangements")]

    operations = []
