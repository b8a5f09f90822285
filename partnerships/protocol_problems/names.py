"""Keys, names and numbers used twice, and keys that belong to nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..protocol import Condition, Part, Protocol
from .parts import Path, Problem, each, meant

NAMED = (
    "stages", "roles", "time_limits", "notice_rules", "signposts", "side_processes", "categories", "flags",
    "urgency_bands", "child_statuses", "agencies", "contacts", "questions", "routes_out", "grounds",
)  # fmt: skip
# What one item of each list is called.
WORDS = {
    "stages": "stage", "roles": "role", "time_limits": "time limit", "notice_rules": "notice rule",
    "requirements": "requirement", "signposts": "signpost", "side_processes": "side process", "categories": "category",
    "flags": "flag", "urgency_bands": "urgency band", "child_statuses": "child status", "agencies": "agency",
    "contacts": "contact", "guidance": "guidance text", "reporting": "reporting rule", "gates": "gate", "tiers": "tier",
    "posts": "post", "questions": "question", "routes_out": "route out", "grounds": "ground", "raisers": "way of raising",
    "permits": "permission",
}  # fmt: skip


@dataclass(frozen=True)
class Reference:
    """One key written in one part that must be the key of another."""

    path: Path
    said: str
    key: str
    kind: str


def repeated(protocol: Protocol) -> Iterator[Problem]:
    for name in NAMED:
        parts = list(each(protocol, name))
        yield from _twice([((*path, "key"), part.key) for path, part in parts], f'{WORDS[name]} has the key "{{}}"')
    yield from _twice(
        [((*path, "number"), s.number) for path, s in each(protocol, "stages") if s.number], 'stage has the number "{}"'
    )
    for name in ("stages", "categories", "flags", "agencies", "urgency_bands", "child_statuses"):
        parts = list(each(protocol, name))
        yield from _twice([((*path, "name"), part.name) for path, part in parts], f'{WORDS[name]} is called "{{}}"')
    gates = [((*path, "gates", i, "key"), gate.key) for path, s in each(protocol, "stages") for i, gate in enumerate(s.gates)]
    yield from _twice(gates, 'gate has the key "{}"')
    for path, stage in each(protocol, "stages"):
        tiers = [((*path, "tiers", i, "name"), tier.name) for i, tier in enumerate(stage.tiers)]
        yield from _twice(tiers, f'tier of stage "{stage.key}" is called "{{}}"')


def _twice(found: Sequence[tuple[Path, str]], words: str) -> Iterator[Problem]:
    seen: set[str] = set()
    for path, value in found:
        if value.casefold() in seen:
            yield Problem(path, f"Another {words.format(value)}. Each needs its own; change one of them.")
        seen.add(value.casefold())


def unknown(protocol: Protocol) -> Iterator[Problem]:
    known = {
        "stage": [stage.key for stage in protocol.stages],
        "recorded stage": [stage.key for stage in protocol.ladder],
        "role": [role.key for role in protocol.roles],
        "side process": [process.key for process in protocol.side_processes],
        "time limit": [limit.key for limit in protocol.time_limits],
        "flag": [flag.key for flag in protocol.flags],
        "child status": [status.key for status in protocol.child_statuses],
        "category": [category.key for category in protocol.categories],
        "urgency band": [band.key for band in protocol.urgency_bands],
        "contact": [contact.key for contact in protocol.contacts],
        "ground": [ground.key for ground in protocol.grounds],
        "agency": [agency.key for agency in protocol.agencies],
    }
    sets = {kind: frozenset(keys) for kind, keys in known.items()}
    for found in references(protocol):
        if found.key in sets[found.kind]:
            continue
        if found.kind == "recorded stage" and found.key in sets["stage"]:
            yield Problem(
                found.path, f'{found.said}: stage "{found.key}" is not recorded, so nothing happens there. Leave it out.'
            )
        else:
            kind = found.kind.removeprefix("recorded ")
            yield Problem(found.path, f'{found.said}: there is no {kind} "{found.key}". {meant(found.key, known[found.kind])}')


def references(protocol: Protocol) -> Iterator[Reference]:
    """Every place where one part speaks of another by its key, whether or not there is such a part."""
    yield from _of_stages(protocol)
    for path, limit in each(protocol, "time_limits"):
        said = f'Time limit "{limit.key}"'
        yield from _refer(path, said, limit, stages="recorded stage", urgency="urgency band", holder="role")
        yield from _asked((*path, "when"), said, limit.when)
    for path, rule in each(protocol, "notice_rules"):
        yield from _refer(path, f'Notice rule "{rule.key}"', rule, to="role")
        yield from _asked((*path, "when"), f'Notice rule "{rule.key}"', rule.when)
    for path, requirement in each(protocol, "requirements"):
        yield from _refer(path, f'Requirement "{requirement.what}"', requirement, stages="recorded stage")
    for path, signpost in each(protocol, "signposts"):
        yield from _refer(path, f'Signpost "{signpost.key}"', signpost, contact="contact")
    for path, process in each(protocol, "side_processes"):
        said = f'Side process "{process.key}"'
        yield from _refer(
            path, said, process, started_by="role", ended_by="role", started_by_flag="flag", stages="recorded stage"
        )
    yield from _of_forms(protocol)
    for path, contact in each(protocol, "contacts"):
        yield from _refer(path, f'Contact "{contact.key}"', contact, role="role")
    for path, guidance in each(protocol, "guidance"):
        yield from _refer(path, f"Guidance text {path[1] + 1}", guidance, stages="stage")


def _of_stages(protocol: Protocol) -> Iterator[Reference]:
    for path, stage in each(protocol, "stages"):
        yield from _refer(path, f'Stage "{stage.key}"', stage, acts="role")
        for number, tier in enumerate(stage.tiers):
            yield from _refer((*path, "tiers", number), f'Stage "{stage.key}", tier "{tier.name}"', tier, acts="role")
        if stage.only_when:
            yield from _asked((*path, "only_when"), f'Stage "{stage.key}"', stage.only_when)
        if stage.direct_when:
            yield from _asked((*path, "direct_when"), f'Stage "{stage.key}"', stage.direct_when)
        if stage.authority:
            said = f'The authority of stage "{stage.key}"'
            yield from _refer((*path, "authority"), said, stage.authority, by="role", jointly_with="role", panel="side process")


def _of_forms(protocol: Protocol) -> Iterator[Reference]:
    for path, question in each(protocol, "questions"):
        yield from _refer(path, f'Question "{question.key}"', question, stages="recorded stage")
        yield from _asked((*path, "when"), f'Question "{question.key}"', question.when)
    for path, route in each(protocol, "routes_out"):
        yield from _refer(path, f'Route out "{route.key}"', route, contact="contact")
        yield from _asked((*path, "when"), f'Route out "{route.key}"', route.when)
    for path, ground in each(protocol, "grounds"):
        yield from _refer(path, f'Ground "{ground.key}"', ground, stages="recorded stage")
    for path, permit in each(protocol, "permits"):
        said = f'Permission {path[1] + 1} ("{permit.act}")'
        yield from _refer(path, said, permit, by="role", stages="recorded stage", within="time limit")
    if protocol.closing:
        yield from _refer(("closing",), "Closing", protocol.closing, by="role")
    for path, agency in each(protocol, "agencies"):
        for number, post in enumerate(agency.posts):
            yield from _refer((*path, "posts", number), f'Agency "{agency.key}", post {number + 1}', post, filled_by="agency")


def _asked(path: Path, said: str, when: Condition) -> Iterator[Reference]:
    return _refer(
        path, said, when, stages="recorded stage", flags="flag", child_statuses="child status", categories="category",
        urgencies="urgency band", grounds="ground", time_limits="time limit", side_processes="side process",
    )  # fmt: skip


def _refer(path: Path, said: str, part: Part, **kinds: str) -> Iterator[Reference]:
    """Each key that the named fields of a part hold; the side in front of a recipient ("raising.lead") is left off."""
    for name, kind in kinds.items():
        value = getattr(part, name)
        if isinstance(value, str):
            yield Reference((*path, name), said, value.rpartition(".")[2], kind)
        elif value is not None:
            for number, key in enumerate(value):
                yield Reference((*path, name, number), said, key.rpartition(".")[2], kind)
