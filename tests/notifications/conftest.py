"""What the notices' tests share: a way out that only remembers."""

import pytest

from .story import Remembered


@pytest.fixture
def way_out() -> Remembered:
    return Remembered()
