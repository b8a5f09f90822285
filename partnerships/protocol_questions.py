"""The question that people read where a protocol asks for something and gives no words of its own; total over its words."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from .protocol import Requirement
from .protocol_terms import Asked

USUAL: dict[Asked, str] = {
    Asked.PRIOR_CONVERSATION: _("Have you talked to the other practitioner?"),
    Asked.LEAD_CONSULTED: _("Have you talked to your own safeguarding lead or manager?"),
    Asked.LINE_MANAGER_NAMED: _("Who is the line manager of the person the concern is about?"),
    Asked.EVIDENCE: _("What is the concern based on?"),
    Asked.REFLECTION: _("What did you think over before raising it?"),
    Asked.EFFECT_ON_CHILD: _("What is the likely effect on the child?"),
    Asked.AGREED_SO_FAR: _("What do both sides agree on?"),
    Asked.OUTCOME_WANTED: _("What would settle it?"),
    Asked.NEEDED_BY: _("Is there a date by which it must be settled for the child?"),
    Asked.DECIDED_ON: _("When was the decision made that you disagree with?"),
    Asked.SHARING_BASIS: _("On what basis is it shared?"),
    Asked.FAMILY_ENGAGED: _("Does the family know?"),
    Asked.CONVERSATION_CONFIRMED: _("Was the conversation confirmed in writing?"),
    Asked.ACTION_PLAN: _("Who does what by when?"),
    Asked.WRITTEN_CONFIRMATION: _("Was the outcome confirmed in writing?"),
    Asked.RAISER_TOLD: _("Was the person who raised it told?"),
    Asked.RAISER_SATISFIED: _("Is the person who raised it satisfied?"),
    Asked.ON_FILE: _("Is it on the child’s file in each agency?"),
    Asked.LEARNING: _("What should be learned from this?"),
    Asked.SUPERVISION: _("Was supervision offered and used?"),
}


def question_of(requirement: Requirement) -> str:
    """In the protocol's own words, where it has some."""
    return requirement.asks or USUAL[requirement.what]
