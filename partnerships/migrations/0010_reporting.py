"""What a partnership arranges about its reports."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("partnerships", "0009_token_scopes")]

    operations: list[object] = []
