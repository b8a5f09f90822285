"""The one phrase for each word that a protocol may use; every table is total over its words."""

from __future__ import annotations

from .protocol_terms import (
    Asked,
    AuthorityKind,
    Capacity,
    CommonCategory,
    Event,
    RaisedAs,
    Satisfied,
    Sector,
    Side,
    StageKind,
    Stance,
    Strength,
)

# After "when"; {step} is the partnership's own word for a step.
EVENT_WORDS: dict[Event, str] = {
    Event.RAISED: "a disagreement is raised",
    Event.STAGE_OPENED: "a {step} opens",
    Event.TIER_OPENED: "it goes up a tier",
    Event.STEPPED_BACK: "it is taken a step back",
    Event.SEEN: "the receiving side first opens it",
    Event.ACKNOWLEDGED: "the receiving side acknowledges it",
    Event.CONVERSATION_BOOKED: "a conversation is booked",
    Event.CONVERSATION_HELD: "it is recorded that a conversation was held",
    Event.PASSED_ON: "it is passed on to somebody else",
    Event.PROGRESS_RECORDED: "progress is recorded",
    Event.AGREEMENT_RECORDED: "an agreement is recorded",
    Event.OUTCOME_CONFIRMED: "the outcome is confirmed in writing",
    Event.OUTCOME_DISPUTED: "the outcome is disputed",
    Event.DECISION_RECORDED: "a decision is recorded",
    Event.RESOLVED: "it is resolved",
    Event.RAISER_TOLD: "it is recorded that the person who raised it was told",
    Event.NOT_SATISFIED: "the person who raised it says that they are not satisfied",
    Event.LEARNING_RECORDED: "learning is recorded",
    Event.REOPENED: "it is reopened",
    Event.CLOSED: "it is closed",
    Event.WITHDRAWN: "it is withdrawn",
    Event.FLAGGED: "it is marked",
    Event.SITUATION_CHANGED: "the urgency or the child's status changes",
    Event.SIDE_PROCESS_STARTED: "a process beside the ladder starts",
    Event.SIDE_PROCESS_ENDED: "a process beside the ladder ends",
    Event.TIMESCALE_NEAR: "a timescale ends soon",
    Event.TIMESCALE_PASSED: "a timescale has passed",
    Event.TIMESCALE_VARIED: "a date is changed",
    Event.TIMESCALE_RECOUNTED: "a date moves because of a closure or bank holiday",
    Event.NOTICE_UNDELIVERED: "an e-mail cannot be delivered",
    Event.SETTLED_LOGGED: "something settled by talking is logged",
}

KIND_WORDS: dict[StageKind, str] = {
    StageKind.PRACTITIONER: "between practitioners",
    StageKind.MANAGER: "between managers",
    StageKind.SENIOR: "between senior managers",
    StageKind.PARTNERSHIP: "in the hands of the partnership",
}

KIND_NAMES: dict[StageKind, str] = {
    StageKind.PRACTITIONER: "practitioner step",
    StageKind.MANAGER: "manager step",
    StageKind.SENIOR: "senior manager step",
    StageKind.PARTNERSHIP: "partnership step",
}


def _(words: str) -> str:
    """Marks words for the catalogue as gettext_noop does, of which this module knows nothing."""
    return words


STANCE_WORDS: dict[Stance, str] = {
    Stance.NOT_TOLD: _("The partnership is not told."),
    Stance.INFORMED: _("The partnership is told, and leaves it to the agencies."),
    Stance.SUPPORTING: _("The partnership is told and may support."),
    Stance.DECIDING: _("It is for the partnership to settle."),
}

AUTHORITY_WORDS: dict[AuthorityKind, str] = {
    AuthorityKind.CONCLUDES: "It is concluded by",
    AuthorityKind.DECIDES: "It is decided by",
    AuthorityKind.DECIDES_OR_PANEL: "It is decided by",
    AuthorityKind.DIRECTS: "Direction is given by",
    AuthorityKind.MEDIATES: "Nobody decides it; a mediator helps both sides to a way forward",
}

SIDE_WORDS: dict[Side, str] = {
    Side.RAISING: "the raising side",
    Side.RECEIVING: "the receiving side",
    Side.BOTH: "both sides",
    Side.PARTNERSHIP: "the partnership",
    Side.OUTSIDE: "somebody outside both sides",
}

STRENGTH_WORDS: dict[Strength, str] = {
    Strength.GUIDE: "guide",
    Strength.EXPECTATION: "expectation",
    Strength.MUST: "requirement",
}

CAPACITY_WORDS: dict[Capacity, str] = {
    Capacity.PRACTITIONER: "works with the child or family",
    Capacity.LEAD: "the first manager or safeguarding lead on each side",
    Capacity.SENIOR_MANAGER: "a manager further up",
    Capacity.REPRESENTATIVE: "speaks for an agency in the partnership",
    Capacity.ADVISER: "advises",
    Capacity.DECISION_MAKER: "has the last word where the protocol gives it",
    Capacity.PARTNERSHIP_OFFICE: "the partnership’s own office",
    Capacity.SUB_GROUP: "takes up what is learned",
    Capacity.MEDIATOR: "helps both sides, and never decides",
}

SECTOR_WORDS: dict[Sector, str] = {
    Sector.HEALTH: "health",
    Sector.POLICE: "police",
    Sector.SOCIAL_CARE: "social care",
    Sector.EARLY_HELP: "early help",
    Sector.EDUCATION: "education",
    Sector.YOUTH_JUSTICE: "youth justice",
    Sector.HOUSING: "housing",
    Sector.PROBATION: "probation",
    Sector.VOLUNTARY: "the voluntary or faith sector",
    Sector.OTHER: "another sector",
}

ASKED_WORDS: dict[Asked, str] = {
    Asked.PRIOR_CONVERSATION: "whether the two practitioners have talked",
    Asked.LEAD_CONSULTED: "whether the safeguarding lead was consulted",
    Asked.LINE_MANAGER_NAMED: "the line manager of the person the concern is about",
    Asked.EVIDENCE: "what the concern is based on",
    Asked.REFLECTION: "what was thought over before raising it",
    Asked.EFFECT_ON_CHILD: "the likely effect on the child",
    Asked.AGREED_SO_FAR: "what both sides agree on",
    Asked.OUTCOME_WANTED: "what would settle it",
    Asked.NEEDED_BY: "a date by which it must be settled for the child",
    Asked.DECIDED_ON: "the day of the decision that is disagreed with",
    Asked.SHARING_BASIS: "the lawful basis for sharing information",
    Asked.FAMILY_ENGAGED: "whether the family knows",
    Asked.CONVERSATION_CONFIRMED: "whether the conversation was confirmed in writing",
    Asked.ACTION_PLAN: "who does what by when",
    Asked.WRITTEN_CONFIRMATION: "the outcome in writing",
    Asked.RAISER_TOLD: "that the person who raised it was told",
    Asked.RAISER_SATISFIED: "whether the person who raised it is satisfied",
    Asked.ON_FILE: "that it is on the child’s file in each agency",
    Asked.LEARNING: "what should be learned",
    Asked.SUPERVISION: "whether supervision was offered and used",
}

COMMON_WORDS: dict[CommonCategory, str] = {
    CommonCategory.THRESHOLD: "thresholds and levels of need",
    CommonCategory.REFERRAL: "referrals",
    CommonCategory.ROLES: "roles and responsibilities",
    CommonCategory.DECISION: "decisions",
    CommonCategory.PLANNING: "planning",
    CommonCategory.ACTION_NOT_DONE: "actions not done",
    CommonCategory.COMMUNICATION: "communication",
    CommonCategory.DRIFT: "drift and delay",
    CommonCategory.SERVICE: "provision of services",
    CommonCategory.CONFERENCE: "conferences",
    CommonCategory.TRANSITION: "moves between services",
    CommonCategory.NON_ATTENDANCE: "not attending",
    CommonCategory.OTHER: "other",
}

GUIDANCE_WORDS: dict[str, str] = {
    "start": "before a disagreement is raised",
    "evidence": "where the form asks for evidence",
    "urgency": "where the form asks how urgent it is",
    "answering": "to the receiving side when it answers",
    "open": "while it is open",
    "meeting": "when a meeting or conversation is arranged",
    "moving_up": "when it is moved up",
    "outcome": "when an outcome is recorded",
    "closing": "on closing",
    "stuck": "when it is stuck",
}

RAISED_AS_WORDS: dict[RaisedAs, str] = {
    RaisedAs.OWN: "for one’s own agency",
    RaisedAs.THIRD_PARTY: "for two other agencies",
    RaisedAs.GROUP: "by several people together",
}

SATISFIED_WORDS: dict[Satisfied, str] = {
    Satisfied.NOBODY: "Nobody has to say first that they are satisfied.",
    Satisfied.RAISER: "The person who raised it has to be satisfied first.",
    Satisfied.RAISING_SIDE: "The raising side has to be satisfied first.",
    Satisfied.BOTH_SIDES: "Both sides have to be satisfied first.",
}

# What silence means: after "Where nobody has answered by then,".
UNANSWERED_WORDS: dict[str, str] = {
    "move_up": "it may be moved up",
    "tell_office": "the partnership office is asked to step in",
    "may_close": "it may be closed",
}

QUESTION_WORDS: dict[str, str] = {
    "raising": "when a disagreement is raised",
    "answering": "when the receiving side says that it has it",
    "moving_up": "when it is moved up",
    "agreeing": "when an agreement is recorded",
    "deciding": "when a decision is recorded",
    "closing": "when it is closed",
    "reopening": "when it is opened again",
    "withdrawing": "when it is withdrawn",
}


# After "it may be".
PERMIT_WORDS: dict[str, str] = {
    "move_up": "moved up",
    "step_back": "taken a step back",
    "agree": "recorded as agreed",
    "withdraw": "withdrawn",
    "reopen": "opened again",
}


def plural(number: int, noun: str) -> str:
    """1 working day, 5 working days, 3 different agencies."""
    if number == 1:
        return f"1 {noun}"
    return f"{number:,} {noun[:-1]}ies" if noun.endswith("cy") else f"{number:,} {noun}s"
