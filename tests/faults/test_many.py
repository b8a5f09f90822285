"""More of everything than there should be: two beats, and eight processes that work, all at the same work."""

from __future__ import annotations

from .fault import Fault
from .rig import Rig


def test_two_beats_and_eight_workers(rig: Rig, fault: Fault) -> None:
    rig.start("beat-2", "worker-of6")
    fault.begins()
    fault.raises(2)
    line = fault.ends("Two beats, eight workers", "Every tick twice, and eight processes to take it up")
    rig.stop("beat-2", "worker-of6")
    assert line.twice == 0
