"""The description of the API, made once in a process: it takes a second to make and is the same for everybody."""

from __future__ import annotations

from functools import cache
from typing import Any

from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.views import SpectacularAPIView
from rest_framework.request import Request
from rest_framework.response import Response


@cache
def described() -> dict[str, Any]:
    made: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return made


class Description(SpectacularAPIView):
    """Without the package's wishes for another language or version: there is one of each."""

    schema = None  # it describes the operations of partnerships, not itself

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return Response(described(), headers={"Content-Disposition": 'inline; filename="escalation-tracker.yml"'})
