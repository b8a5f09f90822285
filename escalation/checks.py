"""System checks about the record; must not touch the database."""

from typing import Any

from django.conf import settings
from django.core import checks


@checks.register
def somebody_else_keeps_the_ends(app_configs: Any, **_: Any) -> list[checks.CheckMessage]:
    if settings.DEPLOYMENT != "production" or settings.CHAIN_WITNESS_EMAIL or settings.CHAIN_WITNESS_FILE:
        return []
    return [
        checks.Warning(
            "Nobody else keeps the ends of the chronologies, so that an end cut off by the database's owner may not show.",
            hint="Set CHAIN_WITNESS_EMAIL to addresses outside, or CHAIN_WITNESS_FILE to a file on a disk only added to.",
            id="escalation.W001",
        )
    ]
