"""The way out that whoever runs this installation has set: NOTIFY_API_KEY, or EMAIL_URL, or else files; knows no partnership."""

from __future__ import annotations

from django.conf import settings
from django.core.mail.utils import DNS_NAME

from .files import DjangoTransport, FolderTransport
from .notify import NotifyTransport, Service
from .outgoing import Transport
from .smtp import Server, SmtpTransport

SMTP, FILES = "django.core.mail.backends.smtp.EmailBackend", "django.core.mail.backends.filebased.EmailBackend"


def installations_way(*, sender: str = "", reply_to: str = "") -> Transport:
    """As it is set. `sender` and `reply_to` where somebody writes under a name of their own, which Notify has no use for."""
    if settings.NOTIFY_API_KEY:
        return NotifyTransport(notify_service(key=settings.NOTIFY_API_KEY, template=settings.NOTIFY_TEMPLATE_ID))
    return by_mail(sender=sender, reply_to=reply_to)


def by_mail(*, sender: str = "", reply_to: str = "") -> Transport:
    """By EMAIL_URL."""
    sender = sender or settings.DEFAULT_FROM_EMAIL
    if settings.EMAIL_BACKEND == SMTP:
        return SmtpTransport(_server(), sender=sender, reply_to=reply_to, returns=settings.MAIL_RETURNS_TO)
    if settings.EMAIL_BACKEND == FILES:
        return FolderTransport(str(getattr(settings, "EMAIL_FILE_PATH", "")), sender=sender, reply_to=reply_to)
    return DjangoTransport(sender=sender, reply_to=reply_to)


def notify_service(*, key: str, template: str, reply_to: str = "") -> Service:
    """A service of Notify, reached as this installation reaches it."""
    return Service(
        key=key,
        template=template,
        reply_to=reply_to,
        url=settings.NOTIFY_URL,
        ca=settings.OUTGOING_CA or "",
        proxy=settings.OUTGOING_PROXY or "",
        timeout=settings.EMAIL_TIMEOUT,
    )


def _server() -> Server:
    return Server(
        host=settings.EMAIL_HOST,
        port=settings.EMAIL_PORT,
        user=settings.EMAIL_HOST_USER or "",
        password=settings.EMAIL_HOST_PASSWORD or "",
        starttls=bool(settings.EMAIL_USE_TLS),
        tls=bool(settings.EMAIL_USE_SSL),
        timeout=settings.EMAIL_TIMEOUT or 20,
        ca=settings.MAIL_CA,
        name=DNS_NAME.get_fqdn(),
    )
