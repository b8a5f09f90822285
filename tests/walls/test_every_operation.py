"""Every operation of the API as it is described, by the token of every role, here and elsewhere: what is told, line by line."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
import yaml
from django.test import Client

from partnerships.services import issue_token

from .two_worlds import Place, Told, different, told

pytestmark = pytest.mark.django_db

DESCRIPTION = Path(__file__).resolve().parents[2] / "docs" / "reference" / "openapi.yml"
# Who asks, in this order; the first two take part in the disagreement, those after them do not, each in one role.
WHO = (
    "PARTY", "SIDE MANAGER", "practitioner", "lead", "senior_manager", "representative", "adviser", "decision_maker",
    "partnership_manager", "protocol_administrator", "observer", "guest", "OPERATOR",
)  # fmt: skip
READ = "GET access disagreement chronology deadlines actions files"
FORMS = (
    "acknowledge add_action book_conversation change_party change_side_process change_situation close confirm_on_file"
    " agree_to_proposal decline_proposal propose_outcome withdraw_proposal"
    " confirm_outcome correct dispute_outcome end_side_process escalate finish_action flag link pass_on pause_clock"
    " record_agreement record_conversation record_decision record_gate record_learning record_progress record_satisfaction"
    " reopen resume_clock start_side_process step_back tell_raiser unflag vary_timescale withdraw"
)
# What each operation tells them, at a disagreement just raised: 400 is theirs to do and was sent without anything in it, 409
# is not possible now, 403 is somebody else's; whoever may not see the disagreement finds nothing.
TELLS: dict[str, tuple[str, ...]] = {
    "200 200 200 200 200 200 200 200 200 200 200 403 404": (
        "GET agencies closures contacts disagreements drafts protocol raise_form",
    ),
    # The partnership office's own; of what is behind a number it is asked which, and of no row there is nothing.
    "403 403 403 403 403 403 403 403 200 403 403 403 404": (
        "GET figure issued learning_items learning_to_take_up meetings return_rounds returns_arranged silence tracker_views",
        "GET waiting",
    ),
    "403 403 403 403 403 403 403 403 400 403 403 403 404": (
        "GET behind", "POST add_learning_item add_meeting arrange_returns ask_for_returns",
    ),
    "403 403 403 403 403 403 403 403 404 403 403 403 404": (
        "GET issued_file issued_one learning_item meeting return_round tracker_file tracker_view",
        "POST add_learning_action ask_learning_on change_learning_action change_learning_item issue_pack judge_learning",
        "POST meeting_decision_done record_meeting_decision",
    ),
    "403 403 403 403 403 403 403 403 200 403 200 403 404": ("GET measures published_figure",),
    "400 400 400 400 400 400 400 400 400 400 400 403 404": ("POST search",),
    "403 403 404 404 404 404 404 404 200 404 404 403 404": ("GET for_whom", "POST chase"),
    "403 403 404 404 404 404 404 404 400 404 404 403 404": ("POST follow merge part",),
    "403 403 404 404 404 404 404 404 404 404 404 403 404": ("GET record_for_form", "POST record_for"),
    "403 403 403 403 403 403 403 403 200 200 403 403 404": ("GET members webhooks",),
    "403 403 403 403 403 403 403 403 400 400 403 403 404": ("POST add_closure add_webhook",),
    # Of no system that is told, and no day off.
    "403 403 403 403 403 403 403 403 404 404 403 403 404": ("POST end_webhook remove_closure test_webhook replay_webhook",),
    "400 400 400 400 400 400 400 400 400 403 403 403 404": ("POST raise",),
    # Of a draft nothing is required: whoever may raise begins an empty one.
    "201 201 201 201 201 201 201 201 201 403 403 403 404": ("POST begin_draft",),
    "404 404 404 404 404 404 404 404 404 404 404 403 404": (
        "GET file learning_action", "POST answer_return discard_draft end_access say_how_learning_stands",
    ),
    # It was sent as JSON, and a file is not: whoever may is told so.
    "415 415 404 404 404 404 404 404 415 404 404 403 404": ("POST add_file",),
    "200 200 404 404 404 404 404 404 200 404 404 403 404": (
        READ,
        "GET " + " ".join(f"{verb}_form" for verb in FORMS.split()),
    ),
    "403 400 404 404 404 404 404 404 400 404 404 403 404": ("POST acknowledge pass_on",),
    "400 400 404 404 404 404 404 404 400 404 404 403 404": (
        "POST add_action book_conversation change_party change_side_process confirm_on_file correct end_side_process escalate",
        "POST finish_action flag link pause_clock record_agreement record_conversation record_progress start_side_process",
        "POST vary_timescale",
    ),
    "409 409 404 404 404 404 404 404 409 404 404 403 404": (
        "POST change_situation dispute_outcome record_gate record_learning record_satisfaction reopen resume_clock step_back",
        "POST tell_raiser unflag",
    ),
    "403 409 404 404 404 404 404 404 409 404 404 403 404": ("POST close confirm_outcome",),
    "403 403 404 404 404 404 404 404 409 404 404 403 404": ("POST record_decision",),
    "400 403 404 404 404 404 404 404 400 404 404 403 404": ("POST withdraw",),
    # Which of the two sides may answer is said once there is something to answer with; the office does it for neither.
    "400 400 404 404 404 404 404 404 403 404 404 403 404": (
        "POST agree_to_proposal decline_proposal propose_outcome withdraw_proposal",
    ),
}  # fmt: skip
EXPECTED = {
    f"{method} {name}": told
    for told, lines in TELLS.items()
    for method, names in (line.split(" ", 1) for line in lines)
    for name in names.split()
}
NOBODYS = "ENF-9999"
# Of no draft and no file.
NO_KEY = "00000000-0000-4000-8000-000000000000"
# What else stands in addresses: a number of nothing, and what every partnership has.
NO_NUMBER = 987654
ELSE = {"agency": "none", "verb": "escalate", "measure": "direct", "kind": "csv", "day": "2026-12-24"}


@cache
def operations() -> tuple[tuple[str, str, str], ...]:
    """(operationId, method, path) of everything that the API offers."""
    paths = yaml.load(DESCRIPTION.read_text(), Loader=yaml.CSafeLoader)["paths"]
    return tuple(
        (said["operationId"], method.upper(), path) for path, methods in paths.items() for method, said in methods.items()
    )


def secrets(world: Place) -> dict[str, str]:
    """A token of each."""
    found = {}
    for who, user in world.people.items():
        if user is not None:
            with world.scope(user):
                found[who] = issue_token(user, name="A program")[1]
    return found


def asked(method: str, path: str, secret: str, *, slug: str, reference: str) -> Told:
    where = path.format(slug=slug, reference=reference, file=NO_KEY, key=NO_KEY, number=NO_NUMBER, party=NO_NUMBER, **ELSE)
    return told(Client(), method, where, body=b"{}", headers={"Authorization": f"Bearer {secret}"}, hide=[reference])


def test_every_operation_has_a_line_and_every_line_an_operation() -> None:
    assert sorted(f"{method} {name}" for name, method, _ in operations()) == sorted(EXPECTED)


def test_what_each_role_is_told_here(here: Place) -> None:
    """Whoever may do something everywhere, and everybody where it is not about one disagreement; the others in turn."""
    tokens, found, reference = secrets(here), [], str(here.disagreement.reference)
    assert tuple(tokens) == WHO
    for turn, (name, method, path) in enumerate(operations()):
        expected = dict(zip(WHO, EXPECTED[f"{method} {name}"].split(), strict=True))
        for place, who in enumerate(WHO):
            if who in ("PARTY", "SIDE MANAGER", "partnership_manager") or "{reference}" not in path or (turn + place) % 6 == 0:
                answer = asked(method, path, tokens[who], slug=here.slug, reference=reference)
                found += [(method, name, who, answer.status)] if str(answer.status) != expected[who] else []
    assert found == [], "\n".join(map(str, found))


def test_a_token_of_another_partnership_opens_nothing_here(here: Place, there: Place) -> None:
    """As one that was never given out: to the headers, the words and the queries. Every role in turn, the office everywhere."""
    before, found, tokens = here.rows(), [], secrets(there)
    reference = str(here.disagreement.reference)
    for turn, (name, method, path) in enumerate(operations()):
        nothing = asked(method, path, "never given out", slug=here.slug, reference=reference)
        for who in {WHO[turn % len(WHO)], "partnership_manager"}:
            answer = asked(method, path, tokens[who], slug=here.slug, reference=reference)
            if answer.status != 401 or answer != nothing:
                found.append((method, name, who, different(answer, nothing)))
    assert found == []
    assert here.rows() == before


def test_a_reference_of_another_partnership_is_as_one_of_none(here: Place, there: Place) -> None:
    before, found, tokens = (here.rows(), there.rows()), [], secrets(there)
    for turn, (name, method, path) in enumerate(operations()):
        if "{reference}" not in path:
            continue
        for who in {WHO[turn % len(WHO)], "partnership_manager"}:
            one, other = (
                asked(method, path, tokens[who], slug=there.slug, reference=reference)
                for reference in (str(here.disagreement.reference), NOBODYS)
            )
            if one != other or one.status not in (403, 404) or (who == "partnership_manager" and one.status != 404):
                found.append((method, name, who, one.status, different(one, other)))
    assert found == []
    assert {table for table in before[1] if before[1][table] != there.rows()[table]} == {"partnerships_apitoken"}
    assert here.rows() == before[0]
