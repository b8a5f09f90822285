"""Need to know: who can read which disagreement, and from which step on."""

from __future__ import annotations

from datetime import timedelta

import pytest

from escalation import selectors, services
from escalation.permissions import may_track
from partnerships.models import Membership, User
from partnerships.protocol import Condition, NoticeRule
from partnerships.protocol_terms import Event
from tests.world import World, shipped_protocol

from .acts import LATER, observer, raised, up_to

pytestmark = pytest.mark.django_db


def seen(world: World, user: User) -> set[str]:
    """The child references of everything that this person can open; "" is a draft."""
    with world.scope(user):
        return set(selectors.visible(world.viewer(user)).values_list("child_reference", flat=True))


def holder(world: World, role: str, agency: str | None = None) -> User:
    """Somebody with a role of the protocol who is named in nothing."""
    return world.person(f"{role}.of.{agency}".replace("_", "."), "adviser", agency, protocol_role=role)


def between(world: World, raising: str, receiving: str) -> dict[str, object]:
    return {"raising_agency": world.agencies[raising], "receiving_agency": world.agencies[receiving]}


def test_parties_see_their_own_and_the_office_everything_but_others_drafts(barnsley: World) -> None:
    found = raised(barnsley, child_reference="ours")
    barnsley.raised(by=barnsley.stranger, child_reference="theirs", people=barnsley.acting_people(found.position)[1:3])
    with barnsley.scope(barnsley.midwife):
        services.start_draft(barnsley.viewer(barnsley.midwife))
    assert seen(barnsley, barnsley.midwife) == {"ours", ""}
    assert seen(barnsley, barnsley.hospital_lead) == {"ours", "theirs"}
    assert seen(barnsley, barnsley.social_worker) == {"ours"}
    assert seen(barnsley, barnsley.stranger) == {"theirs"}
    assert seen(barnsley, barnsley.office) == {"ours", "theirs"}
    assert [seen(barnsley, user) for user in (barnsley.administrator, observer(barnsley))] == [set(), set()]
    with barnsley.scope(barnsley.office):
        assert services.start_draft(barnsley.viewer(barnsley.office)).state == "draft"
    assert seen(barnsley, barnsley.office) == {"ours", "theirs", ""}


def test_who_has_left_sees_it_no_longer(barnsley: World) -> None:
    found = raised(barnsley, child_reference="H-1")
    assert seen(barnsley, barnsley.social_worker) == {"H-1"}
    with barnsley.scope():
        found.parties.filter(email=barnsley.social_worker.email).update(left_at=LATER)
    assert seen(barnsley, barnsley.social_worker) == set()


def test_one_is_found_by_its_reference_or_not_at_all(barnsley: World) -> None:
    found = raised(barnsley)
    for user, expected in ((barnsley.midwife, found), (barnsley.stranger, None)):
        with barnsley.scope(user):
            viewer = barnsley.viewer(user)
            assert selectors.find(viewer, "BAR-0001") == expected
            assert [selectors.find(viewer, reference) for reference in ("BAR-0002", "", "BAR-0001\x00")] == [None] * 3


def test_barnsley_brings_people_in_by_stage_and_sector(barnsley: World) -> None:
    for stage in ("stage_1", "stage_2", "stage_3"):
        up_to(barnsley, stage, child_reference=f"health {stage}")
    up_to(barnsley, "stage_2", child_reference="school stage_2", **between(barnsley, "school", "social_care"))
    raised(barnsley, child_reference="no answer", flags=("no_answer",))
    from_stage_2 = {"health stage_2", "health stage_3"}
    assert {
        role: seen(barnsley, holder(barnsley, role, agency))
        for role, agency in (
            ("representative", "hospital"),
            ("designated_nurse", None),
            ("safeguarding_partner", None),
            ("senior_manager", "social_care"),
            ("head_of_service", "police"),
            ("policy_subgroup", None),
            ("lead", "hospital"),
            ("nonsense", "hospital"),
        )
    } == {
        "representative": from_stage_2,
        "designated_nurse": from_stage_2,
        "safeguarding_partner": {"health stage_3"},
        # Alerted where there is no answer (B Formal Escalation, example).
        "senior_manager": from_stage_2 | {"school stage_2", "no answer"},
        "head_of_service": set(),
        "policy_subgroup": set(),
        "lead": set(),
        "nonsense": set(),
    }


def test_havering_brings_people_in_by_the_childs_status_and_by_a_mark(havering: World) -> None:
    up_to(havering, "stage_2", child_reference="plan", child_status="child_protection_plan")
    raised(havering, child_reference="looked after, stage 1", child_status="looked_after")
    up_to(havering, "stage_3", child_reference="stage 3", flags=("immediate_harm",))
    up_to(havering, "stage_4", child_reference="stage 4")
    assert {
        (role, agency): seen(havering, holder(havering, role, agency))
        for role, agency in (
            ("iro", None),
            ("designated_safeguarding_lead", "hospital"),
            ("designated_safeguarding_lead", "police"),
            ("agency_member", "social_care"),
            ("chair", None),
        )
    } == {
        ("iro", None): {"plan"},
        ("designated_safeguarding_lead", "hospital"): {"stage 3"},
        ("designated_safeguarding_lead", "police"): set(),
        ("agency_member", "social_care"): {"stage 3", "stage 4"},
        ("chair", None): {"stage 4"},
    }


def test_wiltshire_brings_the_sub_group_in_by_marks_and_the_mediator_at_the_top(wiltshire: World) -> None:
    raised(wiltshire, child_reference="plain")
    raised(wiltshire, child_reference="serious", flags=("serious",))
    raised(wiltshire, child_reference="stuck", flags=("stuck",))
    up_to(wiltshire, "tier_3", child_reference="top")
    roles = ("qap_chair", "qap_group", "mediator", "executive", "safeguarding_lead")
    assert {role: seen(wiltshire, holder(wiltshire, role)) for role in roles} == {
        "qap_chair": {"serious"},
        "qap_group": {"stuck"},
        "mediator": {"top"},
        "executive": set(),
        "safeguarding_lead": set(),
    }


def test_whoever_is_asked_to_something_beside_the_steps_sees_why(wiltshire: World, enfield: World) -> None:
    asked = up_to(wiltshire, "tier_2", child_reference="asked")
    up_to(wiltshire, "tier_2", child_reference="not asked")
    mediator = holder(wiltshire, "mediator")
    assert seen(wiltshire, mediator) == set()
    wiltshire.do("start_side_process", asked, by=wiltshire.team_manager, at=LATER, process="mediation", reason="Stuck.")
    assert seen(wiltshire, mediator) == {"asked"}
    found = raised(enfield, child_reference="panel")
    executive = holder(enfield, "senior_safeguarding_lead")
    assert seen(enfield, executive) == set()
    enfield.do("start_side_process", found, by=enfield.midwife, at=LATER, process="high_risk_panel", reason="High risk.")
    assert seen(enfield, executive) == {"panel"}


def test_oldham_and_enfield_bring_the_partners_in_at_the_top(oldham: World, enfield: World) -> None:
    for world, stages, role in (
        (oldham, ("manager", "head_of_service", "statutory_partners"), "statutory_delegate"),
        (enfield, ("stage_2", "stage_3", "stage_4"), "senior_safeguarding_lead"),
    ):
        for stage in stages:
            up_to(world, stage, child_reference=stage)
        assert seen(world, holder(world, role)) == {stages[-1]}
    assert seen(oldham, holder(oldham, "head_of_service", "hospital")) == {"head_of_service", "statutory_partners"}


def test_who_is_asked_to_something_beside_the_steps_sees_it_from_then_on(enfield: World, wiltshire: World) -> None:
    """E slide High Risk Management Panel, W 3.1c: they are written to, and the page must open to them at whatever step."""
    for world, by, process, roles in (
        (enfield, enfield.midwife, "high_risk_panel", ("panel_support", "senior_safeguarding_lead")),
        (wiltshire, wiltshire.hospital_lead, "mediation", ("mediator", "qap_group", "qap_chair")),
    ):
        found = raised(world, child_reference="asked")
        raised(world, child_reference="not asked")
        asked = [holder(world, role) for role in roles]
        assert [seen(world, user) for user in asked] == [set()] * len(roles)
        world.do("start_side_process", found, by=by, process=process, reason="High risk.")
        assert [seen(world, user) for user in asked] == [{"asked"}] * len(roles)


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        (Condition(categories=("practice",)), {"practice"}),
        (Condition(urgencies=("imminent_risk",)), {"imminent"}),
        (Condition(sectors=("police",), sector_of="receiving"), {"police"}),
        (Condition(sectors=("police",), sector_of="raising"), set()),
        (Condition(categories=("practice",), urgencies=("imminent_risk",)), set()),
        (Condition(formal=False), {"practice", "imminent", "police"}),
        (Condition(formal=True), set()),
        (Condition(direct=False), {"practice", "imminent", "police"}),
    ],
)
def test_every_condition_of_a_rule_narrows_who_sees(db: None, when: Condition, expected: set[str]) -> None:
    rule = NoticeRule(key="new", on=(Event.RAISED,), when=when, to=("statutory_delegate",), assumption="For a test.")
    protocol = shipped_protocol("oldham")
    world = World("elsewhere", protocol.model_copy(update={"notice_rules": (*protocol.notice_rules, rule)}))
    raised(world, child_reference="practice", category="practice")
    raised(world, child_reference="imminent", urgency="imminent_risk")
    raised(world, child_reference="police", **between(world, "hospital", "police"))
    assert seen(world, holder(world, "statutory_delegate")) == expected


def test_whoever_is_told_that_a_timescale_passed_sees_why_and_only_of_that_timescale(db: None) -> None:
    own = {"key": "new", "on": (Event.TIMESCALE_PASSED,), "to": ("designated_nurse",), "assumption": "For a test."}
    protocol = shipped_protocol("barnsley")
    for slug, limit, expected in (("north", "stage_1_resolution", {"late"}), ("south", "stage_3_conclusion", set())):
        rule = NoticeRule(when=Condition(time_limits=(limit,)), **own)
        world = World(slug, protocol.model_copy(update={"notice_rules": (*protocol.notice_rules, rule)}))
        raised(world, child_reference="late")
        nurse = holder(world, "designated_nurse")
        assert seen(world, nurse) == set()
        world.sweep(at=LATER + timedelta(days=30))
        assert seen(world, nurse) == expected


def test_what_brought_somebody_in_may_go_and_they_can_still_read(wiltshire: World) -> None:
    chair, found = holder(wiltshire, "qap_chair"), raised(wiltshire, child_reference="serious", flags=("serious",))
    wiltshire.do("unflag", found, by=wiltshire.team_manager, at=LATER, flag="serious", reason="It was another family.")
    assert seen(wiltshire, chair) == {"serious"}


def test_a_membership_that_ended_opens_nothing(barnsley: World) -> None:
    up_to(barnsley, "stage_3", child_reference="top")
    partner = holder(barnsley, "safeguarding_partner")
    assert seen(barnsley, partner) == {"top"}
    with barnsley.scope():
        Membership.objects.filter(user=partner).update(active=False)
    assert seen(barnsley, partner) == set()


def test_only_the_office_tracks_everything(barnsley: World) -> None:
    users = (barnsley.office, barnsley.midwife, barnsley.administrator)
    with barnsley.scope():
        assert [bool(may_track(barnsley.viewer(user))) for user in users] == [True, False, False]
        assert may_track(barnsley.viewer(barnsley.midwife)).sentence == (
            "Only the partnership manager sees everything that was raised in the partnership."
        )
