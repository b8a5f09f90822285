"""A real browser for what concerns two partnerships, and for files."""

from tests.journeys.conftest import _beside_playwright, browser_type_launch_args, clockwork  # noqa: F401  (theirs are ours)
