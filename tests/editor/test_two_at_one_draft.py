"""Who may edit, what cannot be edited any more, two people at one draft, and what is taken out, moved, copied and renamed."""

from __future__ import annotations

from typing import Any

import pytest

from partnerships import services
from partnerships.models import ProtocolVersion
from partnerships.services import DraftChanged, PartnershipRefused
from tests.journeys.visitor import Visitor
from tests.world import World

from .drafts import Drafted

pytestmark = pytest.mark.django_db

ADDRESSES: tuple[tuple[str | int, ...], ...] = (
    (), ("check",), ("people",), ("roles", "add"), ("roles", 0), ("roles", 0, "remove"),
)  # fmt: skip


@pytest.fixture
def draft(havering: World) -> Drafted:
    return Drafted(havering)


def test_only_those_who_keep_the_protocol_may_and_others_elsewhere_find_nothing(draft: Drafted, barnsley: World) -> None:
    world = draft.world
    for parts in ADDRESSES:
        address = draft.address(*parts)
        assert [Visitor(user).opens(address).status for user in (world.administrator, world.office)] == [200, 200]
        others = (world.midwife, world.team_manager, world.person("o", "observer"), world.decider("chair"))
        assert [Visitor(user).opens(address).status for user in others] == [403, 403, 403, 403]
        assert Visitor(barnsley.administrator).opens(address).status == 404
    address = draft.address("roles", 0, "up")
    assert Visitor(world.midwife).client.post(address).status_code == 403
    assert Visitor(barnsley.administrator).client.post(address).status_code == 404


def test_another_partnership_s_draft_is_not_found_under_one_s_own_address(draft: Drafted, barnsley: World) -> None:
    assert Visitor(barnsley.administrator).opens(draft.address().replace("havering", "barnsley")).status == 404


def test_a_published_version_is_refused_on_every_page(havering: World) -> None:
    administrator = Visitor(havering.administrator)
    for parts in ADDRESSES:
        address = "/".join(["/p/havering/administration/protocol/1", *map(str, parts)]) + "/"
        assert administrator.opens(address).status == 409
        administrator.sees("A published protocol never changes")
    for act in ("up", "down", "copy", "remove"):
        answer = administrator.client.post(
            f"/p/havering/administration/protocol/1/roles/1/{act}/", {"digest": havering.version.digest}
        )
        assert answer.status_code == 409
    with havering.scope(), pytest.raises(PartnershipRefused, match="a published protocol never changes"):
        services.revise_draft(havering.version, protocol=havering.protocol, expected_digest=havering.version.digest)


def test_a_draft_that_was_discarded_says_so(draft: Drafted) -> None:
    version = draft.version
    with draft.world.scope():
        ProtocolVersion.objects.filter(pk=version.pk).delete()
        with pytest.raises(PartnershipRefused, match="has been discarded"):
            services.revise_draft(version, protocol=draft.world.protocol, expected_digest=version.digest)


def test_whoever_saves_second_is_told_and_loses_nothing(draft: Drafted) -> None:
    page = draft.opens("roles", 1).fills("What is this role called?", "My words")
    draft.revised(lambda plain: plain["roles"].insert(0, plain["roles"].pop()))  # now one place further down
    page.presses("Save")
    assert page.status == 409
    assert page.refusals == [
        "Somebody changed this draft while you were editing. What you typed is still here. Look at it, and save it once more"
    ]
    assert draft.protocol.roles[2].name != "My words"
    page.presses("Save")
    assert draft.protocol.roles[2].name == "My words"


def test_whoever_saves_second_where_both_changed_the_same_part(draft: Drafted) -> None:
    page = draft.opens("roles", 1).fills("What is this role called?", "My words")
    draft.revised(lambda plain: plain["roles"][1].update(name="Their words"))
    page.presses("Save")
    assert page.refusals[0].startswith("Somebody changed this draft while you were editing")
    page.sees("to save it puts yours in its place")
    assert draft.protocol.roles[1].name == "Their words"


def test_whoever_saves_second_where_the_part_has_gone_adds_it_again(draft: Drafted) -> None:
    page = draft.opens("categories", 0).fills("What is it called?", "My words")
    draft.revised(lambda plain: plain["categories"].pop(0))
    page.presses("Save").sees("the part itself was taken out: to save it adds it again").presses("Save")
    assert draft.protocol.categories[-1].name == "My words"


def test_the_service_itself_refuses_a_draft_that_has_changed(draft: Drafted) -> None:
    with draft.world.scope(), pytest.raises(DraftChanged):
        services.revise_draft(draft.version, protocol=draft.world.protocol, expected_digest="0" * 64)


def test_to_press_save_twice_adds_once(draft: Drafted) -> None:
    page = draft.opens("flags", "add").fills("What does the mark say?", "Stuck").fills("Clause in your document", "H 1")
    sent = dict(page.typed) | {"digest": [draft.version.digest]}
    codes = [page.client.post(page.address, sent).status_code for _ in range(2)]
    assert codes == [302, 409]
    assert [flag.key for flag in draft.protocol.flags] == ["immediate_harm", "support_wanted", "stuck"]


def test_what_others_speak_of_is_taken_out_with_a_warning_and_stays_as_a_problem(draft: Drafted) -> None:
    keys = [role.key for role in draft.protocol.roles]
    page = draft.opens("roles", keys.index("senior_manager"), "remove")
    page.sees("Other parts of the draft speak of it", "Stage: Stage 3: Senior managers", "Notice: When it goes up a tier")
    page.presses("Take it out")
    assert page.heading == "The people"
    assert [role.key for role in draft.protocol.roles] == [key for key in keys if key != "senior_manager"]
    draft.opens("check").sees("there is no role “senior_manager”")


def test_the_last_step_and_the_last_role_stay(draft: Drafted) -> None:
    draft.revised(lambda plain: plain.update(stages=plain["stages"][3:]))
    page = draft.opens("stages", 0, "remove").presses("Take it out")
    assert page.status == 409
    page.sees("A protocol needs at least one stage. Add another one first.")


def test_steps_are_moved_and_the_ladder_follows(draft: Drafted) -> None:
    page = draft.opens("steps").presses("Up : Stage 3: Senior managers")
    assert [stage.number for stage in draft.protocol.stages] == ["1", "3", "2", "4"]
    assert [mark.text for mark in page.page.every(cls="escalation-ladder__mark")][:4] == ["1", "3", "2", "4"]
    page.presses("Down : Stage 3: Senior managers")
    assert draft.protocol == draft.world.protocol


def test_a_part_is_copied_with_a_key_of_its_own(draft: Drafted) -> None:
    page = draft.opens("steps").presses("Copy : Stage 4: Resolution by the HSCP Chair")
    assert page.heading == "Change Resolution by the HSCP Chair (copy)"
    stages = draft.protocol.stages
    assert len({stage.key for stage in stages}) == 5
    gates = [gate.key for stage in stages for gate in stage.gates]
    assert len(set(gates)) == len(gates) == 2


def test_who_moves_a_part_of_a_draft_that_has_changed_is_told(draft: Drafted) -> None:
    page = draft.opens("steps")
    draft.revised(lambda plain: plain.update(title="Another"))
    page.presses("Up : Stage 3: Senior managers")
    assert page.told == ["Somebody changed this draft while you were editing. Nothing of yours has been saved yet."]
    assert [stage.number for stage in draft.protocol.stages] == ["1", "2", "3", "4"]


def test_a_key_that_is_changed_takes_along_all_that_speaks_of_it(draft: Drafted) -> None:
    page = draft.opens("roles", 0)
    page.typed["key"] = ["worker"]
    page.presses("Save")
    assert page.told == ["Worker: saved. The draft has no problems."]
    protocol = draft.protocol
    assert protocol.stages[0].acts == ("worker",)
    assert "raising.worker" in protocol.notice_rules[0].to or any("worker" in rule.to for rule in protocol.notice_rules)


def test_what_was_confirmed_keeps_for_the_rules_that_keep(draft: Drafted) -> None:
    protocol = draft.protocol
    paths = [f"notice_rules.{i}" for i, rule in enumerate(protocol.notice_rules) if rule.assumption][:2]
    with draft.world.scope():
        for path in paths:
            services.confirm_assumption(draft.version, path=path, by=draft.world.administrator, role="Business manager")
    first, second = (int(path.rpartition(".")[2]) for path in paths)

    def change(plain: dict[str, Any]) -> None:
        plain["notice_rules"][first]["asks"] = "Something else."
        plain["notice_rules"].append(plain["notice_rules"].pop(second))

    draft.revised(change)
    with draft.world.scope():
        kept = list(draft.version.confirmations.values_list("path", "confirmer_role"))
    assert kept == [(f"notice_rules.{len(protocol.notice_rules) - 1}", "Business manager")]


# ---------------------------------------------------------------- hostile


@pytest.mark.parametrize(
    "address",
    ["roles/999/", "roles/99999999999999999999/", "nothing/0/", "nothing/", "nothing/add/", "about/1/", "about/add/",
     "closing/0/", "thematic/3/", "roles/999/remove/", "about/0/remove/", "key/0/", "title/0/", "__class__/0/"],
)  # fmt: skip
def test_what_is_not_there_is_not_found(draft: Drafted, address: str) -> None:
    page = Visitor(draft.world.administrator).opens(draft.address() + address)
    assert page.status == 404
    refused = page.client.post(draft.address() + address, {"digest": draft.version.digest}).status_code
    assert refused == (405 if address == "nothing/" else 404)


def test_a_version_that_cannot_be_is_not_found(draft: Drafted) -> None:
    for number in (0, 77, 2**31, 10**30):
        assert Visitor(draft.world.administrator).opens(f"/p/havering/administration/protocol/{number}/").status == 404


@pytest.mark.parametrize(
    "typed",
    [
        {"name": "x" * 100_000},
        {"name": "a\x00b"},
        {"name": "fine", "substitutes": "a\x00b"},
        {"side": "sideways"},
        {"side": ["both", "nobody"]},
        {"capacity": "x" * 100_000},
        {"substitutes": "x\n" * 50_000},
        {"key": "__proto__"},
        {"assumption": "x" * 100_000},
    ],
    ids=lambda typed: next(iter(typed)),
)
def test_hostile_input_is_refused_in_words_and_stored_nowhere(draft: Drafted, typed: dict[str, Any]) -> None:
    page = draft.opens("roles", 0)
    page.typed |= {name: value if isinstance(value, list) else [value] for name, value in typed.items()}
    page.presses("Save")
    assert page.status == 422
    assert page.refusals
    assert draft.protocol == draft.world.protocol


@pytest.mark.parametrize(
    "row",
    ["tiers:add", "tiers:99:up", "tiers:-1:out", "nothing:add", ":", "tiers", "tiers:x:up", "x" * 10_000, "*:0:out", "a\x00:add"],
)
def test_a_row_button_that_no_page_has_changes_nothing(draft: Drafted, row: str) -> None:
    page = draft.opens("stages", 2)
    answer = page.client.post(page.address, {"row": row, "tiers-rows": "9" * 30, "digest": draft.version.digest})
    assert answer.status_code == 200
    assert draft.protocol == draft.world.protocol


def test_a_form_without_anything_in_it_is_refused(draft: Drafted) -> None:
    page = draft.opens("stages", 2)
    assert page.client.post(page.address, {}).status_code == 409
    assert page.client.post(page.address, {"digest": draft.version.digest}).status_code == 422
    assert draft.protocol == draft.world.protocol
