"""One definition for several partnerships: what of a protocol is everybody's, and what each has of its own. Pure: the rows
are in drafting.py and publishing.py."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..protocol import MAIN, ContactPart, Part, Protocol, RouteOut, Signpost
from .comparing import compare

EMAIL = re.compile(r"[^\s@<>(),;]+@[^\s@<>(),;]+\.[a-z]{2,}", re.IGNORECASE)
# A British number as documents print it. 999, 101 and 111 are everybody's.
TELEPHONE = re.compile(r"(?<![\w/])(?:\+44|0)(?:[\s-]?\(?\d\)?){8,11}(?!\d)")


def shareable(protocol: Protocol) -> Protocol:
    """A protocol without what belongs to one partnership: its contacts, its agencies with their posts, and under which
    name it keeps the protocol."""
    source = protocol.source.model_copy(update={"shared_by": ""})
    return protocol.model_copy(update={"key": MAIN, "source": source, "contacts": (), "agencies": ()})


def settle(shared: Protocol, *, own: Protocol | None, key: str) -> Protocol:
    """A shared definition made a partnership's own: its contacts and agencies are those of the protocol that it has. A
    contact that the rules need and nobody has entered yet becomes a place to fill, which is asked before going live."""
    contacts = {contact.key: contact for contact in own.contacts} if own else {}
    wanted = dict(_contacts_needed(shared))
    filled = {contact.role for contact in contacts.values()}
    missing = [
        ContactPart(
            key=contact,
            role=role,
            name=name,
            assumption=f"The rules need this contact ({name}), and no details came with them. Who is it, and how reached?",
        )
        for contact, (name, role) in wanted.items()
        if contact not in contacts and not (role and role in filled)
    ]
    roles = {role.key for role in shared.roles}
    kept = [contact.model_copy(update={"role": contact.role if contact.role in roles else None}) for contact in contacts.values()]
    return shared.model_copy(update={"key": key, "contacts": (*kept, *missing), "agencies": own.agencies if own else ()})


def _contacts_needed(protocol: Protocol) -> Iterator[tuple[str, tuple[str, str | None]]]:
    """Key of a contact that the rules name -> what to call it, and the role that is reached by it."""
    leading: tuple[Signpost | RouteOut, ...] = (*protocol.signposts, *protocol.routes_out)
    for rule in leading:
        if rule.contact:
            yield rule.contact, (rule.title, None)
    told = {recipient.rpartition(".")[2] for rule in protocol.notice_rules for recipient in rule.to}
    for role in protocol.roles:
        if not role.may_see and role.key in told:
            yield role.key, (role.name, role.key)


def local_words(protocol: Protocol) -> list[str]:
    """Addresses and telephone numbers that stand in the texts themselves: to look at before they are shared."""
    found: dict[str, None] = {}
    for text in _texts(shareable(protocol)):
        found |= dict.fromkeys(word.strip() for word in (*EMAIL.findall(text), *TELEPHONE.findall(text)))
    return list(found)


def _texts(part: Part) -> Iterator[str]:
    for name in type(part).model_fields:
        value = getattr(part, name)
        for item in value if isinstance(value, tuple) else (value,):
            if isinstance(item, Part):
                yield from _texts(item)
            elif isinstance(item, str):
                yield item


@dataclass(frozen=True)
class Likeness:
    """How a version stands to the definition that it was drafted from. `changed` is None where that definition is gone."""

    origin: str
    changed: int | None
    newer: bool = False
    withdrawn: bool = False

    @property
    def sentence(self) -> str:
        if self.changed is None:
            return f"Drafted from {self.origin}."
        if not self.changed:
            return f"The same definition as {self.origin}."
        return f"Drafted from {self.origin}, and changed from it in {self.changed} part{'' if self.changed == 1 else 's'}."


def changed_from(protocol: Protocol, origin: Protocol) -> int:
    """In how many parts a protocol differs from the definition that it was drafted from; its own contacts do not count."""
    return compare(shareable(origin), shareable(protocol)).changed
