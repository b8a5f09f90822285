"""What a side process keeps of its members and of the clocks that wait for it, and who has been brought in so far."""

from typing import Any

from django.db import migrations, models

import partnerships.scope
from escalation.bringing_in import brought_in
from escalation.states import Kind
from partnerships.conditions import Facts
from partnerships.protocol import Protocol
from partnerships.protocol_terms import Event, Side
from partnerships.walls import SamePartnershipKey


def tell_who_was_brought_in(apps: Any, schema_editor: Any) -> None:
    """For what was raised before: told again from the chronology, under each one's own protocol."""
    db = schema_editor.connection.alias
    for partnership in apps.get_model("partnerships", "Partnership").objects.using(db).values_list("pk", flat=True):
        with schema_editor.connection.cursor() as cursor:
            cursor.execute("SELECT set_config('app.partnership_id', %s, true)", [str(partnership)])
        raised = apps.get_model("escalation", "Disagreement").objects.using(db).filter(partnership_id=partnership)
        for disagreement in raised.exclude(protocol_version=None).select_related("protocol_version"):
            _tell(disagreement)
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.partnership_id', '', true)")


def _tell(disagreement: Any) -> None:
    protocol = Protocol.model_validate(disagreement.protocol_version.definition)
    agencies = {Side.RAISING: disagreement.raising_agency, Side.RECEIVING: disagreement.receiving_agency}
    known: set[str] = set()
    for entry in disagreement.chronology.order_by("seq"):
        flags = [entry.data["flag"]] if entry.kind == "flagged" else disagreement.flags
        facts = Facts(
            stage=entry.stage,
            direct=disagreement.opened_directly,
            sectors={side: agency.sector for side, agency in agencies.items() if agency is not None},
            child_status=disagreement.child_status,
            flags=frozenset(flags),
            category=disagreement.category,
            urgency=disagreement.urgency,
            raised_as=disagreement.raised_as,
            time_limit=entry.data.get("time_limit", ""),
            process=entry.data.get("process", ""),
        )
        events = frozenset(Event(event) for event in entry.data.get("events", ()))
        known |= brought_in(protocol, events=events, facts=facts, tier=entry.tier)
    disagreement.brought_in = sorted(known)
    disagreement.save(update_fields=["brought_in"])


class Migration(migrations.Migration):
    dependencies = [("escalation", "0005_draft_line")]

    operations = [
        migrations.AddField("disagreement", "brought_in", models.JSONField(default=list)),
        migrations.AddField("disagreement", "waiting_for", models.CharField(blank=True, max_length=40)),
        migrations.AddField("sideprocessrecord", "former", models.JSONField(default=list)),
        migrations.AddField("sideprocessrecord", "accepted", models.TextField(blank=True)),
        migrations.AddField("sideprocessrecord", "paused", models.JSONField(default=list)),
        migrations.AddField(
            "outcome",
            "through",
            partnerships.scope.same_partnership_key("escalation.sideprocessrecord", null=True, related_name="outcomes"),
        ),
        SamePartnershipKey("escalation_outcome", "through_id", "escalation_sideprocessrecord"),
        migrations.AlterField(
            "chronologyentry", "kind", models.CharField(choices=[(k.value, k.value) for k in Kind], max_length=30)
        ),
        migrations.RunPython(tell_who_was_brought_in, migrations.RunPython.noop),
    ]
