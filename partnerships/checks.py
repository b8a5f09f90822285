"""System checks that keep demonstration doors shut outside demonstrations; must not touch the database."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register


@register
def demo_doors_stay_shut(app_configs: Any, **_: Any) -> list[CheckMessage]:
    if settings.DEMO_DOORS and settings.DEPLOYMENT not in {"demo", "training"}:
        return [
            Error(
                "DEMO_DOORS lets anybody sign in as a demo person and read all mail; this deployment is "
                f"{settings.DEPLOYMENT!r}.",
                hint="Unset DEMO_DOORS, or set DEPLOYMENT=demo or DEPLOYMENT=training.",
                id="partnerships.E001",
            )
        ]
    return []


@register
def deployment_is_known(app_configs: Any, **_: Any) -> list[CheckMessage]:
    if settings.DEPLOYMENT not in {"demo", "training", "production"}:
        return [
            Error(
                f"DEPLOYMENT is {settings.DEPLOYMENT!r}.",
                hint="Set it to demo, training or production.",
                id="partnerships.E002",
            )
        ]
    return []
