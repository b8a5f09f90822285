"""What stories share: a clock that is moved by hand, and tasks that run where beat would send them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator

import pytest
import time_machine

from config.celery import app
from tests.world import World

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
