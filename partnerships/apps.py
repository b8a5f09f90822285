"""The partnerships app, and what the application's database login may do after each migration."""

from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.db import connections
from django.db.models.signals import post_migrate

from .walls import DELETE_REHEARSAL, ERASER, TIMEKEEPER


class PartnershipsConfig(AppConfig):
    name = "partnerships"
    verbose_name = "Partnerships and their protocols"

    def ready(self) -> None:
        from . import checks  # noqa: F401, PLC0415  (registers the system checks, once the apps are loaded)

        post_migrate.connect(grant_rows_only, sender=self)


def grant_rows_only(sender: AppConfig, using: str, **_: Any) -> None:
    """The application may read and write rows, never define tables; of a table whose comment begins "append-only" it may
    change and remove none. It may ask the timekeeper's functions and the eraser's, which the owner can grant only in their
    roles."""
    owner = settings.DATABASES.get("owner")
    if owner is None or connections[using].settings_dict["USER"] != owner["USER"]:
        return
    role = connections[using].ops.quote_name(settings.DATABASES["default"]["USER"])
    with connections[using].cursor() as cursor:
        cursor.execute(
            # Only quoted names of roles and tables go in.
            f"""GRANT USAGE ON SCHEMA public TO {role};
            GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role};
            GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role};
            REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {role};
            DO $$ DECLARE kept record; BEGIN
              FOR kept IN SELECT c.oid::regclass AS name FROM pg_class c JOIN pg_description d ON d.objoid = c.oid
                AND d.objsubid = 0 WHERE c.relkind = 'r' AND d.description LIKE 'append-only%'
              LOOP EXECUTE format('REVOKE UPDATE, DELETE ON %s FROM {role}', kept.name); END LOOP; END $$;"""  # noqa: S608
        )
        if _has(cursor, DELETE_REHEARSAL):  # the one thing that it may have done to rows which it may not remove itself
            cursor.execute(f"GRANT EXECUTE ON FUNCTION {DELETE_REHEARSAL} TO {role}")
        for helper in (TIMEKEEPER, ERASER):
            cursor.execute("SELECT oid::regprocedure::text FROM pg_proc WHERE proowner = %s::regrole", [helper])
            for (function,) in cursor.fetchall():
                cursor.execute(f"SET ROLE {helper}; GRANT EXECUTE ON FUNCTION {function} TO {role}; RESET ROLE")


def _has(cursor: Any, function: str) -> bool:
    """Not yet, where the partnerships alone are migrated."""
    cursor.execute("SELECT to_regprocedure(%s) IS NOT NULL", [function])
    return bool(cursor.fetchone()[0])
