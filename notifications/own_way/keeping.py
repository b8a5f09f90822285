"""The writing side of how a partnership's e-mails leave: keep it, seal it anew, try it; each change is in the log of
administration, without an address, a name or a key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils import timezone

from accounts.sealing import NOTIFY_KEYS, InvalidToken, seal, seal_anew
from accounts.services import new_message_id
from mailing.files import FolderTransport
from mailing.notify import NotifyTransport
from mailing.outgoing import NotTaken, Outgoing, Wrong
from partnerships.administering import Did, note_administration
from partnerships.doing import one_at_a_time
from partnerships.models import Partnership, User
from partnerships.scope import partnership_scope

from ..models import MailWay
from ..ways import mail_way, way_of

WHAT_IT_MEANS = {
    Wrong.AWAY: "Nobody answered there in time. E-mails are tried again by themselves, through the night if need be.",
    Wrong.BUSY: "We were asked to come back later. E-mails are tried again by themselves.",
    Wrong.OURS: "It did not accept the settings: the password, the key, the template, the sender or the certificate.",
    Wrong.ADDRESS: "It refused your own e-mail address.",
    Wrong.MESSAGE: "It refused the e-mail.",
}
IN_TRAINING = "This partnership is in training mode, so nothing was sent. Once it is live, a test goes to your own address."
IN_A_FILE = "It was put into a file on the server. E-mails of this installation reach nobody, because no mail server is set."


@dataclass(frozen=True)
class Tried:
    """What came of a test e-mail, as sentences for whoever sent it. `code`: the answer's own numbers, for the operator."""

    taken: bool
    sentence: str
    code: str = ""


def change(wanted: dict[str, Any], *, key: str, own_service: bool, by: User) -> MailWay:
    """Keep what was typed. An empty key leaves the one that is there, as long as the partnership's own service is wanted."""
    one_at_a_time()
    kept = mail_way() or MailWay(changed_at=timezone.now())
    changed = sorted(name for name, value in wanted.items() if getattr(kept, name) != value)
    for name, value in wanted.items():
        setattr(kept, name, value)
    if not own_service and kept.notify_sealed:
        kept.notify_sealed, changed = "", [*changed, "notify"]
    elif own_service and key:
        kept.notify_sealed, changed = seal(key, purpose=NOTIFY_KEYS), [*changed, "notify"]
    kept.changed_at = timezone.now()
    kept.save()
    note_administration(Did.REARRANGED, by=by, mail=changed)
    return kept


def try_it(partnership: Partnership, *, to: User) -> Tried:
    """One e-mail to whoever asks for it, by the way that is set. What a server took may still not arrive, and that is said."""
    if partnership.in_training:
        return Tried(
            False, "This partnership is in training mode, so nothing was sent. It would go to your address once it is live."
        )
    letter = Outgoing(
        message_id=new_message_id(),
        to=to.email,
        subject="A test: e-mails of the escalation tracker",
        text=f"Dear {to.name},\n\nYou asked for this e-mail on the page “E-mail” of {partnership.name}. It arrived, so all is "
        f"well.\n\nPlease answer it, to see where answers go.\n\n{settings.BASE_URL}\n",
    )
    with way_of(partnership) as way:
        try:
            way.send(letter)
        except NotTaken as problem:
            return Tried(False, f"It was not taken. {WHAT_IT_MEANS[problem.wrong]}", str(problem))
    if isinstance(way, FolderTransport):
        return Tried(
            True, "It was put into a file on the server. E-mails of this installation reach nobody: no mail server is set."
        )
    who = "GOV.UK Notify" if isinstance(way, NotifyTransport) else "The mail server"
    return Tried(True, f"{who} took it. Look whether it arrives at {to.email}: only that shows that all is well.")


def keep_sealed(partnership_id: int) -> None:
    """Seal the key under the present secret, so that an old one can be given up. Run it as often as you like."""
    with partnership_scope(partnership_id):
        kept = MailWay.objects.select_for_update(skip_locked=True).exclude(notify_sealed="").first()
        if kept is None:
            return
        try:
            kept.notify_sealed = seal_anew(kept.notify_sealed, purpose=NOTIFY_KEYS)
        except InvalidToken:  # told where it is used: a new key puts it right
            return
        kept.save(update_fields=["notify_sealed"])
