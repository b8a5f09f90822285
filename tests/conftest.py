"""What every test may lean on: the plain database role, the calendar, partnerships with people, a signed-in client."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from hypothesis import settings as hypothesis_settings
from pytest_django.plugin import blocking_manager_key

from partnerships.models import User
from partnerships.services import load_bank_holidays

from .world import World

# How long anything takes is measured by the bench, never by a test.
hypothesis_settings.register_profile("untimed", deadline=None)
hypothesis_settings.load_profile("untimed")

YEARS = range(2015, 2031)
# As allauth keeps them in the session; given after every day on which a test may stand.
PROVED_AT = datetime(2100, 1, 1, tzinfo=UTC).timestamp()
EVERY_PROOF = (
    {"method": "code", "at": PROVED_AT},
    {"method": "mfa", "type": "totp", "at": PROVED_AT, "reauthenticated": True},
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        names = getattr(item, "fixturenames", ())
        if "db" in names and item.get_closest_marker("django_db") is None:
            item.add_marker(pytest.mark.django_db)
        # Both logins: "default" is the application's plain role; "owner" only makes the test database.
        if marker := item.get_closest_marker("django_db"):
            marker.kwargs.setdefault("databases", ["default", "owner"])
        if item.get_closest_marker("browser") and os.environ.get("NO_CHROMIUM"):
            if os.environ.get("CI"):
                raise pytest.UsageError("CI must run the browser tests, and no Chromium was found.")
            item.add_marker(pytest.mark.skip(reason="no Chromium on this machine: set CHROMIUM=/path/to/it"))


def pytest_collection_finish() -> None:
    """What has been imported stays, and the suite makes few circles: looking for garbage as often as a server does took a
    tenth of its time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 1_000)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    """A test that commits is followed by a flush of everything, the calendar too: the next one must find it again. After
    the last one there is no database any more."""
    yield
    marker = item.get_closest_marker("django_db")
    commits = {"transactional_db", "live_server"} & set(getattr(item, "fixturenames", ()))
    if nextitem and (commits or (marker is not None and marker.kwargs.get("transaction"))):
        with item.config.stash[blocking_manager_key].unblock():
            load_bank_holidays(YEARS)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        load_bank_holidays(YEARS)
    yield
    from django.db import connections  # noqa: PLC0415  (only once the settings are configured)

    with django_db_blocker.unblock():
        connections.close_all()  # the mirror's connection is ours to close before the database is dropped


@pytest.fixture(scope="session", autouse=True)
def signed_in_with_every_proof() -> Iterator[None]:
    """`force_login` is the tests' way past signing in: it leaves what a person would who gave every proof asked of them, a
    second factor and a fresh one. What happens without is shown by signing in through the pages (tests/accounts)."""
    plain = Client.force_login

    def force_login(client: Client, user: User, backend: str | None = None) -> None:
        plain(client, user, backend=backend or "allauth.account.auth_backends.AuthenticationBackend")
        session = client.session
        session["account_authentication_methods"] = list(EVERY_PROOF)
        session["account_authentication_methods_user"] = str(user.pk)
        # A story may leap over days; what becomes of an idle session is shown in tests/accounts/test_idle.py.
        session["seen_at"] = session["began_at"] = PROVED_AT
        session.save()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Client, "force_login", force_login)
        yield


@pytest.fixture(scope="session", autouse=True)
def own_files(tmp_path_factory: pytest.TempPathFactory) -> None:
    """One folder for files per pytest-xdist worker: a story that ticks sweeps what no row of its own database speaks of."""
    django_settings.MEDIA_ROOT = tmp_path_factory.mktemp("files")


@pytest.fixture
def own_redis(settings: Any, request: pytest.FixtureRequest) -> str:
    """One Redis database per pytest-xdist worker."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    number = 2 + int(worker.removeprefix("gw")) if worker else 1
    settings.REDIS_URL = settings.REDIS_URL.rsplit("/", 1)[0] + f"/{number}"
    return str(settings.REDIS_URL)


@pytest.fixture
def barnsley(db: None) -> World:
    return World("barnsley")


@pytest.fixture
def havering(db: None) -> World:
    return World("havering")


@pytest.fixture
def wiltshire(db: None) -> World:
    return World("wiltshire")


@pytest.fixture
def oldham(db: None) -> World:
    return World("oldham")


@pytest.fixture
def enfield(db: None) -> World:
    return World("enfield")


@pytest.fixture
def signed_in() -> Callable[[User], Client]:
    """A browser's client with a person signed in."""

    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return sign_in
