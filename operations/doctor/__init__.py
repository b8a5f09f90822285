"""What `manage.py doctor` looks at, in one order; decides nothing itself. Each check asks one thing and says it in sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.db import Error

from . import around, database, living, settings_read
from .finding import Finding, wrong

__all__ = ["Finding", "examine"]
Check = Callable[[], Iterator[Finding]]
CHECKS: tuple[Check, ...] = (
    *settings_read.CHECKS, database.answers, *database.CHECKS, *around.CHECKS, *living.CHECKS,
)  # fmt: skip


def examine() -> Iterator[Finding]:
    """Every finding. A check that cannot be made is a finding too, and names its kind of failure, never its words: the words
    of a driver may hold an address with its password."""
    for check in CHECKS:
        name = check.__name__.replace("_", "-")
        try:
            yield from check()
        except Error as problem:
            said = f"This could not be asked of the database ({type(problem).__name__})."
            yield wrong(name, said, "Mend what is said of the database first, then run doctor again.")
        except Exception as problem:  # noqa: BLE001  (one broken check must not hide the others)
            said = f"This could not be found out ({type(problem).__name__})."
            yield wrong(name, said, "Run doctor where web or worker run, with their settings and their files.")
