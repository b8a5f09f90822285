"""A partnership that offers Welsh, a made-up language in its place, and a browser for the page that is looked at in Welsh."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from partnerships.models import Partnership
from tests.journeys.conftest import _beside_playwright, browser_type_launch_args
from tests.world import World

from .made_up import catalogue

__all__ = ["_beside_playwright", "browser_type_launch_args"]


@pytest.fixture
def offering(barnsley: World) -> World:
    Partnership.objects.filter(slug="barnsley").update(welsh=True)
    return barnsley


@pytest.fixture
def pseudo(settings: Any, tmp_path: Path) -> None:
    """A language of which every word is known by its brackets."""
    settings.LOCALE_PATHS = [catalogue(tmp_path)]
