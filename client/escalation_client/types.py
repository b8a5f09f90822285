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

class ActionDone(TypedDict):
    """An action as it is now, and what was noticed in what was sent."""
    number: int
    item: int
    version: int
    kind: Literal["policy", "training", "briefing"]
    what: str
    owned_by: str
    person: int | None
    due: str
    progress: Literal["not_begun", "under_way", "done", "not_done"]
    why_not: str
    done_on: str | None
    warnings: list[str]

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

class AgencyAnswers(TypedDict):
    """One agency in a round. `told_by`: whom the office wrote it down for."""
    agency: str
    name: str
    answered_at: str | None
    told_by: str
    answers: list[Given]

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

class Answered(TypedDict):
    """One agency in a round. `told_by`: whom the office wrote it down for."""
    agency: str
    name: str
    answered_at: str | None
    told_by: str
    answers: list[Given]
    warnings: list[str]

class ArrangeReturnsRequest(TypedDict):
    days: int
    every: Literal["0", "3", "6", "12"]
    own_questions: NotRequired[str | None]

class Arranged(TypedDict):
    """How often agencies are asked, in months; how many days they have; and what else they are asked."""
    every: Literal["0", "3", "6", "12"]
    days: int
    own_questions: list[str]

class AskNowRequest(TypedDict):
    first: str
    last: str

class AskOnRequest(TypedDict):
    day: str
    version: NotRequired[int]

class BookConversationRequest(TypedDict):
    caller: NotRequired[Literal["raising", "receiving", "otherwise", None]]
    number: NotRequired[str | None]
    version: NotRequired[int]
    when: str
    words: NotRequired[str | None]

class Cell(TypedDict):
    """One number. `words`: as it is shown; `count`: where it counts disagreements and may be shown; `behind`: the key
    with which the disagreements behind it are listed, or null."""
    words: str
    count: int | None
    behind: str | None

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

class ClosureRequest(TypedDict):
    day: str
    name: str

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

class ContactThere(TypedDict):
    """A serializer that nothing is written through."""
    name: str
    post: str
    deputy: bool

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

class Decision(TypedDict):
    """What a meeting decided, and what became of it."""
    number: int
    meeting: int
    about: Literal["timescales", "serious", "themes", "learning", "agencies", "protocol", "other"]
    words: str
    owner: str
    due: str | None
    done_on: str | None
    came_of_it: str
    recorded_at: str

class DecisionDoneRequest(TypedDict):
    came_of_it: NotRequired[str | None]
    done_on: str

class DecisionRequest(TypedDict):
    about: Literal["timescales", "serious", "themes", "learning", "agencies", "protocol", "other"]
    due: NotRequired[str | None]
    owner: NotRequired[str | None]
    words: str

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

class EndAccessRequest(TypedDict):
    reason: str

class EndSideProcessRequest(TypedDict):
    outcome: str
    record: int
    version: NotRequired[int]

class Endpoint(TypedDict):
    """A system that is told. `agency`: of whose disagreements alone; null: of all."""
    id: int
    name: str
    url: str
    agency: NotRequired[str | None]
    made_at: str
    secret_made_at: str
    failing_since: str | None
    switched_off_at: str | None
    not_delivered: int

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

class Figure(TypedDict):
    """One figure of a period. `says`: what it shows, in a sentence; `fair`: what to know before reading anything into
    it. `head`: of the column of names and of each cell. `n`: how many it is about."""
    measure: str
    title: str
    first: str
    last: str
    published: bool
    says: str
    fair: str
    n: int
    unit: str
    head: list[str]
    rows: list[FigureRow]
    total: FigureRow | None

class FigureRow(TypedDict):
    """A serializer that nothing is written through."""
    key: str
    name: str
    cells: list[Cell]

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

class FollowRequest(TypedDict):
    who: str

class ForSomebodyRequest(TypedDict):
    came_by: Literal["telephone", "email", "in_person"]
    came_at: str
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

class Found(TypedDict):
    """One that was found. `extract`: a few words around each place, with what was found between ** and **; null where it
    is not quoted."""
    disagreement: Disagreement
    extract: str | None

class Given(TypedDict):
    """A serializer that nothing is written through."""
    question: str
    answer: str

class Invited(TypedDict):
    """Somebody who is no member and was let in, or waits to be. `opened`: how often they opened it."""
    number: int
    name: str
    email: str
    held: bool
    opened: int
    may_end: bool

class Issued(TypedDict):
    """A pack or a report as it was issued: of a meeting, or of a report on a year. `digest` says that nobody changed it."""
    number: int
    meeting: int | None
    report: int | None
    first: str
    last: str
    issued_at: str
    digest: str

class Item(TypedDict):
    """Something that the partnership learned, as a list shows it."""
    number: int
    version: int
    title: str
    happened: str
    learned: str
    category: str
    themes: list[str]
    raising_agency: NotRequired[str | None]
    receiving_agency: NotRequired[str | None]
    sub_group: str
    progress: Literal["not_begun", "under_way", "done", "not_done"]
    made_at: str
    done_on: str | None
    ask_on: str | None
    judgement: Literal["yes", "partly", "no", "cannot_tell", ""]
    judged_words: str
    judged_at: str | None

class JudgementRequest(TypedDict):
    again: NotRequired[str | None]
    judgement: Literal["yes", "partly", "no", "cannot_tell"]
    version: NotRequired[int]
    words: str

class Learned(TypedDict):
    """What was recorded on a disagreement, as far as you see it. `number`: what is sent to make an item of it."""
    number: int
    disagreement: str
    words: str
    needs: str
    sub_group: str
    recorded_at: str

class LearningAction(TypedDict):
    """What is done about it. `person`: of the member who does it, where one does."""
    number: int
    item: int
    version: int
    kind: Literal["policy", "training", "briefing"]
    what: str
    owned_by: str
    person: int | None
    due: str
    progress: Literal["not_begun", "under_way", "done", "not_done"]
    why_not: str
    done_on: str | None

class LearningActionRequest(TypedDict):
    contact: NotRequired[str | None]
    due: str
    kind: Literal["policy", "training", "briefing"]
    owner: NotRequired[str | None]
    owner_agency: NotRequired[str | None]
    somebody: NotRequired[str | None]
    version: NotRequired[int]
    what: str
    who: Literal["member", "agency", "other"]

class LearningItemChangeRequest(TypedDict):
    category: NotRequired[str | None]
    happened: NotRequired[str | None]
    learned: str
    other_group: NotRequired[str | None]
    raising_agency: NotRequired[str | None]
    receiving_agency: NotRequired[str | None]
    sub_group: NotRequired[str | None]
    themes: NotRequired[str | None]
    title: str
    version: NotRequired[int]

class LearningItemRequest(TypedDict):
    category: NotRequired[str | None]
    happened: NotRequired[str | None]
    learned: str
    learning: NotRequired[list[str] | None]
    other_group: NotRequired[str | None]
    raising_agency: NotRequired[str | None]
    receiving_agency: NotRequired[str | None]
    sub_group: NotRequired[str | None]
    themes: NotRequired[str | None]
    title: str

class LearningProgressRequest(TypedDict):
    progress: Literal["not_begun", "under_way", "done", "not_done"]
    version: NotRequired[int]
    words: NotRequired[str | None]

class LinkRequest(TypedDict):
    how: Literal["duplicate", "sibling", "related"]
    other: str
    version: NotRequired[int]

class Made(TypedDict):
    """The endpoint, and its secret: in the answer that made it alone, never again, also not where it is sent again."""
    id: int
    name: str
    url: str
    agency: NotRequired[str | None]
    made_at: str
    secret_made_at: str
    failing_since: str | None
    switched_off_at: str | None
    not_delivered: int
    secret: str | None

class Measure(TypedDict):
    """What is counted, what is left out, and what to know before reading anything into it."""
    key: str
    title: str
    theme: Literal["how-many", "who", "about", "how-long", "timescales", "afterwards"]
    theme_title: str
    counts: str
    leaves_out: str
    fair: str
    published: bool
    over_time: bool

class Meeting(TypedDict):
    """One meeting of a sub-group; `last` is null where it looks up to the day on which its pack is issued."""
    number: int
    group: str
    sub_group: str
    held_on: str
    first: str
    last: str | None
    notes: str

class MeetingRequest(TypedDict):
    first: str
    group: str
    held_on: str
    last: NotRequired[str | None]
    named: NotRequired[str | None]
    notes: NotRequired[str | None]

class Member(TypedDict):
    """Who has access here, and in which role. `person`: what is sent where one of them is asked for."""
    id: int
    person: int
    name: str
    email: str
    role: str
    agency: NotRequired[str | None]
    job_title: str
    telephone: str
    protocol_role: str

class MergeRequest(TypedDict):
    into: str
    reason: str
    version: NotRequired[int]

class Moved(TypedDict):
    """What became of it: a day, and how many running timescales were counted again. Each says so in its chronology."""
    day: str
    counted_again: int

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

class PaginatedFoundList(TypedDict):
    count: int | None
    next: str | None
    previous: str | None
    results: list[Found]

class PartRequest(TypedDict):
    reason: str
    version: NotRequired[int]

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

class Queue(TypedDict):
    """A serializer that nothing is written through."""
    waiting: list[WaitingFor]
    sent: list[Sent]

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

class Recordable(TypedDict):
    """Somebody who takes part, and what the office can record for them now."""
    number: int
    name: str
    side: str
    role: str
    verbs: list[str]

class RecordingForm(TypedDict):
    """A serializer that nothing is written through."""
    version: int
    asks: list[Field]

class ReopenRequest(TypedDict):
    needed_by: NotRequired[str | None]
    reason: str
    version: NotRequired[int]

class ReplayRequest(TypedDict):
    id: NotRequired[str | None]
    since: NotRequired[str | None]

class Replayed(TypedDict):
    """How many things are sent again."""
    count: int

class ResumeClockRequest(TypedDict):
    deadline: int
    reason: str
    version: NotRequired[int]

class ReturnQuestion(TypedDict):
    """A serializer that nothing is written through."""
    key: str
    kind: str
    text: str
    hint: str

class ReturnRequest(TypedDict):
    helped: NotRequired[str | None]
    in_the_way: NotRequired[str | None]
    other_themes: NotRequired[str | None]
    own_1: NotRequired[str | None]
    own_2: NotRequired[str | None]
    own_3: NotRequired[str | None]
    own_4: NotRequired[str | None]
    own_5: NotRequired[str | None]
    settled: NotRequired[int | None]
    themes: NotRequired[list[str] | None]
    to_know: NotRequired[str | None]
    told_by: NotRequired[str | None]

class Round(TypedDict):
    """One round of returns: about which days, asked when, to be answered by when."""
    number: int
    first: str
    last: str
    asked_on: str
    due: str
    questions: list[ReturnQuestion]

class Rung(TypedDict):
    """Where it stands: null for what was only logged as settled by talking."""
    stage: str
    tier: int
    kind: Literal["practitioner", "manager", "senior", "partnership"]
    words: str

class SearchRequest(TypedDict):
    words: str

class Sent(TypedDict):
    """Learning that was sent to a sub-group and that nobody has taken up."""
    disagreement: str
    sub_group: str
    needs: str
    on: str

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

class Silence(TypedDict):
    """`says` and `fair` stand above the list, and belong to it: none of it is an order of merit."""
    says: str
    fair: str
    head: list[str]
    agencies: list[SilentAgency]

class SilentAgency(TypedDict):
    """An agency that raised none. `known`: what is known of it, by the words of `SilenceSerializer.head`."""
    agency: str
    name: str
    known: list[str]
    contacts: list[ContactThere]

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

class Tried(TypedDict):
    """What came back to a test. `state`: taken, gave_up, or held where nothing may leave. Never more of it than this."""
    state: Literal["taken", "gave_up", "held"]
    status: int | None
    milliseconds: int | None
    problem: str

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

class View(TypedDict):
    """A view: a name for filters, columns and an order. `filters` are those of the tracker's page, by name."""
    key: str
    name: str
    about: str
    shared: bool
    own: bool
    filters: dict[str, list[str]]
    columns: list[str]

class WaitingFor(TypedDict):
    """A log or a deep dive that waits for somebody's word."""
    disagreement: str
    process: str
    since: str
    for_whom: str
    may_decide: bool
    asks: str

class WebhookRequest(TypedDict):
    name: str
    of: str
    url: str

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

class WholeIssued(TypedDict):
    """With the document as a value: its title and its parts, each a heading, a paragraph, bullets, a table or a picture."""
    number: int
    meeting: int | None
    report: int | None
    first: str
    last: str
    issued_at: str
    digest: str
    content: dict[str, dict[str, Any]]

class WholeItem(TypedDict):
    """An item with its actions and its steps, the newest first; `gone`: how many of the records from which it was
    learned are destroyed, or not yours to see."""
    number: int
    version: int
    title: str
    happened: str
    learned: str
    category: str
    themes: list[str]
    raising_agency: NotRequired[str | None]
    receiving_agency: NotRequired[str | None]
    sub_group: str
    progress: Literal["not_begun", "under_way", "done", "not_done"]
    made_at: str
    done_on: str | None
    ask_on: str | None
    judgement: Literal["yes", "partly", "no", "cannot_tell", ""]
    judged_words: str
    judged_at: str | None
    actions: list[LearningAction]
    steps: list[dict[str, Any]]
    learned_from: list[dict[str, Any]]
    gone: int
    warnings: list[str]

class WholeMeeting(TypedDict):
    """With what it decided and the packs that were issued for it."""
    number: int
    group: str
    sub_group: str
    held_on: str
    first: str
    last: str | None
    notes: str
    decisions: list[Decision]
    issued: list[Issued]

class WholeRound(TypedDict):
    """With every agency by name, whether it has answered or not."""
    number: int
    first: str
    last: str
    asked_on: str
    due: str
    questions: list[ReturnQuestion]
    agencies: list[AgencyAnswers]

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

class BehindQuery(TypedDict, total=False):
    key: str
    limit: int
    order: Literal["newest"]
    period: str
    since: str
    until: str

class FigureQuery(TypedDict, total=False):
    by: Literal["month", "quarter", "year"]
    period: str
    since: str
    until: str

class PublishedFigureQuery(TypedDict, total=False):
    period: str

class LearningItemsQuery(TypedDict, total=False):
    limit: int
    order: Literal["newest"]
    show: Literal["open", "ask", "done", "all"]
    sub_group: str
    theme: str

class MeetingsQuery(TypedDict, total=False):
    limit: int
    order: Literal["newest"]

class IssuedQuery(TypedDict, total=False):
    limit: int
    order: Literal["newest"]

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

class TrackerViewQuery(TypedDict, total=False):
    limit: int
