"""Figures kept beside each disagreement, behind the wall, and gone with the record that they were worked out from."""

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

from partnerships.walls import ERASER, TIMEKEEPER, RowSecurity, SamePartnershipKey, TimekeeperMayRead

# Which partnerships have something to count: their numbers, and nothing else of them.
WORK = f"""
CREATE FUNCTION partnerships_with_entries_to_count() RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT p.id FROM partnerships_partnership p
        LEFT JOIN insight_countingcursor c ON c.partnership_id = p.id
        WHERE EXISTS (SELECT 1 FROM escalation_chronologyentry e WHERE e.partnership_id = p.id AND e.seq > coalesce(c.seq, 0))
            OR c.building IS NOT NULL
$$;
REVOKE ALL ON FUNCTION partnerships_with_entries_to_count() FROM PUBLIC;
GRANT CREATE ON SCHEMA public TO {TIMEKEEPER};
ALTER FUNCTION partnerships_with_entries_to_count() OWNER TO {TIMEKEEPER};
REVOKE CREATE ON SCHEMA public FROM {TIMEKEEPER};
"""
# What is destroyed is counted no more, from that very moment: the procedure that destroys sets the mark, and this follows.
# Whoever counts at the same moment waits for it, and then writes nothing.
GONE = f"""
CREATE FUNCTION what_is_destroyed_is_not_counted() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    DELETE FROM insight_countedtimescale WHERE partnership_id = NEW.partnership_id AND counted_id = NEW.id;
    DELETE FROM insight_countedstep WHERE partnership_id = NEW.partnership_id AND counted_id = NEW.id;
    DELETE FROM insight_counted WHERE partnership_id = NEW.partnership_id AND id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER destroyed_is_not_counted AFTER UPDATE OF destroyed_at ON escalation_disagreement
    FOR EACH ROW WHEN (OLD.destroyed_at IS NULL AND NEW.destroyed_at IS NOT NULL)
    EXECUTE FUNCTION what_is_destroyed_is_not_counted();
CREATE FUNCTION a_destroyed_record_is_not_counted() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE destroyed timestamptz;
BEGIN
    SELECT destroyed_at INTO destroyed FROM escalation_disagreement
        WHERE partnership_id = NEW.partnership_id AND id = NEW.disagreement_id FOR KEY SHARE;
    RETURN CASE WHEN destroyed IS NULL THEN NEW END;
END $$;
CREATE TRIGGER a_destroyed_record_gets_nothing BEFORE INSERT ON insight_counted
    FOR EACH ROW EXECUTE FUNCTION a_destroyed_record_is_not_counted();
GRANT SELECT (id, partnership_id), DELETE ON insight_counted TO {ERASER};
GRANT SELECT (partnership_id, counted_id), DELETE ON insight_countedstep TO {ERASER};
GRANT SELECT (partnership_id, counted_id), DELETE ON insight_countedtimescale TO {ERASER};
"""  # noqa: S608  (names of ours)
COUNTED_AGAIN = f"""
DROP TRIGGER destroyed_is_not_counted ON escalation_disagreement;
DROP TRIGGER a_destroyed_record_gets_nothing ON insight_counted;
DROP FUNCTION what_is_destroyed_is_not_counted(); DROP FUNCTION a_destroyed_record_is_not_counted();
REVOKE ALL ON insight_counted, insight_countedstep, insight_countedtimescale FROM {ERASER};
"""


class Migration(migrations.Migration):
    dependencies = [
        ("escalation", "0018_on_behalf_and_merging"),
        ("notifications", "0002_walls"),
        ("partnerships", "0010_reporting"),
    ]

    operations = [
        migrations.CreateModel(
            name='Counted',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seq', models.BigIntegerField()),
                ('line', models.CharField(max_length=40)),
                ('informal', models.BooleanField(default=False)),
                ('merged', models.BooleanField(default=False)),
                ('raised_at', models.DateTimeField()),
                ('raised_on', models.DateField()),
                ('raisers', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ('category', models.CharField(blank=True, max_length=40)),
                ('common', models.CharField(blank=True, max_length=20)),
                ('child_status', models.CharField(blank=True, max_length=40)),
                ('child', models.CharField(blank=True, max_length=64)),
                ('route', models.CharField(choices=[('ladder', 'Step by step'), ('direct', 'Straight to a higher step'), ('third_party', 'Recorded for two other agencies'), ('group', 'Raised by several together')], default='ladder', max_length=12)),
                ('direct', models.BooleanField(default=False)),
                ('stage_reached', models.CharField(blank=True, max_length=40)),
                ('kind_reached', models.CharField(blank=True, max_length=20)),
                ('ending', models.CharField(choices=[('open', 'Being worked on'), ('awaiting', 'Agreed, to be confirmed in writing'), ('agreed', 'The two sides agreed'), ('decided', 'It was decided for them'), ('settled', 'Settled by talking'), ('withdrawn', 'Withdrawn'), ('referred', 'Referred elsewhere')], default='open', max_length=10)),
                ('answered_at', models.DateTimeField(null=True)),
                ('answered_on', models.DateField(null=True)),
                ('agreed_at', models.DateTimeField(null=True)),
                ('agreed_on', models.DateField(null=True)),
                ('resolved_at', models.DateTimeField(null=True)),
                ('resolved_on', models.DateField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('ended_on', models.DateField(null=True)),
                ('closed_at', models.DateTimeField(null=True)),
                ('closed_on', models.DateField(null=True)),
                ('told', models.BooleanField(default=False)),
                ('satisfied', models.CharField(blank=True, max_length=3)),
                ('reopened', models.PositiveSmallIntegerField(default=0)),
                ('actions', models.PositiveSmallIntegerField(default=0)),
                ('actions_open', django.contrib.postgres.fields.ArrayField(base_field=models.DateField(), default=list, size=None)),
                ('disagreement', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='escalation.disagreement')),
                ('partnership', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partnerships.partnership')),
                ('raiser', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partnerships.agency')),
                ('receiver', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partnerships.agency')),
            ],
            options={
                'verbose_name_plural': 'counted',
            },
        ),
        migrations.CreateModel(
            name='CountedStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('stage', models.CharField(max_length=40)),
                ('kind', models.CharField(max_length=20)),
                ('opened_at', models.DateTimeField()),
                ('opened_on', models.DateField()),
                ('left_at', models.DateTimeField(null=True)),
                ('left_on', models.DateField(null=True)),
                ('counted', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='insight.counted')),
                ('partnership', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partnerships.partnership')),
            ],
        ),
        migrations.CreateModel(
            name='CountedTimescale',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('time_limit', models.CharField(max_length=40)),
                ('stage', models.CharField(max_length=40)),
                ('label', models.CharField(max_length=200)),
                ('purpose', models.CharField(max_length=200)),
                ('strength', models.CharField(max_length=12)),
                ('starts_at', models.DateTimeField()),
                ('own_due_at', models.DateTimeField()),
                ('due_at', models.DateTimeField()),
                ('varied', models.BooleanField(default=False)),
                ('stopped_at', models.DateTimeField(null=True)),
                ('paused_at', models.DateTimeField(null=True)),
                ('counted', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='timescales', to='insight.counted')),
                ('partnership', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partnerships.partnership')),
            ],
        ),
        migrations.CreateModel(
            name='CountingCursor',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seq', models.BigIntegerField(default=0)),
                ('building', models.BigIntegerField(default=0, null=True)),
                ('recipe', models.PositiveSmallIntegerField(default=0)),
                ('partnership', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partnerships.partnership')),
            ],
        ),
        migrations.CreateModel(
            name='Expected',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('size', models.CharField(blank=True, choices=[('small', 'Fewer than 50 people who work with children'), ('middle', '50 to 249 people who work with children'), ('large', '250 people or more who work with children')], max_length=6)),
                ('a_year', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MaxValueValidator(999)])),
                ('note', models.CharField(blank=True, max_length=200)),
                ('agency', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partnerships.agency')),
                ('partnership', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partnerships.partnership')),
            ],
            options={
                'verbose_name_plural': 'expected',
            },
        ),
        migrations.AddIndex(
            model_name='counted',
            index=models.Index(fields=['partnership', 'raised_on'], name='counted_by_raised'),
        ),
        migrations.AddIndex(
            model_name='counted',
            index=models.Index(fields=['partnership', 'ended_on'], name='counted_by_ended'),
        ),
        migrations.AddIndex(
            model_name='counted',
            index=models.Index(fields=['partnership', 'resolved_on'], name='counted_by_resolved'),
        ),
        migrations.AddConstraint(
            model_name='counted',
            constraint=models.UniqueConstraint(fields=('partnership', 'disagreement'), name='counted_once'),
        ),
        migrations.AddIndex(
            model_name='countedstep',
            index=models.Index(fields=['partnership', 'counted'], name='counted_steps'),
        ),
        migrations.AddIndex(
            model_name='countedtimescale',
            index=models.Index(fields=['partnership', 'counted'], name='counted_timescales'),
        ),
        migrations.AddConstraint(
            model_name='countingcursor',
            constraint=models.UniqueConstraint(fields=('partnership',), name='one_counting_cursor'),
        ),
        migrations.AddConstraint(
            model_name='expected',
            constraint=models.UniqueConstraint(fields=('partnership', 'agency'), name='expected_once'),
        ),
        RowSecurity("insight_counted"),
        RowSecurity("insight_countedstep"),
        RowSecurity("insight_countedtimescale"),
        RowSecurity("insight_countingcursor"),
        RowSecurity("insight_expected"),
        SamePartnershipKey("insight_counted", "disagreement_id", "escalation_disagreement"),
        SamePartnershipKey("insight_counted", "raiser_id", "partnerships_agency"),
        SamePartnershipKey("insight_counted", "receiver_id", "partnerships_agency"),
        SamePartnershipKey("insight_countedstep", "counted_id", "insight_counted"),
        SamePartnershipKey("insight_countedtimescale", "counted_id", "insight_counted"),
        SamePartnershipKey("insight_expected", "agency_id", "partnerships_agency"),
        TimekeeperMayRead("insight_countingcursor", "partnership_id", "seq", "building"),
        migrations.RunSQL(WORK, "DROP FUNCTION partnerships_with_entries_to_count();"),
        migrations.RunSQL(GONE, COUNTED_AGAIN),
    ]
