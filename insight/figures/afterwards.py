"""What came of them: how they ended, whether the raiser was told and is satisfied, and what is still to be done."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import DateField, F, Func, IntegerField, Sum, Value
from django.db.models.functions import Coalesce

from partnerships import selectors as partnership_selectors

from ..cohorts import Cohort
from ..figure import Cell, Figure, Row
from ..making import RAISED, Asked, Named, cell, counts_by, listing, row, said, with_more_to_say
from ..models import Ending

RESOLVED = Cohort("resolved")
ENDINGS = (Ending.AGREED, Ending.DECIDED, Ending.WITHDRAWN, Ending.REFERRED, Ending.AWAITING, Ending.OPEN)


def how_ended(asked: Asked) -> Figure:
    names = [Named(one.value, one.label, one.value) for one in ENDINGS]
    return listing(
        asked, names, counts_by(asked, RAISED, "ending"), head="How it ended, or where it is", narrow="ending",
        one="Now: {name}.", most="Most often: {name} ({count}).",
    )  # fmt: skip


def _resolved_words(asked: Asked, n: int) -> str:
    return said(n, "{n} disagreement was resolved", "{n} disagreements were resolved") + f" {asked.when}."


def raiser_told(asked: Asked) -> Figure:
    """Of those resolved in the period: whether it is recorded that the raiser was told of the outcome that stands."""
    counts = counts_by(asked, RESOLVED, "told")
    n, told = sum(counts.values()), counts.get(True, 0)
    rows = (
        row("yes", "Told of the outcome", cell(told, RESOLVED.narrowed(told="yes"))),
        row("no", "Not recorded that they were told", cell(n - told, RESOLVED.narrowed(told="no"))),
    )
    total = row("all", "All", cell(n, RESOLVED)) if n else None
    figure = Figure("", "", ("The raiser", "Disagreements"), rows if n else (), _resolved_words(asked, n), n, total=total,
                    unit="disagreements")  # fmt: skip
    if not n:
        return figure
    if n == 1:
        return with_more_to_say(figure, "The raiser was told." if told else "It is not recorded that the raiser was told.")
    who = {0: "in none of them", n: "in both" if n == 2 else f"in all {n}"}.get(told, f"in {told} of the {n}")
    return with_more_to_say(figure, f"The raiser was told {who}.")


def raiser_satisfied(asked: Asked) -> Figure:
    counts = counts_by(asked, RESOLVED, "satisfied")
    n, yes, no = sum(counts.values()), counts.get("yes", 0), counts.get("no", 0)
    rows = (
        row("yes", "Satisfied", cell(yes, RESOLVED.narrowed(satisfied="yes"))),
        row("no", "Not satisfied", cell(no, RESOLVED.narrowed(satisfied="no"))),
        row("not-said", "Not asked, or not said", cell(counts.get("", 0), RESOLVED.narrowed(satisfied=""))),
    )
    total = row("all", "All", cell(n, RESOLVED)) if n else None
    figure = Figure("", "", ("The raiser, or their side", "Disagreements"), rows if n else (), _resolved_words(asked, n), n,
                    total=total, unit="disagreements")  # fmt: skip
    if not n:
        return figure
    if yes + no == 0:
        return with_more_to_say(figure, "Whether the raiser is satisfied is not recorded.")
    if yes + no == 1:
        return with_more_to_say(figure, f"1 raiser said that they are {'satisfied' if yes else 'not satisfied'}.")
    return with_more_to_say(
        figure, f"{yes + no} raisers said whether they are satisfied: {yes or 'none'} yes, {no or 'none'} no."
    )


def _late(still: int, beyond: int) -> str:
    if still == 1:
        return "and its date has gone by" if beyond else "and its date has not gone by"
    return f"{beyond or 'none'} of them beyond the date"


def outstanding_actions(asked: Asked) -> Figure:
    """Actions of those raised in the period that nobody has finished yet, as it is now; beyond, those whose day has gone by."""
    today = partnership_selectors.today(asked.at)
    rows = asked.rows_of(RAISED)
    still_open = Func(F("actions_open"), function="cardinality", output_field=IntegerField())
    # The days are kept in order: those that have gone by are found by looking for yesterday among them.
    yesterday = Value(today - timedelta(days=1), output_field=DateField())
    gone_by = Func(yesterday, F("actions_open"), function="width_bucket", output_field=IntegerField())
    sums = rows.aggregate(every=Coalesce(Sum("actions"), 0), still=Coalesce(Sum(still_open), 0), beyond=Coalesce(Sum(gone_by), 0))
    waiting, late = asked.count(RAISED.narrowed(action="any")), asked.count(RAISED.narrowed(action="beyond"))
    every, still, beyond = sums["every"], sums["still"], sums["beyond"]
    of_actions = [
        ("open", "Still to be done", still, waiting, "any"),
        ("beyond", "Of these, beyond their date", beyond, late, "beyond"),
    ]
    shown = [Row(key, name, (Cell(str(count)), cell(of, RAISED.narrowed(action=narrow))), (float(count), float(of)))
             for key, name, count, of, narrow in of_actions]  # fmt: skip
    n = asked.count(RAISED)
    done = Row("done", "Done", (Cell(str(every - still)), Cell("–")), (float(every - still), None))
    if not every:
        says = f"No action was recorded for those raised {asked.when}."
    else:
        says = said(every, "{n} action was recorded", "{n} actions were recorded") + f" for those raised {asked.when}. "
        says += said(still, "{n} is still to be done", "{n} are still to be done").replace("No are", "None is")
        says += f", {_late(still, beyond)}." if still else "."
    rows_shown = (done, *shown) if every else ()
    return Figure("", "", ("What was to be done", "Actions", "Disagreements"), rows_shown, says, n, unit="actions")
