"""The words for what is asked, where people are sent, moving up, closing and what runs beside; knows no form and no page."""

from __future__ import annotations

from ..protocol import (
    Closing,
    Ground,
    MembershipRule,
    Part,
    Permit,
    Question,
    Raiser,
    RaiseWithin,
    Requirement,
    RouteOut,
    SideProcess,
    Signpost,
    Thematic,
)
from .parts_said import Said
from .parts_steps import AT_STAGES, KEY, WHEN

HINT = Said("Help beside it", "A sentence under the question. For example: Say when, or what was tried.", long=True)
ADVICE = Said("What are they told to do?", "One piece of advice on each line.", long=True)
CONTACT = Said("Which contact is shown?", of="contacts")
OTHER_PROTOCOL = Said(
    "Short name of another protocol of yours that it leads to", "Only if your partnership has a second protocol here.", rare=True
)

ASKED: dict[type[Part], dict[str, Said]] = {
    Requirement: {
        "what": Said("What is asked for?"),
        "asks": Said("In which words?", "Left empty, the usual words are used."),
        "hint": HINT,
        "must": Said("It must be answered"),
        "stages": AT_STAGES,
    },
    Question: {
        "asks": Said("What is asked?", "For example: Which plan is the child on, and since when?"),
        "hint": HINT,
        "at": Said(
            "When is it asked?",
            words={
                "raising": "When a disagreement is raised",
                "answering": "When the receiving side says that it has it",
                "moving_up": "When it is moved up",
                "agreeing": "When an agreement is recorded",
                "deciding": "When a decision is recorded",
                "closing": "When it is closed",
                "reopening": "When it is opened again",
                "withdrawing": "When it is withdrawn",
            },
        ),
        "answer": Said(
            "How is it answered?",
            words={
                "text": "In several lines",
                "line": "In one line",
                "yes_no": "With yes or no",
                "date": "With a date",
                "choice": "By choosing one of several answers",
            },
        ),
        "choices": Said("The answers to choose from", "One on each line. Only where one is chosen."),
        "must": Said("It must be answered"),
        "stages": AT_STAGES,
        "when": WHEN,
        "key": KEY,
    },
    Raiser: {
        "kind": Said("For whom can a disagreement be raised?"),
        "asks": Said("What does the choice say?", "For example: I raise it for two other agencies."),
        "hint": HINT,
    },
    Thematic: {
        "asks": Said("What does the box to tick say?", "For example: This is about a theme and no particular child."),
    },
    RaiseWithin: {
        "label": Said("How long, in the words of your document", "For example: within 72 hours of the conference."),
        "amount": Said("How many?", "A number."),
        "unit": Said("Of what?", "Counted from the day of the decision that the form asks for."),
    },
    Signpost: {
        "answer": Said("What does the choice at the start say?", "For example: A child is in danger now."),
        "title": Said("The heading of the page that it leads to", "For example: Act now; this is not the way."),
        "advice": ADVICE,
        "contact": CONTACT,
        "danger": Said("It is about danger now", "It comes first and is shown in red."),
        "protocol": OTHER_PROTOCOL,
        "key": KEY,
    },
    RouteOut: {
        "title": Said("Where does it go instead?", "For example: This goes to the independent reviewing officer."),
        "when": Said("For which disagreements?", "Everything that you say here must hold."),
        "advice": ADVICE,
        "contact": CONTACT,
        "stops": Said("It cannot be raised here", "Take the tick away if people are only advised and may go on."),
        "protocol": OTHER_PROTOCOL,
        "key": KEY,
    },
    Ground: {
        "name": Said("Why is it moved up?", "For example: Not resolved, or No answer."),
        "no_answer": Said("It means that the other side has not answered"),
        "stages": Said("From which {steps}?", "Tick none if it holds at every {step}.", of="stages"),
        "key": KEY,
    },
    Permit: {
        "act": Said(
            "What may they do?",
            words={
                "move_up": "Move it up",
                "step_back": "Take it a step back",
                "agree": "Record what was agreed",
                "withdraw": "Withdraw it",
                "reopen": "Open it again",
            },
        ),
        "by": Said("Who may?", "Tick none for the people who usually may.", of="recipients"),
        "office": Said("The partnership’s office may too"),
        "stages": AT_STAGES,
        "times": Said("How many times in all?", "A number. Leave it empty if your document sets no limit."),
        "within": Said("Only until which clock has passed?", of="time_limits"),
    },
    Closing: {
        "by": Said("Which roles may close a resolved disagreement?", "Tick none for the managers of either side.", of="roles"),
        "office": Said("The partnership’s office may close it too"),
        "satisfied": Said("Who must be satisfied first?"),
    },
    MembershipRule: {
        "agencies_at_least": Said("From at least how many agencies?", "0 if your document does not say."),
        "includes_both_sides": Said("People of both sides take part"),
        "one_not_in_dispute": Said("At least one agency is not in dispute"),
        "outside_both": Said("Those who take part come from outside both agencies"),
    },
    SideProcess: {
        "name": Said("What is it called?", "For example: Resolution Panel."),
        "kind": Said("What sort of thing is it?"),
        "started_by": Said("Who may start it?", of="roles"),
        "ended_by": Said("Who may end it?", "Tick none if it is those who may start it.", of="roles"),
        "started_by_flag": Said("Does a mark start it?", of="flags"),
        "stages": AT_STAGES,
        "instead": Said("It takes the place of the {steps}", "Otherwise it runs beside them and the clocks go on."),
        "members": Said("Who takes part", "What does not fit is warned of, and recorded all the same."),
        "may_decide": Said("What it arrives at may end the disagreement"),
        "asks": Said("What is asked when it starts?", "For example: Who takes part, and when does it meet?"),
        "questions": Said("Further questions to answer", "One on each line."),
        "choices": Said("What it can end with", "One on each line. For example: Actions agreed."),
        "last_resort": Said("The last resort, if it does not help", "What people are told then.", long=True),
        "key": KEY,
    },
}
