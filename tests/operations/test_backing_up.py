"""A backup is one moment, opens for its recipients alone, and comes back row by row on another server."""

from __future__ import annotations

import os
import re
import stat
import threading
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from django.core.management import CommandError
from django.db import connections

from devstack import roles
from escalation.files import store
from operations import beating
from operations.models import Heartbeat
from tests.world import World

from .keeping import backed_up, filled, refused, restoring, said, with_file
from .servers import Server, at_tests_database, every_row, rows

pytestmark = pytest.mark.django_db(transaction=True)


def files_in(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def raising_all_the_while(world: World, stop: threading.Event) -> None:
    try:
        while not stop.is_set():
            with_file(world, os.urandom(64))
    finally:
        connections.close_all()


def test_every_row_and_every_chain_comes_back_on_another_server_though_people_went_on_writing(
    server: Server, key: Path, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Or a heartbeat that a test before could not write would be counted with these.
    monkeypatch.setattr(beating, "_at_once", beating.Beating(every=0.0))
    filled("enfield")
    busy, stop = World("havering"), threading.Event()
    busy.raised()
    writer = threading.Thread(target=raising_all_the_while, args=(busy, stop))
    writer.start()
    try:
        during = backed_up(tmp_path / "backups")
    finally:
        stop.set()
        writer.join()
    source, first = settings.DATABASE_BACKUP_URL, server.empty()
    lines = said(*restoring(during, key, first, tmp_path / "first"))
    assert [line for line in lines if "DIFFERENT" in line] == []
    assert lines[-1] == "Everything is as in the backup."
    # One moment: each entry's disagreement and each file's row are there, and what was written later is not.
    ends = f"SELECT max(seq) FROM escalation_chronologyentry WHERE partnership_id = {busy.partnership.pk}"
    assert 1 <= rows(first, ends)[0][0] < rows(source, ends)[0][0]
    kept = rows(first, "SELECT partnership_id || '/' || key FROM escalation_attachment WHERE state = 'clean'")
    assert sorted(files_in(tmp_path / "first")) == sorted(name for (name,) in kept)

    during.unlink()
    quiet = backed_up(tmp_path / "backups")
    before, second = every_row(source), server.empty()
    lines = said(*restoring(quiet, key, second, tmp_path / "second"))
    assert len([line for line in lines if "rows, as in the backup" in line]) == len(before) + 2
    there = every_row(second)
    assert {name: there[name] for name in before if name != "operations_heartbeat"} == {
        name: texts for name, texts in before.items() if name != "operations_heartbeat"
    }
    assert files_in(tmp_path / "second") == files_in(tmp_path / "files")
    assert owners_and_rights(second) == owners_and_rights(source)
    assert beats() == ("backup", 2, 0)
    the_application_finds_its_wall_again(server, second, busy)


def owners_and_rights(url: str) -> dict[str, Any]:
    """Who owns what and who may do what, policies, triggers, functions with their bodies: as the catalogue says."""
    asked = {
        "tables": "SELECT relname, relkind::text, relowner::regrole::text, relrowsecurity, relforcerowsecurity,"
        " (SELECT array_agg(a::text ORDER BY a::text) FROM unnest(relacl) a) FROM pg_class"
        " WHERE relnamespace = 'public'::regnamespace ORDER BY 1",
        "columns": "SELECT attrelid::regclass::text, attname, attnotnull, atttypid::regtype::text,"
        " (SELECT array_agg(a::text ORDER BY a::text) FROM unnest(attacl) a) FROM pg_attribute WHERE attnum > 0"
        " AND NOT attisdropped AND attrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace)"
        " ORDER BY 1, 2",
        "functions": "SELECT oid::regprocedure::text, proowner::regrole::text, prosecdef, md5(prosrc), proconfig,"
        " (SELECT array_agg(a::text ORDER BY a::text) FROM unnest(proacl) a) FROM pg_proc"
        " WHERE pronamespace = 'public'::regnamespace ORDER BY 1",
        "triggers": "SELECT tgname, tgrelid::regclass::text, pg_get_triggerdef(oid), tgenabled::text FROM pg_trigger"
        " WHERE NOT tgisinternal ORDER BY 1, 2",
        "policies": "SELECT tablename, policyname, roles, cmd, qual, with_check FROM pg_policies ORDER BY 1, 2",
        "constraints": "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2",
        "indexes": "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1",
    }
    return {name: [_plain(repr(row)) for row in rows(url, sql)] for name, sql in asked.items()}


def _plain(condition: str) -> str:
    """Without the casts and brackets that PostgreSQL writes otherwise once it has read what it wrote."""
    return re.sub(r"::[a-z ]+(\[\])?|[()\s]", "", condition)


def beats() -> tuple[str, int, int]:
    (beat,) = Heartbeat.objects.filter(name="backup")
    return beat.name, beat.times, beat.failures


def the_application_finds_its_wall_again(server: Server, restored: str, world: World) -> None:
    """Its plain login on the other server: nothing outside a scope, and its own rows inside one."""
    with roles.cursor(restored) as cur:
        cur.execute("ALTER ROLE esc_app PASSWORD 'anew'; ALTER ROLE esc_owner PASSWORD 'anew'")
    app, owner = (restored.replace(f"postgres:{server.password}", f"{login}:anew") for login in ("esc_app", "esc_owner"))
    assert roles.problems_with_logins(app, owner_url=owner) == []
    with roles.cursor(app) as cur:
        cur.execute("SELECT count(*) FROM escalation_disagreement")
        assert cur.fetchone() == (0,)
        cur.execute(f"SET app.partnership_id = '{world.partnership.pk}'; SELECT count(*) > 0 FROM escalation_disagreement")
        assert cur.fetchone() == (True,)


def test_who_has_the_key_opens_it_and_nobody_else(server: Server, key: Path, tmp_path: Path, settings: Any) -> None:
    world = World("enfield")
    with_file(world, b"What somebody wrote about a child")
    second = tmp_path / "second.key"
    settings.BACKUP_RECIPIENTS = [*settings.BACKUP_RECIPIENTS, *said("backup_key", second)]
    backup = backed_up(tmp_path / "backups")
    content = backup.read_bytes()
    assert content.startswith(b"age-encryption.org/v1\n-> X25519 ")
    assert world.midwife.email.encode() not in content
    assert [stat.S_IMODE(path.stat().st_mode) for path in (backup, key)] == [0o600, 0o600]
    for opens in (key, second):
        lines = said("restore", backup, "--identity", opens, "--check")
        assert lines[-1] == "Every part of it is as it was written."
    assert said("backup_key", key, "--public") == settings.BACKUP_RECIPIENTS[:1]
    assert "cannot be made" in refused("backup_key", key)

    said("backup_key", tmp_path / "stranger.key")
    assert "does not open this backup" in refused("restore", backup, "--identity", tmp_path / "stranger.key", "--check")
    assert "holds no private key" in refused("restore", backup, "--identity", "/dev/null", "--check")
    damaged = tmp_path / "damaged.age"
    sentences = {
        "its end is missing": content[: len(content) // 2],
        "the last byte": content[:-1],
        "turned over": content[:5000] + bytes([content[5000] ^ 1]) + content[5001:],
        "header": b"x" + content[1:],
        "empty": b"",
    }
    for name, text in sentences.items():
        damaged.write_bytes(text)
        why = refused("restore", damaged, "--identity", key, "--check")
        assert why.startswith(("The backup is damaged", "This is no backup")), name
    # Nothing of a damaged one reaches a database.
    damaged.write_bytes(sentences["the last byte"])
    into = server.empty()
    refused(*restoring(damaged, key, into, tmp_path / "back"))
    assert rows(into, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == [(0,)]
    assert not (tmp_path / "back").exists()


def test_what_is_refused_in_plain_words(server: Server, key: Path, tmp_path: Path, settings: Any) -> None:
    World("enfield")
    folder, backups_login = tmp_path / "backups", settings.DATABASE_BACKUP_URL
    settings.DATABASE_BACKUP_URL = at_tests_database(os.environ["DATABASE_URL"])
    assert "sees no row" in refused("backup", folder)
    settings.DATABASE_BACKUP_URL = at_tests_database(roles.at_database(server.url, database="postgres"))
    assert "cannot be reached" in refused("backup", folder)
    settings.DATABASE_BACKUP_URL = backups_login
    with roles.cursor(backups_login) as cur:
        cur.execute("SET default_transaction_read_only = off")
        with pytest.raises(psycopg2.Error, match="permission denied"):
            cur.execute("DELETE FROM escalation_disagreement")
    assert "no folder" in refused("backup", tmp_path / "nowhere")
    settings.BACKUP_RECIPIENTS, recipients = ["age1nobody"], settings.BACKUP_RECIPIENTS
    assert "no public key" in refused("backup", folder)
    settings.BACKUP_RECIPIENTS = recipients
    settings.POSTGRES_PROGRAMS, programs = str(tmp_path), settings.POSTGRES_PROGRAMS
    assert "pg_dump of PostgreSQL" in refused("backup", folder)
    settings.POSTGRES_PROGRAMS = programs
    assert list(folder.iterdir()) == []

    backup, into = backed_up(folder), server.empty()
    with_password = [*restoring(backup, key, into, tmp_path / "back")]
    with_password[5] = into
    assert "Leave the password out" in refused(*with_password)
    with roles.cursor(into) as cur:
        cur.execute("CREATE TABLE somebodys (id int)")
    assert "is not empty" in refused(*restoring(backup, key, into, tmp_path / "back"))
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").touch()
    assert "already" in refused(*restoring(backup, key, server.empty(), tmp_path / "full"))


def test_a_file_that_is_gone_is_named_and_old_backups_go(key: Path, tmp_path: Path) -> None:
    world, folder = World("enfield"), tmp_path / "backups"
    for day in range(1, 4):
        (folder / f"tracker-2026010{day}T000000Z.tar.age").touch()
    (folder / "somebody's.age").touch()
    lost = with_file(world)
    store.destroy(world.partnership.pk, lost.key)
    with pytest.raises(CommandError, match=f"without 1 files.*{lost.key}") as why:
        said("backup", folder, "--keep", "2")
    assert why.value.returncode == 3
    names = sorted(path.name for path in folder.iterdir())
    assert [name for name in names if name < "tracker-2026012"] == ["somebody's.age", "tracker-20260103T000000Z.tar.age"]
    made = next(name for name in names if name.endswith(".age") and name > "tracker-2026012")
    assert (folder / f"{made}.sha256").read_text().endswith(f"  {made}\n")
    lines = said("restore", folder / made, "--identity", key, "--check")
    assert (
        f"Not in it: file {lost.key} of partnership {world.partnership.pk}, which was not there, or not as its row said." in lines
    )
