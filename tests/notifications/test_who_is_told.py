"""Who is written to when something happens, told with Barnsley's rules and small ones of our own."""

from __future__ import annotations

from typing import Any

import pytest

from escalation.services import Person
from notifications.models import Message
from partnerships.ladder import Position
from partnerships.models import Agency, Contact, Membership
from partnerships.protocol_terms import Side

from ..world import TUESDAY, World, days
from .story import announce, messages, to, told

pytestmark = pytest.mark.django_db

INBOX = "barnsleysafeguardingchildrenspartnership"


@pytest.fixture
def story(barnsley: World) -> World:
    """Barnsley with its office, a representative of each agency and a Designated Nurse."""
    barnsley.office  # noqa: B018  made when first asked for
    for agency in ("hospital", "social_care", "school"):
        barnsley.person(f"representative.{agency}", "representative", agency, protocol_role="representative")
    barnsley.person("designated.nurse", "adviser", "hospital", protocol_role="designated_nurse")
    return barnsley


def seniors(world: World) -> tuple[Person, ...]:
    """The next tier of management of both sides, as named on the form that moves it up."""
    raising = world.person("matron", "senior_manager", "hospital")
    receiving = world.person("service.manager", "senior_manager", "social_care")
    return (
        Person(side=Side.RAISING, role="senior_manager", name=raising.name, email=raising.email),
        Person(side=Side.RECEIVING, role="senior_manager", name=receiving.name, email=receiving.email),
    )


def test_raising_tells_the_leads_the_office_and_the_one_who_raised_it(story: World) -> None:
    raised = story.raised()
    announce(story, at=TUESDAY)
    assert told(story, raised, kind="raised") == {
        INBOX: ["office_told_of_start"],
        "hospital.lead": ["stage_1_leads"],
        "midwife": ["acknowledgement"],
        "office": ["office_told_of_start"],
        "team.manager": ["stage_1_leads"],
    }


def test_the_recorder_is_acknowledged_when_a_lead_records_it_for_the_worker(story: World) -> None:
    """B-10: the recorder gets an acknowledgement; what they did themself is told them in no other way."""
    raised = story.raised(by=story.hospital_lead)
    announce(story, at=TUESDAY)
    found = told(story, raised, kind="raised")
    assert (found["hospital.lead"], found["midwife"]) == (["acknowledgement"], ["acknowledgement"])
    with story.scope():
        templates = dict(raised.notices.values_list("email", "template"))
    assert templates == {
        "barnsleysafeguardingchildrenspartnership@barnsley.gov.uk": "raised",
        "hospital.lead@barnsley.example": "acknowledgement",
        "midwife@barnsley.example": "acknowledgement",
        "office@barnsley.example": "raised",
        "team.manager@barnsley.example": "raised",
    }


def test_the_one_who_moves_it_up_is_not_told_of_it(story: World) -> None:
    raised = story.raised()
    story.do(
        "escalate", raised, by=story.hospital_lead, at=TUESDAY + days(6), to=Position(stage="stage_2"), reason="No answer.",
        people=seniors(story),
    )  # fmt: skip
    announce(story, at=TUESDAY + days(6))
    assert told(story, raised, kind="escalated") == {
        INBOX: ["office_told_of_start"],
        "designated.nurse": ["designated_nurse_told"],
        "matron": ["stage_2_managers"],
        "midwife": ["stage_2_managers"],
        "office": ["office_told_of_start"],
        "representative.hospital": ["stage_2_representatives"],
        "representative.social_care": ["stage_2_representatives"],
        "service.manager": ["stage_2_managers"],
        "team.manager": ["stage_2_managers"],
    }


def test_the_designated_nurse_is_not_told_where_no_agency_is_of_health(story: World) -> None:
    """B Stage Two: for health."""
    teacher = story.person("teacher", "practitioner", "school")
    raised = story.raised(
        by=teacher,
        raising_agency=story.agencies["school"],
        people=(
            Person(Side.RAISING, "practitioner", "Teacher", "teacher@barnsley.example"),
            Person(Side.RECEIVING, "lead", "Team Manager", "team.manager@barnsley.example"),
        ),
    )
    story.do("escalate", raised, by=teacher, at=TUESDAY, to=Position(stage="stage_2"), reason="No.", people=seniors(story))
    announce(story, at=TUESDAY)
    found = told(story, raised, kind="escalated")
    assert "designated.nurse" not in found
    assert {name for name in found if name.startswith("representative")} == {
        "representative.school",
        "representative.social_care",
    }


def test_a_passed_timescale_tells_the_managers_of_both_sides_and_the_office(story: World) -> None:
    raised = story.raised()
    late = TUESDAY + days(8)
    story.sweep(at=late)
    announce(story, at=late)
    assert told(story, raised, kind="timescale_passed") == {
        INBOX: ["passed_progress"],
        "hospital.lead": ["passed_progress"],
        "office": ["passed_progress"],
        "team.manager": ["passed_progress"],
    }
    with story.scope():
        rules = sorted({rule for notice in raised.notices.filter(entry__kind="timescale_passed") for rule in notice.rules})
    assert rules == ["passed_progress", "passed_stage_1"]


def test_a_senior_manager_nobody_named_is_found_in_the_agencys_own_list(story: World) -> None:
    """B Formal Escalation, example: no answer, so somebody above is alerted, who is on no form."""
    story.person("service.manager", "senior_manager", "social_care", protocol_role="senior_manager")
    story.person("matron", "senior_manager", "hospital", protocol_role="senior_manager")
    raised = story.raised()
    story.do("flag", raised, by=story.midwife, at=TUESDAY + days(1), flag="no_answer", reason="Rang four times.")
    announce(story, at=TUESDAY + days(1))
    assert told(story, raised, kind="flagged") == {
        INBOX: ["flagged"],
        "hospital.lead": ["flagged"],
        "office": ["flagged"],
        "service.manager": ["senior_alert"],
        "team.manager": ["flagged"],
    }


def test_another_mark_does_not_alert_again_those_whom_the_first_alerted(story: World) -> None:
    story.person("service.manager", "senior_manager", "social_care", protocol_role="senior_manager")
    raised = story.raised()
    story.do("flag", raised, by=story.midwife, at=TUESDAY, flag="no_answer", reason="Rang.")
    story.do("flag", raised, by=story.midwife, at=TUESDAY, flag="drift", reason="Still nothing.")
    announce(story, at=TUESDAY)
    assert "service.manager" not in told(story, raised, kind="flagged")


def test_managers_at_the_rung_stand_in_for_a_role_that_nobody_holds_yet(story: World) -> None:
    """At stage 2's first tier there is no Head of Service yet; what is for them goes to the managers there, once."""
    raised = story.raised()
    story.do("escalate", raised, by=story.midwife, at=TUESDAY, to=Position(stage="stage_2"), reason="No.", people=seniors(story))
    story.do("record_agreement", raised, by=story.person("matron", "senior_manager", "hospital"), at=TUESDAY, text="Agreed.")
    announce(story, at=TUESDAY)
    found = told(story, raised, kind="agreement_recorded")
    assert found["service.manager"] == ["agreement_above"]
    assert "matron" not in found


def test_a_person_named_twice_is_told_once_with_both_rules(story: World) -> None:
    """The lead of a small agency is its representative too."""
    story.person("team.manager", "representative", "social_care", protocol_role="representative")
    raised = story.raised()
    story.do("escalate", raised, by=story.midwife, at=TUESDAY, to=Position(stage="stage_2"), reason="No.", people=seniors(story))
    announce(story, at=TUESDAY)
    assert told(story, raised, kind="escalated")["team.manager"] == ["stage_2_managers", "stage_2_representatives"]
    assert len(to(messages(story), "team.manager")) == 1


def test_who_has_left_is_not_told(story: World) -> None:
    raised = story.raised()
    with story.scope():
        leaving = raised.parties.get(side="receiving", role="lead")
    cover = Person(Side.RECEIVING, "lead", "Cover Manager", story.person("cover", "lead", "social_care").email)
    story.do("change_party", raised, by=story.team_manager, at=TUESDAY, person=cover, leaving=leaving.pk, reason="On leave.")
    story.do("record_progress", raised, by=story.midwife, at=TUESDAY, words="Met.")
    announce(story, at=TUESDAY)
    assert told(story, raised, kind="progress_recorded") == {
        INBOX: ["progress"],
        "cover": ["progress"],
        "hospital.lead": ["progress"],
    }


def test_who_may_no_longer_sign_in_or_is_no_member_now_is_not_told(story: World) -> None:
    """Of the partnership's own people; a party stays a party until somebody else takes their place."""
    gone = story.person("representative.hospital", "representative", "hospital")
    gone.is_active = False
    gone.save()
    with story.scope():
        Membership.objects.filter(user__email="representative.social_care@barnsley.example").update(active=False)
        Contact.objects.filter(role="partnership_inbox").update(active=False)
    raised = story.raised()
    story.do("escalate", raised, by=story.midwife, at=TUESDAY, to=Position(stage="stage_2"), reason="No.", people=seniors(story))
    announce(story, at=TUESDAY)
    assert sorted(told(story, raised, kind="escalated")) == [
        "designated.nurse", "hospital.lead", "matron", "office", "service.manager", "team.manager",
    ]  # fmt: skip


def test_an_agencys_own_address_is_written_to_only_where_that_agency_takes_part(story: World) -> None:
    with story.scope():
        for key in ("hospital", "police"):
            Contact.objects.create(
                key=f"{key}_nurse",
                role="designated_nurse",
                name=key,
                agency=story.agencies[key],
                email=f"{key}.nurse@barnsley.example",
            )
    raised = story.raised()
    story.do("escalate", raised, by=story.midwife, at=TUESDAY, to=Position(stage="stage_2"), reason="No.", people=seniors(story))
    announce(story, at=TUESDAY)
    found = told(story, raised, kind="escalated")
    assert found["hospital.nurse"] == ["designated_nurse_told"]
    assert "police.nurse" not in found


def test_without_an_inbox_and_a_named_manager_whoever_manages_the_partnership_is_the_office(story: World) -> None:
    with story.scope():
        Membership.objects.filter(role="partnership_manager").update(protocol_role="")
    for without in ({"email": ""}, {"active": False}):
        with story.scope():
            Contact.objects.update(**without)
        raised = story.raised()
        announce(story, at=TUESDAY)
        assert told(story, raised, kind="raised")["office"] == ["office_told_of_start"]


def test_somebody_named_without_an_address_cannot_be_told_and_stops_nobody(story: World) -> None:
    people = (
        Person(Side.RAISING, "practitioner", "Midwife", "midwife@barnsley.example"),
        Person(Side.RECEIVING, "practitioner", "Social Worker", "", "01226 000000"),
        Person(Side.RECEIVING, "lead", "Team Manager", "team.manager@barnsley.example"),
    )
    raised = story.raised(people=people)
    announce(story, at=TUESDAY)
    assert sorted(told(story, raised, kind="raised")) == [INBOX, "midwife", "office", "team.manager"]


def test_an_act_that_no_rule_speaks_of_tells_nobody(story: World) -> None:
    raised = story.raised()
    announce(story, at=TUESDAY)
    before = len(messages(story))
    story.do("add_action", raised, by=story.midwife, at=TUESDAY, what="Visit", owner="Midwife", due=TUESDAY.date())
    assert announce(story, at=TUESDAY) == 0
    assert len(messages(story)) == before


def test_havering_tells_the_reviewing_officer_of_a_looked_after_child_and_of_no_other(havering: World) -> None:
    """H 2.5."""
    havering.person("iro", "adviser", "social_care", protocol_role="iro")
    statuses: list[tuple[str, bool]] = [("looked_after", True), ("", False)]
    for status, expected in statuses:
        raised = havering.raised(child_status=status)
        havering.do("escalate", raised, by=havering.midwife, at=TUESDAY, to=Position(stage="stage_2"), reason="No.")
        announce(havering, at=TUESDAY)
        assert ("iro" in told(havering, raised, kind="escalated")) is expected


def test_settled_by_talking_is_told_to_nobody_where_no_rule_asks(story: World) -> None:
    from escalation import services  # noqa: PLC0415

    with story.scope(story.midwife):
        hospital, social_care = Agency.objects.get(key="hospital"), Agency.objects.get(key="social_care")
        facts: dict[str, Any] = {
            "raising_agency": hospital,
            "receiving_agency": social_care,
            "category": "drift",
            "text": "Fine.",
        }
        services.log_settled(viewer=story.viewer(story.midwife), at=TUESDAY, **facts)
    assert announce(story, at=TUESDAY) == 0
    with story.scope():
        assert Message.objects.count() == 0
