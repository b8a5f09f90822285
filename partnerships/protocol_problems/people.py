"""What people are asked, where they are sent, and whether contacts can be stored."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from ..protocol import Part, Protocol
from .parts import Path, Problem, each

# Contacts and posts become rows with columns of these lengths; the administrator is told before the database is.
LENGTHS = {"email": 254, "telephone": 60, "address": 300, "note": 300}
POST_TITLE = 120
EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")


def requirements(protocol: Protocol) -> Iterator[Problem]:
    """Only the first requirement of a kind is asked at a stage, so a second one would never be seen."""
    everywhere = [stage.key for stage in protocol.ladder]
    asked: set[tuple[str, str]] = set()
    for path, requirement in each(protocol, "requirements"):
        here = {(requirement.what, stage) for stage in requirement.stages or everywhere}
        if here & asked:
            yield Problem(
                (*path, "what"),
                f'"{requirement.what}" is already asked for at the same stage. Join the two, or give each its stages.',
            )
        asked |= here


def signposts(protocol: Protocol) -> Iterator[Problem]:
    if not any(signpost.danger for signpost in protocol.signposts):
        yield Problem(
            ("signposts",),
            "Nobody is told what to do when a child is in danger now. Add a signpost with danger: true, before all others.",
        )
    for path, signpost in each(protocol, "signposts"):
        if not signpost.advice:
            yield Problem((*path, "advice"), f'Signpost "{signpost.key}" gives no advice. Say where to go instead.')


def contacts(protocol: Protocol) -> Iterator[Problem]:
    yield from _nobody_there(protocol)
    for path, contact in each(protocol, "contacts"):
        said = f'Contact "{contact.key}"'
        if contact.email and not EMAIL.fullmatch(contact.email):
            yield Problem((*path, "email"), f"{said}: this is not an e-mail address. Write one like name@example.org.")
        for name, most in LENGTHS.items():
            if len(getattr(contact, name)) > most:
                yield Problem((*path, name), f"{said}: {name} is longer than {most} characters. Shorten it.")
    for path, agency in each(protocol, "agencies"):
        for number, post in enumerate(agency.posts):
            if len(post.title) > POST_TITLE:
                yield Problem(
                    (*path, "posts", number, "title"),
                    f'Agency "{agency.key}": a post is longer than {POST_TITLE} characters. Shorten it.',
                )


def _nobody_there(protocol: Protocol) -> Iterator[Problem]:
    """An inbox is reached through its contact; a role that may not sign in and see has no other way to hear of anything."""
    reached = {contact.role for contact in protocol.contacts}
    told = {recipient.rpartition(".")[2] for rule in protocol.notice_rules for recipient in rule.to}
    for path, role in each(protocol, "roles"):
        if not role.may_see and role.key in told and role.key not in reached:
            yield Problem(
                path, f'Role "{role.key}" is sent notices, but nobody can receive them. Add a contact with role: {role.key}.'
            )


def reporting(protocol: Protocol) -> Iterator[Problem]:
    for path, rule in each(protocol, "reporting"):
        if rule.silent_after_months is not None and not 1 <= rule.silent_after_months <= 120:
            yield Problem(
                (*path, "silent_after_months"), "An agency is silent after between 1 and 120 months. Write such a number."
            )


def unprintable(text: str) -> str | None:
    """The first character that cannot be stored or shown, as its number; line breaks and tabs can."""
    # The last two are no characters at all, and YAML knows neither.
    found = next((c for c in text if c not in "\n\t" and (unicodedata.category(c) in ("Cc", "Cs") or c in "\ufffe\uffff")), None)
    return None if found is None else f"U+{ord(found):04X}"


def characters(protocol: Protocol) -> Iterator[Problem]:
    for path, text in _texts(protocol, ()):
        if (number := unprintable(text)) is not None:
            yield Problem(path, f"This text holds a character that cannot be shown ({number}). Take it out.")


def _texts(part: Part, path: Path) -> Iterator[tuple[Path, str]]:
    for name in type(part).model_fields:
        value = getattr(part, name)
        for number, item in enumerate(value if isinstance(value, tuple) else (value,)):
            at = (*path, name, number) if isinstance(value, tuple) else (*path, name)
            if isinstance(item, Part):
                yield from _texts(item, at)
            elif isinstance(item, str):
                yield at, item
