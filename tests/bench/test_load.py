"""The tool of many people and the form of raising: what it fills in, what it calls an error, how it counts. It is run by hand."""

from __future__ import annotations

import os

from bench.clients import Answered
from bench.load import memory, report
from bench.load.filling import WORDS, Form
from bench.raising import told

PAGE = """
<form method="post" action="/language/"><input name="language" value="cy"></form>
<form method="post" novalidate data-keep>
  <input type="hidden" name="held" value="abc"><input type="radio" name="part" value="worker"><input type="radio" name="part"
  value="lead"><input type="radio" name="to" value="one:1"><input type="checkbox" name="flags" value="none">
  <input name="when-day"><input name="when-month"><input name="when-year"><input name="worker_name" value="Robin">
  <textarea name="concern">
</textarea><textarea name="evidence">As &amp; before</textarea>
  <select name="receiving_lead_member"><option value="">Choose</option><option value="7">Ash</option></select>
  <button name="later" value="yes">Later</button>
</form><form method="post" data-keep><input name="another"></form>
"""


def test_a_form_is_sent_as_a_person_would_fill_it() -> None:
    """What is known, else what stands there, else something; one of each question's radios; no second button."""
    known = {"part": "lead", "flags": ["none"], "when": {"day": "4", "month": "5", "year": "2026"}}
    assert dict(Form(PAGE).sent(known)) == {
        "held": "abc",
        "part": "lead",
        "to": "one:1",
        "flags": "none",
        "when-day": "4",
        "when-month": "5",
        "when-year": "2026",
        "worker_name": "Robin",
        "concern": WORDS,
        "evidence": "As & before",
        "receiving_lead_member": "7",
    }
    assert dict(Form(PAGE).sent({}))["part"] == "worker"
    assert Form("<p>No form.</p>").action is None


def test_memory_is_read_of_every_process_and_grows_in_per_cent() -> None:
    own = memory.sample({"tests": os.getsid(0)})
    assert [name for name in own if f"({os.getpid()})" in name] != []
    assert min(own.values()) > 0
    assert memory.growth({"a": 100, "b": 200, "gone": 1}, {"a": 105, "b": 190, "new": 1}) == {"a": 5.0, "b": -5.0}


def test_a_run_holds_only_without_an_error_a_loss_or_a_broken_chain() -> None:
    told_by_locust = {"pages": [], "wrong": [], "requests": 9, "errors": 0, "a_second": 1.5}
    early, late = (
        {"web 0 (1)": 1000, "web 1 (2)": 1000, "postgres 0 (3)": 1},
        {"web 0 (1)": 1030, "web 1 (2)": 1000, "web 2 (4)": 5},
    )
    sound = {"early": early, "late": late, "lost": [], "chain": True, "unprompted": []}
    line = report.found(told_by_locust, **sound)
    assert (line["holds"], line["memory_grown"]) == (True, 1.5)
    assert line["processes_that_came_or_went"] == ["postgres 0 (3)", "web 2 (4)"]
    broken = [{"lost": ["bench-1 T1-0003"]}, {"chain": False}]
    assert [report.found(told_by_locust, **{**sound, **one})["holds"] for one in broken] == [False, False]
    assert report.found({**told_by_locust, "errors": 1}, **sound)["holds"] is False
    assert report.found({**told_by_locust, "requests": 0}, **sound)["holds"] is False


def runs(seconds: float, places: list[str], status: int = 302) -> list[Answered]:
    return [Answered([seconds] * len(places), {status: len(places)}, places, seconds * len(places))]


def test_raising_holds_at_half_of_the_bare_form_where_each_was_raised_once() -> None:
    bare, each = runs(0.1, ["/p/a/"] * 4), [f"/p/a/d/A-{n}/raised/" for n in range(4)]
    counted = {"written": {"escalation_disagreement": 1}, "fields": 40}
    line = told({"bare": bare, "raising": runs(0.2, each)}, **counted)
    assert (line["share_of_bare"], line["each_once"], line["holds"]) == (0.5, True, True)
    assert told({"bare": bare, "raising": runs(0.21, each)}, **counted)["holds"] is False
    assert told({"bare": bare, "raising": runs(0.1, each[:1] * 4)}, **counted)["holds"] is False
    assert told({"bare": bare, "raising": runs(0.1, each, status=409)}, **counted)["holds"] is False
