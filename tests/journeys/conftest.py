"""What stories share: a clock that is moved by hand, tasks that run where beat would send them, and a real browser."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine

from config.celery import app
from devstack.browser import found
from tests.world import TUESDAY, World

from .telling import Story, moment

Telling = Callable[[World, str], Story]


@pytest.fixture
def clockwork() -> Iterator[None]:
    """Tasks run where they are sent; a real worker has a story of its own."""
    app.loader.import_default_modules()
    before = app.conf.task_always_eager, app.conf.task_eager_propagates
    logging.getLogger("celery").setLevel(logging.WARNING)  # a story ticks some hundred times
    app.conf.task_always_eager = app.conf.task_eager_propagates = True
    yield
    app.conf.task_always_eager, app.conf.task_eager_propagates = before


@pytest.fixture
def telling(clockwork: None) -> Iterator[Telling]:
    """Begin a story at a moment: "Wed 26 Aug 2026 09:30"."""
    travels: list[time_machine.travel] = []

    def begin(world: World, when: str) -> Story:
        journey = time_machine.travel(moment(when), tick=False)
        travels.append(journey)
        return Story(world=world, clock=journey.start(), now=moment(when))

    yield begin
    for journey in reversed(travels):
        journey.stop()


@pytest.fixture
def a_tuesday() -> Iterator[None]:
    """What is counted on a page does not hang on the day on which the tests run: "tomorrow" is one word, a date is three."""
    with time_machine.travel(TUESDAY, tick=True):
        yield


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The Chromium of this machine, quiet, and without its sandbox only where root leaves no other way."""
    args = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
    args += ["--disable-component-update", "--disable-sync"]
    if os.geteuid() == 0:
        args.append("--no-sandbox")
    program = found()
    return {**browser_type_launch_args, "args": args} | ({"executable_path": program} if program else {})


@pytest.fixture(scope="session", autouse=True)
def _beside_playwright() -> None:
    """Playwright keeps an event loop running in this thread to the end of the session, and Django would take every test
    from then on, and the making of its database, for asynchronous code."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
