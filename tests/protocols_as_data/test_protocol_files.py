"""The five shipped files: their identity, clauses, contacts and figures as literals."""

from __future__ import annotations

import re
from datetime import date

import pytest

from partnerships.protocol import TimeLimit
from partnerships.protocol_rules import assumptions, rules
from partnerships.protocol_terms import Event
from tests.protocols_as_data.shipped import SLUGS, rule_at, shipped, text_of


@pytest.mark.parametrize("slug", SLUGS)
def test_every_clause_is_of_its_own_document(slug: str) -> None:
    cited = [clause.strip() for _, rule in rules(shipped(slug)) for clause in rule.clause.split(";") if rule.clause]
    form = re.compile(
        {
            "barnsley": r"B (Introduction|Background|Principles|Professional to Professional|Formal Escalation, example"
            r"|Appendix 1|Stage (One|Two|Three)|after Stage Three|Calling a Case conference)(, footnote 1)?( \(.*\))?",
            "enfield": r"E (slide .+|last slide)",
            "havering": r"H [1-4]\.[0-9]{1,2}( \(.*\))?",
            "oldham": r"O [1-4](\.[0-9]){1,2}( \(.*\))?",
            "wiltshire": r"W ([1-4]\.[1-7][abc]?|one-pager(, useful contacts)?)( \(.*\))?",
        }[slug]
    )
    assert [clause for clause in cited if not form.fullmatch(clause)] == []


@pytest.mark.parametrize("slug", SLUGS)
def test_every_assumption_asks_the_partnership_a_question(slug: str) -> None:
    silent = [path for path, rule in assumptions(shipped(slug)) if not rule.assumption.rstrip().endswith("?")]
    assert silent == []


def test_how_much_of_each_protocol_is_assumed() -> None:
    """Figures to notice a change by: (assumed rules, all rules)."""
    counted = {slug: (len(assumptions(shipped(slug))), len(list(rules(shipped(slug))))) for slug in SLUGS}
    assert counted == {
        "barnsley": (34, 111),
        "enfield": (62, 94),
        "havering": (27, 95),
        "oldham": (36, 87),
        "wiltshire": (36, 105),
    }


@pytest.mark.parametrize("slug", ["oldham", "enfield"])
def test_a_ladder_whose_chart_is_lost_is_assumed_from_foot_to_top(slug: str) -> None:
    """protocols.md 7.4: neither may go live before an administrator has confirmed it."""
    assert [stage.key for stage in shipped(slug).stages if not stage.assumption] == []


# Identity.


def test_each_protocol_names_its_document_and_its_dates() -> None:
    named = {
        slug: (p.step_word, p.source.version, p.source.issued, p.source.review_due) for slug in SLUGS for p in [shipped(slug)]
    }
    assert named == {
        "barnsley": ("stage", "V5 (January 2025)", "October 2015", date(2027, 1, 31)),
        "enfield": ("stage", "January 2024", "January 2024", None),
        "havering": ("stage", "January 2020", "January 2020", None),
        "oldham": ("step", "September 2020, final", "September 2020", None),
        "wiltshire": ("tier", "Copy updated in January 2020", "January 2020", date(2021, 1, 31)),
    }


def test_only_inboxes_that_the_documents_print_are_given_and_nobody_s_own_address() -> None:
    given = {slug: [contact.email for contact in shipped(slug).contacts if contact.email] for slug in SLUGS}
    assert given == {
        "barnsley": ["barnsleysafeguardingchildrenspartnership@barnsley.gov.uk"],
        "enfield": ["safeguardingenfield@enfield.gov.uk"],
        "havering": ["safeguardingpartnerships@havering.gov.uk"],
        "oldham": [],
        "wiltshire": ["lscb@wiltshire.gov.uk"],
    }
    assert [slug for slug in SLUGS if re.findall(r"\S+@\S+", text_of(slug)) != given[slug]] == []


def test_the_dead_secure_address_of_wiltshire_is_left_out_with_the_reason() -> None:
    inbox = rule_at(shipped("wiltshire"), "contacts/partnership_inbox")
    assert "secure address that the document prints is left out because its service closed" in inbox.note
    assert "gcsx." not in text_of("wiltshire")


def test_each_protocol_keeps_the_title_of_its_document() -> None:
    """E-01 among them."""
    assert {slug: shipped(slug).title for slug in SLUGS} == {
        "barnsley": "Process for Resolution of Professional Disagreements (Multi Agency Escalation Process)",
        "enfield": "Escalation and Resolution Protocol: managing professional disagreements in work relating to the safety of "
        "children",
        "havering": "Escalation Policy",
        "oldham": "Protocol for Escalation and Resolution Conversations",
        "wiltshire": "Case Resolution Protocol",
    }


# Figures.


def test_the_clocks_of_each_protocol() -> None:
    def figures(limit: TimeLimit) -> str:
        amount = "the child's date" if limit.amount is None else f"{limit.amount} {limit.unit}"
        shorter = " or sooner" if limit.whichever_is_shorter and limit.amount is not None else ""
        again = ", again and again" if limit.repeats else ""
        return f"{amount}{shorter}, {limit.strength}, {limit.holder or limit.held_by}{again}"

    found = {slug: {limit.key: figures(limit) for limit in shipped(slug).time_limits} for slug in SLUGS}
    assert found == {
        "barnsley": {
            "stage_1_resolution": "5 working_days, guide, lead",
            "stage_2_resolution": "5 working_days, guide, both",
            "stage_3_conclusion": "5 working_days, guide, safeguarding_partner",
            "progress_update": "5 working_days, guide, raising.lead, again and again",
            "written_outcome": "5 working_days, guide, receiving.lead",
        },
        "enfield": {
            "stage_1_discussion": "5 working_days or sooner, guide, practitioner",
            "timescale_of_the_child": "the child's date, guide, both",
        },
        "havering": {
            "stage_1_discussion": "5 working_days or sooner, guide, practitioner",
            "timescale_of_the_child": "the child's date, guide, both",
        },
        "oldham": {
            "contact_increasing_risk": "24 clock_hours, expectation, practitioner",
            "contact_imminent_risk": "1 clock_hours, expectation, practitioner",
        },
        "wiltshire": {"date_for_the_child": "the child's date, guide, both"},
    }


def test_the_third_clock_of_barnsley_is_an_assumption_and_the_others_rest_on_the_text() -> None:
    """protocols.md 1.8, 1: the text gives stage 3 no time."""
    cited = {limit.key: bool(limit.clause) for limit in shipped("barnsley").time_limits}
    assert cited.pop("stage_3_conclusion") is False
    assert set(cited.values()) == {True}


def test_one_clock_runs_for_all_tiers_of_barnsley_s_second_stage() -> None:
    """B Stage Two. Going up a tier starts it only if it is not running."""
    limits = [limit for limit in shipped("barnsley").time_limits if "stage_2" in limit.stages and limit.held_by == "both"]
    assert [limit.key for limit in limits] == ["stage_2_resolution"]
    assert Event.TIER_OPENED not in limits[0].stops_on


def test_the_panel_of_havering_has_three_agencies_both_in_dispute_and_one_that_is_not() -> None:
    rule = shipped("havering").side_process("resolution_panel").members
    assert (rule.agencies_at_least, rule.includes_both_sides, rule.one_not_in_dispute, rule.outside_both) == (
        3,
        True,
        True,
        False,
    )


def test_nobody_of_wiltshire_s_sub_group_and_no_mediator_may_decide() -> None:
    protocol = shipped("wiltshire")
    assert [role.key for role in protocol.roles if role.may_decide] == []
    assert [process.key for process in protocol.side_processes if process.may_decide] == []


def test_the_categories_in_local_words_fall_into_the_common_list() -> None:
    """protocols.md 7.2."""
    assert {slug: [category.common.value for category in shipped(slug).categories] for slug in SLUGS} == {
        "barnsley": [
            "threshold", "referral", "roles", "decision", "planning", "action_not_done", "communication", "drift", "service",
        ],
        "enfield": ["decision", "threshold", "action_not_done", "planning", "conference"],
        "havering": ["threshold", "roles", "decision", "planning"],
        "oldham": ["threshold", "decision", "communication", "transition"],
        "wiltshire": ["threshold", "referral", "decision", "planning", "communication", "drift", "other"],
    }  # fmt: skip


def test_the_nine_agencies_of_enfield_are_given_and_no_others_are() -> None:
    assert [len(shipped(slug).agencies) for slug in SLUGS] == [0, 9, 0, 0, 0]


@pytest.mark.parametrize("slug", SLUGS)
def test_what_is_asked_at_the_start_begins_with_danger_and_covers_the_usual_routes(slug: str) -> None:
    protocol = shipped(slug)
    first, *others = protocol.signposts
    assert (first.key, first.danger, first.contact) == ("danger_now", True, "front_door")
    assert "999" in " ".join(first.advice)
    assert {signpost.key for signpost in others} == {"allegation", "whistleblowing", "complaint", "conference_dissent"}
    assert not any(signpost.danger for signpost in others)


@pytest.mark.parametrize("slug", SLUGS)
def test_guidance_is_there_for_each_step_of_the_work(slug: str) -> None:
    assert {guidance.at for guidance in shipped(slug).guidance} == {
        "start", "evidence", "urgency", "answering", "open", "outcome", "closing", "stuck",
    }  # fmt: skip


def test_urgent_contact_in_oldham_is_by_telephone_first() -> None:
    """protocols.md 4.8, 3: a system is never the only channel."""
    assert [band.advice.split(" ")[0] for band in shipped("oldham").urgency_bands] == ["Telephone", "Telephone"]
