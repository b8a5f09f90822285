"""The row by which a disagreement is found, made anew whenever something is written in it; knows no search."""

from __future__ import annotations

from collections.abc import Collection

from django.db import connection

from ..models import Disagreement

ANEW = """
INSERT INTO escalation_searchtext (partnership_id, disagreement_id, lexemes) VALUES (%(partnership)s, %(which)s,
    searched_lexemes(%(which)s))
ON CONFLICT (partnership_id, disagreement_id) DO UPDATE SET lexemes = excluded.lexemes
"""
ALL_ANEW = """
INSERT INTO escalation_searchtext (partnership_id, disagreement_id, lexemes)
    SELECT partnership_id, id, searched_lexemes(id) FROM escalation_disagreement WHERE id = ANY (%(which)s)
ON CONFLICT (partnership_id, disagreement_id) DO UPDATE SET lexemes = excluded.lexemes
"""


def keep_for_search(disagreement: Disagreement) -> None:
    """In the transaction of whatever was written, behind it. Always the whole of it: what stands there is what the words give,
    with nothing to fall behind. Eight entries of a paragraph each are worked out in about a millisecond."""
    with connection.cursor() as cursor:
        cursor.execute(ANEW, {"partnership": disagreement.partnership_id, "which": disagreement.pk})


def keep_all_for_search(ids: Collection[int]) -> None:
    """The same for many that were made in one act."""
    with connection.cursor() as cursor:
        cursor.execute(ALL_ANEW, {"which": list(ids)})
