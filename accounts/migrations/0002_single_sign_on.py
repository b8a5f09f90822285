"""Single sign-ons, readable before anybody is signed in."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
        ('partnerships', '0007_arrangements'),
    ]

    operations = [
        migrations.CreateModel(
            name='SignOn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('agency', models.SlugField(blank=True, max_length=40)),
                ('key', models.SlugField(max_length=40, unique=True)),
                ('name', models.CharField(max_length=100)),
                ('issuer', models.URLField(max_length=300)),
                ('client_id', models.CharField(max_length=200)),
                ('secret_name', models.CharField(max_length=60)),
                ('domains', models.JSONField(default=list)),
                ('active', models.BooleanField(default=True)),
                ('provided_for', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partnerships.partnership')),
            ],
            options={
                'ordering': ['name'],
            },
        ),
    ]
