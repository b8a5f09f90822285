"""The smallest protocol that can work, to begin from where there is no other to begin from; knows no row and no page."""

from __future__ import annotations

from ..protocol import (
    MAIN,
    Authority,
    Category,
    NoticeRule,
    Protocol,
    Role,
    Signpost,
    Source,
    Stage,
)
from ..protocol_terms import AuthorityKind, Capacity, CommonCategory, Event, Side, StageKind, Stance


def skeleton(title: str, *, key: str = MAIN) -> Protocol:
    """One step on which the workers of both sides talk, and one role that ends what they cannot. Every rule of it is an
    assumption that asks: what an administrator has not replaced by a clause of the document is seen on every page."""
    return Protocol(
        key=key,
        title=title,
        source=Source(document=title),
        stages=(_first_step(),),
        roles=(
            Role(
                key="practitioner",
                name="Practitioner",
                side=Side.BOTH,
                capacity=Capacity.PRACTITIONER,
                assumption="Workers of both sides talk to each other first. What does your document call them?",
            ),
            Role(
                key="decision_maker",
                name="Safeguarding Partners",
                side=Side.PARTNERSHIP,
                capacity=Capacity.DECISION_MAKER,
                may_decide=True,
                assumption="Somebody must be able to end it. Who is that in your document?",
            ),
        ),
        notice_rules=(
            NoticeRule(
                key="raised",
                on=(Event.RAISED,),
                to=("practitioner",),
                assumption="The workers of both sides are told when a disagreement is raised. Who else is?",
            ),
        ),
        signposts=(_danger(),),
        categories=(
            Category(
                key="other",
                name="Something else",
                common=CommonCategory.OTHER,
                assumption="A disagreement can be about anything. Which kinds does your document name?",
            ),
        ),
    )


def _first_step() -> Stage:
    return Stage(
        key="stage_1",
        number="1",
        name="Talking to each other",
        kind=StageKind.PRACTITIONER,
        formal=False,
        acts=("practitioner",),
        opens_here=True,
        stance=Stance.NOT_TOLD,
        authority=Authority(
            kind=AuthorityKind.DECIDES,
            by="decision_maker",
            assumption="What cannot be agreed is decided by the Safeguarding Partners. Is that so in your document?",
        ),
        assumption="The workers who disagree talk first. Which steps does your document have, and who acts at each?",
    )


def _danger() -> Signpost:
    return Signpost(
        key="danger_now",
        answer="A child is in danger now",
        title="Act now; this is not the way",
        advice=("Ring 999 if a child is in immediate danger.", "Tell your own safeguarding lead at once."),
        danger=True,
        assumption="A child in danger comes before any disagreement. Which number does your document give?",
    )
