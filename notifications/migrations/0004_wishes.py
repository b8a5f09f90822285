"""How somebody wishes to be told, and their calendar feed."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("notifications", "0003_set_aside")]

    operations = []
