"""Of what may lie with a disagreement, what does: asked in one question for its page, so that nothing absent is read."""

from __future__ import annotations

from django.db import connection

from .models import (
    Action,
    Attachment,
    Check,
    Disagreement,
    Invitation,
    Learning,
    Link,
    Outcome,
    ProposedOutcome,
    SharedAcross,
    SideProcessRecord,
)

# By the name of the disagreement's own side of each.
BESIDE = {
    "actions": Action,
    "attachments": Attachment,
    "checks": Check,
    "invitations": Invitation,
    "learning": Learning,
    "links": Link,
    "outcomes": Outcome,
    "proposals": ProposedOutcome,
    "shared_across": SharedAcross,
    "side_processes": SideProcessRecord,
}
# A link is the other one's as well.
_OF = {"links": "(disagreement_id = %(which)s OR other_id = %(which)s)"}
_ONE = "SELECT '{name}' WHERE EXISTS (SELECT FROM {table} WHERE partnership_id = %(partnership)s AND {of})"
ASKED = " UNION ALL ".join(
    _ONE.format(name=name, table=model._meta.db_table, of=_OF.get(name, "disagreement_id = %(which)s"))
    for name, model in BESIDE.items()
)


def note_what_is_absent(disagreement: Disagreement) -> None:
    """For as long as this very row is held, and nothing is added to it: what there is none of is known to be empty, as if it
    had been prefetched. Whatever is then read or filtered of it asks nothing."""
    with connection.cursor() as cursor:
        cursor.execute(ASKED, {"which": disagreement.pk, "partnership": disagreement.partnership_id})
        there = {name for (name,) in cursor.fetchall()}
    known = disagreement.__dict__.setdefault("_prefetched_objects_cache", {})
    known.update({name: model.objects.none() for name, model in BESIDE.items() if name not in there})


def is_known_to_lack(disagreement: Disagreement, name: str) -> bool:
    known = disagreement.__dict__.get("_prefetched_objects_cache", {})
    return name in known and known[name].query.is_empty()
