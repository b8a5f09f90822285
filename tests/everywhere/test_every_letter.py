"""Every letter: plain text alone, short sentences, a greeting, a link on a line of its own, and whom to ask."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone

from notifications.messages import Letter
from tests.notifications.test_words import EVERYTHING, TEMPLATES, letter, some_news, text_of

from .wording import forbidden, too_long

FOLDER = Path(settings.BASE_DIR) / "templates"
LINK = re.compile(r"https?://\S+")
WIDTH = 78
# What the letters of an account are rendered with: everything that any of them names.
FACTS = {
    "code": "7WQ4-KD2M", "ended": 2, "ip": "192.0.2.1", "user_agent": "A browser", "timestamp": timezone.now,
    "user": "Jo O'Neill",
    "name": "Jo O'Neill", "partnership": "Barnsley Safeguarding Children Partnership", "address": "https://tracker.example",
    "link": "https://tracker.example/p/barnsley/", "password_reset_url": "https://tracker.example/accounts/password/reset/key/1-2/",
}  # fmt: skip
OF_AN_ACCOUNT = sorted(
    path.relative_to(FOLDER).as_posix()
    for folder in ("account/email", "mfa/email", "accounts", "records")
    for path in (FOLDER / folder).rglob("*.txt")
    if not path.name.startswith("base_") and "_subject" not in path.name
)


def wrong_with(text: str) -> list[str]:
    found = []
    for line in text.splitlines():
        if LINK.search(line) and not LINK.fullmatch(line.strip()):
            found.append(f"a link in the middle of a line: {line}")
        found += [f"too long: {sentence}" for sentence in too_long(LINK.sub("…", line))]
        found += [f"not our words: {word}" for word in forbidden(line)]
    paragraphs = [each.splitlines() for each in text.split("\n\n")]
    # A paragraph is one line that the reader's program folds, or lines that need no folding; a link may follow it.
    found += [
        f"half of it would be folded: {each}"
        for each in paragraphs
        for line, after in itertools.pairwise(each)
        if len(line) > WIDTH and not LINK.fullmatch(line) and not LINK.fullmatch(after)
    ]
    return found


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_letter_about_a_disagreement(template: str) -> None:
    for more in ({}, EVERYTHING, {"invited": True}, {"link": ""}):
        made: Letter = letter(some_news(template, **more))  # type: ignore[arg-type]
        text = text_of(made)
        assert text.startswith("Dear Jo O'Neill,\n\n")
        assert "Partnership inbox" in text
        assert text.rstrip().endswith(made.partnership)
        assert "<" not in text
        assert wrong_with(text) == [], text


@pytest.mark.parametrize("template", OF_AN_ACCOUNT)
def test_a_letter_about_an_account(template: str) -> None:
    text = render_to_string(template, FACTS).strip()
    assert wrong_with(text) == [], text


def test_no_letter_has_a_second_part() -> None:
    """What one reads is what was sent: no HTML, no picture, nothing that tells anybody that it was opened."""
    assert [path.name for path in FOLDER.rglob("*.html") if "email" in path.parts] == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Open it: https://tracker.example/p/", "a link in the middle of a line"),
        (f"{'word ' * 30}end.", "too long"),
        ("The SLA was not kept.", "not our words"),
        (f"{'a b c d e. ' * 9}\nand so on", "half of it would be folded"),
    ],
)
def test_what_is_wrong_with_a_letter_is_found(text: str, found: str) -> None:
    assert found in " ".join(wrong_with(text))
