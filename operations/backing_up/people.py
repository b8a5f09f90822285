"""The people whom a partnership's rows name, when it is put back: who is there stays as they are, who is missing is added.

A person belongs to no partnership, so that nothing of somebody who is there may be changed for one partnership's sake. Who has
the number of another by now (the installation itself was put back meanwhile) would get their access: that is refused."""

from __future__ import annotations

from typing import Any

from .copying import Table, lay_beside, outside
from .manifest import rows
from .programs import NotPossible

USERS = "partnerships_user"
# How an account came to be without a name (records/migrations/0003).
NAMELESS = "u.email = 'left-' || u.id || '@left.invalid'"
# Where somebody was signed in then, nobody is now.
NOT_THESE = ("usersessions_usersession",)
COLUMNS = """
SELECT attname FROM pg_attribute WHERE attrelid = 'public.partnerships_user'::regclass AND attnum > 0 AND NOT attisdropped
AND attgenerated = '' ORDER BY attnum
"""
# Whoever has an account of another number by now cannot have two under one address: the old one comes back without it.
CLASH = "EXISTS (SELECT FROM partnerships_user o WHERE lower(o.email) = lower(b.email) AND o.id <> b.id)"


def put_people_back(source: Any, target: Any, tables: list[Table]) -> dict[str, int]:
    """How many were there, were added, got their name again, or came back without their address."""
    columns = tuple(name for (name,) in rows(source, COLUMNS))
    people = Table(USERS, columns, "put_back_people", ())
    lay_beside(source, target, people, where="id = ANY (%s)", args=[_named(target, tables)])
    _nobody_else(target)
    # Who runs the installation is nothing that one partnership's rows may say.
    target.execute("UPDATE put_back_people SET is_operator = false WHERE is_operator")
    counts = {}
    target.execute(f"CREATE TEMP TABLE put_back_new ON COMMIT DROP AS SELECT b.id FROM put_back_people b WHERE NOT {CLASH}"  # noqa: S608
                   f" AND NOT EXISTS (SELECT FROM {USERS} u WHERE u.id = b.id AND NOT ({NAMELESS}))")  # fmt: skip
    target.execute(
        f"UPDATE {USERS} u SET name = b.name, email = b.email, password = b.password, is_active = b.is_active"  # noqa: S608
        f" FROM put_back_people b WHERE b.id = u.id AND {NAMELESS} AND NOT {CLASH}"
    )
    counts["named again"] = target.rowcount
    target.execute(
        f"INSERT INTO {USERS} ({people.listed}) SELECT {people.listed} FROM put_back_people b"  # noqa: S608
        f" WHERE NOT {CLASH} AND NOT EXISTS (SELECT FROM {USERS} u WHERE u.id = b.id)"
    )
    counts["added"] = target.rowcount
    target.execute(
        "UPDATE put_back_people b SET email = 'former-' || id || '@left.invalid', password = '!', is_active = false"  # noqa: S608
        f" WHERE NOT EXISTS (SELECT FROM {USERS} u WHERE u.id = b.id)"
    )
    target.execute(
        f"INSERT INTO {USERS} ({people.listed}) SELECT {people.listed} FROM put_back_people b"  # noqa: S608
        f" WHERE NOT EXISTS (SELECT FROM {USERS} u WHERE u.id = b.id)"
    )
    counts["added without their address, which another account has"] = target.rowcount
    target.execute("SELECT count(*) FROM put_back_people")
    counts["there already"] = target.fetchone()[0] - sum(counts.values())
    _how_they_sign_in(source, target)
    return counts


def _nobody_else(target: Any) -> None:
    """An account is itself as long as it was made in the same moment; its address and its name may have changed."""
    target.execute(f"SELECT count(*) FROM put_back_people b JOIN {USERS} u ON u.id = b.id WHERE u.joined_at <> b.joined_at")  # noqa: S608
    (others,) = target.fetchone()
    if others:
        raise NotPossible(
            f"{others} accounts that the partnership names have numbers that are other people’s here by now: they would get "
            "its access. Nothing was changed. Restore the whole backup instead, or one from after these accounts were made."
        )


def _named(target: Any, tables: list[Table]) -> list[int]:
    found: set[int] = set()
    for table in tables:
        for column in table.people:
            target.execute(f"SELECT DISTINCT {column} FROM {table.beside} WHERE {column} IS NOT NULL")  # noqa: S608
            found |= {number for (number,) in target.fetchall()}
    return sorted(found)


def _how_they_sign_in(source: Any, target: Any) -> None:
    """Addresses, second factors and sign-ons of those who came back; numbered anew, since others may have the numbers."""
    target.execute("SELECT array_agg(id) FROM put_back_new")
    (who,) = target.fetchone()
    for table, column in outside(source, to=USERS):
        if table.name in NOT_THESE or not who:
            continue
        lay_beside(source, target, table, where=f"{column} = ANY (%s)", args=[who])
        listed = ", ".join(f'"{name}"' for name in table.columns if name != "id")
        target.execute(
            f"INSERT INTO {table.name} ({listed}) SELECT {listed} FROM {table.beside} ON CONFLICT DO NOTHING"  # noqa: S608
        )
