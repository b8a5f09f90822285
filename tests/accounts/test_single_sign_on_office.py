"""The office's pages of single sign-ons, and the wall around them: whose they are, what they speak for, where a secret goes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from allauth.socialaccount.models import SocialAccount
from django.db import DatabaseError, transaction
from django.test import Client

from accounts.models import SignOn
from accounts.single_sign_on import forms
from partnerships.administering import AdministrationEntry
from partnerships.models import Partnership
from partnerships.scope import partnership_scope

from ..journeys.visitor import Visitor
from ..promises.database import raw
from ..world import World
from .provider import Liar, a_liar, sign_on_of

pytestmark = pytest.mark.django_db
PAGE = "/p/barnsley/administration/single-sign-on/"


@pytest.fixture
def liar(settings: Any) -> Iterator[Liar]:
    settings.OUTGOING_HTTP = True
    settings.OUTGOING_ALLOW = ["127.0.0.1"]
    with a_liar() as running:
        yield running


def log_of(world: World) -> list[tuple[str, str, dict[str, Any]]]:
    with world.scope():
        return [(entry.did, entry.by.email if entry.by else "", entry.data) for entry in AdministrationEntry.objects.all()][::-1]


def typed(visitor: Visitor, issuer: str, domains: str, *, name: str = "Police account") -> Visitor:
    visitor.fills("What people call it", name).fills("Which agency", "Police")
    visitor.fills("Address of the provider", issuer).fills("Our name at the provider", "tracker-1")
    return visitor.fills("E-mail domains that it speaks for", domains).presses("Add the single sign-on")


def test_the_office_adds_tries_changes_and_ends_one(
    barnsley: World, liar: Liar, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    office = Visitor(barnsley.office).opens("/p/barnsley/administration/").follows("Single sign-on")
    office.sees("There is none. Everybody signs in by a code.").follows("Add a single sign-on")
    typed(office, liar.address, "@Police.example\nstaff.police.example")
    assert office.told == ["Police account: added. Register it at the provider now, with what stands here."]
    with barnsley.scope():
        made = SignOn.objects.get()
    assert (made.provided_for, made.agency, made.domains) == (
        barnsley.partnership, "police", ["police.example", "staff.police.example"]
    )  # fmt: skip
    secret = f"SIGN_ON_SECRET_{made.key.replace('-', '_').upper()}"
    office.sees(f"{settings.BASE_URL}/accounts/sign-on/{made.key}/return/", secret, "Nobody of this partnership yet.")

    office.presses("Try it")
    office.sees("Works The provider answers", f"Does not work There is no secret under {secret}")
    monkeypatch.setenv(secret, "shh")
    office.presses("Try it").sees("Works The provider answers", "Works There is a secret")
    liar.description = {"issuer": "https://login.other.example"}
    office.presses("Try it").sees("Does not work The provider at this address calls itself “https://login.other.example”")
    liar.description = {"jwks_uri": None}
    office.presses("Try it").sees("Does not work The provider does not say where its jwks uri is")
    settings.OUTGOING_ALLOW = []
    office.presses("Try it").sees("Does not work 127.0.0.1 leads to a machine inside a network")

    office.follows("Change it")
    assert not office.asks("Address of the provider")  # a secret goes to the provider that it was made for
    office.fills("What people call it", "Police").fills("E-mail domains that it speaks for", "police.example").presses("Save")
    office.follows("Change it").presses("Save")  # nothing was changed, and nothing is noted
    SocialAccount.objects.create(user=barnsley.midwife, provider=made.key, uid="subject-1")
    office.follows("End it").sees("It cannot be started again").presses("End it")
    office.sees("Police (ended)", "Spoke for police.example")
    assert not SocialAccount.objects.exists()
    for gone in ("change/", "end/"):
        assert office.client.get(f"{PAGE}{made.key}/{gone}").status_code == 404
    which = {"key": made.key, "agency": "police"}
    assert log_of(barnsley) == [
        ("sign_on_added", barnsley.office.email, which | {"domains": ["police.example", "staff.police.example"]}),
        ("sign_on_changed", barnsley.office.email, which | {"changed": ["name", "domains"], "domains": ["police.example"]}),
        ("sign_on_ended", barnsley.office.email, which),
    ]


def test_what_is_refused_comes_back_with_what_was_typed(
    barnsley: World, havering: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = sign_on_of(havering, "https://login.havering.example", key="theirs-222222", domains=["police.example"])
    office = Visitor(barnsley.office).opens(f"{PAGE}add/")
    said = {
        "gmail.com": "Anybody can get an address at gmail.com, so nobody can vouch for all of them",
        "not a domain": "“not a domain” is not an e-mail domain. Enter what stands after the @, like police.example",
        "fire.example\npolice.example": "Another single sign-on speaks for police.example already",
        "": "Enter at least one e-mail domain",
        "\n".join(f"d{n}.example" for n in range(21)): "Enter 20 domains or fewer",
    }
    for domains, sentence in said.items():
        typed(office, "https://login.police.example", domains)
        assert (office.status, office.refusals) == (422, [sentence])
        assert "havering" not in office.words.lower()
    for issuer in ("http://login.police.example", "login.police.example", "https://", "https://me@login.police.example",
                   "https://login.police.example/?tenant=1", "javascript:alert(1)", "https://[::1"):  # fmt: skip
        typed(office, issuer, "fire.example")
        assert office.refusals == ["Enter an address that begins with https:// and has no ? or # in it"], issuer
    # Had the others entered it a moment ago, the database would say so.
    monkeypatch.setattr(forms, "claimed", lambda domains, by: "")
    typed(office, "https://login.police.example", "police.example")
    assert (office.status, office.refusals) == (422, ["Another single sign-on speaks for one of these domains already."])
    monkeypatch.undo()
    # Once the others have ended theirs, the domain is free.
    with havering.scope():
        SignOn.objects.filter(pk=theirs.pk).update(active=False)
    typed(office, "https://login.police.example", "police.example")
    assert len(office.told) == 1


def test_who_was_given_a_new_account_there_can_be_taken_afresh(barnsley: World, havering: World) -> None:
    police = sign_on_of(barnsley, "https://login.police.example")
    for user, subject in ((barnsley.midwife, "one"), (havering.midwife, "two")):
        SocialAccount.objects.create(user=user, provider=police.key, uid=subject)
    office = Visitor(barnsley.office).opens(f"{PAGE}{police.key}/")
    office.sees("Midwife Forget").presses("Forget how Police account knows Midwife")
    assert office.told == ["Midwife: the next sign-in by Police account is taken as the first."]
    assert [kept.uid for kept in SocialAccount.objects.all()] == ["two"]  # not of this partnership, so not theirs to see
    assert office.client.post(f"{PAGE}{police.key}/forget/{havering.midwife.pk}/").status_code == 404
    assert office.client.post(f"{PAGE}{police.key}/forget/{2**40}/").status_code == 404
    assert log_of(barnsley) == [
        ("sign_on_changed", barnsley.office.email, {"key": police.key, "agency": "", "changed": ["subject"]}),
    ]


def test_another_partnerships_is_not_there_and_a_rehearsal_has_none(barnsley: World, havering: World) -> None:
    theirs = sign_on_of(havering, "https://login.havering.example")
    client = Client()
    client.force_login(barnsley.office)
    for act in ("", "change/", "end/"):
        for address in (f"{PAGE}{theirs.key}/{act}", f"{PAGE}nothing-222222/{act}"):
            assert (client.get(address).status_code, client.post(address).status_code) in ((404, 404), (404, 405)), address
    for act in ("try/", "forget/1/"):
        assert client.post(f"{PAGE}{theirs.key}/{act}").status_code == 404
    assert theirs.name not in client.get(PAGE).content.decode()
    client.force_login(barnsley.midwife)
    for act in ("", "add/", f"{theirs.key}/", f"{theirs.key}/try/"):
        assert client.post(f"{PAGE}{act}").status_code == 403


def test_who_changes_it_proves_again_who_they_are(barnsley: World) -> None:
    police = sign_on_of(barnsley, "https://login.police.example")
    client = Client()
    client.force_login(barnsley.administrator)
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "type": "totp", "at": 1.0}]
    session.save()
    for act in ("add/", f"{police.key}/change/", f"{police.key}/end/"):
        assert client.get(f"{PAGE}{act}")["Location"].startswith("/accounts/prove/"), act
        assert client.post(f"{PAGE}{act}").status_code == 403, act
    assert client.post(f"{PAGE}{police.key}/forget/1/").status_code == 403
    assert client.get(PAGE).status_code == 200
    assert log_of(barnsley) == []


def test_an_administrator_chooses_nobody_whose_word_is_taken(barnsley: World) -> None:
    """A provider of theirs, or one domain more for one that works, could vouch for them as the partnership manager."""
    police = sign_on_of(barnsley, "https://login.police.example")
    SocialAccount.objects.create(user=barnsley.midwife, provider=police.key, uid="subject-1")
    own = {"name": "Ours", "issuer": "https://login.mine.example", "client_id": "t", "domains": "barnsley.example"}
    administrator = Visitor(barnsley.administrator).opens(PAGE).sees("A partnership manager adds and changes them.")
    assert "Add a single sign-on" not in administrator.words
    for act, given in (("add/", own), (f"{police.key}/change/", own), (f"{police.key}/forget/{barnsley.midwife.pk}/", {})):
        assert administrator.client.post(f"{PAGE}{act}", given).status_code == 403, act
    with barnsley.scope():
        assert [(one.pk, one.domains) for one in SignOn.objects.all()] == [(police.pk, police.domains)]
    assert SocialAccount.objects.count() == 1
    administrator.opens(f"{PAGE}{police.key}/").does_not_see("Change it", "Forget how").presses("Try it").sees("Tried just now")
    administrator.follows("End it").presses("End it")  # what ends a way in is for both
    assert log_of(barnsley) == [("sign_on_ended", barnsley.administrator.email, {"key": police.key, "agency": ""})]


def refused_by_the_database(sql: str, *args: object) -> str:
    with pytest.raises(DatabaseError) as refusal, transaction.atomic():
        raw(sql, args)
    return str(refusal.value).partition("\n")[0]


def test_the_database_lets_only_its_partnership_write_it(barnsley: World, havering: World) -> None:
    """By raw SQL, from outside any scope and from another's: it can be read by all, as nobody is signed in yet."""
    police = sign_on_of(barnsley, "https://login.police.example", domains=["police.example"])
    insert = (
        "INSERT INTO accounts_signon (provided_for_id, agency, key, name, issuer, client_id, secret_name, domains, active)"
        " VALUES (%s, '', %s, 'X', 'https://x.example', 'x', %s, %s, true)"
    )
    only = "Only the partnership that provides a single sign-on may write it"
    outside = [
        (insert, barnsley.partnership.pk, "x", "X", '["x.example"]'),
        ("UPDATE accounts_signon SET domains = '[\"havering.example\"]' WHERE id = %s", police.pk),
        ("UPDATE accounts_signon SET provided_for_id = %s WHERE id = %s", havering.partnership.pk, police.pk),
        ("DELETE FROM accounts_signon WHERE id = %s", police.pk),
    ]
    assert [refused_by_the_database(*statement) for statement in outside] == [only] * 4
    with havering.scope():
        assert [refused_by_the_database(*statement) for statement in outside] == [only] * 4
        taken = insert, havering.partnership.pk, "y", "Y", '["y.example", "police.example"]'
        assert refused_by_the_database(*taken) == "One single sign-on speaks for a domain"
        same_secret = insert, havering.partnership.pk, "y", police.secret_name, '["y.example"]'
        assert "duplicate key" in refused_by_the_database(*same_secret)
    with barnsley.scope():
        assert refused_by_the_database(*outside[2]) == only
        for column in ("issuer", "secret_name", "key"):
            kept = refused_by_the_database(f"UPDATE accounts_signon SET {column} = 'other' WHERE id = %s", police.pk)
            assert kept == "A single sign-on keeps its issuer and its secret", column
        assert raw(outside[1][0], [police.pk]) == [(1,)]
        rehearsal = Partnership.objects.create(
            slug="reh", name="Rehearsal", reference_prefix="REH", rehearsal_of=barnsley.partnership
        )
    with partnership_scope(rehearsal.pk):
        assert refused_by_the_database(insert, rehearsal.pk, "z", "Z", "[]") == "Nobody signs in to a rehearsal"
    with barnsley.scope():
        assert raw("DELETE FROM accounts_signon WHERE id = %s", [police.pk]) == [(1,)]  # when the partnership itself goes
