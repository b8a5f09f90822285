"""By which way a partnership's e-mails leave, and in whose name; sends nothing and decides nothing of when."""

from __future__ import annotations

from email.utils import formataddr, parseaddr

from django.conf import settings

from accounts.sealing import NOTIFY_KEYS, InvalidToken, unseal
from mailing.installation import installations_way, notify_service
from mailing.notify import NotifyTransport
from mailing.outgoing import Transport
from partnerships.models import Partnership
from partnerships.scope import partnership_scope

from .models import MailWay


def way_of(partnership: Partnership | int) -> Transport:
    """Its own GOV.UK Notify where it has one; otherwise the installation's way, in the partnership's own name."""
    with partnership_scope(partnership if isinstance(partnership, int) else partnership.pk):
        found = mail_way()
    return _way(found) if found is not None else installations_way()


def mail_way() -> MailWay | None:
    return MailWay.objects.first()


def _way(found: MailWay) -> Transport:
    if found.notify_sealed:
        key = notify_key(found)
        return NotifyTransport(notify_service(key=key, template=found.notify_template, reply_to=found.notify_reply_to))
    return installations_way(sender=sender_of(found), reply_to=found.reply_to)


def notify_key(found: MailWay) -> str:
    """Empty, and with it every attempt refused as a fault of our settings, where it can no longer be opened."""
    try:
        return unseal(found.notify_sealed, purpose=NOTIFY_KEYS)
    except InvalidToken:
        return ""


def sender_of(found: MailWay) -> str:
    """Its own address only while the installation allows the domain; its name goes before either."""
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    if found.sender_address and domain_allowed(found.sender_address):
        who, _, domain = found.sender_address.rpartition("@")
        address = f"{who}@{_as_name_servers_know(domain)}"
    return formataddr((found.sender_name or name, address))


def domain_allowed(address: str) -> bool:
    """Receivers check whether a domain lets this installation write in its name (SPF, DKIM): so its operator says which do."""
    own = _as_name_servers_know(address.rpartition("@")[2])
    return own != "" and own in {_as_name_servers_know(domain) for domain in sender_domains()}


def _as_name_servers_know(domain: str) -> str:
    """By which two are the same, however they are written; nothing where it is no name of a domain."""
    try:
        return domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return ""


def sender_domains() -> list[str]:
    own = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    return list(dict.fromkeys([own, *settings.MAIL_SENDER_DOMAINS]))
