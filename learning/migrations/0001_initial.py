"""Learning that is followed, and what agencies report."""

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from partnerships.walls import RowSecurity, SamePartnershipKey


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('insight', '0002_comparison'),
        ('partnerships', '0010_reporting'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Item',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=150)),
                ('happened', models.TextField(blank=True, max_length=3000)),
                ('learned', models.TextField(max_length=3000)),
                ('category', models.CharField(blank=True, max_length=40)),
                ('themes', models.JSONField(default=list)),
                ('sub_group', models.CharField(blank=True, max_length=120)),
                ('progress', models.CharField(choices=[('not_begun', 'Not begun'), ('under_way', 'Under way'), ('done', 'Done'), ('not_done', 'Will not be done')], default='not_begun', max_length=10)),
                ('made_at', models.DateTimeField()),
                ('done_on', models.DateField(null=True)),
                ('ask_on', models.DateField(null=True)),
                ('asked_on', models.DateField(editable=False, null=True)),
                ('judgement', models.CharField(blank=True, choices=[('yes', 'Yes'), ('partly', 'Partly'), ('no', 'No'), ('cannot_tell', 'Cannot tell')], max_length=12)),
                ('judged_words', models.TextField(blank=True, max_length=3000)),
                ('judged_at', models.DateTimeField(null=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('judged_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('partnership', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partnerships.partnership')),
                ('raising_agency', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partnerships.agency')),
                ('receiving_agency', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partnerships.agency')),
            ],
        ),
        migrations.CreateModel(
            name='Briefing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=150)),
                ('about', models.TextField(blank=True, max_length=3000)),
                ('happened', models.TextField(blank=True, max_length=3000)),
                ('learned', models.TextField(blank=True, max_length=3000)),
                ('differently', models.TextField(blank=True, max_length=3000)),
                ('questions', models.TextField(blank=True, max_length=3000)),
                ('read_on', models.TextField(blank=True, max_length=3000)),
                ('written_at', models.DateTimeField()),
                ('checked', models.CharField(blank=True, editable=False, max_length=16)),
                ('partnership', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partnerships.partnership')),
                ('written_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('item', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='briefings', to='learning.item')),
            ],
        ),
        migrations.CreateModel(
            name='Action',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('policy', 'Change a policy'), ('training', 'Training'), ('briefing', 'A briefing')], max_length=10)),
                ('what', models.CharField(max_length=300)),
                ('owner_name', models.CharField(blank=True, max_length=150)),
                ('due', models.DateField()),
                ('progress', models.CharField(choices=[('not_begun', 'Not begun'), ('under_way', 'Under way'), ('done', 'Done'), ('not_done', 'Will not be done')], default='not_begun', max_length=10)),
                ('why_not', models.TextField(blank=True, max_length=1000)),
                ('done_on', models.DateField(null=True)),
                ('reminded_on', models.DateField(editable=False, null=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('owner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('owner_agency', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partnerships.agency')),
                ('partnership', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partnerships.partnership')),
                ('item', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='actions', to='learning.item')),
            ],
            options={
                'ordering': ['due', 'id'],
            },
        ),
        migrations.CreateModel(
            name='ItemEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('did', models.CharField(choices=[('made', 'Wrote it down'), ('changed', 'Changed what it says'), ('assigned', 'Gave it to a sub-group'), ('action_added', 'Added an action'), ('action_changed', 'Changed an action'), ('under_way', 'Action under way'), ('done', 'Action done'), ('not_done', 'Action will not be done'), ('not_begun', 'Action not begun after all'), ('noted', 'Note on an action'), ('ask_on', 'Set the day to ask whether it changed anything'), ('judged', 'Said whether it changed anything'), ('briefing_written', 'Wrote the briefing'), ('briefing_checked', 'Checked the briefing: it names nobody')], max_length=20)),
                ('at', models.DateTimeField()),
                ('words', models.TextField(blank=True, max_length=1000)),
                ('action', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='learning.action')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('item', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='learning.item')),
                ('partnership', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partnerships.partnership')),
            ],
            options={
                'verbose_name_plural': 'item entries',
                'db_table_comment': 'append-only: what was done with each learning item',
                'ordering': ['-at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='ReturnPeriod',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first', models.DateField()),
                ('last', models.DateField()),
                ('asked_on', models.DateField()),
                ('due', models.DateField()),
                ('questions', models.JSONField(default=list)),
                ('partnership', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partnerships.partnership')),
            ],
            options={
                'ordering': ['-first'],
            },
        ),
        migrations.CreateModel(
            name='AgencyReturn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('answers', models.JSONField(default=dict)),
                ('answered_at', models.DateTimeField()),
                ('told_by', models.CharField(blank=True, max_length=150)),
                ('agency', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partnerships.agency')),
                ('answered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('partnership', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partnerships.partnership')),
                ('period', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='returns', to='learning.returnperiod')),
            ],
        ),
        migrations.CreateModel(
            name='ReturnsArranged',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('every', models.PositiveSmallIntegerField(choices=[(0, 'Not at all'), (3, 'Every quarter'), (6, 'Every half-year'), (12, 'Every year')], default=3)),
                ('days', models.PositiveSmallIntegerField(default=21, validators=[django.core.validators.MinValueValidator(7), django.core.validators.MaxValueValidator(90)])),
                ('own_questions', models.JSONField(default=list)),
                ('since', models.DateField()),
                ('partnership', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partnerships.partnership')),
            ],
        ),
        migrations.CreateModel(
            name='Source',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('learning', models.BigIntegerField()),
                ('item', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='sources', to='learning.item')),
                ('partnership', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partnerships.partnership')),
            ],
        ),
        migrations.AddIndex(
            model_name='item',
            index=models.Index(fields=['partnership', '-made_at', '-id'], name='learning_newest_first'),
        ),
        migrations.AddConstraint(
            model_name='item',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('judged_at', None), ('judgement', '')), models.Q(models.Q(('judgement', ''), _negated=True), ('judged_at__isnull', False)), _connector='OR'), name='a_judgement_has_its_day'),
        ),
        migrations.AddConstraint(
            model_name='briefing',
            constraint=models.UniqueConstraint(fields=('partnership', 'item'), name='one_briefing_an_item'),
        ),
        migrations.AddIndex(
            model_name='action',
            index=models.Index(condition=models.Q(('progress__in', ['not_begun', 'under_way'])), fields=['partnership', 'due'], name='learning_action_due'),
        ),
        migrations.AddConstraint(
            model_name='action',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('progress', 'not_done'), _negated=True), models.Q(('why_not', ''), _negated=True), _connector='OR'), name='what_is_not_done_has_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='returnperiod',
            constraint=models.UniqueConstraint(fields=('partnership', 'first'), name='one_return_a_period'),
        ),
        migrations.AddConstraint(
            model_name='returnperiod',
            constraint=models.CheckConstraint(condition=models.Q(('last__gte', models.F('first'))), name='a_return_period_ends_after_it_begins'),
        ),
        migrations.AddConstraint(
            model_name='agencyreturn',
            constraint=models.UniqueConstraint(fields=('partnership', 'period', 'agency'), name='one_return_an_agency'),
        ),
        migrations.AddConstraint(
            model_name='returnsarranged',
            constraint=models.UniqueConstraint(fields=('partnership',), name='returns_arranged_once'),
        ),
        migrations.AddIndex(
            model_name='source',
            index=models.Index(fields=['partnership', 'learning'], name='learning_taken_up'),
        ),
        migrations.AddConstraint(
            model_name='source',
            constraint=models.UniqueConstraint(fields=('partnership', 'item', 'learning'), name='learned_once_from_each'),
        ),
        RowSecurity("learning_item"),
        RowSecurity("learning_source"),
        RowSecurity("learning_action"),
        RowSecurity("learning_itementry"),
        RowSecurity("learning_briefing"),
        RowSecurity("learning_returnsarranged"),
        RowSecurity("learning_returnperiod"),
        RowSecurity("learning_agencyreturn"),
        SamePartnershipKey("learning_item", "raising_agency_id", "partnerships_agency"),
        SamePartnershipKey("learning_item", "receiving_agency_id", "partnerships_agency"),
        SamePartnershipKey("learning_source", "item_id", "learning_item"),
        SamePartnershipKey("learning_action", "item_id", "learning_item"),
        SamePartnershipKey("learning_action", "owner_agency_id", "partnerships_agency"),
        SamePartnershipKey("learning_itementry", "item_id", "learning_item"),
        SamePartnershipKey("learning_itementry", "action_id", "learning_action"),
        SamePartnershipKey("learning_briefing", "item_id", "learning_item"),
        SamePartnershipKey("learning_agencyreturn", "period_id", "learning_returnperiod"),
        SamePartnershipKey("learning_agencyreturn", "agency_id", "partnerships_agency"),
    ]
