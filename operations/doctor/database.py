"""What is wrong with the database as the application's login finds it: rights, wall, versions, clocks, pooler."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import Error, connection, connections
from django.utils import timezone

from partnerships.walls import ERASER, TIMEKEEPER

from .. import looking
from ..findings import ago
from .finding import Finding, note, well, wrong

OLDEST, USUAL = 15, 18
SKEW, LAG = timedelta(seconds=2), timedelta(minutes=5)
ROLES = "deploy/roles.sql makes the roles as they must be: run it as a superuser in this database."
# Being a member is as good as being it: whoever may become the owner is no plain login.
RIGHTS = r"""
SELECT EXISTS (SELECT FROM pg_roles r WHERE r.rolsuper AND pg_has_role(current_user, r.oid, 'MEMBER')),
       EXISTS (SELECT FROM pg_roles r WHERE r.rolbypassrls AND pg_has_role(current_user, r.oid, 'MEMBER')),
       EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p')
               AND n.nspname = 'public' AND pg_has_role(current_user, c.relowner, 'MEMBER')),
       has_schema_privilege(current_user, 'public', 'CREATE'), current_user
"""
WALLS = """
SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND a.attname = 'partnership_id'
  AND NOT a.attisdropped AND NOT (c.relrowsecurity AND c.relforcerowsecurity) ORDER BY 1
"""


def ask(question: str, *values: Any, using: str = "default") -> list[tuple[Any, ...]]:
    with connections[using].cursor() as cursor:
        cursor.execute(question, list(values))
        return list(cursor.fetchall())


def answers() -> Iterator[Finding]:
    try:
        ((number,),) = ask("SELECT current_setting('server_version_num')::int / 10000")
    except Error:
        do = "Look whether PostgreSQL runs, and whether DATABASE_URL names its host, port, database and login."
        yield wrong("database", "The database does not answer at DATABASE_URL.", do)
        return
    if number < OLDEST:
        yield wrong("database", f"PostgreSQL {number} is too old.", f"Use {USUAL}, and {OLDEST} at least.")
    elif number < USUAL:
        yield note(
            "database", f"This is PostgreSQL {number}. It is enough; most is tried with {USUAL}.", "Nothing has to be done now."
        )
    else:
        yield well("database", f"PostgreSQL {number} answers.")


def logins() -> Iterator[Finding]:
    ((superuser, bypasses, owns, creates, name),) = ask(RIGHTS)
    for found, said in (
        (superuser, "is a superuser, or may become one: the wall between partnerships is void for it"),
        (bypasses, "may bypass row security: the wall between partnerships is void for it"),
        (owns, "owns tables, or may become their owner"),
        (creates, "may make tables"),
    ):
        if found:
            yield wrong("logins", f"The application's login {name} {said}.", ROLES)
    if not (superuser or bypasses or owns or creates):
        yield well("logins", f"The application's login {name} has rows and nothing else.")
    if "owner" in settings.DATABASES:
        if ask("SELECT current_user", using="owner") == [(name,)]:
            yield wrong("logins", "DATABASE_URL and DATABASE_OWNER_URL are one login.", ROLES)
        elif settings.DEPLOYMENT == "production":
            said = "The owner's login is given to this process. Only the one that migrates should have it."
            yield note("logins", said, "Take DATABASE_OWNER_URL away from web, worker and beat.")


def walls() -> Iterator[Finding]:
    open_tables = [name for (name,) in ask(WALLS)]
    if open_tables:
        said = f"Row security is not forced on: {', '.join(open_tables)}. Other partnerships could see these rows."
        yield wrong("walls", said, "Stop the product. Restore the database, or run the migrations on one that is whole.")
    else:
        yield well("walls", "Row security is forced on every table of a partnership.")


def helper_roles() -> Iterator[Finding]:
    rows = ask(
        "SELECT rolname, rolcanlogin, rolsuper OR rolbypassrls, pg_has_role(current_user, oid, 'MEMBER') FROM pg_roles"
        " WHERE rolname IN (%s, %s)", TIMEKEEPER, ERASER,
    )  # fmt: skip
    missing = {TIMEKEEPER, ERASER} - {name for name, *_ in rows}
    bad = [name for name, *dangers in rows if any(dangers)]
    if missing or bad:
        yield wrong(
            "helper-roles", f"Helper roles that are missing or may too much: {', '.join(sorted({*missing, *bad}))}.", ROLES
        )
    else:
        yield well("helper-roles", "The helper roles cannot sign in, and the application is no member of them.")


def extensions() -> Iterator[Finding]:
    found = [name for (name,) in ask("SELECT extname FROM pg_extension WHERE extname <> 'plpgsql' ORDER BY 1")]
    if found:
        yield note("extensions", f"The product needs no extension; there are: {', '.join(found)}.", "Nothing, if they are yours.")
    else:
        yield well("extensions", "No extension is needed, and there is none.")


def migrations() -> Iterator[Finding]:
    waiting = looking.migrations_waiting()
    if waiting:
        do = "Run manage.py migrate --database=owner with the owner's login, before web and worker start."
        yield wrong("migrations", f"Migrations of this release wait to be run: {len(waiting)}.", do)
    else:
        yield well("migrations", "Every migration of this release has been run.")


def clocks() -> Iterator[Finding]:
    ZoneInfo("Europe/London")
    before = time.monotonic()
    ((theirs,),) = ask("SELECT clock_timestamp()")
    apart = abs(timezone.now() - theirs) - timedelta(seconds=time.monotonic() - before)
    if apart > SKEW:
        said = f"The clocks of this host and of the database are {ago(apart)} apart."
        yield wrong("clocks", said, "Keep both by NTP: timescales are counted by the one and noted by the other.")
    else:
        yield well("clocks", "This host's clock and the database's agree.")


def pooler() -> Iterator[Finding]:
    """A pooler gives its clients numbers of its own for the server's processes."""
    ((theirs,),) = ask("SELECT pg_backend_pid()")
    if connection.connection is None or connection.connection.get_backend_pid() == theirs:
        yield well("pooler", "The application speaks to PostgreSQL without a pooler between.")
    elif connection.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS"):
        yield well("pooler", "A pooler stands between, and no cursor outlives its transaction.")
    else:
        said = "A pooler stands between. In transaction mode, exports fail."
        yield note("pooler", said, "In transaction mode, say so in the settings, as the page says. In session mode, do nothing.")


def replica() -> Iterator[Finding]:
    if "replica" not in settings.DATABASES:
        return
    try:
        ((follows, waits, since),) = ask(
            "SELECT pg_is_in_recovery(), pg_last_wal_receive_lsn() IS DISTINCT FROM pg_last_wal_replay_lsn(),"
            " now() - pg_last_xact_replay_timestamp()", using="replica",
        )  # fmt: skip
    except Error:
        yield note("replica", "The second server does not answer; the first is asked instead.", "Mend it, or take it out.")
        return
    if not follows:
        yield wrong("replica", "DATABASE_REPLICA_URL is no server that follows another.", "Give the address of one that does.")
    elif waits and since is not None and since > LAG:
        yield note("replica", f"The second server is {ago(since)} behind.", "Look at its disk and its network.")
    else:
        yield well("replica", "The second server follows the first.")


CHECKS = (logins, walls, helper_roles, extensions, migrations, clocks, pooler, replica)
