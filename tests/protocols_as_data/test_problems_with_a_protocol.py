"""Each way in which a protocol cannot work, and the sentence that an administrator is given for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from partnerships.protocol import Protocol
from partnerships.protocol_file import read_protocol, write_protocol
from partnerships.protocol_problems import Problem, meant, problems_with
from partnerships.protocol_problems.people import unprintable
from tests.protocols_as_data.small import GONE, small

LIMIT = {
    "key": "another",
    "label": "a label",
    "purpose": "A purpose",
    "starts_on": ["stage_opened"],
    "stops_on": ["resolved"],
    "amount": 2,
    "held_by": "both",
    "clause": "D 2",
}
RULE = {"key": "another", "on": ["stage_opened"], "to": ["lead"], "clause": "D 2"}
MEDIATION = {"key": "mediation", "kind": "mediation", "name": "Mediation", "started_by": ["lead"], "clause": "D 5"}


def found(changes: dict[str, Any]) -> list[str]:
    """The problems of the changed small protocol, each as "path: sentence"."""
    protocol = Protocol.model_validate(small(changes))
    return [f"{'.'.join(str(step) for step in problem.path)}: {problem}" for problem in problems_with(protocol)]


def test_a_protocol_that_can_work_has_none() -> None:
    assert found({}) == []


CASES = yaml.safe_load((Path(__file__).parent / "problems.yml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_what_cannot_work_is_said_with_its_remedy_and_nothing_else_is(case: dict[str, Any]) -> None:
    changes = {path: GONE if value == "(gone)" else value for path, value in case["changes"].items()}
    assert found(changes) == [case["said"]]


ALLOWED = {
    "the last word is with a mediator": {
        "stages.3.authority": {"kind": "mediates", "by": "mediator", "clause": "D 5"},
        "side_processes": [MEDIATION],
    },
    "the partners act together with the leads": {"stages.3.acts": ["partner", "lead"]},
    "the two sides act at the partnership's stage": {"stages.3.acts": ["senior"]},
    "no timescale at all": {"time_limits": [], "notice_rules.1": GONE},
    "only the date asked for counts": {"time_limits.0.amount": None, "time_limits.0.whichever_is_shorter": True},
    "the same working day": {
        "time_limits.0.amount": 0,
        "time_limits.0.unit": "same_working_day",
        "time_limits.0.remind_before": [],
    },
    "a timescale that outlives its stage": {
        "time_limits.0.ends_with_stage": False,
        "notice_rules.1.when.stages": ["stage_2"],
    },
    "a clock that another's passing starts": {"time_limits.+": LIMIT | {"starts_on": ["timescale_passed"]}},
    "one passing after another in a row": {
        "time_limits": [
            LIMIT | {"key": "first"},
            LIMIT | {"key": "second", "starts_on": ["timescale_passed"], "when": {"time_limits": ["first"]}},
            LIMIT | {"key": "third", "starts_on": ["timescale_passed"], "when": {"time_limits": ["second"]}},
        ],
        "notice_rules.1.when.time_limits": ["third"],
    },
    "a stage for those that are raised late": {
        "stages.2.only_when": {"late": True},
        "raise_within": {"label": "within 3 days", "amount": 3, "clause": "D 1"},
        "requirements.+": {"what": "decided_on", "clause": "D 1"},
    },
    "those who act hold it": {"time_limits.0.holder": None},
    "an outside role is told by reference": {"notice_rules.0.to": ["nurse"]},
    "settling is told to the office": {"notice_rules.+": RULE | {"on": ["settled_logged"], "to": ["office"]}},
    "a stage without a number": {"stages.1.number": "", "stages.2.number": ""},
    "one requirement for each stage": {
        "requirements.+": {"what": "written_confirmation", "stages": ["stage_2"], "clause": "D 2"}
    },
    "a text in any script": {"guidance.0.text": "Siarad yn gyntaf: ŵ, ŷ, مرحبا, 安全, 👶.\n\n\tThen write."},
}


@pytest.mark.parametrize("changes", ALLOWED.values(), ids=list(ALLOWED))
def test_what_can_work_is_let_be(changes: dict[str, Any]) -> None:
    assert found(changes) == []


def test_every_problem_is_said_at_once() -> None:
    changes = {"stages.1.opens_here": False, "time_limits.0.stops_on": [], "time_limits.0.ends_with_stage": False}
    changes |= {"notice_rules.0.to": ["nobody"], "signposts": [], "stages.3.authority.by": "mediator"}
    assert [sentence.split(":")[0] for sentence in found(changes)] == [
        "notice_rules.0.to.0",
        "stages",
        "stages.3.authority.by",
        "time_limits.0.stops_on",
        "signposts",
    ]


CHASING = LIMIT | {"starts_on": ["timescale_passed"]}


def test_timescales_that_only_wait_for_each_other_never_start() -> None:
    changes = {"time_limits.+": CHASING, "time_limits.0.starts_on": ["timescale_passed"], "notice_rules.1": GONE}
    waits = "never starts: it waits for {} to pass, which waits for it. Write another event under starts_on of one of them."
    assert found(changes) == [
        f'time_limits.0.starts_on: Time limit "talk" {waits.format(chr(34) + "another" + chr(34))}',
        f'time_limits.1.starts_on: Time limit "another" {waits.format(chr(34) + "talk" + chr(34))}',
    ]


def test_timescales_that_start_each_other_would_do_so_for_ever() -> None:
    changes = {"time_limits.+": CHASING, "time_limits.0.starts_on": ["stage_opened", "timescale_passed"]}
    assert [sentence.partition(". ")[0] for sentence in found(changes)] == [
        'time_limits.0.starts_on: Time limits "talk" and "another" start each other for ever',
        'time_limits.1.starts_on: Time limits "another" and "talk" start each other for ever',
    ]
    # On steps that have nothing in common, neither is there when the other passes.
    apart = changes | {"time_limits.1.stages": ["stage_2"], "time_limits.0.stages": ["stage_1"]}
    assert [words for words in found(apart) if "each other" in words] == []


def test_everything_of_the_list_in_section_5_is_said_at_once() -> None:
    """Nobody can reach it, a loop, no end, a timer that never starts, a role without a holder, a notice to one who may not
    see, a clause that leads nowhere, two steps with one number: one protocol, one reading."""
    text = write_protocol(
        Protocol.model_validate(
            small(
                {
                    "stages.1.opens_here": False,
                    "stages.1.kind": "manager",
                    "stages.2.opens_here": True,
                    "stages.2.number": "1",
                    "stages.3.authority": None,
                    "time_limits.0.starts_on": ["closed"],
                    "notice_rules.1": GONE,
                    "time_limits.+": CHASING | {"key": "third", "stages": ["stage_3"]},
                    "roles.2.capacity": "sub_group",
                    "notice_rules.0.to": ["stranger"],
                    "categories.0.clause": "to be confirmed",
                    "stages.3.directly_reachable": False,
                }
            )
        )
    )
    text = text.replace("source:", "sorce:", 1)
    reading = read_protocol(text, name="it")
    assert reading.protocol is None
    told = [problem.sentence for problem in reading.problems]
    for words in (
        'Nobody can reach stage "stage_1"', "nobody could end a disagreement there", 'Time limit "talk" never starts',
        'Time limit "third" never starts', 'Nobody can hold role "senior"', 'role "stranger" may not see', "is no place in the",
        'Another stage has the number "1"', '"sorce" is not known here. Did you mean "source"?',
    ):  # fmt: skip
        assert [one for one in told if words in one], (words, told)


def test_a_problem_reads_as_its_sentence() -> None:
    assert str(Problem(("stages", 0), "Nobody acts.")) == "Nobody acts."


@pytest.mark.parametrize(
    ("word", "known", "sentence"),
    [
        ("Stage One", ["stage_1", "stage_one"], 'Did you mean "stage_one"?'),
        ("x", [], "None is defined here; add it, or leave this out."),
        ("zzz", [f"role_{n}" for n in range(22)], "Write one of: " + ", ".join(f"role_{n}" for n in range(20)) + " and 2 more."),
    ],
)
def test_what_was_meant(word: str, known: list[str], sentence: str) -> None:
    assert meant(word, known) == sentence


@pytest.mark.parametrize("letter", ["\x00", "\x07", "\x7f", "\x85", "\ud800", "\ufffe", "\uffff"])
def test_a_character_that_cannot_be_stored_or_shown_is_found(letter: str) -> None:
    assert unprintable(f"a{letter}b") == f"U+{ord(letter):04X}"
