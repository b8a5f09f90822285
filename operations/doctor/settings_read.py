"""What is wrong with the settings as they are read here. Says names of settings, never a value that could be a secret."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from django.conf import settings

from .finding import Finding, note, well, wrong

LONG_ENOUGH, DIFFERENT_ENOUGH = 50, 10
REAL = ("production", "training")


def deployment() -> Iterator[Finding]:
    kind = settings.DEPLOYMENT
    if kind not in (*REAL, "demo"):
        yield wrong("deployment", f"DEPLOYMENT is {kind!r}.", "Set it to production, training or demo.")
    elif kind in REAL and settings.DEMO_DOORS:
        yield wrong("deployment", "Anybody can sign in from a list (DEMO_DOORS).", "Take DEMO_DOORS out of the settings.")
    else:
        yield well("deployment", f"This is a {kind} installation.")


def debug() -> Iterator[Finding]:
    if settings.DEBUG:
        yield wrong("debug", "DEBUG is on: an error's page shows settings and what was typed.", "Take DEBUG out of the settings.")
    else:
        yield well("debug", "DEBUG is off.")


def secrets() -> Iterator[Finding]:
    """Strength as far as it can be seen: length, and how many different characters."""
    weak = [
        name
        for name, secret in (("SECRET_KEY", settings.SECRET_KEY), ("METRICS_TOKEN", settings.METRICS_TOKEN))
        if secret and (len(secret) < (LONG_ENOUGH if name == "SECRET_KEY" else 24) or len(set(secret)) < DIFFERENT_ENOUGH)
    ]
    if settings.SECRET_KEY.startswith("django-insecure"):
        weak.append("SECRET_KEY")
    for name in dict.fromkeys(weak):
        yield wrong("secrets", f"{name} is short or simple: it could be guessed.", "Make a new one, as the page says.")
    if not weak:
        yield well("secrets", "The secrets are long enough.")
    if len(settings.SECRET_KEY_FALLBACKS) > 1:
        yield note("secrets", "More than one earlier SECRET_KEY still opens what it sealed.", "Take out those older than a week.")


def addresses() -> Iterator[Finding]:
    given = urlsplit(settings.BASE_URL)
    if "*" in settings.ALLOWED_HOSTS and settings.DEPLOYMENT in REAL:
        yield wrong("addresses", "Any Host header is answered (ALLOWED_HOSTS is *).", "Name the hosts that people use.")
    elif given.hostname not in settings.ALLOWED_HOSTS and "*" not in settings.ALLOWED_HOSTS:
        said = f"ALLOWED_HOSTS does not name {given.hostname}, which every link in an e-mail leads to."
        yield wrong("addresses", said, "Add the host of BASE_URL to ALLOWED_HOSTS.")
    else:
        yield well("addresses", f"People reach it at {given.scheme}://{given.netloc}.")
    if given.scheme != "https" and settings.DEPLOYMENT in REAL:
        yield wrong("addresses", "BASE_URL has no https: sign-ins could be read on the way.", "Give BASE_URL with https.")


def proxies() -> Iterator[Finding]:
    behind = getattr(settings, "SECURE_PROXY_SSL_HEADER", None) is not None
    if settings.BASE_URL.startswith("https://") and not behind:
        said = "It is not said that a TLS proxy stands in front (BEHIND_TLS_PROXY), and the product speaks no TLS itself."
        yield wrong("proxies", said, "Set BEHIND_TLS_PROXY=true, and let the proxy set X-Forwarded-Proto and -For.")
    elif behind:
        yield well("proxies", f"Proxies in a row: {settings.ALLAUTH_TRUSTED_PROXY_COUNT} (TRUSTED_PROXIES).")
    else:
        yield well("proxies", "No proxy is expected.")


def contacts() -> Iterator[Finding]:
    missing = {
        "SECURITY_CONTACT": "whoever finds a weakness does not learn whom to tell",
        "ACCESSIBILITY_CONTACT": "people whom a page keeps out do not learn whom to tell",
        "OPERATORS_EMAIL": "nobody is told by e-mail when something stops",
    }
    for name, what in missing.items():
        if not getattr(settings, name):
            yield note("contacts", f"{name} is not set: {what}.", f"Set {name}.")
    if all(getattr(settings, name) for name in missing):
        yield well("contacts", "Whom to tell of a weakness, of a barrier and of a fault is set.")
    if settings.DEFAULT_FROM_EMAIL.rstrip(">").endswith(".example") and settings.DEPLOYMENT in REAL:
        yield wrong("contacts", "MAIL_FROM is an example: mail servers refuse it.", "Set MAIL_FROM to an address of yours.")


def chain_witness() -> Iterator[Finding]:
    if settings.CHAIN_WITNESS_EMAIL or settings.CHAIN_WITNESS_FILE:
        yield well("chain-witness", "The ends of the chronologies are given to somebody else once a day.")
    else:
        said = "Nobody else keeps the ends of the chronologies: one that was cut off would not show."
        yield note("chain-witness", said, "Set CHAIN_WITNESS_EMAIL or CHAIN_WITNESS_FILE for the workers.")


CHECKS = (deployment, debug, secrets, addresses, proxies, contacts, chain_witness)
