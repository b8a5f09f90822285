"""Two offices' windows, several workers, one file sent twice: what is pressed or run at the same moment is done once."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pytest

from escalation.files.kinds import FileRefused
from escalation.models import Attachment, ElsewhereMarker, SharedAcross
from escalation.moves import Refused
from escalation.services.across import mark_elsewhere, share_across
from tests.promises.database import at_once
from tests.services.lying import lies_with, takes_files
from tests.world import World

from .test_bringing_in import lead_of_wiltshire

pytestmark = pytest.mark.django_db(transaction=True)


def test_it_is_shared_once_marked_once_and_a_file_is_kept_once(
    barnsley: World, wiltshire: World, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    takes_files(barnsley)
    disagreement, person = barnsley.raised(), lead_of_wiltshire(barnsley)
    office, midwife = barnsley.office, barnsley.midwife

    def share() -> None:
        with barnsley.scope(office):
            viewer = barnsley.viewer(office)
            share_across(disagreement.pk, viewer=viewer, other=wiltshire.partnership, person=person, reason="They moved.")

    shared = at_once([share] * 4)
    assert sorted(str(type(one).__name__) for one in shared) == ["NoneType", "Refused", "Refused", "Refused"]
    assert barnsley.chronology(disagreement) == ["raised", "party_changed", "shared_across"]

    marked = at_once([partial(mark_elsewhere, wiltshire.partnership.pk)] * 6)
    assert set(marked) <= {0, 1}
    kept = at_once([partial(lies_with, barnsley, disagreement, by=midwife)] * 4)
    assert [one for one in kept if isinstance(one, Exception) and not isinstance(one, (FileRefused, Refused))] == []
    with wiltshire.scope():
        assert ElsewhereMarker.objects.count() == 1
    with barnsley.scope():
        assert (SharedAcross.objects.count(), Attachment.objects.count()) == (1, 1)
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1
