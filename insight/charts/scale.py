"""From amounts to lengths: the top of a scale, and where its lines are; knows no drawing. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

# A scale does not end below this, so that one disagreement does not look like the most there could be.
LEAST_TOP = 4.0


@dataclass(frozen=True)
class Scale:
    """0 is at the beginning of the room, `top` at its end."""

    top: float
    room: float

    def length(self, amount: float) -> float:
        return max(0.0, amount) / self.top * self.room

    @property
    def ticks(self) -> tuple[float, ...]:
        return (0.0, self.top / 2, self.top)


def scale(amounts: Iterable[float | None], *, room: float) -> Scale:
    most = max((amount for amount in amounts if amount is not None and math.isfinite(amount)), default=0.0)
    return Scale(_round_up(max(most, LEAST_TOP)), room)


def _round_up(most: float) -> float:
    """The next 2, 4, 6, 8 or 10 of the amount's own magnitude, so that half of it is a whole number too."""
    magnitude = 10.0 ** math.floor(math.log10(most))
    unit = magnitude if magnitude >= 1 else 1.0
    return next(step * unit for step in (1.0, 2.0, 4.0, 6.0, 8.0, 10.0) if (step > 1 or unit > 1) and step * unit >= most)


def plain(amount: float) -> str:
    """10,000; 2.5."""
    return f"{amount:,.0f}" if amount == int(amount) else f"{amount:,.1f}"
