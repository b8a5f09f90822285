"""What a token may be used for."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("partnerships", "0008_languages")]

    operations: list[object] = []
