"""Marks in every word of another partnership, and no mark in anything that this one gives out: pages, lists, exports, letters."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, models, transaction
from django.test import Client

from escalation.actions import ACTIONS
from escalation.models import Disagreement
from notifications.reminding import remind
from notifications.services import announce
from partnerships.models import MemberRole
from partnerships.scope import ScopedModel
from tests.promises.coming_by import of_the_api
from tests.promises.database import raw, scoped_tables
from tests.world import TUESDAY, days

from .two_worlds import MARK, PARTY, Place, address, compared, routes

pytestmark = pytest.mark.django_db

# Columns of words in which no mark can be put, and what they are.
BOUND = {
    "escalation_attachment.sha256": "a digest of the file",
    "escalation_chronologyentry.stage": "nobody adds to an entry; the key of a stage",
    "escalation_disagreement.proposed_by_side": "one of the two sides",
    "escalation_sentonce.key": "a digest of the key",
    "escalation_sentonce.sent": "a digest of what was sent",
    "escalation_takingin.sha256": "a digest of the file",
    "escalation_trackerupload.digest": "a digest of the file",
    "insight_comparisoncount.kind": "one of the kinds of steps",
    "insight_comparisoncount.shown": "a number",
    "insight_counted.child": "a digest of the reference",
    "insight_counted.satisfied": "yes or no",
    "meetings_issued.digest": "what was issued never changes; a digest",
    "notifications_calendarfeed.digest": "a digest of the secret",
    "notifications_notifyreceipts.digest": "a digest of the secret",
    "partnerships_apitoken.digest": "a digest of the secret",
    "partnerships_protocolversion.digest": "a published version never changes; a digest",
    "partnerships_protocolversion.line": "a published version never changes; a key",
    "partnerships_protocolversion.origin": "a published version never changes; the name of a file",
    "partnerships_protocolversion.origin_digest": "a published version never changes; a digest",
    "records_destructioncertificate.chain_hash": "nobody adds to a certificate; a digest",
    "records_destructioncertificate.reference": "nobody adds to a certificate; asked for by its number alone",
    "records_destructioncertificate.rule": "nobody adds to a certificate; asked for by its number alone",
    "records_statisticalrow.raised_quarter": "a quarter",
}
LOOKING = tuple(
    role.value for role in MemberRole if role not in (MemberRole.PARTNERSHIP_MANAGER, MemberRole.PROTOCOL_ADMINISTRATOR)
)
LISTS = (
    "escalation:dashboard", "escalation:disagreement", "escalation:mine", "insight:home", "escalation:start",
    "partnerships:directory", "partnerships:levels", "notifications:mailbox",
)  # fmt: skip
# What is asked of the API where an address alone says too little.
ASKED_OF = {"insight_api:behind": "?key=raised"}
# A file that is made when a button is pressed.
PRESSED = ("records:export", "records:disclosure_finish")
# What nobody of these opens, and where it is opened.
NOT_OPENED = {
    **dict.fromkeys(
        ("editor:copy", "editor:down", "editor:up", "editor:withdraw", "sign_on:forget", "sign_on:try", "tokens:end_token",
         "tokens:replace_token", "notifications:make_feed", "notifications:watch", "notifications:end_feed",
         "insight:renew", "records:disclosure_finish", "escalation:new_draft", "webhooks:secret", "webhooks:test",
         "webhooks:again", "webhooks:on", "notifications:try_mail", "escalation:tracker_many",
    "escalation:choose_tracker_view", "meetings:issue",
         "meetings:issue_report"),
        "done by pressing; shows no page of its own",
    ),
    **dict.fromkeys(("rehearsal:be", "rehearsal:clock", "rehearsal:delete"), "in a rehearsal alone: tests/rehearsal_walk"),
    "escalation:team": "of an agency's own leads: tests/pages/test_team.py",
    "escalation:deputise": "of a deputy: tests/pages/test_handing_over.py",
    "notifications:feed": "of a secret: tests/notifications/test_calendar_feed.py",
    "escalation:draft_elsewhere": "of a draft that leads elsewhere: tests/pages",
    **dict.fromkeys(
        ("learning:briefing_html", "learning:briefing_pdf", "learning:briefing_docx"),
        "of a briefing that was checked: tests/learning/test_following.py",
    ),
    "learning:judge": "of an item of which something was done: tests/learning/test_following.py",
    "partnerships:protocol_version": "of what is published: this one is a draft",
    "partnerships:import_preview": "of an upload with rows: tests/pages",
    "records:review": "of ticked records: tests/records",
    "records:disclosure_pack": "of a copy that was finished: its parts are in the preview",
}  # fmt: skip


def word_columns() -> Iterator[tuple[str, str]]:
    """Every column of a partnership's tables in which somebody's words can stand."""
    for model in apps.get_models():
        if issubclass(model, ScopedModel):
            for field in model._meta.local_fields:
                if isinstance(field, models.CharField | models.TextField) and not field.choices:
                    yield model._meta.db_table, field.column


def plant(there: Place) -> set[str]:
    """A mark behind every word there; which columns the database would not let be written."""
    with there.scope():
        for table, column in word_columns():
            with suppress(DatabaseError), transaction.atomic():
                raw(f"UPDATE {table} SET {column} = {column} || %s WHERE {column} NOT LIKE %s", [MARK, f"%{MARK}%"])
        return {
            f"{table}.{column}"
            for table, column in word_columns()
            if raw(f"SELECT 1 FROM {table} WHERE {column} LIKE %s LIMIT 1", [f"%{MARK}%"]) == []
        }


def unpacked(body: bytes) -> bytes:
    """What is in a ZIP, or in a workbook, which is one; anything else as it is."""
    if not body.startswith(b"PK"):
        return body
    with zipfile.ZipFile(io.BytesIO(body)) as packed:
        return b"".join(name.encode() + unpacked(packed.read(name)) for name in packed.namelist())


def given(client: Client, method: str, where: str, **more: Any) -> tuple[int, bytes]:
    answer: Any = client.generic(method, where, **more)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    shown = unpacked(body) + b" ".join(value.encode() for _, value in answer.items())
    return answer.status_code, shown


def test_nothing_that_is_given_out_has_a_word_of_theirs(here: Place, there: Place) -> None:
    """Every page and file; for the office and for those who rule or see otherwise than it. Then what was written meanwhile."""
    assert plant(there) == set(BOUND)
    found, opened = [], set()
    for who in (MemberRole.PARTNERSHIP_MANAGER, MemberRole.PROTOCOL_ADMINISTRATOR, PARTY, *LOOKING):
        for name, route in compared(who):
            if of_the_api(name) or (who in LOOKING and name not in LISTS):
                continue
            where = address(route, slug=here.slug, parts=here.filled(route))
            for method in ("GET", "POST") if name in PRESSED else ("GET",):
                status, shown = given(here.clients[who], method, where)
                opened |= {name} if status == 200 else set()
                if MARK.encode() in shown or str(there.disagreement.reference).encode() in shown:
                    found.append((who, method, name))
    assert found == []
    verbs = {f"escalation:act:{verb}" for verb in ACTIONS}
    print({name for name in routes() if not of_the_api(name)} - opened - verbs)
    assert {name for name in routes() if not of_the_api(name)} - opened - verbs == set(NOT_OPENED)


def test_the_api_tells_nothing_of_theirs_and_counts_none_of_it(here: Place, there: Place) -> None:
    plant(there)
    headers, found = {"Authorization": f"Bearer {here.secret}"}, []
    for name, route in routes().items():
        if of_the_api(name):
            where = address(route, slug=here.slug, parts=here.filled(route)) + ASKED_OF.get(name, "")
            status, shown = given(Client(), "GET", where, headers=headers)
            if MARK.encode() in shown or status not in (200, 404, 405):
                found.append((name, status))
    assert found == []
    listed = Client().get(f"/p/{here.slug}/api/v1/disagreements/", headers=headers).json()
    with here.scope():
        own = Disagreement.objects.exclude(state="draft").count()
    assert (listed["count"], {each["reference"][:3] for each in listed["results"]}) == (own, {"ENF"})


def test_what_the_worker_writes_and_sends_has_nothing_of_theirs(here: Place, there: Place) -> None:
    plant(there)
    for world in (here, there):
        world.sweep(at=TUESDAY + days(40))
        announce(world.partnership.pk, at=TUESDAY + days(40))
        remind(world.partnership.pk, at=TUESDAY + days(40))
    marked = {}
    for world in (here, there):
        with world.scope():
            marked[world] = {
                table for table in scoped_tables() if raw(f"SELECT 1 FROM {table} t WHERE t::text LIKE %s LIMIT 1", [f"%{MARK}%"])
            }
    assert marked[here] == set()
    assert "notifications_message" in marked[there]
