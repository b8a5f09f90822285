"""Where each requirement of the five documents stands in its protocol, and that it cites the document there."""

from __future__ import annotations

import pytest

from tests.protocols_as_data.shipped import LETTERS, rule_at, shipped

# Requirement -> the rules in which it stands (protocols.md sections 1 to 5). Left out are those that are no rule of a
# protocol: B-14 (the tracker itself) and E-01 (the title, below).
REQUIREMENTS = {
    "barnsley": {
        "B-01": ["guidance:B Introduction"],
        "B-02": ["guidance:B Background"],
        "B-03": ["signposts/whistleblowing"],
        "B-04": ["stages/informal", "requirements/prior_conversation", "guidance:B Professional to Professional"],
        "B-05": ["stages/stage_3", "guidance:B after Stage Three; B Appendix 1"],
        "B-06": ["time_limits/stage_1_resolution", "time_limits/stage_2_resolution", "notice_rules/timescale_varied"],
        "B-07": ["requirements/needed_by", "guidance:B Professional to Professional; B after Stage Three"],
        "B-08": ["requirements/lead_consulted", "requirements/evidence", "contacts/online_form"],
        "B-09": ["requirements/line_manager_named"],
        "B-10": ["notice_rules/acknowledgement", "notice_rules/stage_1_leads", "notice_rules/office_told_of_start"],
        "B-11": ["roles/lead", "requirements/lead_consulted"],
        "B-12": ["time_limits/written_outcome", "requirements/written_confirmation", "notice_rules/agreement_to_confirm"],
        "B-13": ["time_limits/progress_update", "notice_rules/progress"],
        "B-15": ["requirements/raiser_told", "notice_rules/resolved", "notice_rules/raiser_told"],
        "B-16": ["stages/stage_2", "time_limits/stage_2_resolution", "notice_rules/stage_2_heads"],
        "B-17": ["notice_rules/stage_2_representatives", "notice_rules/designated_nurse_told", "roles/designated_nurse"],
        "B-18": ["notice_rules/concluded", "stages/stage_3/authority"],
        "B-19": ["notice_rules/office_told_of_start", "roles/partnership_manager"],
        "B-20": ["time_limits/progress_update", "notice_rules/office_told_of_tier", "notice_rules/passed_progress"],
        "B-21": ["requirements/learning", "notice_rules/learning", "roles/policy_subgroup", "reporting:B after Stage Three"],
        "B-22": ["side_processes/conference_request", "guidance:B Calling a Case conference"],
        "B-23": ["notice_rules/agreement", "notice_rules/outcome_disputed", "notice_rules/progress"],
        "B-24": ["notice_rules/senior_alert", "flags/no_answer", "flags/date_close"],
        "B-25": ["guidance:B Appendix 1", "signposts/danger_now"],
        "B-26": ["guidance:B Introduction; B Background", "flags/drift"],
    },
    "havering": {
        "H-01": ["guidance:H 1.2"],
        "H-02": ["guidance:H 1.2; H 1.7"],
        "H-03": ["guidance:H 1.4"],
        "H-04": ["time_limits/stage_1_discussion", "time_limits/timescale_of_the_child", "requirements/needed_by"],
        "H-05": ["guidance:H 1.4"],
        "H-06": ["flags/immediate_harm", "notice_rules/immediate_harm", "signposts/danger_now", "guidance:H 1.5"],
        "H-07": ["requirements/lead_consulted", "requirements/evidence", "guidance:H 1.6"],
        "H-08": ["signposts/whistleblowing"],
        "H-09": ["flags/support_wanted", "notice_rules/support_wanted", "guidance:H 2.2"],
        "H-10": ["notice_rules/iro_told", "roles/iro", "child_statuses/looked_after", "child_statuses/child_protection_plan"],
        "H-11": ["stages/stage_3", "notice_rules/stage_3_further"],
        "H-12": ["stages/stage_4", "notice_rules/stage_3_members", "roles/agency_member"],
        "H-13": ["notice_rules/stage_4_office", "contacts/partnership_inbox"],
        "H-14": ["side_processes/resolution_panel"],
        "H-15": ["stages/stage_4/authority", "notice_rules/panel"],
        "H-16": ["requirements/on_file", "requirements/raiser_told", "notice_rules/resolved"],
    },
    "wiltshire": {
        "W-01": ["guidance:W 2.1"],
        "W-02": ["signposts/whistleblowing"],
        "W-03": ["requirements/lead_consulted", "requirements/evidence", "requirements/reflection", "guidance:W 2.4"],
        "W-04": ["stages/tier_2", "stages/tier_3", "notice_rules/tier_3_leaders"],
        "W-05": ["side_processes/mediation", "roles/mediator", "stages/tier_3/authority"],
        "W-06": ["reporting:W 2.6", "notice_rules/learning", "roles/qap_group"],
        "W-07": ["reporting:W 2.6 (a lack"],
        "W-08": ["guidance:W 2.6", "notice_rules/learning"],
        "W-09": ["roles/conference_chair", "guidance:W 2.7", "child_statuses/in_care", "child_statuses/child_protection"],
        "W-10": ["flags/serious", "notice_rules/serious", "side_processes/serious_case_log", "side_processes/deep_dive"],
        "W-11": ["flags/agency_decision", "notice_rules/agency_decision", "side_processes/agency_decision_log"],
        "W-12": ["flags/stuck", "notice_rules/stuck", "notice_rules/stuck_managers", "notice_rules/mediator_asked"],
        "W-13": ["roles/qap_chair", "roles/qap_group", "guidance:W 3.1c"],
        "W-14": ["requirements/supervision", "guidance:W 2.6; W 3.1c"],
        "W-15": ["reporting:W 4.1", "roles/executive"],
        "W-16": ["signposts/conference_dissent"],
        "W-17": ["flags/cross_border", "guidance:W one-pager"],
        "W-18": ["notice_rules/passed", "guidance:W 2.5; W one-pager"],
        "W-19": ["guidance:W 2.3"],
        "W-20": ["guidance:W 2.3", "notice_rules/passed_on"],
    },
    "oldham": {
        "O-01": ["categories/opinion", "categories/practice", "categories/communication", "categories/transition"],
        "O-02": ["guidance:O 2.1.1", "requirements/evidence"],
        "O-03": ["signposts/complaint", "guidance:O 2.1.2"],
        "O-04": ["flags/drift", "categories/transition"],
        "O-05": ["flags/transfer", "guidance:O 3.1.1"],
        "O-06": ["requirements/prior_conversation", "notice_rules/raised", "guidance:O 3.2.1"],
        "O-07": ["requirements/conversation_confirmed", "notice_rules/progress", "guidance:O 3.2.2"],
        "O-08": [
            "time_limits/contact_increasing_risk",
            "time_limits/contact_imminent_risk",
            "urgency_bands/increasing_risk",
            "urgency_bands/imminent_risk",
        ],
        "O-09": ["requirements/family_engaged", "requirements/sharing_basis", "guidance:O 3.2.5"],
        "O-10": ["requirements/evidence", "guidance:O 3.2.5; O 3.2.6"],
        "O-11": ["reporting:O 3.2.7", "guidance:O 3.2.7", "notice_rules/learning"],
        "O-12": ["side_processes/reflective_session", "guidance:O 3.2.8"],
        "O-13": ["requirements/written_confirmation", "requirements/on_file", "notice_rules/resolved", "guidance:O 4.1.2"],
    },
    "enfield": {
        "E-02": ["requirements/effect_on_child", "requirements/needed_by", "guidance:E slide How to foster"],
        "E-03": ["notice_rules/raised", "guidance:E slide When we disagree"],
        "E-04": ["signposts/whistleblowing", "guidance:E slide This protocol does not"],
        "E-05": ["signposts/allegation", "contacts/lado"],
        "E-06": ["agencies/met_police", "agencies/education", "guidance:E slide seniority"],
        "E-07": ["side_processes/high_risk_panel", "stages/stage_4/authority", "guidance:E slide High Risk Management Panel"],
        "E-08": ["guidance:E slide Multi-agency expectations"],
        "E-09": ["guidance:E slide Discussion point"],
        "E-10": ["guidance:E slide What are the risks", "requirements/effect_on_child", "flags/drift"],
        "E-11": ["requirements/reflection", "guidance:E slide How to foster"],
        "E-12": ["guidance:E slide What are the risks; E slide When we disagree"],
        "E-13": ["requirements/sharing_basis", "guidance:E slide How to foster"],
        "E-14": ["guidance:E slide How to foster an approach of mutual challenge; E last slide"],
    },
}
TABLE = [(slug, number) for slug, table in REQUIREMENTS.items() for number in table]


@pytest.mark.parametrize(("slug", "number"), TABLE, ids=[number for _, number in TABLE])
def test_a_requirement_stands_in_its_protocol_and_cites_its_document(slug: str, number: str) -> None:
    protocol, letter = shipped(slug), LETTERS[slug]
    for where in REQUIREMENTS[slug][number]:
        if ":" in where:
            name, clause = where.split(":")
            assert [rule for rule in getattr(protocol, name) if clause in rule.clause], where
        else:
            assert rule_at(protocol, where).clause.startswith(f"{letter} "), where
