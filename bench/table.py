"""What was measured, as a table for people and as JSON for programs. Ratios are claimed; seconds are this machine's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .measuring import Measured
from .pages import TIMES_SMALL

FLOOR = (
    "Bare: a plain Django view of the same rows, behind the same middleware (session, sign-in, membership, scope), chosen by\n"
    "the same question of who may see them; one query for each table, one table as its template. Smallest: the same page of\n"
    "the smallest database. Medians, measured in turns in one run; queries as one more opening counts them. At work: the same\n"
    "ratio of the processor's time in the serving process alone, which a busy machine does not change as much."
)


def line(found: Measured) -> dict[str, Any]:
    page = found.page
    budget = {"times_bare": page.most, **({"times_smallest": TIMES_SMALL} if page.flat else {})}
    if page.seconds:
        budget["seconds"] = page.seconds
    told: dict[str, Any] = {"page": page.name, "who": page.who, "budget": budget, "holds": found.holds}
    if found.problem:
        return told | {"problem": found.problem}
    return told | {"sizes": [_at(found, size) for size in found.sizes]}


def _at(found: Measured, size: int) -> dict[str, Any]:
    return {
        "disagreements": size,
        "bare_ms": round(found.p50(size, "bare") * 1000, 2),
        "page_ms": round(found.p50(size, "page") * 1000, 2),
        "times_bare": round(found.times_bare(size), 2),
        "times_bare_at_work": round(found.times_bare_at_work(size), 2) if found.cpu else None,
        "times_smallest": round(found.times_small(size), 2),
        "queries": found.queries.get(size),
        "holds": found.holds_at(size),
        **({"lines": found.lines[size], "process_megabytes": found.megabytes[size]} if found.page.streamed else {}),
    }


def text(lines: Sequence[dict[str, Any]], *, loaded: dict[str, Any]) -> str:
    head = (
        f"{'page':<34}{'in all':>10}{'bare':>11}{'page':>11}{'x bare':>8}{'at work':>9}{'x smallest':>12}{'queries':>9}   holds"
    )
    shown = [head, "-" * len(head)]
    for one in lines:
        if "problem" in one:
            shown.append(f"{one['page']:<34}{one['problem']}")
            continue
        flat = "times_smallest" in one["budget"]
        for number, at in enumerate(one["sizes"]):
            name, small = one["page"] if number == 0 else "", format(at["times_smallest"], ".2f") if flat else ""
            times = f"{at['bare_ms']:>8.1f} ms{at['page_ms']:>8.1f} ms{at['times_bare']:>8.2f}{at['times_bare_at_work'] or '':>9}"
            held = f"{small:>12}{at['queries'] or '':>9}  {'yes' if at['holds'] else 'no'}"
            shown.append(f"{name:<34}{at['disagreements']:>10}{times}{held}")
    for one in lines:
        for at in one.get("sizes", ()):
            if "lines" in at:
                shown.append(f"{one['page']}: {at['lines']} lines, the process had {at['process_megabytes']} MB at most.")
    sizes = ", ".join(f"{name} ({what['largest']} in the largest partnership)" for name, what in loaded.items())
    return "\n".join([*shown, "", f"Disagreements in all: {sizes}.", FLOOR])
