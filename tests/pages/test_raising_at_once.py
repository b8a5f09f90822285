"""The whole form at once, from flat JSON: the same questions, the same refusals, and what the service takes."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from escalation import services
from partnerships.ladder import openings
from tests.world import World

from .writing import flat

pytestmark = pytest.mark.django_db
FIVE = ["barnsley", "havering", "wiltshire", "oldham", "enfield"]


@pytest.fixture(params=FIVE)
def world(request: pytest.FixtureRequest, db: None) -> World:
    return World(request.param)


def test_flat_json_raises_a_disagreement_under_every_protocol(world: World) -> None:
    day = timezone.localdate()
    iso = {"needed_by": (day + timedelta(days=9)).isoformat(), "prior_conversation_on": day.isoformat()}
    midwife = world.midwife
    with world.scope(midwife):
        form = flat(world, midwife, **iso)
        for name in ("needed_by-day", "needed_by-month", "needed_by-year"):
            assert name not in form.fields
        again = type(form)(
            json.loads(json.dumps({k: v for k, v in form.data.items() if "-" not in k})),
            viewer=world.viewer(midwife),
            protocol=world.protocol,
        )
        assert again.errors == {}
        given = again.particulars()
        draft = services.start_draft(world.viewer(midwife))
        entry = services.raise_disagreement(draft.pk, viewer=world.viewer(midwife), particulars=given)
    assert (entry.kind, given.to) == ("raised", openings(world.protocol)[0].to)
    assert given.needed_by == (day + timedelta(days=9) if "needed_by" in again.fields else None)


def test_people_may_be_named_without_saying_how(barnsley: World) -> None:
    midwife = barnsley.midwife
    with barnsley.scope(midwife):
        unsaid = ("receiving_lead", "raising_lead", "receiving_practitioner")
        nobody = ("receiving_practitioner_name", "receiving_practitioner_email")
        form = flat(barnsley, midwife, **dict.fromkeys((*unsaid, *nobody), ""))
        assert form.errors == {}
        assert [(p.side, p.role) for p in form.particulars().people] == [
            ("raising", "practitioner"),
            ("receiving", "lead"),
            ("raising", "lead"),
        ]


def test_every_refusal_names_its_field(barnsley: World) -> None:
    midwife = barnsley.midwife
    with barnsley.scope(midwife):
        form = flat(
            barnsley,
            midwife,
            raising_agency="nowhere",
            to="stage_2:1",
            concern="half \ud800",
            evidence="nul \x00",
            needed_by="tomorrow",
            category="other",
            flags="drift",
            receiving_lead_email="nobody",
        )
        given = {name: value for name, value in form.data.items() if not name.startswith("needed_by-")}
        again = type(form)(given, viewer=barnsley.viewer(midwife), protocol=barnsley.protocol)
        assert set(again.errors) == {
            "raising_agency",
            "to",
            "evidence",
            "needed_by",
            "category",
            "flags",
            "receiving_lead_email",
        }
        assert again.cleaned_data["concern"] == "half ?"


def test_nothing_at_all_is_refused_question_by_question(world: World) -> None:
    midwife = world.midwife
    with world.scope(midwife):
        form = flat(world, midwife)
        empty = type(form)({}, viewer=world.viewer(midwife), protocol=world.protocol)
        missing = set(empty.errors)
    assert {"raising_agency", "receiving_agency", "part", "concern", "category"} <= missing
    assert [name for name in ("telephone", "child_reference", "flags", "unborn") if name in missing] == []
