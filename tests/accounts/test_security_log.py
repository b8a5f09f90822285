"""What is logged of signing in: who and how, and who could not; never an address, a code or anything that was typed."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from partnerships.models import Partnership
from tests.accounts.coming_in import newest_code
from tests.world import PASSWORD, World

pytestmark = pytest.mark.django_db
CODE_PAGE = "/accounts/login/code/confirm/"


@pytest.fixture(autouse=True)
def no_earlier_tries() -> None:
    cache.clear()


def told(caplog: Any) -> list[tuple[Any, ...]]:
    return [(r.message, r.user, r.address, getattr(r, "how", None)) for r in caplog.records if r.name == "security"]


def test_a_wrong_code_a_right_one_and_signing_out_are_logged(barnsley: World, client: Client, caplog: Any) -> None:
    person = barnsley.midwife
    with caplog.at_level("INFO", logger="security"):
        client.post("/accounts/login/code/", {"email": person.email})
        code = newest_code()
        client.post(CODE_PAGE, {"code": "AAAA-AAAA"})
        client.post(CODE_PAGE, {"code": code})
        client.post("/accounts/logout/")
    here = "127.0.0.1"
    assert told(caplog) == [
        ("gave a wrong code", person.pk, here, None),
        ("gave a proof", person.pk, here, ["code"]),
        ("signed in", person.pk, here, ["code"]),
        ("signed out", person.pk, here, None),
    ]
    everything = " ".join(str(vars(record)) for record in caplog.records if record.name == "security")
    assert [secret for secret in (person.email, code, "AAAA-AAAA") if secret in everything] == []


def test_a_wrong_password_is_logged_without_the_person_or_the_password(barnsley: World, client: Client, caplog: Any) -> None:
    Partnership.objects.filter(slug="barnsley").update(passwords=True)
    with caplog.at_level("INFO", logger="security"):
        client.post("/accounts/login/", {"login": barnsley.midwife.email, "password": f"not {PASSWORD}"})
    assert told(caplog) == [("not signed in", None, "127.0.0.1", None)]
    assert PASSWORD not in str([vars(record) for record in caplog.records])
