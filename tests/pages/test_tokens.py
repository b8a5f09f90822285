"""A member's own tokens for programs: made, shown once, listed, ended; from the page and from the command line."""

from __future__ import annotations

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from partnerships.models import ApiToken
from partnerships.services import MOST_TOKENS, issue_token
from tests.world import TUESDAY, World, days

pytestmark = pytest.mark.django_db
PAGE = "/p/barnsley/tokens/"
ASKED = {"name": "Maternity records", "days": "30", "scopes": ["read", "directory"]}


def opens(secret: str) -> int:
    return Client().get("/p/barnsley/api/v1/agencies/", headers={"Authorization": f"Bearer {secret}"}).status_code


def shown_secret(page: str) -> str | None:
    found = re.search(r'<code class="escalation-token">([^<]+)</code>', page)
    return found[1] if found else None


def test_a_token_is_made_shown_once_and_opens_the_api(barnsley: World, signed_in, time_machine) -> None:
    time_machine.move_to(TUESDAY)
    midwife = signed_in(barnsley.midwife)
    assert "You have no tokens." in midwife.get(PAGE).content.decode()
    made = midwife.post(PAGE, ASKED)
    secret = shown_secret(made.content.decode())
    assert (made.status_code, made["Cache-Control"]) == (200, "max-age=0, no-cache, no-store, must-revalidate, private")
    assert secret is not None
    assert opens(secret) == 200
    later = midwife.get(PAGE).content.decode()
    assert "Made on Tuesday 15 September 2026. Lasts until Thursday 15 October 2026. Last used on Tuesday 15" in later
    assert "It may be used to: Read disagreements; Read the protocol and the directory." in later
    assert secret not in later


def test_a_token_is_ended_and_opens_nothing_any_more(barnsley: World, signed_in) -> None:
    midwife = signed_in(barnsley.midwife)
    secret = shown_secret(midwife.post(PAGE, ASKED).content.decode())
    with barnsley.scope():
        number = ApiToken.objects.get().pk
    for _ in range(2):
        answer = midwife.post(f"{PAGE}{number}/end/", follow=True)
        assert "Maternity records: ended. Programs that use it are turned away from now on." in answer.content.decode()
    assert opens(str(secret)) == 401
    assert "You have no tokens." in midwife.get(PAGE).content.decode()


def test_a_token_is_replaced_and_both_open_for_a_week(barnsley: World, signed_in, time_machine) -> None:
    time_machine.move_to(TUESDAY)
    midwife = signed_in(barnsley.midwife)
    old = str(shown_secret(midwife.post(PAGE, ASKED).content.decode()))
    with barnsley.scope():
        number = ApiToken.objects.get().pk
    assert signed_in(barnsley.office).post(f"{PAGE}{number}/replace/").status_code == 404
    answer = midwife.post(f"{PAGE}{number}/replace/")
    new = str(shown_secret(answer.content.decode()))
    assert "The old one goes on working for seven days at most" in answer.content.decode()
    with barnsley.scope():
        assert [(each.name, each.scopes) for each in ApiToken.objects.all()] == [(ASKED["name"], ASKED["scopes"])] * 2
    assert (opens(old), opens(new)) == (200, 200)
    time_machine.move_to(TUESDAY + days(8))
    assert (opens(old), opens(new)) == (401, 200)
    assert signed_in(barnsley.midwife).post(f"{PAGE}{number}/replace/").status_code == 404  # it is over


def test_nobody_sees_or_ends_anybody_elses(barnsley: World, signed_in) -> None:
    signed_in(barnsley.midwife).post(PAGE, ASKED)
    with barnsley.scope():
        token = ApiToken.objects.get()
    office = signed_in(barnsley.office)
    assert "Maternity records" not in office.get(PAGE).content.decode()
    assert office.post(f"{PAGE}{token.pk}/end/").status_code == 404
    with barnsley.scope():
        assert ApiToken.objects.get().revoked_at is None


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"name": "", "days": "30", "scopes": "read"}, "Say which program it is for"),
        ({"name": "Records", "scopes": "read"}, "Choose how long it lasts"),
        ({"name": "Records", "days": "9999", "scopes": "read"}, "Choose one of the answers shown"),
        ({"name": "Records", "days": "30"}, "Choose what it may be used for"),
        ({"name": "Records", "days": "30", "scopes": "rule"}, "Choose from the answers shown"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_made(barnsley: World, signed_in, typed, sentence) -> None:
    answer = signed_in(barnsley.midwife).post(PAGE, typed)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    with barnsley.scope():
        assert ApiToken.objects.count() == 0


def test_there_are_only_so_many(barnsley: World, signed_in) -> None:
    with barnsley.scope():
        for number in range(MOST_TOKENS):
            issue_token(barnsley.midwife, name=str(number))
    answer = signed_in(barnsley.midwife).post(PAGE, ASKED)
    assert answer.status_code == 422
    assert "There are 20 tokens already. End one that is not used any more." in answer.content.decode()
    with pytest.raises(CommandError, match="There are 20 tokens already"):
        call_command("issue_token", "barnsley", "midwife@barnsley.example")


def test_the_command_prints_the_secret_once(barnsley: World, time_machine) -> None:
    time_machine.move_to(TUESDAY)
    barnsley.midwife  # noqa: B018  (she is a member before the command runs)
    out, err = StringIO(), StringIO()
    call_command(
        "issue_token", "barnsley", "Midwife@barnsley.example", "--name", "Records", "--days", "7", stdout=out, stderr=err
    )
    assert opens(out.getvalue().strip()) == 200
    told = "For Midwife in Barnsley Safeguarding Children Partnership, until 22 September 2026. It is not shown again."
    assert err.getvalue().strip() == told


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nowhere", "midwife@barnsley.example"], "There is no partnership of that name."),
        (["barnsley", "nobody@barnsley.example"], "That address is not of a member of this partnership."),
        (["barnsley", "office@havering.example"], "That address is not of a member of this partnership."),
        (["barnsley", "midwife@barnsley.example", "--days", "366"], "A token lasts from 1 to 365 days."),
    ],
)
def test_the_command_says_what_is_wrong(barnsley: World, havering: World, arguments: list[str], sentence: str) -> None:
    barnsley.midwife, havering.office  # noqa: B018
    with pytest.raises(CommandError, match=re.escape(sentence)):
        call_command("issue_token", *arguments)
