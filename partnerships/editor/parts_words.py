"""The words for the document itself, its lists, agencies, contacts, guidance and reporting; knows no form and no page."""

from __future__ import annotations

from ..protocol import (
    AgencyPart,
    Category,
    ChildStatus,
    ContactPart,
    Flag,
    Guidance,
    Part,
    Post,
    Protocol,
    Reporting,
    Source,
    UrgencyBand,
)
from ..protocol_phrases import GUIDANCE_WORDS
from .parts_said import Said
from .parts_steps import AT_STAGES, KEY

WORDS: dict[type[Part], dict[str, Said]] = {
    Protocol: {
        "title": Said("What is the protocol called?", "As on the cover of your document."),
        "step_word": Said("What is one step called?", "In small letters. For example: stage, step, level."),
        "raise_button": Said("What does the button to begin say?", "For example: Raise a disagreement."),
        "source": Said("The document", "What all this is taken from."),
        "key": Said(
            "Which of your protocols is it?",
            "main is the one for professional disagreements. A second protocol, for example for dissent at a conference, "
            "has a short name of its own.",
            rare=True,
        ),
        "roles": Said("Roles", "Everybody who acts or is told, as your document calls them.", one="role"),
        "stages": Said("{Steps}", "Lowest first.", one="{step}"),
        "time_limits": Said("Clocks", "Every time that your document gives for doing something.", one="clock"),
        "notice_rules": Said("Notices", "Who is told of what, and what they are asked to do.", one="notice"),
        "requirements": Said(
            "What people are asked to record", "Things that every area asks for in some form.", one="thing to record"
        ),
        "questions": Said("Questions of your own", "What only your document asks.", one="question"),
        "raisers": Said("Other ways of raising", "For two others, or as a group.", one="way of raising"),
        "thematic": Said("Themes", "A disagreement about a theme, with no particular child.", one="rule for themes"),
        "raise_within": Said(
            "How soon it is raised",
            "Where your document says how long after a decision it can be raised.",
            one="time for raising",
        ),
        "signposts": Said(
            "Signposts at the start", "Answers that lead elsewhere before a disagreement is raised.", one="signpost"
        ),
        "routes_out": Said("Kinds of disagreement that go elsewhere", "By what is said on the form.", one="route elsewhere"),
        "grounds": Said("Reasons for moving up", "If none is given, no reason has to be chosen.", one="reason"),
        "permits": Said(
            "Who may do what", "Only where it is not the usual people, or not as often as they like.", one="permission"
        ),
        "closing": Said("Closing", "Who may close, and who must be satisfied.", one="rule for closing"),
        "side_processes": Said(
            "Beside the {steps}",
            "Panels, mediation, meetings and logs that run beside the {steps} or in their place.",
            one="process",
        ),
        "categories": Said("Categories", "What a disagreement can be about.", one="category"),
        "flags": Said("Marks", "What can be marked on a disagreement, for example a child in immediate harm.", one="mark"),
        "urgency_bands": Said("Urgency", "Where your document knows more than one urgency.", one="urgency"),
        "child_statuses": Said("The child’s status", "For example looked after; notices can depend on it.", one="status"),
        "agencies": Said("Agencies", "Who works together, with the posts that meet at each {step}.", one="agency"),
        "contacts": Said("Contacts", "Inboxes, telephone numbers and posts outside any agency.", one="contact"),
        "guidance": Said(
            "Guidance", "Advice from your document, in your words, shown where it is needed.", one="piece of guidance"
        ),
        "reporting": Said("Reporting", "Who takes up what is learned, and how often.", one="reporting rule"),
    },
    Source: {
        "document": Said("Name of the document", "As on its cover."),
        "version": Said("Its version", "For example: V5 (January 2025)."),
        "issued": Said("When it was issued", "As the document says. For example: October 2015."),
        "review_due": Said("When it is to be reviewed"),
        "shared_by": Said("Shared with", "Other partnerships under the same document. For example: Bexley and Bromley."),
        "note": Said("Notes on reading it", "For example what was unclear, and how you read it.", long=True),
    },
    Category: {
        "name": Said("What is it called?", "For example: Levels of need."),
        "common": Said("Compared with other partnerships as", "The nearest of a list that all areas share."),
        "key": KEY,
    },
    Flag: {
        "name": Said("What does the mark say?", "For example: A child may be in immediate harm."),
        "asks": Said("What is asked of the person who puts it on?"),
        "key": KEY,
    },
    UrgencyBand: {
        "name": Said("What is it called?", "For example: Immediate, Significant, Standard."),
        "advice": Said("When should it be chosen?", long=True),
        "key": KEY,
    },
    ChildStatus: {"name": Said("What is it called?", "For example: Looked after."), "key": KEY},
    Post: {
        "kind": Said("At which kind of {step}?"),
        "title": Said("The post", "For example: Named Nurse."),
        "filled_by": Said("Which other agency answers for it?", "Only where the agency has no such post itself.", of="agencies"),
    },
    AgencyPart: {
        "name": Said("Name of the agency"),
        "sector": Said("Sector"),
        "posts": Said("Its posts, lowest first", "Whom it sends to which kind of {step}.", one="post"),
        "indicative": Said("Your document gives these posts for indication only"),
        "key": KEY,
    },
    ContactPart: {
        "name": Said("Name or title", "A team or post lasts longer than a person’s name."),
        "role": Said("For which role?", "Notices to that role go to this address.", of="roles"),
        "email": Said("E-mail address"),
        "telephone": Said("Telephone number"),
        "address": Said("Address or web address"),
        "review_by": Said("Check these details again by"),
        "note": Said("Note", "For example hours, or whom to ask for."),
        "key": KEY,
    },
    Guidance: {
        "text": Said("The advice", "In your own words.", long=True),
        "at": Said("Where is it shown?", words={at: words[:1].upper() + words[1:] for at, words in GUIDANCE_WORDS.items()}),
        "stages": AT_STAGES,
    },
    Reporting: {
        "sub_group": Said("Which sub-group takes up what is learned?"),
        "every": Said("How often?", "As your document says. For example: every quarter."),
        "annual_to": Said("Who gets the annual report?"),
        "silent_after_months": Said(
            "After how many months without a disagreement is an agency asked?", "A number. Leave it empty if nobody asks."
        ),
        "agencies_report": Said("The agencies report regularly on what they meet"),
    },
}
