"""The writing side of endpoints: make, give a new secret, end, switch off and on, send again, forget. Each change by a person is
in the log of administration."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from accounts.sealing import WEBHOOKS, InvalidToken, seal, seal_anew
from accounts.services import new_message_id
from partnerships.administering import Did, note_administration
from partnerships.doing import PartnershipRefused, one_at_a_time
from partnerships.models import Agency, MemberRole, Membership, Partnership, User
from partnerships.scope import current_partnership_id, partnership_scope

from . import signing
from .models import WebhookDelivery, WebhookEndpoint

State = WebhookDelivery.State
MOST_ENDPOINTS = 20
BOTH_SIGN = timedelta(days=1)
KEPT = timedelta(days=30)


def running() -> list[WebhookEndpoint]:
    return list(WebhookEndpoint.objects.filter(ended_at=None).select_related("agency", "made_by").order_by("name", "pk"))


def not_delivered() -> dict[int, int]:
    """By endpoint, how many things were given up and not sent again since. Tests are not counted."""
    rows = WebhookDelivery.objects.filter(state=State.GAVE_UP, seq__isnull=False, endpoint__ended_at=None)
    return dict(rows.values_list("endpoint").annotate(count=Count("pk")))


def make(*, name: str, url: str, agency: Agency | None, by: User) -> tuple[WebhookEndpoint, str]:
    """An endpoint and its secret, which is shown once."""
    one_at_a_time()
    if WebhookEndpoint.objects.filter(ended_at=None).count() >= MOST_ENDPOINTS:
        raise PartnershipRefused(f"There are {MOST_ENDPOINTS} endpoints already. End one that is not used any more.")
    secret, at = signing.new_secret(), timezone.now()
    made = WebhookEndpoint.objects.create(
        name=name, url=url, agency=agency, secret_sealed=seal(secret, purpose=WEBHOOKS), secret_made_at=at, made_by=by, made_at=at
    )
    _noted(Did.WEBHOOK_MADE, made, by=by)
    return made, secret


def new_secret(endpoint: WebhookEndpoint, *, by: User) -> str:
    """For a day both sign, so that the other end need not stand still. Of three there are never more than the last two."""
    secret, at = signing.new_secret(), timezone.now()
    endpoint.former_sealed, endpoint.former_until = endpoint.secret_sealed, at + BOTH_SIGN
    endpoint.secret_sealed, endpoint.secret_made_at = seal(secret, purpose=WEBHOOKS), at
    endpoint.save(update_fields=["former_sealed", "former_until", "secret_sealed", "secret_made_at"])
    _noted(Did.WEBHOOK_CHANGED, endpoint, by=by, what="secret")
    return secret


def end(endpoint: WebhookEndpoint, *, by: User) -> None:
    """For good: what it was told and what waited goes, and so do its secrets."""
    endpoint.ended_at = timezone.now()
    endpoint.secret_sealed = endpoint.former_sealed = ""
    endpoint.save(update_fields=["ended_at", "secret_sealed", "former_sealed"])
    WebhookDelivery.objects.filter(endpoint=endpoint).delete()
    _noted(Did.WEBHOOK_ENDED, endpoint, by=by)


def switch_on(endpoint: WebhookEndpoint, *, by: User) -> None:
    """What it was not told meanwhile lies there: whoever switches it on says whether it is sent (send_again)."""
    if endpoint.switched_off_at is None:
        return
    endpoint.switched_off_at = endpoint.failing_since = None
    endpoint.save(update_fields=["switched_off_at", "failing_since"])
    _noted(Did.WEBHOOK_CHANGED, endpoint, by=by, what="on")


def send_again(endpoint: WebhookEndpoint, *, since: datetime | None = None, number: int | None = None) -> int:
    """One delivery, or everything that happened since a moment, from the beginning, under the same ids; returns how many.
    Tests are not sent again, and what is being sent just now is on its way."""
    if endpoint.switched_off_at is not None:
        raise PartnershipRefused("This endpoint is switched off. Switch it on first.")
    which = Q(pk=number) if number is not None else Q(happened_at__gte=since)
    rows = WebhookDelivery.objects.filter(which, endpoint=endpoint, seq__isnull=False).exclude(state=State.SENDING)
    return int(rows.update(state=State.WAITING, next_attempt_at=timezone.now(), attempts=0, problem="", status=None))


def note_failure(number: int, *, at: datetime, gone: bool, longest: timedelta) -> None:
    """Nothing arrived. After days of it, or where the other end says that it is gone for good (410), the endpoint is switched
    off, once, and whoever made it is told."""
    rows = WebhookEndpoint.objects.filter(pk=number, ended_at=None, switched_off_at=None)
    rows.filter(failing_since=None).update(failing_since=at)
    late = rows if gone else rows.filter(failing_since__lte=at - longest)
    if not late.update(switched_off_at=at):
        return
    waiting = WebhookDelivery.objects.filter(endpoint=number, state=State.WAITING)
    waiting.update(state=State.HELD, next_attempt_at=None)
    _write_to_maker(WebhookEndpoint.objects.select_related("made_by").get(pk=number), at=at, gone=gone)


def _write_to_maker(endpoint: WebhookEndpoint, *, at: datetime, gone: bool) -> None:
    """To whoever made it; where they are here no more, to the partnership managers."""
    from ..models import Message  # noqa: PLC0415  that module names this package's models

    partnership = Partnership.objects.get(pk=current_partnership_id())
    members = Membership.objects.reachable().select_related("user").order_by("user_id")
    found = members.filter(user=endpoint.made_by) or members.filter(role=MemberRole.PARTNERSHIP_MANAGER)
    people = {member.user_id: member.user for member in found}.values()
    link = settings.BASE_URL.rstrip("/") + reverse("webhooks:one", args=[partnership.slug, endpoint.pk])
    Message.objects.bulk_create(
        Message(
            message_id=new_message_id(),
            to_name=person.name,
            to_email=person.email,
            to_user=person,
            subject=f"{endpoint.name}: no longer told"[:200],
            text=render_to_string(
                "notifications/webhooks/switched_off.txt",
                {"name": person.name, "partnership": partnership.name, "endpoint": endpoint, "gone": gone, "link": link},
            ).strip()
            + "\n",
            state=Message.State.WAITING,
            created_at=at,
            next_attempt_at=at,
        )
        for person in people
    )


def forget_old(partnership_id: int) -> int:
    """What was told thirty days ago goes; a former secret goes when its day is over; and what is sealed is sealed under the
    present key, so that an old one can be given up. Run it as often as you like."""
    at = timezone.now()
    with partnership_scope(partnership_id):
        for endpoint in WebhookEndpoint.objects.select_for_update(skip_locked=True).filter(ended_at=None):
            if endpoint.former_until is not None and endpoint.former_until <= at:
                endpoint.former_sealed, endpoint.former_until = "", None
            for name in ("secret_sealed", "former_sealed"):
                setattr(endpoint, name, _anew(getattr(endpoint, name)))
            endpoint.save(update_fields=["secret_sealed", "former_sealed", "former_until"])
        old = WebhookDelivery.objects.filter(happened_at__lt=at - KEPT).exclude(state__in=[State.WAITING, State.SENDING])
        return int(old.delete()[0])


def _anew(sealed: str) -> str:
    try:
        return seal_anew(sealed, purpose=WEBHOOKS) if sealed else ""
    except InvalidToken:  # told where it is used: a new secret puts it right
        return sealed


def _noted(did: Did, endpoint: WebhookEndpoint, *, by: User, **data: str) -> None:
    agency = endpoint.agency.key if endpoint.agency else ""
    note_administration(did, by=by, endpoint=endpoint.pk, agency=agency, **data)
