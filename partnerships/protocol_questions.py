"""The question that people read where a protocol asks for something and gives no words of its own; total over its words."""

from __future__ import annotations

from .protocol import Requirement
from .protocol_terms import Asked

USUAL: dict[Asked, str] = {
    Asked.PRIOR_CONVERSATION: "Have you talked to the other practitioner?",
    Asked.LEAD_CONSULTED: "Have you talked to your own safeguarding lead or manager?",
    Asked.LINE_MANAGER_NAMED: "Who is the line manager of the person the concern is about?",
    Asked.EVIDENCE: "What is the concern based on?",
    Asked.REFLECTION: "What did you think over before raising it?",
    Asked.EFFECT_ON_CHILD: "What is the likely effect on the child?",
    Asked.AGREED_SO_FAR: "What do both sides agree on?",
    Asked.OUTCOME_WANTED: "What would settle it?",
    Asked.NEEDED_BY: "Is there a date by which it must be settled for the child?",
    Asked.DECIDED_ON: "When was the decision made that you disagree with?",
    Asked.SHARING_BASIS: "On what basis is it shared?",
    Asked.FAMILY_ENGAGED: "Does the family know?",
    Asked.CONVERSATION_CONFIRMED: "Was the conversation confirmed in writing?",
    Asked.ACTION_PLAN: "Who does what by when?",
    Asked.WRITTEN_CONFIRMATION: "Was the outcome confirmed in writing?",
    Asked.RAISER_TOLD: "Was the person who raised it told?",
    Asked.RAISER_SATISFIED: "Is the person who raised it satisfied?",
    Asked.ON_FILE: "Is it on the child’s file in each agency?",
    Asked.LEARNING: "What should be learned from this?",
    Asked.SUPERVISION: "Was supervision offered and used?",
}


def question_of(requirement: Requirement) -> str:
    """In the protocol's own words, where it has some."""
    return requirement.asks or USUAL[requirement.what]
