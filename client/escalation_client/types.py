"""What the API takes and gives, as types."""

# Written by `make docs` from docs/reference/openapi.yml; do not edit.
from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict


Verb = Literal[
    "acknowledge", "add_action", "agree_to_proposal", "book_conversation", "change_party", "change_side_process",
    "change_situation", "close", "confirm_on_file", "confirm_outcome", "correct", "decline_proposal", "dispute_outcome",
    "end_side_process", "escalate", "finish_action", "flag", "link", "pass_on", "pause_clock", "propose_outcome",
    "record_agreement", "record_conversation", "record_decision", "record_gate", "record_learning", "record_progress",
    "record_satisfaction", "reopen", "resume_clock", "start_side_process", "step_back", "tell_raiser", "unflag",
    "vary_timescale", "withdraw", "withdraw_proposal"
]

class AcknowledgeRequest(TypedDict):
    version: NotRequired[int]
    words: NotRequired[str | None]

class AddActionRequest(TypedDict):
    due: str
    owner: str
    version: NotRequired[int]
    what: str

class Agency(TypedDict):
    """An agency of the partnership, with its own ladder of posts, the lowest first."""
    key: str
    name: str
    sector: str
    active: bool
    posts: list[AgencyPost]

class AgencyName(TypedDict):
    key: str
    name: str

class AgencyPost(TypedDict):
    kind: Literal["practitioner", "manager", "senior", "partnership"]
    height: int
    title: str

class AgreeToProposalRequest(TypedDict):
    proposal: int
    version: NotRequired[int]

class BookConversationRequest(TypedDict):
    caller: NotRequired[Literal["raising", "receiving", "otherwise", None]]
    number: NotRequired[str | None]
    version: NotRequired[int]
    when: str
    words: NotRequired[str | None]

class ChangePartyRequest(TypedDict):
    leaving: NotRequired[int | None]
    person_email: NotRequired[str | None]
    person_name: NotRequired[str | None]
    person_telephone: NotRequired[str | None]
    reason: str
    role: str
    side: Literal["raising", "receiving"]
    version: NotRequired[int]

class ChangeSideProcessRequest(TypedDict):
    reason: str
    record: int
    seat_1_agency: NotRequired[str | None]
    seat_1_email: NotRequired[str | None]
    seat_1_name: NotRequired[str | None]
    seat_2_agency: NotRequired[str | None]
    seat_2_email: NotRequired[str | None]
    seat_2_name: NotRequired[str | None]
    seat_3_agency: NotRequired[str | None]
    seat_3_email: NotRequired[str | None]
    seat_3_name: NotRequired[str | None]
    version: NotRequired[int]

class ChangeSituationRequest(TypedDict):
    child_status: NotRequired[str | None]
    reason: str
    urgency: NotRequired[str | None]
    version: NotRequired[int]

class Choice(TypedDict):
    """A serializer that nothing is written through."""
    value: str
    label: str

class CloseRequest(TypedDict):
    note: NotRequired[str | None]
    version: NotRequired[int]

class Closure(TypedDict):
    """A day that does not count as a working day, besides Saturdays and Sundays."""
    day: str
    name: str
    own: bool

class ConfirmOnFileRequest(TypedDict):
    agency: Literal["1", "2"]
    version: NotRequired[int]

class ConfirmOutcomeRequest(TypedDict):
    outstanding: NotRequired[str | None]
    text: str
    version: NotRequired[int]

class Contact(TypedDict):
    """An inbox, a front door, a post outside any agency. What is not known of it is empty."""
    key: str
    role: str
    name: str
    agency: NotRequired[str | None]
    email: str
    telephone: str
    address: str
    note: str
    review_by: str | None

class CorrectRequest(TypedDict):
    entry: str
    version: NotRequired[int]
    why: Literal["fact", "missing", "unclear", "person", "slip"]
    words: str

class Deadline(TypedDict):
    """One running clock: until when, in words, and how its date was counted."""
    id: int
    time_limit: str
    label: str
    purpose: str
    strength: Literal["guide", "expectation", "must"]
    held_by: Literal["raising", "receiving", "both", "partnership", "outside"]
    amount: int | None
    unit: Literal["working_days", "clock_hours", "same_working_day", "calendar_days"]
    starts_at: str
    due_at: str
    last_day: str
    words: str
    explanation: str
    passed: bool
    varied: bool
    shortened: bool
    paused_at: str | None

class DeclineProposalRequest(TypedDict):
    proposal: int
    reason: str
    version: NotRequired[int]

class Disagreement(TypedDict):
    """One disagreement as a list shows it: nothing about the child, and nothing of what was written."""
    reference: str
    page: str
    version: int
    state: Literal["open", "awaiting_confirmation", "resolved", "closed", "withdrawn"]
    state_words: str
    rung: Rung | None
    protocol: str
    raised_as: Literal["own", "third_party", "group"]
    thematic: bool
    raising_agency: AgencyName
    also_raising: list[AgencyName]
    receiving_agency: AgencyName
    category: str
    urgency: str
    flags: list[str]
    opened_directly: bool
    who_acts: str
    next_deadline: Deadline | None
    raised_at: str
    changed_at: str
    ended_at: str | None

class DisputeOutcomeRequest(TypedDict):
    reason: str
    version: NotRequired[int]

class Done(TypedDict):
    """What was done. `disagreement` is null for a person who, having done this, no longer sees it."""
    done: str
    warnings: list[str]
    entry: Entry
    disagreement: WholeDisagreement | None

class Draft(TypedDict):
    """A draft: begun, and not raised. Its page is where its author goes on with it."""
    key: str
    page: str
    protocol: str
    began_at: str
    changed_at: str

class DraftRequest(TypedDict):
    about: NotRequired[Literal["child", "theme", None]]
    agreed_so_far: NotRequired[str | None]
    category: NotRequired[str | None]
    child_reference: NotRequired[str | None]
    child_status: NotRequired[str | None]
    concern: NotRequired[str | None]
    conversation_confirmed: NotRequired[str | None]
    decided_on: NotRequired[str | None]
    direct_reason: NotRequired[str | None]
    effect_on_child: NotRequired[str | None]
    evidence: NotRequired[str | None]
    family_engaged: NotRequired[Literal["agree", "disagree", "unsafe", "not_yet", None]]
    flags: NotRequired[list[str] | None]
    lead_consulted: NotRequired[Literal["yes", "self", "no", None]]
    lead_consulted_words: NotRequired[str | None]
    needed_by: NotRequired[str | None]
    outcome_wanted: NotRequired[str | None]
    part: NotRequired[Literal["worker", "lead", "both", "recorder", None]]
    part_as: NotRequired[str | None]
    prior_conversation: NotRequired[Literal["telephone", "face_to_face", "tried", "not_yet", None]]
    prior_conversation_on: NotRequired[str | None]
    prior_conversation_words: NotRequired[str | None]
    raised_as: NotRequired[Literal["own", "third_party", "group", None]]
    raising_agency: NotRequired[str | None]
    receiving_agency: NotRequired[str | None]
    reflection: NotRequired[str | None]
    sharing_basis: NotRequired[str | None]
    telephone: NotRequired[str | None]
    to: NotRequired[str | None]
    unborn: NotRequired[bool | None]
    urgency: NotRequired[str | None]
    with_1_agency: NotRequired[str | None]
    with_1_email: NotRequired[str | None]
    with_1_name: NotRequired[str | None]
    with_2_agency: NotRequired[str | None]
    with_2_email: NotRequired[str | None]
    with_2_name: NotRequired[str | None]
    with_3_agency: NotRequired[str | None]
    with_3_email: NotRequired[str | None]
    with_3_name: NotRequired[str | None]
    with_4_agency: NotRequired[str | None]
    with_4_email: NotRequired[str | None]
    with_4_name: NotRequired[str | None]
    worker_email: NotRequired[str | None]
    worker_name: NotRequired[str | None]

class EndSideProcessRequest(TypedDict):
    outcome: str
    record: int
    version: NotRequired[int]

class Entry(TypedDict):
    """One thing that happened. `number` counts within the disagreement."""
    number: int
    kind: str
    at: str
    sentence: str
    by: str | None
    state: Literal["open", "awaiting_confirmation", "resolved", "closed", "withdrawn"]
    stage: str
    tier: int
    words: str | None
    words_destroyed: bool
    corrects: int | None
    corrected_by: list[int]

class EscalateRequest(TypedDict):
    gates: NotRequired[list[str] | None]
    raising_email: NotRequired[str | None]
    raising_member: NotRequired[str | None]
    raising_name: NotRequired[str | None]
    raising_telephone: NotRequired[str | None]
    reason: str
    receiving_email: NotRequired[str | None]
    receiving_member: NotRequired[str | None]
    receiving_name: NotRequired[str | None]
    receiving_telephone: NotRequired[str | None]
    to: str
    version: NotRequired[int]

class Field(TypedDict):
    """One field of an action's form as it is now, for this person."""
    name: str
    label: str
    hint: str
    type: Literal["array", "boolean", "integer", "string"]
    required: bool
    choices: list[Choice] | None

class File(TypedDict):
    """A file. It can be opened where its state is "clean"; one that is "waiting" is about to be scanned for viruses."""
    id: str
    name: str
    content_type: str
    size: int
    sha256: str
    state: Literal["waiting", "clean", "refused"]
    added_by: str
    added_at: str

class FinishActionRequest(TypedDict):
    action: int
    version: NotRequired[int]
    words: NotRequired[str | None]

class FlagRequest(TypedDict):
    flag: str
    reason: str
    version: NotRequired[int]

class Form(TypedDict):
    """An action with the fields it takes now; none where it is not allowed."""
    verb: str
    label: str
    main: bool
    allowed: bool
    sentence: str
    version: int
    asks: list[Field]

class LinkRequest(TypedDict):
    how: Literal["duplicate", "sibling", "related"]
    other: str
    version: NotRequired[int]

class Member(TypedDict):
    """Who has access here, and in which role."""
    id: int
    name: str
    email: str
    role: str
    agency: NotRequired[str | None]
    job_title: str
    telephone: str
    protocol_role: str

class Offered(TypedDict):
    """An action that this moment offers: whether this person may do it now, and if not, the sentence that says why."""
    verb: str
    label: str
    main: bool
    allowed: bool
    sentence: str

class Outcome(TypedDict):
    how: Literal["agreed", "decided", "settled"]
    text: str
    outstanding: str
    proposed_by: NotRequired[str | None]
    recorded_by: str
    recorded_at: str
    confirmed_at: str | None
    disputed_at: str | None

class Outstanding(TypedDict):
    id: int
    what: str
    owner: str
    due: str
    finished_at: str | None

class Party(TypedDict):
    """A person who takes part. The e-mail address is shown to the partnership office, and to its own owner."""
    id: int
    side: Literal["raising", "receiving"]
    role: str
    role_name: str
    name: str
    job_title: str
    telephone: str
    email: str | None
    agency: str
    joined_at: str
    left_at: str | None

class PassOnRequest(TypedDict):
    agency: str
    person_email: NotRequired[str | None]
    person_name: NotRequired[str | None]
    person_telephone: NotRequired[str | None]
    reason: str
    version: NotRequired[int]

class PauseClockRequest(TypedDict):
    deadline: int
    reason: str
    version: NotRequired[int]

class Planned(TypedDict):
    """A serializer that nothing is written through."""
    what: str
    owner: str
    due: str

class Proposal(TypedDict):
    """The outcome that one side has proposed and the other has not answered. `id` goes along with the answer."""
    id: int
    side: Literal["raising", "receiving"]
    text: str
    outstanding: str
    plan: list[Planned]
    proposed_by: str
    proposed_at: str

class ProposeOutcomeRequest(TypedDict):
    left: NotRequired[Literal["no", "yes", None]]
    outstanding: NotRequired[str | None]
    plan_1_due: NotRequired[str | None]
    plan_1_owner: NotRequired[str | None]
    plan_1_what: NotRequired[str | None]
    plan_2_due: NotRequired[str | None]
    plan_2_owner: NotRequired[str | None]
    plan_2_what: NotRequired[str | None]
    plan_3_due: NotRequired[str | None]
    plan_3_owner: NotRequired[str | None]
    plan_3_what: NotRequired[str | None]
    text: str
    version: NotRequired[int]

class ProtocolVersion(TypedDict):
    """The local protocol in force: every rule with its clause, or with the assumption that it rests on."""
    number: int
    title: str
    effective_from: str | None
    published_at: str | None
    protocol: dict[str, Any]

class RaiseRequest(TypedDict):
    about: NotRequired[Literal["child", "theme", None]]
    agreed_so_far: NotRequired[str | None]
    category: NotRequired[str | None]
    child_reference: NotRequired[str | None]
    child_status: NotRequired[str | None]
    concern: str
    conversation_confirmed: NotRequired[str | None]
    decided_on: NotRequired[str | None]
    direct_reason: NotRequired[str | None]
    effect_on_child: NotRequired[str | None]
    evidence: NotRequired[str | None]
    family_engaged: NotRequired[Literal["agree", "disagree", "unsafe", "not_yet", None]]
    flags: NotRequired[list[str] | None]
    lead_consulted: NotRequired[Literal["yes", "self", "no", None]]
    lead_consulted_words: NotRequired[str | None]
    needed_by: NotRequired[str | None]
    outcome_wanted: NotRequired[str | None]
    part: NotRequired[Literal["worker", "lead", "both", "recorder", None]]
    part_as: NotRequired[str | None]
    prior_conversation: NotRequired[Literal["telephone", "face_to_face", "tried", "not_yet", None]]
    prior_conversation_on: NotRequired[str | None]
    prior_conversation_words: NotRequired[str | None]
    raised_as: NotRequired[Literal["own", "third_party", "group", None]]
    raising_agency: str
    receiving_agency: str
    reflection: NotRequired[str | None]
    sharing_basis: NotRequired[str | None]
    telephone: NotRequired[str | None]
    to: NotRequired[str | None]
    unborn: NotRequired[bool | None]
    urgency: NotRequired[str | None]
    with_1_agency: NotRequired[str | None]
    with_1_email: NotRequired[str | None]
    with_1_name: NotRequired[str | None]
    with_2_agency: NotRequired[str | None]
    with_2_email: NotRequired[str | None]
    with_2_name: NotRequired[str | None]
    with_3_agency: NotRequired[str | None]
    with_3_email: NotRequired[str | None]
    with_3_name: NotRequired[str | None]
    with_4_agency: NotRequired[str | None]
    with_4_email: NotRequired[str | None]
    with_4_name: NotRequired[str | None]
    worker_email: NotRequired[str | None]
    worker_name: NotRequired[str | None]

class Raised(TypedDict):
    """The new disagreement, and what of the text sent is better left out another time."""
    reference: str
    page: str
    version: int
    state: Literal["open", "awaiting_confirmation", "resolved", "closed", "withdrawn"]
    state_words: str
    rung: Rung | None
    protocol: str
    raised_as: Literal["own", "third_party", "group"]
    thematic: bool
    raising_agency: AgencyName
    also_raising: list[AgencyName]
    receiving_agency: AgencyName
    category: str
    urgency: str
    flags: list[str]
    opened_directly: bool
    who_acts: str
    next_deadline: Deadline | None
    raised_at: str
    changed_at: str
    ended_at: str | None
    child_reference: str
    child_status: str
    needed_by: str | None
    decided_on: str | None
    written: list[Written]
    first_opened_at: str | None
    parties: list[Party]
    deadlines: list[Deadline]
    proposal: Proposal | None
    outcomes: list[Outcome]
    outstanding_actions: list[Outstanding]
    side_processes: list[SideProcessRecord]
    protocol_version: int
    warnings: list[str]

class RaisingForm(TypedDict):
    """What raising a disagreement takes, given what is known so far."""
    allowed: bool
    sentence: str
    asks: list[Field]

class RecordAgreementRequest(TypedDict):
    outstanding: NotRequired[str | None]
    plan_1_due: NotRequired[str | None]
    plan_1_owner: NotRequired[str | None]
    plan_1_what: NotRequired[str | None]
    plan_2_due: NotRequired[str | None]
    plan_2_owner: NotRequired[str | None]
    plan_2_what: NotRequired[str | None]
    plan_3_due: NotRequired[str | None]
    plan_3_owner: NotRequired[str | None]
    plan_3_what: NotRequired[str | None]
    seen: Literal["read_out", "in_writing"]
    text: str
    version: NotRequired[int]

class RecordConversationRequest(TypedDict):
    how: Literal["telephone", "face_to_face", "video"]
    version: NotRequired[int]
    when: str
    who: str
    words: str

class RecordDecisionRequest(TypedDict):
    outstanding: NotRequired[str | None]
    plan_1_due: NotRequired[str | None]
    plan_1_owner: NotRequired[str | None]
    plan_1_what: NotRequired[str | None]
    plan_2_due: NotRequired[str | None]
    plan_2_owner: NotRequired[str | None]
    plan_2_what: NotRequired[str | None]
    plan_3_due: NotRequired[str | None]
    plan_3_owner: NotRequired[str | None]
    plan_3_what: NotRequired[str | None]
    text: str
    version: NotRequired[int]

class RecordGateRequest(TypedDict):
    gate: str
    version: NotRequired[int]
    words: str

class RecordLearningRequest(TypedDict):
    needs: Literal["policy", "training", "briefing", "none"]
    supervision: NotRequired[str | None]
    version: NotRequired[int]
    words: str

class RecordProgressRequest(TypedDict):
    version: NotRequired[int]
    words: str

class RecordSatisfactionRequest(TypedDict):
    satisfied: Literal["yes", "no"]
    version: NotRequired[int]
    whose: str
    words: NotRequired[str | None]

class ReopenRequest(TypedDict):
    needed_by: NotRequired[str | None]
    reason: str
    version: NotRequired[int]

class ResumeClockRequest(TypedDict):
    deadline: int
    reason: str
    version: NotRequired[int]

class Rung(TypedDict):
    """Where it stands: null for what was only logged as settled by talking."""
    stage: str
    tier: int
    kind: Literal["practitioner", "manager", "senior", "partnership"]
    words: str

class SideProcessRecord(TypedDict):
    id: int
    process: str
    name: str
    started_at: str
    members: list[str]
    warning: str
    accepted: str
    choice: str
    answers: dict[str, Any]
    outcome: str
    ended_at: str | None

class StartSideProcessRequest(TypedDict):
    process: str
    reason: str
    seat_1_agency: NotRequired[str | None]
    seat_1_email: NotRequired[str | None]
    seat_1_name: NotRequired[str | None]
    seat_2_agency: NotRequired[str | None]
    seat_2_email: NotRequired[str | None]
    seat_2_name: NotRequired[str | None]
    seat_3_agency: NotRequired[str | None]
    seat_3_email: NotRequired[str | None]
    seat_3_name: NotRequired[str | None]
    seat_4_agency: NotRequired[str | None]
    seat_4_email: NotRequired[str | None]
    seat_4_name: NotRequired[str | None]
    seat_5_agency: NotRequired[str | None]
    seat_5_email: NotRequired[str | None]
    seat_5_name: NotRequired[str | None]
    version: NotRequired[int]

class StepBackRequest(TypedDict):
    reason: str
    version: NotRequired[int]

class TellRaiserRequest(TypedDict):
    satisfied: NotRequired[Literal["yes", "partly", "no", "not_asked", None]]
    version: NotRequired[int]
    words: str

class UnflagRequest(TypedDict):
    flag: str
    reason: str
    version: NotRequired[int]

class VaryTimescaleRequest(TypedDict):
    deadline: int
    last_day: str
    reason: str
    safe: NotRequired[bool | None]
    version: NotRequired[int]

class WholeDisagreement(TypedDict):
    """One disagreement with everything that its page shows, except the chronology."""
    reference: str
    page: str
    version: int
    state: Literal["open", "awaiting_confirmation", "resolved", "closed", "withdrawn"]
    state_words: str
    rung: Rung | None
    protocol: str
    raised_as: Literal["own", "third_party", "group"]
    thematic: bool
    raising_agency: AgencyName
    also_raising: list[AgencyName]
    receiving_agency: AgencyName
    category: str
    urgency: str
    flags: list[str]
    opened_directly: bool
    who_acts: str
    next_deadline: Deadline | None
    raised_at: str
    changed_at: str
    ended_at: str | None
    child_reference: str
    child_status: str
    needed_by: str | None
    decided_on: str | None
    written: list[Written]
    first_opened_at: str | None
    parties: list[Party]
    deadlines: list[Deadline]
    proposal: Proposal | None
    outcomes: list[Outcome]
    outstanding_actions: list[Outstanding]
    side_processes: list[SideProcessRecord]
    protocol_version: int

class WithdrawProposalRequest(TypedDict):
    reason: NotRequired[str | None]
    version: NotRequired[int]

class WithdrawRequest(TypedDict):
    reason: str
    referred_to: NotRequired[str | None]
    version: NotRequired[int]

class Written(TypedDict):
    """One thing that the form asked, and what was answered."""
    asked: str
    answer: str

class DisagreementsQuery(TypedDict, total=False):
    category: str
    changed_since: str
    child: str
    concern: Literal["serious_or_stuck"]
    ended_from: str
    ended_to: str
    limit: int
    mark: str
    order: Literal["newest", "last_changed", "first_changed"]
    protocol: str
    raised_from: str
    raised_to: str
    raising: str
    receiving: str
    stage: str
    stage_kind: list[Literal["manager", "partnership", "practitioner", "senior"]]
    state: list[Literal["awaiting_confirmation", "closed", "open", "resolved", "withdrawn"]]
    timescale: list[Literal["beyond", "near", "none", "within"]]
    turn: list[dict[str, Any] | None]
    urgency: str
    version: str

class RaiseQuery(TypedDict, total=False):
    protocol: str

class BeginDraftQuery(TypedDict, total=False):
    protocol: str

class MembersQuery(TypedDict, total=False):
    limit: int
    order: Literal["oldest"]

class RaiseFormQuery(TypedDict, total=False):
    about: str
    category: str
    child_status: str
    part: str
    protocol: str
    raised_as: str
    raising_agency: str
    receiving_agency: str
    to: str
    urgency: str
