"""A form that comes in after its session has ended is given back, to be sent again by whoever signs in; nothing else is."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.world import World

from .markup import Element, read
from .writing import answers, begin, draft_of, main, step_address

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
OURS = {"HTTP_ORIGIN": "http://testserver"}


def hidden(page: Element) -> dict[str, str]:
    found = [i.attributes for i in page.first(tag="form").every(tag="input")]
    return {str(i["name"]): str(i["value"]) for i in found if i["name"] != "csrfmiddlewaretoken"}


def test_what_was_typed_is_given_back_and_sent_again_after_signing_in(barnsley: World, signed_in: Any) -> None:
    practitioner = signed_in(barnsley.midwife)
    begin(practitioner, barnsley)
    concern = step_address(barnsley, draft_of(barnsley, barnsley.midwife), "concern")
    typed = answers(barnsley, concern="All that I <b>wrote</b>.")
    practitioner.logout()
    looked = practitioner.get(concern)
    assert looked["Location"].endswith(f"?next={concern}")
    late = practitioner.post(concern, typed, **OURS)
    shown = main(late.content.decode())
    assert (late.status_code, late["Cache-Control"]) == (403, "no-store")
    assert "You were signed out, and nothing is lost" in shown.text
    assert hidden(shown) == {name: str(value) for name, value in typed.items()}
    assert "All that I <b>wrote</b>." in shown.first(cls="govuk-details").text
    sign_in = shown.first(tag="ol").first(tag="a").attributes
    assert (sign_in["href"], sign_in["target"]) == ("/accounts/login/?next=%2Faccounts%2Fproved%2F", "_blank")
    assert "concern" not in draft_of(barnsley, barnsley.midwife).answers
    practitioner.force_login(barnsley.midwife, backend=BACKEND)
    assert practitioner.post(concern, hidden(shown)).status_code == 302
    assert draft_of(barnsley, barnsley.midwife).answers["concern"] == "All that I <b>wrote</b>."
    # Somebody else who signs in there saves nothing of it, and is shown what their own window sent.
    other = signed_in(barnsley.hospital_lead)
    assert other.post(concern, hidden(shown)).status_code == 404


def test_after_signing_in_a_page_of_ours_is_sent_once_more_and_a_strangers_is_not(barnsley: World) -> None:
    """Signing in makes the proof of the open page void; only what the browser says comes from here is given back."""
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(barnsley.midwife, backend=BACKEND)
    settled = "/p/barnsley/settled/"
    ours = browser.post(settled, {"text": "We talked."}, **OURS)
    shown = main(ours.content.decode())
    assert (ours.status_code, shown.first(tag="h1").text, hidden(shown)) == (403, "Send it once more", {"text": "We talked."})
    for asked in ({}, {"HTTP_ORIGIN": "https://elsewhere.example"}, {"HTTP_ORIGIN": "null"}):
        theirs = browser.post(settled, {"text": "Not my words."}, **asked)
        assert (theirs.status_code, "Not my words." in theirs.content.decode()) == (403, False)
        # Nor to whoever is signed out, or looks so: a browser sends no cookie with another site's form.
        led = Client().post(settled, {"text": "Not my words."}, **asked)
        assert (led.status_code, led["Location"]) == (302, f"/accounts/login/?next={settled}")


def test_passwords_and_what_programs_send_are_never_given_back(barnsley: World) -> None:
    stranger, somebody = Client(), Client(enforce_csrf_checks=True)
    somebody.force_login(barnsley.midwife, backend=BACKEND)
    for address in ("/accounts/password/change/", "/accounts/prove/", "/accounts/login/"):
        for client in (stranger, somebody):
            answer = client.post(address, {"password": "Correct horse battery", "oldpassword": "Correct horse battery"}, **OURS)
            assert "Correct horse" not in answer.content.decode(), address
    program = stranger.post("/p/barnsley/api/v1/disagreements/", {"concern": "A b"}, content_type="application/json")
    assert program.status_code == 401


def test_the_key_is_one_persons_for_one_form_and_no_page_of_it_is_kept(barnsley: World, signed_in: Any) -> None:
    keys, forms = set(), ("/p/barnsley/settled/", "/p/barnsley/raise/x/concern/")
    for person in (barnsley.midwife, barnsley.hospital_lead):
        for form in forms:
            answer = signed_in(person).get("/accounts/kept/", {"at": form})
            assert "no-store" in answer["Cache-Control"]
            assert signed_in(person).get("/accounts/kept/", {"at": form}).json() == answer.json()
            keys |= {*answer.json().values()}
    assert len(keys) == 8
    assert Client().get("/accounts/kept/", {"at": forms[0]}).status_code == 302
    assert read(signed_in(barnsley.midwife).get(forms[0]).content.decode()).every(tag="form")[-1] is not None
