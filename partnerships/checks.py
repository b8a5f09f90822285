"""System checks that keep demonstration doors shut outside demonstrations; must not touch the database."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

LEAST_SECRET, LEAST_VARIED = 50, 10


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
    if settings.DEPLOYMENT == "production" and kept_in_files and not settings.NOTIFY_API_KEY:
        return [
            Error(
                "EMAIL_URL is not set, so every e-mail would be kept in a file and nobody told.",
                hint="Set NOTIFY_API_KEY, or EMAIL_URL (or EMAIL_URL_FILE): smtp+tls://user:password@mail.example:587.",
                id="partnerships.E003",
            )
        ]
    return []


@register
def nobody_listens_in_production(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """Without TLS a code, a session and everything that is read would pass in the clear, and cookies could not be kept safe."""
    if settings.DEPLOYMENT == "production" and not settings.BASE_URL.startswith("https://"):
        return [
            Error(
                f"BASE_URL is {settings.BASE_URL!r}: people would send and read everything in the clear.",
                hint="Set BASE_URL to the https:// address at which people reach this, and BEHIND_TLS_PROXY=true.",
                id="partnerships.E004",
            )
        ]
    return []


@register
def the_secret_is_one(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """Whoever guesses it can make sessions and read second factors. Django asks only for so much in its deployment checks,
    which nobody must remember to run."""
    secret = settings.SECRET_KEY
    if settings.DEPLOYMENT == "production" and (len(secret) < LEAST_SECRET or len(set(secret)) < LEAST_VARIED):
        return [
            Error(
                "SECRET_KEY is too short, or too plain, to keep anything secret.",
                hint='Make one: python3 -c "import secrets; print(secrets.token_urlsafe(50))". It may come from SECRET_KEY_FILE.',
                id="partnerships.E005",
            )
        ]
    return []
