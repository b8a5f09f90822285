"""To whom an e-mail was, as the pages show people, on which number they answer and at which address now; decides nothing."""

from __future__ import annotations

from dataclasses import dataclass

from escalation.models import Party
from partnerships.models import Contact, PostHolder

from ..models import Message, Notice
from .models import Why

# What it says on the record where it is known; of the others that nobody took it.
UNKNOWN = "Nobody took it"


@dataclass(frozen=True)
class Addressee:
    """`called`: name, role and agency in one line. `address`: theirs now, as far as the directory knows another one."""

    name: str
    role: str = ""
    agency: str = ""
    telephone: str = ""
    why: str = UNKNOWN
    address: str = ""

    @property
    def called(self) -> str:
        beside = ", ".join(part for part in (self.role, self.agency) if part and part != self.name)
        return f"{self.name} ({beside})" if beside else self.name

    @property
    def telephone_instead(self) -> str:
        return f"Telephone {self.telephone}." if self.telephone else "The directory has no telephone number for them."

    @property
    def said(self) -> str:
        """For the record. The address itself stands in no entry."""
        return f"To {self.called}. {self.why}. {self.telephone_instead}"


def addressee(message: Message) -> Addressee:
    """The party as whom they were written to; otherwise the contact, or the holder of a post, at that address."""
    notice = Notice.objects.filter(message=message).select_related("disagreement").order_by("pk").first()
    party = _party(message, notice) if notice else None
    contact = _contact(message, notice)
    holder = _holder(message)
    name = (
        message.to_name or (party.name if party else "") or (contact.name if contact else "") or (holder.name if holder else "")
    )
    numbers = [each.telephone for each in (holder, party, contact) if each is not None and each.telephone]
    return Addressee(
        name=name or "an address of the partnership",
        role=_role(notice, party) if notice else "",
        agency=str(party.agency)
        if party
        else str(contact.agency or "")
        if contact
        else str(holder.post.agency)
        if holder
        else "",
        telephone=numbers[0] if numbers else "",
        why=why_in_words(message),
        address=_now(message, contact),
    )


def why_in_words(message: Message) -> str:
    if message.why:
        return str(Why(message.why).label)
    return str(message.get_wrong_display() or UNKNOWN)


def _party(message: Message, notice: Notice) -> Party | None:
    parties = list(
        Party.objects.filter(disagreement_id=notice.disagreement_id).select_related("agency").order_by("left_at", "pk")
    )
    for party in parties:
        if (party.user_id and party.user_id == message.to_user_id) or party.email.lower() == message.to_email.lower() != "":
            return party
    return None


def _contact(message: Message, notice: Notice | None) -> Contact | None:
    """At that address; or, once the directory was corrected, the only one in that role."""
    contacts = Contact.objects.filter(active=True).select_related("agency").order_by("pk")
    if found := contacts.filter(email__iexact=message.to_email).first():
        return found
    if notice is None or not notice.role or message.to_user_id or message.to_name:
        return None
    in_role = list(contacts.filter(role=notice.role)[:2])
    return in_role[0] if len(in_role) == 1 else None


def _holder(message: Message) -> PostHolder | None:
    holders = PostHolder.objects.filter(active=True).select_related("post__agency").order_by("deputy", "pk")
    own = holders.filter(user_id=message.to_user_id).first() if message.to_user_id else None
    return own or holders.filter(email__iexact=message.to_email).first()


def _role(notice: Notice, party: Party | None) -> str:
    protocol = notice.disagreement.protocol
    if party is not None:
        return party.role_name(protocol)
    return next((role.name for role in protocol.roles if role.key == notice.role), "")


def _now(message: Message, contact: Contact | None) -> str:
    """Another address than the one that was written to: of their account, or of the contact that the directory has now."""
    found = message.to_user.email if message.to_user is not None else contact.email if contact else ""
    return found if found.lower() != message.to_email.lower() else ""
