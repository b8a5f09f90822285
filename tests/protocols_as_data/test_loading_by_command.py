"""The operator's door: any area's protocol file loaded by command, and a release that never publishes over an administrator."""

from __future__ import annotations

from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from partnerships import selectors, services
from partnerships.models import Partnership, ProtocolVersion, VersionStatus
from partnerships.scope import partnership_scope
from tests.world import shipped_protocol

pytestmark = pytest.mark.django_db

FOUR = Path(__file__).resolve().parent.parent / "protocols"
FILES = sorted(FOUR.glob("*.yml"))


def load(path: Path, *more: str) -> str:
    said = StringIO()
    call_command("load_protocol", path.stem.replace("_", "-"), str(path), *more, stdout=said)
    return said.getvalue().strip()


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_a_file_of_another_area_is_in_force_without_a_release(path: Path) -> None:
    said = load(path, "--name", "Another Partnership", "--prefix", "AN", "--from", "2026-01-05")
    partnership = Partnership.objects.get(slug=path.stem.replace("_", "-"))
    with partnership_scope(partnership.pk):
        version = selectors.version_in_force()
        assert version is not None
        assert said == (
            f"Another Partnership: version 1 is published from 2026-01-05; "
            f"{len(selectors.unconfirmed(version))} assumed rules to confirm."
        )
        assert partnership.in_training


def test_loading_a_file_again_keeps_the_draft_that_is_there() -> None:
    load(FILES[0], "--name", "Another Partnership", "--prefix", "AN")
    said = load(FILES[0])
    assert "version 1 is stored as a draft" in said
    with partnership_scope(Partnership.objects.get(name="Another Partnership").pk):
        assert [(v.number, v.status) for v in ProtocolVersion.objects.all()] == [(1, VersionStatus.DRAFT)]


def test_a_broken_file_founds_nothing_and_says_every_problem(tmp_path: Path) -> None:
    broken = tmp_path / "broken.yml"
    broken.write_text(FILES[0].read_text().replace("kind: manager", "kind: manger").replace("side: both", "side: bth", 1))
    with pytest.raises(CommandError) as refused:
        load(broken, "--name", "Another Partnership", "--prefix", "AN", "--from", "2026-01-05")
    first, *rest = str(refused.value).splitlines()
    assert first == "Nothing was changed. The file has these problems:"
    assert [line.partition("line ")[2].partition(":")[0].isdigit() for line in rest] == [True, True]
    assert not Partnership.objects.filter(name="Another Partnership").exists()


def test_an_unknown_partnership_without_a_name_is_refused() -> None:
    with pytest.raises(CommandError) as refused:
        load(FILES[0])
    assert str(refused.value) == "There is no partnership 'bedfordshire'. Give --name and --prefix to found it."


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"nowhere\.yml cannot be read: No such file or directory"):
        load(tmp_path / "nowhere.yml")


def test_publishing_what_is_published_is_refused() -> None:
    load(FILES[0], "--name", "Another Partnership", "--prefix", "AN", "--from", "2026-01-05")
    with pytest.raises(CommandError, match="published already"):
        load(FILES[0], "--from", "2026-02-02")


def test_a_release_never_publishes_over_what_an_administrator_has_begun() -> None:
    call_command("load_protocols", stdout=StringIO())
    barnsley = Partnership.objects.get(slug="barnsley")
    with partnership_scope(barnsley.pk):
        own = services.draft_protocol(shipped_protocol("barnsley").model_copy(update={"title": "Our own words"}))
        services.publish_protocol(own, effective_from=date(2026, 3, 2))
    call_command("load_protocols", stdout=StringIO())
    with partnership_scope(barnsley.pk):
        assert list(ProtocolVersion.objects.order_by("number").values_list("title", flat=True)) == [
            shipped_protocol("barnsley").title,
            "Our own words",
        ]
