"""One walk over the product for everything that is shown of its pages, and one browser that looks at them."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import TestCase

from tests.journeys.conftest import (  # noqa: F401  (theirs are ours: a real browser)
    _beside_playwright,
    browser_type_launch_args,
)

from .walking import Walk, walked


class Undone(TestCase):
    """Whatever is written while this stands is undone."""

    databases = {"default", "owner"}


@pytest.fixture(scope="module")
def walk(django_db_setup: None, django_db_blocker: Any) -> Walk:
    """Fetched once and then as good as printed: nothing of it is left in the database."""
    with django_db_blocker.unblock():
        Undone.setUpClass()
        try:
            return walked()
        finally:
            Undone.tearDownClass()
