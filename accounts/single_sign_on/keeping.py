"""The writing side of a partnership's single sign-ons, and the look at whether one works; each change is in its log."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from allauth.socialaccount.models import SocialAccount
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.text import slugify

from partnerships.administering import Did, note_administration
from partnerships.doing import PartnershipRefused
from partnerships.models import Membership, User
from partnerships.scope import current_partnership_id

from ..models import SignOn
from .issuer import SignOnFailed, discover
from .reading import SECRET, running, secret_of

# Nobody guesses the end of a key: a secret that lies ready for one sign-on cannot be claimed by another before it.
LONGEST_START, KEY_END = 30, "abcdefghjkmnpqrstuvwxyz23456789"


def own() -> QuerySet[SignOn]:
    """The partnership's in scope; another's is not there."""
    return SignOn.objects.filter(provided_for_id=current_partnership_id()).order_by("-active", "name")


def claimed(domains: Iterable[str], *, by: SignOn | None = None) -> str:
    """A domain among these that another running sign-on speaks for. Whose it is, is not said."""
    others = running().exclude(pk=by.pk) if by else running()
    return next((domain for domain in domains if others.filter(domains__contains=[domain]).exists()), "")


def add(*, name: str, agency: str, issuer: str, client_id: str, domains: list[str], who: User) -> SignOn:
    key = f"{slugify(name)[:LONGEST_START].strip('-') or 'sign-on'}-{''.join(secrets.choice(KEY_END) for _ in range(6))}"
    made = SignOn(
        provided_for_id=current_partnership_id(),
        key=key,
        name=name,
        agency=agency,
        issuer=issuer,
        client_id=client_id,
        secret_name=key.replace("-", "_").upper(),
        domains=domains,
    )
    _save(made)
    _note(Did.SIGN_ON_ADDED, made, who=who, domains=domains)
    return made


def change(sign_on: SignOn, *, name: str, agency: str, client_id: str, domains: list[str], who: User) -> SignOn:
    given = {"name": name, "agency": agency, "client_id": client_id, "domains": domains}
    changed = [field for field, value in given.items() if getattr(sign_on, field) != value]
    for field in changed:
        setattr(sign_on, field, given[field])
    if changed:
        _save(sign_on)
        _note(Did.SIGN_ON_CHANGED, sign_on, who=who, changed=changed, domains=sign_on.domains)
    return sign_on


def end(sign_on: SignOn, *, who: User) -> None:
    """For good: what its issuer calls our people is forgotten with it."""
    if not sign_on.active:
        return
    sign_on.active = False
    _save(sign_on)
    SocialAccount.objects.filter(provider=sign_on.key).delete()
    _note(Did.SIGN_ON_ENDED, sign_on, who=who)


def _note(did: Did, sign_on: SignOn, *, who: User, about: User | None = None, **data: Any) -> None:
    note_administration(did, by=who, about=about, key=sign_on.key, agency=sign_on.agency, **data)


def _save(sign_on: SignOn) -> None:
    try:
        with transaction.atomic():
            sign_on.save()
    except IntegrityError:  # somebody was quicker: the database lets one sign-on speak for a domain
        raise PartnershipRefused("Another single sign-on speaks for one of these domains already.") from None


# ---------------------------------------------------------------- who has come by it
def known_by(sign_on: SignOn) -> list[User]:
    """Members of this partnership whom the issuer has vouched for, so that the office can let one be vouched for afresh."""
    members = Membership.objects.filter(active=True).values_list("user_id", flat=True)
    remembered = SocialAccount.objects.filter(provider=sign_on.key, user_id__in=list(members)).values_list("user_id", flat=True)
    return list(User.objects.filter(pk__in=list(remembered)).order_by("name", "pk"))


def forget(sign_on: SignOn, number: int, *, who: User) -> User | None:
    """The provider gave a person a new account of its own: the next sign-in is taken as their first."""
    person = next((known for known in known_by(sign_on) if known.pk == number), None)
    if person is not None:
        SocialAccount.objects.filter(provider=sign_on.key, user=person).delete()
        _note(Did.SIGN_ON_CHANGED, sign_on, who=who, about=person, changed=["subject"])
    return person


# ---------------------------------------------------------------- whether it works
@dataclass(frozen=True)
class Finding:
    good: bool
    sentence: str


def tried(sign_on: SignOn) -> list[Finding]:
    """What can be found out without a person: whether the provider answers in its own name, and whether there is a secret."""
    try:
        found = discover(sign_on.issuer)
    except SignOnFailed as failed:
        answer = Finding(False, failed.sentence)
    else:
        answer = Finding(True, f"The provider answers, and calls itself {found.name}.")
    name = f"{SECRET}{sign_on.secret_name.upper()}"
    if secret_of(sign_on):
        secret = Finding(True, f"There is a secret under {name}. Whether it is the right one shows at the first sign-in.")
    else:
        secret = Finding(False, f"There is no secret under {name}, nor a file named by {name}_FILE. Ask who runs the server.")
    return [answer, secret]
