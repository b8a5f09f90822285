"""By which indexes figures are found among very many."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("insight", "0002_comparison")]
    operations = []
