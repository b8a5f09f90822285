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


@register
def mail_goes_out_in_production(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """Without a mail server nobody would be told of anything, and nothing would say so."""
    kept_in_files = settings.EMAIL_BACKEND == "django.core.mail.backends.filebased.EmailBackend"
    if settings.DEPLOYMENT == "production" and kept_in_files:
        return [
            Error(
                "EMAIL_URL is not set, so every e-mail would be kept in a file and nobody told.",
                hint="Set EMAIL_URL (or EMAIL_URL_FILE), for example smtp+tls://user:password@mail.example:587.",
                id="partnerships.E003",
            )
        ]
    return []
