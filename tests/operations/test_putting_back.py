"""One partnership comes back from a backup as it was, and no row of another one is touched."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core import mail
from django.utils import timezone

from escalation.files import store
from escalation.models import Disagreement, Invitation
from escalation.verification import Findings, verify
from notifications.models import MailWay, Message
from notifications.services import announce, deliver
from partnerships.administering import AdministrationEntry, Did
from partnerships.models import ApiToken, Membership, Partnership, User
from partnerships.services import add_member
from records.destroying import destroy
from records.models import LegalHold
from tests.promises.database import as_owner, raw, scoped_tables
from tests.records.stories import LONG_AGO, keeps, withdrawn
from tests.world import World

from .keeping import backed_up, filled, refused, restoring, said, with_file
from .servers import Server, every_row, rows

pytestmark = pytest.mark.django_db(transaction=True)


def rows_of(partnership: int) -> dict[str, list[str]]:
    """Every row of a partnership as the backup's login sees it, read without the product's help."""
    url = django_settings.DATABASE_BACKUP_URL
    return {
        table: sorted(text for (text,) in rows(url, f"SELECT t::text FROM {table} t WHERE partnership_id = {partnership}"))
        for table in scoped_tables()
    }


def everything_else(partnership: int) -> dict[str, list[str]]:
    """All that is not that partnership's: every other one's rows, and those of none."""
    found = every_row(django_settings.DATABASE_BACKUP_URL)
    own = rows_of(partnership)
    return {table: sorted(set(texts) - set(own.get(table, []))) for table, texts in found.items() if "heartbeat" not in table}


def kept_for_years() -> World:
    """A row in every table; one record destroyed as its time was up; people told, two of them not yet by e-mail."""
    world = filled("enfield")
    old = withdrawn(world)
    keeps(world)
    with world.scope(world.office):
        destroy(old.pk, viewer=world.viewer(world.office), reason="Time is up")
        LegalHold.objects.update(lifted_at=timezone.now())
        AdministrationEntry.objects.create(did=Did.EXPORTED, at=timezone.now(), by=world.office)
        MailWay.objects.all().delete()
        MailWay.objects.create(quiet=False, quiet_days=False, changed_at=timezone.now())
    Partnership.objects.filter(pk=world.partnership.pk).update(live_since=LONG_AGO)
    world.raised()
    announce(world.partnership.pk)
    return world


def found_in(world: World) -> Findings:
    with world.scope():
        return verify()


def waiting(world: World) -> set[int]:
    with world.scope():
        return set(Message.objects.filter(state="waiting").values_list("pk", flat=True))


class Scratch:
    """A backup of now, restored on the other server, and the command that puts one partnership back from it."""

    def __init__(self, server: Server, *, key: Path, folder: Path) -> None:
        into = server.empty()
        lines = said(*restoring(backed_up(folder / "backups"), key, into, folder / "scratch"))
        assert lines[-1] == "Everything is as in the backup."
        self.words = ["restore_partnership", "enfield", "--from", server.without_password(into), "--files", folder / "scratch"]

    def put_back(self, *more: str) -> Any:
        return json.loads("\n".join(line for line in said(*self.words, *more) if not line.startswith(("Put back", "This was"))))


def test_it_comes_back_as_it_was_and_nobody_elses_rows_are_touched(server: Server, key: Path, tmp_path: Path) -> None:
    world, other = kept_for_years(), World("havering")
    withdrawn(other), with_file(other), announce(other.partnership.pk)
    number, both, once = world.partnership.pk, world.midwife, world.hospital_lead
    with other.scope():
        add_member(both, role="practitioner", agency=other.agencies["hospital"])
        Disagreement.objects.update(raised_by=once)  # so that they lose their name, and not their row
    asked = waiting(world)
    assert len(asked) > 1
    scratch = Scratch(server, key=key, folder=tmp_path)
    then, end, theirs = rows_of(number), found_in(world).head, everything_else(number)

    # People go on: something is sent, something is raised. That is not lost by mistake.
    assert deliver(number) == len(asked)
    later = world.raised()
    announce(number)
    ended = some_are_put_out(world)
    now = rows_of(number)
    why = refused(*scratch.words)
    assert "--discard-newer" in why
    assert "The disagreements: where each stands, and what was written on the form: 1 not in the backup" in why
    assert "Every e-mail about a disagreement: " in why
    tried = scratch.put_back("--discard-newer", "--dry-run")
    assert tried["lost"]["escalation_disagreement"] == {"not in the backup": 1, "otherwise in the backup": 0}
    assert (rows_of(number), everything_else(number)) == (now, theirs)

    done = scratch.put_back("--discard-newer")
    assert {**done, "files": {}, "only_tried": True} == tried
    assert done["files"] == {"there already": 1, "put back": 0, "missing": 0}
    assert done["held"]["notifications_message"] == len(asked)
    nothing_is_said_twice(world, later=later.pk)
    with world.scope():  # who was put out since stays out
        assert ways_in() == ended
        assert done["held"]["partnerships_membership"] == 1
    assert as_then(rows_of(number)) == as_then(then)
    assert everything_else(number) == theirs
    assert (found_in(world).faults, found_in(world).head) == ((), end)

    it_is_removed_whole_and_comes_back(scratch, world, other, once=once, then=then)
    assert (found_in(world).faults, found_in(world).head) == ((), end)
    nothing_is_said_twice(world, later=later.pk)
    assert world.raised().pk > later.pk  # it is worked in again, under a number of its own
    assert found_in(world).faults == ()


def some_are_put_out(world: World) -> list[Any]:
    """A member, a program and a guest; returns who may come in then."""
    with world.scope():
        Membership.objects.filter(user=world.team_manager).update(active=False)
        ApiToken.objects.update(revoked_at=timezone.now())
        Invitation.objects.filter(state="admitted").update(state="removed", decided_at=timezone.now(), decided_by=world.office)
        return ways_in()


def it_is_removed_whole_and_comes_back(
    scratch: Scratch, world: World, other: World, *, once: User, then: dict[str, list[str]]
) -> None:
    """Rows, people and files."""
    number, end = world.partnership.pk, found_in(world).head
    went = json.loads("\n".join(said("remove_partnership", "enfield", f"--name={world.partnership.name}")[:-1]))
    assert not Partnership.objects.filter(slug="enfield").exists()
    assert User.objects.get(pk=once.pk).email.endswith("@left.invalid")
    left = everything_else(number)
    done = scratch.put_back()
    assert (done["lost"], done["end_before"], done["end_of_chain"]) == ({}, "", str(end))
    assert done["files"] == {"there already": 0, "put back": 1, "missing": 0}
    assert done["people"] == {
        "named again": 1, "added": went["people"]["deleted"], "there already": 1,
        "added without their address, which another account has": 0,
    }  # fmt: skip
    assert as_then(rows_of(number)) == as_then(then)
    assert User.objects.get(pk=once.pk).email == once.email
    people = {"partnerships_user", "partnerships_partnership", "account_emailaddress", "partnerships_shareddefinition"}
    assert {t: x for t, x in everything_else(number).items() if t not in people} == {
        t: x for t, x in left.items() if t not in people
    }
    assert store.folders() == sorted([number, other.partnership.pk])


def nothing_is_said_twice(world: World, *, later: int) -> None:
    before = len(mail.outbox)
    announce(world.partnership.pk)
    assert (deliver(world.partnership.pk), len(mail.outbox)) == (0, before)
    with world.scope():
        assert not Disagreement.objects.filter(pk=later).exists()


def as_then(found: dict[str, list[str]]) -> dict[str, list[str]]:
    """What is put back is compared by the command itself, row by row, before it holds what was sent since."""
    return {table: texts for table, texts in found.items() if table not in MOVED_ON}


def ways_in() -> list[Any]:
    return [
        sorted(Membership.objects.values_list("pk", "active")),
        sorted(ApiToken.objects.values_list("pk", "revoked_at")),
        sorted(Invitation.objects.values_list("pk", "state", "decided_by")),
    ]


MOVED_ON = {
    "partnerships_membership", "partnerships_apitoken", "escalation_invitation",
    "notifications_message", "notifications_notice", "notifications_announcecursor", "notifications_webhookdelivery",
}  # fmt: skip


def test_what_was_damaged_is_mended(server: Server, key: Path, tmp_path: Path) -> None:
    """Somebody with the owner's password took entries away and wrote into another: that shows, and goes."""
    world = kept_for_years()
    number = world.partnership.pk
    scratch = Scratch(server, key=key, folder=tmp_path)
    then = rows_of(number)
    as_owner(
        number,
        "ALTER TABLE escalation_chronologyentry DISABLE TRIGGER USER",
        "DELETE FROM escalation_chronologyentry WHERE id IN (SELECT id FROM escalation_chronologyentry e WHERE NOT EXISTS"
        " (SELECT FROM notifications_notice n WHERE n.entry_id = e.id) ORDER BY seq DESC LIMIT 1)",
        "ALTER TABLE escalation_chronologyentry ENABLE TRIGGER USER",
    )
    assert found_in(world).faults != ()
    done = scratch.put_back()
    assert (done["lost"], found_in(world).faults) == ({}, ())
    assert as_then(rows_of(number)) == as_then(then)
    nobody_gets_anothers_place_because_they_have_their_number_by_now(scratch, world)


def nobody_gets_anothers_place_because_they_have_their_number_by_now(scratch: Scratch, world: World) -> None:
    """The installation itself was put back from an older backup meanwhile, and gave the same number to somebody else."""
    then = rows_of(world.partnership.pk)
    User.objects.filter(pk=world.midwife.pk).update(joined_at=timezone.now(), email="else@other.example", name="Else")
    assert "1 accounts that the partnership names" in refused(*scratch.words, "--discard-newer")
    assert rows_of(world.partnership.pk) == then


def test_a_trigger_that_fires_when_a_row_is_added_lets_a_restored_one_in() -> None:
    """Or a partnership could not be put back with it. A migration that adds one ends with SELECT let_restored_rows_in()."""
    found = raw(
        "SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(t.oid) FROM pg_trigger t WHERE NOT tgisinternal"
        " AND (tgtype & 4) > 0 AND EXISTS (SELECT FROM pg_attribute a WHERE attrelid = tgrelid AND attname = 'partnership_id')"
    )
    assert len(found) > 10
    assert [(table, name) for table, name, written in found if "is_being_restored(new.partnership_id)" not in written] == []


def test_the_application_cannot_pretend_that_something_is_being_restored(enfield: World) -> None:
    with enfield.scope():
        raw("SELECT set_config('app.restoring', %s, true)", [str(enfield.partnership.pk)])
        enfield.raised()
        raw("SELECT set_config('app.restoring', '', true)")
    assert found_in(enfield).faults == ()
    assert raw("SELECT count(*) FROM pg_proc WHERE proname = 'let_restored_rows_in'") == [(1,)]
    with pytest.raises(Exception, match="permission denied"):
        raw("SELECT let_restored_rows_in()")
