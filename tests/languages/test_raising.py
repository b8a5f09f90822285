"""A disagreement is raised in another language: every word of the pages is marked, and what is kept and sent is English."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from accounts.models import AccountMail
from escalation.models import ChronologyWords, Deadline, Disagreement
from notifications.models import Message
from notifications.services import announce
from partnerships.models import Agency, Membership, Partnership
from partnerships.protocol import Protocol
from partnerships.services import issue_token
from tests.journeys.visitor import Visitor
from tests.pages.markup import read
from tests.pages.writing import answers, begin, draft_of, step_address, write
from tests.world import TUESDAY, World, shipped_protocol

from .made_up import english_on

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def welsh(client: Client) -> Client:
    client.cookies["language"] = "cy"
    return client


def with_more_to_ask(protocol: Protocol) -> Protocol:
    """Questions of every kind, and two ways out: one that stops it, one that is advice."""
    ground = {"clause": "1"}
    plain = protocol.model_dump(mode="json")
    asks = [
        {"key": f"q_{kind}", "asks": f"What of the {kind}?", "answer": kind, "must": False}
        for kind in ("yes_no", "date", "line", "text")
    ]
    routes = [{"key": "iro", "title": "Ask the IRO.", "advice": ["They look at it."], "when": {"child_statuses": ["in_care"]}}]
    return Protocol.model_validate(
        plain | {"questions": [one | ground for one in asks], "routes_out": [one | ground for one in routes]}
    )


def raising_pages(client: Client, world: World) -> Iterator[tuple[str, Any]]:
    """Every page on the way, as somebody meets it who answers nothing, then too little, then all of it."""
    home = f"/p/{world.slug}"
    yield "start", client.get(f"{home}/start/")
    yield "start refused", client.post(f"{home}/start/", {})
    for signpost in world.protocol.signposts[:2]:
        yield "signpost", client.get(f"{home}/start/{signpost.key}/")
    first = begin(client, world)
    draft = draft_of(world, world.midwife)
    for step in ("whom", "who", "talk", "concern", "child", "more", "people"):
        yield step, client.get(step_address(world, draft, step))
        if step != "whom":  # answered as usual before anybody looks at it
            yield f"{step} refused", client.post(step_address(world, draft, step), {"held": "", "question_q_date-day": "99"})
    yield "missing", client.get(first.replace("/who/", "/check/"))
    nhs = answers(world, child_reference="943 476 5919", concern="Ann Lee, born 3.4.2019, is not safe.")
    client.post(step_address(world, draft, "who"), nhs)
    for step in ("concern", "child"):
        yield f"{step} noticed", client.post(step_address(world, draft, step), nhs)
    lead_user = world.hospital_lead
    with world.scope():
        shared = {"colleague": str(Membership.objects.get(user=lead_user).pk)}
    yield "share refused", client.post(f"{home}/raise/{draft.key}/share/", {})
    yield "shared", client.post(f"{home}/raise/{draft.key}/share/", shared, follow=True)
    lead = welsh(Visitor(world.hospital_lead).client)
    yield "of somebody else", lead.get(f"{home}/raise/{draft.key}/")
    late = answers(world, concern="Otherwise.") | {"held": "x"}
    yield "changed meanwhile", lead.post(step_address(world, draft, "concern"), late)
    yield "in another window", client.post(step_address(world, draft, "concern"), late)
    for page in ("", "check/", "share/", "discard/"):
        yield page or "tasks", client.get(f"{home}/raise/{draft.key}/{page}")
    yield "gone", client.post(f"{home}/raise/{draft.key}/discard/".replace(str(draft.key)[:4], "0000"), {"words": "I wrote."})
    client.post(step_address(world, draft, "child"), answers(world, child_status="in_care"))
    for page in ("", "check/", "elsewhere/"):
        yield f"{page} stopped", client.get(f"{home}/raise/{draft.key}/{page}")
    client.post(f"{home}/raise/{draft.key}/discard/")
    check = write(client, world)
    yield "check", client.get(check)
    yield "raised", client.get(client.post(check)["Location"])
    yield "settled", client.get(f"{home}/settled/")
    yield "settled refused", client.post(f"{home}/settled/", {"raising_agency": "police", "receiving_agency": "police"})


@pytest.mark.parametrize("slug", ["wiltshire"])
def test_under_a_made_up_language_no_word_of_raising_is_unmarked(slug: str, pseudo: None) -> None:
    world = World(slug, with_more_to_ask(shipped_protocol(slug)))
    Partnership.objects.update(welsh=True)
    client = welsh(Visitor(world.midwife).client)
    with world.scope():
        agencies = list(Agency.objects.values_list("name", flat=True))
    # A page's title holds no markup, and so says the protocol's words without their language.
    people = [f"{side} {role}" for side in ("Receiving", "Raising") for role in ("Practitioner", "Manager")]
    names = [
        "Wiltshire",
        "WIL-",
        "Ask the IRO.",
        "Hospital Lead",
        *people,
        *agencies,
        *(signpost.title for signpost in world.protocol.signposts),
    ]
    found = {}
    for name, answer in raising_pages(client, world):
        assert answer.status_code in (200, 404, 409, 422), (name, answer.status_code)
        page = read(answer.content.decode())
        assert page.first(tag="html").attributes["lang"] == "cy", name
        found[name] = english_on(page, names=names)
    assert "\n".join(f"{name}: {left}" for name, left in found.items() if left) == ""
    announce(world.partnership.pk)
    with world.scope():
        stored = [*ChronologyWords.objects.values_list("text"), *Message.objects.values_list("subject", "text")]
        stored += [*Disagreement.objects.values_list("answers"), *Deadline.objects.values_list("label", "purpose")]
    stored += [*AccountMail.objects.values_list("subject", "text")]
    assert "complete a draft with them" in str(stored)
    assert "⟦" not in str(stored)


def kept(world: World, disagreement: Disagreement) -> str:
    """All that was stored of it and is sent about it, without what differs between any two."""
    announce(world.partnership.pk)
    with world.scope():
        entries = list(disagreement.chronology.order_by("pk"))
        sent = Message.objects.order_by("to_email", "pk").values_list("to_email", "subject", "text")
        held = {
            "answers": disagreement.answers,
            "entries": [(one.kind, one.data, str(one.actor)) for one in entries],
            "words": [ChronologyWords.objects.get(pk=one.words_id).text for one in entries if one.words_id],
            "people": list(disagreement.parties.order_by("pk").values("name", "role", "called", "agency", "telephone")),
            "clocks": list(disagreement.deadlines.order_by("pk").values("purpose", "label", "strength", "due_at")),
            "sent": [one for one in sent if disagreement.reference in one[2]],
        }
    apart = rf"{disagreement.reference}|{disagreement.key}|/(invited|l)/[\w.:-]+|[0-9a-f-]{{36}}|(?<=\": )[0-9]+"
    return re.sub(apart, "#", json.dumps(held, default=str, indent=1))


def raises(world: World, client: Client) -> str:
    raised = client.post(write(client, world, lead_consulted_words="Go on."))
    reference = raised["Location"].split("/")[-3]
    assert client.get(raised["Location"]).status_code == 200
    with world.scope():
        return kept(world, Disagreement.objects.get(reference=reference))


@pytest.mark.parametrize("slug", ["oldham"])
def test_what_is_raised_in_welsh_is_kept_and_sent_word_for_word_as_in_english(slug: str, time_machine: Any) -> None:
    time_machine.move_to(TUESDAY, tick=False)
    world = World(slug)
    Partnership.objects.update(welsh=True)
    plain = Client()
    plain.force_login(world.midwife, backend=BACKEND)
    foreign = welsh(Client())
    foreign.force_login(world.midwife, backend=BACKEND)
    check = write(foreign, world)
    assert "Gwirio eich atebion" in foreign.get(check).content.decode()
    foreign.post(check.replace("/check/", "/discard/"))
    english = raises(world, plain)
    assert "Yes, and they agree" in english
    assert raises(world, foreign) == english
    logged = []
    for client in (plain, foreign):
        time_machine.shift(3600)
        given = {"raising_agency": "hospital", "receiving_agency": "police", "text": "We met.", "category": "threshold"}
        given["category"] = world.protocol.categories[0].key
        assert client.post(f"/p/{slug}/settled/", given).status_code == 302
        with world.scope():
            settled = Disagreement.objects.filter(state="closed").latest("pk")
        logged.append(re.sub(r'"(due_at|\w+_on|at)": "[^"]*"', "", kept(world, settled)))
    assert logged[0] == logged[1]


def test_a_program_is_refused_in_english_whatever_its_cookie_says(offering: World) -> None:
    with offering.scope(offering.midwife):
        _, secret = issue_token(offering.midwife, name="a program")
    asked = {"raising_agency": "hospital", "receiving_agency": "hospital", "part": "worker"}
    told = []
    for client in (Client(), welsh(Client())):
        sent = {"content_type": "application/json", "headers": {"Authorization": f"Bearer {secret}"}}
        asks = client.get("/p/barnsley/api/v1/raising/", asked, headers=sent["headers"])
        refused = client.post("/p/barnsley/api/v1/disagreements/", json.dumps(asked), **sent)
        told.append((asks.status_code, asks.json(), refused.status_code, refused.json()))
    assert told[0] == told[1]
    assert (told[0][0], told[0][2], "The two agencies must differ" in str(told[0][3])) == (200, 400, True)
