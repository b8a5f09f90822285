"""What is kept and put back in these tests, and the commands as an officer types them."""

from __future__ import annotations

import io
import os
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command

from escalation.files import store
from escalation.models import Attachment
from tests.promises.full_world import fill
from tests.world import TUESDAY, World


def said(*words: Any, **options: Any) -> list[str]:
    out = StringIO()
    call_command(*[str(word) for word in words], stdout=out, stderr=out, **options)
    return out.getvalue().splitlines()


def refused(*words: Any) -> str:
    with pytest.raises(CommandError) as why:
        said(*words)
    return str(why.value)


def with_file(world: World, content: bytes = b"A plan") -> Attachment:
    """A file that lies with a new disagreement, as uploading leaves it."""
    raised, number = world.raised(), uuid4()
    kept = store.put(io.BytesIO(content), partnership_id=world.partnership.pk, key=number)
    with world.scope():
        return Attachment.objects.create(
            disagreement=raised, key=number, name="plan.txt", content_type="text/plain", size=kept.size, sha256=kept.sha256,
            state=Attachment.State.CLEAN, added_by=world.midwife, added_at=TUESDAY,
        )  # fmt: skip


def filled(slug: str) -> World:
    """A row in every table of a partnership, and a file that is there."""
    world = World(slug)
    fill(world)
    with world.scope():
        Attachment.objects.update(state=Attachment.State.REMOVED)  # of those no file was ever written
    with_file(world)
    return world


def backed_up(folder: Path) -> Path:
    said("backup", folder)
    return sorted(folder.glob("*.age"))[-1]


def restoring(backup: Path, key: Path, into: str, files: Path) -> list[Any]:
    plain = into.replace(f":{os.environ['PGPASSWORD']}@", "@")
    return ["restore", backup, "--identity", key, "--into", plain, "--files", files]
