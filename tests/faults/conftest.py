"""One rig for all faults, a partnership of its own for each, and what was counted after it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from .fault import Fault, Figures
from .rig import Rig


@pytest.fixture(scope="session")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """Web, one worker of two processes, and beat, over servers of their own."""
    folder = tmp_path_factory.mktemp("faults")
    for above in [folder, *folder.parents[:2]]:
        above.chmod(0o755)  # PostgreSQL's own user must pass
    rig = Rig(Path(folder) / "state")
    try:
        rig.open()
        rig.start("web", "worker", "beat")
        yield rig
    finally:
        rig.close()


@pytest.fixture(scope="session")
def figures() -> Figures:
    return Figures()


@pytest.fixture(scope="session")
def undisturbed(rig: Rig, figures: Figures) -> Fault:
    """The same story without a fault, told first: who was told of what in it is what every other is held against."""
    fault = Fault(rig, figures, slug="nothing-happens")
    fault.begins()
    fault.raises(2)
    fault.ends("Nothing", "Nothing: what the other lines are compared with.")
    return fault


@pytest.fixture
def fault(rig: Rig, figures: Figures, undisturbed: Fault, request: pytest.FixtureRequest) -> Iterator[Fault]:
    """A partnership to do one fault to. Whatever a fault left broken is whole again for the next."""
    slug = re.sub(r"[^a-z]+", "-", request.node.name.removeprefix("test_"))[:40].strip("-")
    yield Fault(rig, figures, slug=slug, held_against=undisturbed)
    rig.post.is_now(rig.post.mood.TAKES)
    for name in ("web", "worker", "beat"):
        if not rig.runs(name):
            rig.start(name)
