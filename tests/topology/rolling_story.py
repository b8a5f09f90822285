"""One step of a story that two releases tell together on one database; run by test_larger_installations.py with the code of
either in front of the path. It uses only what both have."""

from __future__ import annotations

import os
import sys
from datetime import timedelta

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings_test"
django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from escalation import services  # noqa: E402
from escalation.models import ChronologyEntry, Deadline, Disagreement  # noqa: E402
from notifications import tasks  # noqa: E402
from notifications.models import Message, Notice  # noqa: E402
from partnerships.models import Agency, Partnership  # noqa: E402
from partnerships.scope import partnership_scope  # noqa: E402
from tests.conftest import EVERY_PROOF, PROVED_AT  # noqa: E402
from tests.world import World, shipped_protocol  # noqa: E402

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


class Again(World):
    """The partnership that an earlier step has founded."""

    def __init__(self, partnership_id: int) -> None:
        self.slug, self.protocol, self._people = "barnsley", shipped_protocol("barnsley"), {}
        self.partnership = Partnership.objects.get(pk=partnership_id)
        with self.scope():
            self.agencies = {agency.key: agency for agency in Agency.objects.all()}


def found() -> None:
    """A live partnership with one disagreement, of which every timescale has passed."""
    world = World("barnsley")
    world.raised(at=timezone.now() - timedelta(days=30))
    Partnership.objects.filter(pk=world.partnership.pk).update(live_since=timezone.now())
    print(world.partnership.pk)


def raise_another(partnership_id: int) -> None:
    Again(partnership_id).raised(at=timezone.now() - timedelta(days=20))


def work(partnership_id: int) -> None:
    """What beat and the workers do, by the tasks' own doors."""
    services.note_timescales(partnership_id)
    tasks.announce(partnership_id)
    tasks.deliver(partnership_id)


def office_of(partnership_id: int) -> Client:
    """A browser in which the office is signed in."""
    browser = Client(SERVER_NAME="127.0.0.1")
    office = Again(partnership_id).office
    browser.force_login(office, backend=BACKEND)
    session = browser.session  # as tests/conftest.py has it: she has given every proof that is asked of her
    session["account_authentication_methods"] = list(EVERY_PROOF)
    session["account_authentication_methods_user"] = str(office.pk)
    session["seen_at"] = session["began_at"] = PROVED_AT
    session.save()
    return browser


def sign_in(partnership_id: int) -> None:
    """The cookie of a browser in which the office is signed in, for a request that is no test's."""
    print(office_of(partnership_id).cookies[settings.SESSION_COOKIE_NAME].value)


def look(partnership_id: int) -> None:
    """The office opens everything; the chain is whole."""
    browser = office_of(partnership_id)
    with partnership_scope(partnership_id):
        references = list(Disagreement.objects.order_by("pk").values_list("reference", flat=True))
        passed = [entry.data["deadline"] for entry in ChronologyEntry.objects.filter(kind="timescale_passed")]
        clocks = set(Deadline.objects.filter(stopped_at=None, due_at__lte=timezone.now()).values_list("pk", flat=True))
        told = {
            "disagreements": len(references),
            "twice": len(passed) - len(set(passed)),
            "unnoted": len(clocks - set(passed)),
            "untold": Notice.objects.filter(message=None).count(),
            "unsent": Message.objects.exclude(state="sent").count(),
        }
    pages = ["", "tracker/", "insight/", "mine/", *(f"d/{reference}/" for reference in references)]
    answers = [browser.get(f"/p/barnsley/{page}").status_code for page in pages]
    call_command("verify_chronology")
    print(told, sorted(set(answers)))


if __name__ == "__main__":
    steps = {"found": found, "work": work, "raise": raise_another, "sign_in": sign_in, "look": look}
    steps[sys.argv[1]](*(int(word) for word in sys.argv[2:]))
