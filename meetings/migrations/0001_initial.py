"""Meetings, what they decided, reports on a year, and what was issued of both."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from partnerships.walls import RowSecurity, SamePartnershipKey


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ("learning", "0001_initial"),
        ("partnerships", "0010_reporting"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Meeting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sub_group', models.CharField(blank=True, max_length=120)),
                ('held_on', models.DateField()),
                ('first', models.DateField()),
                ('last', models.DateField(null=True)),
                ('notes', models.TextField(blank=True, max_length=5000)),
                ('made_at', models.DateTimeField()),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('partnership', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partnerships.partnership')),
            ],
            options={
                'ordering': ['-held_on', '-id'],
            },
        ),
        migrations.CreateModel(
            name='Decision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('about', models.CharField(choices=[('timescales', 'Those beyond their timescale'), ('serious', 'Potentially serious or stuck ones'), ('themes', 'Themes'), ('learning', 'Learning and actions'), ('agencies', 'Agencies that raised nothing'), ('protocol', 'The protocol itself'), ('other', 'Something else')], max_length=12)),
                ('words', models.TextField(max_length=1000)),
                ('owner', models.CharField(blank=True, max_length=150)),
                ('due', models.DateField(null=True)),
                ('done_on', models.DateField(null=True)),
                ('came_of_it', models.CharField(blank=True, max_length=300)),
                ('recorded_at', models.DateTimeField()),
                ('partnership', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partnerships.partnership')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('meeting', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='meetings.meeting')),
            ],
            options={
                'ordering': ['recorded_at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Report',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first', models.DateField()),
                ('last', models.DateField()),
                ('said', models.JSONField(default=dict)),
                ('hides_small', models.BooleanField(default=True)),
                ('made_at', models.DateTimeField()),
                ('saved_at', models.DateTimeField(null=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('partnership', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partnerships.partnership')),
            ],
            options={
                'ordering': ['-first'],
            },
        ),
        migrations.CreateModel(
            name='Issued',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first', models.DateField()),
                ('last', models.DateField()),
                ('content', models.JSONField()),
                ('digest', models.CharField(max_length=64)),
                ('issued_at', models.DateTimeField()),
                ('issued_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('partnership', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partnerships.partnership')),
                ('meeting', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='issued', to='meetings.meeting')),
                ('report', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='issued', to='meetings.report')),
            ],
            options={
                'verbose_name_plural': 'issued',
                'db_table_comment': 'append-only: packs and reports as they were issued',
                'ordering': ['-issued_at', '-id'],
            },
        ),
        migrations.AddConstraint(
            model_name='meeting',
            constraint=models.UniqueConstraint(fields=('partnership', 'sub_group', 'held_on'), name='one_meeting_of_a_group_a_day'),
        ),
        migrations.AddConstraint(
            model_name='meeting',
            constraint=models.CheckConstraint(condition=models.Q(('last', None), ('last__gte', models.F('first')), _connector='OR'), name='a_meetings_period_ends_after_it_begins'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.UniqueConstraint(fields=('partnership', 'first'), name='one_report_a_year'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.CheckConstraint(condition=models.Q(('last__gt', models.F('first'))), name='a_report_ends_after_it_begins'),
        ),
        migrations.AddConstraint(
            model_name='issued',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('meeting', None), ('report__isnull', False)), models.Q(('meeting__isnull', False), ('report', None)), _connector='OR'), name='issued_is_a_pack_or_a_report'),
        ),
        RowSecurity("meetings_meeting"),
        RowSecurity("meetings_decision"),
        RowSecurity("meetings_report"),
        RowSecurity("meetings_issued"),
        SamePartnershipKey("meetings_decision", "meeting_id", "meetings_meeting"),
        SamePartnershipKey("meetings_issued", "meeting_id", "meetings_meeting"),
        SamePartnershipKey("meetings_issued", "report_id", "meetings_report"),
    ]
