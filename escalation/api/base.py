"""What every address of the API shares, in whichever app it stands: who is asked, in which form it says no, what may be done
with which token. Decides nothing about who may see what."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import Http404
from django.http.response import HttpResponseBase
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from partnerships.token_scopes import TokenScope

from .conditional import spare_the_body
from .errors import NotForThisToken
from .payload import JSONObject
from .schema import ApiSchema


class ApiView(APIView):
    """One address. `needs`: what a token must have been made for, method by method. `refusals`: with what it says no.
    `once`: the methods that take an idempotency key. `versioned`: those that take If-Match."""

    parser_classes = [JSONObject]
    http_method_names = ["get", "head", "post"]
    metadata_class = None
    schema = ApiSchema()
    needs: ClassVar[dict[str, TokenScope]] = {"GET": TokenScope.READ}
    refusals: ClassVar[dict[str, list[str]]] = {"GET": ["401", "404"]}
    once: ClassVar[tuple[str, ...]] = ()
    versioned: ClassVar[tuple[str, ...]] = ()

    def refusals_of(self, method: str) -> list[str]:
        """Those of its own, and those that each address can give."""
        own = {*self.refusals[method], "403"}
        own |= {"409", "422"} if method in self.once else set()
        own |= {"412"} if method in self.versioned else set()
        return sorted(own)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """The one place where it is asked what the token was made for, before anything is looked up."""
        super().initial(request, *args, **kwargs)
        needed = self.needs.get("GET" if request.method == "HEAD" else str(request.method))
        if needed is not None and needed not in request._request.token_scopes:  # type: ignore[attr-defined]
            raise NotForThisToken(needed)

    def finalize_response(self, request: Request, response: HttpResponseBase, *args: Any, **kwargs: Any) -> Response:
        answer = super().finalize_response(request, response, *args, **kwargs)  # type: ignore[arg-type]
        if request.method in ("GET", "HEAD") and answer.status_code == 200 and isinstance(answer, Response):
            spare_the_body(request, answer)
        return answer


class NotThere(ApiView):
    """Every other address of the API: told as a problem, as a program expects, not as a page."""

    schema = None  # type: ignore[assignment]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise Http404
