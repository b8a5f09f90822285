"""What a draft begins with when it is raised, handed to whoever writes it down (doing.py); writes nothing itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from ..models import Party


@dataclass(frozen=True)
class Begun:
    """Who takes part, not kept yet, and where its number comes from. That is taken at the very last, because from then on
    everybody else who raises one waits."""

    people: list[Party] = field(default_factory=list)
    number: Callable[[], str] | None = None
