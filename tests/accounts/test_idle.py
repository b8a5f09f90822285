"""A browser that somebody walked away from: after two hours the next page asks who it is, and half a day ends it anyway."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.world import TUESDAY, World


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


pytestmark = pytest.mark.django_db


def arrived(world: World) -> Client:
    """Somebody who pressed their name, as in a demonstration: signed in through a page, like everybody."""
    client = Client()
    assert client.post("/demo/", {"person": world.midwife.email}).status_code == 302
    return client


def test_who_goes_on_stays_and_who_walked_away_is_asked_again(barnsley: World, time_machine: Any) -> None:
    time_machine.move_to(TUESDAY, tick=False)
    client = arrived(barnsley)
    for hour in (1.5, 3, 4.9):
        time_machine.move_to(TUESDAY + hours(hour), tick=False)
        assert client.get("/p/barnsley/").status_code == 200
    time_machine.move_to(TUESDAY + hours(6.95), tick=False)
    away = client.get("/p/barnsley/mine/")
    assert (away.status_code, away["Location"]) == (302, "/accounts/login/?next=/p/barnsley/mine/")


def test_half_a_day_ends_it_whatever_was_done(barnsley: World, time_machine: Any) -> None:
    time_machine.move_to(TUESDAY, tick=False)
    client = arrived(barnsley)
    for hour in range(1, 12):
        time_machine.move_to(TUESDAY + hours(hour), tick=False)
        assert client.get("/p/barnsley/").status_code == 200
    time_machine.move_to(TUESDAY + hours(12.1), tick=False)
    assert client.get("/p/barnsley/").status_code == 302


def test_within_five_minutes_nothing_is_written_for_it(barnsley: World, time_machine: Any) -> None:
    time_machine.move_to(TUESDAY, tick=False)
    client = arrived(barnsley)
    client.get("/p/barnsley/protocol/")
    noted = client.session["seen_at"]
    time_machine.move_to(TUESDAY + hours(0.08), tick=False)
    client.get("/p/barnsley/protocol/")
    assert client.session["seen_at"] == noted
    time_machine.move_to(TUESDAY + hours(0.09), tick=False)
    client.get("/p/barnsley/protocol/")
    assert client.session["seen_at"] == noted + 0.09 * 3600
