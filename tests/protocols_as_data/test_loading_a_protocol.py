"""A file becomes a protocol, or a list of everything wrong with it, each with its line and what to write instead."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from partnerships.protocol import Protocol
from partnerships.protocol_file import LARGEST, Reading, read_protocol, write_protocol
from partnerships.protocol_shape import MOST_SAID
from partnerships.protocol_yaml import MOST_NODES, parse
from tests.protocols_as_data.shipped import SLUGS, shipped, text_of
from tests.protocols_as_data.small import SMALL, small
from tests.strategies import protocols

SLIPS = yaml.safe_load((Path(__file__).parent / "slips.yml").read_text(encoding="utf-8"))


def said(reading: Reading) -> list[str]:
    return [f"{problem.line}: {problem.sentence}" for problem in reading.problems]


def read(text: str | bytes) -> Reading:
    return read_protocol(text, name="small.yml")


def changed(*changes: tuple[str, str]) -> str:
    """The small file with each first text replaced by the second, which must be there."""
    text = SMALL
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def test_a_file_without_problems_is_the_protocol_it_says() -> None:
    reading = read(SMALL)
    assert reading == Reading(Protocol.model_validate(small()), ())
    assert read(SMALL.encode()) == reading
    assert read(b"\xef\xbb\xbf" + SMALL.encode().replace(b"\n", b"\r\n")) == reading


@pytest.mark.parametrize("case", SLIPS, ids=[case["case"] for case in SLIPS])
def test_a_slip_is_said_with_its_line_and_what_to_write_instead(case: dict[str, Any]) -> None:
    reading = read(changed(*((change["write"], change["for"]) for change in case["changes"])))
    assert said(reading) == case["said"]
    assert reading.protocol is None


def test_slips_of_every_sort_are_said_at_once_in_the_order_of_the_file() -> None:
    text = changed(
        ("document: A small", "documnet: A small"),
        ("acts: [lead]\n    opens_here: true", "acts: lead\n    opens_here: yes"),
        ("kind: senior\n", "kind: seinor\n"),
        ("      by: partner\n", "      by: chair\n"),
        ("amount: 5\n", "amount: 5 days\n"),
        ("to: [lead, inbox]", "to: [leed, inbox]"),
        ("    clause: D 2\nsignposts", "signposts"),
        ("contact: front_door", "contact: Front Door"),
        ("email: office@partnership.example", "email: office"),
        ("- at: start", "- at: begin"),
    )
    assert [line.split(". ")[0] for line in said(read(text))] == [
        '3: Source: "documnet" is not known here',
        '19: Stage "stage_1": acts is a list, and this is "lead"',
        '20: Stage "stage_1": opens_here is "yes"',
        '26: Stage "stage_2": "seinor" cannot stand under kind',
        '49: The authority of stage "stage_3": there is no role "chair"',
        '71: Time limit "talk": amount is "5 days"',
        '81: Notice rule "started": there is no role "leed"',
        "90: Requirement 1 rests on nothing",
        '98: Signpost "danger": "Front Door" is not a key',
        '125: Contact "inbox": this is not an e-mail address',
        '128: Guidance text 1: "begin" cannot stand under at',
    ]


def test_a_text_that_is_too_long_is_said_with_its_measure() -> None:
    text = changed(("text: Talk first.", "text: " + "Talk. " * 700), ("to: [lead, inbox]", "to: [leed, inbox]"))
    assert said(read(text)) == [
        '81: Notice rule "started": there is no role "leed". Did you mean "lead"?',
        "130: Guidance text 1: text is longer than 4,000 characters. Shorten it.",
    ]


def test_a_problem_reads_with_its_file_and_line() -> None:
    (problem,) = read(changed(("contact: front_door", "contact: frontdoor"))).problems
    assert str(problem) == 'small.yml, line 99: Signpost "danger": there is no contact "frontdoor". Did you mean "front_door"?'
    assert problem.path == ("signposts", 0, "contact")


WHOLE = {
    "nothing": (b"", ["1: The file is empty. Begin with title:, source:, stages: and roles:."]),
    "only a comment": (b"# Nothing yet.\n", ["1: The file is empty. Begin with title:, source:, stages: and roles:."]),
    "a text": (
        b"hello",
        ["1: The file does not begin with the parts of a protocol. Begin with title:, source:, stages: and roles:."],
    ),
    "a list": (
        b"- a",
        ["1: The file does not begin with the parts of a protocol. Begin with title:, source:, stages: and roles:."],
    ),
    "no parts": (
        b"title: A title",
        [
            "1: The protocol has no roles. Add roles: and a list, each item after a dash.",
            "1: The protocol has no source. Add source: and a part with fields of its own.",
            "1: The protocol has no stages. Add stages: and a list, each item after a dash.",
        ],
    ),
    "not UTF-8": (b"title: a\nstep_word: \xe9tape\n", ["2: The file is not text in UTF-8 from here on. Save it as UTF-8."]),
    "UTF-16": ("title: a".encode("utf-16"), ["1: The file is not text in UTF-8 from here on. Save it as UTF-8."]),
    "half a letter": ("title: \ud800", ["1: The file is not text in UTF-8 from here on. Save it as UTF-8."]),
    "a NUL byte": (
        b"title: a\nstep_word: sta\x00ge",
        ["2: This line holds a character that cannot be shown (U+0000). Take it out."],
    ),
    "a NUL byte in disguise": (
        changed(("name: Managers", 'name: "Mana\\0gers"')).encode(),
        ["16: This text holds a character that cannot be shown (U+0000). Take it out."],
    ),
    "too large": (
        b"title: " + b"a" * LARGEST,
        ["1: The file is larger than 512 kB. A protocol is a few dozen; is this the right file?"],
    ),
    "two documents": (
        (SMALL + "---\n" + SMALL).encode(),
        ['135: A file holds one protocol. Take out the line "---" and what follows it.'],
    ),
    "too many parts": (
        b"a: [" + b"1, " * MOST_NODES + b"1]",
        [f"1: No protocol has more than {MOST_NODES:,} parts. Is this the right file?"],
    ),
    "too deep": (b"[" * 100_000, ["1: Parts stand inside each other more than 12 deep. Take some brackets out."]),
}


@pytest.mark.parametrize(("text", "sentences"), WHOLE.values(), ids=list(WHOLE))
def test_a_file_that_is_no_protocol_at_all_is_refused_in_one_go(text: str | bytes, sentences: list[str]) -> None:
    assert said(read(text)) == sentences


def test_a_bomb_of_aliases_is_refused_and_not_blown_up() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    began = time.monotonic()
    reading = read("\n".join(lines))
    assert time.monotonic() - began < 5
    assert said(reading)[:2] == [
        '1: "&a0" names a part for repeating. Take it out.',
        "1: The protocol has no roles. Add roles: and a list, each item after a dash.",
    ]
    assert sum('"*a' in problem.sentence for problem in reading.problems) == 11  # one sentence for nine times on one line


def test_a_value_that_names_a_type_makes_nothing() -> None:
    text = changed(("name: Managers", 'name: !!python/object/apply:os.system ["true"]'))
    assert said(read(text)) == [
        '16: Stage "stage_1": name is a text, and this is a list. Write the text alone.',
        "16: This value says of which type it is (with !). Take that out and write the value alone.",
    ]


def test_a_file_with_thousands_of_problems_names_the_first_and_counts_the_rest() -> None:
    reading = read("\n".join(f"field_{n}: x" for n in range(3_000)))
    assert len(reading.problems) == MOST_SAID + 1
    assert reading.problems[-1].sentence == "There are 2,504 more problems. Put these right first."


def test_on_and_yes_are_plain_words_here() -> None:
    """YAML 1.1 takes them for true; a field of ours is called "on"."""
    assert parse("on: [yes, no, off, y]\nn: ~").data == {"on": ["yes", "no", "off", "y"], "n": None}
    assert read(SMALL.replace('"on":', "on:")) == read(SMALL)


def test_numbers_and_words_keep_their_sort() -> None:
    assert parse("a: [1, -2, 01, 1.5, true, False, null, '1', 1e3, 2027-01-31, 0x1f, 12345678901234567890]").data == {
        "a": [1, -2, "01", "1.5", True, False, None, "1", "1e3", "2027-01-31", "0x1f", "12345678901234567890"]
    }


# Writing.


@pytest.mark.parametrize("slug", SLUGS)
def test_a_shipped_protocol_is_written_and_read_back_as_itself(slug: str) -> None:
    text = write_protocol(shipped(slug))
    assert read(text) == Reading(shipped(slug), ())
    assert write_protocol(shipped(slug)) == text


def test_what_is_written_is_what_a_person_would_write() -> None:
    protocol = Protocol.model_validate(
        small(
            {
                "guidance.0.text": "First this.\nThen that:\n  with care.",
                "guidance.+": {"at": "closing", "text": "Learn. " * 30, "assumption": "Is it?"},
                "source.review_due": "2027-01-31",
                "stages.1.name": "Managers: both",
            }
        )
    )
    written = write_protocol(protocol)
    assert written.startswith(
        "title: A small protocol\nsource:\n  document: A small document\n  review_due: 2027-01-31\n\nstages:\n"
    )
    assert (
        "  - key: stage_1\n    number: '1'\n    name: 'Managers: both'\n    kind: manager\n    formal: true\n    acts: [lead]\n"
        "    opens_here: true\n    stance: informed\n    clause: D 2\n"
    ) in written
    assert "\n    'on': [stage_opened]\n    when:\n      formal: true\n    to: [lead, inbox]\n" in written
    assert "    text: |-\n      First this.\n      Then that:\n        with care.\n    clause: D 1\n" in written
    assert "    text: >-\n      Learn. Learn. Learn." in written
    assert max(len(line) for line in written.splitlines()) < 130
    assert read(written).protocol == protocol


# Any text that can be stored, with a good share of what means something in YAML.
TEXTS = (
    st.text(
        st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff")
        | st.sampled_from("\n\t :#-'\"\\|>&*!%@`{}[],?"),
        min_size=1,
        max_size=150,
    )
    .map(str.strip)
    .filter(bool)
)


@given(
    protocols(TEXTS | st.sampled_from(["yes", "on", "~", "null", "1", "1.0", "2027-01-31", "- a", "a: b", "# c", "a  b", "---"]))
)
@settings(max_examples=20, deadline=None)
def test_any_protocol_is_written_and_read_back_as_itself(protocol: Protocol) -> None:
    reading = read(write_protocol(protocol))
    assert reading.problems == ()
    assert reading.protocol == protocol
    assert write_protocol(reading.protocol) == write_protocol(protocol)


# Nothing makes the loader fail.


def sensible(text: str | bytes) -> None:
    """It comes back, with a protocol or with problems, each of which a person can act on."""
    reading = read(text)
    assert (reading.protocol is None) == bool(reading.problems)
    lines = text.count("\n" if isinstance(text, str) else b"\n") + 1  # type: ignore[arg-type]
    for problem in reading.problems:
        assert 1 <= problem.line <= lines + 1, problem
        assert problem.sentence[0].isupper() or problem.sentence[0] == '"', problem
        assert problem.sentence.rstrip().endswith((".", "?")), problem
        assert not any(words in problem.sentence for words in ("Input should", "pydantic", "yaml.", "Traceback")), problem


@given(st.binary(max_size=200) | st.text(max_size=200))
@example('a: "\\UFFFFFFFF"')
@example("%YAML 9.0\n---\na: b")
@example("? [a]\n: b\n? {c: d}\n")
@example("{[a]: b, {c: d}: e}")
@example("*a : b")
@example("<<: {title: a}")
@example('"\\ud800": 1')
@example("a: !!binary x")
@settings(max_examples=80, deadline=None)
def test_no_text_makes_it_fail(text: str | bytes) -> None:
    sensible(text)


PLACES = st.tuples(st.integers(0, len(SMALL)), st.integers(0, 40), st.text("\n \t:-[]{}'\"#&*!|>,?abkeyon01\x00", max_size=6))


@given(st.lists(PLACES, min_size=1, max_size=4))
@settings(max_examples=80, deadline=None)
def test_no_mutilated_file_makes_it_fail(changes: list[tuple[int, int, str]]) -> None:
    text = SMALL
    for start, length, new in changes:
        text = text[:start] + new + text[start + length :]
    sensible(text)


@given(st.sampled_from(SLUGS), st.lists(st.tuples(st.integers(0, 700), st.integers(0, 700)), min_size=1, max_size=6))
@settings(max_examples=25, deadline=None)
def test_no_shuffled_real_file_makes_it_fail(slug: str, swaps: list[tuple[int, int]]) -> None:
    lines = text_of(slug).splitlines()
    for one, other in swaps:
        a, b = one % len(lines), other % len(lines)
        lines[a], lines[b] = lines[b], lines[a]
    sensible("\n".join(lines))


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.sampled_from(["lead", "stage_1", "raised", "yes", "2027-01-31", ""]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["key", "name", "acts", "clause", "when"]), inner, max_size=3)
    ),
    max_leaves=6,
)


def paths(data: Any, path: str = "") -> list[str]:
    """The path of every value in the data."""
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    found = []
    for name, value in items:
        here = f"{path}.{name}".lstrip(".")
        found += [here, *paths(value, here)]
    return found


@given(st.dictionaries(st.sampled_from(paths(small())), VALUES, min_size=1, max_size=3))
@settings(max_examples=60, deadline=None)
def test_no_wrong_value_anywhere_makes_it_fail(changes: dict[str, Any]) -> None:
    try:
        data = small(changes)
    except (LookupError, TypeError, AttributeError, ValueError):  # one change took the place of another away
        data = small(dict(list(changes.items())[:1]))
    sensible(yaml.safe_dump(data, allow_unicode=True))
