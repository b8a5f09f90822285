"""What a run with many people came to, as a table for people and as JSON for programs; runs nothing itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from . import memory

MOST_GROWTH = 5.0


def found(
    told: Mapping[str, Any], *, early: Mapping[str, int], late: Mapping[str, int], lost: Sequence[str], chain: bool,
    unprompted: Sequence[str], **more: Any,
) -> dict[str, Any]:  # fmt: skip
    grown = memory.growth(early, late)
    kept = [
        {"process": name, "early_mb": round(early[name] / 1024, 1), "late_mb": round(late[name] / 1024, 1), "grown": grown[name]}
        for name in grown
    ]
    restarted = sorted(set(early) ^ set(late))
    whole = sum(late[name] for name in grown if not name.startswith("postgres"))
    before = sum(early[name] for name in grown if not name.startswith("postgres"))
    return {
        **more,
        **told,
        "memory": kept,
        "memory_grown": round((whole / before - 1) * 100, 1) if before else 0.0,
        "processes_that_came_or_went": restarted,
        "lost_or_twice": list(lost),
        "chain_holds": chain,
        "logged": list(unprompted),
        "holds": bool(told["requests"]) and not told["errors"] and not lost and chain,
    }


def text(line: Mapping[str, Any]) -> str:
    head = f"{'page':<30}{'requests':>10}{'errors':>8}{'p50':>9}{'p95':>9}{'most':>9}"
    shown = [head, "-" * len(head)]
    for one in line["pages"]:
        shown.append(
            f"{one['page']:<30}{one['requests']:>10}{one['errors']:>8}{one['p50_ms']:>6.0f} ms{one['p95_ms']:>6.0f} ms"
            f"{one['most_ms']:>6.0f} ms"
        )
    who = f"{line['people']} people in {line['partnerships']} partnerships, {line['minutes']:g} minutes"
    shown += ["", f"{who}: {line['requests']} requests, {line['a_second']} a second, {line['errors']} errors."]
    shown.append(f"Served by {line['served']}.")
    chains = "hold" if line["chain_holds"] else "DO NOT HOLD"
    shown.append(f"Raised and answered: {line['raised']}; lost or twice: {len(line['lost_or_twice'])}. The chains {chains}.")
    since = f"from minute {line['early_minute']:g} to the end"
    shown.append(f"Memory {since}: {line['memory_grown']:+.1f} % (aim: at most {MOST_GROWTH:g} %).")
    for one in line["memory"]:
        shown.append(f"  {one['process']:<28}{one['early_mb']:>9.1f} MB{one['late_mb']:>9.1f} MB{one['grown']:>+8.1f} %")
    shown += [f"  came or went: {name}" for name in line["processes_that_came_or_went"]]
    shown += [f"  WRONG {one['times']} x {one['page']}: {one['what']}" for one in line["wrong"]]
    shown += [f"  LOST OR TWICE: {one}" for one in line["lost_or_twice"]]
    shown += [f"  LOGGED {one}" for one in line["logged"]]
    return "\n".join(shown)
