"""A second step: set up, asked for, required where a role needs it, replaced by a recovery code, and lost."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from accounts.lost import forget_second_factors
from accounts.models import AccountMail
from partnerships.administering import AdministrationEntry
from partnerships.models import User
from partnerships.services import PartnershipRefused, issue_token
from tests.journeys.visitor import Visitor
from tests.world import World

from .coming_in import codes_on, comes_in, digits, given_a_passkey, key_on, sets_up_an_app

pytestmark = pytest.mark.django_db
TRACKER = "/p/barnsley/tracker/"
CODE = "Code from your app, or a recovery code"


@pytest.fixture(autouse=True)
def no_earlier_tries() -> None:
    cache.clear()


@pytest.fixture
def half_an_hour_later() -> Any:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        yield clock


def test_the_office_is_led_to_set_one_up_and_then_to_where_it_was_going(
    barnsley: World, django_capture_on_commit_callbacks: Any
) -> None:
    office = comes_in(barnsley.office, to=TRACKER)
    assert (office.address, office.heading) == ("/accounts/second-step/", "Set up a second step")
    office.presses("Set up an app")
    key = key_on(office)
    office.fills("The six digits that the app shows now", "12").presses("Continue")
    assert office.refusals == ["That is not right, or it was used already. Try again"]
    assert key_on(office) == key  # the same key again: the app has it already
    with django_capture_on_commit_callbacks(execute=True):
        office.fills("The six digits that the app shows now", digits(key)).presses("Continue")
    assert office.heading == "Your recovery codes"
    assert len(codes_on(office)) == 10
    office.presses("I have kept them")
    assert office.address == TRACKER
    assert "An authenticator app was set up" in [mail.subject for mail in AccountMail.objects.all()]
    assert office.opens("/accounts/second-step/recovery-codes/").sees("cannot be shown again").status == 200
    stored = Authenticator.objects.get(type="totp").data["secret"]
    assert key.replace(" ", "") not in stored
    assert stored.startswith("gAAAA")  # sealed


@pytest.mark.parametrize("role", ["partnership_manager", "protocol_administrator", "operator"])
def test_without_a_second_step_every_page_of_theirs_leads_to_it(barnsley: World, role: str) -> None:
    if role == "operator":
        person = comes_in(User.objects.create_user("olive@tracker.example", name="Olive", is_operator=True))
    else:
        person = comes_in(barnsley.person("kit", role))
    assert person.address == "/accounts/second-step/"
    pages = ["/"] if role == "operator" else ["/p/barnsley/", "/p/barnsley/directory/", "/p/barnsley/tokens/"]
    for page in [*pages, "/accounts/sessions/"] if role == "operator" else pages:
        assert person.opens(page).address == "/accounts/second-step/", page
    assert person.opens("/accounts/how-you-sign-in/").address == "/accounts/how-you-sign-in/"
    person.sees("Your role needs one.")
    assert person.client.post("/accounts/logout/").status_code == 302


def test_who_needs_none_is_not_asked_and_may_have_one(barnsley: World, half_an_hour_later: Any) -> None:
    midwife = comes_in(barnsley.midwife)
    assert midwife.address == "/p/barnsley/"
    key, _ = sets_up_an_app(midwife)
    half_an_hour_later.shift(1800)
    again = comes_in(barnsley.midwife, to="/p/barnsley/directory/")
    assert (again.address, again.heading) == ("/accounts/login/second-step/", "Your second step")
    code = digits(key)
    again.fills(CODE, code).presses("Continue")
    assert again.address == "/p/barnsley/directory/"
    # The same digits do not let a second person in, nor after the half minute that they were shown.
    half_an_hour_later.shift(31)
    other = comes_in(barnsley.midwife).fills(CODE, code).presses("Continue")
    assert other.refusals == ["That is not right, or it was used already. Try again"]
    other.fills(CODE, digits(key)).presses("Continue")
    assert other.address == "/p/barnsley/"


def test_a_recovery_code_stands_in_for_a_lost_device_once(barnsley: World) -> None:
    _, codes = sets_up_an_app(comes_in(barnsley.office))
    office = comes_in(barnsley.office).fills(CODE, codes[0]).presses("Continue")
    assert office.address == "/p/barnsley/"
    again = comes_in(barnsley.office).fills(CODE, codes[0]).presses("Continue")
    assert again.refusals == ["That is not right, or it was used already. Try again"]
    assert office.opens("/accounts/how-you-sign-in/").sees("(9 left)").status == 200
    office.follows("Make new recovery codes").sees("The 9 that you still have stop working").presses("Make new codes")
    assert not set(codes_on(office)) & set(codes)
    assert again.fills(CODE, codes[1]).presses("Continue").refusals != []


def test_who_guesses_digits_is_stopped(barnsley: World) -> None:
    sets_up_an_app(comes_in(barnsley.office))
    guesser = comes_in(barnsley.office)
    for _ in range(5):
        guesser.fills(CODE, "000000").presses("Continue")
    assert guesser.fills(CODE, "000000").presses("Continue").status == 429
    guesser.sees("Too many tries", "Try again at")


def test_a_role_given_while_a_form_is_open_loses_no_word_of_it(barnsley: World) -> None:
    """A practitioner becomes manager between opening a form and sending it: nothing is done, and nothing typed is lost."""
    person = comes_in(barnsley.midwife)
    barnsley.person("midwife", "partnership_manager")
    answer = person.client.post("/p/barnsley/settled/", {"summary": "Words that took an hour", "csrfmiddlewaretoken": "x"})
    assert answer.status_code == 403
    page = answer.content.decode()
    assert '<input type="hidden" name="summary" value="Words that took an hour">' in page
    assert 'href="/accounts/second-step/?next=%2Faccounts%2Fproved%2F"' in page
    assert 'action="/p/barnsley/settled/"' in page
    person.opens("/accounts/second-step/?next=/accounts/proved/")
    sets_up_an_app(person)
    assert person.address == "/accounts/proved/"


def test_a_program_of_the_office_goes_on_working(barnsley: World, client: Client) -> None:
    with barnsley.scope():
        _, secret = issue_token(barnsley.office, name="Reports")
    answer = client.get("/p/barnsley/api/v1/disagreements/", headers={"Authorization": f"Bearer {secret}"})
    assert answer.status_code == 200


def test_the_last_one_stays_while_a_role_needs_it(barnsley: World, settings: Any) -> None:
    settings.DEMO_DOORS = False
    office = comes_in(barnsley.office)
    sets_up_an_app(office)
    office.opens("/accounts/second-step/app/remove/")
    assert office.refusals[0].startswith("Your role needs a second step, and this is the only one you have.")
    assert office.client.post("/accounts/second-step/app/remove/").status_code == 200
    assert Authenticator.objects.filter(user=barnsley.office, type="totp").exists()
    spare = given_a_passkey(barnsley.office, "Spare")
    assert office.opens("/accounts/how-you-sign-in/").sees("Passkey: Spare").status == 200
    office.follows("Rename Spare").fills("What do you call it?", "My laptop").presses("Save").sees("Passkey: My laptop")
    office.follows("Remove the authenticator app").presses("Remove it")
    office.sees("Passkey: My laptop").follows("Remove My laptop").sees("Your role needs a second step")
    assert office.client.post(f"/accounts/second-step/passkeys/{spare.pk}/remove/").status_code == 409
    midwife = comes_in(barnsley.midwife)
    sets_up_an_app(midwife)
    midwife.opens("/accounts/second-step/app/remove/").presses("Remove it").sees("Your role does not need one.")
    assert not Authenticator.objects.filter(user=barnsley.midwife).exists()  # the recovery codes went with it
    assert midwife.opens(f"/accounts/second-step/passkeys/{spare.pk}/remove/").status == 404


# ---------------------------------------------------------------- the demonstration's doors
def test_an_invented_person_by_their_button_is_asked_for_none_and_nobody_else_is_spared(barnsley: World, settings: Any) -> None:
    pressed = Visitor()
    pressed.client.post("/demo/", {"person": barnsley.office.email})
    assert pressed.opens(TRACKER).address == TRACKER
    User.objects.update(is_demo=False)
    assert pressed.opens(TRACKER).address == "/accounts/second-step/"
    User.objects.update(is_demo=True)
    settings.DEMO_DOORS = False
    assert pressed.opens(TRACKER).address == "/accounts/second-step/"


def test_a_keeper_who_rehearses_is_asked_as_themselves(barnsley: World) -> None:
    from tests.rehearsal_walk.conftest import Rehearsed  # noqa: PLC0415  (its fixtures are for its own folder)

    rehearsed = Rehearsed(barnsley)
    keeper = comes_in(barnsley.administrator)
    assert keeper.opens(rehearsed.address()).address == "/accounts/second-step/"
    sets_up_an_app(keeper)
    assert keeper.opens(rehearsed.address()).address == rehearsed.backstage("be")


# ---------------------------------------------------------------- the device is lost, and no code is left
def test_the_office_starts_a_person_afresh_and_everybody_concerned_is_told(barnsley: World, havering: World) -> None:
    administrator = barnsley.administrator
    with havering.scope():
        havering.person("x", "observer")
    person = comes_in(administrator)
    sets_up_an_app(person)
    AccountMail.objects.all().delete()
    with barnsley.scope(barnsley.office):
        assert forget_second_factors(administrator, by=barnsley.office) == 2
        entry = AdministrationEntry.objects.get()
        assert (entry.did, entry.by, entry.about, entry.data) == (
            "signed_out_everywhere", barnsley.office, administrator, {"second_factors": True},
        )  # fmt: skip
    assert person.opens("/p/barnsley/").address == "/accounts/login/"
    mail = AccountMail.objects.get()
    assert (mail.to, mail.subject) == ("administrator@barnsley.example", "Your second step was taken away")
    assert "telephone your partnership office at once" in mail.text
    assert comes_in(administrator).address == "/accounts/second-step/"


def test_nobody_does_it_for_themselves_and_no_office_for_an_operator(barnsley: World) -> None:
    operator = User.objects.create_user("olive@tracker.example", name="Olive", is_operator=True)
    Authenticator.objects.create(user=operator, type="totp", data={})
    with barnsley.scope():
        for user in (barnsley.office, operator):
            with pytest.raises(PartnershipRefused):
                forget_second_factors(user, by=barnsley.office)
    assert Authenticator.objects.count() == 1
    told = StringIO()
    call_command("forget_second_factors", "Olive@tracker.example", stdout=told)
    assert told.getvalue() == "Olive: 1 taken away, signed out everywhere, and told by e-mail.\n"
    assert Authenticator.objects.count() == 0
    with pytest.raises(CommandError, match="Nobody here has the address"):
        call_command("forget_second_factors", "who@tracker.example")


# ---------------------------------------------------------------- secrets at rest
def test_an_old_key_opens_until_it_is_given_up_and_nothing_is_taken_for_an_empty_secret(
    barnsley: World, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    key, _ = sets_up_an_app(comes_in(barnsley.midwife))
    old = settings.SECRET_KEY
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another secret key, long enough to be one " * 2, [old]
    entering = comes_in(barnsley.midwife)
    assert entering.fills(CODE, digits(key, ahead=1)).presses("Continue").address == "/p/barnsley/"
    told = StringIO()
    call_command("seal_second_factors_anew", stdout=told)
    assert told.getvalue().startswith("2 sealed anew.")
    settings.SECRET_KEY_FALLBACKS = []
    cache.clear()
    assert comes_in(barnsley.midwife).fills(CODE, digits(key)).presses("Continue").address == "/p/barnsley/"
    settings.SECRET_KEY = "a third secret key that never sealed anything " * 2
    assert comes_in(barnsley.midwife).fills(CODE, digits("")).presses("Continue").refusals != []
    assert "does not open with SECRET_KEY" in caplog.text
    with pytest.raises(CommandError, match="opens with no key"):
        call_command("seal_second_factors_anew")


@pytest.mark.parametrize(
    "nonsense", ["", "{", "[]", "7", '"x"', '{"id": 1}', '{"response": {}, "rawId": "AA", "type": "public-key"}']
)
def test_a_made_up_passkey_is_refused_in_words(barnsley: World, settings: Any, nonsense: str) -> None:
    settings.BASE_URL = "https://tracker.example"
    client = Client()
    client.force_login(barnsley.office)
    given_a_passkey(barnsley.office, "Mine")
    for address in ("/accounts/second-step/passkey/", "/accounts/prove/"):
        client.get(address)  # with a challenge waiting
        answer = client.post(address, {"credential": nonsense, "way": "passkey"})
        assert answer.status_code == (200 if "passkey" in address else 422)
        assert "There is a problem" in answer.content.decode()


def test_passkeys_are_offered_only_where_a_browser_would_keep_one(barnsley: World, settings: Any) -> None:
    client = Client()
    client.force_login(barnsley.office)
    for base, works in (
        ("https://tracker.example", True), ("http://tracker.example", False), ("http://127.0.0.1:8000", False),
        ("http://localhost:8000", True), ("https://[::1]", False),
    ):  # fmt: skip
        settings.BASE_URL = base
        assert client.get("/accounts/second-step/passkey/").status_code == (200 if works else 404), base
        assert ("Set up a passkey" in client.get("/accounts/how-you-sign-in/").content.decode()) == works
