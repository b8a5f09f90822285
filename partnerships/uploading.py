"""How much of an uploaded file is kept while it comes in: no more than the page that asked for one takes; knows no page.

A page that takes files says so with `largest_upload`, a function of the request that gives bytes. Nobody who has not come
into a partnership has anything to upload, so of theirs nothing is kept."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadhandler import StopUpload, TemporaryFileUploadHandler
from django.http import HttpRequest

MEGABYTE = 1024 * 1024
# A spreadsheet or a protocol's file; each page says in its own words when it is more than it takes.
USUAL = 6 * MEGABYTE
# Whoever sends this much is not listened to any longer.
GIVE_UP = 100 * MEGABYTE


def largest_upload(request: HttpRequest) -> int:
    if getattr(request, "partnership", None) is None:
        return 0
    own = getattr(getattr(request.resolver_match, "func", None), "largest_upload", None)
    return int(own(request)) if own is not None else USUAL


class BoundedUpload(TemporaryFileUploadHandler):
    """Writes a file to a temporary one as it comes, and goes on counting, but not writing, beyond what is taken: the file
    that the page is given then has its whole size and not all its bytes, so that the page refuses it in its own words."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.most, self.received = (largest_upload(self.request) if self.request is not None else 0), 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        self.received += len(raw_data)
        if self.received > GIVE_UP:
            self.request.upload_given_up = True  # type: ignore[union-attr]
            raise StopUpload(connection_reset=True)
        if self.received <= self.most:
            return super().receive_data_chunk(raw_data, start)
        return None

    def file_complete(self, file_size: int) -> Any:
        found = super().file_complete(self.received)
        if found is not None:
            found.size = self.received
        return found


def given_up(request: HttpRequest) -> bool:
    """Whether so much was sent that nobody listened to the end."""
    return bool(getattr(request, "upload_given_up", False))
