"""No capability of the areas' documents is left without a test that walks it through the client, named after its row."""

from __future__ import annotations

import re
from pathlib import Path

from django.conf import settings

CAPABILITIES = Path(settings.BASE_DIR) / "tests" / "capabilities"
# protocols.md section 6 has 54 rows; practice.md section 1.2 has 12 points.
ROWS, POINTS = 54, 12


def named(kind: str) -> set[int]:
    """The numbers that tests are named after; one test may stand for several rows."""
    names = [n for path in CAPABILITIES.glob("test_*.py") for n in re.findall(r"^def (test_\w+)", path.read_text(), re.MULTILINE)]
    return {int(number) for name in names for number in re.findall(rf"_{kind}_(\d\d)", name)}


def test_every_row_of_the_table_and_every_further_point_has_a_test() -> None:
    assert named("row") == set(range(1, ROWS + 1))
    assert named("p") == set(range(1, POINTS + 1))
