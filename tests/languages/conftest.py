"""A browser for the one page that is looked at in Welsh."""

from tests.journeys.conftest import _beside_playwright, browser_type_launch_args

__all__ = ["_beside_playwright", "browser_type_launch_args"]
