"""What a token may be used for: a short closed list in plain words; knows no operation and no permission.

A scope only ever narrows: what its owner may not see or do, no token of theirs may."""

from __future__ import annotations

from django.db import models


class TokenScope(models.TextChoices):
    READ = "read", "Read disagreements"
    RAISE = "raise", "Raise disagreements"
    ACT = "act", "Act on disagreements"
    DIRECTORY = "directory", "Read the protocol and the directory"
    OFFICE = "office", "Read what only the partnership office reads"
    OFFICE_WORK = "office-work", "Do what only the partnership office does"
    FIGURES = "figures", "Read figures as they may be published"
    WEBHOOKS = "webhooks", "Say which systems are told that something happened"


HINTS: dict[str, str] = {
    TokenScope.READ: "Those that you may see, with their chronology, timescales and files. It changes nothing.",
    TokenScope.RAISE: "And keep drafts. Whoever raises something can read what they raised.",
    TokenScope.ACT: "Every button on the page of a disagreement, adding a file, and answering what you are asked.",
    TokenScope.DIRECTORY: "Agencies, contacts and days that do not count. It holds nothing about a child.",
    TokenScope.WEBHOOKS: "It is of use to those who look after the partnership alone.",
    TokenScope.OFFICE: "Who is a member here, views of the tracker, figures as they are, learning and meetings.",
    TokenScope.OFFICE_WORK: "Following and reminding, putting together, recording for somebody, learning, meetings, days off.",
    TokenScope.FIGURES: "For a dashboard: years that are over, small counts hidden. No disagreement and nothing about a child.",
}


def everything() -> list[str]:
    """What a token may be used for where nobody chose: all that there was before one could choose."""
    return [scope.value for scope in TokenScope]
