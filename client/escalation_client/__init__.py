"""A client of the escalation tracker's API: `Client(address, partnership, token)`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import BinaryIO, cast

from . import types
from .operations import Operations
from .transport import Changed, NotTaken, NotThere, Problem

__all__ = ["Changed", "Client", "NotTaken", "NotThere", "Problem", "types"]
__version__ = "1.0"


class Client(Operations):
    """Every operation of the description, and what takes more than one of them, or is no JSON."""

    def read(self, reference: str, etag: str | None = None) -> tuple[types.WholeDisagreement | None, str]:
        """One disagreement and its ETag; None where it is as you have it."""
        found, now = self.get_unless(f"disagreements/{reference}/", etag)
        return cast("types.WholeDisagreement | None", found), now

    def changes(self, since: datetime | None = None) -> Iterator[types.Disagreement]:
        """In the order in which they changed, to keep a copy up to date. Begin again a few minutes before the last
        `changed_at` that you have: what was being saved just then comes too, and what comes twice is the same."""
        query: types.DisagreementsQuery = {"order": "first_changed", "limit": 200}
        if since is not None:
            query["changed_since"] = since.isoformat()
        return self.disagreements(**query)

    def action_form(self, reference: str, verb: types.Verb) -> types.Form:
        """What an action takes now, with the choices of this moment."""
        return cast("types.Form", self.get(f"disagreements/{reference}/actions/{verb}/"))

    def add_file(
        self, reference: str, file: BinaryIO | bytes, *, name: str, about: str = "", key: str | None = None
    ) -> types.File:
        """Add a file. `name` says its kind."""
        return cast("types.File", self.upload(f"disagreements/{reference}/files/", file, name=name, about=about, key=key))

    def file(self, reference: str, file: str) -> bytes:
        """What is in a file. That it was read is logged."""
        return self.send("GET", f"disagreements/{reference}/files/{file}/").content
