"""Files to put with disagreements: the smallest of each kind that is taken, and a partnership that takes them."""

from __future__ import annotations

import io
import zipfile

from escalation.models import Attachment, Disagreement
from escalation.services.attaching import add_file
from partnerships.arrangements import Arrangements
from partnerships.models import User
from partnerships.scope import forget
from tests.world import World

PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\0\0\0\0:~\x9bU\0\0\0\0IEND\xaeB`\x82"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9"
WORD = "wordprocessingml.document"


def archive(parts: dict[str, bytes | str]) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return kept.getvalue()


def office(main: str = f"application/vnd.openxmlformats-officedocument.{WORD}.main+xml", **more: bytes) -> bytes:
    """A Word document with these parts besides; "word__vbaProject.bin" stands for word/vbaProject.bin."""
    listed = f'<Types><Override PartName="/word/document.xml" ContentType="{main}"/></Types>'
    own = {name.replace("__", "/"): content for name, content in more.items()}
    return archive({"[Content_Types].xml": listed, "word/document.xml": "<document/>", **own})


def odt(**more: bytes) -> bytes:
    own = {name.replace("__", "/"): content for name, content in more.items()}
    return archive({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<text/>", **own})


def takes_files(world: World, *, megabytes: int = 10) -> None:
    with world.scope():
        Arrangements.objects.update_or_create(defaults={"attachments": True, "attachment_megabytes": megabytes})
        forget("arrangements")


def lies_with(world: World, disagreement: Disagreement, *, by: User, content: bytes = PDF, name: str = "Plan.pdf") -> Attachment:
    with world.scope(by):
        return add_file(disagreement.pk, viewer=world.viewer(by), file=io.BytesIO(content), size=len(content), name=name)
