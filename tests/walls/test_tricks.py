"""Ways round the address: another's session, another's choice in the session, another host, another verb, another spelling."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from partnerships import rehearsing
from partnerships.models import MemberRole, Partnership, User
from partnerships.scope import partnership_scope
from partnerships.services import add_member

from .two_worlds import MARK, Place, client_of, different, told

pytestmark = pytest.mark.django_db
OFFICE = MemberRole.PARTNERSHIP_MANAGER.value


def test_every_spelling_of_an_address_is_somebody_elses_or_nothing(here: Place, there: Place) -> None:
    """Nothing is put right on the way: what is not the address itself is not there, and is told of no partnership."""
    slug, reference = there.slug, there.disagreement.reference
    spelled = [
        f"/p//{slug}/", f"//p/{slug}/", f"/p/{slug}//d/{reference}/", f"/p/{slug.upper()}/", f"/p/{slug.title()}/",
        f"/P/{slug}/", f"/p/{here.slug}/../{slug}/", f"/p/{here.slug}/%2e%2e/{slug}/", f"/p/{here.slug}%2f..%2f{slug}/",
        f"/p/{here.slug}/d/..%2f..%2f{slug}/d/{reference}/", f"/p/{slug}./", f"/p/{slug}%20/", f"/p/{slug}%00/",
        "/p/%65lsewhere/", "/p/elsewhеre/", "/p/ｅlsewhere/", "/p/elsewhere\u200b/", f"/p/{slug};a=b/", f"/p/./{slug}/",
        f"/p/{here.slug}/d/{reference}/", f"/p/{here.slug}/d/%2e%2e/", f"/p/{here.slug}/p/{slug}/d/{reference}/",
        f"/p/{slug}/d/{reference}/", f"/p/{slug}/d/{reference}", f"/p/{slug}",
    ]  # fmt: skip
    found = []
    for where in spelled:
        answer: Any = here.clients[OFFICE].get(where, follow=True)
        if answer.status_code != 404 or MARK in answer.content.decode() or f"/p/{slug}/d/" in answer.get("Location", ""):
            found.append((where, answer.status_code))
    assert found == []


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE"])
def test_no_other_verb_of_the_web_tells_more(here: Place, there: Place, method: str) -> None:
    one, other = str(here.disagreement.reference), "ENF-9999"
    for client, slug, status in ((there.clients[OFFICE], here.slug, 404), (there.clients[OFFICE], there.slug, None)):
        for path in ("d/{}/", "d/{}/escalate/", "api/v1/disagreements/{}/"):
            answers = [
                told(client, method, f"/p/{slug}/{path.format(reference)}", hide=[reference]) for reference in (one, other)
            ]
            assert different(*answers) == [], (method, slug, path)
            # What could be asked there, whatever stands there, is told by the kind of address alone.
            assert answers[0].status in ({status, 401} if status else {200, 401, 404, 405}), (method, slug, path)
            assert (answers[0].status, answers[0].body) != (200, "") or method == "OPTIONS"


def test_a_session_says_nothing_of_where_it_was_begun(here: Place, there: Place) -> None:
    """The same one at both: a member here is a stranger there, until they are a member there as well, and after they left."""
    client, person = here.clients[OFFICE], here.people[OFFICE]
    assert person is not None
    assert [client.get(f"/p/{world.slug}/tracker/").status_code for world in (here, there)] == [200, 404]
    with there.scope():
        member = add_member(person, role="observer", agency=None)
    assert [client.get(f"/p/{world.slug}/tracker/").status_code for world in (here, there)] == [200, 403]
    with there.scope():
        member.active = False
        member.save()
    assert [client.get(f"/p/{world.slug}/tracker/").status_code for world in (here, there)] == [200, 404]


def test_who_is_chosen_in_a_session_is_nobody_outside_the_keepers_own_rehearsal(here: Place, there: Place) -> None:
    """The choice is a number in the session: of somebody real, of another partnership, of another's rehearsal."""
    rehearsal = Partnership.objects.create(
        slug="elsewhere-rehearsal", name="Rehearsal", reference_prefix="ELR", rehearsal_of=there.partnership
    )
    invented = User.objects.create(email="irma@rehearsed.example", name=f"Irma {MARK}", is_active=False, rehearses=rehearsal)
    with partnership_scope(rehearsal.pk):
        add_member(invented, role="partnership_manager", agency=None)
    client = client_of(here.office)
    for person in (invented, there.office, here.office):
        session = client.session
        session[rehearsing.CHOSEN] = {
            str(world): person.pk for world in (rehearsal.pk, there.partnership.pk, here.partnership.pk)
        }
        session.save()
        assert client.get(f"/p/{rehearsal.slug}/").status_code == 404
        assert client.get(f"/p/{there.slug}/").status_code == 404
        assert MARK not in client.get(f"/p/{here.slug}/").content.decode()
    keeper = client_of(there.office)
    session = keeper.session
    session[rehearsing.CHOSEN] = {str(rehearsal.pk): here.office.pk}  # somebody real is never whom one can be
    session.save()
    assert keeper.get(f"/p/{rehearsal.slug}/").status_code == 302


def test_a_token_opens_its_own_partnership_whatever_else_is_sent_along(here: Place, there: Place) -> None:
    bearer = {"Authorization": f"Bearer {there.secret}"}
    where = f"/p/{here.slug}/api/v1/disagreements/"
    plain = told(Client(), "GET", where, headers=bearer)
    assert plain.status == 401
    along: list[dict[str, str]] = [
        {"X-Forwarded-Host": f"{there.slug}.example"}, {"X-Original-URL": f"/p/{there.slug}/api/v1/disagreements/"},
        {"X-Rewrite-URL": f"/p/{there.slug}/"}, {"X-Partnership": there.slug}, {"X-HTTP-Method-Override": "DELETE"},
    ]  # fmt: skip
    for more in along:
        assert told(Client(), "GET", where, headers=bearer | more) == plain, more
    strange = Client().get(where, headers=bearer | {"Host": f"{there.slug}.example"})
    assert strange.status_code == 400
    # With a session of this partnership beside it: the token alone is asked.
    assert told(here.clients[OFFICE], "GET", where, headers=bearer).status == 401
    both = told(
        Client(), "GET", f"{where}?partnership={there.slug}&slug={there.slug}", headers={"Authorization": f"Bearer {here.secret}"}
    )
    assert MARK not in both.body
