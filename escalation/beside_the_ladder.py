"""Logs and deep dives that stand beside the ladder: for whose word one waits; must not know any page."""

from __future__ import annotations

from partnerships import selectors as partnership_selectors
from partnerships.protocol import Protocol, SideProcess
from partnerships.protocol_terms import ProcessKind, Side

from .permissions import Viewer

KEPT = (ProcessKind.LOG, ProcessKind.DEEP_DIVE)


def who_decides(protocol: Protocol, process: SideProcess) -> tuple[str, ...]:
    """The roles beside the two sides by whose word it ends: of those named for that, or else of those who may start it."""
    named = process.ended_by or process.started_by
    return tuple(key for key in named if protocol.role(key).side in (Side.PARTNERSHIP, Side.OUTSIDE))


def keeps_a_log(viewer: Viewer) -> bool:
    """Whether a protocol of this partnership waits for somebody in this person's roles (W 3.1a: the sub-group's chair)."""
    if not viewer.protocol_roles:
        return False
    return any(
        viewer.protocol_roles & set(who_decides(version.protocol, process))
        for version in partnership_selectors.versions_in_force()
        for process in version.protocol.side_processes
        if process.kind in KEPT
    )
