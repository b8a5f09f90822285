"""The reference pages are what the code says now; a change that forgets `make docs` fails here."""

from pathlib import Path

import pytest

from escalation.permissions import PERMISSIONS
from escalation.reference import PAGES, WHO

REFERENCE = Path(__file__).resolve().parents[2] / "docs" / "reference"


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_reference_page_is_as_the_code_would_write_it(name: str) -> None:
    assert (REFERENCE / name).read_text() == PAGES[name]()


def test_every_permission_is_put_in_words() -> None:
    assert {rule.__name__ for rule in PERMISSIONS.values()} <= set(WHO)
