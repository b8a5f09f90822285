"""Which partnership, people and disagreement of a database are measured: the largest, and in it who is as busy as the others'.

So that two databases can be compared, whoever is chosen has about as much to do in both; asked as the server's superuser."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from devstack.roles import cursor

from .places import STRIDE

TURNS, RAISED, ENTRIES = 12, 20, 10
OFFICE = "SELECT user_id FROM partnerships_membership WHERE partnership_id = %(p)s AND role = 'partnership_manager' ORDER BY id"
LEAD = """
    SELECT t.user_id FROM escalation_party t JOIN escalation_disagreement d ON d.id = t.disagreement_id
    JOIN partnerships_membership m ON m.user_id = t.user_id AND m.partnership_id = %(p)s AND m.role = 'lead'
    WHERE t.partnership_id = %(p)s AND t.has_turn AND t.left_at IS NULL AND d.ended_at IS NULL
    GROUP BY t.user_id ORDER BY abs(count(DISTINCT d.id) - %(turns)s), t.user_id
"""
RAISER = """
    SELECT raised_by_id FROM escalation_disagreement WHERE partnership_id = %(p)s
    GROUP BY raised_by_id ORDER BY abs(count(*) - %(raised)s), raised_by_id
"""
ONE = """
    SELECT d.reference FROM escalation_disagreement d JOIN escalation_chronologyentry e ON e.disagreement_id = d.id
    WHERE d.partnership_id = %(p)s AND d.state = 'open' GROUP BY d.id
    ORDER BY abs(count(*) - %(entries)s), d.stage, d.category, d.raised_at LIMIT 1
"""


@dataclass(frozen=True)
class Chosen:
    slug: str
    partnership: int
    office: int
    lead: int
    raiser: int
    reference: str
    agency: str
    held: int


def chosen(superuser: str) -> Chosen:
    number = 2 * STRIDE + 1
    asked = {"p": number, "turns": TURNS, "raised": RAISED, "entries": ENTRIES}

    def one(cur: Any, question: str) -> Any:
        cur.execute(question, asked)
        return cur.fetchone()[0]

    with cursor(superuser) as cur:
        return Chosen(
            slug=one(cur, "SELECT slug FROM partnerships_partnership WHERE id = %(p)s"),
            partnership=number,
            office=one(cur, OFFICE),
            lead=one(cur, LEAD),
            raiser=one(cur, RAISER),
            reference=one(cur, ONE),
            agency=one(cur, "SELECT key FROM partnerships_agency WHERE partnership_id = %(p)s ORDER BY id"),
            held=one(cur, "SELECT count(*) FROM escalation_disagreement WHERE partnership_id = %(p)s"),
        )
