"""Every measure of one small autumn (story.py), worked out by hand: the whole of each figure, and what is behind each number.

Raised in the period: A to K, eleven. L was raised on 28 August and ended in September; one was only logged as settled."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from insight import behind, counting
from insight.beside import with_before
from insight.figure import Cell, Figure, Period, Row
from insight.measures import MEASURES, figure
from partnerships.arrangements import Arrangements
from partnerships.scope import forget
from partnerships.services import add_closure
from tests.world import World

from .story import ASKED_AT, AUTUMN, Autumn

PERIOD = Period(*AUTUMN)
IN = "from September to October 2026"
RAISED = f"11 disagreements were raised {IN}"
STAGE_1, STAGE_2 = "Stage 1: Safeguarding leads or managers", "Stage 2: Next tiers of management"
STAGE_3 = "Stage 3: Safeguarding Partners"
SPREAD = ("Disagreements", "Median, in working days", "Shortest to longest")
KEPT = ("Within", "Beyond, with a reason", "Beyond, without one", "Still running")
WRITTEN = (
    "The receiving manager confirms in writing to their counterpart what was agreed and how anything outstanding will be "
    "pursued: within a further 5 working days"
)
TIERS = "The tiers of management, up to the Heads of Service, reach a resolution (one count for all tiers)"
SILENCE = "That may mean that all is well, or that nobody says so"
Flat = tuple[str, tuple[str, ...], tuple[tuple[str, ...], ...]]

BY_HAND: dict[str, Flat] = {
    # Raised: A, B, C, D in September; E to K in October. Ended and still so: L 2, A 21, D 28, C 30 September; G 5, F 6, E 19
    # October. I was opened again; J waits to be confirmed.
    "over-time": (f"{RAISED}, and 7 ended.", ("Month", "Raised", "Ended"),
        (("September 2026", "4", "4"), ("October 2026", "7", "3"), ("All", "11", "7"))),
    "informal": (f"1 disagreement settled by talking was logged {IN}, beside 11 raised.",
        ("Month", "Settled by talking and logged", "Raised"),
        (("September 2026", "0", "4"), ("October 2026", "1", "7"), ("All", "1", "11"))),
    # C reached stage 2 and D stage 3; the other nine stayed on stage 1.
    "stage-reached": (f"{RAISED}. Most often the highest step was {STAGE_1} (9 of the 11).",
        ("Highest step reached", "Disagreements"), ((STAGE_1, "9"), (STAGE_2, "1"), (STAGE_3, "1"), ("All", "11"))),
    "kind-reached": (f"{RAISED}. Most often the highest kind of step was a manager step (9 of the 11).",
        ("Highest kind of step reached", "Disagreements"),
        (("Practitioner step", "0"), ("Manager step", "9"), ("Senior manager step", "1"), ("Partnership step", "1"),
            ("All", "11"))),
    # D went straight to stage 3.
    "route": (f"{RAISED}. Most often: step by step (10 of the 11).", ("How it came there", "Disagreements"),
        (("Step by step", "10"), ("Straight to a higher step", "1"), ("Recorded for two other agencies", "0"),
            ("Raised by several together", "0"), ("All", "11"))),
    "direct": (f"{RAISED}. 1 went straight to a higher step.", ("Straight to a higher step", "Disagreements"),
        (("Highest step reached: practitioner step", "0"), ("Highest step reached: manager step", "0"),
            ("Highest step reached: senior manager step", "0"), ("Highest step reached: partnership step", "1"),
            ("All that went straight there", "1"))),
    "reopened": (f"{RAISED}. 1 was opened again after it had ended.", ("Opened again", "Disagreements"),
        (("Opened again", "1"), ("Not opened again", "10"), ("All", "11"))),
    # Hospital: A, B, C, D, E, J with social care, I with the school. School: F, G with the police. Police: H with the school,
    # K with social care.
    "who-with-whom": (f"{RAISED}, by 3 agencies with 3 agencies.",
        ("Raised by", "With Children's social care", "With Larkfield School", "With Police", "All"),
        (("Larkfield School", "0", "0", "2", "2"), ("Moorside Hospital", "6", "1", "0", "7"), ("Police", "1", "1", "0", "2"),
            ("All", "7", "2", "2", "11"))),
    "repeat-pairs": (f"{RAISED}. Between 2 pairs of agencies there was more than one.",
        ("Between", "Disagreements", "Raised by the first", "Raised by the second"),
        (("Children's social care and Moorside Hospital", "6", "0", "6"), ("Larkfield School and Police", "3", "2", "1"))),
    # Social care raised none. It received A, B, C, D, E, J, K, and in the twelve months also L and the one that was settled.
    "silent-agencies": (
        f"1 of the 4 agencies raised none in the 12 months to 31 October 2026. {SILENCE}.",
        ("Agency", "Sector", "Size", "Expected in a year", "Received in that time", "Last raised one"),
        (("Children's social care", "Social care", "Not entered", "Not entered", "9", "Never, as far as is recorded"),)),
    # D alone is of the second category.
    "category": (f"{RAISED}. The most frequent is levels of need and intervention (thresholds) (10 of the 11).",
        ("Category", "Disagreements"),
        (("Levels of need and intervention (thresholds)", "10"),
            ("Handling of referrals or requests for services between agencies", "1"),
            ("Roles and responsibilities not understood", "0"), ("Decision making and action to be taken", "0"),
            ("Planning", "0"),
            ("Another professional's action or inaction affecting a child's or family member's safety", "0"),
            ("Communication and sharing of information", "0"), ("Drift or unreasonable delay", "0"),
            ("Provision of services", "0"), ("All", "11"))),
    "common-category": (f"{RAISED}. The most frequent is thresholds and levels of need (10 of the 11).",
        ("Category of the common list", "Disagreements"),
        (("Thresholds and levels of need", "10"), ("Referrals", "1"), ("Roles and responsibilities", "0"), ("Decisions", "0"),
            ("Planning", "0"), ("Actions not done", "0"), ("Communication", "0"), ("Drift and delay", "0"),
            ("Provision of services", "0"), ("Conferences", "0"), ("Moves between services", "0"), ("Not attending", "0"),
            ("Other", "0"), ("All", "11"))),
    # The protocol has no list of statuses.
    "child-status": ("The protocol has no list of what is known of a child, so nobody is asked for it.",
        ("The child", "Disagreements"), ()),
    # "H-1" and " h-1 " are one reference: A and B. D gave none.
    "repeat-children": (f"{RAISED}. One child had more than one. 1 gave no reference for a child.",
        ("Child", "Disagreements", "First raised", "Last raised"),
        (("Child 1", "2", "15 September 2026", "16 September 2026"),)),
    # A 1 (15 to 16 September), C 8 (17 to 29), D 4 (22 to 28), E 9 (5 to 16 October), H 2 (12 to 14), I 1 (13 to 14), J 4 (19 to
    # 23): 1 1 2 4 4 8 9. Of the manager step 1 1 2 4 9. B, F, G and K had none.
    "first-answer": (
        "Of the 7 that were answered, half took 4 working days or less; the longest took 9 working days. 4 have had no answer.",
        ("To the first answer", *SPREAD),
        (("All", "7", "4", "1 to 9"), ("Highest: manager step", "5", "2", "1 to 9"),
            ("Highest: senior manager step", "1", "8", "8"), ("Highest: partnership step", "1", "4", "4"),
            ("No answer yet", "4", "–", "–"))),
    # Stage 1: A 4 (15 to 21 September), C 5 (17 to 24), E 10 (5 to 19 October), F 3, G 1, I 2, L 2 (28 August to 2 September: 31
    # August is a bank holiday): 1 2 2 3 4 5 10. Stage 2: C 4 (24 to 30). Stage 3: D 4 (22 to 28).
    "per-step": (f"9 stays on a step came to their end {IN}.", ("Step", "Stays on it", *SPREAD[1:]),
        ((STAGE_1, "7", "3", "1 to 10"), (STAGE_2, "1", "4", "4"), (STAGE_3, "1", "4", "4"))),
    # A 3, C 8, E 9, J 4, L 1: 1 3 4 8 9; of the manager step 1 3 4 9, whose middle is 3.5. D was decided; I's holds no longer.
    "to-agreement": ("Of the 5 whose sides agreed, half took 4 working days or less; the longest took 9 working days.",
        ("To agreeing", *SPREAD),
        (("All", "5", "4", "1 to 9"), ("Highest: manager step", "4", "3.5", "1 to 9"),
            ("Highest: senior manager step", "1", "8", "8"))),
    # A 4, C 9, D 4, E 10, L 2: 2 4 4 9 10; of the manager step 2 4 10.
    "to-resolution": ("Of the 5 that were resolved, half took 4 working days or less; the longest took 10 working days.",
        ("To resolving", *SPREAD),
        (("All", "5", "4", "2 to 10"), ("Highest: manager step", "3", "4", "2 to 10"),
            ("Highest: senior manager step", "1", "9", "9"), ("Highest: partnership step", "1", "4", "4"))),
    # A alone: 15 to 23 September.
    "to-closing": ("The one that was closed took 6 working days.", ("To closing", *SPREAD),
        (("All", "1", "6", "6"), ("Highest: manager step", "1", "6", "6"))),
    # Of each below, added up: within 6 + 1 + 1 + 7 + 4, without 3 + 5 + 1.
    "timescales": (
        f"{RAISED}. Of 29 timescales that ended or were passed: 19 within, 1 beyond with a reason, 9 beyond without one.",
        ("How firm", *KEPT), (("A guide", "19", "1", "9", "2"), ("All", "19", "1", "9", "2"))),
    # Stage 1: A, C, F, G, I and J ended in time; E's five days were up on 12 October, and it was agreed on 16, within the 19 that
    # was set with a reason; B, H and I since it was opened again are beyond; K runs until 5 November. Stage 2: C. Stage 3: D.
    # Progress: A, C on both stages, D, F, G, I; beyond B, E (resolved on 19, due 12 October), H, I again, J; K runs.
    # In writing: A, C, E, I; J is beyond since 30 October.
    "each-timescale": (f"{RAISED}. 3 kinds of timescale were passed at least once.", ("Timescale", *KEPT),
        (("The safeguarding leads or managers of both sides talk and seek a resolution: within 5 working days",
                "6", "1", "3", "1"),
            (f"{TIERS}: no longer than 5 working days", "1", "0", "0", "0"),
            ("The Safeguarding Partners reach a conclusion: within 5 working days", "1", "0", "0", "0"),
            ("A summary of progress goes to the Partnership: by the end of the 5th working day, and every 5 working days",
                "7", "0", "5", "1"),
            (WRITTEN, "4", "0", "1", "0"))),
    # Agreed A, C, E; decided D; F; G; J; B, H, I, K.
    "how-ended": (f"{RAISED}. Most often: being worked on (4 of the 11).", ("How it ended, or where it is", "Disagreements"),
        (("The two sides agreed", "3"), ("It was decided for them", "1"), ("Withdrawn", "1"), ("Referred elsewhere", "1"),
            ("Agreed, to be confirmed in writing", "1"), ("Being worked on", "4"), ("All", "11"))),
    # Resolved: A, C, D, E, L. Told: A, D, E. A is satisfied, D is not.
    "raiser-told": (f"5 disagreements were resolved {IN}. The raiser was told in 3 of the 5.", ("The raiser", "Disagreements"),
        (("Told of the outcome", "3"), ("Not recorded that they were told", "2"), ("All", "5"))),
    "raiser-satisfied": (f"5 disagreements were resolved {IN}. 2 raisers said whether they are satisfied: 1 yes, 1 no.",
        ("The raiser, or their side", "Disagreements"),
        (("Satisfied", "1"), ("Not satisfied", "1"), ("Not asked, or not said", "3"), ("All", "5"))),
    # A's one is done; K has two, of which one was to be done by 30 October. It is asked on 2 November.
    "outstanding-actions": (f"3 actions were recorded for those raised {IN}. 2 are still to be done, 1 of them beyond the date.",
        ("What was to be done", "Actions", "Disagreements"),
        (("Done", "1", "–"), ("Still to be done", "2", "1"), ("Of these, beyond their date", "1", "1"))),
}  # fmt: skip


@pytest.fixture
def autumn(barnsley: World) -> Iterator[Autumn]:
    told = Autumn(barnsley)
    with barnsley.scope():
        yield told


def flat(made: Figure) -> Flat:
    rows = (*made.rows, made.total) if made.total else made.rows
    return made.says, made.head, tuple((row.name, *(cell.words for cell in row.cells)) for row in rows)


def test_every_measure_is_what_was_worked_out_by_hand(autumn: Autumn) -> None:
    made = {key: figure(key, PERIOD, at=ASKED_AT) for key in MEASURES}
    assert {key: flat(one) for key, one in made.items()} == BY_HAND
    every_number_opens_to_as_many(made)
    whole_values(autumn, made)
    of_none_and_of_one()
    published()
    beside_what_was_before()
    days_off_that_are_learned_of_later(autumn)
    assert counting.differing([d.pk for d in autumn.d.values()]) == []


def every_number_opens_to_as_many(made: dict[str, Figure]) -> None:
    for one in made.values():
        for row in (*one.rows, *([one.total] if one.total else [])):
            for cell in row.cells:
                assert cell.behind == "" or behind.behind(cell.behind, PERIOD, at=ASKED_AT).exists(), (one.key, cell)
                if cell.count is not None:
                    found = behind.behind(cell.behind, PERIOD, at=ASKED_AT).count() if cell.behind else 0
                    assert found == cell.count, (one.key, row.name, cell)


def whole_values(autumn: Autumn, made: dict[str, Figure]) -> None:
    """Two figures to the last part, and the lists behind some numbers by name."""
    october = "on=2026-10-01:2026-10-31"
    assert made["over-time"].rows[1] == Row(
        "2026-10-01", "October 2026", (Cell("7", 7, f"raised/{october}"), Cell("3", 3, f"ended/{october}")), (7.0, 3.0)
    )
    assert made["first-answer"].rows[0] == Row(
        "all", "All", (Cell("7", 7, "raised/answered=yes"), Cell("4"), Cell("1 to 9")), (4.0, 1.0, 9.0)
    )
    of = {d.pk: letter for letter, d in autumn.d.items()}

    def letters(key: str) -> str:
        return "".join(sorted(of[d.pk] for d in behind.behind(key, PERIOD, at=ASKED_AT)))

    assert letters("raised/timescale=reason") == "E"
    assert letters("raised/timescale=without~~main:progress_update") == "BEHIJ"
    assert letters("left/step=main:stage_1") == "ACEFGIL"
    assert letters("resolved/told=no") == "CL"
    for nobodys in ("raised/told=perhaps", "elsewhere", "raised/raiser=x", "raised/colour=red", "raised/on=today", "raised/x"):
        with pytest.raises(behind.UnknownKey):
            behind.behind(nobodys, PERIOD)


def of_none_and_of_one() -> None:
    """Every sentence is true where there was nothing, and where there was one (D, on 22 September)."""
    nothing, one = Period(date(2025, 2, 1), date(2025, 2, 28)), Period(date(2026, 9, 22), date(2026, 9, 22))
    empty = {key: figure(key, nothing, at=ASKED_AT) for key in MEASURES if key != "silent-agencies"}
    assert [key for key, made in empty.items() if made.rows or made.total or made.n] == []
    none = "No disagreements were raised in February 2025"
    told = {made.says for made in empty.values()}
    assert told == {
        f"{none}.", f"{none}, and none ended.",
        "No disagreements settled by talking were logged in February 2025, beside none raised.",
        "No disagreement left a step in February 2025.", "No outcome that still stands was agreed in February 2025.",
        "None was resolved in February 2025.", "None was closed in February 2025.",
        "No disagreements were resolved in February 2025.",
        "No action was recorded for those raised in February 2025.",
    }  # fmt: skip
    day = "1 disagreement was raised on 22 September 2026"
    alone = {key: figure(key, one, at=ASKED_AT).says for key in MEASURES}
    assert alone["over-time"] == f"{day}, and none ended."
    assert alone["stage-reached"] == f"{day}. The highest step that it reached is {STAGE_3}."
    assert alone["route"] == f"{day}. It came there so: straight to a higher step."
    assert alone["category"] == f"{day}. It is about handling of referrals or requests for services between agencies."
    assert alone["how-ended"] == f"{day}. Now: it was decided for them."
    assert alone["first-answer"] == "The one that was answered took 4 working days."
    assert alone["repeat-pairs"] == f"{day}. No two agencies had more than one between them."
    kept = "Of 2 timescales that ended or were passed: 2 within, 0 beyond with a reason, 0 beyond without one"
    assert alone["timescales"] == f"{day}. {kept}."


def published() -> None:
    """Of the year only the quarters that are over: L, and A to D. Social care received all five of them from the hospital."""
    Arrangements.objects.create(suppress_below=3)
    forget("arrangements")
    year, told = Period(date(2026, 1, 1), date(2026, 12, 31)), "from January to September 2026"
    made = {key: figure(key, year, at=ASKED_AT, published=True) for key in MEASURES}
    assert [(row.name, *(cell.words for cell in row.cells)) for row in made["over-time"].rows] == [
        ("January to March 2026", "0", "0"), ("April to June 2026", "0", "0"), ("July to September 2026", "5", "4"),
    ]  # fmt: skip
    # Four of one category, and D: to hide D alone would tell it.
    assert [row.cells[0].words for row in made["common-category"].rows if row.cells[0].words != "0"] == [
        "not shown", "fewer than 3",
    ]  # fmt: skip
    # What another table adds up: a category of its own, a step of its kind, a timescale of those as firm.
    assert {made[key].says for key in ("category", "stage-reached", "each-timescale")} == {"There were too few to be shown."}
    assert flat(made["who-with-whom"])[2] == (("Moorside Hospital", "5", "5"), ("All", "5", "5"))
    assert flat(made["to-resolution"])[2] == (("All", "4", "4", "Not shown"),)
    assert made["common-category"].says == f"This is about 5 disagreements {told}. Small numbers are not shown."
    # Three agreed, one was decided, one is open: "fewer than 3" twice beside a three under a five could only be two ones.
    assert made["how-ended"].says == "There were too few to be shown."
    assert made["to-closing"].says == "There were too few to be shown."
    assert [key for key, one in made.items() if one.says.startswith("This is for the partnership alone")] == [
        "repeat-pairs", "silent-agencies", "repeat-children", "per-step", "outstanding-actions",
    ]  # fmt: skip
    assert [cell.behind for one in made.values() for row in one.rows for cell in row.cells if cell.behind] == []
    none_over = "Numbers are published of whole quarters that are over, and none of these is."
    assert figure("category", PERIOD, at=ASKED_AT, published=True).says == none_over


def beside_what_was_before() -> None:
    """October beside September, row by row; the earlier numbers open to their own lists."""
    october, september = (Period(date(2026, month, 1), date(2026, month, last)) for month, last in ((10, 31), (9, 30)))
    made = with_before("how-ended", october, september, at=ASKED_AT)
    assert made.head == (
        "How it ended, or where it is", "Disagreements", "Disagreements, September 2026"
    )  # fmt: skip
    assert flat(made)[2] == (
        ("The two sides agreed", "1", "2"), ("It was decided for them", "0", "1"), ("Withdrawn", "1", "0"),
        ("Referred elsewhere", "1", "0"), ("Agreed, to be confirmed in writing", "1", "0"), ("Being worked on", "3", "1"),
        ("All", "7", "4"),
    )  # fmt: skip
    then = made.rows[0].cells[1].behind
    assert behind.behind(then, october, at=ASKED_AT).count() == 2


def days_off_that_are_learned_of_later(autumn: Autumn) -> None:
    """Nothing that is kept depends on the calendar: a day off that is entered afterwards is counted at once."""
    add_closure(day=date(2026, 9, 17), name="Training day")
    forget("calendar")
    made = figure("to-closing", PERIOD, at=ASKED_AT)
    assert made.says == "The one that was closed took 5 working days."
