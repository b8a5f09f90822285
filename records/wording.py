"""What was destroyed, in words and numbers, for a certificate; reads no row."""

from __future__ import annotations

from collections.abc import Mapping

# Table -> what one of its rows is called, and several.
WHAT: dict[str, tuple[str, str]] = {
    "escalation_chronologywords": ("text of the chronology", "texts of the chronology"),
    "escalation_party": ("person named, with their details", "people named, with their details"),
    "escalation_outcome": ("text of an outcome", "texts of outcomes"),
    "escalation_searchtext": ("row that it was found by", "rows that it was found by"),
    "escalation_proposedoutcome": ("proposed outcome, with its answer", "proposed outcomes, with their answers"),
    "escalation_learning": ("text of learning", "texts of learning"),
    "escalation_action": ("action", "actions"),
    "escalation_check": ("check", "checks"),
    "escalation_sideprocessrecord": ("side process, with its members", "side processes, with their members"),
    "escalation_deadline": ("timescale", "timescales"),
    "escalation_invitation": ("invitation", "invitations"),
    "escalation_attachment": ("file", "files"),
    "escalation_link": ("link to another disagreement", "links to other disagreements"),
    "escalation_takenin": ("line of a tracker kept before", "lines of trackers kept before"),
    "escalation_sharedacross": ("sharing with another partnership", "sharings with other partnerships"),
    "notifications_notice": ("notice", "notices"),
    "notifications_message": ("e-mail", "e-mails"),
    "notifications_message.text": (
        "text of an e-mail that was about another disagreement too",
        "texts of e-mails that were about other disagreements too",
    ),
    "records_disclosure": ("disclosure being prepared, or its list of redactions", "disclosures, with their redactions"),
}


def destroyed_lines(counts: Mapping[str, int]) -> list[str]:
    """A line for each sort of thing that there was, in the order above."""
    return [
        f"{counts[table]} {one if counts[table] == 1 else several}" for table, (one, several) in WHAT.items() if counts.get(table)
    ]
