"""A draft is filled in page by page through the browser's client, with answers that suit any of the five protocols."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.db.models import QuerySet
from django.test import Client
from django.utils import timezone

from escalation.forms.raising import Setting
from escalation.forms.raising_flat import RaiseForm, parts_of
from escalation.forms.raising_pages import pages_of
from escalation.forms.steps import rung_value
from escalation.models import Disagreement
from partnerships.ladder import openings
from partnerships.models import Membership, User
from tests.world import World

from .markup import Element, read


def a_day(name: str, days: int) -> dict[str, str]:
    """A date as a browser posts it, counted from today."""
    day = timezone.localdate() + timedelta(days=days)
    return {f"{name}-day": str(day.day), f"{name}-month": str(day.month), f"{name}-year": str(day.year)}


def answers(world: World, **own: Any) -> dict[str, Any]:
    """Everything that any protocol may ask of a practitioner of the hospital who disagrees with children's social care."""
    protocol = world.protocol
    found: dict[str, Any] = {
        "raising_agency": "hospital",
        "part": "worker",
        "telephone": "01632 960001",
        "receiving_agency": "social_care",
        "to": rung_value(openings(protocol)[0].to),
        "lead_consulted": "yes",
        "prior_conversation": "telephone",
        **a_day("prior_conversation_on", -1),
        "prior_conversation_words": "We spoke and did not agree.",
        "conversation_confirmed": "We spoke and did not agree.",
        "concern": "Whether the assessment begins before the birth.",
        "evidence": "Two referrals were not answered.",
        "effect_on_child": "No plan on the day of birth.",
        "reflection": "Only the child's interests.",
        "outcome_wanted": "A plan before the birth.",
        **a_day("needed_by", 40),
        "child_reference": "H-2207",
        "child_status": "none",
        "urgency": "none",
        "category": protocol.categories[0].key,
        "family_engaged": "agree",
        "sharing_basis": "To keep the child safe.",
    }
    for side in ("receiving", "raising"):
        for role in protocol.roles:
            if role.side == "both":
                found |= {
                    f"{side}_{role.key}": "other",
                    f"{side}_{role.key}_name": f"{side.title()} {role.key.replace('_', ' ').title()}",
                    f"{side}_{role.key}_email": f"{side}.{role.key}@{world.slug}.example",
                }
    return found | own


def begin(client: Client, world: World) -> str:
    """A new draft; the address of its first page."""
    return client.post(f"/p/{world.slug}/raise/")["Location"]


def draft_of(world: World, user: User) -> Disagreement:
    with world.scope():
        return Disagreement.objects.get(state="draft", raised_by=user)


def steps_of(world: World, user: User, **known: Any) -> list[str]:
    with world.scope():
        return [one.key for one in pages_of(parts_of(Setting(world.viewer(user), world.protocol, known)))]


def write(client: Client, world: World, **own: Any) -> str:
    """Every page of a new draft in turn, as "Save and continue" leads; the address of "check your answers"."""
    address, given = begin(client, world), answers(world, **own)
    if {"raised_as", "about"} & own.keys():  # nobody is led there who raises it as usual
        client.post(address.replace("/who/", "/whom/"), given)
    for _ in range(12):
        if address.endswith("/check/"):
            return address
        answer = client.post(address, given)
        assert answer.status_code == 302, answer.content.decode()
        address = answer["Location"]
    raise AssertionError(f"never came to the check: {address}")


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, (answer.status_code, urlsplit(address).path)
    return answer.content.decode()


def flat(world: World, user: User, **own: Any) -> RaiseForm:
    """The whole form at once, as the API hands it over."""
    return RaiseForm(answers(world, **own), viewer=world.viewer(user), protocol=world.protocol)


FIVE = ["barnsley", "havering", "wiltshire", "oldham", "enfield"]
STEPS = {slug: ["who", "talk", "concern", "child", "people"] for slug in FIVE}
STEPS["wiltshire"].insert(0, "whom")


def told(html: bytes) -> list[str]:
    """The sentences of the error summary."""
    summary = read(html.decode()).every(cls="govuk-error-summary__list")
    return [item.text for item in summary[0].every(tag="li")] if summary else []


def main(html: str) -> Element:
    return read(html).first(tag="main")


def step_address(world: World, draft: Disagreement, step: str) -> str:
    return f"/p/{world.slug}/raise/{draft.key}/{step}/"


def write_on(client: Client, world: World, draft: Disagreement, **own: object) -> str:
    """The remaining pages of a draft, from its first."""
    given = answers(world, **own)
    for step in STEPS[world.slug]:
        assert client.post(step_address(world, draft, step), given).status_code == 302, step
    return f"/p/{world.slug}/raise/{draft.key}/check/"


def named_on_forms() -> QuerySet[Membership]:
    return Membership.objects.select_related("user")
