"""The words for people, steps, clocks, notices and the situations in which they apply; knows no form and no page."""

from __future__ import annotations

from ..protocol import (
    Authority,
    Condition,
    Gate,
    NoticeRule,
    Part,
    Role,
    Stage,
    Tier,
    TimeLimit,
    Unanswered,
)
from .parts_said import Said, ground

KEY = Said(
    "Short name",
    "Small letters, digits and underscores. Other parts, files and addresses use it; people never see it. "
    "Left empty, it is made from the name. If you change it, everything that refers to it follows.",
    rare=True,
)
AT_STAGES = Said("At which {steps}?", "Tick none if it holds at every {step}.", of="stages")
WHEN = Said("Only in certain situations", "Everything that you say here must hold. Leave it all empty if it always applies.")

STEPS: dict[type[Part], dict[str, Said]] = {
    Role: {
        "name": Said("What is this role called?", "As your document calls it. For example: Safeguarding lead or manager."),
        "side": Said("For whom do they act?"),
        "capacity": Said("What do they do?"),
        "substitutes": Said(
            "Who does it instead, where there is no such person?",
            "One on each line. For example: Head teacher, where a school has no safeguarding lead.",
        ),
        "may_decide": Said("They may decide a disagreement"),
        "may_see": Said(
            "They may open the disagreement and read it",
            "Take the tick away for an inbox or a body that is only told that something happened.",
        ),
        "key": KEY,
    },
    Condition: {
        "stages": Said("At these {steps}", of="stages"),
        "tiers": Said("At these tiers of a {step}", "Numbers, from the lowest. For example: 1, 2."),
        "formal": Said("At a formal or an informal {step}?", words={"true": "Only formal", "false": "Only informal"}),
        "direct": Said(
            "How did it get there?", words={"true": "Only if it came there directly", "false": "Only if it came step by step"}
        ),
        "sectors": Said("If an agency belongs to one of these sectors", "For example health, for the Designated Nurse."),
        "sector_of": Said(
            "Which agency must belong to that sector?",
            words={"either": "Either of the two", "raising": "The raising agency", "receiving": "The receiving agency"},
        ),
        "child_statuses": Said("If the child is", of="child_statuses"),
        "flags": Said("If it is marked", of="flags"),
        "categories": Said("If it is about", of="categories"),
        "urgencies": Said("If the urgency is", of="urgency_bands"),
        "grounds": Said("If it was moved up because", of="grounds"),
        "raised_as": Said("If it was raised"),
        "late": Said(
            "Was it raised later than your document says?",
            words={"true": "Only if it was late", "false": "Only if it was in time"},
        ),
        "time_limits": Said("For these clocks only", of="time_limits"),
        "side_processes": Said("For these processes beside the {steps} only", of="side_processes"),
    },
    Gate: {
        "asks": Said("What must be recorded first?", "A question. For example: Have the members of both agencies been involved?"),
        **ground("about this gate"),
        "key": KEY,
    },
    Authority: {
        "kind": Said("How does it end?"),
        "by": Said("Who has that authority?", of="roles"),
        "jointly_with": Said(
            "Who must have agreed to it too?",
            "Tick none if one role is enough. For example the other safeguarding partners.",
            of="roles",
        ),
        "panel": Said("Which panel may be called?", "From the processes beside the {steps}.", of="side_processes"),
        "button": Said("What does the button say?", "For example: Record the Chair’s decision."),
        "outcome_word": Said("What is the result called?", "It stands in letters. For example: decision, conclusion, direction."),
        **ground("about ending it here"),
    },
    Tier: {
        "name": Said("What is this tier called?", "For example: Head of Service."),
        "acts": Said("Who acts at this tier?", "Tick none if it is the same people as for the whole {step}.", of="roles"),
    },
    Stage: {
        "name": Said("What is this {step} called?", "For example: Safeguarding leads or managers."),
        "number": Said("Its number", "As your document counts. For example: 2. It may be left empty."),
        "kind": Said(
            "Which kind of {step} is it?", "Only this is compared between partnerships: every area has some of these four."
        ),
        "acts": Said("Who acts here?", "Roles of both sides, or of the partnership itself.", of="roles"),
        "formal": Said("It is a formal {step}"),
        "recorded": Said("It is recorded in the tracker", "Take the tick away for talking that comes before the first record."),
        "opens_here": Said("A disagreement can start here"),
        "directly_reachable": Said("It can be reached directly from any lower {step}", "With a reason that is recorded."),
        "direct_when": Said("Directly only in certain situations?", "For example only where it is urgent."),
        "tiers": Said(
            "Tiers inside this {step}",
            "Levels of management that are gone through one after another, lowest first. Most {steps} have none.",
            one="tier",
        ),
        "tiers_may_be_skipped": Said("Its tiers may be skipped"),
        "gates": Said(
            "What must be recorded before it opens?", "For example that both members were involved before the Chair.", one="gate"
        ),
        "only_when": Said("Does this {step} exist only in certain situations?", "For example only for a looked-after child."),
        "stance": Said("How far is the partnership itself drawn in?"),
        "authority": Said("Can somebody end a disagreement here that is not agreed?", "The last {step} needs it."),
        "key": KEY,
    },
    Unanswered: {
        "means": Said(
            "What does your document make of it?",
            words={
                "move_up": "It may be moved up",
                "tell_office": "The partnership’s office is told",
                "may_close": "It may be closed",
            },
        ),
        "asks": Said("What people read then", "For example: There was no answer within 5 working days. You may move it up."),
        **ground("about no answer"),
    },
    TimeLimit: {
        "purpose": Said("What is to be done in this time?", "For example: The managers talk."),
        "label": Said("How long, in the words of your document", "For example: within 5 working days."),
        "amount": Said("How many?", "A number. Leave it empty if only the date asked for on the form counts."),
        "unit": Said("Of what?"),
        "starts_on": Said("What starts it?", "Any of these. Most clocks start when a {step} opens."),
        "stops_on": Said("What stops it?", "Any of these. Most stop when an agreement is recorded, or when it is resolved."),
        "stages": AT_STAGES,
        "held_by": Said("Whose time is it?"),
        "holder": Said("Which role holds it?", of="recipients"),
        "strength": Said("How binding is it?"),
        "ends_with_stage": Said("It ends when the disagreement leaves the {step}"),
        "urgency": Said("Only for one urgency?", of="urgency_bands"),
        "whichever_is_shorter": Said("A date asked for on the form counts instead, if that is sooner"),
        "counts_from": Said(
            "From which day is it counted?",
            words={"event": "The day on which it starts", "decided_on": "The day of the decision that is disagreed with"},
        ),
        "remind_before": Said(
            "Remind how long before?", "Numbers, in the same unit. For example: 1, 3. Leave it empty for none."
        ),
        "repeats": Said("It starts again each time it ends"),
        "unanswered": Said("Does your document say what happens if nobody answers in time?"),
        "when": WHEN,
        "key": KEY,
    },
    NoticeRule: {
        "on": Said("When?", "Any of these."),
        "to": Said("Who is told?", of="recipients"),
        "asks": Said("What are they asked to do?", "One or two sentences in the e-mail. Nothing about a child stands in it."),
        "when": WHEN,
        "key": KEY,
    },
}
