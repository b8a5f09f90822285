"""Every rule a protocol can hold is said in plain sentences, and no word of the data file is shown raw."""

from __future__ import annotations

import re

import pytest

from partnerships.protocol import AgencyPart, Condition, Gate, Protocol, Reporting, Rule, SideProcess, TimeLimit
from partnerships.protocol_page import PART_WORDS, Reader, places
from partnerships.protocol_phrases import (
    ASKED_WORDS,
    AUTHORITY_WORDS,
    CAPACITY_WORDS,
    COMMON_WORDS,
    EVENT_WORDS,
    KIND_NAMES,
    KIND_WORDS,
    RAISED_AS_WORDS,
    SATISFIED_WORDS,
    SECTOR_WORDS,
    SIDE_WORDS,
    STANCE_WORDS,
    STRENGTH_WORDS,
)
from partnerships.protocol_problems import problems_with
from partnerships.protocol_rules import path_words, rules
from partnerships.protocol_sentences import condition_words, listed, said, stage_numbers
from partnerships.protocol_terms import (
    Asked,
    AuthorityKind,
    Capacity,
    CommonCategory,
    Event,
    RaisedAs,
    Satisfied,
    Sector,
    Side,
    StageKind,
    Stance,
    Strength,
)
from partnerships.working_days import Unit
from tests.protocols_as_data.small import small
from tests.world import shipped_protocol

FIVE = ["barnsley", "enfield", "havering", "oldham", "wiltshire"]


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (EVENT_WORDS, Event),
        (KIND_WORDS, StageKind),
        (KIND_NAMES, StageKind),
        (STANCE_WORDS, Stance),
        (AUTHORITY_WORDS, AuthorityKind),
        (SIDE_WORDS, Side),
        (STRENGTH_WORDS, Strength),
        (CAPACITY_WORDS, Capacity),
        (SECTOR_WORDS, Sector),
        (ASKED_WORDS, Asked),
        (COMMON_WORDS, CommonCategory),
        (RAISED_AS_WORDS, RaisedAs),
        (SATISFIED_WORDS, Satisfied),
    ],
)
def test_there_is_a_phrase_for_every_word_a_protocol_may_use(table: dict[str, str], words: type[str]) -> None:
    assert set(table) == set(words)  # type: ignore[arg-type]


EVERYTHING_ELSE = {
    "questions": [{"key": "plan", "asks": "Is there a plan?", "answer": "choice", "choices": ["Yes", "No"], "hint": "Ask.",
                   "stages": ["stage_1"], "when": {"raised_as": ["third_party"]}, "clause": "D 1"}],
    "raisers": [{"kind": "third_party", "asks": "For two others", "hint": "Say whom.", "clause": "D 1"}],
    "thematic": {"asks": "It is about a theme", "clause": "D 1"},
    "routes_out": [{"key": "iro", "when": {"child_statuses": ["plan"]}, "title": "To the IRO", "advice": ["Ring."],
                    "contact": "front_door", "clause": "D 1"}],
    "grounds": [{"key": "silent", "name": "No answer", "no_answer": True, "clause": "D 1"},
                {"key": "second", "name": "Not agreed", "stages": ["stage_2"], "clause": "D 1"}],
    "closing": {"by": ["lead"], "office": True, "satisfied": "raiser", "clause": "D 1"},
    "time_limits.0.unanswered": {"means": "move_up", "asks": "Move it up.", "clause": "D 1"},
    "time_limits.0.counts_from": "decided_on",
    "time_limits.0.when": {"grounds": ["silent"]},
    "stages.2.only_when": {"flags": ["stuck"]},
    "side_processes.0.started_by_flag": "stuck",
    "side_processes.0.questions": ["Who sits on it?"],
    "side_processes.0.choices": ["Granted", "Refused"],
    "side_processes.0.last_resort": "Ask the Chair.",
    "requirements": [{"what": what, "clause": "D 2"} for what in ("written_confirmation", "raiser_told", "decided_on")],
}  # fmt: skip


def test_every_kind_of_rule_is_said_and_stands_in_a_section() -> None:
    protocol = Protocol.model_validate(small(EVERYTHING_ELSE))
    assert problems_with(protocol) == ()
    paths = {path_words(path): rule for path, rule in rules(protocol)}
    assert set(places(Reader(protocol, {}).sections())) == set(paths)
    told = {path: (said(rule, protocol).words, *said(rule, protocol).more) for path, rule in paths.items()}
    assert told["questions.0"] == (
        "Is there a plan?", "Ask.", "The answers: Yes; No.", "Asked when a disagreement is raised. It must be answered.",
        "Only at stage 1.", "Only if it is raised for two other agencies.",
    )  # fmt: skip
    assert told["raisers.0"] == ("For two others", "It is then raised for two other agencies.", "Say whom.")
    assert told["routes_out.0"] == (
        "If the child’s status is “On a plan”: To the IRO.", "Ring.", "It cannot be raised here.", "Contact: Front door.",
    )  # fmt: skip
    assert told["grounds.0"] == ("No answer.", "It is meant for when the other side has not answered.")
    assert told["grounds.1"] == ("Not agreed.", "Only at stage 2.")
    assert told["closing"] == (
        "It may be closed by: Lead (both sides), or the partnership office.",
        "The person who raised it has to be satisfied first.",
    )
    assert told["time_limits.0.unanswered"] == (
        "Where nobody has answered by then, it may be moved up.", "People are told: “Move it up.”",
    )  # fmt: skip
    assert told["time_limits.0"][-3:-1] == (
        "It applies only if the reason is “No answer”.",
        "It is counted from the day of the decision that is disagreed with.",
    )
    assert "There is this stage only if it is marked “Stuck”." in told["stages.2"]
    assert told["side_processes.0"][-5:] == (
        "What it arrives at may end the disagreement.", "The mark “Stuck” starts it.", "It asks: Who sits on it?",
        "It can end with: Granted; Refused.", "What is left after that: Ask the Chair.",
    )  # fmt: skip
    assert told["thematic"][0] == "It is about a theme"


def test_every_part_whose_rules_can_be_assumed_has_a_word_for_one_of_them() -> None:
    """The page of what was assumed calls each by it; a part without one would fail that page."""
    known = set(Protocol.model_fields) - {"key", "title", "step_word", "raise_button", "source"}
    assert set(PART_WORDS) == known


@pytest.mark.parametrize("slug", FIVE)
def test_every_rule_of_the_five_is_said_and_stands_in_a_section(slug: str) -> None:
    protocol = shipped_protocol(slug)
    paths = {path_words(path): rule for path, rule in rules(protocol)}
    assert set(places(Reader(protocol, {}).sections())) == set(paths)
    for rule in paths.values():
        assert said(rule, protocol).words.strip()


@pytest.mark.parametrize("slug", FIVE)
def test_no_word_of_the_data_file_is_shown_raw(slug: str) -> None:
    reader = Reader(shipped_protocol(slug), {})
    told = "\n".join(
        words for s in reader.sections() for group in s.groups for line in group.lines for words in (line.words, *line.more)
    )
    told = re.sub(r"\S+@\S+|https?://\S+", "", told)
    assert re.findall(r"\w+_\w+|None|True|False|\.\.|  ", told) == []


def test_a_rule_of_an_unknown_kind_is_a_fault_not_a_blank() -> None:
    with pytest.raises(NotImplementedError):
        said(Rule(clause="B 1"), shipped_protocol("barnsley"))


def test_a_timescale_is_told_whole() -> None:
    protocol = shipped_protocol("barnsley")
    assert said(protocol.time_limit("written_outcome"), protocol).words == (
        "Within a further 5 working days (guide): The receiving manager confirms in writing to their counterpart what was "
        "agreed and how anything outstanding will be pursued."
    )
    assert said(protocol.time_limit("written_outcome"), protocol).more == (
        "Held by: Safeguarding lead or manager (the receiving side).",
        "It applies at stage 1 or 2.",
        "It is counted as 5 working days.",
        (
            "It starts when an agreement is recorded. It stops when the outcome is confirmed in writing, the outcome is "
            "disputed, it goes up a tier, a stage opens or it is withdrawn."
        ),
        "Whoever holds it is reminded 1 working day before it ends.",
    )


@pytest.mark.parametrize(
    ("unit", "amount", "words"),
    [
        (Unit.CLOCK_HOURS, 24, "It is counted as 24 hours, day and night."),
        (Unit.CALENDAR_DAYS, 1, "It is counted as 1 day, weekends and bank holidays too."),
        (Unit.SAME_WORKING_DAY, 0, "It is counted as the same working day."),
        (Unit.WORKING_DAYS, None, "It has no length of its own: a date given on the form for the child is what counts."),
    ],
)
def test_every_unit_is_said(unit: Unit, amount: int | None, words: str) -> None:
    limit = TimeLimit(
        key="x", label="In time", purpose="Talk", starts_on=(Event.RAISED,), stops_on=(Event.CLOSED,), amount=amount,
        unit=unit, held_by=Side.BOTH, clause="B 1", remind_before=(2,), repeats=True,
    )  # fmt: skip
    told = said(limit, shipped_protocol("barnsley")).more
    assert words in told
    assert "Held by: both sides." in told
    assert "It starts again each time it ends." in told


def test_every_condition_of_a_notice_is_said() -> None:
    protocol = shipped_protocol("oldham")
    condition = Condition(
        stages=(protocol.stages[0].key,),
        formal=False,
        direct=True,
        sector_of="raising",
        sectors=(Sector.HEALTH, Sector.POLICE),
        urgencies=("imminent_risk",),
        time_limits=(protocol.time_limits[0].key,),
    )
    words = condition_words(protocol, condition)
    assert words[1:5] == [
        "at an informal step",
        "if it came there directly",
        "if the raising agency belongs to health or police",
        "if the urgency is “The risk to the child may be imminent”",
    ]
    assert words[0] == f"at {stage_numbers(protocol, [protocol.stages[0].key])}"
    assert words[5] == f"for the timescale “{protocol.time_limits[0].label}”"
    barnsley = shipped_protocol("barnsley")
    assert condition_words(barnsley, Condition(formal=True, direct=False, flags=("drift",), categories=("roles",))) == [
        "at a formal stage",
        "if it came there step by step",
        "if it is marked “Drift or delay”",
        "if it is about “Roles and responsibilities not understood”",
    ]
    havering = shipped_protocol("havering")
    told = condition_words(havering, Condition(child_statuses=("looked_after",), side_processes=("resolution_panel",)))
    assert told[0].startswith("if the child’s status is “")
    assert told[1].startswith("for “")


def test_panels_agencies_and_reporting_are_told_with_what_they_ask() -> None:
    havering = shipped_protocol("havering")
    panel = said(havering.side_process("resolution_panel"), havering)
    assert "What it arrives at may end the disagreement." in panel.more
    assert any(words.startswith("Who takes part: ") for words in panel.more)
    log = SideProcess(key="x", kind="log", name="Log", started_by=("manager",), instead=True, clause="H 1")
    assert said(log, havering).more == (
        "Started by: Supervisor, manager or named safeguarding professional (both sides).",
        "It takes the place of the ladder.",
        "It does not decide the disagreement.",
    )
    enfield = shipped_protocol("enfield")
    agency: AgencyPart = next(a for a in enfield.agencies if a.posts)
    assert said(agency, enfield).more[0].startswith("Posts, for indication only: manager step: ")
    firm = agency.model_copy(update={"indicative": False})
    assert said(firm, enfield).more[0].startswith("Posts: manager step: ")
    assert said(Reporting(clause="W 1", annual_to="Executive"), enfield).words == "Executive is reported to every year."
    assert said(Reporting(clause="W 1"), enfield).words == "How it is reported."
    assert said(Gate(key="x", asks="Told?", clause="H 1"), enfield).words == "Before it opens, this is recorded: Told?"


def test_a_list_is_written_as_people_write_it() -> None:
    assert [listed([]), listed(["A"]), listed(["A", "B"]), listed(["A", "B", "C"], last="or")] == [
        "",
        "A",
        "A and B",
        "A, B or C",
    ]


def test_stages_without_numbers_are_called_by_their_names() -> None:
    own = shipped_protocol("barnsley")
    unnumbered = own.model_copy(update={"stages": tuple(stage.model_copy(update={"number": ""}) for stage in own.stages)})
    assert stage_numbers(unnumbered, ["stage_1", "stage_3"]) == "“Safeguarding leads or managers” or “Safeguarding Partners”"
    assert said(unnumbered.stages[1], unnumbered).words == "Safeguarding leads or managers"
