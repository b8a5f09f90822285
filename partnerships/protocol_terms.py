"""The words a protocol may use: kinds of stage, sides, events, things asked for; knows nothing of how they are used."""

from enum import StrEnum


class StageKind(StrEnum):
    """What sort of step a stage is: the only thing two partnerships' stages are compared by (protocols.md section 8.3)."""

    PRACTITIONER = "practitioner"
    MANAGER = "manager"
    SENIOR = "senior"
    PARTNERSHIP = "partnership"


class Stance(StrEnum):
    """How far the partnership itself is drawn in while a stage is open (practice.md section 1.2, point 10)."""

    NOT_TOLD = "not_told"
    INFORMED = "informed"
    SUPPORTING = "supporting"
    DECIDING = "deciding"


class AuthorityKind(StrEnum):
    """Who may end it at the top, as the documents differ (protocols.md section 8.1)."""

    CONCLUDES = "concludes"
    DECIDES = "decides"
    DECIDES_OR_PANEL = "decides_or_panel"
    DIRECTS = "directs"
    MEDIATES = "mediates"


class Side(StrEnum):
    RAISING = "raising"
    RECEIVING = "receiving"
    BOTH = "both"
    PARTNERSHIP = "partnership"
    OUTSIDE = "outside"


class Capacity(StrEnum):
    """What a local role is able to do in the product, whatever it is called locally."""

    PRACTITIONER = "practitioner"
    LEAD = "lead"
    SENIOR_MANAGER = "senior_manager"
    REPRESENTATIVE = "representative"
    ADVISER = "adviser"
    DECISION_MAKER = "decision_maker"
    PARTNERSHIP_OFFICE = "partnership_office"
    SUB_GROUP = "sub_group"
    MEDIATOR = "mediator"


# These see what they are named in, as parties; another agency's line managers have no part in it.
ONLY_AS_PARTIES = frozenset({Capacity.PRACTITIONER, Capacity.LEAD})


class Event(StrEnum):
    """What can happen that a protocol may hang a clock or a notice on."""

    RAISED = "raised"
    STAGE_OPENED = "stage_opened"
    TIER_OPENED = "tier_opened"
    STEPPED_BACK = "stepped_back"
    SEEN = "seen"
    ACKNOWLEDGED = "acknowledged"
    CONVERSATION_BOOKED = "conversation_booked"
    CONVERSATION_HELD = "conversation_held"
    PASSED_ON = "passed_on"
    PROGRESS_RECORDED = "progress_recorded"
    AGREEMENT_RECORDED = "agreement_recorded"
    OUTCOME_CONFIRMED = "outcome_confirmed"
    OUTCOME_DISPUTED = "outcome_disputed"
    DECISION_RECORDED = "decision_recorded"
    RESOLVED = "resolved"
    RAISER_TOLD = "raiser_told"
    NOT_SATISFIED = "not_satisfied"
    LEARNING_RECORDED = "learning_recorded"
    REOPENED = "reopened"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    FLAGGED = "flagged"
    SITUATION_CHANGED = "situation_changed"
    SIDE_PROCESS_STARTED = "side_process_started"
    SIDE_PROCESS_ENDED = "side_process_ended"
    TIMESCALE_NEAR = "timescale_near"
    TIMESCALE_PASSED = "timescale_passed"
    TIMESCALE_VARIED = "timescale_varied"
    TIMESCALE_RECOUNTED = "timescale_recounted"
    NOTICE_UNDELIVERED = "notice_undelivered"
    SETTLED_LOGGED = "settled_logged"


class Strength(StrEnum):
    GUIDE = "guide"
    EXPECTATION = "expectation"
    MUST = "must"


class Sector(StrEnum):
    HEALTH = "health"
    POLICE = "police"
    SOCIAL_CARE = "social_care"
    EARLY_HELP = "early_help"
    EDUCATION = "education"
    YOUTH_JUSTICE = "youth_justice"
    HOUSING = "housing"
    PROBATION = "probation"
    VOLUNTARY = "voluntary"
    OTHER = "other"


class Asked(StrEnum):
    """Things a protocol may ask people to record; the form or the closing checklist asks for those it lists."""

    PRIOR_CONVERSATION = "prior_conversation"
    LEAD_CONSULTED = "lead_consulted"
    LINE_MANAGER_NAMED = "line_manager_named"
    EVIDENCE = "evidence"
    REFLECTION = "reflection"
    EFFECT_ON_CHILD = "effect_on_child"
    AGREED_SO_FAR = "agreed_so_far"
    OUTCOME_WANTED = "outcome_wanted"
    NEEDED_BY = "needed_by"
    DECIDED_ON = "decided_on"
    SHARING_BASIS = "sharing_basis"
    FAMILY_ENGAGED = "family_engaged"
    CONVERSATION_CONFIRMED = "conversation_confirmed"
    ACTION_PLAN = "action_plan"
    WRITTEN_CONFIRMATION = "written_confirmation"
    RAISER_TOLD = "raiser_told"
    RAISER_SATISFIED = "raiser_satisfied"
    ON_FILE = "on_file"
    LEARNING = "learning"
    SUPERVISION = "supervision"


class CommonCategory(StrEnum):
    """The small common list that local categories are mapped to for comparison (protocols.md section 7.2)."""

    THRESHOLD = "threshold"
    REFERRAL = "referral"
    ROLES = "roles"
    DECISION = "decision"
    PLANNING = "planning"
    ACTION_NOT_DONE = "action_not_done"
    COMMUNICATION = "communication"
    DRIFT = "drift"
    SERVICE = "service"
    CONFERENCE = "conference"
    TRANSITION = "transition"
    NON_ATTENDANCE = "non_attendance"
    OTHER = "other"


class ProcessKind(StrEnum):
    """What sort of thing runs beside the ladder, or instead of it; the kind says what is asked of its members."""

    PANEL = "panel"
    MEDIATION = "mediation"
    MEETING = "meeting"
    DEEP_DIVE = "deep_dive"
    LOG = "log"
    HIGH_RISK_PANEL = "high_risk_panel"
    REFLECTIVE_SESSION = "reflective_session"
    CONFERENCE_REQUEST = "conference_request"


class RaisedAs(StrEnum):
    """For whom a disagreement is raised (practice.md section 1.2, point 8)."""

    OWN = "own"
    THIRD_PARTY = "third_party"
    GROUP = "group"


class Satisfied(StrEnum):
    """On whose word a resolved disagreement may be closed (practice.md section 1.2, point 4)."""

    NOBODY = "nobody"
    RAISER = "raiser"
    RAISING_SIDE = "raising_side"
    BOTH_SIDES = "both_sides"
