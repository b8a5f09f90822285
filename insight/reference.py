"""The manual's page of every figure: what counts, what does not, and what to know before reading anything into it."""

from __future__ import annotations

MADE = "<!-- Written by `make docs` from the code; do not edit. -->\n"
HOW = """What is counted is worked out of the record alone: the chronology, its clocks and its actions. It is kept beside each
disagreement and follows it within seconds; a page that is asked for before says how many are not counted yet. Days are
working days, by the days off that are known when the page is asked for. A disagreement counts in the period in which it
was raised, unless a figure says otherwise. One that was opened again counts as it stands now, so that the figures of an
earlier period can change. Those settled by talking and only logged stand in a figure of their own. Two that were put
together count once. Of a record that was destroyed a figure says that there was one, and holds nothing else of it.

Where a figure is published, whole quarters that are over are counted, small numbers are hidden together with those from
which they could be worked out, of times only the median is shown, and figures that name agencies or point at children
are left out.
"""


def figures_page() -> str:
    from .hiding import Adds  # noqa: PLC0415  (it reads models, which are there only once all apps are)
    from .measures import MEASURES, THEME_TITLES, Theme  # noqa: PLC0415

    lines = [MADE, "# Figures\n", HOW]
    for theme in Theme:
        lines.append(f"## {THEME_TITLES[theme]}\n")
        for measure in (one for one in MEASURES.values() if one.theme == theme):
            lines += [f"### {measure.title}\n", f"- **Counts.** {measure.counts}"]
            lines += [f"- **Leaves out.** {measure.leaves_out}"] if measure.leaves_out else []
            lines += [f"- **Fair.** {measure.fair}"] if measure.fair else []
            lines += ["- **Not published.**"] if measure.adds is Adds.NOT else []
            lines.append("")
    return "\n".join(lines).rstrip() + "\n"
