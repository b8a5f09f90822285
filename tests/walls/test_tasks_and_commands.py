"""Every task and every command: whose rows it touches, line by line; and what is left on the connection when one fails."""

from __future__ import annotations

import zipfile
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import CommandError, call_command, get_commands

from config.celery import app
from escalation.models import Disagreement
from escalation.views import tracker
from partnerships import scope
from partnerships.scope import ScopeError
from tests.promises.database import raw

from .two_worlds import MARK, Place

pytestmark = pytest.mark.django_db

ONE, EACH, NONE, OWNER = (
    "one partnership: its number comes with it",
    "asks which partnerships have work, by numbers alone, and leaves the work to one task each",
    "reads no row of a partnership",
    "one partnership: its address is asked for",
)
# Every task, and how it is kept to one partnership. What stands in no line fails.
TASKS: dict[str, tuple[str, str]] = {
    "accounts.deliver_account_mail": (NONE, "letters to a person, before it is known which partnership they want"),
    "accounts.forget_ended_sessions": (NONE, "where people were signed in"),
    "escalation.mark_elsewhere": (ONE, "writes markers in its own scope; tests/across"),
    "escalation.mark_elsewhere_everywhere": (EACH, "escalation.mark_elsewhere"),
    "escalation.forget_keys_everywhere": ("all, one scope after another", "forgets keys whose two days are over"),
    "escalation.note_timescales": (ONE, ""),
    "escalation.note_timescales_everywhere": (EACH, "escalation.note_timescales"),
    "escalation.publish_chain_ends": ("all, one scope after another", "publishes numbers and digests"),
    "escalation.scan_files": (ONE, ""),
    "escalation.scan_files_everywhere": (EACH, "escalation.scan_files"),
    "escalation.sweep_files": ("all, one scope after another", "takes away files of which no row speaks"),
    "insight.count": (ONE, ""),
    "insight.count_everywhere": (EACH, "insight.count"),
    "learning.remind": (ONE, ""),
    "learning.remind_everywhere": (EACH, "learning.remind"),
    "notifications.announce": (ONE, ""),
    "notifications.announce_everywhere": (EACH, "notifications.announce"),
    "notifications.deliver": (ONE, ""),
    "notifications.deliver_everywhere": (EACH, "notifications.deliver"),
    "notifications.deliver_webhooks": (ONE, ""),
    "notifications.deliver_webhooks_everywhere": (EACH, "notifications.deliver_webhooks"),
    "notifications.read_reports": (
        "all, one scope after another",
        "of whom an e-mail was is told by its Message-ID: tests/notifications/test_what_comes_back.py",
    ),
    "notifications.remind": (ONE, ""),
    "notifications.remind_everywhere": (EACH, "notifications.remind"),
    "operations.watch": (NONE, "counts and ages of all, by functions of the timekeeper's: tests/operations"),
    "records.remind": (ONE, ""),
    "records.remind_everywhere": (EACH, "records.remind"),
}
# Every command of ours, likewise.
COMMANDS: dict[str, tuple[str, str]] = {
    "backup": ("all, by a login that only reads", "what it makes opens for BACKUP_RECIPIENTS alone: tests/operations"),
    "backup_key": (NONE, "makes a pair of keys"),
    "demo_people": ("people's own memberships, one person after another", "only where DEMO_DOORS are open"),
    "doctor": ("counts and ages of all, by functions of the timekeeper's", "tests/operations/test_doctor.py"),
    "export_partnership": (OWNER, ""),
    "forget_second_factors": (NONE, "a person's own"),
    "invite": (OWNER, ""),
    "issue_token": (OWNER, ""),
    "load_demo": ("all, one scope after another", "never in production"),
    "load_holidays": ("all, one scope after another", "the nation's days, then each counts its own clocks"),
    "load_protocol": (OWNER, ""),
    "load_protocols": ("all, one scope after another", "the files shipped with the product"),
    "operator": ("a person's own memberships", "whether they have any; makes a person, and no member"),
    "receipts_token": (NONE, "makes a token of the installation's"),
    "recount_figures": ("the one that is named, or all, one scope after another", ""),
    "remove_partnership": (OWNER, "by the login of the tables' owner: tests/records/test_removing.py"),
    "restore": (NONE, "into an empty database of another server: tests/operations/test_backing_up.py"),
    "reseal_secrets": ("all, one scope after another", "what SECRET_KEY sealed"),
    "restore_partnership": (OWNER, "by the login of the tables' owner: tests/operations/test_putting_back.py"),
    "seal_second_factors_anew": (NONE, "people's own"),
    "verify_chronology": ("the one that is named, or all, one scope after another", ""),
    "watch": ("counts and ages of all, by functions of the timekeeper's", "with --verify, all, one scope after another"),
    "write_manual": (NONE, ""),
}


def test_every_task_and_every_command_has_a_line() -> None:
    app.loader.import_default_modules()
    ours = {config.name for config in apps.get_app_configs() if Path(config.path).parent == settings.BASE_DIR}
    assert {name for name in app.tasks if not name.startswith("celery.")} == set(TASKS)
    assert {name for name, where in get_commands().items() if where in ours} == set(COMMANDS)


@pytest.mark.parametrize("name", [name for name, (how, _) in TASKS.items() if how == EACH])
def test_what_looks_everywhere_hands_on_numbers_and_touches_nothing(
    here: Place, there: Place, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, sent = (here.rows(), there.rows()), []
    one = app.tasks[TASKS[name][1]]
    monkeypatch.setattr(
        type(one), "apply_async", lambda task, args=(), kwargs=None, **more: sent.append((task.name, tuple(args)))
    )
    app.tasks[name]()
    known = {here.partnership.pk, there.partnership.pk}
    assert {(task, len(args), args[0] in known) for task, args in sent} <= {(one.name, 1, True)}
    assert (here.rows(), there.rows()) == before


@pytest.mark.parametrize("name", [name for name, (how, _) in TASKS.items() if how == ONE])
def test_a_task_of_one_partnership_leaves_the_other_as_it_was(here: Place, there: Place, name: str) -> None:
    before = there.rows()
    app.tasks[name](here.partnership.pk)
    assert there.rows() == before
    assert scope_left() == ("", 0)


def scope_left() -> tuple[str, int]:
    """What the connection still knows of a partnership, and how much it sees."""
    with pytest.raises(ScopeError):
        Disagreement.objects.count()
    ((setting, count),) = raw(
        "SELECT coalesce(current_setting('app.partnership_id', true), ''), count(*) FROM escalation_disagreement"
    )
    return setting, count


def fails_in_scope(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is done in a scope goes wrong once the connection has been told which partnership it is."""
    plain = scope._tell_database

    def tell(which: Any, *, using: str) -> None:
        plain(which, using=using)
        if which is not None:
            monkeypatch.setattr(scope, "_tell_database", plain)
            raise ZeroDivisionError

    monkeypatch.setattr(scope, "_tell_database", tell)


@pytest.mark.parametrize("name", [name for name, (how, _) in TASKS.items() if how == ONE])
def test_a_task_that_fails_leaves_nothing_on_its_connection(
    here: Place, there: Place, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker's process takes the next partnership's task on the same connection."""
    before = here.rows(), there.rows()
    fails_in_scope(monkeypatch)
    with pytest.raises(ZeroDivisionError):
        app.tasks[name](here.partnership.pk)
    monkeypatch.undo()
    assert scope_left() == ("", 0)
    assert (here.rows(), there.rows()) == before


def test_a_view_that_fails_leaves_nothing_on_its_connection(here: Place, there: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """A web process answers the next person on the same connection: of this partnership, or of none."""
    client = here.clients["partnership_manager"]
    client.raise_request_exception = False
    monkeypatch.setattr(tracker, "render", broken)
    try:
        assert client.get(f"/p/{here.slug}/tracker/").status_code == 500
    finally:
        client.raise_request_exception = True
    assert scope_left() == ("", 0)
    assert there.clients["partnership_manager"].get(f"/p/{there.slug}/d/{here.disagreement.reference}/").status_code == 404


def broken(*args: Any, **kwargs: Any) -> Any:
    raise ZeroDivisionError


def test_commands_of_one_partnership_say_and_change_nothing_of_the_other(here: Place, there: Place, tmp_path: Path) -> None:
    before = there.rows()
    said = StringIO()
    call_command("verify_chronology", partnership=here.slug, stdout=said, stderr=said)
    call_command("export_partnership", here.slug, str(tmp_path / "all.zip"), stdout=said, stderr=said)
    call_command("issue_token", here.slug, here.office.email, stdout=said, stderr=said)
    with pytest.raises(CommandError, match="not of a member"):
        call_command("issue_token", here.slug, there.office.email, stdout=said, stderr=said)
    with pytest.raises(CommandError, match="has no agency"):
        call_command("invite", here.slug, "new@trust.example", "New", "lead", agency=there.agency.key, stdout=said, stderr=said)
    with zipfile.ZipFile(tmp_path / "all.zip") as packed:
        given = b"".join(packed.read(name) for name in packed.namelist()).decode("utf-8", "replace")
    assert MARK not in said.getvalue() + given
    assert str(there.disagreement.reference) not in said.getvalue() + given
    assert there.rows() == before
    assert scope_left() == ("", 0)
