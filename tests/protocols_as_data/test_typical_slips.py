"""A file written by hand with a dozen typical slips: every one is said at once, by its line, with what to write instead."""

from __future__ import annotations

from pathlib import Path

from partnerships.protocol_file import read_protocol

CROYDON = Path(__file__).resolve().parents[1] / "protocols" / "croydon.yml"
# What stands there, what somebody wrote instead, and what they are told (to its first full stop, and what was meant).
SLIPS = (
    (
        "step_word: stage\n",
        "stepword: stage\n",
        'The protocol: "stepword" is not known here. Did you mean "step_word"?',
    ),
    (
        "    kind: manager\n",
        "    kind: managers\n",
        'Stage "stage_2": "managers" cannot stand under kind. Did you mean "manager"?',
    ),
    (
        "    formal: false\n    acts: [safeg",
        "    formal: maybe\n    acts: [safeg",
        'Stage "stage_2": formal is "maybe". Write true',
    ),
    (
        '    number: "4"',
        '    number: "3"',
        'Another stage has the number "3". Each needs its own; change one of them.',
    ),
    (
        "    acts: [director]\n",
        "    acts: [directors]\n",
        'Stage "stage_4": there is no role "directors". Did you mean "director"?',
    ),
    (
        "with: [health_partner,",
        "with: [healthpartner,",
        'The authority of stage "stage_5": there is no role "healthpartner". Did',
    ),
    (
        "    amount: 2\n",
        "    amount: two\n",
        'Time limit "leads_talk": amount is "two". Write a whole number',
    ),
    (
        "[resolved, withdrawn]\n    ends",
        "[resolve, withdrawn]\n    ends",
        'Time limit "whole": "resolve" cannot stand under stops_on.',
    ),
    (
        "    unit: calendar_days",
        "    unit: days",
        'Time limit "whole": "days" cannot stand under unit. Write one of:',
    ),
    (
        "    to: [executive, scrutineer]\n",
        "    to: [executive, scrutiner]\n",
        'Notice rule "for_the_executive": there is no role "scr',
    ),
    (
        "    at: moving_up\n",
        "    at: moving\n",
        'Question "partnership_decision": "moving" cannot stand under at. Did you mean',
    ),
    (
        "    clause: Croydon, not a complaint policy\n",
        "",
        'Signpost "conduct" rests on nothing. Add clause: and the place in the',
    ),
    (
        "unit@croydon.example",
        "unit at croydon",
        'Contact "business_unit": this is not an e-mail address. Write one like',
    ),
)


def test_a_dozen_slips_are_said_at_once_each_with_its_line_and_its_remedy() -> None:
    text = CROYDON.read_text()
    for stands, written, _ in SLIPS:
        assert text.count(stands) == 1, stands
        text = text.replace(stands, written)
    problems = read_protocol(text, name="croydon.yml").problems
    assert [problem.sentence[: len(said)] for problem, (_, _, said) in zip(problems, SLIPS, strict=True)] == [
        said for _, _, said in SLIPS
    ]
    lines = text.splitlines()
    for problem, (_, written, _) in zip(problems, SLIPS, strict=True):
        own = written.splitlines()[0].strip() if written.strip() else "key: conduct"
        assert any(own in line for line in lines[max(0, problem.line - 3) : problem.line]), problem
