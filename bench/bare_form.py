"""What raising is held against: a bare Django form with as many fields, which validates and inserts as many plain rows.

Behind the same middleware (session, sign-in, membership, scope, one transaction) and the same check of where the form came
from. No draft, no protocol, no clocks, no chain of entries, no words to look for, no reference without a gap."""

from __future__ import annotations

import json
import os
from functools import cache
from typing import Any, ClassVar

from django import forms
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from .clients import SHAPE


class Plain(models.Model):
    partnership_id = models.BigIntegerField()
    number = models.IntegerField()
    name = models.CharField(max_length=200)
    text = models.TextField()

    objects: ClassVar[models.Manager[Any]] = models.Manager()

    class Meta:
        app_label = "bench"
        managed = False
        db_table = "bench_plain"
        indexes: ClassVar[list[models.Index]] = []

    def __str__(self) -> str:
        return self.name


@cache
def shape() -> dict[str, int]:
    told: dict[str, int] = json.loads(os.environ[SHAPE])
    return told


@cache
def form() -> type[forms.Form]:
    words = {f"words_{n}": forms.CharField(max_length=10_000) for n in range(shape()["words"])}
    choices = [("one", "One"), ("two", "Two"), ("three", "Three")]
    lists = {f"choice_{n}": forms.ChoiceField(choices=choices) for n in range(shape()["choices"])}
    return type("Bare", (forms.Form,), words | lists)


@require_POST
def bare(request: HttpRequest, slug: str) -> HttpResponse:
    """One row, and then those of each further table by one statement; then away to another page, as the product does."""
    filled = form()(request.POST)
    if not filled.is_valid():
        return HttpResponse(filled.errors.as_text(), status=422)
    own = {"partnership_id": request.partnership.pk, "name": filled.cleaned_data["choice_0"]}  # type: ignore[attr-defined]
    text = "\n".join(str(value) for value in filled.cleaned_data.values())
    raised = Plain.objects.create(number=0, text=text, **own)
    for rows in (int(each) for each in request.POST["rows"].split(",")[1:]):
        Plain.objects.bulk_create([Plain(number=number, text=filled.cleaned_data["words_0"], **own) for number in range(rows)])
    return redirect(f"/p/{slug}/?raised={raised.pk}")
