"""Raising: what starts, what is asked for, who joins, and what is refused with which sentence."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from escalation import services
from escalation.models import Disagreement, Party
from escalation.moves import NotPermitted, Refused, Stale
from escalation.services import Person
from partnerships import services as partnership_services
from partnerships.ladder import Position
from partnerships.models import Agency, Membership, ProtocolVersion, User
from partnerships.protocol_terms import Side
from tests.world import TUESDAY, World

from .acts import after, last, observer, people_of, words_of

pytestmark = pytest.mark.django_db

STAGE_3 = Position(stage="stage_3")


def draft_of(world: World, user: User) -> Disagreement:
    with world.scope(user):
        return services.start_draft(world.viewer(user))


def refused(world: World, **own: Any) -> str:
    """The sentence with which raising is refused; the draft stays a draft and no number is used up."""
    user = world.midwife
    draft = draft_of(world, user)
    with world.scope(user), pytest.raises(Refused) as problem:
        services.raise_disagreement(draft.pk, viewer=world.viewer(user), particulars=world.particulars(**own), at=TUESDAY)
    found = world.fresh(draft)
    assert (found.state, found.reference, world.chronology(found)) == ("draft", None, [])
    with world.scope():
        numbers = Disagreement.objects.exclude(reference=None).count()
    assert world.raised().reference == f"{world.partnership.reference_prefix}-{numbers + 1:04d}"
    return str(problem.value)


@pytest.mark.parametrize(
    ("slug", "stage", "clocks"),
    [
        ("barnsley", "stage_1", {"stage_1_resolution": after("2026-09-22"), "progress_update": after("2026-09-22")}),
        ("havering", "stage_1", {"stage_1_discussion": after("2026-09-22")}),
        ("wiltshire", "tier_1", {}),
        ("oldham", "practitioner", {}),
        ("enfield", "stage_1", {"stage_1_discussion": after("2026-09-22")}),
    ],
)
def test_it_opens_at_the_protocols_first_stage_and_its_clocks_start(
    db: None, slug: str, stage: str, clocks: dict[str, datetime]
) -> None:
    world = World(slug)
    found = world.raised()
    assert (found.state, found.stage, found.tier, found.version) == ("open", stage, 1, 1)
    assert (found.stage_opened_at, found.raised_at, found.raised_by, found.ended_at) == (TUESDAY, TUESDAY, world.midwife, None)
    assert (found.reference, found.protocol_version, found.opened_directly) == (f"{slug[:3].upper()}-0001", world.version, False)
    assert found.stage_kind == world.protocol.stage(stage).kind
    assert world.chronology(found) == ["raised"]
    assert world.running(found) == clocks


def test_the_entry_holds_keys_and_the_words_hold_what_was_written(barnsley: World) -> None:
    answers = barnsley.answers("stage_1", concern="The plan is silent on nights.", mark_drift="Since June.")
    found = barnsley.raised(
        answers=answers | {"prior_conversation": "Yes, twice."},
        category="planning", flags=("drift",), needed_by=date(2026, 9, 18),
    )  # fmt: skip
    entry = last(barnsley, found)
    assert (entry.kind, entry.actor, entry.at, entry.state, entry.stage, entry.tier) == (
        "raised", barnsley.midwife, TUESDAY, "open", "stage_1", 1,
    )  # fmt: skip
    assert entry.data == {
        "to": {"stage": "stage_1", "tier": 1}, "direct": False, "urgency": "", "category": "planning", "child_status": "",
        "flags": ["drift"], "needed_by": "2026-09-18", "decided_on": None, "raised_as": "own", "thematic": False,
        "sectors": {"raising": "health", "receiving": "social_care"}, "events": ["raised", "stage_opened"],
        "protocol": barnsley.version.digest,
        "started": {
            "stage_1_resolution": "2026-09-22T23:00:00+00:00", "progress_update": "2026-09-22T23:00:00+00:00",
        },
    }  # fmt: skip
    words = words_of(barnsley, entry)
    assert words.startswith("Concern\nThe plan is silent on nights.\n\nHave you talked to the other practitioner?\nYes, twice.")
    assert words.endswith("Drift or delay\nSince June.")
    assert (found.category, found.common_category, found.flags, found.needed_by) == (
        "planning", "planning", ["drift"], date(2026, 9, 18),
    )  # fmt: skip


@pytest.mark.parametrize("slug", ["havering", "enfield"])
def test_a_date_that_the_child_needs_counts_where_it_comes_first(db: None, slug: str) -> None:
    world = World(slug)
    sooner, later = world.raised(needed_by=date(2026, 9, 17)), world.raised(needed_by=date(2026, 9, 30))
    assert world.running(sooner) == {"stage_1_discussion": after("2026-09-17")}
    assert world.running(later) == {"stage_1_discussion": after("2026-09-22")}
    with world.scope():
        assert [d.deadlines.get().shortened for d in (sooner, later)] == [True, False]


def test_in_wiltshire_only_a_date_given_for_the_child_starts_a_clock(wiltshire: World) -> None:
    found = wiltshire.raised(needed_by=date(2026, 9, 30))
    assert wiltshire.running(found) == {"date_for_the_child": after("2026-09-30")}


@pytest.mark.parametrize(
    ("urgency", "clocks"),
    [
        ("increasing_risk", {"contact_increasing_risk": TUESDAY.replace(day=16)}),
        ("imminent_risk", {"contact_imminent_risk": TUESDAY.replace(hour=10)}),
        ("", {}),
    ],
)
def test_in_oldham_the_risk_chooses_the_hours(oldham: World, urgency: str, clocks: dict[str, datetime]) -> None:
    found = oldham.raised(urgency=urgency)
    assert (found.urgency, oldham.running(found)) == (urgency, clocks)


def test_in_oldham_it_may_start_with_the_managers(oldham: World) -> None:
    found = oldham.raised(to=Position(stage="manager"))
    assert (found.stage, found.stage_kind, found.opened_directly) == ("manager", "manager", False)


def test_straight_to_stage_3_with_a_reason(barnsley: World) -> None:
    found = barnsley.raised(to=STAGE_3, direct_reason="The baby goes home tonight.")
    entry = last(barnsley, found)
    assert (found.stage, found.opened_directly, entry.data["direct"]) == ("stage_3", True, True)
    assert words_of(barnsley, entry).endswith("Why it goes straight there\nThe baby goes home tonight.")
    assert barnsley.running(found) == {"stage_3_conclusion": after("2026-09-22"), "progress_update": after("2026-09-22")}


def test_straight_to_stage_3_needs_a_reason(barnsley: World) -> None:
    assert refused(barnsley, to=STAGE_3, direct_reason=" ") == "Say why this goes straight to Stage 3: Safeguarding Partners."


def test_a_stage_that_does_not_open_is_refused_with_those_that_do(barnsley: World, oldham: World) -> None:
    assert refused(barnsley, to=Position(stage="stage_2")) == (
        "A disagreement cannot start there. Under this protocol it may start at: "
        "Stage 1: Safeguarding leads or managers; Stage 3: Safeguarding Partners."
    )
    assert refused(oldham, to=Position(stage="statutory_partners")) == (
        "A disagreement cannot start there. Under this protocol it may start at: "
        "Step 1: Practitioner to practitioner; Step 2: Manager to manager."
    )


def test_two_agencies_that_do_not_differ(barnsley: World) -> None:
    assert refused(barnsley, receiving_agency=barnsley.agencies["hospital"]) == (
        "The two agencies must differ: this is for disagreements between agencies."
    )


def test_what_the_protocol_insists_on_must_be_answered(barnsley: World) -> None:
    answers = barnsley.answers("stage_1") | {"lead_consulted": "", "effect_on_child": ""}
    assert refused(barnsley, answers=answers) == (
        "Answer this: Have you talked to your own safeguarding lead or manager? "
        "Answer this: What is the likely effect on the child?"
    )


@pytest.mark.parametrize(
    ("slug", "asks"),
    [
        ("havering", ["What is the concern, and where does it come from?"]),
        (
            "wiltshire",
            [
                "Have you thought it through with your safeguarding lead?",
                "What is the clear evidence?",
                "Is this driven only by the child's best interests?",
            ],
        ),
        (
            "oldham",
            [
                "Have you talked, by telephone or face to face, with the person who holds the case or is directly involved?",
                "What is the concern, and what is it based on?",
                "On what basis is it shared?",
            ],
        ),
        ("enfield", ["What do you disagree about, and why?", "What is the effect on the child or family?"]),
    ],
)
def test_each_protocol_asks_its_own_questions(db: None, slug: str, asks: list[str]) -> None:
    said = refused(World(slug), answers={"concern": "Words."})
    assert said == " ".join(f"Answer this: {question}" for question in asks)


def test_the_line_manager_of_the_person_concerned_must_be_named(barnsley: World) -> None:
    """B Stage One: their details are part of the form. Nobody in Havering asks for it."""
    said = "Name the line manager of the person the concern is about, with an e-mail address."
    unreachable = Person(side=Side.RECEIVING, role="lead", name="Pat", telephone="01632 960999")
    ours = Person(side=Side.RAISING, role="lead", name="Pat", email="pat@hospital.example")
    about = Person(side=Side.RECEIVING, role="practitioner", name="Sam", email="sam@care.example")
    assert [refused(barnsley, people=people) for people in ((), (unreachable, ours, about))] == [said, said]


def test_nobody_need_be_named_in_havering(havering: World) -> None:
    assert people_of(havering, havering.raised(people=())) == []


@pytest.mark.parametrize(
    ("own", "said"),
    [
        ({"category": "weather"}, "Choose the category from the list."),
        ({"urgency": "very"}, "Choose the urgency from the list."),
        ({"child_status": "adopted"}, "Choose the child status from the list."),
        ({"flags": ("drift", "urgent")}, "Choose the marks from the list."),
        ({"category": "weather", "flags": ("urgent",)}, "Choose the category from the list. Choose the marks from the list."),
    ],
)
def test_what_is_not_on_the_protocols_lists_is_refused(oldham: World, own: dict[str, Any], said: str) -> None:
    assert refused(oldham, **own) == said


@pytest.mark.parametrize("role", ["safeguarding_partner", "nonsense"])
def test_a_role_that_is_not_of_a_side_is_refused(barnsley: World, role: str) -> None:
    people = (*barnsley.particulars().people, Person(side=Side.RECEIVING, role=role, name="Pat", email="pat@care.example"))
    assert refused(barnsley, people=people) == "Choose a role that the protocol gives to that side."


def test_without_a_protocol_in_force_nothing_is_raised(barnsley: World) -> None:
    user, draft = barnsley.midwife, draft_of(barnsley, barnsley.midwife)
    with barnsley.scope(user), pytest.raises(Refused) as problem:
        services.raise_disagreement(
            draft.pk, viewer=barnsley.viewer(user), particulars=barnsley.particulars(), at=TUESDAY.replace(year=2023)
        )
    assert str(problem.value) == "No protocol is in force in this partnership yet, so nothing can be raised."


def test_it_keeps_the_version_in_force_on_the_day_it_was_raised(barnsley: World) -> None:
    with barnsley.scope():
        next_one = partnership_services.draft_protocol(barnsley.protocol.model_copy(update={"title": "Next"}))
        partnership_services.publish_protocol(next_one, effective_from=date(2026, 9, 16))
    before, after_it = barnsley.raised(at=TUESDAY), barnsley.raised(at=TUESDAY.replace(day=16))
    assert [d.protocol_version.number for d in (before, after_it)] == [1, 2]
    with barnsley.scope():
        assert [version.number for version in ProtocolVersion.objects.order_by("number")] == [1, 2]


def test_references_have_no_gaps(barnsley: World, havering: World) -> None:
    found = [world.raised().reference for world in (barnsley, barnsley, havering, barnsley)]
    assert found == ["BAR-0001", "BAR-0002", "HAV-0001", "BAR-0003"]


def test_named_people_join_their_side(barnsley: World) -> None:
    """Members by their account, whatever the case of the address; the same person in the same role once; guests only from
    an address of the agency's own; everybody else is kept as named, without a door."""
    with barnsley.scope():
        Agency.objects.filter(key="social_care").update(email_domains=["care.example"])
    people = (
        *barnsley.particulars().people,
        Person(side=Side.RECEIVING, role="lead", name="Team Manager", email=f" {barnsley.team_manager.email.upper()} "),
        Person(side=Side.RECEIVING, role="senior_manager", name="New Guest", email="new.guest@care.example", job_title="Boss"),
        Person(side=Side.RECEIVING, role="senior_manager", name="Mistyped", email="new.guest@caer.example"),
        Person(side=Side.RECEIVING, role="practitioner", name="Duty Worker", telephone="01632 960000"),
        Person(side=Side.RECEIVING, role="practitioner", name=" Duty Worker ", telephone="01632 960000"),
    )  # fmt: skip
    barnsley.agencies = {**barnsley.agencies, "social_care": _fresh(barnsley, "social_care")}
    found = barnsley.raised(people=people)
    with barnsley.scope():
        parties = Party.objects.filter(disagreement=found, side=Side.RECEIVING).order_by("pk")
        assert [(p.role, p.name, p.email, p.user.email if p.user else None, p.agency.key) for p in parties] == [
            ("lead", "Team Manager", "team.manager@barnsley.example", "team.manager@barnsley.example", "social_care"),
            ("senior_manager", "New Guest", "new.guest@care.example", "new.guest@care.example", "social_care"),
            ("senior_manager", "Mistyped", "new.guest@caer.example", None, "social_care"),
            ("practitioner", "Duty Worker", "", None, "social_care"),
        ]
        assert {p.joined_at for p in parties} == {TUESDAY}
        assert Membership.objects.get(user__email="new.guest@care.example").role == "guest"


def _fresh(world: World, key: str) -> Agency:
    with world.scope():
        return Agency.objects.get(key=key)


def test_a_draft_keeps_what_was_typed_and_goes_without_a_trace(barnsley: World) -> None:
    user, draft = barnsley.midwife, draft_of(barnsley, barnsley.midwife)
    with barnsley.scope(user):
        viewer = barnsley.viewer(user)
        services.save_draft(draft.pk, viewer=viewer, answers={"concern": "First words", "evidence": "Some"})
        services.save_draft(draft.pk, viewer=viewer, answers={"concern": "Better words"})
        assert barnsley.fresh(draft).answers == {"concern": "Better words", "evidence": "Some"}
        services.discard_draft(draft.pk, viewer=viewer)
        assert not Disagreement.objects.filter(pk=draft.pk).exists()
        with pytest.raises(Refused) as gone:
            services.save_draft(draft.pk, viewer=viewer, answers={})
    assert str(gone.value) == "This disagreement is no longer there."


ONLY_THEIRS = "A draft is for its author, and for the colleague whom they share it with."


def test_a_draft_is_its_authors_alone(barnsley: World) -> None:
    draft = draft_of(barnsley, barnsley.midwife)
    for user in (barnsley.hospital_lead, barnsley.office):
        with barnsley.scope(user):
            viewer = barnsley.viewer(user)
            for act in (
                lambda viewer=viewer: services.save_draft(draft.pk, viewer=viewer, answers={}),
                lambda viewer=viewer: services.discard_draft(draft.pk, viewer=viewer),
                lambda viewer=viewer: services.raise_disagreement(
                    draft.pk, viewer=viewer, particulars=barnsley.particulars(), at=TUESDAY
                ),
            ):
                with pytest.raises(NotPermitted) as refused_to:
                    act()
                assert str(refused_to.value) == ONLY_THEIRS


def test_what_was_raised_is_no_draft_any_more(barnsley: World) -> None:
    found, viewer = barnsley.raised(), None
    with barnsley.scope(barnsley.midwife):
        viewer = barnsley.viewer(barnsley.midwife)
        for act in (
            lambda: services.save_draft(found.pk, viewer=viewer, answers={}),
            lambda: services.discard_draft(found.pk, viewer=viewer),
            lambda: services.raise_disagreement(found.pk, viewer=viewer, particulars=barnsley.particulars()),
        ):
            with pytest.raises(Stale) as told:
                act()
            assert str(told.value) == "This was raised already, as BAR-0001."
    assert barnsley.chronology(found) == ["raised"]


def test_those_who_only_look_after_the_product_raise_nothing(barnsley: World) -> None:
    guest = barnsley.person("guest", "guest", "hospital")
    for user in (barnsley.administrator, observer(barnsley), guest):
        with barnsley.scope(user), pytest.raises(NotPermitted) as refused_to:
            services.start_draft(barnsley.viewer(user))
        assert str(refused_to.value) == "Your role here does not raise disagreements."
    for user in (barnsley.midwife, barnsley.team_manager, barnsley.office, barnsley.decider("safeguarding_partner")):
        assert draft_of(barnsley, user).raised_by == user


def test_without_a_time_it_is_now(barnsley: World) -> None:
    user, draft = barnsley.midwife, draft_of(barnsley, barnsley.midwife)
    with barnsley.scope(user):
        entry = services.raise_disagreement(draft.pk, viewer=barnsley.viewer(user), particulars=barnsley.particulars())
    assert entry.at == barnsley.fresh(draft).raised_at
