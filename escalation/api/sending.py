"""A form of a page as the body of a request, for operations of every app: described, filled and held; has no form of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar, TypeVar

from django import forms
from django.db import models
from django.db.models import QuerySet
from django.http import Http404, QueryDict
from rest_framework.request import Request
from rest_framework.response import Response

from partnerships.scope import nowhere
from partnerships.token_scopes import TokenScope

from .acting import NO_VERSION, hold
from .base import ApiView
from .errors import Invalid
from .paging import Pages
from .payload import fields_sent, posted, read
from .schema import ApiSchema, asking
from .specimen import Specimen

F = TypeVar("F", bound=forms.Form)
M = TypeVar("M", bound=models.Model)
LARGEST = 2**63 - 1
SENT = ["400", "401", "403", "404", "409", "413", "415"]


class SendSchema(ApiSchema):
    """What an address takes: the form that its view shows as a specimen, under the name that it gives."""

    def get_request_serializer(self) -> Any:
        if self.method != "POST" or not self.view.body:
            return None
        with nowhere():
            fields = dict(self.view.specimen().fields)
        always = frozenset(name for name, field in fields.items() if field.required)
        return asking(self, self.view.body, Specimen(fields, always))


class OfficeView(ApiView):
    """An address of the partnership office. `body`: the name of what is sent; `specimen`: its form, without any partnership."""

    schema = SendSchema()
    body: ClassVar[str] = ""
    once = ("POST",)
    needs: ClassVar[dict[str, TokenScope]] = {"GET": TokenScope.OFFICE, "POST": TokenScope.OFFICE_WORK}
    refusals: ClassVar[dict[str, list[str]]] = {"GET": ["400", "401", "404"], "POST": SENT}

    @staticmethod
    def specimen() -> forms.BaseForm:
        return forms.Form()


def filled(make: Callable[[QueryDict | None], F], sent: object) -> F:
    """The form that `make` makes, filled with what was sent and valid; raises Invalid, or Refused, by field."""
    fields = make(None).fields
    told = fields_sent(sent)
    typed, problems = read(fields, told)
    if "version" in fields and told.get("version") is None:
        problems.setdefault("version", [NO_VERSION])
    form = make(posted(typed))
    hold(form, problems)
    return form


def number_of(number: int) -> int:
    """A number of an address as the database knows numbers; a longer one is of nothing."""
    if number > LARGEST:
        raise Http404
    return number


def found(rows: QuerySet[M], number: int) -> M:
    row = rows.filter(pk=number_of(number)).first()
    if row is None:
        raise Http404
    return row


def in_pages(pages: Pages, rows: Any, request: Request, show: Callable[[Sequence[Any]], Any]) -> Response:
    """One page of it, shown by `show`. Asked anew: rows that a module holds must not remember the partnership of the first who
    asked, or every other one is refused them."""
    page = pages.paginate_queryset(rows.all() if isinstance(rows, QuerySet) else rows, request)
    return pages.get_paginated_response(show(page))


def only(request: Request, *known: str) -> None:
    """Refuse what an address does not know: a filter spelt wrong would show everything as if it had been applied."""
    wrong = {
        name[:60]: [f"There is no such parameter. They are: {', '.join(sorted(known)) or 'none'}."]
        for name in request.query_params
        if name not in known
    }
    wrong |= {
        name: ["Send plain words, and leave it out where there are none."]
        for name in known
        if name in request.query_params and (not request.query_params[name] or "\x00" in request.query_params[name])
    }
    if wrong:
        raise Invalid(wrong)
