"""How much memory each process of a run has of its own (PSS), as Linux tells it; knows no product."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

PROC = Path("/proc")


def of_group(leader: int) -> list[int]:
    """A process and those that it started: they are in its session."""
    found = []
    for each in PROC.iterdir():
        with suppress(OSError, ValueError, IndexError):
            if each.name.isdigit() and int((each / "stat").read_text().rpartition(")")[2].split()[3]) == leader:
                found.append(int(each.name))
    return sorted(found)


def pss(pid: int) -> int | None:
    """Its kilobytes, a shared page divided among those who share it; None where it has ended."""
    with suppress(OSError):
        for line in (PROC / str(pid) / "smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return None


def sample(leaders: Mapping[str, int]) -> dict[str, int]:
    """Kilobytes by what each process is: "web 0" is the first of the web's, which starts the others."""
    found = {}
    for name, leader in leaders.items():
        for number, pid in enumerate(of_group(leader)):
            if (kilobytes := pss(pid)) is not None:
                found[f"{name} {number} ({pid})"] = kilobytes
    return found


def growth(early: Mapping[str, int], late: Mapping[str, int]) -> dict[str, float]:
    """In per cent, of what was there both times."""
    return {name: round((late[name] / early[name] - 1) * 100, 1) for name in early if name in late and early[name]}
