"""An administrator edits every section of a draft, without JavaScript, in the partnership's own words."""

from __future__ import annotations

from datetime import date

import pytest

from partnerships.editor.skeleton import skeleton
from partnerships.protocol import Condition
from partnerships.protocol_problems import problems_with
from tests.journeys.visitor import Visitor
from tests.world import World

from .drafts import Drafted

pytestmark = pytest.mark.django_db

CLAUSE = "Clause in your document"


def rests_on(page: Visitor, clause: str) -> Visitor:
    """The clause of the whole part: those of the parts inside it have the same words beside them."""
    page.typed["clause"] = [clause]
    return page


@pytest.fixture
def draft(havering: World) -> Drafted:
    return Drafted(havering)


@pytest.fixture
def nothing(havering: World) -> Drafted:
    """A draft begun from nothing."""
    return Drafted(havering, skeleton("Our protocol"))


def test_what_is_begun_from_nothing_can_work_and_asks_at_every_rule(nothing: Drafted) -> None:
    protocol = nothing.protocol
    assert problems_with(protocol) == ()
    assert [role.assumption[-1] for role in protocol.roles] == ["?", "?"]
    nothing.opens().sees("Our protocol", "No problems: as it stands, this protocol can work.", "Talking to each other")


def test_the_overview_has_every_section_with_its_count_and_the_ladder(draft: Drafted) -> None:
    page = draft.opens()
    items = [item.text for item in page.page.every(cls="govuk-task-list__item")]
    assert [item.split(" ")[0] for item in items] == [
        "About", "The", "The", "Clocks", "Who", "What", "Sending", "Moving", "Beside", "Categories,", "Agencies",
        "Contacts", "Guidance", "Reporting",
    ]  # fmt: skip
    # What no clause stands behind yet is counted beside it: a draft begun from nothing says what is still to be entered.
    assert items[1].endswith(f"{len(draft.protocol.roles)} 1 assumed")
    rungs = [rung.first(tag="a").text for rung in page.page.every(cls="escalation-ladder__rung")]
    assert rungs == [*(stage.name for stage in draft.protocol.stages), "Resolution Panel"]


def test_one_section_leads_to_the_next_and_each_to_the_check(draft: Drafted) -> None:
    page, passed = draft.opens("about"), ["About the protocol"]
    while (on := next((words for words in page.links() if words.startswith("Next section: ")), "")) != "":
        page.follows(on)
        passed.append(page.heading)
    assert len(passed) == len(draft.opens().page.every(cls="govuk-task-list__item"))
    assert draft.opens("reporting").follows("Check the whole draft").heading == "No problems"


def test_what_was_saved_is_told_by_the_name_that_it_has_now(draft: Drafted) -> None:
    page = draft.opens("roles", "add").fills("What is this role called?", "Named Nurse").chooses("Somebody outside both sides")
    page.chooses("Advises").fills(CLAUSE, "N 3.2").presses("Save")
    assert page.told == ["Named Nurse: saved. The draft has no problems."]
    page.follows("Change Named Nurse").fills("What is this role called?", "Named Doctor").presses("Save")
    assert page.told == ["Named Doctor: saved. The draft has no problems."]


def test_the_partnership_s_own_word_for_a_step_is_used(wiltshire: World) -> None:
    draft = Drafted(wiltshire)
    draft.revised(lambda plain: plain.update(step_word="level"))
    draft.opens().sees("The levels", "Beside the levels")
    draft.opens("stages", "add").sees("Add a level", "What is this level called?")


def test_about(draft: Drafted) -> None:
    page = draft.opens("about", 0).fills("What is the protocol called?", "A new title").fills("What is one step called?", "level")
    page.fills("When it is to be reviewed", date(2027, 3, 31)).presses("Save")
    assert page.told == ["About the protocol: saved. The draft has no problems."]
    version = draft.version
    assert (version.title, draft.protocol.step_word, draft.protocol.source.review_due) == (
        "A new title",
        "level",
        date(2027, 3, 31),
    )


def test_the_people(nothing: Drafted) -> None:
    page = nothing.opens("people").presses("Add a role").fills("What is this role called?", "Named Nurse")
    page.chooses("Somebody outside both sides").chooses("Advises").fills(CLAUSE, "N 3.2")
    page.fills("Who does it instead, where there is no such person?", "Deputy\nNurse on call").presses("Save")
    assert page.heading == "The people"
    role = nothing.protocol.role("named_nurse")
    assert (role.name, role.side, role.capacity, role.substitutes, role.may_see, role.clause) == (
        "Named Nurse", "outside", "adviser", ("Deputy", "Nurse on call"), True, "N 3.2",
    )  # fmt: skip


def test_a_step_with_tiers_a_gate_and_an_authority(draft: Drafted) -> None:
    page = draft.opens("steps").presses("Add a stage").fills("What is this stage called?", "Executives").fills("Its number", "5")
    rests_on(page, "H 9").chooses("The partnership itself").chooses("It is for the partnership to settle")
    page.chooses("Chair of the HSCP", under="Who acts here?").presses("Add a tier")
    assert page.status == 200
    page.fills("What is this tier called?", "Deputy", under="Tier 1").presses("Add a tier")
    page.fills("What is this tier called?", "Chief executive", under="Tier 2").presses("Add a gate")
    page.fills("What must be recorded first?", "Has the Chair tried?", under="Gate 1").fills("Clause about this gate", "H 9.1")
    page.presses("Up : tier 2")
    assert draft.version.digest == draft.world.version.digest, "a row's button saves nothing"
    page.chooses("Yes", under="Can somebody end a disagreement here that is not agreed?").chooses("Somebody decides it")
    page.fills("Who has that authority?", "Chair of the HSCP").fills("What is the result called?", "ruling")
    page.fills("Clause about ending it here", "H 9.2").presses("Save")
    stage = draft.protocol.stage("executives")
    assert [tier.name for tier in stage.tiers] == ["Chief executive", "Deputy"]
    assert [(gate.key, gate.asks) for gate in stage.gates] == [("has_the_chair_tried", "Has the Chair tried?")]
    assert stage.authority is not None
    assert (stage.authority.kind, stage.authority.by, stage.authority.outcome_word) == ("decides", "chair", "ruling")
    assert problems_with(draft.protocol) == ()
    assert "Executives" in draft.opens().page.every(cls="escalation-ladder__rung")[4].text


def test_a_tier_is_taken_out_and_an_authority_taken_back(draft: Drafted) -> None:
    page = draft.opens("stages", 2).presses("Take out tier 1").presses("Save")
    assert [tier.name for tier in draft.protocol.stages[2].tiers] == ["Further tiers of management"]
    page = draft.opens("stages", 3).chooses("No", under="Can somebody end a disagreement here").presses("Save")
    assert draft.protocol.stages[3].authority is None
    assert page.told == ["Stage 4: Resolution by the HSCP Chair: saved. The draft has 3 problems left."]


def test_a_clock(draft: Drafted) -> None:
    page = draft.opens("clocks").presses("Add a clock").fills("What is to be done in this time?", "The managers answer")
    page.fills("How long, in the words of your document", "within 5 days").fills("How many?", "5")
    rests_on(page, "H 4")
    page.chooses("A stage opens", under="What starts it?").chooses("An agreement is recorded", under="What stops it?")
    page.chooses("Stage 2: Line managers", under="At which stages?").chooses("The receiving side", under="Whose time is it?")
    page.fills("Remind how long before?", "1, 2").chooses("Yes", under="what happens if nobody answers")
    page.chooses("It may be moved up").fills("Clause about no answer", "H 4.1").presses("Save")
    limit = draft.protocol.time_limit("the_managers_answer")
    assert (limit.amount, limit.unit, limit.stages, limit.remind_before) == (5, "working_days", ("stage_2",), (1, 2))
    assert limit.unanswered is not None
    assert limit.unanswered.means == "move_up"


def test_who_is_told_only_in_certain_situations(draft: Drafted) -> None:
    page = draft.opens("told").presses("Add a notice").chooses("It is closed", under="When?").fills(CLAUSE, "H 7")
    page.chooses("Worker (raising side only)", "Chair of the HSCP", under="Who is told?")
    page.chooses("Looked after", under="If the child is").chooses("Health", under="If an agency belongs").presses("Save")
    rule = draft.protocol.notice_rules[-1]
    assert (rule.key, rule.to) == ("closed", ("raising.practitioner", "chair"))
    assert rule.when == Condition(child_statuses=("looked_after",), sectors=("health",))


def test_what_is_asked(draft: Drafted) -> None:
    page = draft.opens("asked").presses("Add a thing to record").fills("What is asked for?", "What should be learned")
    page.fills(CLAUSE, "H 8").presses("Save")
    page.presses("Add a question").fills("What is asked?", "Which plan?").chooses(
        "When it is moved up", "By choosing one of several answers"
    )
    page.fills("The answers to choose from", "CP\nCIN").fills(CLAUSE, "H 8.1").presses("Save")
    page.presses("Add a way of raising").chooses("As a group").fills("What does the choice say?", "We raise it").fills(
        CLAUSE, "H 8"
    )
    page.presses("Save").presses("Add a rule for themes").fills("What does the box to tick say?", "A theme").fills(CLAUSE, "H 8")
    page.presses("Save")
    protocol = draft.protocol
    assert protocol.requirements[-1].what == "learning"
    question = protocol.questions[0]
    assert (question.key, question.at, question.answer, question.choices) == ("which_plan", "moving_up", "choice", ("CP", "CIN"))
    assert [(raiser.kind, raiser.asks) for raiser in protocol.raisers] == [("group", "We raise it")]
    assert protocol.thematic is not None
    assert not page.asks("Add a rule for themes")


def test_sending_elsewhere(draft: Drafted) -> None:
    page = draft.opens("elsewhere").presses("Add a signpost").fills("What does the choice at the start say?", "It is about money")
    page.fills("The heading of the page that it leads to", "Ask finance").fills("What are they told to do?", "Ring.\nWrite.")
    page.fills(CLAUSE, "H 1").presses("Save")
    page.presses("Add a route elsewhere").fills("Where does it go instead?", "To the IRO").chooses(
        "Looked after", under="If the child is"
    )
    page.fills("What are they told to do?", "Ring the IRO.").fills(CLAUSE, "H 1").presses("Save")
    protocol = draft.protocol
    assert (protocol.signposts[-1].key, protocol.signposts[-1].advice) == ("ask_finance", ("Ring.", "Write."))
    route = protocol.routes_out[0]
    assert (route.key, route.when.child_statuses, route.stops) == ("to_the_iro", ("looked_after",), True)


def test_moving_up_and_closing(draft: Drafted) -> None:
    page = (
        draft.opens("moving")
        .presses("Add a reason")
        .fills("Why is it moved up?", "No answer")
        .chooses("It means that the other side has not answered")
    )
    page.fills(CLAUSE, "H 2").presses("Save").presses("Add a rule for closing").chooses("The person who raised it")
    page.chooses("Partnership manager", under="Which roles may close").fills(CLAUSE, "H 2").presses("Save")
    assert [(ground.key, ground.no_answer) for ground in draft.protocol.grounds] == [("no_answer", True)]
    assert draft.protocol.closing is not None
    assert (draft.protocol.closing.by, draft.protocol.closing.satisfied) == (("partnership_manager",), "raiser")
    page.follows("Take out It may be closed by").presses("Take it out")
    assert draft.protocol.closing is None


def test_beside_the_steps(draft: Drafted) -> None:
    page = draft.opens("side_processes", 0).fills("From at least how many agencies?", "4")
    page.fills("Does a mark start it?", "A child may be in immediate harm").fills("Further questions to answer", "Who chairs?")
    page.presses("Save")
    assert draft.protocol.side_processes[0].started_by_flag == "immediate_harm"
    assert draft.protocol.side_processes[0].questions == ("Who chairs?",)
    assert draft.protocol.side_processes[0].members.agencies_at_least == 4


def test_the_lists(draft: Drafted) -> None:
    page = (
        draft.opens("lists")
        .presses("Add a category")
        .fills("What is it called?", "Drift")
        .fills("Compared with", "Drift and delay")
    )
    page.fills(CLAUSE, "H 1").presses("Save").presses("Add a mark").fills("What does the mark say?", "Stuck").fills(CLAUSE, "H 1")
    page.presses("Save").presses("Add an urgency").fills("What is it called?", "At once").fills(CLAUSE, "H 1").presses("Save")
    page.presses("Add a status").fills("What is it called?", "Unborn").fills(CLAUSE, "H 1").presses("Save")
    protocol = draft.protocol
    keys = [part[-1].key for part in (protocol.categories, protocol.flags, protocol.urgency_bands, protocol.child_statuses)]
    assert keys == ["drift", "stuck", "at_once", "unborn"]


def test_agencies_contacts_guidance_and_reporting(draft: Drafted) -> None:
    page = draft.opens("agencies").presses("Add an agency").fills("Name of the agency", "Hospital").chooses("Health")
    page.fills(CLAUSE, "H 1").presses("Add a post").chooses("Managers further up", under="Post 1")
    page.fills("The post", "Named Nurse", under="Post 1").presses("Save")
    assert [(a.key, a.sector, [p.title for p in a.posts]) for a in draft.protocol.agencies] == [
        ("hospital", "health", ["Named Nurse"])
    ]
    page = (
        draft.opens("contacts", 0)
        .fills("Telephone number", "01708 1")
        .fills("Check these details again by", date(2027, 1, 1))
        .presses("Save")
    )
    assert (draft.protocol.contacts[0].telephone, draft.protocol.contacts[0].review_by) == ("01708 1", date(2027, 1, 1))
    page = (
        draft.opens("guidance").presses("Add a piece of guidance").fills("The advice", "Ring first.").chooses("When it is stuck")
    )
    page.fills(CLAUSE, "H 1").presses("Save")
    assert (draft.protocol.guidance[-1].text, draft.protocol.guidance[-1].at) == ("Ring first.", "stuck")
    page = (
        draft.opens("reporting")
        .presses("Add a reporting rule")
        .fills("How often?", "every quarter")
        .fills(CLAUSE, "H 1")
        .presses("Save")
    )
    assert [rule.every for rule in draft.protocol.reporting] == ["every quarter"]
