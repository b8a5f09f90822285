"""What of a disagreement can be searched, as lexemes in a row of its own; must not hold a sentence, or know who asks."""

from __future__ import annotations

from typing import Any

from django.db import models

from partnerships.scope import ScopedModel, same_partnership_key

from .disagreement import Disagreement


class LexemesField(models.Field):  # type: ignore[type-arg]
    """The database's own form of text for searching (tsvector). Written by the database alone, and never fetched."""

    def db_type(self, connection: Any) -> str:
        return "tsvector"


class SearchText(ScopedModel):
    """The lexemes of everything written in one disagreement: kept by searching.keeping in the transaction that wrote it, and
    destroyed with the words (records/)."""

    disagreement = same_partnership_key(Disagreement, related_name="+")
    lexemes = LexemesField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["partnership", "disagreement"], name="search_text_once")]

    def __str__(self) -> str:
        return str(self.disagreement_id)
