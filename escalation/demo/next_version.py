"""The draft of a next version that an administrator would have begun, made with the editor's own means; publishes nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from partnerships import services as partnership_services
from partnerships.editor import drafting
from partnerships.models import ProtocolVersion, VersionStatus
from partnerships.protocol import Protocol

HERE = Path(__file__).parent / "drafts"


def begin_next_version(slug: str, in_force: ProtocolVersion) -> None:
    """Copy the version in force and change what the partnership's file says, where it has one. Where somebody has begun
    a draft already, theirs is left as the only one. Needs the partnership's scope."""
    file = HERE / f"{slug}.yml"
    drafts = ProtocolVersion.objects.filter(line=in_force.line, status=VersionStatus.DRAFT)
    if not file.exists() or drafts.exists():
        return
    copied = drafting.Definition(f"version:{in_force.number}", in_force.title, in_force.protocol, version=in_force)
    draft = drafting.draft_from(copied, line=in_force.line)
    changed = with_time_limits(in_force.protocol, yaml.safe_load(file.read_text())["time_limits"])
    partnership_services.revise_draft(draft, protocol=changed, expected_digest=draft.digest)


def with_time_limits(protocol: Protocol, changes: dict[str, dict[str, Any]]) -> Protocol:
    """The protocol with these timescales, by their keys, saying something else."""
    definition = protocol.model_dump(mode="json")
    limits = {limit["key"]: limit for limit in definition["time_limits"]}
    for key, said in changes.items():
        limits[key].update(said)
    return Protocol.model_validate(definition)
