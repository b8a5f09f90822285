"""Learning that is followed, and what agencies report."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("insight", "0002_comparison")]

    operations: list[object] = []
