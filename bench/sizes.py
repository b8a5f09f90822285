"""How many disagreements each invented partnership holds; knows numbers alone."""

from __future__ import annotations

from dataclasses import dataclass

PARTNERSHIPS = 150
LARGEST = 0.1  # of all there are, in the largest partnership
STEEPNESS = 1.15  # of the fall from the second to the last, as sizes of towns fall


@dataclass(frozen=True)
class Size:
    """One partnership: the how-manieth it is, what it holds, how many sets of agencies and of people work in it."""

    number: int
    disagreements: int

    @property
    def live(self) -> int:
        """What is not ended: two in a hundred where there are many, and most of what there is where there are few."""
        return max(self.disagreements // 50, min(self.disagreements, 40))

    @property
    def agency_sets(self) -> int:
        return min(10, 1 + self.disagreements // 5_000)

    @property
    def teams(self) -> int:
        return 1 + self.disagreements // 400


def sizes(disagreements: int, *, partnerships: int = PARTNERSHIPS) -> list[Size]:
    """A tenth in the largest, the others falling like towns: at a million, most hold some hundreds to ten thousand."""
    first = max(1, round(disagreements * LARGEST))
    rest = disagreements - first
    weights = [1 / (rank + 8) ** STEEPNESS for rank in range(1, partnerships)]
    share = rest / sum(weights)
    counts = [first, *(int(weight * share) for weight in weights)]
    for index in range(disagreements - sum(counts)):
        counts[1 + index % (partnerships - 1)] += 1
    return [Size(number, count) for number, count in enumerate(counts, start=1)]
