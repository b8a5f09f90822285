"""Somebody named who is no member: from the letter's link, or its reference, to the answer; held, let in, taken out, over."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client

from accounts.models import AccountMail
from escalation import services
from escalation.models import Disagreement, Invitation
from partnerships.models import Agency, Membership, User
from partnerships.protocol_terms import Side
from partnerships.services import admit, go_live
from tests.services.acts import up_to
from tests.world import World

from .conftest import Telling
from .telling import Story, tick
from .visitor import Visitor

pytestmark = pytest.mark.django_db

NAMED, UNKNOWN = "jo.jones@care.example", "kit@elsewhere.example"
OVER = "This link is no longer open"


@pytest.fixture(autouse=True)
def no_earlier_tries() -> None:
    cache.clear()


@pytest.fixture
def story(barnsley: World, telling: Telling, monkeypatch: pytest.MonkeyPatch) -> Story:
    """Barnsley, live: its letters leave."""
    monkeypatch.setattr("partnerships.services.why_not_live", lambda at: "")
    begun = telling(barnsley, "Tue 15 Sep 2026 09:30")
    barnsley.partnership = go_live(barnsley.partnership)
    begun.live = True
    assert barnsley.office
    knows(barnsley, "care.example")
    return begun


def knows(world: World, *domains: str) -> None:
    """From now on these are known to be social care's own."""
    agency = world.agencies["social_care"]
    agency.email_domains = list(domains)
    with world.scope():
        agency.save()


def naming(world: World, email: str, name: str = "Jo Jones") -> tuple[services.Person, ...]:
    """The midwife and her lead, and on the other side one manager by a typed address."""
    people = world.particulars().people
    own = [p for p in people if p.side == Side.RAISING]
    theirs = next(p for p in people if p.side == Side.RECEIVING)
    return (*own, services.Person(side=Side.RECEIVING, role=theirs.role, name=name, email=email, telephone="01226 700 111"))


def letters_to(email: str) -> list[str]:
    tick()
    return [str(m.body) for m in mail.outbox if m.to == [email]]


def link_in(letter: str) -> str:
    found = re.search(r"Open it:\s(\S+)", letter)
    assert found is not None, letter
    return urlsplit(found[1]).path


def code_sent_to(email: str) -> str:
    found = re.findall(r"^\s*([A-Z0-9]{3,4}-?[A-Z0-9]{3,4})\s*$", letters_to(email)[-1], re.MULTILINE)
    assert found, letters_to(email)[-1]
    return str(found[-1])


def comes_in(address: str, email: str = NAMED) -> Visitor:
    """From a link, with the code that is sent."""
    page = Visitor().opens(address).presses("Send me a code")
    return page.fills("Code", code_sent_to(email)).presses("Continue")


def kinds(world: World, disagreement: Disagreement) -> list[str]:
    return world.chronology(disagreement)


def invitation(world: World, email: str) -> Invitation:
    with world.scope():
        return Invitation.objects.select_related("user").filter(email=email).latest("pk")


def test_from_the_letter_to_the_answer(barnsley: World, story: Story) -> None:
    raised = barnsley.raised(at=story.now, people=naming(barnsley, NAMED))
    assert kinds(barnsley, raised) == ["raised"]
    (letter,) = letters_to(NAMED)
    link = link_in(letter)
    assert re.fullmatch(r"/p/barnsley/invited/[0-9a-f-]{36}/", link)
    flat = " ".join(letter.split())
    assert "If your network blocks the link, type this address into your browser:" in flat
    assert f"/answer/ There, type the reference {raised.reference} and this e-mail address." in flat
    # The link alone shows nothing: not the reference, no name, no more of the address than its owner knows again.
    page = Visitor().opens(link)
    page.sees("j...@c....example")
    for secret in (str(raised.reference), "Midwife", "H-2207", "Moorside", "Barnsley", NAMED, "Jo Jones"):
        assert secret not in page.page.text, secret
    page.presses("Send me a code")
    assert page.heading == "Check your e-mail"
    assert NAMED not in page.page.text
    page.fills("Code", code_sent_to(NAMED)).presses("Continue")
    assert page.address == raised.get_absolute_url()
    page.presses("I have this")
    assert kinds(barnsley, raised) == ["raised", "seen", "acknowledged"]
    assert invitation(barnsley, NAMED).first_used_at == story.now
    # A second time, still signed in: straight on. Somebody else at the same browser's link is told so.
    assert page.opens(link).address == raised.get_absolute_url()
    other = Visitor(barnsley.midwife).opens(link)
    other.sees("In this browser Midwife is signed in").presses("Sign out and go on")
    assert (other.address, other.heading) == (link, "Open what you were asked to answer")


def test_what_somebody_invited_sees_of_the_partnership(barnsley: World, story: Story) -> None:
    raised, other = barnsley.raised(at=story.now, people=naming(barnsley, NAMED)), barnsley.raised(at=story.now)
    page = comes_in(link_in(letters_to(NAMED)[0]))
    assert [place for place in page.links() if place in ("Directory", "Raise a disagreement", "Tracker", "Protocol")] == [
        "Protocol"
    ]
    assert raised.get_absolute_url() in page.opens("/p/barnsley/").links().values()
    assert str(other.reference) not in page.page.text
    assert page.opens(other.get_absolute_url()).status == 404
    for shut in ("directory/", "directory/levels/", "start/", "settled/", "tokens/", "tracker/", "administration/"):
        assert page.opens(f"/p/barnsley/{shut}").status == 403
        page.sees("You were invited to one disagreement")
    # It ends; for the partnership's number of days it is still theirs to read, and then no more.
    raised = barnsley.do("withdraw", raised, by=barnsley.office, reason="Settled otherwise.")
    story.comes("Thu 15 Oct 2026 09:29")
    user = User.objects.get(email=NAMED)
    assert Visitor(user).opens(raised.get_absolute_url()).status == 200
    story.comes("Thu 15 Oct 2026 09:31")
    page = Visitor(user).opens(raised.get_absolute_url())
    assert page.status == 404
    page = Visitor(user).opens(link_in(letters_to(NAMED)[0]))
    assert (page.status, page.heading) == (404, OVER)


def test_by_hand_where_links_are_blocked(barnsley: World, story: Story) -> None:
    """The same answer, the same number of steps and the same page, whoever asks about whatever."""
    raised = barnsley.raised(at=story.now, people=naming(barnsley, NAMED))
    pages = []
    for reference, email in ((raised.reference, NAMED), ("BAR-9999", NAMED), ("XYZ-0001", "who@care.example")):
        client = Client()
        answer = client.post(
            "/answer/", {"reference": f" {str(reference).lower().replace('-', ' ')}", "email": email}, follow=True
        )
        words = re.sub(r'(csrfmiddlewaretoken" value="|nonce=")[^"]+', "", answer.content.decode())
        pages.append((answer.status_code, len(answer.redirect_chain), words.replace(email, "").replace(str(reference), "")))
    assert pages[0] == pages[1] == pages[2]
    tick()
    assert [m.to for m in AccountMail.objects.order_by("pk")] == [NAMED, NAMED]
    page = Visitor().opens("/answer/").fills("The reference", str(raised.reference)).fills("Your e-mail address", NAMED)
    page.presses("Continue").fills("Code", code_sent_to(NAMED)).presses("Continue")
    assert page.address == raised.get_absolute_url()
    # Signed in, a reference that is not theirs and one that is not there are told alike.
    theirs = barnsley.raised(at=story.now)
    told = [page.opens("/answer/").fills("The reference", ref).presses("Continue").refusals for ref in (str(theirs), "BAR-0999")]
    assert told[0] == told[1] != []
    # A fourth code for one address within a minute is refused, on a page that says when to try again.
    assert Visitor().opens(link_in(letters_to(NAMED)[0])).presses("Send me a code").status == 429


def test_a_program_that_opens_and_submits_what_stands_in_an_e_mail(barnsley: World, story: Story) -> None:
    raised = barnsley.raised(at=story.now, people=naming(barnsley, NAMED))
    (letter,) = letters_to(NAMED)
    before = kinds(barnsley, raised)
    for address in re.findall(r"https?://\S+", letter):
        scanner = Client(enforce_csrf_checks=True)
        shown = scanner.get(urlsplit(address).path, follow=True)
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', shown.content.decode())
        after = scanner.post(urlsplit(address).path, {"csrfmiddlewaretoken": token[1]} if token else {}, follow=True)
        for response in (shown, after):
            words = response.content.decode()
            for secret in (str(raised.reference), "Midwife", "H-2207", "Moorside", NAMED):
                assert secret not in words, (address, secret)
        assert "_auth_user_id" not in scanner.session
    assert kinds(barnsley, raised) == before
    assert invitation(barnsley, NAMED).first_used_at is None
    assert [m.to for m in AccountMail.objects.all()] == [NAMED]  # the only thing that it achieved


def test_an_address_that_nobody_knows_waits_for_the_office(barnsley: World, story: Story) -> None:
    raised = barnsley.raised(at=story.now, people=naming(barnsley, UNKNOWN, "Kit Known"))
    assert kinds(barnsley, raised) == ["raised", "invitation_held"]
    assert letters_to(UNKNOWN) == []
    for told in (barnsley.office, barnsley.midwife):
        assert "Please telephone them meanwhile" in " ".join(letters_to(told.email)[-1].split())
        assert UNKNOWN not in letters_to(told.email)[-1]
    sentence = "Kit Known: their address is not one that Children's social care is known to use."
    Visitor(barnsley.midwife).opens(f"{raised.get_absolute_url()}raised/").sees(sentence, "Telephone them.")
    Visitor(barnsley.team_manager)  # a member, and not named here
    waits = Visitor(barnsley.office).opens("/p/barnsley/").follows("Who waits to be let in (1)")
    waits.sees(UNKNOWN, "Children's social care", f"{raised.reference} , by Midwife").follows("Decide")
    waits.chooses("elsewhere.example is Children's social care’s own: let its addresses in at once from now on")
    waits.presses("Let them in").sees("Kit Known is let in", "Nobody waits.")
    assert kinds(barnsley, raised) == ["raised", "invitation_held", "invitation_admitted"]
    (letter,) = letters_to(UNKNOWN)
    assert "you are asked to take part" in str(next(m.subject for m in mail.outbox if m.to == [UNKNOWN]))
    assert comes_in(link_in(letter), UNKNOWN).address == raised.get_absolute_url()
    with barnsley.scope():
        barnsley.agencies["social_care"] = Agency.objects.get(key="social_care")
    assert barnsley.agencies["social_care"].email_domains == ["care.example", "elsewhere.example"]
    # The next one of that domain comes in at once; a second act of deciding is refused in a sentence.
    barnsley.raised(at=story.now, people=naming(barnsley, "lee@elsewhere.example", "Lee"))
    assert invitation(barnsley, "lee@elsewhere.example").state == "admitted"


def test_an_address_that_is_not_let_in(barnsley: World, story: Story) -> None:
    raised = barnsley.raised(at=story.now, people=naming(barnsley, UNKNOWN, "Kit Known"))
    letters_to(UNKNOWN)
    held = invitation(barnsley, UNKNOWN)
    link = f"/p/barnsley/invited/{held.key}/"
    page = Visitor().opens(link)
    assert page.heading == "The partnership office looks at your address first"
    page = Visitor(barnsley.office).opens(f"/p/barnsley/administration/coming-in/{held.pk}/").presses("Do not let them in")
    assert page.refusals == ["Say why they are not let in"]
    page.fills("Why are they not let in?", "The trust has no such address.").presses("Do not let them in")
    page.sees("Kit Known is not let in.", "Nobody waits.")
    assert kinds(barnsley, raised)[-1] == "invitation_refused"
    assert "has not let in somebody who was named" in " ".join(letters_to(barnsley.midwife.email)[-1].split())
    assert letters_to(UNKNOWN) == []
    # Unknown, of another partnership, refused: one page, and only who has a real link is told whom to ask.
    unknown = [Visitor().opens(f"/p/{a}/invited/{b}/").words for a, b in (("nowhere", held.key), ("barnsley", "x"), ("x", "x"))]
    assert unknown[0] == unknown[1] == unknown[2]
    assert Visitor().opens(link).heading == OVER
    # Named once more, now in a known domain: nobody but the office takes that back.
    knows(barnsley, "elsewhere.example")
    barnsley.raised(at=story.now, people=naming(barnsley, UNKNOWN, "Kit Known"))
    assert invitation(barnsley, UNKNOWN).state == "held"


def test_a_wrong_recipient_is_taken_out_at_once(barnsley: World, story: Story) -> None:
    raised = barnsley.raised(at=story.now, people=(*naming(barnsley, NAMED), barnsley.particulars().people[-1]))
    link = link_in(letters_to(NAMED)[0])
    wrong = comes_in(link)
    page = Visitor(barnsley.team_manager).opens(raised.get_absolute_url()).follows("End their access for Jo Jones")
    page.sees("What they have opened", "A disagreement, on Tuesday 15 September 2026 at 9:30am").presses("End their access")
    assert page.refusals == ["Say why their access is ended"]
    page.fills("Why is their access ended?", "Another Jo Jones.").presses("End their access")
    page.sees("Jo Jones cannot open this any more.")
    assert kinds(barnsley, raised)[-1] == "access_removed"
    # Signed out everywhere, since nothing else is left to them; the link is dead, and the address opens nothing again.
    assert wrong.opens(raised.get_absolute_url()).address == "/accounts/login/"
    assert Visitor().opens(link).heading == OVER
    assert Visitor(User.objects.get(email=NAMED)).opens(raised.get_absolute_url()).status == 404
    for told in (barnsley.office, barnsley.midwife):
        letter = " ".join(letters_to(told.email)[-1].split())
        assert "access to it was ended" in letter
        assert "H-2207" not in letter
        assert NAMED not in letter
    with barnsley.scope():
        assert not Membership.objects.filter(user__email=NAMED, active=True).exists()
        assert admit(NAMED, name="Jo Jones", agency=barnsley.agencies["social_care"]) is None
    barnsley.do("change_party", raised, by=barnsley.office, person=naming(barnsley, NAMED)[-1], reason="Named again.")
    assert invitation(barnsley, NAMED).state == "held"
    # One that was typed wrongly and never came is ended as easily.
    page = Visitor(barnsley.office).opens(raised.get_absolute_url()).follows("End their access for Jo Jones")
    page.sees("They have opened nothing.") if invitation(barnsley, NAMED).user is None else None
    page.fills("Why is their access ended?", "Typed wrongly.").presses("End their access")
    assert kinds(barnsley, raised)[-1] == "access_removed"


def test_a_panel_member_is_written_to_as_well(havering: World, telling: Telling, monkeypatch: pytest.MonkeyPatch) -> None:
    """They take part for neither side, so no rule of the protocol would write to them."""
    monkeypatch.setattr("partnerships.services.why_not_live", lambda at: "")
    story = telling(havering, "Tue 15 Sep 2026 09:30")
    havering.partnership = go_live(havering.partnership)
    knows(havering, "care.example")
    raised = up_to(havering, "stage_4", at=story.now)
    seats = [services.Seat("Jo Jones", havering.agencies["social_care"], NAMED)]
    chair = havering.person("chair", "adviser", protocol_role="chair")
    facts = {"process": "resolution_panel", "reason": "Stuck.", "although": "More come."}
    havering.do("start_side_process", raised, by=chair, at=story.now, seats=seats, **facts)
    assert kinds(havering, raised)[-2:] == ["side_process_started", "invitation_admitted"]
    (letter,) = letters_to(NAMED)
    page = comes_in(link_in(letter))
    assert (page.address, page.status) == (raised.get_absolute_url(), 200)


def test_who_stays_a_member_is_not_signed_out(barnsley: World, havering: World, story: Story) -> None:
    """Somebody at home in another partnership keeps working there."""
    guest = havering.person("guest.at.barnsley", "lead", "hospital")
    knows(barnsley, "havering.example")
    raised = barnsley.raised(at=story.now, people=naming(barnsley, guest.email, guest.name))
    page = comes_in(link_in(letters_to(guest.email)[0]), guest.email)
    with barnsley.scope():
        number = invitation(barnsley, guest.email).pk
    Visitor(barnsley.office).opens(f"{raised.get_absolute_url()}access/{number}/end/").fills(
        "Why is their access ended?", "Wrong one."
    ).presses("End their access")
    assert page.opens("/p/havering/").status == 200
    assert page.opens(raised.get_absolute_url()).status == 404
