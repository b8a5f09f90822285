"""What was measured, as a table for people and as JSON for programs. Ratios are claimed; seconds are this machine's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .measuring import Measured
from .pages import TIMES_SMALL

FLOOR = (
    "Bare: a plain Django view of the same rows, behind the same middleware (session, sign-in, membership, scope), chosen by\n"
    "the same question of who may see them; one query for each table, one table as its template. Small: the same page of\n"
    "the small database. Medians, measured in turns in one run."
)


def line(found: Measured) -> dict[str, Any]:
    page = found.page
    budget = {"times_bare": page.most, **({"times_small": TIMES_SMALL} if page.flat else {})}
    if page.seconds:
        budget["seconds"] = page.seconds
    if found.problem:
        return {"page": page.name, "who": page.who, "budget": budget, "holds": False, "problem": found.problem}
    return {
        "page": page.name,
        "who": page.who,
        "p50_ms": {name: round(found.p50(name) * 1000, 2) for name in found.times},
        "times_bare": round(found.times_bare, 2),
        "times_small": round(found.times_small, 2),
        "budget": budget,
        "holds": found.holds,
        **({"lines": found.lines, "process_megabytes": found.megabytes} if page.streamed else {}),
    }


def text(lines: Sequence[dict[str, Any]], *, loaded: dict[str, Any]) -> str:
    head = f"{'page':<36}{'bare':>9}{'page':>9}{'x bare':>8}{'small':>9}{'x small':>9}   holds"
    shown = [head, "-" * len(head)]
    for one in lines:
        if "problem" in one:
            shown.append(f"{one['page']:<36}{one['problem']}")
            continue
        ms = one["p50_ms"]
        flat = f"{one['times_small']:>9.2f}" if "times_small" in one["budget"] else f"{'':>9}"
        shown.append(
            f"{one['page']:<36}{ms['large bare']:>6.1f} ms{ms['large page']:>6.1f} ms{one['times_bare']:>8.2f}"
            f"{ms['small page']:>6.1f} ms{flat}   {'yes' if one['holds'] else 'no'}"
        )
    for one in lines:
        if "lines" in one:
            shown.append(f"{one['page']}: {one['lines']} lines, the process had {one['process_megabytes']} MB at most.")
    sizes = ", ".join(f"{name}: {what['disagreements']} ({what['largest']} in the largest)" for name, what in loaded.items())
    return "\n".join([*shown, "", f"Disagreements in all: {sizes}.", FLOOR])
