"""The Ashdale Resolution Pathway, an invented document, as its administrator reads it out to the editor's forms."""

from __future__ import annotations

from django.core.management import call_command

from partnerships import services
from partnerships.models import User
from partnerships.scope import partnership_scope

from .entering import Part

SLUG, TITLE, STEP = "ashdale", "Ashdale Resolution Pathway", "level"
CLAUSE, SILENT = "Clause in your document", "Assumed, because the document is silent"
TALKING, LEADS, GROUP = "Talking to each other", "Safeguarding leads", "Executive Group"
CATEGORIES = "Categories, marks, urgency and the child’s status"
ENDS = "Can somebody end a disagreement here that is not agreed?"
STANCE = "How far is the partnership itself drawn in?"


def founded() -> None:
    """A partnership with nothing but a name and its administrator."""
    name = "Ashdale Safeguarding Children Partnership"
    partnership = services.found_partnership(slug=SLUG, name=name, reference_prefix="ASH")
    ada = User.objects.create_user("ada.winter@ashdale.example", name="Ada Winter", is_demo=True)
    with partnership_scope(partnership.pk):
        services.add_member(ada, role="protocol_administrator")


def let_in() -> None:
    """The people who work under it, by the operator's command, once the protocol has brought their agencies."""
    hospital, social_care = "ashdale_general_hospital", "ashdale_children_s_services"
    for name, role, agency, protocol_role in (
        ("Mia Holt", "practitioner", hospital, "practitioner"),
        ("Leo Marsh", "lead", hospital, "safeguarding_lead"),
        ("Sol Reed", "practitioner", social_care, "practitioner"),
        ("Tess Bright", "lead", social_care, "safeguarding_lead"),
    ):
        address = f"{name.lower().replace(' ', '.')}@ashdale.example"
        call_command("invite", SLUG, address, name, role, agency=agency, protocol_role=protocol_role, verbosity=0)
    User.objects.filter(email__endswith="@ashdale.example").update(is_demo=True)


PEOPLE = (
    Part("The people", "a role", {"What is this role called?": "Worker", CLAUSE: "2.1", SILENT: ""}, "Practitioner"),
    Part(
        "The people",
        "a role",
        {"What is this role called?": GROUP, CLAUSE: "2.4", SILENT: ""},
        "Safeguarding Partners",
    ),
    Part(
        "The people",
        "a role",
        {
            "What is this role called?": "Safeguarding lead",
            "For whom do they act?": "Both sides",
            "What do they do?": "The first manager or safeguarding lead on each side",
            CLAUSE: "2.2",
        },
    ),
    Part(
        "The people",
        "a role",
        {
            "What is this role called?": "Learning group",
            "For whom do they act?": "The partnership",
            "What do they do?": "Takes up what is learned",
            "They may open the disagreement and read it": False,
            CLAUSE: "2.6",
        },
    ),
)
SECOND = Part(
    "The levels",
    "a level",
    {
        "What is this level called?": LEADS,
        "Its number": "2",
        "Which kind of level is it?": "Their managers or safeguarding leads",
        "Who acts here?": ["Safeguarding lead"],
        "It is a formal level": True,
        "A disagreement can start here": True,
        STANCE: "The partnership is told, and leaves it to the agencies",
        CLAUSE: "3.2",
    },
)
THIRD = Part(
    "The levels",
    "a level",
    {
        "What is this level called?": GROUP,
        "Its number": "3",
        "Which kind of level is it?": "The partnership itself",
        "Who acts here?": [GROUP],
        "It is a formal level": True,
        STANCE: "It is for the partnership to settle",
        CLAUSE: "3.3",
    },
)
AUTHORITY = {
    ENDS: {
        "How does it end?": "Somebody decides it",
        "Who has that authority?": GROUP,
        "What does the button say?": "Record the Executive Group’s decision",
        "Clause about ending it here": "3.4",
    }
}
CLOCK = Part(
    "Clocks",
    "a clock",
    {
        "What is to be done in this time?": "The safeguarding leads talk",
        "How long, in the words of your document": "within 5 working days",
        "How many?": "5",
        "Of what?": "Working days",
        "What starts it?": ["A level opens"],
        "What stops it?": ["An agreement is recorded", "It is resolved"],
        "At which levels?": [f"Level 2: {LEADS}"],
        "Whose time is it?": "Both sides",
        "How binding is it?": "Expected: a delay is explained",
        "A date asked for on the form counts instead, if that is sooner": True,
        "Remind how long before?": "1",
        CLAUSE: "3.2",
    },
)
BOTH_LEADS, BOTH_WORKERS = "Safeguarding lead (both sides)", "Worker (both sides)"
TOLD = (
    Part(
        "Who is told", "a notice", {"Who is told?": [BOTH_WORKERS, BOTH_LEADS], CLAUSE: "3.2", SILENT: ""}, "When a disagreement"
    ),
    Part("Who is told", "a notice", {"When?": ["A level opens"], "Who is told?": [BOTH_LEADS, GROUP], CLAUSE: "3.3"}),
    Part(
        "Who is told",
        "a notice",
        {"When?": ["It is resolved"], "Who is told?": [BOTH_WORKERS, BOTH_LEADS, "Learning group"], CLAUSE: "3.5"},
    ),
)
SILENCE = Part(
    "Who is told",
    "a notice",
    {
        "When?": ["A timescale ends soon", "A timescale has passed"],
        "Who is told?": [BOTH_LEADS],
        "What are they asked to do?": "Talk today, or move it up to the Executive Group.",
        SILENT: "The document does not say who is reminded. Is it the safeguarding leads?",
    },
)
ASKED = (
    Part(
        "What is asked", "a thing to record", {"What is asked for?": "Whether the two practitioners have talked", CLAUSE: "3.1"}
    ),
    Part("What is asked", "a thing to record", {"What is asked for?": "The likely effect on the child", CLAUSE: "4.1"}),
    Part(
        "What is asked",
        "a thing to record",
        {
            "What is asked for?": "A date by which it must be settled for the child",
            "It must be answered": False,
            CLAUSE: "4.2",
        },
    ),
)
ELSEWHERE = (
    Part(
        "Sending elsewhere",
        "a signpost",
        {
            "What are they told to do?": "Ring 999 if a child is in danger now.\nThen ring the front door.",
            CLAUSE: "1.2",
            SILENT: "",
        },
        "“A child is in danger now”",
    ),
    Part(
        CATEGORIES,
        "a category",
        {
            "What is it called?": "Levels of need",
            "Compared with other partnerships as": "Thresholds and levels of need",
            CLAUSE: "1.3",
        },
    ),
    Part(CATEGORIES, "a category", {CLAUSE: "1.3", SILENT: ""}, "Something else"),
)
AGENCIES = (("Ashdale General Hospital", "Health", "Named Nurse"), ("Ashdale Children’s Services", "Social care", "Team Manager"))
CONTACTS = (
    Part(
        "Contacts",
        "a contact",
        {
            "Name or title": "Learning group inbox",
            "For which role?": "Learning group",
            "E-mail address": "learning@ashdale.example",
            CLAUSE: "page 9",
        },
    ),
    Part(
        "Contacts",
        "a contact",
        {
            "Name or title": "Executive Group inbox",
            "For which role?": GROUP,
            "E-mail address": "executive@ashdale.example",
            CLAUSE: "page 9",
        },
    ),
)
