"""The database's logins: making them on the embedded server, and refusing a dangerous application login.

Knows deploy/roles.sql and system catalogues, no table of the product.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg2
from psycopg2 import sql

ROLES_SQL = Path(__file__).resolve().parent.parent / "deploy" / "roles.sql"
DATABASE = "escalation"

# Being a member is as good as being it: whoever may SET ROLE to the owner is no plain role.
DANGERS = r"""
    SELECT current_user,
           EXISTS (SELECT FROM pg_roles r WHERE r.rolsuper AND pg_has_role(current_user, r.oid, 'MEMBER')),
           EXISTS (SELECT FROM pg_roles r WHERE r.rolbypassrls AND pg_has_role(current_user, r.oid, 'MEMBER')),
           EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                   WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
                     AND n.nspname NOT LIKE 'pg\_%' AND pg_has_role(current_user, c.relowner, 'MEMBER'))
           OR EXISTS (SELECT FROM pg_database d WHERE d.datname = current_database()
                      AND pg_has_role(current_user, d.datdba, 'MEMBER'))
"""

# The helpers' policies are for the helpers: an owner that merely inherited them would see every partnership's rows.
HELPERS = """
    SELECT helper, r.oid IS NOT NULL AND pg_has_role(current_user, r.oid, 'MEMBER'),
           r.oid IS NOT NULL AND pg_has_role(current_user, r.oid, 'USAGE')
    FROM unnest(ARRAY['esc_timekeeper', 'esc_eraser']) AS helper LEFT JOIN pg_roles r ON r.rolname = helper
"""


# What reads past row-level security for the backup is the backup's alone.
BECOMES_BACKUP = """
    SELECT EXISTS (SELECT FROM pg_roles r WHERE r.rolname = 'esc_backup' AND r.rolname <> current_user
                   AND pg_has_role(current_user, r.oid, 'MEMBER'))
"""


@contextlib.contextmanager
def cursor(url: str) -> Iterator[Any]:
    connection = psycopg2.connect(url, connect_timeout=10)
    try:
        connection.autocommit = True
        with connection.cursor() as cur:
            yield cur
    finally:
        connection.close()


def make_roles(superuser_url: str, *, owner_password: str, app_password: str) -> tuple[str, str]:
    """Make database, roles and passwords where they are missing; return the application's URL and the owner's."""
    with cursor(superuser_url) as cur:
        cur.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
        if not cur.fetchone():
            cur.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
    with cursor(at_database(superuser_url, database=DATABASE)) as cur:
        cur.execute(ROLES_SQL.read_text())
        for role, secret in (("esc_owner", owner_password), ("esc_app", app_password)):
            cur.execute(sql.SQL("ALTER ROLE {} PASSWORD %s").format(sql.Identifier(role)), [secret])
        cur.execute("SHOW server_version_num")
        version = int(cur.fetchone()[0])
    if version < 160000:  # see roles.sql on NOINHERIT owners: the tests' own databases are copies of template1
        with cursor(at_database(superuser_url, database="template1")) as cur:
            cur.execute("GRANT ALL ON SCHEMA public TO esc_owner WITH GRANT OPTION")
    where = urlsplit(superuser_url).netloc.rpartition("@")[2]
    app, owner = (
        f"postgres://{user}:{quote(secret)}@{where}/{DATABASE}"
        for user, secret in (("esc_app", app_password), ("esc_owner", owner_password))
    )
    return app, owner


def make_backup_login(superuser_url: str, *, password: str) -> str:
    """The URL of the login that reads everything and writes nothing; the roles must be there already."""
    with cursor(superuser_url) as cur:
        cur.execute("ALTER ROLE esc_backup PASSWORD %s", [password])
    return f"postgres://esc_backup:{quote(password)}@{urlsplit(superuser_url).netloc.rpartition('@')[2]}/{DATABASE}"


def at_database(url: str, *, database: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))


def problems_with_logins(app_url: str, *, owner_url: str) -> list[str]:
    """Why these two logins would not keep partnerships apart.  Empty: they will."""
    found: list[str] = []
    try:
        with cursor(app_url) as cur:
            cur.execute(DANGERS)
            app, superuser, bypass, owns = cur.fetchone()
            if superuser:
                found.append(
                    f"The application login '{app}' is a superuser (or may become one), and row-level security is void for it."
                )
            elif bypass:
                found.append(f"The application login '{app}' may bypass row-level security.")
            elif owns:
                found.append(f"The application login '{app}' owns the database or tables in it (or may become their owner).")
    except psycopg2.OperationalError as error:
        return [f"DATABASE_URL cannot be reached: {first_line(error)}"]
    try:
        with cursor(owner_url) as cur:
            cur.execute("SELECT current_user")
            if cur.fetchone()[0] == app:
                found.append(
                    f"DATABASE_URL and DATABASE_OWNER_URL are one login, '{app}': the application needs a plain one of its own."
                )
            cur.execute(HELPERS)
            for helper, member, inherits in cur.fetchall():
                if not member:
                    found.append(f"The owner login is not a member of the role '{helper}'.")
                elif inherits:
                    found.append(f"The owner login inherits what '{helper}' may see: it must be NOINHERIT, and no superuser.")
            cur.execute(BECOMES_BACKUP)
            if cur.fetchone()[0]:
                found.append("The owner login may become 'esc_backup', which reads past row-level security.")
    except psycopg2.OperationalError as error:
        return [*found, f"DATABASE_OWNER_URL cannot be reached: {first_line(error)}"]
    return found


def first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or ["no reason given"])[0]


def identity(owner_url: str) -> list[Any]:
    """Which database this is, and how far it is migrated: what a remembered preparation must be compared with."""
    with cursor(owner_url) as cur:
        cur.execute("""SELECT system_identifier::text, (SELECT oid::bigint FROM pg_database WHERE datname = current_database()),
                              to_regclass('public.django_migrations') IS NOT NULL FROM pg_control_system()""")
        server, database, migrated = cur.fetchone()
        if not migrated:
            return [server, database, 0]
        cur.execute("SELECT coalesce(max(id), 0) + 1000000 * count(*) FROM django_migrations")
        return [server, database, cur.fetchone()[0]]
