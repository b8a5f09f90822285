"""What nearly every page asks of its partnership, in one question: published protocols and what of them is confirmed, days off,
contacts, arrangements. Only where the request reads: then nothing of it can change before the page is drawn.

Each is remembered under the name by which it would be asked for alone; must not know what a page makes of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from functools import cache, partial
from typing import Any, TypeVar

from django.db import connection, connections, models

from .arrangements import Arrangements
from .models import AssumptionConfirmation, BankHoliday, ClosureDay, Contact, Partnership, ProtocolVersion, VersionStatus
from .scope import current_partnership_id, current_scope, read_ahead
from .working_days import Calendar

VERSIONS, CALENDAR, CONTACTS = "published_versions", "calendar", "contacts"
CONFIRMED, ARRANGEMENTS = "confirmed paths", "arrangements"
TOGETHER = frozenset({VERSIONS, CALENDAR, CONTACTS, CONFIRMED, ARRANGEMENTS})
# What the protocol and the partnership ask of whoever fills in a form.
ASKED_OF_FORMS = frozenset({VERSIONS, ARRANGEMENTS})
_Kept = TypeVar("_Kept", bound=models.Model)


def _of(model: type[models.Model]) -> str:
    return f"{model._meta.db_table} WHERE partnership_id = %(partnership)s"


@cache
def _asked(keys: frozenset[str]) -> str:
    version = ", ".join(str(field.column) for field in ProtocolVersion._meta.concrete_fields if field.name != "definition")
    days = "SELECT '{name}', coalesce(jsonb_object_agg(day, name), '{{}}') FROM {table}"
    rows = "SELECT '{name}', to_jsonb(r) FROM (SELECT {columns} FROM {table}) r"
    every = (
        (VERSIONS, rows.format(name="versions", columns=version, table=f"{_of(ProtocolVersion)} AND status = %(published)s")),
        (CALENDAR, days.format(name="holidays", table=f"{BankHoliday._meta.db_table} WHERE nation IN ({_nation()})")),
        (CALENDAR, days.format(name="closures", table=_of(ClosureDay))),
        (CONTACTS, rows.format(name="contacts", columns="*", table=f"{_of(Contact)} AND active")),
        (CONFIRMED, rows.format(name="confirmed", columns="version_id, path", table=_of(AssumptionConfirmation))),
        (ARRANGEMENTS, rows.format(name="arrangements", columns="*", table=_of(Arrangements))),
    )
    return " UNION ALL ".join(question for key, question in every if key in keys)


def only_reads(keys: frozenset[str] = TOGETHER) -> None:
    """For the length of the scope. Said by the middleware of a request that may not change anything of the partnership, or of
    some of it by a page whose post leaves that as it is."""
    read_ahead(keys, partial(_read, keys))


def _read(keys: frozenset[str]) -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute(_asked(keys), {"partnership": current_partnership_id(), "published": VersionStatus.PUBLISHED})
        rows = [(what, json.loads(found) if isinstance(found, str) else found) for what, found in cursor.fetchall()]
    found: dict[str, list[Any]] = {}
    for what, row in rows:
        found.setdefault(what, []).append(row)
    versions = [_made(ProtocolVersion, row) for row in found.get("versions", ())]
    versions.sort(key=lambda version: (version.effective_from or date.min, version.number), reverse=True)
    arranged = [_made(Arrangements, row) for row in found.get("arrangements", ())]
    every = {
        VERSIONS: versions,
        CALENDAR: calendar_of(*(_days(found.get(name, [{}])[0]) for name in ("holidays", "closures"))),
        CONTACTS: {row["key"]: _made(Contact, row) for row in found.get("contacts", ())},
        CONFIRMED: frozenset((row["version_id"], row["path"]) for row in found.get("confirmed", ())),
        ARRANGEMENTS: arranged[0] if arranged else Arrangements(),
    }
    return {key: every[key] for key in keys}


def days_off() -> tuple[dict[date, str], dict[date, str]]:
    """The nation's bank holidays and the partnership's own closures, alone and in one question."""
    scope = current_scope()
    found: tuple[dict[date, str], dict[date, str]] = {}, {}
    with connections[scope.using].cursor() as cursor:
        cursor.execute(_asked_for_days(), {"partnership": current_partnership_id()})
        for closed, day, name in cursor.fetchall():
            found[closed][day] = name
    return found


@cache
def _asked_for_days() -> str:
    days = "SELECT {which}, day, name FROM {table}"
    holidays = days.format(which="false", table=f"{BankHoliday._meta.db_table} WHERE nation IN ({_nation()})")
    return holidays + " UNION ALL " + days.format(which="true", table=_of(ClosureDay))


def _nation() -> str:
    return f"SELECT nation FROM {Partnership._meta.db_table} WHERE id = %(partnership)s"  # noqa: S608  (names of our own tables)


def calendar_of(holidays: Mapping[date, str], closures: Mapping[date, str]) -> Calendar:
    known_until = date(max(day.year for day in holidays), 12, 31) if holidays else None
    return Calendar.of(dict(holidays), dict(closures), known_until=known_until)


def _days(named: Mapping[str, str]) -> dict[date, str]:
    return {date.fromisoformat(day): name for day, name in named.items()}


def _made(model: type[_Kept], row: Mapping[str, Any]) -> _Kept:
    """A row as the model reads it; what was not asked for is read when it is asked for."""
    fields = [field for field in model._meta.concrete_fields if field.column in row]
    return model.from_db(connection.alias, [f.attname for f in fields], [f.to_python(row[str(f.column)]) for f in fields])
