"""A second server, started once, and a key to which backups are sealed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings

from .keeping import said
from .servers import Server, at_tests_database, second_server, warm_product


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with second_server(tmp_path_factory.mktemp("second")) as found:
        yield found


@pytest.fixture
def key(tmp_path: Path, settings: Any, server: Server, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The private key; backups go to the folder `backups` beside it."""
    path = tmp_path / "backup.key"
    settings.BACKUP_RECIPIENTS = said("backup_key", path)
    settings.DATABASE_BACKUP_URL = at_tests_database(django_settings.DATABASE_BACKUP_URL)
    settings.MEDIA_ROOT = tmp_path / "files"
    monkeypatch.setenv("PGPASSWORD", server.password)
    (tmp_path / "backups").mkdir()
    return path


@pytest.fixture(scope="session")
def warm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with warm_product(tmp_path_factory.mktemp("w")) as found:
        yield found
