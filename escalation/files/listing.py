"""The files that lie with a disagreement, as its page shows them; writes nothing."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from ..lying_beside import is_known_to_lack
from ..models import Attachment, Disagreement
from ..permissions import Viewer, may_remove_file

KEPT = (Attachment.State.WAITING, Attachment.State.CLEAN)


@dataclass(frozen=True)
class Lying:
    """One file. `href` only where it can be opened; `remove_href` only for who may take it away."""

    name: str
    words: str
    href: str
    remove_href: str


def lying_with(disagreement: Disagreement, viewer: Viewer) -> list[Lying]:
    """What is there or was refused; what was taken away stands in the chronology alone."""
    if is_known_to_lack(disagreement, "attachments"):
        return []
    shown = disagreement.attachments.exclude(state=Attachment.State.REMOVED)
    return [_lying(attachment, disagreement, viewer) for attachment in shown.select_related("added_by")]


def _lying(attachment: Attachment, disagreement: Disagreement, viewer: Viewer) -> Lying:
    address = [disagreement.partnership.slug, disagreement.reference, attachment.key]
    may_remove = attachment.state in KEPT and may_remove_file(viewer, added_by=attachment.added_by_id)
    return Lying(
        name=attachment.name,
        words=words_of(attachment),
        href=reverse("escalation:file", args=address) if attachment.state == Attachment.State.CLEAN else "",
        remove_href=reverse("escalation:remove_file", args=address) if may_remove else "",
    )


def words_of(attachment: Attachment) -> str:
    if attachment.state == Attachment.State.WAITING:
        return _("It waits to be scanned for viruses and can be opened after that.")
    if attachment.state == Attachment.State.REFUSED:
        said = _("A virus was found in it, so it was not kept. %(who)s added it: tell them by telephone.")
        return said % {"who": attachment.added_by}
    return _("%(size)s, added by %(who)s") % {"size": size_words(attachment.size), "who": attachment.added_by}


def size_words(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB" if size >= 1_000_000 else f"{max(1, round(size / 1000))} kB"
