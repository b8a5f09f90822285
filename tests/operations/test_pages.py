"""Every command of every page of docs/operations is typed as it stands there, in a scratch installation of its own."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings

from devstack import roles
from devstack.services import postgres_programs
from devstack.stack import ROOT
from tests.world import World

from .following import Block, NotFollowed, Place, blocks, matches
from .keeping import with_file
from .servers import Server, at_tests_database

pytestmark = pytest.mark.django_db(transaction=True)
PAGES = ROOT / "docs" / "operations"
# These begin in an empty folder; the others in an installation that has been started.
FROM_NOTHING = {"install"}
STARTED = """
deploy/make-secrets.sh >/dev/null
printf 'BASE_URL=https://tracker.agency.example\\nALLOWED_HOSTS=tracker.agency.example\\nMAIL_FROM=t@agency.example\\n' >.env
echo CHAIN_WITNESS_EMAIL=ends@audit.example >>.env
docker compose up --detach postgres
"""
BACKED_UP = """
mkdir keys
docker compose run --rm --volume "$PWD/keys:/keys" operate python manage.py backup_key /keys/backup.key
sed 's/.*: //; 1q' keys/backup.key | sed 's/^/BACKUP_RECIPIENTS=/' >>.env
mkdir -p var/backups/escalation-tracker
docker compose run --rm backup
"""
BEFORE = {"restore": STARTED + BACKED_UP}


def names() -> list[str]:
    return sorted(path.stem for path in PAGES.glob("*.md"))


@pytest.fixture
def place(server: Server, warm: Path, tmp_path: Path, request: Any, settings: Any) -> Place:
    """A database with one partnership, a disagreement and a file in it, and the folder of an installation."""
    settings.MEDIA_ROOT = tmp_path / "place" / "volumes" / "files"
    name = "page_" + re.sub(r"\W", "_", request.param.lower())
    with_file(World("barnsley"))
    copied = copied_to(server, name=name)
    programs = Path(settings.POSTGRES_PROGRAMS or postgres_programs())
    found = Place(tmp_path / "place", server.url, copied, programs, warm)
    found.prepare()
    return found


def copied_to(server: Server, *, name: str) -> str:
    """The tests' database, with its rows and roles, on the second server."""
    url = server.empty()
    with roles.cursor(url) as cur:
        cur.execute((ROOT / "deploy" / "roles.sql").read_text())
    programs = Path(django_settings.POSTGRES_PROGRAMS or postgres_programs())
    source = at_tests_database(django_settings.DATABASE_BACKUP_URL)
    dump = subprocess.run([programs / "pg_dump", "-Fc", source], check=True, capture_output=True)
    subprocess.run([programs / "pg_restore", "-d", url], input=dump.stdout, check=True)
    with roles.cursor(server.url) as cur:
        cur.execute(f"ALTER DATABASE {url.rpartition('/')[2]} RENAME TO {name}")
    return name


@pytest.mark.parametrize("place", names(), indirect=True)
def test_what_the_page_says_to_type_does_what_it_says(place: Place, request: Any) -> None:
    name = request.node.callspec.params["place"]
    page = blocks((PAGES / f"{name}.md").read_text())
    place.follow(page, before="" if name in FROM_NOTHING else BEFORE.get(name, STARTED))


def test_a_page_that_is_not_true_is_found(tmp_path: Path) -> None:
    place = Place(tmp_path / "place", "postgres://postgres:x@127.0.0.1:1/postgres", "none", postgres_programs())
    place.prepare()
    page = "```sh\necho one\necho two\n```\n\n```text\none\n…\n```\n"
    place.follow(blocks(page))
    for wrong in (page.replace("…", "three"), page.replace("echo two", "false"), page.replace("echo two", "no-such-command")):
        with pytest.raises(NotFollowed):
            place.follow(blocks(wrong))
    for untried in ("```bash\nls\n```\n", "```\nls\n```\n", "    ls\n", "```text\nls\n```\n"):
        with pytest.raises(NotFollowed):
            blocks(untried)
    undeclared = "docker compose run --rm web python manage.py migrate --database=owner"
    for refused in ("docker compose up --detach nobody", undeclared, "systemctl start nothing", "docker compose swim"):
        with pytest.raises(NotFollowed):
            place.follow([Block(1, f"deploy/make-secrets.sh\n{refused}")])
    assert matches("a\nb\nc", "…\nc")
    assert not matches("a\nb\nc", "…\nb")
