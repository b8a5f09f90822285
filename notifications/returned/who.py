"""To whom an e-mail was, as the pages show people, on which number they answer and at which address now; decides nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from escalation.models import Party
from partnerships.models import Contact, Membership, PostHolder, ProtocolVersion

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


class Addressees:
    """Those of some messages, with what the directory knows of them, read at once."""

    def __init__(self, messages: Iterable[Message]) -> None:
        messages = list(messages)
        numbers = [message.pk for message in messages]
        self.notices: dict[int, list[Notice]] = defaultdict(list)
        told = list(
            Notice.objects.filter(message__in=numbers).select_related("disagreement", "entry").order_by("entry__seq", "pk")
        )
        versions = ProtocolVersion.objects.in_bulk({notice.disagreement.protocol_version_id for notice in told})
        for notice in told:
            version = versions.get(notice.disagreement.protocol_version_id or 0)
            notice.disagreement.protocol_version = version  # one for all of them: to read one takes long
            notice.entry.disagreement = notice.disagreement
            self.notices[notice.message_id or 0].append(notice)
        self._parties: dict[int, list[Party]] = defaultdict(list)
        about = {notice.disagreement_id for found in self.notices.values() for notice in found}
        for party in Party.objects.filter(disagreement__in=about).select_related("agency").order_by("left_at", "pk"):
            self._parties[party.disagreement_id].append(party)
        self._contacts = list(Contact.objects.filter(active=True).select_related("agency").order_by("pk"))
        held = PostHolder.objects.filter(active=True).select_related("post__agency")
        self._holders = list(held.order_by("deputy", "pk"))
        people = {message.to_user_id for message in messages if message.to_user_id}
        members = Membership.objects.filter(user__in=people, active=True).exclude(telephone="").order_by("-pk")
        self._members = dict(members.values_list("user_id", "telephone"))

    def of(self, message: Message) -> Addressee:
        """The party as whom they were written to; otherwise the contact, or the holder of a post, at that address."""
        notice = next(iter(self.notices[message.pk]), None)
        party = self._party(message, notice) if notice else None
        contact, holder = self._contact(message, notice), self._holder(message)
        known = [each for each in (party, contact, holder) if each is not None]
        agency = party.agency if party else contact.agency if contact else holder.post.agency if holder else None
        return Addressee(
            name=message.to_name or next((each.name for each in known), "an address of the partnership"),
            role=_role(notice, party) if notice else "",
            agency=str(agency or ""),
            telephone=next((each.telephone for each in (holder, party, contact) if each is not None and each.telephone), "")
            or self._members.get(message.to_user_id or 0, ""),
            why=why_in_words(message),
            address=_now(message, contact),
        )

    def _party(self, message: Message, notice: Notice) -> Party | None:
        for party in self._parties[notice.disagreement_id]:
            if (party.user_id and party.user_id == message.to_user_id) or _same(party.email, message.to_email):
                return party
        return None

    def _contact(self, message: Message, notice: Notice | None) -> Contact | None:
        """At that address; or, once the directory was corrected, the only one in that role."""
        if found := next((each for each in self._contacts if _same(each.email, message.to_email)), None):
            return found
        if notice is None or not notice.role or message.to_user_id or message.to_name:
            return None
        in_role = [each for each in self._contacts if each.role == notice.role]
        return in_role[0] if len(in_role) == 1 else None

    def _holder(self, message: Message) -> PostHolder | None:
        own = (each for each in self._holders if message.to_user_id and each.user_id == message.to_user_id)
        there = (each for each in self._holders if _same(each.email, message.to_email))
        return next(own, None) or next(there, None)


def addressee(message: Message) -> Addressee:
    return Addressees([message]).of(message)


def _same(one: str, other: str) -> bool:
    return one != "" and one.lower() == other.lower()


def why_in_words(message: Message) -> str:
    if message.why:
        return str(Why(message.why).label)
    return str(message.get_wrong_display() or UNKNOWN)


def _role(notice: Notice, party: Party | None) -> str:
    protocol = notice.disagreement.protocol
    if party is not None:
        return party.role_name(protocol)
    return next((role.name for role in protocol.roles if role.key == notice.role), "")


def _now(message: Message, contact: Contact | None) -> str:
    """Another address than the one that was written to: of their account, or of the contact that the directory has now."""
    found = message.to_user.email if message.to_user is not None else contact.email if contact else ""
    return found if found.lower() != message.to_email.lower() else ""
