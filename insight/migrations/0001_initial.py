"""Figures kept beside each disagreement."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("escalation", "0018_on_behalf_and_merging"), ("partnerships", "0010_reporting")]

    operations: list[object] = []
