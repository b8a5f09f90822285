"""Posts that keep their identity, who holds them, proxies, reminders to check again, and uploads of a directory."""

import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

from partnerships.walls import RowSecurity, SamePartnershipKey


class Migration(migrations.Migration):

    dependencies = [
        ('partnerships', '0003_protocol_lines_and_rehearsals'),
    ]

    operations = [
        migrations.CreateModel(
            name='DirectoryUpload',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('name', models.CharField(max_length=200)),
                ('rows', models.JSONField()),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='PostHolder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=150)),
                ('email', models.EmailField(blank=True, max_length=254)),
                ('telephone', models.CharField(blank=True, max_length=40)),
                ('deputy', models.BooleanField(default=False)),
                ('absent_from', models.DateField(blank=True, null=True)),
                ('absent_until', models.DateField(blank=True, null=True)),
                ('review_by', models.DateField(blank=True, null=True)),
                ('reminded_on', models.DateField(editable=False, null=True)),
                ('active', models.BooleanField(default=True)),
            ],
            options={
                'ordering': ['deputy', django.db.models.functions.text.Lower('name'), 'id'],
            },
        ),
        migrations.AddField(
            model_name='agency',
            name='indicative',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='contact',
            name='reminded_on',
            field=models.DateField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='post',
            name='active',
            field=models.BooleanField(default=True),
        ),
        migrations.AddField(
            model_name='post',
            name='filled_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='posts_filled', to='partnerships.agency'),
        ),
        migrations.AddConstraint(
            model_name='post',
            constraint=models.CheckConstraint(condition=models.Q(('filled_by__isnull', True), models.Q(('filled_by', models.F('agency')), _negated=True), _connector='OR'), name='a_proxy_is_another_agency'),
        ),
        migrations.AddField(
            model_name='directoryupload',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='directoryupload',
            name='partnership',
            field=models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partnerships.partnership'),
        ),
        migrations.AddField(
            model_name='postholder',
            name='partnership',
            field=models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partnerships.partnership'),
        ),
        migrations.AddField(
            model_name='postholder',
            name='post',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='holders', to='partnerships.post'),
        ),
        migrations.AddField(
            model_name='postholder',
            name='user',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='postholder',
            constraint=models.UniqueConstraint(models.F('post'), django.db.models.functions.text.Lower('email'), condition=models.Q(('active', True), models.Q(('email', ''), _negated=True)), name='holder_of_a_post_once'),
        ),
        migrations.AddConstraint(
            model_name='postholder',
            constraint=models.CheckConstraint(condition=models.Q(('absent_until__isnull', True), models.Q(('absent_from__isnull', False), ('absent_until__gte', models.F('absent_from'))), _connector='OR'), name='an_absence_begins_before_it_ends'),
        ),
        RowSecurity("partnerships_postholder"),
        RowSecurity("partnerships_directoryupload"),
        SamePartnershipKey("partnerships_post", "filled_by_id", "partnerships_agency"),
        SamePartnershipKey("partnerships_postholder", "post_id", "partnerships_post"),
    ]
