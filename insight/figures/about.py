"""What they are about: categories, local and common, what is known of the child, and children with more than one."""

from __future__ import annotations

from django.db.models import Count, Max, Min, Q

from .. import naming, periods
from ..figure import Cell, Figure, Row
from ..making import RAISED, Asked, cell, counts_by, listing, raised_words, with_more_to_say

NOT_ASKED = "The protocol has no list of what is known of a child, so nobody is asked for it."


def category(asked: Asked) -> Figure:
    counts = counts_by(asked, RAISED, "line", "category")
    return listing(
        asked,
        naming.categories(),
        counts,
        head="Category",
        narrow="category",
        one="It is about {name}.",
        most="The most frequent is {name} ({count}).",
    )


def common_category(asked: Asked) -> Figure:
    counts = counts_by(asked, RAISED, "common")
    return listing(
        asked,
        naming.common(),
        counts,
        head="Category of the common list",
        narrow="common",
        one="It is about {name}.",
        most="The most frequent is {name} ({count}).",
    )


def child_status(asked: Asked) -> Figure:
    """Where no protocol asks for it, that nobody answered would be no finding."""
    counts, names = counts_by(asked, RAISED, "line", "child_status"), naming.child_statuses()
    if counts and not names and all(not status for _, status in counts):
        return Figure("", "", ("The child", "Disagreements"), (), NOT_ASKED, sum(counts.values()), unit="disagreements")
    return listing(
        asked,
        names,
        counts,
        head="The child",
        narrow="child-status",
        one="Of the child it is known: {name}.",
        most="Most often it is known of the child: {name} ({count}).",
    )


def repeat_children(asked: Asked) -> Figure:
    """References that more than one gives, by when the first was raised; the reference itself is not shown."""
    raised = asked.rows_of(RAISED)
    n, without = raised.aggregate(n=Count("pk"), without=Count("pk", filter=Q(child=""))).values()
    again = raised.exclude(child="").values_list("child").annotate(count=Count("pk")).filter(count__gt=1)
    measured = again.annotate(first=Min("raised_on"), last=Max("raised_on")).order_by("first", "child")
    rows = [
        Row(
            child[:12],
            f"Child {number}",
            (cell(count, RAISED.narrowed(child=child)), Cell(periods.day_words(first)), Cell(periods.day_words(last))),
            (float(count), None, None),
        )
        for number, (child, count, first, last) in enumerate(measured, start=1)
    ]
    head = ("Child", "Disagreements", "First raised", "Last raised")
    figure = Figure("", "", head, tuple(rows), f"{raised_words(asked, n)}.", n, unit="disagreements")
    if not n:
        return figure
    more = {0: "No reference for a child was given twice.", 1: "One child had more than one."}
    left_out = ""
    if without:
        left_out = f"{without} gave no reference for a child." if without < n else "None of them gave a reference for a child."
    return with_more_to_say(figure, more.get(len(rows), f"{len(rows)} children had more than one."), left_out)
