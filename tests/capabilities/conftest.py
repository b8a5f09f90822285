"""What the capability tests share with the journeys: a clock moved by hand, and tasks that run where beat would send them."""

from tests.api.conftest import program
from tests.journeys.conftest import Telling, clockwork, telling

__all__ = ["Telling", "clockwork", "program", "telling"]
