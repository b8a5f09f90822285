"""Whatever happens under the five shipped protocols, both sides hear of it, and so does everybody whom the document names."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from partnerships.protocol import NoticeRule, Protocol, TimeLimit
from partnerships.protocol_problems.reach import Reach
from partnerships.protocol_terms import Event
from tests.protocols_as_data.shipped import SLUGS, rule_at, shipped

BOTH = {"raising", "receiving"}


def told(protocol: Protocol, events: set[Event], stage: str, *, limit: str | None = None) -> set[str]:
    """Everybody whom the rules tell, whatever the child's status, the flags or the sectors."""

    def speaks(rule: NoticeRule) -> bool:
        when = rule.when
        special = when.sectors or when.child_statuses or when.flags or when.categories or when.urgencies or when.side_processes
        formal = when.formal is None or protocol.stage(stage).formal == when.formal
        here = (not when.stages or stage in when.stages) and (not when.time_limits or limit in when.time_limits)
        return bool(events & set(rule.on)) and here and formal and not special and not when.direct

    return {recipient for rule in protocol.notice_rules if speaks(rule) for recipient in rule.to}


def sides(protocol: Protocol, recipients: set[str]) -> set[str]:
    found: set[str] = set()
    for recipient in recipients:
        side, _, key = recipient.rpartition(".")
        own = protocol.role(key).side
        found |= {side} if side else BOTH if own == "both" else {own.value}
    return found


def acting_at(protocol: Protocol, stage: str) -> set[str]:
    found = protocol.stage(stage)
    return {role for tier in range(1, found.heights + 1) for role in found.acting(tier)}


def happenings(protocol: Protocol) -> Iterator[tuple[str, set[Event], str]]:
    """What one side does or the clock shows, at every stage where it can be: (words, events, stage)."""
    reach = Reach.of(protocol)
    for stage in reach.here:
        confirmed = stage in reach.happens[Event.OUTCOME_CONFIRMED]
        yield "stage opened", {Event.STAGE_OPENED} | ({Event.RAISED} if stage in reach.happens[Event.RAISED] else set()), stage
        yield "progress", {Event.PROGRESS_RECORDED}, stage
        yield "agreement", {Event.AGREEMENT_RECORDED} | (set() if confirmed else {Event.RESOLVED}), stage
        if confirmed:
            yield "confirmed", {Event.OUTCOME_CONFIRMED, Event.RESOLVED}, stage
            yield "disputed", {Event.OUTCOME_DISPUTED}, stage
        if stage in reach.happens[Event.DECISION_RECORDED]:
            yield "decision", {Event.DECISION_RECORDED, Event.RESOLVED}, stage
        for event in (Event.WITHDRAWN, Event.REOPENED, Event.CLOSED, Event.PASSED_ON, Event.FLAGGED, Event.TIMESCALE_VARIED):
            yield event.value, {event}, stage
        if stage in reach.happens[Event.STEPPED_BACK]:
            yield "stepped back", {Event.STEPPED_BACK}, stage
        if stage in reach.happens[Event.TIER_OPENED]:
            yield "tier opened", {Event.TIER_OPENED}, stage


@pytest.mark.parametrize("slug", SLUGS)
def test_both_sides_hear_of_everything_that_changes_where_it_stands(slug: str) -> None:
    protocol = shipped(slug)
    unaware = [
        (words, stage)
        for words, events, stage in happenings(protocol)
        if not sides(protocol, told(protocol, events, stage)) >= BOTH
    ]
    assert unaware == []


@pytest.mark.parametrize("slug", SLUGS)
def test_those_who_act_on_a_stage_are_told_that_it_opened_and_how_it_ended(slug: str) -> None:
    protocol = shipped(slug)
    telling = {"stage opened", "agreement", "confirmed", "decision", "disputed", "withdrawn", "reopened", "tier opened"}
    unaware = []
    for words, events, stage in happenings(protocol):
        if words not in telling:
            continue
        heard = {recipient.rpartition(".")[2] for recipient in told(protocol, events, stage)}
        acting = protocol.stage(stage).acting(1) if words == "stage opened" else acting_at(protocol, stage)
        unaware += [(words, stage, role) for role in acting if role not in heard]
    assert unaware == []


@pytest.mark.parametrize("slug", SLUGS)
def test_the_person_who_raised_it_hears_that_it_was_received_and_how_it_ended(slug: str) -> None:
    protocol = shipped(slug)
    hearing = {"practitioner", "raising.practitioner"}
    for words, events, stage in happenings(protocol):
        if words in ("agreement", "confirmed", "decision", "withdrawn", "reopened", "stage opened") and events != {
            Event.STAGE_OPENED
        }:
            assert told(protocol, events, stage) & hearing, (words, stage)
    assert "raising.practitioner" in told(protocol, {Event.RAISER_TOLD}, protocol.ladder[0].key)


def timescales(protocol: Protocol) -> Iterator[tuple[TimeLimit, str]]:
    for limit in protocol.time_limits:
        for stage in limit.stages or [stage.key for stage in protocol.ladder]:
            yield limit, stage


def holders(protocol: Protocol, limit: TimeLimit, stage: str) -> set[str]:
    """Who must act before a timescale passes: its holder, or all who act at the stage."""
    return {limit.holder.rpartition(".")[2]} if limit.holder else acting_at(protocol, stage)


@pytest.mark.parametrize("slug", SLUGS)
def test_no_timescale_passes_in_silence(slug: str) -> None:
    """The sides hear of it, whoever holds it does, and at a stage of the partnership the office does too."""
    protocol = shipped(slug)
    silent = []
    for limit, stage in timescales(protocol):
        heard = told(protocol, {Event.TIMESCALE_PASSED}, stage, limit=limit.key)
        missing = holders(protocol, limit, stage) - {recipient.rpartition(".")[2] for recipient in heard}
        office = {"partnership_inbox", "partnership_manager"} <= heard or protocol.stage(stage).kind != "partnership"
        if missing or not office or not sides(protocol, heard) >= BOTH:
            silent.append((limit.key, stage, missing))
    assert silent == []


def test_in_barnsley_every_passed_timescale_reaches_the_inbox_and_the_partnership_manager() -> None:
    protocol = shipped("barnsley")
    for limit, stage in timescales(protocol):
        assert {"partnership_inbox", "partnership_manager"} <= told(protocol, {Event.TIMESCALE_PASSED}, stage, limit=limit.key)


@pytest.mark.parametrize("slug", SLUGS)
def test_a_timescale_with_a_reminder_reminds_those_who_hold_it_and_nobody_else(slug: str) -> None:
    protocol = shipped(slug)
    for limit, stage in timescales(protocol):
        heard = {recipient.rpartition(".")[2] for recipient in told(protocol, {Event.TIMESCALE_NEAR}, stage, limit=limit.key)}
        expected = holders(protocol, limit, stage) if limit.remind_before else set()
        office = {"partnership_manager"} if protocol.stage(stage).kind == "partnership" else set()
        assert heard - office == expected, (limit.key, stage)


def test_every_formal_stage_of_barnsley_is_told_to_the_inbox_and_the_partnership_manager() -> None:
    """B Stage One; B after Stage Three (B-10, B-19)."""
    protocol = shipped("barnsley")
    for stage in protocol.ladder:
        assert stage.formal
        assert {"partnership_inbox", "partnership_manager"} <= told(protocol, {Event.STAGE_OPENED}, stage.key)


def test_the_designated_nurse_of_barnsley_is_told_at_stage_two_only_if_an_agency_is_of_health() -> None:
    protocol = shipped("barnsley")
    rule = rule_at(protocol, "notice_rules/designated_nurse_told")
    assert (rule.when.sectors, rule.when.sector_of, rule.when.stages) == (("health",), "either", ("stage_2", "stage_3"))
    assert "designated_nurse" not in told(protocol, {Event.STAGE_OPENED}, "stage_2")


def test_the_reviewing_officer_of_havering_is_told_from_stage_two_of_a_child_on_a_plan_or_looked_after() -> None:
    """H 2.5."""
    when = rule_at(shipped("havering"), "notice_rules/iro_told").when
    assert (when.stages, when.child_statuses) == (("stage_2", "stage_3", "stage_4"), ("child_protection_plan", "looked_after"))


def test_havering_first_tells_its_inbox_at_stage_four() -> None:
    """H 2.11: protocols.md 8.8, so silence in the tracker means different things in different places."""
    protocol = shipped("havering")
    hearing = [stage.key for stage in protocol.ladder if "partnership_inbox" in told(protocol, {Event.STAGE_OPENED}, stage.key)]
    assert hearing == ["stage_4"]


@pytest.mark.parametrize("slug", SLUGS)
def test_a_notice_that_cannot_be_delivered_is_told_to_the_office_at_any_stage(slug: str) -> None:
    protocol = shipped(slug)
    for stage in protocol.ladder:
        assert told(protocol, {Event.NOTICE_UNDELIVERED}, stage.key) == {"partnership_inbox", "partnership_manager"}


@pytest.mark.parametrize("slug", SLUGS)
def test_no_event_is_listed_that_could_never_happen_there(slug: str) -> None:
    protocol = shipped(slug)
    reach, idle = Reach.of(protocol), []
    for rule in protocol.notice_rules:
        limits = [limit for limit in protocol.time_limits if limit.key in rule.when.time_limits] or protocol.time_limits
        happens = reach.counting(limits).happens
        here = set(rule.when.stages) or reach.here
        idle += [(rule.key, event.value) for event in rule.on if not happens[event] & here]
    for limit in protocol.time_limits:
        here = set(limit.stages) or reach.here
        idle += [(limit.key, event.value) for event in (*limit.starts_on, *limit.stops_on) if not reach.happens[event] & here]
    assert idle == []


@pytest.mark.parametrize("slug", SLUGS)
def test_what_a_notice_says_speaks_of_no_child_by_name_and_fits_an_e_mail(slug: str) -> None:
    for rule in shipped(slug).notice_rules:
        assert len(rule.asks) <= 200
        assert not re.search(r"\{|\}|%s|@", rule.asks)
