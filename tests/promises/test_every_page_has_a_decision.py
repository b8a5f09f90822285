"""No page without a decision on who sees it: every address of the product, asked for by every kind of person.

A new address without a line in the table fails the walk; so does a line whose address is gone."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.urls import get_resolver

from escalation.actions import ACTIONS
from partnerships.models import Membership
from partnerships.services import add_closure
from tests.world import World

from .coming_by import PEOPLE, Stage, names, of_the_api

pytestmark = pytest.mark.django_db

EVERYBODY_HERE = "302 404 404 200 200 200 200 200 200 200 200"
EVERY_MEMBER = "302 404 404 200 200 200 200 200 200 200 403"
PARTIES_AND_OFFICE = "302 404 404 200 200 404 200 404 404 404 200"
OFFICE = "302 404 404 403 403 403 200 403 403 403 403"
OFFICE_NO_SUCH = "302 404 404 403 403 403 404 403 403 403 403"
NUMBERS = "302 404 404 403 403 403 200 403 200 403 403"  # observers as they may be published: tests/insight/test_pages.py
KEEPERS = "302 404 404 403 403 403 200 200 403 403 403"
KEEPERS_PRESS = (
    "302 404 404 403 403 403 405 405 403 403 403"  # done by pressing: those who may are told that a look is not enough
)
PRESSED = "302 404 404 405 405 405 405 405 405 405 403"  # a look is not enough, whoever looks
MEMBERS_PRESS = "302 404 404 405 405 405 405 405 405 405 403"
ADMINISTRATOR = "302 404 404 403 403 403 403 200 403 403 403"
RAISERS = "302 404 404 200 200 200 200 403 403 200 403"
OWN_DRAFT = "302 404 404 200 404 404 404 404 404 404 403"
NOWHERE_REAL = "302 404 404 404 404 404 404 404 404 404 403"
NOBODY_UNLESS_SET = " ".join(["404"] * len(PEOPLE))
ANYBODY = "200 200 200 200 200 200 200 200 200 200 200"
BEARERS = "401 401 401 401 401 401 401 401 401 401 401"

NOBODY_KNOWS_THE_KEY = " ".join(["404"] * len(PEOPLE))

EXPECTED: dict[str, str] = {
    "answer": ANYBODY,
    "keep_key": "302 200 200 200 200 200 200 200 200 200 200",  # a key for whoever is signed in, of no use to anybody else
    "escalation:invited": NOBODY_KNOWS_THE_KEY,  # who has one: tests/journeys/test_invited_by_mail.py
    "healthz": ANYBODY,
    "readyz": ANYBODY,
    "metrics": NOBODY_UNLESS_SET,  # with a token: tests/operations/test_watching.py
    "operations:home": "302 404 200 404 404 404 404 404 404 404 404",
    "security-txt": NOBODY_UNLESS_SET,
    "language": " ".join(["405"] * len(PEOPLE)),  # chosen by pressing, by anybody
    "privacy": ANYBODY,
    "partnership_privacy": ANYBODY,  # a notice for whoever was written about; it shows what was written for them alone
    "accessibility": ANYBODY,
    "partnership_accessibility": ANYBODY,  # the law asks for it; it shows the office's contact alone
    "glossary": ANYBODY,
    "api-schema": ANYBODY,
    "api-docs": ANYBODY,
    "api-problems": ANYBODY,  # what each kind of problem means; of no partnership
    "escalation:dashboard": EVERYBODY_HERE,
    "escalation:disagreement": PARTIES_AND_OFFICE,
    "escalation:copy_for_file": PARTIES_AND_OFFICE,
    "escalation:for_somebody": "302 404 404 403 403 404 200 404 404 404 403",
    "escalation:act_for_somebody": "302 404 404 403 403 404 200 404 404 404 403",
    "escalation:merge": "302 404 404 403 403 404 200 404 404 404 403",
    "escalation:part": "302 404 404 403 403 404 200 404 404 404 403",
    "escalation:correct": "302 404 404 200 403 404 200 404 404 404 403",  # what one wrote, and the office everything
    "escalation:readers": OFFICE,
    "escalation:readers_export": OFFICE,
    "escalation:search": "302 404 404 200 200 200 200 200 200 200 403",  # over what they may see, as `visible` says
    "escalation:tracker": OFFICE,
    "escalation:tracker_view": OFFICE,
    "escalation:tracker_views": OFFICE,
    "escalation:new_tracker_view": OFFICE,
    "escalation:change_tracker_view": "302 404 404 403 403 403 404 403 403 403 403",  # what is always there is nobody's
    "escalation:remove_tracker_view": "302 404 404 403 403 403 404 403 403 403 403",
    "escalation:choose_tracker_view": PRESSED,
    "escalation:tracker_many": PRESSED,
    "escalation:taking_in": OFFICE,
    "escalation:taking_in_columns": OFFICE_NO_SUCH,
    "escalation:taking_in_check": OFFICE_NO_SUCH,
    "escalation:taken_in": OFFICE_NO_SUCH,
    "escalation:undo_taking_in": OFFICE_NO_SUCH,
    "escalation:tracker_columns": OFFICE,
    "escalation:chase": "302 404 404 403 403 404 200 404 404 404 403",
    "escalation:follow": "302 404 404 403 403 404 200 404 404 404 403",
    "escalation:tracker_export_csv": OFFICE,
    "escalation:tracker_export_xlsx": OFFICE,
    "escalation:tracker_export_ods": OFFICE,
    "escalation:numbers": "302 404 404 403 403 403 200 403 302 403 403",  # observers are led to insight
    "insight:home": NUMBERS,
    "insight:theme": NUMBERS,
    "insight:take": NUMBERS,
    "insight:behind": OFFICE,
    "insight:silence": OFFICE,
    "insight:expected": OFFICE,
    "insight:comparison": OFFICE,
    "insight:agree": OFFICE,
    "insight:renew": MEMBERS_PRESS,
    "insight:end_agreement": "302 404 404 403 403 403 404 403 403 403 403",  # there is none: tests/walls/test_comparing.py
    "escalation:closures": KEEPERS,
    "escalation:remove_closure": KEEPERS,
    "escalation:start": EVERY_MEMBER,
    "escalation:signpost": EVERY_MEMBER,
    "escalation:new_draft": "302 404 404 302 302 302 302 302 302 302 403",  # a draft is begun by pressing
    "escalation:draft": OWN_DRAFT,
    "escalation:draft_step": OWN_DRAFT,
    "escalation:draft_check": OWN_DRAFT,
    "escalation:draft_discard": OWN_DRAFT,
    "escalation:draft_share": OWN_DRAFT,
    "escalation:draft_elsewhere": "302 404 404 302 404 404 404 404 404 404 403",  # nothing leads elsewhere yet: to the draft
    "escalation:raised": "302 404 404 200 302 404 302 404 404 404 302",  # to others it is the disagreement's own page
    "escalation:mine": EVERYBODY_HERE,
    "escalation:hand_over": EVERY_MEMBER,  # each their own
    "escalation:deputise": "302 404 404 404 404 404 404 404 404 404 403",  # a deputy: tests/pages/test_handing_over.py
    "escalation:team": "302 404 404 403 200 403 403 403 403 403 403",  # leads and senior managers, what they see anyway
    "escalation:coming_in": OFFICE,
    "escalation:decide_coming_in": OFFICE,
    "escalation:end_access": "302 404 404 403 200 404 200 404 404 404 403",  # the office, and the managers of the guest's side
    "escalation:log_settled": RAISERS,
    "partnerships:theme": EVERYBODY_HERE,
    "partnerships:protocol": EVERYBODY_HERE,
    "partnerships:protocol_version": EVERYBODY_HERE,
    "partnerships:words": EVERYBODY_HERE,
    "partnerships:administration": KEEPERS,
    "partnerships:agencies": KEEPERS,
    "partnerships:add_agency": KEEPERS,
    "partnerships:agency": KEEPERS,
    "partnerships:change_agency": KEEPERS,
    "partnerships:add_post": KEEPERS,
    "partnerships:post": KEEPERS,
    "partnerships:add_holder": KEEPERS,
    "partnerships:holder": KEEPERS,
    "partnerships:checking": KEEPERS,
    "partnerships:import": KEEPERS,
    "partnerships:import_preview": "302 404 404 403 403 403 200 404 403 403 403",  # whoever chose the file
    "partnerships:import_template_csv": KEEPERS,
    "partnerships:import_template_xlsx": KEEPERS,
    "partnerships:directory": EVERY_MEMBER,
    "partnerships:levels": EVERY_MEMBER,
    "escalation:retire_agency": KEEPERS,
    "escalation:retire_post": KEEPERS,
    "escalation:holder_leaves": KEEPERS,
    "escalation:leavers": OFFICE,
    "escalation:across": "302 404 404 403 403 404 200 404 404 404 403",
    "escalation:add_file": PARTIES_AND_OFFICE,
    "escalation:file": PARTIES_AND_OFFICE,
    "escalation:remove_file": "302 404 404 200 403 404 200 404 404 404 403",  # who added it, and the office
    "partnerships:contacts": KEEPERS,
    "partnerships:add_contact": KEEPERS,
    "partnerships:contact": KEEPERS,
    "partnerships:assumptions": KEEPERS,
    "partnerships:going_live": KEEPERS,
    "tokens:tokens": EVERY_MEMBER,
    "notifications:you": EVERY_MEMBER,
    "notifications:make_feed": MEMBERS_PRESS,
    "notifications:watch": MEMBERS_PRESS,
    "notifications:end_feed": MEMBERS_PRESS,
    "notifications:not_arrived": OFFICE,
    "notifications:receipts": KEEPERS,
    **dict.fromkeys(("receipts", "partnership_receipts"), " ".join(["405"] * len(PEOPLE))),  # told by a program, with a token
    "notifications:feed": NOBODY_KNOWS_THE_KEY,  # who has one: tests/notifications/test_calendar_feed.py
    "members:people": KEEPERS,
    "members:let_in": KEEPERS,
    "members:person": KEEPERS,
    "members:let_out": KEEPERS,
    "members:let_in_again": KEEPERS,
    "members:reset": KEEPERS,
    "accounts:arrangements": KEEPERS,
    "accounts:administration_log": KEEPERS,
    "sign_on_start": "200 302 302 302 302 302 302 302 302 302 302",  # who is signed in is led home
    "openid_connect_callback": "403 403 403 403 403 403 403 403 403 403 403",  # nobody who did not go comes back
    "sign_on:list": KEEPERS,
    "sign_on:add": OFFICE,
    "sign_on:one": KEEPERS,
    "sign_on:change": OFFICE,
    "sign_on:end": KEEPERS,
    "sign_on:try": KEEPERS_PRESS,
    "sign_on:forget": "302 404 404 403 403 403 405 403 403 403 403",
    "notifications:mail": KEEPERS,
    "notifications:change_mail": KEEPERS,
    "notifications:try_mail": KEEPERS_PRESS,
    "webhooks:list": KEEPERS,
    "webhooks:add": KEEPERS,
    # There is none: one is in tests/notifications/test_webhooks_pages.py.
    **dict.fromkeys(("webhooks:one", "webhooks:end"), "302 404 404 403 403 403 404 404 403 403 403"),
    **dict.fromkeys(("webhooks:secret", "webhooks:test", "webhooks:again", "webhooks:on"), KEEPERS_PRESS),
    "rehearsal:index": KEEPERS,
    "rehearsal:timeline": KEEPERS,
    "rehearsal:timeline_file": KEEPERS,
    "rehearsal:replay": KEEPERS,  # an administrator sees no reference and no name: tests/rehearsal/test_replaying_the_past.py
    "rehearsal:walk": KEEPERS,
    "rehearsal:walk_version": KEEPERS,
    # In a real partnership there is no such page; who finds it in a rehearsal is in tests/rehearsal_walk/.
    "rehearsal:be": NOWHERE_REAL,
    "rehearsal:clock": NOWHERE_REAL,
    "rehearsal:delete": NOWHERE_REAL,
    "records:kept": OFFICE,
    "records:review": "302 404 404 403 403 403 302 403 403 403 403",  # nothing is ticked: back to the list
    "records:certificates": OFFICE,
    "records:certificate": "302 404 404 403 403 403 404 403 403 403 403",  # there is none: one is in tests/records/
    "records:export": OFFICE,
    "records:disclosures": "302 404 404 403 403 404 200 404 404 404 403",
    # There is none: one is in tests/records/test_disclosing.py.
    "records:disclosure": "302 404 404 403 403 404 404 404 404 404 403",
    "records:disclosure_preview": "302 404 404 403 403 404 404 404 404 404 403",
    "records:disclosure_pack": "302 404 404 403 403 404 404 404 404 404 403",
    "records:disclosure_finish": "302 404 404 405 405 405 405 405 405 405 403",  # finished by pressing
    "records:hold": "302 404 404 403 403 404 200 404 404 404 403",
    "meetings:home": OFFICE,
    "meetings:waiting": OFFICE,  # and whoever the protocol has decide: tests/meetings/test_a_pack_for_a_sub_group.py
    "meetings:new": OFFICE,
    "meetings:begin_report": OFFICE,
    # There is none: one is in tests/meetings/.
    **dict.fromkeys(
        (
            "meetings:meeting",
            "meetings:change",
            "meetings:decide",
            "meetings:take_pack",
            "meetings:done",
            "meetings:report",
            "meetings:take_report",
            "meetings:issued",
            "meetings:take_issued",
        ),
        "302 404 404 403 403 403 404 403 403 403 403",
    ),
    **dict.fromkeys(("meetings:issue", "meetings:issue_report"), PRESSED),
    "tokens:replace_token": MEMBERS_PRESS,
    "learning:home": OFFICE,
    "learning:take_up": OFFICE,
    "learning:new": OFFICE,
    "learning:returns": OFFICE,
    "learning:arrange_returns": OFFICE,
    # There is none; who finds one is in tests/learning/ and tests/walls/.
    **dict.fromkeys(
        (
            "learning:round",
            "learning:item",
            "learning:change",
            "learning:add_action",
            "learning:change_action",
            "learning:judge",
            "learning:briefing",
            "learning:check_briefing",
            "learning:briefing_html",
            "learning:briefing_pdf",
            "learning:briefing_docx",
        ),
        "302 404 404 403 403 403 404 403 403 403 403",
    ),
    # Whoever does it, and whoever answers for the agency: where there is none, nobody.
    "learning:action": "302 404 404 404 404 404 404 404 404 404 403",
    "learning:answer_return": "302 404 404 404 404 404 404 404 404 404 403",
    "tokens:end_token": "302 404 404 405 405 405 405 405 405 405 403",  # a token is ended by pressing
    "editor:versions": KEEPERS,
    "editor:new": KEEPERS,
    "editor:import": KEEPERS,
    "editor:compare": KEEPERS,
    "editor:shared": KEEPERS,
    "editor:withdraw": "302 404 404 403 403 403 403 405 403 403 403",  # taken back by pressing
    "editor:export": KEEPERS,
    "editor:confirm": KEEPERS,
    "editor:publish": ADMINISTRATOR,
    "editor:discard": KEEPERS,
    "editor:share": ADMINISTRATOR,
    "editor:draft": KEEPERS,
    "editor:check": KEEPERS,
    "editor:section": KEEPERS,
    "editor:add": KEEPERS,
    "editor:part": KEEPERS,
    "editor:remove": KEEPERS,
    "editor:up": KEEPERS_PRESS,
    "editor:down": KEEPERS_PRESS,
    "editor:copy": KEEPERS_PRESS,
}
# Decided elsewhere: each with the test that shows it.
SHOWN_ELSEWHERE: dict[str, str] = {
    "home": "tests/accounts",
    "accounts": "tests/accounts",
    "account": "tests/accounts and tests/pages/test_sign_in_pages.py",
    "notifications": "tests/notifications/test_mailbox.py",
    "escalation:act": "below, verb by verb",
}


@pytest.fixture
def stage(barnsley: World, havering: World, settings: Any, tmp_path: Path) -> Stage:
    settings.MEDIA_ROOT = tmp_path
    with barnsley.scope():
        add_closure(day=date(2026, 12, 29), name="Office closed")
    return Stage(barnsley, havering)


def walked() -> list[tuple[str, str]]:
    return [(name, route) for name, route in names(get_resolver()) if not _elsewhere(name) and not of_the_api(name)]


def _elsewhere(name: str) -> bool:
    return name not in EXPECTED and _shown_elsewhere(name)


def _shown_elsewhere(name: str) -> bool:
    return (
        name in SHOWN_ELSEWHERE
        or name.partition(":")[0] in SHOWN_ELSEWHERE
        or name.startswith(("account_", "mfa_", "usersessions_"))
    )


def test_every_address_has_a_line_and_every_line_an_address() -> None:
    assert sorted({name for name, _ in walked()}) == sorted(EXPECTED)


def test_who_sees_what(stage: Stage) -> None:
    routes = dict(walked())
    answers = {
        name: " ".join(str(stage.clients[person].get(stage.address(routes[name])).status_code) for person in PEOPLE)
        for name in EXPECTED
    }
    assert answers == EXPECTED


def test_nobody_outside_a_disagreement_finds_any_of_its_verbs(stage: Stage) -> None:
    outside = ("elsewhere", "operator", "bystander", "administrator", "observer", "decider")
    found = []
    for verb in ACTIONS:
        address = f"/p/barnsley/d/{stage.disagreement.reference}/{verb}/"
        for person in outside:
            client = stage.clients[person]
            found += [
                (verb, person, code)
                for code in (client.get(address).status_code, client.post(address).status_code)
                if code != 404
            ]
        found += [(verb, "nobody", code) for code in (stage.clients["nobody"].get(address).status_code,) if code != 302]
    assert found == []


@pytest.mark.parametrize("person", ["nobody", "raiser", "office"])
def test_the_api_wants_a_token_whoever_is_signed_in(stage: Stage, person: str) -> None:
    for name, route in names(get_resolver()):
        if of_the_api(name):
            address = stage.address(route).replace("<path:rest>", "anything")
            assert stage.clients[person].get(address).status_code == 401, name


def test_a_person_who_left_the_partnership_finds_nothing(stage: Stage) -> None:
    with stage.world.scope():
        Membership.objects.filter(user=stage.world.midwife).update(active=False)
    assert stage.clients["raiser"].get("/p/barnsley/").status_code == 404


def test_the_same_404_for_what_is_not_theirs_and_what_is_not_there(stage: Stage) -> None:
    """Not even the words of the page tell whether it exists."""
    page: Callable[[str], Any] = lambda address: stage.clients["bystander"].get(address).content.decode()  # noqa: E731
    theirs, nothing = page(f"/p/barnsley/d/{stage.disagreement.reference}/"), page("/p/barnsley/d/BAR-9999/")
    always_new = re.compile(
        'nonce="|csrfmiddlewaretoken|escalation-printed|escalation-quoted'
    )  # when it was printed, and the address asked for
    assert [line for line in theirs.splitlines() if not always_new.search(line)] == [
        line for line in nothing.splitlines() if not always_new.search(line)
    ]
