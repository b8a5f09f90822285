"""Every problem that a draft can have is said in the words of the form: no word of the file, and the step's local name."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from partnerships.editor.sections_words import plain_sentences
from partnerships.protocol import Protocol
from partnerships.protocol_problems import problems_with
from tests.protocols_as_data import small as smallest
from tests.protocols_as_data.small import GONE, small

CASES = yaml.safe_load((Path(smallest.__file__).parent / "problems.yml").read_text(encoding="utf-8"))
# A key with an underscore, a field with its value, or a mark that stood for nothing.
OF_THE_FILE = re.compile(r"\b[a-z]+_[a-z_]+\b|: (?:true|false)\b|\b(?:by|kind|side|role|answer|assumption|panel|when): |[<>]")
QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"")


def said(changes: dict[str, Any]) -> list[str]:
    plain = {path: GONE if value == "(gone)" else value for path, value in changes.items()}
    protocol = Protocol.model_validate(small(plain))
    return plain_sentences(protocol, problems_with(protocol))


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_no_word_of_the_file_is_left(case: dict[str, Any]) -> None:
    (sentence,) = said(case["changes"])
    # What somebody wrote, or a key that nothing has, is quoted as it stands.
    assert not OF_THE_FILE.search(QUOTED.sub("", sentence)), sentence


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"stages.3.authority": "(gone)"},
            (
                "Level “Partners” is the last one, and nobody could end a disagreement there. "
                "Answer “Can somebody end a disagreement here that is not agreed” with yes."
            ),
        ),
        (
            {"roles.4.may_decide": False},
            (
                "The authority of level “Partners” is role “Partner”, which may not decide. "
                "Tick “They may decide a disagreement” on the role."
            ),
        ),
        (
            {"time_limits.0.starts_on": []},
            (
                "Clock “The managers talk (within 5 working days)” never starts, because nothing is ticked under "
                "“What starts it”. Tick at least one."
            ),
        ),
        (
            {"time_limits.0.held_by": "raising", "time_limits.0.holder": "lead"},
            (
                "Clock “The managers talk (within 5 working days)” is held by “The raising side”, but “Lead (both sides)” is "
                "not. Choose “Lead (raising side only)”, or change “Whose time is it”."
            ),
        ),
        (
            {"stages.1.opens_here": False},
            "A disagreement can start nowhere. Tick “A disagreement can start here” on the lowest recorded level.",
        ),
    ],
)
def test_the_remedy_is_what_the_form_offers(changes: dict[str, Any], sentence: str) -> None:
    assert said(changes | {"step_word": "level"}) == [sentence]
