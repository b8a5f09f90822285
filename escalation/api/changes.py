"""What changed in the API, what is deprecated and until when it goes on; the description and the manual tell it from here.

The rule (docs/decisions/0030): what is published is only added to. What is to go is marked deprecated, says so at every
answer (RFC 9745, RFC 8594), and goes on for twelve months at least; only a new version of the address may leave it out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TypeVar

from django.http import HttpResponse
from django.utils.http import http_date

ALL_CHANGES = "/api/docs/"
_Answer = TypeVar("_Answer", bound=HttpResponse)


@dataclass(frozen=True)
class Deprecated:
    """Something that goes on, and will not for ever."""

    words: str
    since: date
    until: date

    def told(self, answer: _Answer) -> _Answer:
        since, until = (int(datetime(d.year, d.month, d.day, tzinfo=UTC).timestamp()) for d in (self.since, self.until))
        answer["Deprecation"] = f"@{since}"
        answer["Sunset"] = http_date(until)
        answer["Link"] = f'<{ALL_CHANGES}>; rel="deprecation"; type="text/html"'
        return answer


OFFSETS = Deprecated(
    "How many to pass over first. Deprecated: follow next instead. It goes on until 30 November 2027.",
    since=date(2026, 11, 22),
    until=date(2027, 11, 30),
)

CHANGES: dict[date, tuple[str, ...]] = {
    date(2026, 11, 22): (
        "Lists go on by cursor: follow next until it is null. Beyond the first page, count is null.",
        "Passing over by offset is deprecated, and ends on 30 November 2027 at the earliest.",
        "Lists can be put in order by change (order).",
        "They can be narrowed as the tracker can: by urgency, mark, child, protocol, version, timescale, turn, concern, days.",
        "Every answer to a reading has an ETag; If-None-Match spares the body, and If-Match may stand for version.",
        "Idempotency-Key on everything that is sent: the same key does it once, for 48 hours.",
        "A token is made for what it is used for. Tokens made before may be used for everything.",
        "Every problem has a type, which stays. They are explained at /api/problems/.",
        "New addresses: files of a disagreement, contacts, closures, members and drafts.",
        (
            "For the partnership office: views of the tracker and their files, following, reminding, putting two together,"
            " recording for somebody, ending an access, days off, learning, returns, meetings and what was issued for them."
        ),
        (
            "Figures: as they are with what stands behind each number, and as they may be published, for a token that reads"
            " nothing else (figures). What the office alone does needs a token made for it (office-work)."
        ),
        "Searching: the words are sent in the body, and stand in no address.",
        "Members say their person, which is sent where one of them is asked for.",
        "Webhooks: have a system told that something happened (webhooks/), instead of asking again and again.",
    ),
    date(2026, 9, 1): ("Version 1: disagreements, their chronology and timescales, every action, the protocol, the agencies.",),
}
RULE = (
    "What is published is only added to: new addresses, new members of an answer, new optional fields, new kinds of chronology"
    " entry. A program passes over what it does not know. What is to go is marked as deprecated here, says so at every answer"
    " in the headers Deprecation and Sunset, and goes on for twelve months at least. Anything else is a new version, at an"
    " address of its own, and this one goes on for twelve months beside it."
)


ABOUT = """Send a token of yours as `Authorization: Bearer …`. Each operation says what a token must have been made for
(`x-token-scope`); a token never sees or does more than the person whose it is.

- **Lists** are given page by page: follow `next` until it is null.
- **Reading again** costs little: send the `ETag` that you have as `If-None-Match`, and 304 says that nothing changed.
- **Changing** something needs the version that you read, as the member `version` or as its `ETag` in `If-Match`. Where
  somebody was faster, nothing is done, and the answer says what they did.
- **Sending again** is safe with an `Idempotency-Key`: the same key and body are done once.
- **What cannot be** is told as `application/problem+json`. Go by its `type`; show people its `detail`.
"""


def changelog() -> str:
    """As Markdown, the newest first."""
    lines = ["## Changes\n", RULE + "\n"]
    for day, sentences in sorted(CHANGES.items(), reverse=True):
        lines += [f"### {day.day} {day:%B %Y}\n", *(f"- {sentence}" for sentence in sentences), ""]
    return "\n".join(lines).rstrip() + "\n"
